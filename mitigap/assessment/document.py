"""Assessments as the contract's JSON and back: equal inputs give equal bytes."""

from collections.abc import Sequence

from mitigap.assessment import encoding
from mitigap.assessment.model import SCHEMA, Assessment


def dump(assessments: Assessment | Sequence[Assessment]) -> bytes:
    """One object for one assessment, a list for several; keys sorted, two spaces, a newline at the end."""
    return encoding.dump(assessments)


def load(data: bytes) -> tuple[Assessment, ...]:
    """What `dump` wrote, one or several. DocumentUnreadable where it is anything else."""
    return encoding.load(data, Assessment, schema=SCHEMA, noun="assessment")
