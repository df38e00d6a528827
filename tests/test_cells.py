import pytest
from factories.reports import FORMULAS
from hypothesis import given
from hypothesis import strategies as st

from mitigap import cells

ANY = st.text(st.characters(exclude_categories=()))


def test_what_may_not_be_printed_is_replaced() -> None:
    assert (
        cells.clean("a\x00b\x0bc\x1bd\ud800e\uffff\ufdd0\U0001fffe")
        == "a\ufffdb\ufffdc\ufffdd\ufffde\ufffd\ufffd\ufffd"
    )


def test_line_ends_are_one_kind() -> None:
    assert cells.clean("a\r\nb\rc\u2028d\x85e\tf") == "a\nb\nc\nd\ne\tf"


@given(ANY)
def test_clean_text_can_be_written_anywhere(words: str) -> None:
    cleaned = cells.clean(words)
    cleaned.encode()
    assert cells.clean(cleaned) == cleaned


@pytest.mark.parametrize("words", [each for each in FORMULAS if each not in {"{=1+1}", "#N/A"}])
def test_formulas_are_seen(words: str) -> None:
    assert cells.looks_like_formula(words)


@pytest.mark.parametrize("words", ["", "MFA", "1+1", "a=b", "'=1", "ö-1", "(=1)"])
def test_other_text_is_left_alone(words: str) -> None:
    assert not cells.looks_like_formula(words)


@pytest.mark.parametrize(
    ("words", "number"), [("-5", True), ("+3.2", True), ("-5,1", True), ("-5+1", False), ("-", False)]
)
def test_numbers(words: str, number: bool) -> None:
    assert cells.is_number(words) is number


def test_a_cell_holds_so_much_and_shows_the_cut() -> None:
    fitted = cells.fitted("x" * 40_000)
    assert len(fitted) == cells.CELL_LIMIT
    assert fitted.endswith("x… (cut)")
    assert cells.fitted("x" * cells.CELL_LIMIT) == "x" * cells.CELL_LIMIT
