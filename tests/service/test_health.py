import re

from factories.desk import House, Program
from sqlalchemy import Engine

from mitigap.store import database, heartbeats
from service.app import create_app


def test_the_process_is_alive(house: House) -> None:
    answer = house.app.test_client().get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "alive"})


def test_all_is_ready(house: House) -> None:
    answer = house.app.test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ready", "database": "ok", "broker": "ok"})


def test_the_database_is_away(house: House) -> None:
    gone: Engine = database.connect("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    app = create_app(house.settings, engine=gone, enqueue=str, broker_answers=lambda: True)
    readiness = app.test_client().get("/readyz")
    assert (readiness.status_code, readiness.json["database"]) == (503, "away")
    assert app.test_client().get("/healthz").status_code == 200
    page = app.test_client().get("/sign-in/x")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    gone.dispose()


def test_figures_for_prometheus(house: House, program: Program) -> None:
    with house.context.sessions.begin() as session:
        heartbeats.touch(session, heartbeats.TICK)
        heartbeats.touch(session, heartbeats.WORKER + "one")
    inventory = program.inventory()
    house.idle = True
    program.post("/assessments", json={"inventory": inventory, "groups": ["G0077"]})
    answer = house.app.test_client().get("/metrics")
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    samples = dict(re.findall(r"(?m)^(mitigap_\S+) (\S+)$", answer.text))
    assert samples['mitigap_jobs{kind="read",state="succeeded"}'] == "1"
    assert samples['mitigap_jobs{kind="assess",state="pending"}'] == "1"
    assert samples['mitigap_jobs{kind="catalog",state="failed"}'] == "0"
    assert float(samples['mitigap_oldest_job_seconds{kind="assess",state="pending"}']) >= 0
    assert samples['mitigap_job_duration_seconds_bucket{kind="read",le="+Inf"}'] == "1"
    assert samples['mitigap_job_duration_seconds_bucket{kind="read",le="600.0"}'] == "1"
    assert samples['mitigap_job_duration_seconds_count{kind="assess"}'] == "0"
    assert 0 < float(samples['mitigap_job_duration_seconds_sum{kind="read"}']) < 60
    assert samples['mitigap_attempts_total{fate="succeeded"}'] == "1"
    assert samples["mitigap_schedule_lag_seconds"] == "0"
    assert samples['mitigap_notifications{state="given-up"}'] == "0"
    assert {'mitigap_heartbeat_age_seconds{component="tick"}', 'mitigap_heartbeat_age_seconds{component="worker"}'} <= (
        samples.keys()
    )
