"""Drifts as JSON and back: equal comparisons give equal bytes."""

from collections.abc import Sequence

from mitigap.assessment import encoding
from mitigap.assessment.drift import SCHEMA, Drift


def dump(drifts: Drift | Sequence[Drift]) -> bytes:
    """One object for one drift, a list for several; keys sorted, two spaces, a newline at the end."""
    return encoding.dump(drifts)


def load(data: bytes) -> tuple[Drift, ...]:
    """What `dump` wrote, one or several. DocumentUnreadable where it is anything else."""
    return encoding.load(data, Drift, schema=SCHEMA, noun="drift")
