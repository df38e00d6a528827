"""What a run hands back: the result's bytes and figures, and whatever else is to be filed in the same transaction."""

from collections.abc import Callable
from typing import Any, Protocol

import msgspec
from sqlalchemy.orm import Session

from mitigap.store.lease import File


class Progress(Protocol):
    """Shows how far a run is; raises Stopped where the job is cancelled or somebody else's by now."""

    def __call__(self, percent: int, stage: str) -> None: ...


def nothing_more(_session: Session) -> dict[str, Any]:
    return {}


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """`shelve` is called in the finishing transaction, and what it returns is added to `summary`: ids it has given."""

    document: bytes
    summary: dict[str, Any]
    files: tuple[File, ...] = ()
    shelve: Callable[[Session], dict[str, Any]] = nothing_more
