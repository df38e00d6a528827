"""What another release would change: an assessment against itself under another catalogue, kept as no run."""

from typing import Any

import msgspec

from mitigap.catalog.model import Catalogue
from mitigap.errors import UserError
from mitigap.store.requests import PreviewRequest
from mitigap.store.schema import Job
from reports import drift_sentence
from workers import diff, read, side
from workers.context import Context
from workers.outcome import Outcome, Progress
from workers.side import Side


def run(context: Context, job: Job, progress: Progress) -> Outcome:
    """Inventory, groups, policy and date are the assessment's own. UserError where the groups are not to be had."""
    request = msgspec.convert(job.params, PreviewRequest)
    progress(diff.READING, "Reading the inventory")
    assessment = diff.finished(context, job, request.assessment)
    base = side.of(context, assessment)
    now = _under(context.catalogue(job.workspace_id, request.catalogue), base, of_all=_of_all(assessment))
    moved = diff.between(base, now, progress)
    first = moved[0]
    summary = {
        "assessment": assessment.id,
        "catalog": msgspec.to_builtins(first.now.catalog),
        "changed": any(each.changed for each in moved),
        "sentence": drift_sentence.sentence(moved),
        "groups": [msgspec.to_builtins(each.now.group) for each in moved],
        "left_out": _left_out(base, now),
    }
    return Outcome(document=diff.body(moved), summary=summary, files=tuple(diff.files(moved, progress)))


def _of_all(assessment: Job) -> bool:
    asked: dict[str, Any] = assessment.params
    return asked["groups"] is None


def _under(catalogue: Catalogue, base: Side, *, of_all: bool) -> Side:
    """The same in the words of another catalogue, with as many of its groups as that one knows."""
    if catalogue.digest == base.subject.catalogue.digest:
        raise UserError(f"It was assessed under {catalogue.label} already.")
    known = [each for each in base.groups if diff.live(catalogue, each)]
    if not known:
        raise UserError(f"{catalogue.label} knows none of its groups.")
    return Side(
        subject=msgspec.structs.replace(
            base.subject, catalogue=catalogue, inventory=read.understood(base.source, catalogue)
        ),
        source=base.source,
        groups=tuple(sorted(catalogue.groups) if of_all else known),
    )


def _left_out(base: Side, now: Side) -> list[str]:
    return [each for each in base.groups if not diff.live(now.subject.catalogue, each)]
