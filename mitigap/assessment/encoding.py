"""Results as JSON and back: one an object, several a list, and equal results give equal bytes."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

import msgspec

from mitigap.errors import DocumentUnreadable


class Document(Protocol):
    @property
    def schema(self) -> str: ...


Result = TypeVar("Result", bound=Document)


def dump(found: msgspec.Struct | Sequence[msgspec.Struct]) -> bytes:
    """Keys sorted, two spaces, a newline at the end."""
    content = found if isinstance(found, msgspec.Struct) else list(found)
    return msgspec.json.format(msgspec.json.encode(content, order="sorted"), indent=2) + b"\n"


def load(data: bytes, kind: type[Result], *, schema: str, noun: str) -> tuple[Result, ...]:
    """One or several. DocumentUnreadable where it is anything else, or written in another schema."""
    try:
        content = msgspec.json.decode(data, type=kind | list[kind], strict=True)  # type: ignore[valid-type]
    except (msgspec.DecodeError, RecursionError) as fault:
        raise DocumentUnreadable(f"The {noun} cannot be read: {fault}.") from fault
    found = tuple(content) if isinstance(content, list) else (content,)
    if unknown := {each.schema for each in found} - {schema}:
        raise DocumentUnreadable(f"The {noun} is written in {unknown.pop()}; this version reads {schema}.")
    return found
