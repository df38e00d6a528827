"""The inventory itself as a sheet to work in: every row of the upload, to be edited here and uploaded again."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from mitigap.assessment.model import Status
from mitigap.inventory import identity, own
from mitigap.inventory.model import Control, Inventory
from mitigap.inventory.model import Status as ControlStatus
from mitigap.inventory.own import Title
from mitigap.inventory.statuses import LEVELS
from reports import palette, summary
from reports.pens import Kind, rgb, solid
from reports.report import Report
from reports.sheets import Column, Table
from reports.validation import validation

SHEET = "Controls"

COLUMNS = (
    Column(title=Title.ID, width=13),
    Column(title=Title.CONTROL, width=46),
    Column(title=Title.MITIGATION_IDS, width=15),
    Column(title=Title.MITIGATION, width=34),
    Column(title=Title.STATUS, width=17),
    Column(title=Title.PERCENT, width=10, kind=Kind.PERCENT),
    Column(title=Title.OWNER, width=20),
    Column(title=Title.DUE, width=12, kind=Kind.DATE),
    Column(title=Title.EXPIRES, width=12, kind=Kind.DATE),
    Column(title=Title.REVIEWED, width=12, kind=Kind.DATE),
    Column(title=Title.EVIDENCE, width=24),
    Column(title=Title.NOTES, width=32),
    Column(title=Title.COUNTS, width=10, kind=Kind.PERCENT, bar=True, given=True),
    Column(title=Title.EXPIRED, width=10, given=True),
    Column(title=Title.WRITTEN, width=18, given=True),
    Column(title=Title.REFERENCE, width=14, given=True),
    Column(title=Title.METHOD, width=13, given=True),
    Column(title=Title.ORIGIN, width=18, given=True),
)

_EXTRA_WIDTH = 24
_ROOM = 2_000
"""So many rows beneath the last have their drop-downs too: room for controls that are added."""

_WORDS: Mapping[ControlStatus, str] = palette.CONTROL_STATUSES
_COLOURS = {
    ControlStatus.IMPLEMENTED: Status.COVERED,
    ControlStatus.ALTERNATIVE: Status.COVERED,
    ControlStatus.PARTIAL: Status.PARTIAL,
    ControlStatus.PLANNED: Status.GAP,
    ControlStatus.ABSENT: Status.GAP,
    ControlStatus.NOT_APPLICABLE: Status.UNMITIGABLE,
}


def sheet(book: Workbook, report: Report, *, tab: str) -> None:
    inventory = report.inventory
    columns = (*COLUMNS, *_extra(inventory))
    table = Table(book, SHEET, columns, tab=tab, heading=summary.title(report))
    table.sheet.freeze_panes = "C2"
    as_of = date.fromisoformat(report.assessments[0].as_of)
    names = {**_named(report), **report.mitigations}
    for key, control in zip(identity.ids(inventory.controls), inventory.controls, strict=True):
        table.add(*_row(control, key, names, as_of), *_extra_cells(control, len(inventory.extra)))
    _guide(table)
    _colour(table.sheet, max(table.rows, 2))
    table.close()


def _row(control: Control, key: str, names: Mapping[str, str], as_of: date) -> Sequence[Any]:
    kept = control.kept
    meant = "\n".join(names.get(each, "") for each in control.mitigations)
    return (
        key,
        control.text,
        ", ".join(control.mitigations) or own.UNRESOLVED,
        meant if control.mitigations else kept and kept.named,
        _WORDS[control.status] if control.status else "",
        _percent(control),
        control.owner,
        control.due,
        control.expires,
        control.reviewed,
        control.evidence,
        control.notes,
        _counts(control, as_of),
        "expired" if _is_expired(control, as_of) else "",
        control.status_text,
        control.reference,
        control.method.value if control.method else "",
        (kept and kept.origin) or control.location,
    )


def _percent(control: Control) -> float | str | None:
    """Only where the status alone does not say it, so that another status can be chosen without clearing a number."""
    if control.status is None or control.status is ControlStatus.NOT_APPLICABLE:
        return None
    if control.level is None:
        return own.UNREADABLE
    return None if control.level == LEVELS[control.status] else control.level


def _counts(control: Control, as_of: date) -> float | None:
    if control.status is ControlStatus.NOT_APPLICABLE:
        return None
    dead = not control.mitigations or _is_expired(control, as_of)
    return 0.0 if dead else control.level or 0.0


def _is_expired(control: Control, as_of: date) -> bool:
    return control.expires is not None and control.expires < as_of


def _named(report: Report) -> dict[str, str]:
    """What the assessments themselves call the mitigations."""
    techniques = (each for assessment in report.assessments for each in assessment.techniques)
    return {edge.id: edge.name for each in techniques for edge in each.mitigations}


def _extra(inventory: Inventory) -> Iterator[Column]:
    """The upload's other columns; one that is called like ours is called otherwise."""
    for title in inventory.extra:
        ours = own.title_of(title) is not None
        yield Column(title=f"{title} (upload)" if ours else title, width=_EXTRA_WIDTH)


def _extra_cells(control: Control, number: int) -> tuple[str, ...]:
    found = control.kept.extra if control.kept else ()
    return found or ("",) * number


def _guide(table: Table) -> None:
    """Drop-downs, and limits to what may be written."""
    last = table.rows + _ROOM
    words = ",".join(_WORDS.values())
    rules: dict[Title, tuple[str, dict[str, Any]]] = {
        Title.STATUS: ("How far the control is in place.", {"type": "list", "formula1": f'"{words}"'}),
        Title.PERCENT: (
            "Only where the status is partial: how far, from 0 % to 100 %. Clear it when you choose another status.",
            {"type": "decimal", "operator": "between", "formula1": "0", "formula2": "1"},
        ),
        **{
            title: (
                "A date, such as 2026-11-24.",
                {"type": "date", "operator": "greaterThan", "formula1": "366"},
            )
            for title in (Title.DUE, Title.EXPIRES, Title.REVIEWED)
        },
    }
    for title, (prompt, rule) in rules.items():
        place = f"{_letter(title)}2:{_letter(title)}{last}"
        table.sheet.data_validations.append(validation(place, title, prompt, **rule))


def _colour(sheet: Any, last: int) -> None:
    status, percent, ids = (_letter(each) for each in (Title.STATUS, Title.PERCENT, Title.MITIGATION_IDS))
    for word, look in _COLOURS.items():
        _paint(sheet, f"{status}2:{status}{last}", look, equal=f'"{_WORDS[word]}"')
    _paint(sheet, f"{ids}2:{ids}{last}", Status.GAP, equal=f'"{own.UNRESOLVED}"')
    expired = _letter(Title.EXPIRED)
    _paint(sheet, f"{expired}2:{expired}{last}", Status.GAP, equal='"expired"')
    conflict = f'AND(${status}2<>"{_WORDS[ControlStatus.PARTIAL]}",${percent}2<>"")'
    _paint(sheet, f"{percent}2:{percent}{last}", Status.GAP, formula=conflict)
    silent = f'AND(${status}2="",$B2<>"")'
    _paint(sheet, f"{status}2:{status}{last}", Status.PARTIAL, formula=silent)


def _paint(sheet: Any, place: str, look: Status, *, equal: str = "", formula: str = "") -> None:
    colours = palette.LOOKS[look]
    style = {"font": Font(color=rgb(colours.ink), bold=True), "fill": solid(colours.paper)}
    kind = CellIsRule if equal else FormulaRule
    rule = kind(**({"operator": "equal"} if equal else {}), formula=[equal or formula], **style)
    sheet.conditional_formatting.add(place, rule)


def _letter(title: Title) -> str:
    return get_column_letter([each.title for each in COLUMNS].index(title) + 1)
