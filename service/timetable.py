"""Schedules as pages and programs show them: in words, in dates of two clocks, and with what came of their runs."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from mitigap import cadence
from mitigap.cadence import Cadence
from mitigap.store import schedules
from mitigap.store.schema import CatalogueRow, Drift, Inventory, Job, Schedule
from service import presenters, trend

RUNS_SHOWN = 6
PRESET_LABELS = {
    "weekly": "Every week, Monday at 6",
    "monthly": "Every month, the 1st at 6",
    "quarterly": "Every quarter, its first day at 6",
}


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """One moment by two clocks: `Mon 30 Nov 2026, 06:00` in the schedule's zone, and in UTC."""

    at: datetime
    local: str


class ScheduleView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    inventory_id: str
    inventory: str
    revision: str
    catalogue: str
    groups: str
    rule: str
    words: str
    cron: str
    timezone: str
    enabled: bool
    state_label: str
    reason: str
    next: Moment | None
    upcoming: tuple[Moment, ...]
    last: datetime | None
    ends: Moment | None
    failures: int
    missed: int
    skipped: int
    last_skipped: datetime | None
    created: datetime


class ScoreView(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    score: float | None


class RunView(msgspec.Struct, frozen=True, kw_only=True):
    """One run, and the one it was compared with, where there was one. `scores` are there for a few groups."""

    assessment: presenters.AssessmentView
    due: Moment | None
    base: str | None
    changed: bool | None
    sentence: str
    scores: tuple[ScoreView, ...]


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """What the ids of schedules stand for."""

    inventories: Mapping[str, Inventory]
    catalogues: Mapping[str, CatalogueRow]


def moments(told: Cadence, after: datetime, until: datetime | None = None) -> tuple[Moment, ...]:
    """The next six."""
    found = cadence.upcoming(told, after, RUNS_SHOWN)
    return tuple(moment(told, each) for each in found if until is None or each <= until)


def moment(told: Cadence, at: datetime) -> Moment:
    shown = cadence.local(told, at)
    return Moment(at=at, local=f"{shown:%a} {shown.day} {shown:%b %Y, %H:%M} {_offset(shown)}")


def schedule(row: Schedule, names: Names) -> ScheduleView:
    told = schedules.cadence_of(row)
    return ScheduleView(
        id=row.id,
        name=row.name,
        inventory_id=row.inventory_id,
        inventory=names.inventories[row.inventory_id].name,
        revision=f"revision {row.revision}" if row.revision else "the latest revision",
        catalogue=_catalogue(row, names),
        groups=_groups(row),
        rule=row.policy["name"],
        words=cadence.words(told),
        cron=row.cron,
        timezone=row.timezone,
        enabled=row.enabled,
        state_label="On" if row.enabled else "Paused",
        reason=row.paused_reason,
        next=moment(told, row.next_run_at) if row.next_run_at else None,
        upcoming=moments(told, row.next_run_at - timedelta(seconds=1), row.ends_at) if row.next_run_at else (),
        last=row.last_run_at,
        ends=moment(told, row.ends_at) if row.ends_at else None,
        failures=row.failures,
        missed=row.missed_count,
        skipped=row.skipped_count,
        last_skipped=row.last_skipped_at,
        created=row.created_at,
    )


def run(row: Schedule, job: Job, drift: Drift | None) -> RunView:
    return RunView(
        assessment=presenters.assessment(job),
        due=moment(schedules.cadence_of(row), job.scheduled_for) if job.scheduled_for else None,
        base=drift.base_id if drift else None,
        changed=drift.changed if drift else None,
        sentence=job.summary.get("moved", {}).get("sentence", ""),
        scores=_scores(job),
    )


def _scores(job: Job) -> tuple[ScoreView, ...]:
    found = job.summary.get("groups", ())
    few = 1 < len(found) <= trend.MOST_LINES
    return tuple(ScoreView(name=each["name"], score=each["score"]) for each in found) if few else ()


def _offset(shown: datetime) -> str:
    """`UTC+1`, `UTC+10:30`, `UTC`."""
    minutes = int((shown.utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"


def _catalogue(row: Schedule, names: Names) -> str:
    pinned = names.catalogues.get(row.catalogue_id or "")
    if pinned:
        return presenters.catalogue_title(pinned.domain, pinned.version, pinned.source)
    return f"the latest {presenters.DOMAINS.get(row.domain, row.domain)}"


def _groups(row: Schedule) -> str:
    if row.watchlist_id is not None:
        return "a watch-list"
    named: Sequence[str] | None = row.groups
    if named is None:
        return "all groups"
    return ", ".join(named) if len(named) <= presenters.FEW else f"{len(named)} groups"
