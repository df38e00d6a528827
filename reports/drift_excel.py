"""A drift as a workbook: a page to read, and a table for each kind of thing that changed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook

from mitigap.assessment.model import Status
from reports import drift_provenance, drift_words, package, palette
from reports.drift_pages import pages
from reports.drift_parts import Page as Reading
from reports.drift_report import Drifts
from reports.evidence import Line
from reports.pens import Kind, Look
from reports.sheets import Column, Entry, Page, Table

GROUPS = (
    Column(title="Group ID", width=11, kind=Kind.LINK),
    Column(title="Group", width=28),
    Column(title="Before", width=11, kind=Kind.PERCENT, bar=True),
    Column(title="Now", width=11, kind=Kind.PERCENT, bar=True),
    Column(title="Change in points", width=12, kind=Kind.CHANGE),
    *(Column(title=title, width=11, kind=Kind.NUMBER) for title in ("Worse", "Newly used", "No longer used", "Better")),
)

CAUSES = (
    Column(title="Group", width=18),
    Column(title="Cause", width=14),
    Column(title="Part in points", width=12, kind=Kind.CHANGE),
    Column(title="Score from", width=12),
    Column(title="Score to", width=12),
    Column(title="What it was", width=80),
)

TECHNIQUES = (
    Column(title="Group", width=18),
    Column(title="Technique ID", width=13, kind=Kind.LINK),
    Column(title="Technique", width=34),
    Column(title="Move", width=18),
    Column(title="Before", width=14),
    Column(title="Now", width=14),
    Column(title="Change in points", width=12, kind=Kind.CHANGE),
    Column(title="Why", width=90),
)

MITIGATIONS = (
    Column(title="Group", width=18),
    Column(title="Mitigation ID", width=13, kind=Kind.LINK),
    Column(title="Mitigation", width=34),
    Column(title="Before", width=10),
    Column(title="Now", width=10),
    Column(title="By", width=20),
    Column(title="Techniques", width=12, kind=Kind.NUMBER),
    Column(title="Rows before", width=60),
    Column(title="Rows now", width=60),
)

ROWS = (
    Column(title="Group", width=18),
    Column(title="Location", width=16),
    Column(title="Control", width=46),
    Column(title="Owner", width=20),
    Column(title="Mitigation IDs", width=15),
    Column(title="Change", width=12),
    Column(title="Status", width=30),
    Column(title="Fields", width=60),
    Column(title="By", width=14),
)

EXPIRIES = (
    Column(title="Group", width=18),
    Column(title="Location", width=16),
    Column(title="Control", width=46),
    Column(title="Owner", width=20),
    Column(title="Mitigation IDs", width=15),
    Column(title="When", width=34),
)

LINKS = (
    Column(title="Group", width=18),
    Column(title="Technique ID", width=13, kind=Kind.LINK),
    Column(title="Technique", width=34),
    Column(title="Mitigation ID", width=13, kind=Kind.LINK),
    Column(title="Mitigation", width=34),
    Column(title="Level", width=10),
    Column(title="Link", width=9),
    Column(title="Why", width=60),
    Column(title="By", width=14),
)

_QUIET = palette.LOOKS[Status.UNMITIGABLE].solid

Rows = Iterable[Sequence[Any]]


def render(drifts: Drifts) -> bytes:
    found = pages(drifts)
    book = Workbook(write_only=True)
    title = drift_words.title(drifts)
    headline = found[0].headline if len(found) == 1 else drift_words.overview(drifts)
    _summary(book, found, title, headline)
    for sheet, (columns, rows) in _TABLES.items():
        table = Table(book, sheet, columns, tab=palette.ACCENT, heading=title)
        for page in found:
            for row in rows(page):
                table.add(*row)
        table.close()
    _provenance(book, drifts, title)
    return package.pack(book, title=title, subject=headline, on=drifts[0].now.as_of)


def _summary(book: Workbook, found: tuple[Reading, ...], title: str, headline: str) -> None:
    page = Page(book, "Summary", (30, 100), tab=palette.ACCENT, heading=title)
    page.sheet.sheet_view.showGridLines = False
    page.across("Mitigap drift report", Look.QUIET)
    page.across(headline, Look.TITLE, 30)
    page.add(Entry(value="Before", look=Look.STRONG), Entry(value=found[0].base))
    page.add(Entry(value="Now", look=Look.STRONG), Entry(value=found[0].now))
    page.blank()
    page.across(drift_words.ORDER, Look.QUIET)
    for each in found:
        page.across(each.headline, Look.SECTION, 20)
        for part in each.parts:
            page.add(Entry(value=part.label, look=Look.STRONG), Entry(value=f"{part.delta_text}: {part.because}"))
        page.across(f"{each.counts} {each.others}".strip(), Look.QUIET)


def _groups(page: Reading) -> Rows:
    yield (page.id, page.name, page.before, page.after, page.delta, *(each.number for each in page.boxes))


def _causes(page: Reading) -> Rows:
    for each in page.parts:
        yield (page.name, each.label, each.delta, each.before_text, each.after_text, each.because)


def _techniques(page: Reading) -> Rows:
    for each in page.techniques:
        why = "\n".join(each.reasons)
        yield (page.name, each.id, each.name, each.move, each.before_text, each.after_text, each.delta, why)


def _mitigations(page: Reading) -> Rows:
    for each in page.levels:
        behind = (_behind(each.before), _behind(each.after))
        yield (page.name, each.id, each.name, each.before_text, each.after_text, each.causes, each.techniques, *behind)


def _rows(page: Reading) -> Rows:
    for each in page.rows:
        ids, fields = ", ".join(each.mitigations), "\n".join(each.said)
        yield (page.name, each.place, each.text, each.owner, ids, each.kind, each.state, fields, each.cause)


def _expiries(page: Reading) -> Rows:
    for each in page.expiries:
        yield (page.name, each.line.location, each.line.text, each.line.owner, ", ".join(each.mitigations), each.on)


def _links(page: Reading) -> Rows:
    for each in page.links:
        ends = (each.technique, each.technique_name, each.mitigation, each.mitigation_name)
        yield (page.name, *ends, each.level_text, each.kind, each.why, each.cause)


def _behind(found: tuple[Line, ...]) -> str:
    return "\n".join(map(str, found)) or "no row"


_TABLES: Mapping[str, tuple[Sequence[Column], Callable[[Reading], Rows]]] = {
    "Groups": (GROUPS, _groups),
    "Causes": (CAUSES, _causes),
    "Techniques": (TECHNIQUES, _techniques),
    "Mitigations": (MITIGATIONS, _mitigations),
    "Rows": (ROWS, _rows),
    "Expiries": (EXPIRIES, _expiries),
    "Links": (LINKS, _links),
}


def _provenance(book: Workbook, drifts: Drifts, title: str) -> None:
    page = Page(book, "Provenance", (24, 110), tab=_QUIET, heading=title)
    page.add(Entry(value="What", look=Look.HEADER), Entry(value="Which", look=Look.HEADER))
    facts = [*drift_provenance.facts(drifts)]
    facts += [("Note on the catalogue", each) for each in drift_provenance.notes(drifts)]
    facts += [("Copyright", each) for each in drift_provenance.copyrights(drifts)]
    for term, fact in facts:
        page.add(Entry(value=term, look=Look.STRONG), Entry(value=fact))
