"""The few figures that `/metrics` shows, counted in the database at each asking, in Prometheus' text form."""

from collections.abc import Iterable, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mitigap import ENGINE_VERSION
from mitigap.store import database, heartbeats
from mitigap.store.schema import Job, Kind, State

Sample = tuple[str, float]
"""Labels in Prometheus' braces, or nothing; and the value."""


def lines(cabinet: Session) -> Iterator[str]:
    yield from _gauge("mitigap_info", "The version that is running.", [(f'{{version="{ENGINE_VERSION}"}}', 1)])
    yield from _gauge("mitigap_jobs", "Jobs kept, by kind and state.", _jobs(cabinet))
    yield from _gauge("mitigap_oldest_pending_seconds", "How long the oldest job waits.", [("", _oldest(cabinet))])
    yield from _gauge("mitigap_heartbeat_age_seconds", "How long ago a part was heard.", _ages(cabinet))


def _gauge(name: str, meaning: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {meaning}\n"
    yield f"# TYPE {name} gauge\n"
    for labels, value in samples:
        yield f"{name}{labels} {value:g}\n"


def _jobs(cabinet: Session) -> Iterator[Sample]:
    """Every kind and state, zeros too: a series that comes and goes cannot be watched."""
    rows = cabinet.execute(select(Job.kind, Job.state, func.count()).group_by(Job.kind, Job.state))
    counted = {(kind, state): count for kind, state, count in rows}
    for kind in Kind:
        for state in State:
            yield f'{{kind="{kind}",state="{state}"}}', counted.get((kind, state), 0)


def _oldest(cabinet: Session) -> float:
    since = cabinet.scalar(select(func.min(Job.created_at)).where(Job.state == State.PENDING))
    return (database.now(cabinet) - since).total_seconds() if since else 0


def _ages(cabinet: Session) -> Iterator[Sample]:
    """`component` is the kind of part; the youngest speaks for all of its kind."""
    youngest: dict[str, float] = {}
    for component, age in heartbeats.ages(cabinet).items():
        kind = component.partition(":")[0]
        youngest[kind] = min(age.total_seconds(), youngest.get(kind, age.total_seconds()))
    return ((f'{{component="{kind}"}}', age) for kind, age in sorted(youngest.items()))
