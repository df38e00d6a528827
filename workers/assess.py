"""Assessing an inventory against groups: the documents, every format to download, and the figures for the pages."""

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from mitigap.assessment import assess, document
from mitigap.assessment.model import Assessment
from mitigap.branding import Branding
from mitigap.errors import UserError
from mitigap.inventory import document as reading
from mitigap.inventory import levels
from mitigap.inventory.model import Inventory
from mitigap.store import looks
from mitigap.store.lease import File
from mitigap.store.schema import Job
from reports.render import RENDERERS
from reports.report import Report
from workers import ahead, diff, read, side, together
from workers.context import Context
from workers.outcome import Outcome, Progress
from workers.side import Side

READING, ASSESSING, PRINTING = 5, 20, 50
"""How far the run is, in percent, when each of its parts begins."""
NOT_OURS = frozenset({"json"})
"""The document itself is kept beside the files."""


def run(context: Context, job: Job, progress: Progress) -> Outcome:
    progress(READING, "Reading the inventory")
    now = side.of(context, job)
    inventory = now.subject.inventory
    assessments = tuple(_assessments(now, progress))
    weighed = together.weighed(now, assessments)
    report = Report.of(
        now.subject.catalogue,
        assessments,
        inventory,
        branding=_branding(context, job),
        portfolio=weighed,
    )
    files = tuple(_files(report, progress))
    forecast = ahead.forecast(now, assessments, progress)
    moved = diff.since_last(context, job, now, progress)

    def shelve(session: Session) -> dict[str, Any]:
        if moved:
            moved.keep(session, job.id)
        return _revised(session, job, now) if job.params.get("upload") else {}

    return Outcome(
        document=document.dump(assessments[0] if len(assessments) == 1 else assessments),
        summary={
            **summary(assessments, inventory),
            **({"together": together.told(weighed)} if weighed else {}),
            **({"moved": moved.told} if moved else {}),
        },
        files=(*files, forecast, *(moved.files if moved else ())),
        shelve=shelve,
    )


def summary(assessments: tuple[Assessment, ...], inventory: Inventory) -> dict[str, Any]:
    """What a page shows without knowing a technique."""
    first = assessments[0]
    return {
        "inventory": read.figures(inventory),
        "catalog": msgspec.to_builtins(first.catalog),
        "policy": msgspec.to_builtins(first.policy),
        "as_of": first.as_of,
        "groups": [
            {
                "id": each.group.id,
                "name": each.group.name,
                "score": each.score,
                "counts": msgspec.to_builtins(each.counts),
                "ceiling": msgspec.to_builtins(each.ceiling),
            }
            for each in assessments
        ],
    }


def _branding(context: Context, job: Job) -> Branding:
    with context.readers() as session:
        return looks.get(session, job.workspace_id)


def _revised(session: Session, job: Job, now: Side) -> dict[str, Any]:
    """The upload filed as an inventory, and which revision it is."""
    inventory = now.subject.inventory
    kept = reading.dump(inventory, levels.levels(inventory.controls, now.subject.as_of))
    return read.revise(session, job, now.source, inventory, kept)


def _assessments(now: Side, progress: Progress) -> Iterator[Assessment]:
    if not now.groups:
        raise UserError("There is no group to assess.")
    told = now.subject
    found = assess.several(told.catalogue, now.groups, told.inventory, policy=told.policy, as_of=told.as_of)
    for done, group in enumerate(now.groups):
        progress(ASSESSING + (PRINTING - ASSESSING) * done // len(now.groups), f"Assessing {group}")
        yield next(found)


def _files(report: Report, progress: Progress) -> Iterator[File]:
    for done, (form, renderer) in enumerate(RENDERERS.items()):
        if form in NOT_OURS:
            continue
        progress(PRINTING + (100 - PRINTING) * done // len(RENDERERS), f"Printing {renderer.extension}")
        yield File(
            format=form,
            media_type=renderer.media_type,
            filename=f"{_stem(report)}.{renderer.extension}",
            data=renderer.render(report),
        )


def _stem(report: Report) -> str:
    """`mitigap-G0077-2026-11-24`: what a file is, and nothing a user wrote."""
    groups = [each.group.id for each in report.assessments]
    scope = groups[0] if len(groups) == 1 else f"{len(groups)}-groups"
    return f"mitigap-{scope}-{report.assessments[0].as_of}"
