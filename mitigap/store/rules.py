"""When a workspace wants to be told of an assessment's end: rules as data, and the facts they look at."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import msgspec

from mitigap.errors import DestinationRefused

MOST = 20
"""Channels of one order, and rules."""


class On(StrEnum):
    """The most pressing first: the first that holds gives the event its name."""

    FAILURE = "failure"
    REGRESSION = "regression"
    BELOW = "below"
    ALWAYS = "always"


class Event(StrEnum):
    FAILED = "assessment.failed"
    REGRESSED = "assessment.regressed"
    BELOW = "assessment.below"
    FINISHED = "assessment.finished"
    TEST = "test"


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`score`, a share of 1, belongs to `below`."""

    on: On
    score: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None


class Notify(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is told, by the ids of channels, and when. `excel`: an e-mail brings the workbook with it."""

    channels: Annotated[tuple[str, ...], msgspec.Meta(max_length=MOST)] = ()
    rules: Annotated[tuple[Rule, ...], msgspec.Meta(max_length=MOST)] = (Rule(on=On.REGRESSION), Rule(on=On.FAILURE))
    excel: bool = False


class Technique(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One cause's part of a change of the score."""

    cause: str
    delta: float | None


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """One group's score; the rest is there where it was compared with the run before.

    `counts` are techniques by what became of them; `worse` names the first few that lost coverage.
    """

    id: str
    name: str
    score: float | None
    before: float | None = None
    delta: float | None = None
    changed: bool = False
    regressed: bool = False
    parts: tuple[Part, ...] = ()
    counts: Mapping[str, int] = {}
    worse: tuple[Technique, ...] = ()


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """How an assessment ended. `base` is the assessment it was compared with, `catalog` what it was made from.

    `moved` tells whether anything did since then; what has nothing to be compared with is news.
    """

    assessment: str
    name: str
    finished_at: datetime
    schedule: str | None = None
    scheduled_for: datetime | None = None
    catalog: str = ""
    base: str | None = None
    moved: bool = True
    groups: tuple[Group, ...] = ()
    error: str = ""
    failed: bool = False
    excel: bool = False


def _below(facts: Facts, rule: Rule) -> bool:
    scores = [group.score for group in facts.groups if group.score is not None]
    return facts.moved and rule.score is not None and any(score < rule.score for score in scores)


HOLDS: Mapping[On, Callable[[Facts, Rule], bool]] = {
    On.FAILURE: lambda facts, _: facts.failed,
    On.REGRESSION: lambda facts, _: any(group.regressed for group in facts.groups),
    On.BELOW: _below,
    On.ALWAYS: lambda *_: True,
}
"""A run that changed nothing does not notify, except by `always`."""

EVENTS: Mapping[On, Event] = {
    On.FAILURE: Event.FAILED,
    On.REGRESSION: Event.REGRESSED,
    On.BELOW: Event.BELOW,
    On.ALWAYS: Event.FINISHED,
}


def read(plain: Mapping[str, Any]) -> Notify:
    """Raises DestinationRefused, naming the place, for what is no such order. Nothing at all is nobody."""
    try:
        told = msgspec.convert(dict(plain), Notify)
    except msgspec.ValidationError as fault:
        raise DestinationRefused(f"notify: {fault}") from fault
    for rule in told.rules:
        if (rule.on is On.BELOW) is not (rule.score is not None):
            raise DestinationRefused("notify: a rule holds a score if it is on “below”, and only then.")
    return told


def event(rules: Iterable[Rule], facts: Facts) -> Event | None:
    """What is to be told, None where nothing is. A failure is called one whatever rule asks to hear of it."""
    holding = {rule.on for rule in rules if HOLDS[rule.on](facts, rule)}
    if holding and facts.failed:
        return Event.FAILED
    return next((EVENTS[on] for on in On if on in holding), None)
