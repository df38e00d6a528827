"""A real `mitigap serve`, and someone who uses its page: what the flow tests stand on."""

import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPResponse
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from servers import until
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

PROGRAM = [sys.executable, "-c", "import sys; from cli.main import main; sys.exit(main())"]


class House:
    """One launcher, by itself on a free port. `link` signs in, once."""

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        *,
        port: int = 0,
        program: Sequence[str] = PROGRAM,
    ) -> None:
        self.folder = folder
        self.log = folder.parent / "serve.log"
        with self.log.open("ab") as log:
            words = [*program, "serve", "--port", str(port), "--data-dir", str(folder)]
            told = {**os.environ, **(environment or {})}
            self.process = subprocess.Popen(words, env=told, stdout=subprocess.PIPE, stderr=log, text=True)
        self.url = self.said(r"http://\S+")
        self.link = self.said(r"http://\S+/sign-in/\S+")

    def said(self, pattern: str) -> str:
        """The first match in what is said next on standard output."""
        assert self.process.stdout
        for line in self.process.stdout:
            if found := re.search(pattern, line):
                return found[0]
        raise AssertionError(f"serve ended with {self.process.wait()}:\n{self.log.read_text()}")

    def family(self, named: str = "") -> list[int]:
        """The ids of all that descends from the launcher, itself among them, whose command line holds `named`."""
        listed = subprocess.run(
            ["ps", "-ww", "-eo", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True
        )
        rows = [line.split(None, 3) for line in listed.stdout.splitlines()]
        ours = {self.process.pid}
        for _ in range(5):  # generations
            ours |= {int(pid) for pid, parent, _, _ in rows if int(parent) in ours}
        return [int(row[0]) for row in rows if int(row[0]) in ours and named in row[3] and not row[2].startswith("Z")]

    def worker(self) -> int:
        """The id of Celery's main process; its pool bears the same command line."""
        return min(self.family("celery_app worker"))

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(60)


def kill(processes: list[int]) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def alive(processes: list[int]) -> list[int]:
    """Those that still run; one that is dead and not yet buried does not."""
    held = (Path(f"/proc/{process}/stat") for process in processes)
    return [int(path.parent.name) for path in held if path.exists() and not is_zombie(path)]


def is_zombie(stat: Path) -> bool:
    with suppress(OSError):
        return stat.read_text().rpartition(")")[2].split()[0] == "Z"
    return True


@contextmanager
def house(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[House]:
    opened = House(folder, environment)
    family = opened.family()
    try:
        yield opened
    finally:
        family = [*family, *opened.family()]
        kill([opened.process.pid])
        opened.process.wait()
        if opened.process.stdout:
            opened.process.stdout.close()
        until(lambda: not alive(family), "everything that was started has ended")


class Visitor:
    """A browser without pictures: it keeps cookies, follows redirects, and fills in one form."""

    def __init__(self, base: str) -> None:
        self.base = base
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)

    @classmethod
    def signed_in(cls, opened: House) -> Self:
        visitor = cls(opened.url)
        visitor.get(opened.link)
        return visitor

    def get(self, path: str) -> bytes:
        with self.visit(path) as answer:
            return answer.read()

    def visit(self, path: str, data: bytes | None = None, headers: Mapping[str, str] | None = None) -> HTTPResponse:
        url = path if path.startswith("http") else self.base + path
        request = urllib.request.Request(url, data, {"Origin": self.base, **(headers or {})})
        answer: HTTPResponse = self.opener.open(request, timeout=30)
        return answer

    def status(self, path: str) -> int:
        try:
            with self.visit(path) as answer:
                return answer.status
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code

    def upload(self, file: Path, **fields: object) -> str:
        """Fill in the first page; the id of the job it becomes."""
        page = self.get("/").decode()
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        with file.open("rb") as stream:
            boundary, data = encode_multipart(
                {**hidden, "policy": "mean", **fields, "file": FileStorage(stream, file.name)}
            )
        try:
            with self.visit("/", data, {"Content-Type": f'multipart/form-data; boundary="{boundary}"'}) as answer:
                return urlsplit(answer.url).path.split("/")[2]
        except urllib.error.HTTPError as refusal:
            with refusal:
                told = re.findall(r'role="alert">(.*?)</', refusal.read().decode())
            raise AssertionError(f"refused with {refusal.code}: {told}") from refusal

    def state(self, job: str) -> str:
        found: str = json.loads(self.get(f"/jobs/{job}/state"))["state"]
        return found
