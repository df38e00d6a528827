"""The hostile collection sent to a running Mitigap: a message or a safe reading each, and all well afterwards."""

import json
import subprocess
import urllib.error
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from api import Api
from factories.files import csv
from factories.hostile import ROWS, File, files
from houses import PROGRAM, House, house
from servers import until

pytestmark = [pytest.mark.xdist_group("hostile"), pytest.mark.timeout(900)]

MOST_MEMORY = 400
"""Megabytes that one process of the house may hold when all is over: it reads no file itself."""
TRACES = ("Traceback", 'File "', "Error:", "site-packages")
AT_ONCE = 2


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one file: the status told, and the words."""

    name: str
    status: int
    told: str


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("hostile") / "data") as found:
        yield found


@pytest.fixture(scope="module")
def api(opened: House) -> Api:
    words = [*PROGRAM, "token", "create", "--user", "admin@localhost", "--data-dir", str(opened.folder)]
    token = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    return Api(opened.url, token, timeout=120)


@pytest.fixture(scope="module")
def answers(api: Api) -> list[Answer]:
    with ThreadPoolExecutor(AT_ONCE) as several:
        return list(several.map(lambda each: sent(api, *each), files().items()))


def sent(api: Api, name: str, file: File) -> Answer:
    """The answer, that of the job where the reading took longer than a caller waits."""
    try:
        told = api.upload(file.make(), file.filename)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return Answer(name=name, status=refusal.code, told=refusal.read().decode())
    if "state" not in told:
        return Answer(name=name, status=201, told=json.dumps(told))
    until(lambda: ended(api, told["id"]), f"the job that reads {name} has ended", 90)
    job = api.look(f"/jobs/{told['id']}")
    return Answer(name=name, status=201 if job["state"] == "succeeded" else 422, told=json.dumps(job))


def ended(api: Api, job: str) -> bool:
    return api.look(f"/jobs/{job}")["state"] in ("succeeded", "failed")


def megabytes(process: int) -> int:
    status = Path(f"/proc/{process}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return sum(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))


def test_the_collection_is_large_enough() -> None:
    assert len(files()) >= 110


def test_r23_every_file_is_refused_with_a_message_or_read(answers: list[Answer]) -> None:
    odd = [each for each in answers if each.status not in (201, 400, 413, 415, 422)]
    assert odd == []
    silent = [each for each in answers if each.status != 201 and len(each.told) < len("A sentence.")]
    assert silent == []


def test_r23_no_answer_shows_a_trace(answers: list[Answer]) -> None:
    assert [each.name for each in answers if any(trace in each.told for trace in TRACES)] == []


def test_r24_no_file_took_a_worker_with_it(answers: list[Answer], opened: House) -> None:
    assert [each.name for each in answers if "stopped" in each.told and "worker" in each.told] == []
    assert "WorkerLostError" not in opened.log.read_text()


def test_r5_messages_name_the_problem(answers: list[Answer]) -> None:
    told = {each.name: each.told for each in answers}
    for name, words in {
        "locked.xlsx": "password",
        "old.xls": ".xls",
        "macros": "macros",
        "nothing": "empty",
        "300000-rows": "300,001 rows",
        "cut-short": "damaged",
    }.items():
        assert words in told[name], (name, told[name])


def test_all_is_well_afterwards(answers: list[Answer], api: Api, opened: House) -> None:
    assert answers
    before = len(opened.family("celery_app worker"))
    assert api.upload(csv(ROWS), "honest.csv")["levels"] == {"M1027": 0.5, "M1032": 1.0}
    assert len(opened.family("celery_app worker")) == before
    assert {process: megabytes(process) for process in opened.family() if megabytes(process) > MOST_MEMORY} == {}
