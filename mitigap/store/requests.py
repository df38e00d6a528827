"""What a job is asked to do: written by the desk, read by the workshop, kept in the job's `params`."""

from datetime import date
from typing import Any

import msgspec

from mitigap.choices import NONE, Choices
from mitigap.store.schema import Kind


class PolicyRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A policy by name, and its three switches."""

    name: str = "mean"
    software: bool = False
    campaigns: bool = False
    inherit: bool = False


class ReadRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read `upload` as a new inventory called `name`, or as the next revision of `inventory`.

    `catalogue` is the id of a catalogue row; its words are those the file is read by, beside those of `choices`.
    `based_on` is the number of the revision it is made from: where another has come since, nothing is filed.
    """

    upload: str
    catalogue: str
    name: str = ""
    inventory: str | None = None
    choices: Choices = NONE
    based_on: int | None = None


class LookRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say how `upload` would be read with `choices`, and file nothing but that."""

    upload: str
    catalogue: str
    name: str = ""
    choices: Choices = NONE


class AssessRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Assess a kept revision (by its id), or a fresh `upload` that becomes an inventory called `name`.

    `groups` are ATT&CK ids; None stands for every group of the catalogue. `catalogue` is the id of a catalogue row.
    `choices` say how a fresh upload is read; a revision has its own. `as_of` is the day the result is for, that of the
    job's making where none is told. `notify` says who is told of its end and when (`mitigap.store.rules`); a scheduled
    run leaves that to its schedule.
    `weights` are those of groups that weigh more or less than 1; `watchlist` is the name of the watch-list whose groups
    and weights of that moment these are.
    """

    catalogue: str
    groups: tuple[str, ...] | None
    revision: str | None = None
    upload: str | None = None
    name: str = ""
    policy: PolicyRequest = PolicyRequest()
    as_of: date | None = None
    choices: Choices = NONE
    notify: dict[str, Any] | None = None
    weights: dict[str, float] = {}
    watchlist: str | None = None


class CatalogRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Compile `upload` (a bundle or a group document); `version` and `domain` where the file does not say."""

    upload: str
    version: str | None = None
    domain: str | None = None


class DiffRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say what moved from the assessment `base` to the assessment `assessment`: the ids of two finished jobs."""

    assessment: str
    base: str


class PreviewRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say what would move if the finished job `assessment` were under another `catalogue`, all else as it was."""

    assessment: str
    catalogue: str


Request = ReadRequest | AssessRequest | CatalogRequest | DiffRequest | PreviewRequest | LookRequest

REQUESTS: dict[Kind, type[Request]] = {
    Kind.READ: ReadRequest,
    Kind.ASSESS: AssessRequest,
    Kind.CATALOG: CatalogRequest,
    Kind.DIFF: DiffRequest,
    Kind.PREVIEW: PreviewRequest,
    Kind.LOOK: LookRequest,
}
KINDS: dict[type[Request], Kind] = {request: kind for kind, request in REQUESTS.items()}


def dump(request: Request) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(request)
    return plain


def load(kind: Kind, params: dict[str, Any]) -> Request:
    return msgspec.convert(params, REQUESTS[kind])
