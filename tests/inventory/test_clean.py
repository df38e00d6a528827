import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitigap.inventory import clean

ANY_TEXT = st.text(st.characters())


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("Access control", "Access control"),
        ("one\r\ntwo\rthree\nfour\tfive", "one\ntwo\nthree\nfour\tfive"),
        ("nul \0 bell \a escape \x1b delete \x7f", "nul � bell � escape � delete �"),
        ("next line \x85, string terminator \x9c", "next line �, string terminator �"),
        ("half \ud83d of a pair", "half � of a pair"),
        ("\ufdd0 \uffff \U0001fffe \U0010ffff", "� � � �"),
        ("Zugriff, доступ, وصول, アクセス, 🔑", "Zugriff, доступ, وصول, アクセス, 🔑"),
        ("=1+1 -5 +48 @home", "=1+1 -5 +48 @home"),
    ],
)
def test_r7_only_what_cannot_be_kept_is_replaced(raw: str, cleaned: str) -> None:
    assert clean.text(raw) == cleaned


@given(ANY_TEXT)
def test_r7_clean_text_can_be_stored_and_stays_as_it_is(raw: str) -> None:
    cleaned = clean.text(raw)
    cleaned.encode("utf-8")
    assert "\0" not in cleaned
    assert clean.text(cleaned) == cleaned


def test_every_control_but_tab_and_line_feed_goes() -> None:
    kept = [
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(character) in {"Cc", "Cs"} and character in clean.text(character)
    ]
    assert kept == ["\t", "\n"]


@pytest.mark.parametrize(("raw", "cell"), [(" \u00a0\tMFA\n", "MFA"), ("  \n ", None), ("", None)])
def test_a_blank_cell_is_none(raw: str, cell: str | None) -> None:
    assert clean.cell(raw) == cell


def test_a_label_is_one_short_line() -> None:
    assert clean.label("a\nb" + "c" * 100, 10) == "a bcccccc…"
