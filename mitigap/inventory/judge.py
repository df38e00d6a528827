"""What one row says about deployment, from all of its cells that speak of it: a status and a level."""

from collections.abc import Iterable, Mapping

import msgspec

from mitigap.inventory.book import Cell, Formula, Percent, text_of
from mitigap.inventory.fields import Field
from mitigap.inventory.findings import Finding, error, warning
from mitigap.inventory.model import Status
from mitigap.inventory.scales import Scale, grade_in, number_in, share_of
from mitigap.inventory.status_words import MATURITY
from mitigap.inventory.statuses import EMPTY, LEVELS, UNKNOWN, Kind, Reading, known_words, read
from mitigap.inventory.words import fold, listed, shown, spoken

_SIGN = 2  # a tick, and the mark that some systems put behind it
CROSSES = frozenset({"x", "X", "×"})  # noqa: RUF001 -- the multiplication sign is what some keyboards give


NO_VALUE = "A formula without a stored result: open the file in a spreadsheet program, save it, and upload it again."


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """The cells of one row that speak of deployment."""

    status: Cell = None
    level: Cell = None
    maturity: Cell = None
    applicable: Cell = None


class Rulers(msgspec.Struct, frozen=True, kw_only=True):
    """How this sheet's columns are to be read: the scales of their numbers, and what a lone `x` stands for.

    `words` are status words that people have settled, in the form `spoken` gives; they come before all else.
    """

    status: Scale | None = None
    level: Scale | None = None
    maturity: Scale | None = None
    cross: Status | None = None
    blank: Status | None = None
    managed: int = 2
    words: Mapping[str, Status] = {}


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    status: Status | None = None
    level: float | None = None
    findings: tuple[Finding, ...] = ()


def judge(said: Said, rulers: Rulers) -> Verdict:
    findings: list[Finding] = []
    word = _reading(said.status, Field.STATUS, rulers, findings)
    if word.kind is Kind.EMPTY and (beside := _worded(said.level, rulers)):
        word, said = beside, msgspec.structs.replace(said, level=None)
    graded = grade_in(said.maturity) is not None and not _settled(said.maturity, rulers)  # `0 - Incomplete`, no `N/A`
    if word.kind is Kind.EMPTY and said.level is None and not graded and (beside := _worded(said.maturity, rulers)):
        word, said = beside, msgspec.structs.replace(said, maturity=None)
    if word.kind is Kind.EMPTY and said.level is None and said.maturity is not None:
        share = _maturity(said.maturity, rulers, findings)
    else:
        share = _stated(said.level, word, rulers, findings)
    verdict = _combined(word, share, findings)
    verdict = _within_scope(said.applicable, verdict, findings)
    return msgspec.structs.replace(verdict, findings=tuple(findings))


def reads(cell: Cell) -> bool:
    """Whether a cell can be read as a status by itself."""
    if cell in CROSSES or number_in(cell) is not None or grade_in(cell) is not None:
        return True
    if not isinstance(cell, str):
        return isinstance(cell, bool | Percent | Formula)
    return read(cell).kind in {Kind.KNOWN, Kind.UNSAID}


def cross_of(texts: Iterable[str]) -> tuple[Status | None, Status | None]:
    """What `x` and an empty cell mean in a column: beside nothing else a tick and its absence, beside ticks a cross."""
    others = {text for text in texts if text not in CROSSES and read(text).kind is not Kind.EMPTY}
    if not others:
        return Status.IMPLEMENTED, Status.ABSENT
    ticks = all(len(text) <= _SIGN and read(text).kind is Kind.KNOWN and not text.isalpha() for text in others)
    return (Status.ABSENT if ticks else None), None


def _reading(cell: Cell, field: Field, rulers: Rulers, findings: list[Finding]) -> Reading:
    """One cell as a status; what cannot be read is put among the findings."""
    scale = rulers.status if field is Field.STATUS else rulers.level
    if settled := _settled(cell, rulers):
        return settled
    if cell in CROSSES and rulers.cross:
        return Reading(kind=Kind.KNOWN, status=rulers.cross)
    if isinstance(cell, Formula):
        findings.append(_no_value(field))
        return UNKNOWN
    if cell is None:
        return Reading(kind=Kind.KNOWN, status=rulers.blank) if rulers.blank and field is Field.STATUS else EMPTY
    if isinstance(cell, bool):
        return read("yes" if cell else "no")
    reading = read(cell) if isinstance(cell, str) and number_in(cell) is None else UNKNOWN
    if reading.kind is not Kind.KNOWN and (share := share_of(cell, scale)) is not None:
        reading = Reading(kind=Kind.KNOWN, share=share)  # `3 - Defined`; in `3 - Planned` the word has told
    elif not isinstance(cell, str):
        reading = read(str(cell))
    if reading.kind is Kind.UNKNOWN:
        findings.append(unknown(str(cell), field))
    return reading if _in_range(reading.share, field, findings) else UNKNOWN


def _settled(cell: Cell, rulers: Rulers) -> Reading | None:
    """What people have said that this very text means."""
    status = rulers.words.get(spoken(text_of(cell))) if rulers.words else None
    return Reading(kind=Kind.KNOWN, status=status) if status else None


def _worded(cell: Cell, rulers: Rulers) -> Reading | None:
    """A status word in a column of percentages or maturities: `N/A`, `planned`; `incomplete` is a maturity there."""
    if settled := _settled(cell, rulers):
        return settled
    found = read(cell) if isinstance(cell, str) and fold(cell) not in MATURITY else EMPTY
    return found if found.status is not None else None


def _stated(cell: Cell, word: Reading, rulers: Rulers, findings: list[Finding]) -> float | None:
    """The share deployed, from the percentage column and from the status cell: the lower where they disagree."""
    beside = _reading(cell, Field.LEVEL, rulers, findings)
    share = beside.share
    if share is None and beside.status is not None:
        share = LEVELS.get(beside.status)
    if share is None or word.share is None or share == word.share:
        return word.share if share is None else share
    lower = min(share, word.share)
    findings.append(_conflict(f"The status says {_percent(word.share)} and the level {_percent(share)}", lower))
    return lower


def _maturity(cell: Cell, rulers: Rulers, findings: list[Finding]) -> float | None:
    if isinstance(cell, Formula):
        findings.append(_no_value(Field.MATURITY))
        return None
    share = share_of(cell, rulers.maturity)
    if share is None and isinstance(cell, str):
        grade = MATURITY.get(fold(cell))
        share = (rulers.managed if fold(cell) == "managed" else grade) / 5 if grade is not None else read(cell).share
    if share is None:
        findings.append(unknown(str(cell), Field.MATURITY))
        return None
    return share if _in_range(share, Field.MATURITY, findings) else None


def _combined(word: Reading, share: float | None, findings: list[Finding]) -> Verdict:
    status = word.status
    if status is None:
        return _by_share(word, share, findings)
    if word.under_way and share is not None and 0 < share < 1:
        return Verdict(status=Status.PARTIAL, level=share)
    if any(finding.code == "unknown-status" for finding in findings):
        return Verdict(status=status)
    if status is not Status.NOT_APPLICABLE:
        return Verdict(status=status, level=_agreed(status, share, findings))
    if share:
        findings.append(warning("conflict", f"Not applicable and yet {_percent(share)}: the row takes no part."))
    return Verdict(status=status)


def _agreed(status: Status, share: float | None, findings: list[Finding]) -> float:
    """A partial control's share is what is stated; where any other status and the share disagree, the lower counts."""
    usual = LEVELS[status]
    if share is None or share == usual or (status is Status.PARTIAL and 0 < share < 1):
        return usual if share is None else share
    taken = share if status is Status.PARTIAL else min(usual, share)
    findings.append(_conflict(f"{status.value.capitalize()} and {_percent(share)} do not agree", taken))
    return taken


def _by_share(word: Reading, share: float | None, findings: list[Finding]) -> Verdict:
    """No status word that can be read: a share alone says how far, and nothing at all counts 0."""
    if share is not None:
        status = {0.0: Status.ABSENT, 1.0: Status.IMPLEMENTED}.get(share, Status.PARTIAL)
        return Verdict(status=status, level=share)
    if word.kind is Kind.UNSAID:
        findings.append(
            warning("missing-status", "The status says that it is not known; the row counts 0.", Field.STATUS)
        )
    elif not findings:
        findings.append(warning("missing-status", "There is no status; the row counts 0.", Field.STATUS))
    return Verdict()


def _within_scope(cell: Cell, verdict: Verdict, findings: list[Finding]) -> Verdict:
    """A no in the column "applicable" takes the row out, whatever its status says."""
    if cell is None or isinstance(cell, Formula):
        return verdict
    says = read({True: "yes", False: "no"}[cell] if isinstance(cell, bool) else str(cell))
    if says.status not in {Status.NOT_APPLICABLE, Status.ABSENT} and says.share != 0 and number_in(cell) != 0:
        return verdict
    if verdict.level:
        findings.append(
            warning("conflict", "Not applicable and yet deployed: the row takes no part.", Field.APPLICABLE)
        )
    findings[:] = [finding for finding in findings if finding.code != "missing-status"]
    return Verdict(status=Status.NOT_APPLICABLE)


def _in_range(share: float | None, field: Field, findings: list[Finding]) -> bool:
    if share is None or 0 <= share <= 1:
        return True
    findings.append(error("unknown-status", f"{_percent(share)} is not between 0 and 100 %; the row counts 0.", field))
    return False


def unknown(text: str, field: Field = Field.STATUS) -> Finding:
    near = known_words(text)
    hint = f" Nearest known: {listed([shown(word) for word in near])}." if near else ""
    return error("unknown-status", f"{shown(text)} is not a status known here and counts nothing.{hint}", field)


def _no_value(field: Field) -> Finding:
    return error("formula-without-value", NO_VALUE, field)


def _conflict(what: str, taken: float) -> Finding:
    return warning("conflict", f"{what}; {_percent(taken)} is taken.", Field.STATUS)


def _percent(share: float) -> str:
    return f"{round(share * 100, 2):g} %"
