"""Looking ahead: the forecast that each assessment files beside its reports."""

from datetime import UTC, date, datetime

from factories.line import Line
from factories.store import an_upload
from factories.workers import done

from mitigap.assessment import document, forecast_document
from mitigap.assessment.forecast_document import Forecast
from mitigap.store import results
from mitigap.store.schema import Job, State
from workers import ahead
from workers.context import Context

EXPIRING = b"""Control,Mitigation,Status,Owner,Expires
Sign-in with a second factor,M1032,Implemented,IAM team,2026-12-31
Awareness training,M1017,Implemented,People team,2027-06-30
Password rules,M1027,Implemented,IAM team,2029-01-01
"""


def done_then(context: Context, job: Job) -> Job:
    """Of a job that was ordered on the 24th of November."""
    with context.sessions.begin() as session:
        session.get(Job, job.id).created_at = datetime(2026, 11, 24, 9, tzinfo=UTC)
    return done(context, job)


def filed(context: Context, job: Job) -> tuple[Forecast, ...]:
    with context.readers() as session:
        found = results.artifact(session, job.workspace_id, job.id, ahead.FORM)
    assert (found.media_type, found.filename) == ("application/json", "mitigap-forecast-2026-11-24.json")
    return forecast_document.load(found.data)


def expiring(context: Context) -> str:
    with context.sessions.begin() as session:
        return an_upload(session, EXPIRING, "controls.csv")


def test_each_day_of_the_next_two_years_on_which_the_score_falls(context: Context, line: Line) -> None:
    job = done_then(context, line.assess(upload=expiring(context)))
    [forecast] = filed(context, job)
    assert [(fall.on, [each.owner for each in fall.controls]) for fall in forecast.falls] == [
        (date(2027, 1, 1), ["IAM team"]),
        (date(2027, 7, 1), ["People team"]),
    ]
    assert forecast.until == date(2028, 11, 23)
    assert forecast.score == forecast.falls[0].before == job.summary["groups"][0]["score"]


def test_the_fall_that_was_foretold_comes(context: Context, line: Line) -> None:
    upload = expiring(context)
    [forecast] = filed(context, done_then(context, line.assess(upload=upload)))
    later = done_then(context, line.assess(upload=upload, as_of=forecast.falls[0].on))
    with context.readers() as session:
        [assessment] = document.load(results.document(session, line.workspace, later.id))
    assert assessment.score == forecast.falls[0].score


def test_several_groups_are_a_list_in_the_order_of_the_assessment(context: Context, line: Line) -> None:
    with_none = done_then(context, line.assess(groups=None))
    assert [each.group.id for each in filed(context, with_none)] == ["G0077"]
    assert filed(context, with_none)[0].falls == ()


def test_the_end_of_the_calendar_is_far_enough(context: Context, line: Line) -> None:
    job = line.assess(as_of=date(9999, 12, 1))
    assert done(context, job).state is State.SUCCEEDED
    with context.readers() as session:
        [found] = forecast_document.load(results.artifact(session, line.workspace, job.id, ahead.FORM).data)
    assert found.until == date.max
