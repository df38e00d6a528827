"""A forecast with what it was made from, as JSON and back: equal forecasts give equal bytes."""

from collections.abc import Sequence
from datetime import date

import msgspec

from mitigap import ENGINE_VERSION
from mitigap.assessment import encoding
from mitigap.assessment.assess import assess
from mitigap.assessment.forecast import Fall, forecast
from mitigap.assessment.model import Assessment, CatalogueRef, GroupRef, InventoryRef, PolicyRef
from mitigap.assessment.subject import Subject

SCHEMA = "mitigap/forecast/1"


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """The falls after `as_of`, up to and with `until` where it says so; `score` is that of `as_of`."""

    schema: str
    engine: str
    catalog: CatalogueRef
    group: GroupRef
    inventory: InventoryRef
    policy: PolicyRef
    as_of: date
    until: date | None
    score: float | None
    falls: tuple[Fall, ...]


def made(subject: Subject, until: date | None = None) -> Forecast:
    today = assess(subject.catalogue, subject.group_id, subject.inventory, policy=subject.policy, as_of=subject.as_of)
    return after(today, subject, until)


def after(today: Assessment, subject: Subject, until: date | None = None) -> Forecast:
    """The same where the subject's assessment is there already."""
    return Forecast(
        schema=SCHEMA,
        engine=ENGINE_VERSION,
        catalog=today.catalog,
        group=today.group,
        inventory=today.inventory,
        policy=today.policy,
        as_of=subject.as_of,
        until=until,
        score=today.score,
        falls=forecast(subject, until),
    )


def dump(forecasts: Forecast | Sequence[Forecast]) -> bytes:
    """One object for one forecast, a list for several; keys sorted, two spaces, a newline at the end."""
    return encoding.dump(forecasts)


def load(data: bytes) -> tuple[Forecast, ...]:
    """What `dump` wrote, one or several. DocumentUnreadable where it is anything else."""
    return encoding.load(data, Forecast, schema=SCHEMA, noun="forecast")
