"""Other frameworks, known by their ids: their titles are theirs, and no other names of ATT&CK's mitigations."""

import re
from collections.abc import Sequence

_IDS = (
    ("ISO/IEC 27001 Annex A", re.compile(r"A\.\d{1,2}\.\d{1,2}(?:\.\d{1,2})?")),
    ("CISA's SCuBA baselines", re.compile(r"(?:MS|GWS)\.[A-Z]+\.\d+\.\d+v\d+", re.IGNORECASE)),
    ("the NIST Cybersecurity Framework", re.compile(r"(?:GV|ID|PR|DE|RS|RC)\.[A-Z]{2}-\d{1,2}")),
)
_MOST = 0.8


def framework_of(references: Sequence[str]) -> str:
    """The framework that nearly all of a column's ids belong to, empty where they are the organisation's own."""
    for name, pattern in _IDS:
        if references and sum(bool(pattern.fullmatch(each)) for each in references) >= _MOST * len(references):
            return name
    return ""
