from datetime import date

import pytest
from factories.inventory import control
from hypothesis import given
from hypothesis import strategies as st

from mitigap.inventory.levels import levels
from mitigap.inventory.model import Control, Level, Status

TODAY = date(2026, 11, 24)
YESTERDAY = date(2026, 11, 23)


def of(*controls: Control) -> Level:
    return levels(controls, TODAY)["M1032"]


@pytest.mark.parametrize("level", [0.0, 0.4, 1.0])
def test_one_row_counts_its_level(level: float) -> None:
    assert of(control("M1032", level)) == Level(value=level, controls=("Controls!2",))


def test_a_row_without_a_level_counts_nothing() -> None:
    assert of(control("M1032", None)).value == 0.0


def test_the_highest_row_counts_and_all_are_listed() -> None:
    found = of(control("M1032", 0.5, 2), control("M1032", 1.0, 7), control("M1032", 0.0, 9))
    assert found == Level(value=1.0, controls=("Controls!2", "Controls!7", "Controls!9"))


def test_a_row_that_is_not_applicable_takes_no_part() -> None:
    none = control("M1032", None, 2, status=Status.NOT_APPLICABLE)
    assert of(none, control("M1032", 0.5, 3)) == Level(value=0.5, controls=("Controls!2", "Controls!3"))
    assert of(none, control("M1032", None, 3)).value == 0.0


def test_where_all_rows_are_not_applicable_there_is_no_level() -> None:
    none = control("M1032", None, 2, status=Status.NOT_APPLICABLE, expires=YESTERDAY)
    assert of(none, none).value is None


def test_an_expired_row_counts_nothing_and_is_named() -> None:
    found = of(control("M1032", 1.0, 2, expires=YESTERDAY), control("M1032", 0.5, 3))
    assert found == Level(value=0.5, controls=("Controls!2", "Controls!3"), expired=("Controls!2",))
    assert of(control("M1032", 1.0, expires=YESTERDAY)).value == 0.0


def test_a_row_still_counts_on_its_last_day() -> None:
    assert of(control("M1032", 1.0, expires=TODAY)) == Level(value=1.0, controls=("Controls!2",))


def test_an_alternative_is_marked_where_the_level_rests_on_it_alone() -> None:
    other = control("M1032", 1.0, 2, status=Status.ALTERNATIVE)
    assert of(other).alternative
    assert of(other, control("M1032", 0.5, 3)).alternative
    assert not of(other, control("M1032", 1.0, 3)).alternative
    assert not of(control("M1032", 0.0, status=Status.ALTERNATIVE)).alternative


def test_a_row_for_several_mitigations_counts_for_each_once() -> None:
    both = Control(location="Controls!2", row=2, text="both", mitigations=("M1032", "M1027", "M1032"), level=1.0)
    found = levels([both], TODAY)
    assert list(found) == ["M1027", "M1032"]
    assert found["M1032"].controls == ("Controls!2",)


def test_an_unresolved_row_counts_for_nothing() -> None:
    assert levels([Control(location="Controls!2", row=2, text="?", level=1.0)], TODAY) == {}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["M1", "M2"]),
            st.sampled_from([None, 0.0, 0.3, 1.0]),
            st.sampled_from(list(Status)),
            st.sampled_from([None, YESTERDAY, TODAY]),
        )
    )
)
def test_the_rule_in_other_words(rows: list[tuple[str, float | None, Status, date | None]]) -> None:
    controls = [
        control(m, level, at, status=status, expires=expires) for at, (m, level, status, expires) in enumerate(rows)
    ]
    for mitigation, found in levels(controls, TODAY).items():
        mine = [each for each in rows if each[0] == mitigation and each[2] is not Status.NOT_APPLICABLE]
        live = [level or 0 for _, level, _, expires in mine if expires != YESTERDAY]
        assert found.value == (max([0, *live]) if mine else None)
