"""The figures that `/metrics` shows, counted in the database at each asking, in Prometheus' text form.

They are counted from the rows and not by the processes, so that they outlive every process and any of them can answer.
"""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy.orm import Session

from mitigap import ENGINE_VERSION
from mitigap.store import heartbeats, measures
from mitigap.store.measures import BOUNDS, Spread
from mitigap.store.schema import Kind, State

Sample = tuple[str, float]
"""What follows the name: labels in Prometheus' braces, or nothing; and the value."""


def lines(cabinet: Session) -> Iterator[str]:
    yield from _gauge("mitigap_info", "The version that is running.", [(f'{{version="{ENGINE_VERSION}"}}', 1)])
    yield from _gauge("mitigap_jobs", "Jobs kept, by kind and state.", _by_kind_and_state(measures.jobs(cabinet)))
    oldest = {key: age.total_seconds() for key, age in measures.oldest(cabinet).items()}
    yield from _gauge(
        "mitigap_oldest_job_seconds", "How long the oldest job waits or runs.", _by_kind_and_state(oldest)
    )
    yield from _histogram(
        "mitigap_job_duration_seconds", "From the begin of a job to its success.", measures.durations(cabinet)
    )
    yield from _histogram(
        "mitigap_job_wait_seconds", "From a job's acceptance to its success.", measures.waits(cabinet)
    )
    fates = [(f'{{fate="{fate}"}}', count) for fate, count in measures.attempts(cabinet).items()]
    yield from _family("counter", "mitigap_attempts_total", "Attempts at jobs, by how they ended.", fates)
    lag = measures.schedule_lag(cabinet).total_seconds()
    yield from _gauge("mitigap_schedule_lag_seconds", "How long the most overdue schedule has been due.", [("", lag)])
    told = [(f'{{state="{state}"}}', count) for state, count in measures.notifications(cabinet).items()]
    yield from _gauge("mitigap_notifications", "Notifications kept, by what became of them.", told)
    yield from _gauge("mitigap_heartbeat_age_seconds", "How long ago a part was heard.", _ages(cabinet))


def _gauge(name: str, meaning: str, samples: Iterable[Sample]) -> Iterator[str]:
    return _family("gauge", name, meaning, samples)


def _histogram(name: str, meaning: str, spreads: Mapping[Kind, Spread]) -> Iterator[str]:
    return _family(
        "histogram", name, meaning, (each for kind, spread in spreads.items() for each in _parts(kind, spread))
    )


def _family(kind: str, name: str, meaning: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {meaning}\n"
    yield f"# TYPE {name} {kind}\n"
    for rest, value in samples:
        yield f"{name}{rest} {value:.17g}\n"


def _parts(kind: str, spread: Spread) -> Iterator[Sample]:
    for bound, count in zip((*BOUNDS, "+Inf"), (*spread.within, spread.count), strict=True):
        yield f'_bucket{{kind="{kind}",le="{bound}"}}', count
    yield f'_sum{{kind="{kind}"}}', round(spread.seconds, 3)
    yield f'_count{{kind="{kind}"}}', spread.count


def _by_kind_and_state(values: Mapping[tuple[Kind, State], float]) -> Iterator[Sample]:
    for (kind, state), value in values.items():
        yield f'{{kind="{kind}",state="{state}"}}', value


def _ages(cabinet: Session) -> Iterator[Sample]:
    """`component` is the kind of part; the youngest speaks for all of its kind."""
    youngest: dict[str, float] = {}
    for component, age in heartbeats.ages(cabinet).items():
        kind = component.partition(":")[0]
        youngest[kind] = min(age.total_seconds(), youngest.get(kind, age.total_seconds()))
    return ((f'{{component="{kind}"}}', age) for kind, age in sorted(youngest.items()))
