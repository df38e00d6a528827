import base64
import hashlib
import re
from itertools import pairwise

import msgspec
import pytest
from factories import drift_reports
from factories import reports as made
from factories.pages import Page
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import drift_html, html
from reports.report import Report

OWN_TAGS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "a",
    "header",
    "main",
    "footer",
    "article",
    "section",
    "p",
    "strong",
    "em",
    "span",
    "bdi",
    "time",
    "h1",
    "h2",
    "h3",
    "h4",
    "svg",
    "rect",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "div",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}


@pytest.fixture(params=["leafminer", "three", "drift", "drifts"])
def page(request: pytest.FixtureRequest) -> Page:
    """Of both kinds of report, one group and several."""
    found = request.getfixturevalue(request.param)
    return Page(html.render(found) if isinstance(found, Report) else drift_html.render(found))


def test_elements_balance_and_are_ours(page: Page) -> None:
    assert page.faults == []
    assert page.tags() <= OWN_TAGS


def test_ids_are_unique_and_everything_named_is_there(page: Page) -> None:
    ids = page.every("id")
    assert len(ids) == len(set(ids))
    assert set(page.every("aria-labelledby")) <= set(ids)
    assert {each.removeprefix("#") for each in page.every("href") if each.startswith("#")} <= set(ids)


def test_nothing_is_fetched_and_nothing_runs(page: Page) -> None:
    assert_inert(page)
    assert all(each.startswith(("#", "https://attack.mitre.org/")) for each in page.every("href"))


def test_links_tell_nobody_where_they_come_from(page: Page) -> None:
    outward = [attributes for tag, attributes in page.elements if tag == "a" and attributes["href"].startswith("http")]
    assert outward
    assert {each["rel"] for each in outward} == {"noreferrer noopener"}


def test_the_policy_allows_our_style_and_nothing_else(page: Page) -> None:
    (policy,) = [each["content"] for tag, each in page.elements if each.get("http-equiv") == "Content-Security-Policy"]
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_headings_descend_one_level_at_a_time(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_tables_have_captions_and_headers_say_what_they_head(page: Page) -> None:
    tags = [tag for tag, _ in page.elements]
    assert tags.count("table") == tags.count("caption") > 0
    assert all(each.get("scope") in {"col", "row"} for tag, each in page.elements if tag == "th")


def test_the_page_has_a_language_a_main_part_and_a_way_past_its_head(page: Page) -> None:
    assert ("html", {"lang": "en"}) in page.elements
    assert [each["id"] for tag, each in page.elements if tag == "main"] == ["report"]
    assert "#report" in page.every("href")


def test_what_it_says_of_leafminer(leafminer: Report) -> None:
    assessment = leafminer.assessments[0]
    said = Page(html.render(leafminer)).text
    for words in (
        assessment.policy.rule,
        "ATT&CK mitigations can reach",
        "What to do first",
        "Controls!13 Awareness training, yearly implemented expired on 2026-10-31, counts 0 HR",
        "Crown-jewel protection",
        "M1015 Active Directory Configuration (71 % alike)",
        "M1026 stands in rows 7 and 8: the highest counts.",
        assessment.catalog.digest,
        leafminer.inventory.digest,
        "enterprise-attack@18.1",
        "Mitigap 0.1.0",
        "2026-11-24",
        assessment.catalog.copyright,
    ):
        assert words in said
    for technique in assessment.techniques:
        assert f"{technique.id} {technique.name}" in said


def test_no_score_is_called_nothing_to_assess(three: Report) -> None:
    alone = msgspec.structs.replace(three, assessments=three.assessments[2:])
    said = Page(html.render(alone)).text
    assert "Group G0003: nothing to assess" in said
    assert "ATT&CK names no mitigation for it." in said
    assert "100 %" not in said.replace("coverage is 100 %", "")


def test_equal_reports_give_equal_bytes(leafminer: Report) -> None:
    assert html.render(leafminer) == html.render(msgspec.structs.replace(leafminer))


def test_a_group_that_stands_twice_has_two_anchors(leafminer: Report) -> None:
    page = Page(html.render(msgspec.structs.replace(leafminer, assessments=leafminer.assessments * 2)))
    assert page.faults == []
    assert {"G0077", "G0077-2"} <= set(page.every("id"))


def test_a_long_inventory_is_told_in_part_and_says_so() -> None:
    rows = [made.a_control(row, f"row {row}") for row in range(5, 1_005)]
    rows += [made.a_control(row, f"MFA {row}", "M1032", level=0.5) for row in range(2_000, 2_010)]
    inventory = made.an_inventory(rows, [made.an_issue(each.row, "It names nothing.") for each in rows])
    data = html.render(made.a_report(made.three_groups(), "G0001", inventory=inventory))
    said = Page(data).text
    assert "The first 200 of 1,000 rows; the workbook lists them all." in said
    assert "and 6 more rows, all in the workbook" in said
    assert "row 204 " in said
    assert "row 205 " not in said


@pytest.mark.parametrize("words", made.HOSTILE)
def test_r9_hostile_text_stays_text(words: str) -> None:
    for page in hostile(words):
        assert_whole(page)
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]", page.text)


def test_templates_in_text_are_not_carried_out() -> None:
    for page in hostile("{{ 7 * 7 }}"):
        assert "{{ 7 * 7 }}" in page.text
        assert "49" not in page.text


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_any_text_leaves_the_page_whole(words: str) -> None:
    for page in hostile(words):
        assert_whole(page)


def hostile(words: str) -> tuple[Page, Page]:
    found = (html.render(made.a_hostile_report(words)), drift_html.render(drift_reports.hostile(words)))
    return Page(found[0]), Page(found[1])


def assert_whole(page: Page) -> None:
    assert page.faults == []
    assert page.tags() <= OWN_TAGS
    assert_inert(page)


def assert_inert(page: Page) -> None:
    names = {name for _, attributes in page.elements for name in attributes}
    assert not {name for name in names if name.startswith("on")}
    assert not names & {"src", "srcset", "style", "action", "data", "background", "poster"}
    assert not re.search(r"url\(|@import|expression", page.style)
