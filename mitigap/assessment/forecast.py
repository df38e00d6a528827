"""The days to come on which a control runs out and the score falls, if nobody does anything until then."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction

import msgspec

from mitigap.assessment import match, rows
from mitigap.assessment.drift import Row
from mitigap.assessment.match import Edges
from mitigap.assessment.score import ZERO, Levels, coverages, exact, score
from mitigap.assessment.standing import stand
from mitigap.assessment.subject import Subject
from mitigap.catalog import find, scope
from mitigap.catalog.model import Catalogue
from mitigap.inventory.levels import levels
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

    `exact` is `delta` as a fraction. `controls` are the rows that ran out and name one of `mitigations`.
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
    """Only what runs out on a day is weighed anew: an inventory may name hundreds of days."""
    named = _named(subject.inventory.controls, {each for found in edges.values() for each in found})
    today = stand(subject.inventory, subject.as_of).exact
    reached = {each: today.get(each, ZERO) for each in named}
    before = _score(subject, edges, reached)
    for day, out in _ends(named, subject.as_of, until):
        touched = {each for control in out for each in control.mitigations if _bears(control, reached.get(each))}
        fallen = {each: _level(each, named[each], day) for each in sorted(touched)}
        lowered = {each: level for each, level in fallen.items() if level != reached[each]}
        if not lowered:
            continue
        after = _score(subject, edges, {**reached, **lowered})
        if after != before:
            carried = [each for each in out if not lowered.keys().isdisjoint(each.mitigations)]
            yield _fall(subject.catalogue, day, (before, after), (reached, lowered), carried)
        reached, before = {**reached, **lowered}, after


def _named(controls: Iterable[Control], mitigations: set[str]) -> dict[str, list[Control]]:
    """The rows that name each of the mitigations."""
    found: dict[str, list[Control]] = {each: [] for each in mitigations}
    for control in controls:
        for each in mitigations.intersection(control.mitigations):
            found[each].append(control)
    return found


def _ends(named: Mapping[str, list[Control]], after: date, until: date) -> list[tuple[date, list[Control]]]:
    """The days after those on which controls end, with these. The calendar's own last day has none."""
    ending: dict[date, dict[str, Control]] = {}
    for each in (control for found in named.values() for control in found):
        if each.expires and after <= each.expires < until and rows.counts(each):
            ending.setdefault(each.expires + _DAY, {})[each.location] = each
    return [(day, sorted(ending[day].values(), key=lambda each: (each.row, each.location))) for day in sorted(ending)]


def _bears(control: Control, level: Fraction | None) -> bool:
    """Whether a mitigation's level may rest on it; the end of a lesser row lowers nothing."""
    return level is not None and exact(control.level) == level


def _level(mitigation: str, controls: list[Control], day: date) -> Fraction | None:
    return exact(levels(controls, day)[mitigation].value)


def _score(subject: Subject, edges: Edges, reached: Levels) -> Fraction | None:
    return score(coverages(edges, reached, subject.policy.combine).values())


def _fall(
    catalogue: Catalogue,
    day: date,
    scores: tuple[Fraction | None, Fraction | None],
    reached: tuple[Levels, Levels],
    out: list[Control],
) -> Fall:
    """A row that has run out counts 0 and still takes part, so that there is a score on both sides."""
    was, now = (each or ZERO for each in scores)
    before, after = reached
    return Fall(
        on=day,
        before=float(was),
        score=float(now),
        delta=float(now - was),
        exact=str(now - was),
        mitigations=tuple(
            Lowered(
                id=each,
                name=catalogue.mitigations[each].name,
                before=float(before[each] or ZERO),
                after=float(after[each] or ZERO),
            )
            for each in after
        ),
        controls=tuple(rows.row(each, day) for each in out),
    )
