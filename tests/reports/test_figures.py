import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import figures


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (None, "—"),
        (0, "0 %"),
        (1, "100 %"),
        (1.0, "100 %"),
        (0.62, "62 %"),
        (0.625, "63 %"),
        (0.999, "99.9 %"),
        (0.9996, ">99.9 %"),
        (0.0004, "<0.1 %"),
        (0.004, "0.4 %"),
        (1 / 3, "33 %"),
    ],
)
def test_percent(share: float | None, text: str) -> None:
    assert figures.percent(share) == text


@given(st.floats(0, 1))
def test_only_the_ends_are_called_so(share: float) -> None:
    text = figures.percent(share)
    assert (text in {"100 %", "100.0 %"}) == (share == 1)
    assert (text in {"0 %", "0.0 %"}) == (share == 0)


@pytest.mark.parametrize(
    ("share", "number_format"),
    [(0.5, '0" "%'), (1.0, '0" "%'), (0.999, '0.0" "%'), (0.0004, '"<0.1 %"'), (0.9999, '">99.9 %"')],
)
def test_a_cell_reads_as_the_text_does(share: float, number_format: str) -> None:
    assert figures.percent_format(share) == number_format


@given(st.floats(0, 1))
def test_two_decimals_keep_the_ends_apart(share: float) -> None:
    number = figures.hundredths(share)
    assert (number in {0, 100}) == (share in {0, 1})
    assert number == pytest.approx(share * 100, abs=0.0101)


@pytest.mark.parametrize(
    ("gain", "text"), [(0.12, "+12.0 points"), (0.0856, "+8.6 points"), (0.0003, "less than +0.1 points")]
)
def test_points(gain: float, text: str) -> None:
    assert figures.points(gain) == text


def test_count() -> None:
    assert [figures.count(number, "row") for number in (0, 1, 2, 12_000)] == [
        "0 rows",
        "1 row",
        "2 rows",
        "12,000 rows",
    ]


def test_listed() -> None:
    assert [figures.listed(tuple(words)) for words in ("a", "ab", "abc")] == ["a", "a and b", "a, b and c"]
