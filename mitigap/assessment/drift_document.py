"""Drifts as JSON and back, and forecasts as JSON: equal comparisons give equal bytes."""

from collections.abc import Sequence

import msgspec

from mitigap.assessment.drift import SCHEMA, Drift
from mitigap.errors import DocumentUnreadable


def dump(drifts: Drift | Sequence[Drift]) -> bytes:
    """One object for one drift, a list for several; keys sorted, two spaces, a newline at the end."""
    content = drifts if isinstance(drifts, Drift) else list(drifts)
    return msgspec.json.format(msgspec.json.encode(content, order="sorted"), indent=2) + b"\n"


def load(data: bytes) -> tuple[Drift, ...]:
    """What `dump` wrote, one or several. DocumentUnreadable where it is anything else."""
    try:
        content = msgspec.json.decode(data, type=Drift | list[Drift], strict=True)
    except (msgspec.DecodeError, RecursionError) as fault:
        raise DocumentUnreadable(f"The drift cannot be read: {fault}.") from fault
    found = (content,) if isinstance(content, Drift) else tuple(content)
    if unknown := {each.schema for each in found} - {SCHEMA}:
        raise DocumentUnreadable(f"The drift is written in {unknown.pop()}; this version reads {SCHEMA}.")
    return found
