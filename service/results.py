"""A finished assessment as its page shows it: the headline with its rule, the four counts, the files."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from flask import url_for

from mitigap.store.schema import Artifact, Job
from service import presenters
from service.downloads import DOCUMENT, FORMATS

LABELS = {
    "xlsx": ("Excel", "every table, with filters"),
    "csv": ("CSV", "one line a technique"),
    "md": ("Markdown", "for a wiki or a ticket"),
    "html": ("HTML", "one file to pass on"),
}
MORE = {
    "json": ("JSON", "for programs"),
    "portfolio": ("Portfolio JSON", "the groups weighed together"),
    "layer": ("Navigator layer: coverage", "for ATT&CK Navigator"),
    "gaps": ("Navigator layer: gaps", "what is open alone"),
    "threat": ("Navigator layer: threat", "what the groups use"),
    "poam": ("OSCAL plan of action", "the gaps for a GRC program"),
}
"""What few need, folded away on the page."""


STATUSES = ("covered", "partial", "gap", "unmitigable")


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    techniques: int
    covered: int
    partial: int
    gap: int
    unmitigable: int
    edges: int


class Ceiling(msgspec.Struct, frozen=True, kw_only=True):
    techniques: int
    of: int
    without_pre_compromise: int


class GroupResult(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    score: float | None
    counts: Counts
    ceiling: Ceiling


class FileView(msgspec.Struct, frozen=True, kw_only=True):
    """`size` in bytes, None for the result itself, which is no printed file."""

    label: str
    purpose: str
    url: str
    size: int | None


class ResultView(msgspec.Struct, frozen=True, kw_only=True):
    """`groups` are in the order of need: the weakest first, those with nothing to assess last."""

    id: str
    name: str
    title: str
    groups: tuple[GroupResult, ...]
    catalogue: str
    digest: str
    rule: str
    policy: str
    as_of: str
    controls: int
    unresolved: int
    finished: datetime | None
    report_url: str
    files: tuple[FileView, ...]
    more: tuple[FileView, ...]
    whole_url: str


def result(job: Job, files: Sequence[Artifact]) -> ResultView:
    told = job.summary
    groups = msgspec.convert(told["groups"], list[GroupResult])
    return ResultView(
        id=job.id,
        name=job.name,
        title=presenters.against(job),
        groups=tuple(sorted(groups, key=_need)),
        catalogue=presenters.told(told),
        digest=told["catalog"]["digest"],
        rule=told["policy"]["rule"],
        policy=told["policy"]["name"],
        as_of=told["as_of"],
        controls=told["inventory"]["controls"],
        unresolved=told["inventory"]["unresolved"],
        finished=job.finished_at,
        report_url=_url(job, "html"),
        files=_files(job, files, LABELS),
        more=_files(job, files, MORE),
        whole_url=_url(job, "zip") if files else "",
    )


def _need(group: GroupResult) -> tuple[float, str]:
    return (2.0 if group.score is None else group.score, group.name.casefold())


def _files(job: Job, files: Sequence[Artifact], labels: Mapping[str, tuple[str, str]]) -> tuple[FileView, ...]:
    sizes: dict[str, int | None] = {DOCUMENT: None, **{file.format: file.size for file in files}}
    return tuple(
        FileView(label=label, purpose=purpose, url=_url(job, form, download=True), size=sizes[form])
        for form, (label, purpose) in labels.items()
        if form in sizes
    )


def _url(job: Job, form: str, *, download: bool = False) -> str:
    extension = next(key for key, value in FORMATS.items() if value == form)
    wanted = 1 if download and form == "html" else None
    return url_for("assessments.report", assessment_id=job.id, extension=extension, download=wanted)
