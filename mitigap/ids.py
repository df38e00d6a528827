"""ATT&CK ids: their shapes, and the few that stand for something special."""

import re

GROUP = re.compile(r"G\d{4}")
TECHNIQUE = re.compile(r"T\d{4}(?:\.\d{3})?")
MITIGATION = re.compile(r"M\d{4}")
SOFTWARE = re.compile(r"S\d{4}")
CAMPAIGN = re.compile(r"C\d{4}")
TACTIC = re.compile(r"TA\d{4}")

PRE_COMPROMISE = "M1056"
"""Counts as an ordinary mitigation, is flagged, and is never recommended: nothing can be deployed for it."""

DO_NOT_MITIGATE = {"enterprise-attack": "M1055", "mobile-attack": "M1059", "ics-attack": "M0816"}
"""Each domain's entry that says no mitigation is possible. It is never a mitigation itself."""


def parent_of(technique_id: str) -> str | None:
    """`T1003` for `T1003.001`, None for a technique that is nobody's sub-technique."""
    parent, dot, _ = technique_id.partition(".")
    return parent if dot else None
