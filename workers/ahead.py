"""Looking ahead from an assessment: the days to come on which its score falls, filed beside its reports."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import msgspec

from mitigap.assessment import forecast_document
from mitigap.assessment.forecast_document import Forecast
from mitigap.assessment.model import Assessment
from mitigap.store.lease import File
from workers.outcome import Progress
from workers.side import Side

FORM = "forecast"
HORIZON = timedelta(days=730)
"""Further on, what a control's owner will have done by then is anybody's guess."""
PERCENT = 98
"""How far the run is: all is assessed and printed."""


def forecast(now: Side, assessments: Sequence[Assessment], progress: Progress) -> File:
    """`mitigap/forecast/1` for one group, a list of them for several."""
    made = tuple(_forecasts(now, assessments, progress))
    return File(
        format=FORM,
        media_type="application/json",
        filename=f"mitigap-forecast-{now.subject.as_of}.json",
        data=forecast_document.dump(made[0] if len(made) == 1 else made),
    )


def _forecasts(now: Side, assessments: Sequence[Assessment], progress: Progress) -> Iterator[Forecast]:
    until = _until(now.subject.as_of)
    for each in assessments:
        progress(PERCENT, f"Looking ahead for {each.group.id}")
        subject = msgspec.structs.replace(now.subject, group_id=each.group.id)
        yield forecast_document.after(each, subject, until)


def _until(as_of: date) -> date:
    """Two years on, or the calendar's own last day."""
    return as_of + min(HORIZON, date.max - as_of)
