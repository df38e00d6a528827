"""A receiver of webhooks on this machine, which does as a test tells it: accept, fail, redirect, stall, drip."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from msgspec import json
from standardwebhooks import Webhook


class Receiver:
    """`answers` are the statuses given one after the other; then 204 for ever. `said` holds all that came."""

    def __init__(self, answers: tuple[int, ...] = (), *, drip: bool = False, stall: bool = False) -> None:
        self.answers = list(answers)
        self.drip = drip
        self.stall = stall
        self.over = threading.Event()
        self.said: list[tuple[Mapping[str, str], bytes]] = []
        self.url = ""

    def verified(self, secret: str) -> list[Any]:
        """Every message's content; an error where a signature is wrong."""
        for headers, body in self.said:
            Webhook(secret).verify(body, dict(headers), json_parse=False)
        return [json.decode(body) for _, body in self.said]

    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.said]


@contextmanager
def receiver(answers: tuple[int, ...] = (), *, drip: bool = False, stall: bool = False) -> Iterator[Receiver]:
    told = Receiver(answers, drip=drip, stall=stall)
    handler = type("Handler", (_Handler,), {"receiver": told})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        told.url = f"http://127.0.0.1:{server.server_port}/hook?team=soc"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield told
        told.over.set()
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    receiver: ClassVar[Receiver]

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.receiver.said.append(({name.lower(): value for name, value in self.headers.items()}, body))
        if self.receiver.stall:
            self.receiver.over.wait(20)
            return
        if self.receiver.drip:
            self._drip()
            return
        status = self.receiver.answers.pop(0) if self.receiver.answers else 204
        self.send_response(status)
        if status in range(300, 400):
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0" if status == 204 else "6")
        self.end_headers()
        if status != 204:
            self.wfile.write(b"secret")

    def _drip(self) -> None:
        """A header that never ends, a byte at a time."""
        self.wfile.write(b"HTTP/1.1 100 Continue\r\nX: ")
        while not self.receiver.over.wait(0.05):
            self.wfile.write(b"x")

    def log_message(self, *_: Any) -> None:
        pass

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            return
