"""The production stack as docker-compose.yml describes it: what compose would run is what runs here, as processes."""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from io import BytesIO

import pytest
import redis
import yaml
from api import Api
from composition import FILE, SECRETS, Composition, composition, dockerfile, final_stage, read
from openpyxl import load_workbook
from servers import until
from sqlalchemy import select

from mitigap.catalog import builtin
from mitigap.store import database, invariants
from mitigap.store.schema import Attempt, Document, Fate

pytestmark = [pytest.mark.xdist_group("compose"), pytest.mark.timeout(600)]

LONG = 120
OURS = ("migrate", "web", "worker", "beat")
CONTROLS = b"Mitigation,Status\nM1017,Implemented\nPassword Policies,50%\nSpoon bending,Yes\n"


@pytest.fixture(scope="module")
def stack() -> Iterator[Composition]:
    """In the order that `depends_on` asks for."""
    with composition() as opened:
        opened.start_servers()
        assert opened.migrate() == 0, opened.logs()
        for service, name in (("web", "web"), *[(part, f"{part}-{n}") for part in ("worker", "beat") for n in (1, 2)]):
            opened.start(service, name)
        for service in ("web", "worker", "beat"):
            opened.await_health(service)
        yield opened


@pytest.fixture(scope="module")
def api(stack: Composition) -> Api:
    stack.say("web", "user", "create", "soc@example.com", "--role", "analyst", "--workspace", "SOC")
    return Api(stack.url, stack.say("web", "token", "create", "--user", "soc@example.com"))


def ended(api: Api, job: str) -> bool:
    return api.look(f"/jobs/{job}")["state"] in ("succeeded", "failed", "cancelled")


def test_a_file_becomes_a_workbook(stack: Composition, api: Api) -> None:
    inventory = api.upload(CONTROLS, "controls.csv")
    job = api.post("/assessments", {"inventory": inventory["id"], "groups": ["Leafminer"]})["job"]
    until(lambda: ended(api, job), f"the job has ended\n{stack.logs()}", seconds=LONG)
    book = load_workbook(BytesIO(api.get(f"/assessments/{job}/report.xlsx")))
    assert any(cell.value == "T1003.001" for row in book["Techniques"].rows for cell in row)
    assert check(stack, job) == [Fate.SUCCEEDED]


def test_what_is_accepted_while_the_broker_is_away_is_done_once_it_is_back(stack: Composition, api: Api) -> None:
    inventory = api.upload(CONTROLS, "controls.csv")
    stack.lose_redis()
    job = api.post("/assessments", {"inventory": inventory["id"], "groups": ["Leafminer"]})["job"]
    assert status(stack, "/readyz") == 503
    stack.start_redis()
    until(lambda: ended(api, job), f"the job has ended\n{stack.logs()}", seconds=LONG)
    until(lambda: status(stack, "/readyz") == 200, "all is ready")
    assert check(stack, job) == [Fate.SUCCEEDED]


def test_while_the_database_is_away_the_page_says_so_and_then_goes_on_by_itself(stack: Composition, api: Api) -> None:
    stack.postgres.stop_at_once()
    began = time.monotonic()
    with pytest.raises(urllib.error.HTTPError) as refusal:
        api.look("/inventories")
    waited = time.monotonic() - began
    with refusal.value as answer:
        assert (answer.code, answer.headers["Retry-After"]) == (503, "5")
        assert "database cannot be reached" in json.loads(answer.read())["detail"]
    assert waited < 10
    assert status(stack, "/healthz") == 200
    stack.postgres.start()
    job = api.post("/assessments", {"inventory": api.upload(CONTROLS, "again.csv")["id"], "groups": ["G0077"]})["job"]
    until(lambda: ended(api, job), f"the job has ended\n{stack.logs()}", seconds=LONG)
    assert check(stack, job)[-1] == Fate.SUCCEEDED


def test_a_worker_told_to_stop_finishes_its_job_or_hands_it_back(stack: Composition, api: Api) -> None:
    inventory = api.upload(many_controls(), "many.csv")
    job = api.post("/assessments", {"inventory": inventory["id"], "all_groups": True})["job"]
    until(lambda: api.look(f"/jobs/{job}")["state"] == "running", "the job runs", seconds=LONG)
    worker = stack.parts[name_of_worker(stack, job)]
    grace = int(stack.services["worker"]["stop_grace_period"].removesuffix("s"))
    assert worker.stop(grace) == 0
    until(lambda: ended(api, job), f"the job has ended\n{stack.logs()}", seconds=LONG)
    assert check(stack, job)[-1] == Fate.SUCCEEDED


def test_every_line_of_the_log_is_one_object_and_ties_a_request_to_its_job(stack: Composition, api: Api) -> None:
    job = api.post("/assessments", {"inventory": api.upload(CONTROLS, "x.csv")["id"], "groups": ["G0077"]})["job"]
    until(lambda: ended(api, job), "the job has ended", seconds=LONG)
    told = [json.loads(line) for name in ("web", "beat-1") for line in stack.parts[name].log.read_text().splitlines()]
    accepted = next(line for line in told if line["event"] == "job accepted" and line["job"] == job)
    assert any(line["event"] == "request" and line["request"] == accepted["request"] for line in told)
    workers = "".join(part.log.read_text() for name, part in stack.parts.items() if name.startswith("worker"))
    assert f'"job": "{job}", "event": "job succeeded"' in workers


def test_only_who_has_the_password_may_enter_the_broker(stack: Composition) -> None:
    with redis.Redis(port=stack.redis_port) as stranger, pytest.raises(redis.exceptions.AuthenticationError):
        stranger.ping()


def status(stack: Composition, path: str) -> int:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(stack.url + path, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code


def check(stack: Composition, job_id: str) -> list[Fate | None]:
    """One result, nothing at odds; how each attempt ended."""
    engine = database.connect(stack.database_url)
    try:
        with database.readers(engine)() as session:
            assert invariants.broken(session) == {}
            assert list(session.scalars(select(Document.job_id).where(Document.job_id == job_id))) == [job_id]
            attempts = select(Attempt.fate).where(Attempt.job_id == job_id).order_by(Attempt.number)
            return list(session.scalars(attempts))
    finally:
        engine.dispose()


def name_of_worker(stack: Composition, job_id: str) -> str:
    """Which of the two runs it: the one whose pool the attempt's process belongs to."""
    engine = database.connect(stack.database_url)
    with database.readers(engine)() as session:
        worker = session.scalars(
            select(Attempt.worker).where(Attempt.job_id == job_id, Attempt.ended_at.is_(None))
        ).one()
    engine.dispose()
    group = os.getpgid(int(worker.rpartition(":")[2]))
    return next(name for name, part in stack.parts.items() if part.pid == group)


def many_controls() -> bytes:
    """Enough rows that a job over all groups takes seconds."""
    names = [each.name for each in builtin.default().mitigations.values()]
    rows = (f"{names[row % len(names)]},Implemented\n" for row in range(1_000))
    return ("Mitigation,Status\n" + "".join(rows)).encode()


@pytest.mark.parametrize("missing", SECRETS)
def test_compose_asks_for_every_secret(missing: str) -> None:
    with pytest.raises(LookupError, match=missing):
        read({name: value for name, value in SECRETS.items() if name != missing})


def test_nothing_is_kept_in_the_file_that_others_should_not_know() -> None:
    for service in yaml.safe_load(FILE.read_text())["services"].values():
        told = service.get("environment", {})
        secret = [value for name, value in told.items() if "PASSWORD" in name or "KEY" in name or "AUTH" in name]
        assert all(value.startswith("${") and (":?" in value or value.endswith(":-}")) for value in secret)


def test_only_the_page_can_be_reached_from_outside() -> None:
    services = read()["services"]
    assert {name for name, service in services.items() if "ports" in service} == {"web"}
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"]


def test_our_containers_may_do_little_and_come_back_by_themselves() -> None:
    services = read()["services"]
    for name in OURS:
        service = services[name]
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["init"]
    assert {name: services[name]["restart"] for name in services} == dict.fromkeys(services, "unless-stopped") | {
        "migrate": "no"
    }
    assert {name for name in services if "test" in services[name]["healthcheck"]} == services.keys() - {"migrate"}
    assert services["beat"]["deploy"]["replicas"] == 2


def test_parts_wait_for_the_tables_and_the_servers() -> None:
    services = read()["services"]
    for name in ("web", "worker", "beat"):
        assert {other: need["condition"] for other, need in services[name]["depends_on"].items()} == {
            "migrate": "service_completed_successfully",
            "postgres": "service_healthy",
            "redis": "service_healthy",
        }


def test_the_image_is_built_in_two_stages_from_locked_packages() -> None:
    lines = dockerfile()
    syncs = [line for line in lines if line.startswith("RUN uv sync")]
    assert [line.split()[1].partition(":")[0] for line in lines if line.startswith("FROM ")] == ["python", "python"]
    assert len(syncs) == 2
    assert all("--locked" in line and "--no-default-groups" in line for line in syncs)
    assert not any(line.startswith(("ADD", "COPY .")) for line in final_stage())


def test_the_image_runs_as_nobody_in_particular_and_knows_whether_it_is_well() -> None:
    lines = final_stage()
    user = next(line for line in lines if line.startswith("USER "))
    assert user != "USER root"
    assert next(line for line in lines if line.startswith(("ENTRYPOINT", "CMD"))) == 'ENTRYPOINT ["mitigap"]'
    assert lines.index(user) < next(n for n, line in enumerate(lines) if line.startswith("ENTRYPOINT"))
    assert any(line.startswith("HEALTHCHECK ") and "/healthz" in line for line in lines)


def test_what_is_built_in_the_image_is_what_the_package_needs() -> None:
    """Every folder of the wheel is let through, and nothing that a developer has lying about."""
    allowed = {line[1:] for line in (FILE.parent / ".dockerignore").read_text().split() if line.startswith("!")}
    needed = {"cli", "mitigap", "reports", "seeds", "service", "workers", "pyproject.toml", "uv.lock", "README.md"}
    assert allowed == needed | {"LICENSE"}
    assert all((FILE.parent / name).exists() for name in allowed)
