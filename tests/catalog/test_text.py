import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitigap.catalog import text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_bytes_become_utf8_without_a_mark(encoding: str) -> None:
    assert text.utf8("Doppelgänging".encode(encoding)) == "Doppelgänging".encode()


def test_controls_surrogates_and_noncharacters_are_replaced_and_newlines_made_one() -> None:
    assert text.clean("a\x00b\x1fc\ud800d\uffffe") == "a\ufffdb\ufffdc\ufffdd\ufffde"
    assert text.clean("a\r\nb\rc\nd\te") == "a\nb\nc\nd\te"


@given(st.text(st.characters()))
def test_what_is_clean_can_be_written_and_stays_as_it_is(words: str) -> None:
    clean = text.clean(words)
    assert text.clean(clean) == clean
    assert "\x00" not in clean
    assert json.loads(json.dumps(clean).encode()) == clean.encode().decode()


def test_a_name_stands_on_one_line() -> None:
    assert text.name(" Night\u00a0 Owl\r\n") == "Night Owl"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("Use e.g. a vault. Then rotate.", "Use e.g. a vault."),
        ("Filter [WinRM](https://attack.mitre.org/x) (Citation: A (b) c). More.", "Filter WinRM."),
        ("Cut in the midst of it (Citation: Ars Tech...", "Cut in the midst of it …"),
        ("Whole. ...", "Whole."),
        ("", ""),
    ],
)
def test_a_description_is_told_by_its_first_sentence(said: str, sentence: str) -> None:
    assert text.sentence(said) == sentence


def test_a_sentence_without_end_is_cut_at_a_word() -> None:
    assert text.sentence("word " * 200) == "word " * 79 + "word …"
