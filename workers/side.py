"""What a job's assessment follows from, put together from its row: catalogue, upload, policy, day, and whose it is."""

from collections.abc import Mapping

import msgspec
from sqlalchemy.orm import Session

from mitigap import choices
from mitigap.assessment import policy
from mitigap.assessment.policy import Policy
from mitigap.assessment.subject import Subject
from mitigap.store import inventories, uploads
from mitigap.store.requests import AssessRequest
from mitigap.store.schema import Job
from workers import read
from workers.context import Context
from workers.read import Source


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """`subject` names no group yet: `groups` are those asked for, every one of the catalogue where none was named.

    `weights` are those of the groups that weigh more or less than 1.
    """

    subject: Subject
    source: Source
    groups: tuple[str, ...]
    weights: Mapping[str, float] = {}


def of(context: Context, job: Job) -> Side:
    """The file is read anew, in the words of the job's catalogue. UserError where something is gone or unreadable."""
    request = msgspec.convert(job.params, AssessRequest)
    catalogue = context.catalogue(job.workspace_id, request.catalogue)
    rule = _policy(request)
    source, revision, by = _upload(context, job, request)
    return Side(
        subject=Subject(
            catalogue=catalogue,
            group_id="",
            inventory=read.understood(source, catalogue),
            policy=rule,
            as_of=read.as_of(job),
            by=by,
            revision=revision,
        ),
        source=source,
        groups=tuple(sorted(catalogue.groups) if request.groups is None else dict.fromkeys(request.groups)),
        weights=request.weights,
    )


def _policy(request: AssessRequest) -> Policy:
    asked = request.policy
    return policy.named(asked.name, software=asked.software, campaigns=asked.campaigns, inherit=asked.inherit)


def _upload(context: Context, job: Job, request: AssessRequest) -> tuple[Source, int | None, str]:
    """A fresh upload or the bytes of a revision, with the revision's number and its uploader's address."""
    if request.revision is None:
        with context.readers() as session:
            by = inventories.uploader(session, job.id)
        number = job.summary.get("revision", {}).get("number")
        return read.fresh(context, job, request.upload or "", request.name, request.choices), number, by
    with context.readers() as session:
        return _revision(session, job.workspace_id, request.revision)


def _revision(session: Session, workspace_id: str, revision_id: str) -> tuple[Source, int, str]:
    revision = inventories.revision_by_id(session, workspace_id, revision_id)
    source = Source(
        upload=uploads.get(session, workspace_id, revision.upload_id),
        data=uploads.data(session, workspace_id, revision.upload_id),
        name=inventories.get(session, workspace_id, revision.inventory_id).name,
        choices=choices.load(revision.choices),
    )
    return source, revision.number, inventories.uploader(session, revision.job_id)
