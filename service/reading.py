"""Stored readings as pages show them: rows with what was found beside each, filtered and cut into pages."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

import msgspec

PAGE = 100
LONGEST_QUERY = 100
KEPT = 3
"""Readings of a web process at hand: none ever changes, and 200,000 rows take a second to decode."""


class SuggestionView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str


class IssueView(msgspec.Struct, frozen=True, kw_only=True):
    location: str
    message: str
    row: int | None = None
    code: str = ""
    severity: str = "warning"
    suggestions: list[SuggestionView] = []

    @property
    def cell(self) -> str:
        """`7:B` of `Controls!7:B`."""
        return self.location.rpartition("!")[2]


class ControlView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One row. `status` and `level` are None where it says nothing that can be read."""

    location: str
    row: int
    text: str
    mitigations: tuple[str, ...] = ()
    status: str | None = None
    level: float | None = None
    method: str | None = None
    reference: str = ""
    status_text: str = ""
    owner: str = ""
    evidence: str = ""
    notes: str = ""
    reviewed: str | None = None
    expires: str | None = None


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """As much of a stored reading as pages show: nothing in it is interpreted here."""

    sheet: str = ""
    header_row: int | None = None
    controls: list[ControlView] = []
    issues: list[IssueView] = []
    levels: dict[str, float | None] = {}

    @property
    def unresolved(self) -> int:
        return sum(not control.mitigations for control in self.controls)


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A row, the issues beside it, and its place among all rows."""

    at: int
    control: ControlView
    issues: tuple[IssueView, ...]


class RowsPage(msgspec.Struct, frozen=True, kw_only=True):
    """`number` counts pages from 1; `found` the rows that pass the filter, of `total`."""

    rows: tuple[Shown, ...]
    number: int
    pages: int
    found: int
    total: int
    whole: tuple[IssueView, ...]


FILTERS: Mapping[str, tuple[str, Callable[[ControlView, Sequence[IssueView]], bool]]] = {
    "": ("All rows", lambda _control, _issues: True),
    "issues": ("Rows with something to look at", lambda _control, issues: bool(issues)),
    "unresolved": ("Rows that name no mitigation", lambda control, _issues: not control.mitigations),
    "nothing": ("Rows that count 0", lambda control, _issues: not control.level and control.status != "not-applicable"),
}


class Shelf:
    """The readings last asked for. Whoever asks has made sure before that the asker may see it."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._readings: OrderedDict[str, Reading] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str, fetch: Callable[[], bytes]) -> Reading:
        with self._lock:
            found = self._readings.get(key)
            if found is None:
                found = self._readings[key] = msgspec.json.decode(fetch(), type=Reading)
            self._readings.move_to_end(key)
            while len(self._readings) > self._kept:
                self._readings.popitem(last=False)
            return found


shelf = Shelf()


def page(reading: Reading, *, show: str, query: str, number: int, size: int = PAGE) -> RowsPage:
    """One page of the rows that pass the filter and hold every word of the query."""
    beside: dict[int, list[IssueView]] = {}
    for issue in reading.issues:
        if issue.row is not None:
            beside.setdefault(issue.row, []).append(issue)
    passes = FILTERS.get(show, FILTERS[""])[1]
    words = query.casefold().split()
    found = [
        (at, control)
        for at, control in enumerate(reading.controls)
        if passes(control, beside.get(control.row, ())) and _holds(control, words)
    ]
    pages = max(1, -(-len(found) // size))
    number = min(max(1, number), pages)
    rows = tuple(
        Shown(at=at, control=control, issues=tuple(beside.get(control.row, ())))
        for at, control in found[(number - 1) * size : number * size]
    )
    known = {control.row for control in reading.controls}
    whole = tuple(issue for issue in reading.issues if issue.row is None or issue.row not in known)
    return RowsPage(
        rows=rows, number=number, pages=pages, found=len(found), total=len(reading.controls), whole=whole[:PAGE]
    )


def _holds(control: ControlView, words: Sequence[str]) -> bool:
    if not words:
        return True
    texts = (control.text, control.reference, control.owner, control.notes, control.status_text, *control.mitigations)
    said = " ".join(texts).casefold()
    return all(word in said for word in words)
