"""Assessing an inventory against groups: the documents, every format to download, and the figures for the pages."""

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from mitigap.assessment import assess, document, policy
from mitigap.assessment.model import Assessment
from mitigap.assessment.policy import Policy
from mitigap.catalog.model import Catalogue
from mitigap.errors import UserError
from mitigap.inventory import document as reading
from mitigap.inventory import levels
from mitigap.inventory.model import Inventory
from mitigap.store import inventories, uploads
from mitigap.store.lease import File
from mitigap.store.requests import AssessRequest
from mitigap.store.schema import Job
from reports.render import RENDERERS
from reports.report import Report
from workers import read
from workers.context import Context
from workers.outcome import Outcome, Progress, nothing_more
from workers.read import Source

READING, ASSESSING, PRINTING = 5, 20, 50
"""How far the run is, in percent, when each of its parts begins."""


def run(context: Context, job: Job, progress: Progress) -> Outcome:
    request = msgspec.convert(job.params, AssessRequest)
    catalogue = context.catalogue(job.workspace_id, request.catalogue)
    source = _source(context, job, request)
    progress(READING, "Reading the inventory")
    inventory = read.understood(source, catalogue)
    assessments = tuple(_assessments(catalogue, inventory, request, job, progress))
    files = tuple(_files(Report(assessments=assessments, inventory=inventory), progress))

    def shelve(session: Session) -> dict[str, Any]:
        kept = reading.dump(inventory, levels.levels(inventory.controls, read.as_of(job)))
        return read.revise(session, job, source, inventory, kept)

    return Outcome(
        document=document.dump(assessments[0] if len(assessments) == 1 else assessments),
        summary=summary(assessments, inventory),
        files=files,
        shelve=shelve if request.upload else nothing_more,
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


def _source(context: Context, job: Job, request: AssessRequest) -> Source:
    """A fresh upload, or the bytes of a revision: they are read anew, in the words of this catalogue."""
    if request.upload:
        return read.fresh(context, job, request.upload, request.name)
    with context.readers() as session:
        revision = inventories.revision_by_id(session, job.workspace_id, request.revision or "")
        inventory = inventories.get(session, job.workspace_id, revision.inventory_id)
        upload = uploads.get(session, job.workspace_id, revision.upload_id)
        data = uploads.data(session, job.workspace_id, revision.upload_id)
    return Source(upload=upload, data=data, name=inventory.name)


def _assessments(
    catalogue: Catalogue, inventory: Inventory, request: AssessRequest, job: Job, progress: Progress
) -> Iterator[Assessment]:
    groups = sorted(catalogue.groups) if request.groups is None else list(dict.fromkeys(request.groups))
    if not groups:
        raise UserError("There is no group to assess.")
    found = assess.several(catalogue, groups, inventory, policy=_policy(request), as_of=read.as_of(job))
    for done, group in enumerate(groups):
        progress(ASSESSING + (PRINTING - ASSESSING) * done // len(groups), f"Assessing {group}")
        yield next(found)


def _policy(request: AssessRequest) -> Policy:
    asked = request.policy
    return policy.named(asked.name, software=asked.software, campaigns=asked.campaigns, inherit=asked.inherit)


def _files(report: Report, progress: Progress) -> Iterator[File]:
    for done, (form, renderer) in enumerate(RENDERERS.items()):
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
