"""Reads an upload in a process of its own, under limits: a hostile file costs that process, and nothing else.

The parent's side is `read`; the child's is `main`, run as `python -I -m mitigap.inventory.child`. A request goes in by
stdin and a reply comes out by stdout, both MessagePack.
"""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import msgspec

from mitigap.choices import NONE, Choices
from mitigap.errors import FileRefused
from mitigap.inventory import limits
from mitigap.inventory.look import Look
from mitigap.inventory.model import Inventory, Vocabulary
from mitigap.inventory.refusals import MEND, check_size

_LOG = logging.getLogger(__name__)

_COMMAND = (sys.executable, "-I", "-m", "mitigap.inventory.child")

_INHERITED = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""All that a Python may need to start; nothing else of our environment is the child's business."""

_UNWANTED = ("numpy", "PIL", "lxml")
"""openpyxl loads these where it finds them: a tenth of a second, and threads whose stacks may pass the memory limit."""

_STDERR_KEPT = 4_000

_TOO_LONG = "The file takes too long to read: more than {} seconds{}. Split it into smaller ones, or save it anew."
_TOO_MUCH = (
    f"The file needs more memory than reading may take ({limits.MEMORY // limits.MIB} MB). Split it into smaller ones."
)
_DIED = f"The file cannot be read: it is damaged, or is of a kind that no spreadsheet program writes. {MEND}"
_REASONS = {
    "SIGXCPU": _TOO_LONG.format(limits.CPU_SECONDS, " of processor time"),
    "SIGKILL": _TOO_MUCH,  # the system's answer to a process that took all memory
}


class Request(msgspec.Struct, frozen=True, kw_only=True):
    data: bytes
    filename: str
    vocabulary: Vocabulary
    name: str | None
    choices: Choices = NONE
    looking: bool = False


class Understood(msgspec.Struct, frozen=True, tag=True):
    inventory: Inventory


class Seen(msgspec.Struct, frozen=True, tag=True):
    look: Look


class Refused(msgspec.Struct, frozen=True, tag=True):
    message: str


Reply = Understood | Seen | Refused


def read(
    data: bytes, filename: str, vocabulary: Vocabulary, *, name: str | None = None, choices: Choices = NONE
) -> Inventory:
    """As `read.read`, under the limits; raises FileRefused, also where the child dies of the file. Safe in threads."""
    request = Request(data=data, filename=filename, vocabulary=vocabulary, name=name, choices=choices)
    reply = _answered(request)
    if not isinstance(reply, Understood):
        raise FileRefused(_DIED)
    return reply.inventory


def look(
    data: bytes, filename: str, vocabulary: Vocabulary, *, name: str | None = None, choices: Choices = NONE
) -> Look:
    """As `read.look`, under the same limits."""
    request = Request(data=data, filename=filename, vocabulary=vocabulary, name=name, choices=choices, looking=True)
    reply = _answered(request)
    if not isinstance(reply, Seen):
        raise FileRefused(_DIED)
    return reply.look


def _answered(request: Request) -> Understood | Seen:
    check_size(request.data)
    reply = _ask(msgspec.msgpack.encode(request))
    if isinstance(reply, Refused):
        raise FileRefused(reply.message)
    return reply


def _ask(request: bytes, command: Sequence[str] = _COMMAND) -> Reply:
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={key: os.environ[key] for key in _INHERITED if key in os.environ},
        start_new_session=True,
    ) as process:
        try:
            answer, complaint = process.communicate(request, timeout=limits.WALL_SECONDS)
        except subprocess.TimeoutExpired as fault:
            raise FileRefused(_TOO_LONG.format(limits.WALL_SECONDS, "")) from fault
        finally:
            process.kill()  # does nothing to one that has ended
    return _reply_of(process.returncode, answer, complaint)


def _reply_of(status: int, answer: bytes, complaint: bytes) -> Reply:
    if status == 0:
        with suppress(msgspec.MsgspecError):
            reply: Reply = msgspec.msgpack.decode(answer, type=Reply)
            return reply
    _LOG.error("The reading child ended with %d: %s", status, complaint[-_STDERR_KEPT:].decode("utf-8", "replace"))
    raise FileRefused(_REASONS.get(_signal(status), _DIED))


def _signal(status: int) -> str:
    """By name: not every system has every signal."""
    try:
        return signal.Signals(-status).name
    except ValueError:
        return ""


def main() -> None:
    _limit_ourselves()
    sys.modules.update(dict.fromkeys(_UNWANTED))  # type: ignore[arg-type]  # None is how an import is forbidden
    try:
        answer = msgspec.msgpack.encode(_answer(sys.stdin.buffer.read()))
    except MemoryError:
        answer = msgspec.msgpack.encode(Refused(_TOO_MUCH))
    sys.stdout.buffer.write(answer)


def _answer(request: bytes) -> Reply:
    from mitigap.inventory import read as reader  # noqa: PLC0415 - under the limits, and in the child alone

    asked = msgspec.msgpack.decode(request, type=Request)
    del request  # half of the memory a large upload takes before it is read
    try:
        told: dict[str, Any] = {"name": asked.name, "choices": asked.choices}
        if asked.looking:
            return Seen(reader.look(asked.data, asked.filename, asked.vocabulary, **told))
        return Understood(reader.read(asked.data, asked.filename, asked.vocabulary, **told))
    except FileRefused as refusal:
        return Refused(refusal.message)


def _limit_ourselves() -> None:
    try:
        import resource  # noqa: PLC0415 - Windows has none; there the wall clock alone limits
    except ImportError:
        return
    wanted = {
        resource.RLIMIT_AS: (limits.MEMORY, limits.MEMORY),
        resource.RLIMIT_CPU: (limits.CPU_SECONDS, limits.CPU_SECONDS + 1),  # SIGXCPU first, which says why
        resource.RLIMIT_FSIZE: (limits.FILE, limits.FILE),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_NOFILE: (limits.OPEN_FILES, limits.OPEN_FILES),
    }
    for kind, (soft, hard) in wanted.items():
        with suppress(ValueError, OSError):  # a hard limit below ours is stricter still
            resource.setrlimit(kind, (soft, hard))


if __name__ == "__main__":
    main()
