"""What one schedule or job costs as they become many, and the picture of it: `python -m benchmarks.growing RUNS`."""

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from statistics import median

from sqlalchemy import delete, insert, update

from benchmarks.compared import Compared, taken, told
from benchmarks.house import BATCH, ROOT, House, furnished, servers
from mitigap.cadence import PRESETS
from mitigap.store import database, dispatch, firing, jobs, schedules
from mitigap.store.columns import new_id
from mitigap.store.schedules import Plan
from mitigap.store.schema import Job, Schedule, State

DEPTHS = (100, 1_000, 10_000)
AIM = 1.5
WINDOW = 16
DRAWS = 25
PICTURE = ROOT / "docs" / "images" / "growth.svg"
WIDTH, HEIGHT, LEFT, BOTTOM = 640, 260, 60, 40

Measured = dict[int, list[float]]
"""Seconds for one, by how many there are."""


def compared(runs: int) -> Iterator[Compared]:
    with servers() as (postgres, valkey):
        house = furnished(postgres.new(), valkey.beside("postgresql"))
        found = {
            "a due schedule is run": _each(house, _fired, runs),
            "sixteen waiting jobs are drawn": _each(house, _drawn, runs),
        }
    PICTURE.write_text(_drawing(found))
    for name, measured in found.items():
        yield Compared(
            name=f"{name}, {DEPTHS[-1]:,} there",
            against=f"with {DEPTHS[-2]:,} there",
            each="one",
            ours=tuple(measured[DEPTHS[-1]]),
            other=tuple(measured[DEPTHS[-2]]),
            aim=AIM,
        )


def _each(house: House, how: Callable[[House, int], float], runs: int) -> Measured:
    return {depth: [how(house, depth) for _ in range(runs)] for depth in DEPTHS}


def _emptied(house: House) -> None:
    with house.context.sessions.begin() as session:
        session.execute(delete(Job).where(Job.state == State.PENDING))
        session.execute(delete(Schedule))
    with house.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE")


def _fired(house: House, depth: int) -> float:
    """Seconds a schedule: all that are due are run, a batch a transaction as the tick does it."""
    _emptied(house)
    with house.context.sessions.begin() as session:
        now = database.now(session)
        like = _schedule(house)
        for begin in range(0, depth, BATCH):
            many = [like | {"id": new_id(), "next_run_at": now} for _ in range(min(BATCH, depth - begin))]
            session.execute(insert(Schedule), many)
    return taken(lambda: _fire_all(house)) / depth


def _schedule(house: House) -> dict[str, object]:
    """One as it is made, its row taken away again."""
    with house.context.sessions() as session:
        job = jobs.get(session, house.workspace, house.assessment)
        plan = Plan(
            name="weekly",
            inventory_id=job.summary["revision"]["inventory"],
            domain="enterprise-attack",
            groups=["G0077"],
            cron=PRESETS["weekly"],
            timezone="Europe/Berlin",
        )
        row = schedules.create(session, house.workspace, plan)
        made = {column.key: getattr(row, column.key) for column in Schedule.__table__.columns}
        session.rollback()
    return made


def _fire_all(house: House) -> None:
    moved = firing.BATCH
    while moved == firing.BATCH:
        with house.context.sessions.begin() as session:
            moved = firing.fire(session).moved


def _drawn(house: House, depth: int) -> float:
    """Seconds a draw, as a worker asks for it after each job."""
    _emptied(house)
    house.fill(depth, State.PENDING)
    redispatch = timedelta(seconds=30)

    def draw() -> None:
        with house.context.sessions.begin() as session:
            drawn = dispatch.due(session, window=WINDOW, redispatch=redispatch)
            session.execute(update(Job).where(Job.id.in_(list(drawn))).values(next_dispatch_at=database.now(session)))

    draw()
    return taken(lambda: [draw() for _ in range(DRAWS)]) / DRAWS


def _drawing(found: dict[str, Measured]) -> str:
    """Milliseconds for one over how many there are, each line in words at its end."""
    points = {name: [1000 * median(measured[depth]) for depth in DEPTHS] for name, measured in found.items()}
    most = max(max(each) for each in points.values()) * 1.15
    xs = [LEFT + number * (WIDTH - LEFT - 220) / (len(DEPTHS) - 1) for number in range(len(DEPTHS))]
    lines = []
    for number, (name, values) in enumerate(points.items()):
        ys = [HEIGHT - BOTTOM - (HEIGHT - BOTTOM - 20) * value / most for value in values]
        look = ("#22577a", "#b45309")[number]
        path = " ".join(f"{x:.0f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
        lines.append(f'<polyline points="{path}" fill="none" stroke="{look}" stroke-width="2.5"/>')
        lines += [f'<circle cx="{x:.0f}" cy="{y:.1f}" r="3.5" fill="{look}"/>' for x, y in zip(xs, ys, strict=True)]
        lines.append(
            f'<text x="{xs[-1] + 10:.0f}" y="{ys[-1] + 4:.1f}" fill="{look}">{values[-1]:.1f} ms: {name}</text>'
        )
    lines += [
        f'<text x="{x:.0f}" y="{HEIGHT - 14}" text-anchor="middle">{depth:,}</text>'
        for x, depth in zip(xs, DEPTHS, strict=True)
    ]
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12"'
    begin = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    frame = (
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/><title>What one costs as they become many</title>'
        f'<path d="M{LEFT} 20V{HEIGHT - BOTTOM}H{xs[-1]:.0f}" fill="none" stroke="#98a1ae"/>'
        f'<text x="{LEFT - 8}" y="{HEIGHT - BOTTOM + 4}" text-anchor="end">0 ms</text>'
        f'<text x="{LEFT - 8}" y="28" text-anchor="end">{most:.0f} ms</text>'
    )
    return "\n".join([begin, frame, *lines, "</svg>", ""])


if __name__ == "__main__":
    told(compared(int(sys.argv[1])))
