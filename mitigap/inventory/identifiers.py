"""ATT&CK ids in what people write: which are there, and which domain they belong to."""

import re
import unicodedata

from mitigap.ids import MITIGATION, TECHNIQUE

_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*")
_HINT = re.compile(r"[Mm]\d{4}")  # a quick look, since nearly every text has no id
_GLUE = re.compile(r"[-_.]")
_LEADS = frozenset({"attack", "ck", "mitre", "id"})
_MOBILE = frozenset([*(f"M10{number:02}" for number in (*range(1, 13), 14, 58, 59))])
_ICS = re.compile(r"M0[89]\d\d")
_ENTERPRISE = re.compile(r"M10(?:1[356789]|[2345]\d|60)")


def mitigation_ids(text: str) -> tuple[str, ...]:
    """Every M-id, in capitals and in order, once. `CM1032`, `M10321` and `M1032-01` are other people's ids."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if not _HINT.search(plain):
        return ()
    tokens = _TOKEN.findall(plain)
    return tuple(dict.fromkeys(found for token in tokens for found in _leading_ids(token)))


def technique_ids(text: str) -> tuple[str, ...]:
    """Every T-id, in capitals and in order, once."""
    tokens = (token.upper() for token in _TOKEN.findall(text))
    return tuple(dict.fromkeys(token for token in tokens if TECHNIQUE.fullmatch(token)))


def without_ids(text: str) -> str:
    """The words of a text once its ATT&CK ids and links are out: `M1032 - MFA` is `MFA`."""
    bare = re.sub(r"https?://\S+", " ", unicodedata.normalize("NFKC", text))
    bare = re.sub(r"(?<![A-Za-z0-9])[MmTt]\d{4}(?:\.\d{3})?(?![A-Za-z0-9])", " ", bare)
    return re.sub(r"\(\s*\)|\[\s*\]", " ", bare).strip(" \t\n-:;,./|\u2013\u2014")


def home_of(mitigation_id: str) -> str | None:
    """The one domain an id belongs to, as far as its number tells."""
    if _ICS.fullmatch(mitigation_id):
        return "ics-attack"
    if mitigation_id in _MOBILE:
        return "mobile-attack"
    return "enterprise-attack" if _ENTERPRISE.fullmatch(mitigation_id) else None


def _leading_ids(token: str) -> list[str]:
    """The ids a token is made of: `M1032-M1036` two, `M1032-Multi` one, `CTRL-M1032` none."""
    parts = [part.upper() for part in _GLUE.split(token)]
    while parts and parts[0].lower() in _LEADS:
        parts.pop(0)
    found: list[str] = []
    for part in parts:
        if MITIGATION.fullmatch(part):
            found.append(part)
        else:
            return [] if part[0].isdigit() else found
    return found
