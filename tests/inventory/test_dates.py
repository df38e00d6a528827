from datetime import date, datetime

import pytest
from factories.inventory import codes, understood
from hypothesis import given
from hypothesis import strategies as st

from mitigap.inventory.book import Cell, Percent
from mitigap.inventory.dates import DateUnreadable, Order, Reading, order_of, read

DAY_FIRST, MONTH_FIRST = Reading(), Reading(order=Order.MONTH_FIRST)


@pytest.mark.parametrize(
    "cell",
    [
        date(2026, 4, 3), datetime(2026, 4, 3, 12, 30), "2026-04-03", "2026/4/3", "2026-04-03T10:00:00Z",  # noqa: DTZ001
        "2026-04-03 10:00", "03.04.2026", "3.4.26", "3/4/2026", "03-04-2026", "3 April 2026", "3rd Apr 2026",
        "3. April 2026", "April 3, 2026", "3-Apr-26", "3 avril 2026", "3 de abril de 2026", "Fri, 3 Apr 2026",
        "20260403", 20260403, 46115, "46115", 46115.5,
    ],
)  # fmt: skip
def test_one_day_in_many_dresses(cell: Cell) -> None:
    assert read(cell, DAY_FIRST) == date(2026, 4, 3)


@pytest.mark.parametrize(
    "cell",
    ["2024-13-45", "31/02/2026", "soon", "Q5 2026", "99/99/99", 7, 0.5, True, Percent(1), "1" * 5000, "0000-01-01"],
)
def test_what_is_no_date_is_said_to_be_none(cell: Cell) -> None:
    with pytest.raises(DateUnreadable):
        read(cell, DAY_FIRST)


@pytest.mark.parametrize("cell", [None, "-", "n/a", "never", "Permanent", "TBD"])
def test_no_date_may_be_meant(cell: Cell) -> None:
    assert read(cell, DAY_FIRST) is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [("Q3 2026", date(2026, 7, 1), date(2026, 9, 30)), ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
     ("Feb 2024", date(2024, 2, 1), date(2024, 2, 29)), ("12/2026", date(2026, 12, 1), date(2026, 12, 31)),
     ("2026", date(2026, 1, 1), date(2026, 12, 31))],
)  # fmt: skip
def test_a_period_ends_on_its_last_day(text: str, first: date, last: date) -> None:
    assert (read(text, DAY_FIRST), read(text, DAY_FIRST, end=True)) == (first, last)


def test_the_order_of_a_column_is_settled_by_any_date_that_can() -> None:
    assert order_of(["3/4/2026", "25/12/2026"]) == DAY_FIRST
    assert order_of(["3/4/2026", "12/25/2026"]) == MONTH_FIRST
    assert order_of(["11/30/21", "1/2/21"]) == MONTH_FIRST
    assert order_of(["03.04.2026", "2026-04-03", None, 5]) == DAY_FIRST
    assert not order_of(["3/4/2026"]).sure
    assert not order_of(["3/4/2026", "25/12/2026", "12/25/2026"]).sure


def test_a_date_that_can_be_read_in_one_order_alone_is_read_so() -> None:
    assert read("12/25/2026", DAY_FIRST) == date(2026, 12, 25)
    assert read("25/12/2026", MONTH_FIRST) == date(2026, 12, 25)
    assert read("3/4/2026", MONTH_FIRST) == date(2026, 3, 4)
    assert read("3.4.2026", MONTH_FIRST) == date(2026, 4, 3)


def test_an_inventory_warns_of_dates_it_cannot_read_or_order() -> None:
    rows = [
        ("Mitigation", "Status", "Expires", "Reviewed"),
        ("M1032", "Yes", "2024-13-45", "3/4/2026"),
        ("M1027", "Yes", "Q3 2026", "1/2/2026"),
    ]
    found = understood(rows)
    assert codes(found) == [("ambiguous-date", "Controls!1:D"), ("unreadable-date", "Controls!2:C")]
    assert [control.expires for control in found.controls] == [None, date(2026, 9, 30)]
    assert found.controls[0].reviewed == date(2026, 4, 3)


@given(
    st.dates(min_value=date(1970, 1, 1), max_value=date(2069, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%d %B %Y", "%b %d, %Y", "%d/%m/%Y"]),
)
def test_what_is_written_is_read(day: date, form: str) -> None:
    assert read(day.strftime(form), DAY_FIRST) == day


@given(st.text(max_size=50) | st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_any_cell_is_a_date_or_refused(cell: Cell) -> None:
    try:
        found = read(cell, DAY_FIRST, end=True)
    except DateUnreadable:
        return
    assert found is None or isinstance(found, date)
