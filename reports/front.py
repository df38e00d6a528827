"""The workbook's first and last sheets: what the report says, and where it comes from."""

from openpyxl import Workbook

from mitigap.assessment.model import Assessment, Status
from reports import advice, figures, palette, plots, provenance, summary
from reports.advice import Advice, Shared
from reports.evidence import Evidence, brief, puzzles
from reports.pages import expired
from reports.palette import LOOKS
from reports.pens import Kind, Look
from reports.report import Report
from reports.sheets import Entry, Page

_HEADERS = dict.fromkeys(
    ("No.", "Techniques", "Share", "Points", "Score after", "Groups", "Coverage"), Look.FIGURE_HEADER
)
"""Numbers stand at the right, and so do the words over them."""

_BAND, _BAND_ROW = 13, 16.0
"""Rows that charts stand on, and the points that each is high."""

_WIDTHS = (6, 36, 11, 12, 12, 54, 54)


def summary_sheet(book: Workbook, report: Report) -> None:
    page = Page(book, "Summary", _WIDTHS, tab=palette.ACCENT, heading=summary.title(report))
    page.sheet.sheet_view.showGridLines = False
    page.sheet.page_setup.fitToHeight = 1
    page.across(report.branding.title or "Mitigap gap report", Look.QUIET)
    if len(report.assessments) > 1:
        _overview(page, report)
    else:
        _group(page, report)
    page.blank()
    _short_provenance(page, report)
    page.close()


def provenance_sheet(book: Workbook, report: Report) -> None:
    tab = LOOKS[Status.UNMITIGABLE].solid
    page = Page(book, "Provenance", (24, 110), tab=tab, heading=summary.title(report))
    page.add(Entry(value="What", look=Look.HEADER), Entry(value="Which", look=Look.HEADER))
    for term, fact in provenance.facts(report):
        page.add(Entry(value=term, look=Look.STRONG), Entry(value=fact))
    for each in report.assessments:
        for note in each.notes:
            page.add(Entry(value=f"Note on {each.group.name}", look=Look.STRONG), Entry(value=note))
    for note in provenance.notes(report):
        page.add(Entry(value="Note on the catalogue", look=Look.STRONG), Entry(value=note))
    for line in provenance.copyrights(report):
        page.add(Entry(value="Copyright", look=Look.STRONG), Entry(value=line))
    page.close()


def _group(page: Page, report: Report) -> None:
    assessment = report.assessments[0]
    known = Evidence(report.inventory)
    page.across(summary.headline(assessment), Look.TITLE, 30)
    page.across(f"{summary.ceiling(assessment)} {summary.edges(assessment)}", Look.STRONG)
    page.across(summary.rule(assessment.policy), Look.QUIET)
    _cautions(page, report, known)
    page.blank()
    band = _band(page) if assessment.counts.techniques else 0
    tallies = _tallies(page, assessment)
    page.blank()
    page.across("What to do first", Look.SECTION, 20)
    found = advice.advice(assessment, known)
    page.across(advice.EACH_ALONE if found else advice.no_advice(assessment), Look.QUIET)
    if found:
        _header(page, "No.", "Mitigation", "ID", "Points", "Score after", "Why", "Today in the inventory")
        for each in found[: advice.FIRST]:
            _step(page, each)
    page.blank()
    tactics = _tactics(page, assessment)
    if band:
        plots.statuses(page.sheet, assessment, tallies, f"B{band}")
        plots.tactics(page.sheet, assessment, tactics, f"F{band}")


def _overview(page: Page, report: Report) -> None:
    known = Evidence(report.inventory)
    page.across(summary.overview(report), Look.TITLE, 30)
    page.across(summary.rule(report.assessments[0].policy), Look.QUIET)
    _cautions(page, report, known)
    page.blank()
    page.across("What to do first, over all groups", Look.SECTION, 20)
    page.across(advice.OVER_ALL, Look.QUIET)
    band = _band(page)
    _header(page, "No.", "Mitigation", "ID", "Points", "Groups", "Why", "Today in the inventory")
    first = page.rows + 1
    for each in advice.shared(report.assessments, known)[: advice.FIRST]:
        _shared_step(page, each)
    plots.steps(page.sheet, first, page.rows, f"B{band}")
    plots.groups(page.sheet, report, f"F{band}")
    page.blank()
    page.across("Every group, with its score and its first recommendation, is on the sheet Groups.", Look.QUIET)


def _cautions(page: Page, report: Report, known: Evidence) -> None:
    unresolved = len(puzzles(report.inventory))
    if unresolved:
        page.across(
            f"Rows that count for nothing yet, because no mitigation was found in them: {unresolved:,}. "
            "The sheet Issues says which, and what may be meant.",
            Look.CAUTION,
        )
    lapsed = list(dict.fromkeys(line for each in report.assessments for line in expired(each, known)))
    if lapsed:
        named = "; ".join(f"{each.location} {each.text}" for each in lapsed[:3])
        more = f" and {len(lapsed) - 3} more" if len(lapsed) > 3 else ""  # noqa: PLR2004 - as many as named
        page.across(f"Controls that have expired and count 0: {named}{more}.", Look.CAUTION)


def _band(page: Page) -> int:
    """Room for charts; its first row."""
    first = page.rows + 1
    for _ in range(_BAND):
        page.blank(_BAND_ROW)
    return first


def _tallies(page: Page, assessment: Assessment) -> int:
    """The first of its rows of numbers."""
    _header(page, "", "Status", "Techniques", "Share", "", "Meaning", "")
    first = page.rows + 1
    for each in summary.tallies(assessment):
        look = Look(each.status.value)
        page.add(
            Entry(value=each.look.glyph, look=look),
            Entry(value=each.look.label, look=look),
            Entry(value=each.number, kind=Kind.NUMBER, look=look),
            Entry(value=each.share, kind=Kind.PERCENT, look=look),
            Entry(look=look),
            Entry(value=each.look.meaning, look=look),
            Entry(look=look),
        )
    page.add(
        Entry(),
        Entry(value="Score", look=Look.STRONG),
        Entry(),
        Entry(value=assessment.score, kind=Kind.PERCENT, look=Look.STRONG),
        Entry(),
        Entry(
            value=summary.NOTHING if assessment.score is None else "share of what ATT&CK can mitigate that is covered"
        ),
        Entry(),
    )
    page.name("Score", f"$D${page.rows}")
    return first


def _step(page: Page, each: Advice) -> None:
    parts = {"Fully covers": each.covers, "Improves": each.improves}
    why = "\n".join(f"{verb} {', '.join(f'{t.id} {t.name}' for t in found)}." for verb, found in parts.items() if found)
    page.add(
        Entry(value=each.rank, kind=Kind.NUMBER, look=Look.STRONG),
        Entry(value=each.name, look=Look.STRONG),
        Entry(value=each.id, kind=Kind.LINK),
        Entry(value=each.gain, kind=Kind.POINTS, look=Look.STRONG),
        Entry(value=each.after, kind=Kind.PERCENT),
        Entry(value=why),
        Entry(value="\n".join(brief(each.today)) or "no row in the inventory"),
    )


def _shared_step(page: Page, each: Shared) -> None:
    page.add(
        Entry(value=each.rank, kind=Kind.NUMBER, look=Look.STRONG),
        Entry(value=each.name, look=Look.STRONG),
        Entry(value=each.id, kind=Kind.LINK),
        Entry(value=each.gain, kind=Kind.POINTS, look=Look.STRONG),
        Entry(value=each.groups, kind=Kind.NUMBER),
        Entry(value=f"Raises the score of {each.groups} of {figures.count(each.of, 'group')}."),
        Entry(value="\n".join(brief(each.today)) or "no row in the inventory"),
    )


def _tactics(page: Page, assessment: Assessment) -> int:
    """The first row of its numbers, where there are any."""
    found = summary.tactics(assessment)
    if not found:
        return 0
    page.across("Coverage by tactic", Look.SECTION, 20)
    _header(page, "", "Tactic, the weakest first", "ID", "Coverage", "Techniques", "By status", "")
    for each in found:
        numbers = (f"{number} {LOOKS[status].label.lower()}" for status, number in each.numbers.items() if number)
        page.add(
            Entry(),
            Entry(value=each.name, look=Look.STRONG),
            Entry(value=each.id, kind=Kind.LINK),
            Entry(value=each.coverage, kind=Kind.PERCENT),
            Entry(value=each.techniques, kind=Kind.NUMBER),
            Entry(value=", ".join(numbers)),
            Entry(),
        )
    return page.rows - len(found) + 1


def _short_provenance(page: Page, report: Report) -> None:
    first = report.assessments[0]
    source = f"Catalogue {provenance.label(first.catalog)}, inventory {first.inventory.name}, as of {first.as_of}."
    page.across(f"{source} Digests and policy are on the sheet Provenance.", Look.QUIET)
    for line in provenance.copyrights(report):
        page.across(line, Look.QUIET)


def _header(page: Page, *titles: str) -> None:
    page.add(*(Entry(value=each, look=_HEADERS.get(each, Look.HEADER)) for each in titles))
