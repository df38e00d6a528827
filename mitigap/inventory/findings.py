"""What is found in one row before its place is known: an issue is a finding with a location."""

import msgspec

from mitigap.inventory.fields import Field
from mitigap.inventory.model import Severity, Suggestion


class Finding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """`field` is the column it stands in, None where it concerns the whole row."""

    code: str
    severity: Severity
    message: str
    field: Field | None = None
    suggestions: tuple[Suggestion, ...] = ()


def error(code: str, message: str, field: Field | None = None, suggestions: tuple[Suggestion, ...] = ()) -> Finding:
    return Finding(code=code, severity=Severity.ERROR, message=message, field=field, suggestions=suggestions)


def warning(code: str, message: str, field: Field | None = None, suggestions: tuple[Suggestion, ...] = ()) -> Finding:
    return Finding(code=code, severity=Severity.WARNING, message=message, field=field, suggestions=suggestions)
