"""Rows held against each other: where several speak of one mitigation and do not agree, or say the same twice."""

from collections.abc import Iterable, Sequence

from mitigap.inventory.model import Control, Issue, Severity, Status, Vocabulary
from mitigap.inventory.words import key, listed

_SHOWN = 10


def issues(controls: Sequence[Control], vocabulary: Vocabulary) -> list[Issue]:
    """One warning a mitigation, at the first row that disagrees; what counts is for `levels` to say."""
    rows: dict[str, list[Control]] = {}
    for control in controls:
        for each in control.mitigations:
            rows.setdefault(each, []).append(control)
    found = (_disagreement(each, vocabulary.mitigations[each], rows[each]) for each in sorted(rows))
    return [*filter(None, found), *_duplicates(controls)]


def _disagreement(mitigation: str, name: str, rows: Sequence[Control]) -> Issue | None:
    first = _says(rows[0])
    other = next((control for control in rows if _says(control) != first), None)
    if other is None:
        return None
    said = listed([f"{control.location} ({_says(control)})" for control in _one_of_each(rows)], _SHOWN)
    message = f"{len(rows)} rows for {mitigation} {name} do not agree: {said}. The highest counts."
    return _warning("conflict", other, message)


def _one_of_each(rows: Iterable[Control]) -> list[Control]:
    return list({_says(control): control for control in reversed(list(rows))}.values())[::-1]


def _says(control: Control) -> str:
    if control.status is Status.NOT_APPLICABLE:
        return "not applicable"
    return f"{round((control.level or 0) * 100, 2):g} %"


def _duplicates(controls: Sequence[Control]) -> list[Issue]:
    alike: dict[tuple[object, ...], list[Control]] = {}
    for control in controls:
        if control.mitigations:
            what = (key(control.text), control.mitigations, _says(control), control.reference, control.owner)
            alike.setdefault(what, []).append(control)
    return [
        _warning(
            "duplicate", rows[1], f"The same control stands in several rows: {listed([row.location for row in rows])}."
        )
        for rows in alike.values()
        if len(rows) > 1
    ]


def _warning(code: str, control: Control, message: str) -> Issue:
    return Issue(location=control.location, row=control.row, code=code, severity=Severity.WARNING, message=message)
