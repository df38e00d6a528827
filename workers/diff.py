"""What moved from one assessment to another: of two that somebody names, or from a schedule's run to the next."""

from collections.abc import Iterator
from typing import Any

import msgspec
import structlog
from sqlalchemy.orm import Session

from mitigap.assessment import diff, drift_document
from mitigap.assessment.drift import Drift
from mitigap.catalog import find
from mitigap.catalog.model import Catalogue
from mitigap.errors import GroupAmbiguous, GroupUnknown, UserError
from mitigap.inventory.model import Inventory
from mitigap.store import drifts, jobs, schedules
from mitigap.store.lease import File
from mitigap.store.requests import DiffRequest
from mitigap.store.schema import Job, Kind, State
from reports import drift_sentence
from reports.drift_report import DRIFT_RENDERERS
from workers import read, side
from workers.context import Context
from workers.outcome import Outcome, Progress
from workers.side import Side

NOT_OURS = frozenset({"json"})
"""The document itself is kept beside the files."""
READING, COMPARING, PRINTING = 5, 40, 80

log = structlog.get_logger(__name__)


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What moved, of which job against which, and the files that tell it."""

    job_id: str
    base_id: str
    changed: bool
    sentence: str
    body: bytes
    files: tuple[File, ...]

    @property
    def told(self) -> dict[str, Any]:
        """What a page says of it without opening it."""
        return {"base": self.base_id, "changed": self.changed, "sentence": self.sentence}

    def keep(self, session: Session, made_by: str) -> None:
        drifts.keep(
            session,
            job_id=self.job_id,
            base_id=self.base_id,
            made_by=made_by,
            changed=self.changed,
            body=self.body,
        )


def run(context: Context, job: Job, progress: Progress) -> Outcome:
    request = msgspec.convert(job.params, DiffRequest)
    progress(READING, "Reading both inventories")
    now, base = (finished(context, job, each) for each in (request.assessment, request.base))
    made = compare(context, (now, side.of(context, now)), base, progress)
    summary = {"assessment": now.id, "base": base.id, "changed": made.changed}

    def shelve(session: Session) -> dict[str, Any]:
        made.keep(session, job.id)
        return {}

    return Outcome(document=made.body, summary=summary, files=made.files, shelve=shelve)


def since_last(context: Context, job: Job, now: Side, progress: Progress) -> Comparison | None:
    """What moved since the schedule's run before; None where there was none, or none that this can be compared with."""
    if job.schedule_id is None:
        return None
    with context.readers() as session:
        base = schedules.run_before(session, job)
    if base is None:
        return None

    def told(percent: int, stage: str) -> None:  # noqa: ARG001 - by now the run is nearly over
        progress(99, stage)

    try:
        return compare(context, (job, now), base, told)
    except UserError as fault:  # the schedule was given other groups or another domain, or the file is gone
        log.info("the run is not comparable with the one before", job=job.id, base=base.id, reason=fault.message)
        return None


def compare(context: Context, job: tuple[Job, Side], base_job: Job, progress: Progress) -> Comparison:
    """UserError where the two have no group in common, or are of two domains."""
    row, now = job
    base = side.of(context, base_job)
    moved = between(base, now, progress)
    return Comparison(
        job_id=row.id,
        base_id=base_job.id,
        changed=any(each.changed for each in moved) or {len(base.groups), len(now.groups)} != {len(moved)},
        sentence=drift_sentence.sentence(
            moved, joined=len(now.groups) - len(moved), left=len(base.groups) - len(moved)
        ),
        body=body(moved),
        files=tuple(files(moved, progress)),
    )


def between(base: Side, now: Side, progress: Progress) -> tuple[Drift, ...]:
    """One for each group of both. UserError where there is none, or the two are of two domains."""
    shared = tuple(_shared(base, now))
    if not shared:
        raise UserError("These two assessments have no group in common.")
    found = diff.several(base.subject, now.subject, shared, bridge=_bridge(base, now))
    return tuple(_each(found, len(shared), progress))


def body(moved: tuple[Drift, ...]) -> bytes:
    """`mitigap/drift/1` for one group, a list of them for several."""
    return drift_document.dump(moved[0] if len(moved) == 1 else moved)


def finished(context: Context, job: Job, assessment_id: str) -> Job:
    with context.readers() as session:
        found = jobs.get(session, job.workspace_id, assessment_id)
    if found.kind is not Kind.ASSESS or found.state is not State.SUCCEEDED:
        raise UserError("Only finished assessments can be compared.")
    return found


def _bridge(base: Side, now: Side) -> Inventory:
    """The earlier upload in the words of the later catalogue; nothing is read twice."""
    if base.subject.catalogue.digest == now.subject.catalogue.digest:
        return base.subject.inventory
    if base.source.upload.id == now.source.upload.id:
        return now.subject.inventory
    return read.understood(base.source, now.subject.catalogue)


def _shared(base: Side, now: Side) -> Iterator[str]:
    """The groups of both, by an id that both catalogues know, be it a former one."""
    before = {live(now.subject.catalogue, each) or each: each for each in base.groups}
    for each in now.groups:
        found = live(now.subject.catalogue, each) or each
        former = live(base.subject.catalogue, each)
        if found in before:
            yield before[found]
        elif former in base.groups:
            yield each


def live(catalogue: Catalogue, group: str) -> str | None:
    """The group's id, or that of the one which has taken its place; None where the catalogue knows neither."""
    try:
        return find.group(catalogue, group)[0].id
    except (GroupUnknown, GroupAmbiguous):
        return None


def _each(found: Iterator[Drift], total: int, progress: Progress) -> Iterator[Drift]:
    for done, moved in enumerate(found):
        progress(COMPARING + (PRINTING - COMPARING) * done // total, f"Comparing {moved.now.group.id}")
        yield moved


def files(moved: tuple[Drift, ...], progress: Progress) -> Iterator[File]:
    for form, renderer in DRIFT_RENDERERS.items():
        if form in NOT_OURS:
            continue
        progress(PRINTING, f"Printing what moved as {renderer.extension}")
        yield File(
            format=f"drift.{form}",
            media_type=renderer.media_type,
            filename=f"{_stem(moved)}.{renderer.extension}",
            data=renderer.render(moved),
        )


def _stem(moved: tuple[Drift, ...]) -> str:
    """`mitigap-drift-G0077-2026-11-30`: what a file is, and nothing a user wrote."""
    scope = moved[0].now.group.id if len(moved) == 1 else f"{len(moved)}-groups"
    return f"mitigap-drift-{scope}-{moved[0].now.as_of}"
