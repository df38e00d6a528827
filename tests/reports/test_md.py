import re
from collections.abc import Iterator

import pytest
from factories import reports as made
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reports import markdown, md, text
from reports.report import Report

READER = MarkdownIt("gfm-like", {"linkify": False, "html": True})


def tokens(page: str) -> list[Token]:
    return list(_flat(READER.parse(page)))


def test_it_says_what_counts(leafminer: Report) -> None:
    assessment = leafminer.assessments[0]
    said = md.render(leafminer).decode()
    for words in (
        assessment.policy.rule,
        "ATT&CK mitigations can reach",
        "| Gap | ",
        "## What to do first",
        "Controls!13 “Awareness training, yearly” (implemented, expired on 2026-10-31, counts 0, HR)",
        "| Controls!21 | Crown-jewel protection | no near name |",
        assessment.catalog.digest,
        leafminer.inventory.digest,
        assessment.catalog.copyright,
    ):
        assert words in said


def test_its_tables_are_tables(leafminer: Report) -> None:
    found = [each.type for each in tokens(md.render(leafminer).decode())]
    assert found.count("table_open") == len(("counts", "next", "techniques", "unresolved", "remarks", "provenance"))
    assert found.count("html_block") == found.count("html_inline") == 0


@pytest.mark.parametrize("words", made.HOSTILE)
def test_hostile_text_is_read_as_it_was_written(words: str) -> None:
    assert_literal(words)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=())) | st.text(st.sampled_from("\\`*_[]()<>|~$&@#:/.w!-+=;1a \n")))
def test_any_text_is_read_as_it_was_written(words: str) -> None:
    assert_literal(words)


def test_r10_hostile_text_makes_no_link_image_code_or_html() -> None:
    for words in made.HOSTILE:
        found = tokens(md.render(made.a_hostile_report(words)).decode())
        assert not {each.type for each in found} & {"image", "code_inline", "html_inline", "html_block", "hr"}
        assert [each.info for each in found if each.type == "fence"] == ["mermaid"]
        links = [str(each.attrs["href"]) for each in found if each.type == "link_open"]
        assert all(each.startswith("https://attack.mitre.org/") for each in links)


def test_nobody_is_mentioned_and_no_bare_address_is_left() -> None:
    said = md.render(made.a_hostile_report("@everyone http://example.test www.example.test")).decode()
    assert not re.search(r"(?<!\\)@everyone|http://|www\.", said)


def assert_literal(words: str) -> None:
    """Between two letters, as it stands in every cell and sentence: what is read is what was written, on one line."""
    shown = tokens(f"x {markdown.plain(words)} x")
    assert {each.type for each in shown} <= {"inline", "text", "text_special", "paragraph_open", "paragraph_close"}
    read = "".join(each.content for each in shown if each.type in {"text", "text_special"})
    assert " ".join(read.split()) == " ".join(f"x {text.one_line(words)} x".split())


def _flat(found: list[Token]) -> Iterator[Token]:
    for each in found:
        yield each
        yield from _flat(each.children or [])
