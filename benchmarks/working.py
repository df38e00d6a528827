"""Assessments through the whole stack beside what their parts cost alone: `python -m benchmarks.working RUNS`."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from processes import workshop
from servers import until
from sqlalchemy import func, select

from benchmarks.compared import Compared, taken, told
from benchmarks.house import House, furnished, servers
from mitigap.store import jobs, lease
from mitigap.store.lease import File
from mitigap.store.schema import Job, State
from workers import assess, tasks
from workers.outcome import Outcome

AIM = 1.5
JOBS = 40
NOTHINGS = 500
TERM = timedelta(minutes=10)
FEW_JOBS, MANY_JOBS = 100, 400


def compared(runs: int) -> Iterator[Compared]:
    with servers() as (postgres, valkey):
        house = furnished(postgres.new(), valkey.beside("postgresql"))
        nothing = _nothing(house.broker)
        floors = [_floor(house) + JOBS * nothing for _ in range(runs)]
        with TemporaryDirectory() as folder, workshop(Path(folder), house.url, house.broker, **WORKER) as opened:
            opened.worker()
            opened.beat()
            _done(house, 4)
            ours = [_done(house, JOBS) for _ in range(runs)]
        yield Compared(
            name="assessments through Redis and PostgreSQL, artifacts included",
            against="reckoning and printing, storing, and no-op Celery tasks, each measured apart",
            each=f"{JOBS} assessments, one worker",
            ours=tuple(ours),
            other=tuple(floors),
            aim=AIM,
            note=f"{JOBS / sorted(ours)[len(ours) // 2]:.1f} a second; {1 / nothing:.0f} no-op tasks a second",
        )
        yield _memory(house)


WORKER = {"MITIGAP_LEASE": "60", "MITIGAP_REDISPATCH": "30", "MITIGAP_TICK": "0.2"}


def _done(house: House, count: int) -> float:
    """Seconds until so many new assessments are finished by whoever listens."""
    waiting = [house.order() for _ in range(count)]

    def work() -> None:
        house.context.queue.pump()
        until(lambda: _finished(house, waiting), f"{count} assessments are done", seconds=600)

    return taken(work)


def _finished(house: House, wanted: list[str]) -> bool:
    query = select(func.count()).where(Job.id.in_(wanted), Job.state == State.SUCCEEDED)
    with house.context.readers() as session:
        return session.scalar(query) == len(wanted)


def _floor(house: House) -> float:
    """The same work with no queue: what an assessment reckons and prints, and one transaction that stores it."""
    waiting = [house.order() for _ in range(JOBS)]
    with house.context.readers() as session:
        first = jobs.held(session, waiting[0])
    made: list[Outcome] = []
    reckoning = taken(lambda: made.extend(assess.run(house.context, first, _quiet) for _ in range(JOBS)))
    return reckoning + taken(lambda: [_stored(house, each, made[0]) for each in waiting])


def _quiet(_percent: int, _stage: str) -> None:
    """Nobody looks on."""


def _stored(house: House, job_id: str, outcome: Outcome) -> None:
    with house.context.sessions.begin() as session:
        held = lease.claim(session, job_id, worker="bench", term=TERM)
    assert held
    files: tuple[File, ...] = tuple(outcome.files)
    with house.context.sessions.begin() as session:
        lease.finish(session, held, document=outcome.document, files=files)
        lease.summarise(session, held, outcome.summary)


def _memory(house: House) -> Compared:
    """What a process holds after many jobs beside after few: megabytes in place of seconds."""
    counts = (FEW_JOBS, MANY_JOBS - FEW_JOBS)
    held = [(_worked(house, count), _resident())[1] for count in counts]
    return Compared(
        name=f"memory of a worker after {MANY_JOBS} jobs",
        against=f"after {FEW_JOBS}",
        each="resident MiB",
        ours=(held[1],),
        other=(held[0],),
        aim=1.1,
    )


def _worked(house: House, count: int) -> None:
    for _ in range(count):
        tasks.work(house.context, house.order())


def _resident() -> float:
    line = next(each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _nothing(broker: str) -> float:
    """Seconds that one task of nothing takes through one worker process."""
    os.environ["BENCH_BROKER"] = broker
    from benchmarks.nothing import nothing  # noqa: PLC0415 - reads the broker from the environment

    words = ["-A", "benchmarks.nothing", "worker", "-c", "1", "-Ofair", "--without-gossip", "--without-mingle"]
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", *words, "-l", "error"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        nothing.delay().get(timeout=60)
        return taken(lambda: [each.get(timeout=60) for each in [nothing.delay() for _ in range(NOTHINGS)]]) / NOTHINGS
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    told(compared(int(sys.argv[1])))
