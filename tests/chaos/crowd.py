"""People who want their results whatever happens: each order is sent until it is answered, always with the same key."""

import threading
import time
import urllib.error
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPException
from typing import Any

from api import Api

PAUSE = 0.3
GROUPS = ["Leafminer"]
FAILURES = (OSError, HTTPException, ValueError)
"""No answer, half of one, or one that is no JSON. urllib's errors are OSErrors."""


class Crowd:
    """`jobs` orders: half are files to read, half are assessments of what was read. Some ask for both at a time."""

    def __init__(self, connect: Callable[[], Api], jobs: int, *, people: int = 8) -> None:
        self.connect = connect
        self.accepted: set[str] = set()
        self.refused: dict[str, str] = {}
        self.tries = 0
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(people, thread_name_prefix="person")
        self._over = threading.Event()
        self._all: list[Future[None]] = [self._pool.submit(self._want, number) for number in range(jobs // 2)]

    @property
    def served(self) -> bool:
        """Whether everyone has got an answer to all they asked for. Raises what a person stumbled over."""
        for each in self._all:
            if each.done():
                each.result()
        return all(each.done() for each in self._all)

    def go(self) -> None:
        self._over.set()
        self._pool.shutdown(cancel_futures=True)

    def _want(self, number: int) -> None:
        data = f"Mitigation,Status\nM1017,Implemented\nM1027,{number % 101} %\nRow {number},Yes\n".encode()
        told = self._insist(f"read {number}", lambda api, key: api.upload(data, f"{number}.csv", key))
        inventory = told["id"] if "revision" in told else self._read(told["id"])
        order = {"inventory": inventory, "groups": GROUPS}
        self._insist(f"assess {number}", lambda api, key: api.post("/assessments", order, key))

    def _read(self, job: str) -> str:
        """The inventory that a job has made, once it has."""
        while True:
            found = self._insist("", lambda api, _: api.look(f"/jobs/{job}"))
            if found["state"] == "succeeded":
                inventory: str = found["summary"]["revision"]["inventory"]
                return inventory
            if found["state"] in ("failed", "cancelled"):
                raise AssertionError(f"the file was not read: {found['error']}")
            time.sleep(PAUSE)

    def _insist(self, key: str, ask: Callable[[Api, str], Any]) -> Any:
        while not self._over.is_set():
            with self._lock:
                self.tries += 1
            try:
                answer = ask(self.connect(), key)
            except urllib.error.HTTPError as refusal:
                with refusal:
                    self._note(key, refusal)
            except FAILURES:
                pass
            else:
                with self._lock:
                    self.accepted |= {key} - {""}
                return answer
            time.sleep(PAUSE)
        raise TimeoutError(key)

    def _note(self, key: str, refusal: urllib.error.HTTPError) -> None:
        """A server that is not well asks to try again; any other refusal is a finding."""
        if refusal.code not in (429, 503):
            body = refusal.read().decode(errors="replace")
            with self._lock:
                self.refused[f"{key} {refusal.code}"] = body[:300]
