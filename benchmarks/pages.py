"""Pages beside an empty view, and with few and many assessments there: `python -m benchmarks.pages RUNS`."""

import http.client
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from composition import free_port
from servers import until

from benchmarks.compared import Compared, in_turn, told
from benchmarks.house import EMAIL, House, furnished, servers
from mitigap.store import accounts, database
from mitigap.store.schema import State

EMPTY_AIM = 3.0
GROWTH_AIM = 1.5
REQUESTS = 50
FEW, MANY = 1_000, 100_000
LISTS = ("/assessments", "/overview")


def compared(runs: int) -> Iterator[Compared]:
    with servers() as (postgres, valkey):
        broker = valkey.beside("postgresql")
        few, many = (furnished(postgres.new(), broker) for _ in range(2))
        with serving(few) as beside:
            yield from _reports(beside, few, runs)
            few.fill(FEW, State.SUCCEEDED)
            many.fill(MANY, State.SUCCEEDED)
            _analyse(few, many)
            with serving(many) as crowded:
                yield from _lists(beside, crowded, runs)


def _reports(beside: "Browser", house: House, runs: int) -> Iterator[Compared]:
    for name, path in {
        "report page": f"/assessments/{house.assessment}/report.html",
        "assessment page": f"/assessments/{house.assessment}",
        "techniques page": f"/assessments/{house.assessment}/techniques",
    }.items():
        ours, other = in_turn(lambda told=path: beside.many(told), lambda: beside.many("/empty/"), runs)
        aim = EMPTY_AIM if name == "report page" else None
        against = "an empty Flask view, same gunicorn"
        yield Compared(name=name, against=against, each=f"{REQUESTS} requests", ours=ours, other=other, aim=aim)


def _lists(few: "Browser", many: "Browser", runs: int) -> Iterator[Compared]:
    for path in LISTS:
        ours, other = in_turn(lambda told=path: many.many(told), lambda told=path: few.many(told), runs)
        yield Compared(
            name=f"{path} with {MANY:,} assessments",
            against=f"with {FEW:,}",
            each=f"{REQUESTS} requests",
            ours=ours,
            other=other,
            aim=GROWTH_AIM,
        )


def _analyse(*houses: House) -> None:
    """As PostgreSQL does by itself, a minute later."""
    for house in houses:
        with house.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")


class Browser:
    """One connection that is kept, signed in."""

    def __init__(self, port: int, link: str) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        answer = self._asked(link)
        self._cookie = re.match(r"[^;]+", answer.headers["Set-Cookie"])[0]  # type: ignore[index]

    def _asked(self, path: str, **headers: str) -> http.client.HTTPResponse:
        self._line.request("GET", path, headers={"Accept-Encoding": "identity", **headers})
        answer = self._line.getresponse()
        answer.read()
        return answer

    def many(self, path: str) -> None:
        for _ in range(REQUESTS):
            assert self._asked(path, Cookie=self._cookie).status == 200, path


@contextmanager
def serving(house: House) -> Iterator[Browser]:
    port = free_port()
    told = {
        "MITIGAP_DATABASE_URL": house.url,
        "MITIGAP_BROKER_URL": house.broker,
        "MITIGAP_SECRET_KEY": secrets.token_hex(32),
    }
    command = [sys.executable, "-m", "gunicorn", "-k", "gthread", "--threads", "4", "-b", f"127.0.0.1:{port}"]
    quiet = ["--no-control-socket", "--keep-alive", "60", "--log-level", "error", "benchmarks.empty_desk:app"]
    process = subprocess.Popen([*command, *quiet], env=os.environ | told, stdout=subprocess.DEVNULL)
    try:
        until(lambda: _answers(port), "gunicorn answers")
        with house.context.sessions.begin() as session:
            secret = accounts.create_sign_in_link(session, EMAIL, database.now(session), timedelta(minutes=5))
        yield Browser(port, f"/sign-in/{secret}")
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    try:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        line.request("GET", "/empty/")
        return line.getresponse().status == 200
    except OSError:
        return False


if __name__ == "__main__":
    told(compared(int(sys.argv[1])))
