import re
import subprocess
import sys

import pytest
from factories import drift_reports, workbooks
from factories import reports as made
from factories.pages import Page
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mitigap.assessment import drift_document
from mitigap.assessment.drift import Drift
from reports import drift_excel, drift_html, drift_md
from reports.drift_report import DRIFT_RENDERERS, render

Drifts = tuple[Drift, ...]

READER = MarkdownIt("gfm-like", {"linkify": False, "html": True})


def test_the_formats() -> None:
    assert {form: each.extension for form, each in DRIFT_RENDERERS.items()} == {
        "html": "html",
        "xlsx": "xlsx",
        "md": "md",
        "json": "json",
    }


@pytest.mark.parametrize("form", DRIFT_RENDERERS)
def test_every_format_prints_the_same_bytes_from_a_stored_document(form: str, drift: Drifts) -> None:
    stored = drift_document.load(drift_document.dump(drift))
    assert render(form, stored) == render(form, drift)


def test_json_is_one_document_for_one_group_and_a_list_for_several(drift: Drifts, drifts: Drifts) -> None:
    assert render("json", drift) == drift_document.dump(drift[0])
    assert render("json", drifts) == drift_document.dump(drifts)


def test_the_table_loads_no_format_until_it_is_asked_for() -> None:
    code = "import sys, reports.drift_report; print(sorted({'jinja2', 'openpyxl'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("form", ["html", "md"])
def test_it_says_what_moved_and_why(form: str, drift: Drifts) -> None:
    data = render(form, drift)
    said = Page(data).text if form == "html" else re.sub(r"\\|\[(\S+?)\]\(\S+?\)", r"\1", data.decode())
    for words in (
        "Leafminer: down",
        "revision 2, by second@example.test",
        "6 links added",
        "1 row removed, 1 row changed",
        "1 control: 2026-08-24 → 2026-11-24",
        "Link added: M1060 Out-of-Band Communications Channel (0 %)",
        "M1017 User Training: 100 % → 0 % (expiry)",
        "owner: IAM team → SOC",
        "expired on 2026-10-31",
        "linked anew in enterprise-attack@18.1",
        drift[0].base.catalog.digest,
        drift[0].now.inventory.digest,
        drift[0].now.catalog.copyright,
    ):
        assert words in said
    for change in drift[0].techniques:
        assert f"{change.id} {change.name}" in said


def test_groups_that_have_not_moved_stand_in_the_overview_alone(drifts: Drifts) -> None:
    page = Page(drift_html.render(drifts))
    assert "2 groups: 1 down, 0 up, 1 neither" in page.text
    assert [each for each in page.every("id") if each.startswith("G0002")] == []


@pytest.mark.parametrize("form", ["html", "md"])
def test_no_change_says_so(form: str) -> None:
    said = render(form, drift_reports.unchanged()).decode()
    assert "Group G0001: nothing has changed, 100 % is covered" in said
    assert "What moved the score" not in said


@pytest.mark.parametrize("words", made.HOSTILE)
def test_hostile_text_makes_no_link_image_code_or_html_in_markdown(words: str) -> None:
    read = READER.parse(drift_md.render(drift_reports.hostile(words)).decode())
    found = [child for each in read for child in (each, *(each.children or []))]
    assert not {each.type for each in found} & {"image", "code_inline", "html_inline", "html_block", "fence", "hr"}
    links = [str(each.attrs["href"]) for each in found if each.type == "link_open"]
    assert all(each.startswith("https://attack.mitre.org/") for each in links)


@pytest.mark.parametrize("words", made.HOSTILE)
def test_hostile_text_is_no_formula_in_a_workbook(words: str) -> None:
    assert_no_formula(drift_excel.render(drift_reports.hostile(words)))


@settings(max_examples=15, deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_no_text_is_ever_a_formula(words: str) -> None:
    assert_no_formula(drift_excel.render(drift_reports.hostile(words)))


def test_the_workbook_holds_numbers_and_every_change(drift: Drifts) -> None:
    data, found = drift_excel.render(drift), drift[0]
    assert workbooks.column(data, "Groups", "Change in points") == [pytest.approx((found.delta or 0) * 100)]
    assert workbooks.column(data, "Causes", "Part in points") == pytest.approx(
        [(each.delta or 0) * 100 for each in found.steps]
    )
    assert workbooks.column(data, "Techniques", "Technique ID") == [each.id for each in found.techniques]
    assert workbooks.column(data, "Mitigations", "Mitigation ID") == [each.id for each in found.mitigations]
    assert workbooks.column(data, "Links", "Mitigation ID") == [each.mitigation for each in found.edges]
    assert len(workbooks.column(data, "Rows", "Location")) == len(found.rows)
    assert workbooks.column(data, "Expiries", "When") == ["expired on 2026-10-31"]


def assert_no_formula(data: bytes) -> None:
    for cell in workbooks.cells(data):
        assert cell.data_type in {"s", "n", "d"}
    for name, part in workbooks.parts(data).items():
        assert not name.startswith("xl/worksheets/sheet") or not re.search(rb"<f[ >]", part)
