"""Assessments as the contract's JSON and back: equal inputs give equal bytes."""

from collections.abc import Sequence

import msgspec

from mitigap.assessment.model import SCHEMA, Assessment
from mitigap.errors import DocumentUnreadable


def dump(assessments: Assessment | Sequence[Assessment]) -> bytes:
    """One object for one assessment, a list for several; keys sorted, two spaces, a newline at the end."""
    content = assessments if isinstance(assessments, Assessment) else list(assessments)
    return msgspec.json.format(msgspec.json.encode(content, order="sorted"), indent=2) + b"\n"


def load(data: bytes) -> tuple[Assessment, ...]:
    """What `dump` wrote, one or several. DocumentUnreadable where it is anything else."""
    try:
        content = msgspec.json.decode(data, type=Assessment | list[Assessment], strict=True)
    except (msgspec.DecodeError, RecursionError) as fault:
        raise DocumentUnreadable(f"The assessment cannot be read: {fault}.") from fault
    found = (content,) if isinstance(content, Assessment) else tuple(content)
    if unknown := {each.schema for each in found} - {SCHEMA}:
        raise DocumentUnreadable(f"The assessment is written in {unknown.pop()}; this version reads {SCHEMA}.")
    return found
