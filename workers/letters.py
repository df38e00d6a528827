"""What a notification says: for programs as JSON, for people as a letter."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from mitigap.store.notifications import Claim
from mitigap.store.rules import Event, Facts, Group
from reports import figures, notice
from reports.notice import Letter, Line, Notice

HEADLINES: Mapping[Event, str] = {
    Event.FAILED: "An assessment has failed",
    Event.REGRESSED: "Coverage has gone down",
    Event.BELOW: "A score is below its limit",
    Event.FINISHED: "An assessment is done",
    Event.TEST: "This is a test of Mitigap's notifications",
}
CAUSES: Mapping[str, str] = {"policy": "the rule of the score"}
REASON = "You are told because this address is a channel of a workspace in Mitigap."


def content(claim: Claim, public_url: str) -> dict[str, Any]:
    """A webhook's body: `type`, `timestamp` and `data`, as Standard Webhooks has it. Equal for equal claims."""
    return {"type": claim.event, "timestamp": claim.created_at, "data": _data(claim, public_url)}


def letter(claim: Claim, public_url: str) -> Letter:
    if claim.event is Event.TEST:
        return notice.letter(Notice(headline=HEADLINES[claim.event], name=claim.facts["channel"], reason=REASON))
    facts = told(claim)
    return notice.letter(
        Notice(
            headline=HEADLINES[claim.event],
            name=facts.name,
            made_from=facts.catalog,
            finished=_moment(facts.finished_at),
            lines=tuple(_line(facts, each) for each in sorted(facts.groups, key=_pressing)),
            error=facts.error,
            link=_link(facts, public_url) or "",
            reason=REASON,
        )
    )


def told(claim: Claim) -> Facts:
    return msgspec.convert(claim.facts, Facts)


def _data(claim: Claim, public_url: str) -> dict[str, Any]:
    if claim.event is Event.TEST:
        return claim.facts
    facts = told(claim)
    plain = msgspec.structs.asdict(facts)
    for own in ("excel", "failed", "error", "moved"):
        del plain[own]
    return {
        **plain,
        "state": "failed" if facts.failed else "succeeded",
        "error": facts.error or None,
        "changed": facts.moved,
        "regressed": any(each.regressed for each in facts.groups),
        "link": _link(facts, public_url),
    }


def _link(facts: Facts, public_url: str) -> str | None:
    return f"{public_url}/assessments/{facts.assessment}" if public_url else None


def _pressing(group: Group) -> tuple[bool, float, str]:
    """Those that are worse first, by how much."""
    return (not group.regressed, group.delta or 0, group.id)


def _line(facts: Facts, group: Group) -> Line:
    compared = facts.base is not None and (group.before is not None or group.delta is not None)
    return Line(
        name=f"{group.name} ({group.id})",
        score=group.score,
        before=group.before,
        compared=compared,
        causes=tuple(
            f"{CAUSES.get(each.cause, each.cause)} {figures.change(each.delta)}" for each in group.parts if each.delta
        ),
        worse=tuple(f"{each.id} {each.name}" for each in group.worse),
    )


def _moment(at: datetime) -> str:
    return f"{at:%d %b %Y, %H:%M} UTC".lstrip("0")
