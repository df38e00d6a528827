"""The days to come on which a control runs out and the score falls, if nobody does anything until then."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

import msgspec

from mitigap.assessment import attribute, match, rows
from mitigap.assessment import score as scoring
from mitigap.assessment.drift import Row
from mitigap.assessment.match import Edges
from mitigap.assessment.score import ZERO, Levels
from mitigap.assessment.standing import stand
from mitigap.assessment.subject import Subject
from mitigap.catalog import find, scope
from mitigap.catalog.model import Catalogue
from mitigap.inventory.model import Control

_DAY = timedelta(days=1)


class Lowered(msgspec.Struct, frozen=True, kw_only=True):
    """A mitigation whose level falls."""

    id: str
    name: str
    before: float
    after: float


class Fall(msgspec.Struct, frozen=True, kw_only=True):
    """One day, the day after `expires`: the score on it, against the score of the day before.

    `exact` is `delta` as a fraction. `controls` are the rows that ran out and have carried one of `mitigations`.
    """

    on: date
    before: float
    score: float
    delta: float
    exact: str
    mitigations: tuple[Lowered, ...]
    controls: tuple[Row, ...]


def forecast(subject: Subject, until: date | None = None) -> tuple[Fall, ...]:
    """In the order of the days, those after the subject's own up to and with `until`; only where the score changes.

    A control still counts on the day that it names as its last and is out on the next. GroupUnknown and
    GroupAmbiguous as in an assessment.
    """
    group, _ = find.group(subject.catalogue, subject.group_id)
    policy = subject.policy
    used = scope.techniques(subject.catalogue, group.id, software=policy.software, campaigns=policy.campaigns)
    edges = match.edges(subject.catalogue, used, inherit=policy.inherit)
    return tuple(_falls(subject, edges, until or date.max))


def _falls(subject: Subject, edges: Edges, until: date) -> Iterator[Fall]:
    scope_ids = {each for found in edges.values() for each in found}
    ending = [each for each in subject.inventory.controls if rows.counts(each) and scope_ids & {*each.mitigations}]
    before = _on(subject, edges, subject.as_of)
    for day in _days(ending, subject.as_of, until):
        after = _on(subject, edges, day)
        if after.score != before.score:
            yield _fall(subject.catalogue, day, before, after, _out(ending, day))
        before = after


def _days(controls: list[Control], after: date, until: date) -> list[date]:
    """The days after those on which a control ends. The calendar's own last day has none."""
    ends = {each.expires for each in controls if each.expires and after <= each.expires < until}
    return sorted(each + _DAY for each in ends)


class _Day(msgspec.Struct, frozen=True, kw_only=True):
    score: Fraction | None
    levels: Levels


def _on(subject: Subject, edges: Edges, day: date) -> _Day:
    exact = stand(subject.inventory, day).exact
    levels = {each: exact.get(each, ZERO) for found in edges.values() for each in found}
    return _Day(score=scoring.score(scoring.coverages(edges, levels, subject.policy.combine).values()), levels=levels)


def _out(controls: list[Control], day: date) -> list[Control]:
    return [each for each in controls if each.expires and each.expires + _DAY == day]


def _fall(catalogue: Catalogue, day: date, before: _Day, after: _Day, out: list[Control]) -> Fall:
    was, now = before.score or ZERO, after.score or ZERO
    lowered = [each for each in sorted(before.levels) if after.levels[each] != before.levels[each]]
    return Fall(
        on=day,
        before=float(was),
        score=float(now),
        delta=float(now - was),
        exact=attribute.written(now - was) or "0",
        mitigations=tuple(
            Lowered(
                id=each,
                name=catalogue.mitigations[each].name,
                before=float(before.levels[each] or 0),
                after=float(after.levels[each] or 0),
            )
            for each in lowered
        ),
        controls=tuple(rows.row(each, day) for each in out if not {*each.mitigations}.isdisjoint(lowered)),
    )
