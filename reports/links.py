"""The only addresses a report names: ATT&CK's own pages, as plain links that nothing fetches."""

import re
from collections.abc import Mapping

from mitigap import ids

_SITE = "https://attack.mitre.org"

_PATHS: Mapping[re.Pattern[str], str] = {
    ids.TECHNIQUE: "techniques",
    ids.MITIGATION: "mitigations",
    ids.GROUP: "groups",
    ids.TACTIC: "tactics",
    ids.SOFTWARE: "software",
    ids.CAMPAIGN: "campaigns",
}


def address(attack_id: str) -> str | None:
    """`https://attack.mitre.org/techniques/T1003/001/`; None for what is not an ATT&CK id."""
    for pattern, path in _PATHS.items():
        if pattern.fullmatch(attack_id):
            return f"{_SITE}/{path}/{attack_id.replace('.', '/')}/"
    return None
