"""What became of every accepted order: one result each, or a finding."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import msgspec
from chaos import heard
from chaos.audience import Audience
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mitigap.store import database, invariants
from mitigap.store.schema import Artifact, Attempt, Document, Fate, Inventory, Job, Kind, Revision, State, Upload
from reports.render import RENDERERS
from workers.assess import NOT_OURS


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """`lost`, `doubled` and `findings` are empty when all is well; each entry names a key and what is wrong with it.

    `runs` counts those of schedules, `notifications` what went out, `repeats` what came once more under the same id.
    """

    accepted: int
    results: int
    runs: int
    notifications: int
    repeats: int
    attempts: dict[str, int]
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    findings: tuple[str, ...]

    @property
    def well(self) -> bool:
        return not (self.lost or self.doubled or self.findings)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A whole run in figures. `tries` counts requests; `refused` are answers that nobody should get."""

    seconds: float
    injected: Mapping[str, int]
    tries: int
    refused: Mapping[str, str]
    verdict: Verdict

    @property
    def well(self) -> bool:
        return self.verdict.well and not self.refused

    def lines(self) -> Iterator[str]:
        judged = self.verdict
        yield f"faults injected  {sum(self.injected.values())} in {self.seconds:.0f} s"
        for what, times in sorted(self.injected.items()):
            yield f"  {what:<32}{times}"
        yield f"requests sent    {self.tries}"
        yield f"jobs accepted    {judged.accepted}"
        yield f"results          {judged.results}"
        yield f"scheduled runs   {judged.runs}"
        yield f"notifications    {judged.notifications}, {judged.repeats} of them repeated under the same id"
        yield "attempts         " + ", ".join(f"{count} {fate}" for fate, count in sorted(judged.attempts.items()))
        yield f"lost             {len(judged.lost)}"
        yield f"doubled          {len(judged.doubled)}"
        for wrong in (*judged.lost, *judged.doubled, *judged.findings):
            yield f"  WRONG {wrong}"
        for key, body in self.refused.items():
            yield f"  WRONG refused {key}: {body}"


def unfinished(url: str, moment: datetime) -> int:
    """Jobs that have not ended, schedules due by that moment, messages not sent."""
    engine = database.connect(url)
    open_jobs = select(func.count()).where(Job.state.in_((State.PENDING, State.RUNNING))).select_from(Job)
    try:
        with database.readers(engine)() as session:
            return session.scalars(open_jobs).one() + heard.waiting(session, moment)
    finally:
        engine.dispose()


def reach(url: str, accepted: Iterable[str], audience: Audience) -> Verdict:
    engine = database.connect(url)
    try:
        with database.readers(engine)() as session:
            return _judged(session, set(accepted), audience)
    finally:
        engine.dispose()


def _judged(session: Session, accepted: set[str], audience: Audience) -> Verdict:
    by_key = dict(session.execute(select(Job.idempotency_key, Job.id)).all())
    documents = set(session.scalars(select(Document.job_id)))
    fates = session.execute(select(Attempt.fate, func.count()).group_by(Attempt.fate))
    return Verdict(
        accepted=len(accepted),
        results=sum(1 for key in accepted if by_key.get(key) in documents),
        runs=heard.runs(session),
        notifications=heard.notices(session),
        repeats=heard.repeats(audience),
        attempts={(fate or "open"): count for fate, count in fates},
        lost=(*_lost(session, accepted, by_key, documents), *heard.lost(session, audience)),
        doubled=(*_doubled(session), *heard.doubled(session, audience)),
        findings=tuple(f"{name}: {ids}" for name, ids in invariants.broken(session).items()),
    )


def _lost(session: Session, accepted: set[str], by_key: dict[str | None, str], documents: set[str]) -> Iterable[str]:
    for key in sorted(accepted):
        job = by_key.get(key)
        if job is None:
            yield f"{key}: no job"
        elif job not in documents:
            found = session.get_one(Job, job)
            yield f"{key}: {found.state} {found.error}"


def _doubled(session: Session) -> Iterable[str]:
    """More rows than orders, wherever a second run could have left any; or half of a transaction."""
    reads = select(Job.id).where(Job.kind == Kind.READ, Job.state == State.SUCCEEDED)
    counts = {
        "inventories": (
            select(func.count()).select_from(Inventory),
            select(func.count()).select_from(reads.subquery()),
        ),
        "revisions": (select(func.count()).select_from(Revision), select(func.count()).select_from(reads.subquery())),
        "uploads": (select(func.count()).select_from(Upload), select(func.count(Job.id)).where(Job.kind == Kind.READ)),
        "successful attempts": (
            select(func.count()).where(Attempt.fate == Fate.SUCCEEDED).select_from(Attempt),
            select(func.count()).where(Job.state == State.SUCCEEDED).select_from(Job),
        ),
    }
    for name, (there, expected) in counts.items():
        one, other = session.scalars(there).one(), session.scalars(expected).one()
        if one != other:
            yield f"{one} {name} for {other}"
    assessed = select(Job.id).where(Job.kind == Kind.ASSESS, Job.state == State.SUCCEEDED)
    for job in session.scalars(assessed):
        forms = set(session.scalars(select(Artifact.format).where(Artifact.job_id == job)))
        if not forms >= set(RENDERERS) - NOT_OURS:
            yield f"{job}: files {sorted(forms)}"
        document = session.scalars(select(Document.data).where(Document.job_id == job)).one()
        if json.loads(document)["group"]["id"] != "G0077":
            yield f"{job}: another result"
