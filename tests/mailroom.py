"""A mail server on this machine that keeps what it is given, and refuses what a test tells it to."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope


class Mailroom:
    """`answer` is what it says to every message; `received` holds all it has taken, `recipients` for whom."""

    def __init__(self, answer: str = "250 taken") -> None:
        self.answer = answer
        self.received: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.port = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        if self.answer.startswith("250"):
            self.received.append(message_from_bytes(envelope.content, policy=policy.default))
            self.recipients.append(envelope.rcpt_tos)
        return self.answer

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, to: str, _options: Any) -> str:  # noqa: N802
        if to.startswith("nobody@"):
            return "550 there is no such mailbox: secret"
        envelope.rcpt_tos.append(to)
        return "250 fine"


class AnyPort(Controller):
    """Takes a port that is free, and only then knocks at it."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mailroom(answer: str = "250 taken", *, password: str = "") -> Iterator[Mailroom]:
    """With a `password` it takes mail from user `mitigap` alone."""
    room = Mailroom(answer)

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, login: Any) -> AuthResult:
        return AuthResult(success=(login.login, login.password) == (b"mitigap", password.encode()))

    told = {"authenticator": check, "auth_required": True, "auth_require_tls": False} if password else {}
    controller = AnyPort(room, hostname="127.0.0.1", port=0, **told)
    controller.start()
    room.port = controller.port
    try:
        yield room
    finally:
        controller.stop()
