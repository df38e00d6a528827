"""The inventory's rows as a reader meets them: behind a mitigation, unresolved, or with something to look at."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from mitigap.assessment.model import MitigationResult
from mitigap.inventory.model import Control, Inventory, Issue, Severity
from reports import figures, palette

LINES_TOLD = 20
"""Rows told behind one mitigation in a cell; the sheet of the controls has them all."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One control row: where it stands, what it says, how far it is deployed, whose it is. `expired` or empty."""

    location: str
    text: str
    state: str
    owner: str
    expired: str = ""

    def __str__(self) -> str:
        said = (self.state, self.expired, self.owner)
        return f"{self.location} “{self.text}” ({', '.join(each for each in said if each)})"


class Puzzle(msgspec.Struct, frozen=True, kw_only=True):
    """A row that counts for nothing because no mitigation was found in it, and what it may have meant."""

    location: str
    text: str
    owner: str
    messages: tuple[str, ...]
    suggestions: tuple[str, ...]


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """Anything else that the reading of the inventory had to say."""

    location: str
    severity: str
    message: str
    suggestions: tuple[str, ...]


class Evidence:
    """The rows of one inventory; the lines behind a mitigation are made once, however many techniques need them."""

    def __init__(self, inventory: Inventory) -> None:
        self._controls = {each.location: each for each in inventory.controls}
        self._lines: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[Line, ...]] = {}

    def controls(self, mitigation: MitigationResult) -> tuple[Control, ...]:
        """The rows that name a mitigation, in the order of the sheet."""
        return tuple(self._controls[each] for each in mitigation.controls if each in self._controls)

    def behind(self, mitigation: MitigationResult) -> tuple[Line, ...]:
        """Those that count most come first."""
        key = (mitigation.controls, mitigation.expired)
        if key not in self._lines:
            self._lines[key] = tuple(self._made(mitigation))
        return self._lines[key]

    def _made(self, mitigation: MitigationResult) -> Iterator[Line]:
        expired = frozenset(mitigation.expired)
        found = (self._controls[each] for each in mitigation.controls if each in self._controls)
        for control in sorted(found, key=lambda each: (each.location in expired, -(each.level or 0.0), each.row)):
            yield Line(
                location=control.location,
                text=control.text,
                state=state(control),
                owner=control.owner,
                expired=f"expired on {control.expires}, counts 0" if control.location in expired else "",
            )


def state(control: Control) -> str:
    """`implemented`, `partial, 60 %`, or that the row does not say."""
    if control.status is None:
        return f"status not understood: {control.status_text}" if control.status_text else "no status given"
    word = palette.CONTROL_STATUSES[control.status]
    return word if control.level in {None, 0, 1} else f"{word}, {figures.percent(control.level)}"


def brief(found: tuple[Line, ...], most: int = LINES_TOLD) -> Iterator[str]:
    """The first of them as text, and how many more there are: thousands of rows may stand behind one cell."""
    yield from map(str, found[:most])
    if len(found) > most:
        yield f"and {figures.count(len(found) - most, 'more row')}: see the controls"


def puzzles(inventory: Inventory) -> tuple[Puzzle, ...]:
    said = _by_row(inventory.issues)
    return tuple(
        Puzzle(
            location=each.location,
            text=each.text,
            owner=each.owner,
            messages=tuple(issue.message for issue in said.get(each.row, ())),
            suggestions=tuple(word for issue in said.get(each.row, ()) for word in suggested(issue)),
        )
        for each in inventory.unresolved
    )


def remarks(inventory: Inventory) -> tuple[Remark, ...]:
    """What is not said with an unresolved row already; errors first."""
    told = {each.row for each in inventory.unresolved}
    rest = [each for each in inventory.issues if each.row not in told]
    return tuple(
        Remark(location=each.location, severity=each.severity.value, message=each.message, suggestions=suggested(each))
        for each in sorted(rest, key=lambda each: each.severity is not Severity.ERROR)
    )


def suggested(issue: Issue) -> tuple[str, ...]:
    """`M1027 Password Policies (90 % alike)`."""
    return tuple(f"{each.id} {each.name} ({figures.percent(each.confidence)} alike)" for each in issue.suggestions)


def _by_row(issues: Iterable[Issue]) -> Mapping[int, list[Issue]]:
    found: dict[int, list[Issue]] = {}
    for each in issues:
        if each.row is not None:
            found.setdefault(each.row, []).append(each)
    return found
