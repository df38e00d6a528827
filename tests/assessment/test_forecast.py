from datetime import date, timedelta
from fractions import Fraction

import pytest
from factories.assessment import TODAY, a_control, of_controls
from factories.drift import a_subject, changed, subjects
from hypothesis import given, settings

from mitigap.assessment import forecast_document
from mitigap.assessment.assess import assess
from mitigap.assessment.forecast import Fall, Lowered, forecast
from mitigap.assessment.rows import row
from mitigap.assessment.subject import Subject
from mitigap.errors import GroupUnknown
from mitigap.inventory.model import Control

DAY = timedelta(days=1)


def ending(number: int, mitigation: str, level: float | None, expires: date) -> Control:
    return a_control(number, mitigation, level, expires=expires)


def on(subject: Subject, day: date) -> float | None:
    return assess(subject.catalogue, subject.group_id, subject.inventory, policy=subject.policy, as_of=day).score


def test_the_score_falls_on_the_day_after_the_last_that_a_control_is_good_for() -> None:
    last = date(2026, 12, 31)
    held = ending(2, "M1011", 1.0, last)
    subject = a_subject(inventory=of_controls([held, a_control(3, "M1012", 0.5)]))

    assert forecast(subject) == (
        Fall(
            on=date(2027, 1, 1),
            before=0.875,
            score=0.125,
            delta=-0.75,
            exact="-3/4",
            mitigations=(Lowered(id="M1011", name="Mitigation M1011", before=1.0, after=0.0),),
            controls=(row(held, date(2027, 1, 1)),),
        ),
    )
    assert (on(subject, last), on(subject, last + DAY)) == (0.875, 0.125)


def test_days_on_which_nothing_changes_are_no_falls() -> None:
    """One that another row stands in for, one that is not there yet, one of another group, one that is out already."""
    subject = a_subject(
        inventory=of_controls(
            [
                ending(2, "M1011", 0.5, date(2026, 12, 1)),
                a_control(3, "M1011", 0.5),
                ending(4, "M1012", 0.0, date(2026, 12, 2)),
                ending(5, "M1099", 1.0, date(2026, 12, 3)),
                ending(6, "M1012", None, date(2026, 12, 4)),
                ending(7, "M1012", 1.0, TODAY - DAY),
            ]
        )
    )
    assert forecast(subject) == ()


def test_two_rows_that_stand_in_for_each_other_fall_with_the_second() -> None:
    first, second = ending(2, "M1011", 1.0, date(2026, 12, 1)), ending(3, "M1011", 1.0, date(2026, 12, 9))

    (fall,) = forecast(a_subject(inventory=of_controls([first, second])))

    assert (fall.on, [each.location for each in fall.controls]) == (date(2026, 12, 10), ["Controls!3"])


@pytest.mark.parametrize(
    ("until", "falls"), [(date(2026, 12, 1), 0), (date(2026, 12, 2), 1), (date(2027, 1, 1), 2), (None, 2)]
)
def test_until_is_the_last_day_looked_at(until: date | None, falls: int) -> None:
    controls = [ending(2, "M1011", 1.0, date(2026, 12, 1)), ending(3, "M1012", 1.0, date(2026, 12, 31))]
    assert len(forecast(a_subject(inventory=of_controls(controls)), until)) == falls


def test_a_control_that_ends_today_falls_tomorrow() -> None:
    (fall,) = forecast(a_subject(inventory=of_controls([ending(2, "M1011", 1.0, TODAY)])))
    assert fall.on == TODAY + DAY


def test_the_last_day_of_the_calendar_has_no_day_after() -> None:
    assert forecast(a_subject(inventory=of_controls([ending(2, "M1011", 1.0, date.max)]))) == ()


def test_an_unknown_group_is_an_error() -> None:
    with pytest.raises(GroupUnknown):
        forecast(a_subject(group_id="G0404"))


@settings(deadline=None, max_examples=60)
@given(subjects())
def test_every_fall_is_what_an_assessment_of_that_day_says_and_no_day_is_missed(subject: Subject) -> None:
    falls = forecast(subject)

    days = [subject.as_of + timedelta(days=number) for number in range(40)]
    scores = {day: on(subject, day) for day in days}
    told = {each.on: (each.before, each.score) for each in falls}
    assert told == {day: (scores[day - DAY], scores[day]) for day in days[1:] if scores[day] != scores[day - DAY]}
    for each in falls:
        assert Fraction(each.exact) < 0
        assert each.controls
        assert all(lowered.after < lowered.before for lowered in each.mitigations)


def test_the_forecast_looks_from_the_day_it_is_asked_for() -> None:
    subject = a_subject(inventory=of_controls([ending(2, "M1011", 1.0, date(2026, 12, 1))]))
    assert forecast(changed(subject, as_of=date(2026, 12, 2))) == ()


def test_the_document_is_read_back() -> None:
    subject = a_subject(inventory=of_controls([ending(2, "M1011", 1.0, date(2026, 12, 1))]))
    made = forecast_document.made(subject, date(2027, 1, 1))

    data = forecast_document.dump(made)

    assert forecast_document.load(data) == (made,)
    assert forecast_document.load(forecast_document.dump([made, made])) == (made, made)
    assert (made.score, made.falls) == (0.75, forecast(subject))
    assert made.group.id == subject.group_id
