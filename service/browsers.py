"""A browser that is signed in, as its owner knows it again."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from mitigap.store import web_sessions
from mitigap.store.people import WebSession

PROGRAMS: Mapping[str, str] = {
    "Edg/": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
    "curl/": "curl",
}
"""The first that fits: many claim to be others as well."""

SYSTEMS: Mapping[str, str] = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


class BrowserView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    address: str
    workspace: str
    began: datetime
    seen: datetime
    here: bool


def view(row: WebSession, workspace: str, secret: str) -> BrowserView:
    return BrowserView(
        id=row.id,
        name=name(row.agent),
        address=row.address,
        workspace=workspace,
        began=row.created_at,
        seen=row.seen_at,
        here=web_sessions.is_of(row, secret),
    )


def name(agent: str) -> str:
    """`Firefox on Linux`, as far as it says so."""
    program = next((told for mark, told in PROGRAMS.items() if mark in agent), "Another program")
    system = next((told for mark, told in SYSTEMS.items() if mark in agent), "")
    return f"{program} on {system}" if system else program
