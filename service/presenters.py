"""Rows as pages show them: every word, figure and address a template prints is made ready here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from flask import url_for

from mitigap.store import jobs
from mitigap.store.schema import CatalogueRow, Inventory, Job, Kind, State
from service.filters import percent
from service.groups import GroupEntry

STATES: Mapping[State, str] = {
    State.PENDING: "Waiting",
    State.RUNNING: "Running",
    State.SUCCEEDED: "Done",
    State.FAILED: "Failed",
    State.CANCELLED: "Cancelled",
}
WAITING = "Waiting for a worker"
DESERTED = "No worker answers just now. This is kept and done as soon as one is back: nothing has to be sent again."
STARTING = "Starting"
STOPPING = "Stopping"

DOMAINS: Mapping[str, str] = {
    "enterprise-attack": "ATT&CK Enterprise",
    "mobile-attack": "ATT&CK Mobile",
    "ics-attack": "ATT&CK ICS",
}
FEW = 3
"""Groups that are listed by name; more are counted."""


class CatalogueView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    label: str
    digest: str
    source: str
    builtin: bool
    standard: bool
    created: datetime


class GroupChoice(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the picker. `search` is what its filter looks in."""

    id: str
    name: str
    aliases: tuple[str, ...]
    techniques: int
    search: str
    shown: bool
    chosen: bool


class InventoryView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    revision: int
    created: datetime


class JobView(msgspec.Struct, frozen=True, kw_only=True):
    """`result_url` is where a success leads; `again_url` where one who failed begins anew."""

    id: str
    title: str
    subject: str
    state: State
    state_label: str
    stage_label: str
    progress: int
    attempts: int
    error_lines: tuple[str, ...]
    refused: bool
    created: datetime
    started: datetime | None
    finished: datetime | None
    result_url: str | None
    again_url: str
    again_label: str

    @property
    def open(self) -> bool:
        return self.state in jobs.UNFINISHED

    @property
    def can_retry(self) -> bool:
        return self.state is State.CANCELLED or (self.state is State.FAILED and not self.refused)


class AssessmentView(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a list. `score` is there for one group alone."""

    id: str
    name: str
    against: str
    catalog: str
    state: State
    state_label: str
    headline: str
    score: float | None
    created: datetime


def catalogue(row: CatalogueRow) -> CatalogueView:
    return CatalogueView(
        id=row.id,
        title=catalogue_title(row.domain, row.version, row.source),
        label=row.label,
        digest=row.digest,
        source=row.source,
        builtin=row.builtin,
        standard=row.standard,
        created=row.created_at,
    )


def catalogue_title(domain: str, version: str | None, source: str) -> str:
    """`ATT&CK Enterprise 18.1`; a group document goes by its own name."""
    if source.endswith(".md") or not version:
        return f"{source} ({version})" if version else source
    return f"{DOMAINS.get(domain, domain)} {version}"


def group_choice(group: GroupEntry, shown: set[str], chosen: set[str]) -> GroupChoice:
    return GroupChoice(
        id=group.id,
        name=group.name,
        aliases=tuple(alias for alias in group.aliases if alias != group.name),
        techniques=group.techniques,
        search=group.search,
        shown=group.id in shown or group.id in chosen,
        chosen=group.id in chosen,
    )


def inventory(row: Inventory) -> InventoryView:
    return InventoryView(id=row.id, name=row.name, revision=row.latest, created=row.created_at)


def assessment(job: Job) -> AssessmentView:
    groups = job.summary.get("groups", [])
    told = job.summary.get("catalog")
    return AssessmentView(
        id=job.id,
        name=job.name or "Inventory",
        against=against(job),
        catalog=catalogue_title(told["domain"], told["version"], told["source"]) if told else "",
        state=job.state,
        state_label=STATES[job.state],
        headline=_headline([group["score"] for group in groups]),
        score=groups[0]["score"] if len(groups) == 1 else None,
        created=job.created_at,
    )


def against(job: Job, names: Mapping[str, str] | None = None) -> str:
    """`Leafminer, APT28`, `172 groups`; ids as long as nobody has told the names."""
    told = [group["name"] for group in job.summary.get("groups", [])] or _named(job.params.get("groups"), names or {})
    if told is None:
        return "all groups"
    return ", ".join(told) if len(told) <= FEW else f"{len(told)} groups"


def _named(ids: list[str] | None, names: Mapping[str, str]) -> list[str] | None:
    return None if ids is None else [names.get(group, group) for group in ids]


def _headline(scores: list[float | None]) -> str:
    """One group's score, or from where to where those of several reach."""
    known = sorted(score for score in scores if score is not None)
    if not scores:
        return ""
    if not known:
        return "nothing to assess"
    lowest, highest = percent(known[0]), percent(known[-1])
    return lowest if lowest == highest else f"{lowest} to {highest}"


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What a job of one kind is called, and what one does when it has failed."""

    title: str
    again: str
    again_endpoint: str


WORDS: Mapping[Kind, Words] = {
    Kind.ASSESS: Words(title="Assessment", again="Upload another file", again_endpoint="start.show"),
    Kind.READ: Words(title="Reading an inventory", again="Upload another file", again_endpoint="inventories.index"),
    Kind.CATALOG: Words(title="Loading a catalogue", again="Upload another file", again_endpoint="catalogs.index"),
    Kind.DIFF: Words(title="What moved", again="Assessments", again_endpoint="assessments.index"),
    Kind.LOOK: Words(title="Import", again="Inventories", again_endpoint="inventories.index"),
    Kind.PREVIEW: Words(title="Preview", again="Assessments", again_endpoint="assessments.index"),
}


def job(row: Job, names: Mapping[str, str] | None = None, *, deserted: bool = False) -> JobView:
    """`names` are those of the groups, by id, for as long as the job's own summary does not tell them.

    `deserted`: it waits, and there is no worker.
    """
    words = WORDS[row.kind]
    kept = row.kind is Kind.ASSESS and row.params.get("upload") is None
    return JobView(
        id=row.id,
        title=words.title,
        subject=f"{row.name} against {against(row, names)}" if row.kind is Kind.ASSESS else row.name,
        state=row.state,
        state_label=STATES[row.state],
        stage_label=DESERTED if deserted else _stage(row),
        progress=row.progress,
        attempts=row.attempt,
        error_lines=tuple(row.error.splitlines()),
        refused=row.refused,
        created=row.created_at,
        started=row.started_at,
        finished=row.finished_at,
        result_url=_result_url(row) if row.state is State.SUCCEEDED else None,
        again_url=url_for(words.again_endpoint),
        again_label="Begin anew" if kept else words.again,
    )


def _stage(row: Job) -> str:
    if row.cancel_requested:
        return STOPPING
    return row.stage or STARTING if row.state is State.RUNNING else WAITING


def _result_url(row: Job) -> str:
    if row.kind is Kind.ASSESS:
        return url_for("assessments.show", assessment_id=row.id)
    if row.kind is Kind.READ:
        return url_for("inventories.show", inventory_id=row.summary["revision"]["inventory"])
    if row.kind is Kind.DIFF:
        return url_for("drifts.show", assessment_id=row.params["assessment"], base_id=row.params["base"])
    if row.kind is Kind.LOOK:
        return url_for("inventories.index")
    if row.kind is Kind.PREVIEW:
        return url_for("previews.show", preview_id=row.id)
    return url_for("catalogs.index")


def told(summary: dict[str, Any]) -> str:
    """The title of the catalogue a summary names."""
    catalog = summary["catalog"]
    return catalogue_title(catalog["domain"], catalog["version"], catalog["source"])
