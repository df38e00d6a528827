"""Reports of several groups weighed together, and of so many that what is the same for all is told once."""

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO

import openpyxl
import pytest
from factories import reports as made

from mitigap.assessment import portfolio_document
from mitigap.assessment.weigh import weigh
from mitigap.inventory.model import Status
from reports import evidence, report
from reports.render import render
from reports.report import Report

FOUR = {
    "G0001": {"T1001": ["M1026"], "T1002": ["M1027", "M1032"]},
    "G0002": {"T1002": ["M1027", "M1032"], "T1003": []},
    "G0003": {"T1003": []},
    "G0004": {"T1004": ["M1038"]},
}


def weighed(groups: int, rows: int = 20) -> Report:
    """As many groups as told, each with one technique of its own and one that all use."""
    uses = {f"G{number:04}": {f"T{number:04}": ["M1026"], "T9999": ["M1032"]} for number in range(1, groups + 1)}
    controls = [made.a_control(row, f"=row {row}", "M1026", status=Status.PARTIAL, level=0.5) for row in range(2, rows)]
    found = made.a_report(made.a_catalogue(uses), *uses, inventory=made.an_inventory(controls))
    return Report(
        assessments=found.assessments,
        inventory=found.inventory,
        portfolio=weigh(found.assessments, {"G0002": 2.0}),
    )


@pytest.fixture(scope="module")
def four() -> Report:
    found = made.a_report(made.a_catalogue(FOUR), *FOUR)
    return Report(assessments=found.assessments, inventory=found.inventory, portfolio=weigh(found.assessments))


def sheet(found: Report, title: str) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(BytesIO(render("xlsx", found)))
    return list(book[title].iter_rows(values_only=True))


def lines(found: Report) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(StringIO(render("csv", found).decode("utf-8-sig"), newline=""))


def test_the_page_has_the_weighted_score_and_a_heat_map_with_its_figures_in_words(four: Report) -> None:
    page = render("html", four).decode()
    assert "Weighted score over all groups:" in page
    assert '<table class="heat">' in page
    assert page.count('<th scope="row">') > len(FOUR)


def test_the_workbook_has_the_four_sheets_about_all_groups(four: Report) -> None:
    book = openpyxl.load_workbook(BytesIO(render("xlsx", four)))
    assert {"Overview", "Heat map", "Shared techniques", "Compared", "Groups"} <= set(book.sheetnames)


def test_the_heat_map_has_a_row_for_each_group_the_weakest_first_and_holds_numbers(four: Report) -> None:
    header, *rows = sheet(four, "Heat map")
    assert header[:2] == ("Group", "Score")
    scores = [row[1] for row in rows if row[1] is not None]
    assert len(rows) == len(FOUR)
    assert scores == sorted(scores, key=lambda each: float(str(each)))
    assert rows[-1][1] is None


def test_what_is_compared_counts_what_is_common_and_what_is_a_groups_own() -> None:
    _, *rows = sheet(weighed(3), "Compared")
    assert [(row[0], row[2], row[5], row[6]) for row in rows] == [
        ("G0001", "1", 1, 1),
        ("G0002", "2", 1, 1),
        ("G0003", "1", 1, 1),
    ]


def test_one_group_alone_has_no_sheets_about_several(leafminer: Report) -> None:
    assert "Heat map" not in openpyxl.load_workbook(BytesIO(render("xlsx", leafminer))).sheetnames
    assert 'class="heat"' not in render("html", leafminer).decode()


def test_the_portfolio_is_a_format_too_and_of_one_group_as_well(four: Report, leafminer: Report) -> None:
    assert portfolio_document.load(render("portfolio", four)) == four.portfolio
    assert [each.id for each in portfolio_document.load(render("portfolio", leafminer)).groups] == ["G0077"]


def test_of_many_groups_what_stands_against_a_technique_is_told_once() -> None:
    few, many = weighed(report.MANY), weighed(report.MANY + 1)
    assert render("html", few).decode().count("Every technique, and what stands against it") == report.MANY
    page = render("html", many).decode()
    assert page.count("Every technique, and what stands against it</h2>") == 1
    assert page.count('id="T9999"') == 1
    assert page.count('href="#T9999"') == len(many.assessments)


def test_of_many_groups_the_workbook_has_each_edge_once() -> None:
    many = weighed(report.MANY + 1)
    _, *rows = sheet(many, "Edges")
    assert len(rows) == report.MANY + 2
    assert len(sheet(weighed(2), "Edges")) == 1 + 4


def test_cells_tell_the_first_rows_and_how_many_more_there_are() -> None:
    found = weighed(2, rows=2 + evidence.LINES_TOLD + 5)
    told = next(line for line in lines(found) if line["mitigation_id"] == "M1026")
    assert told["rows"].endswith("; and 5 more rows: see the controls")
    assert told["controls"].count("Controls!") == evidence.LINES_TOLD + 5
