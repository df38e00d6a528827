"""The workbook's first sheet: what was assessed, how far it may be passed on, who signs it, and where to find what."""

from collections.abc import Mapping, Sequence

from openpyxl import Workbook

from mitigap.branding import INKS, MEANINGS
from mitigap.inventory.own import Title
from reports import advice, figures, palette, provenance, summary
from reports.evidence import Evidence
from reports.pens import Kind, Look
from reports.report import Report
from reports.sheets import Entry, Page

SHEET = "Cover"

HOLDS: Mapping[str, str] = {
    "Summary": "The score, what to do first and why, and coverage by tactic.",
    "Overview": "All groups weighed together, and what raises their score most.",
    "Heat map": "Coverage of every group by tactic.",
    "Shared techniques": "What the worst-covered groups have in common.",
    "Compared": "Each group's own techniques and gaps.",
    "Groups": "Every group with its score and its first recommendation.",
    "Gaps": "Each technique with what is missing against it, MITRE's own advice, owner and dates.",
    "Recommendations": "Every step that raises the score, with its exact gain.",
    "Matrix": "Techniques against mitigations; of many groups, groups against mitigations.",
    "Techniques": "Every technique with its status and coverage.",
    "Edges": "Every link between a technique and a mitigation, with the rows behind it.",
    "Controls": "The inventory itself, to be edited and uploaded again.",
    "Unresolved": "Rows that count for nothing yet, and what they may mean.",
    "Issues": "What the reading of the inventory had to say.",
    "Provenance": "Versions, digests and policy: enough to make this report again.",
}

_WIDTHS = (26, 46, 18, 60)
_NAMED = 20
_SIGNATURE = 26.0
_HOW = (
    f"To go on with it: change {Title.STATUS}, {Title.PERCENT}, {Title.OWNER}, dates, evidence or notes on the sheet "
    f"Controls, save, and upload the workbook again. Keep the column {Title.ID}: by it Mitigap knows the rows, "
    "and says exactly what has changed. Columns under a grey header are reckoned anew."
)


def page(book: Workbook, report: Report) -> Page:
    """The empty sheet, to be filled when it is known what follows."""
    made = Page(book, SHEET, _WIDTHS, tab=palette.ACCENT, heading=summary.title(report))
    made.sheet.sheet_view.showGridLines = False
    made.sheet.page_setup.fitToHeight = 1
    return made


def fill(page: Page, report: Report, titles: Sequence[str]) -> None:
    """`titles` are the sheets that follow."""
    marking = report.branding.marking
    if marking:
        page.across(f"{marking}   {MEANINGS[marking]}", Look(INKS[marking]), 18)
    page.across(report.branding.title or "Mitigap gap report", Look.TITLE, 32)
    page.across(summary.title(report), Look.SECTION, 20)
    page.blank()
    _verdict(page, report)
    _scope(page, report)
    _signatures(page)
    _contents(page, titles)
    page.across(_HOW, Look.QUIET)
    page.close()


def _verdict(page: Page, report: Report) -> None:
    one = report.assessments[0] if len(report.assessments) == 1 else None
    page.across(summary.headline(one) if one else summary.overview(report), Look.STRONG)
    page.across(_first(report), Look.BODY)
    page.blank()


def _first(report: Report) -> str:
    """The first step, in a sentence."""
    known = Evidence(report.inventory)
    if len(report.assessments) > 1:
        for each in advice.shared(report.assessments, known):
            return f"First: {each.id} {each.name}, {each.gain_text} for {figures.count(each.groups, 'group')}."
        return "No single step raises any group's score."
    assessment = report.assessments[0]
    for step in advice.advice(assessment, known):
        return f"First: {step.id} {step.name}, {step.gain_text}, to a score of {step.after_text}."
    return advice.no_advice(assessment)


def _scope(page: Page, report: Report) -> None:
    _heading(page, "Scope")
    groups = [summary.name(each) for each in report.assessments]
    more = f" and {len(groups) - _NAMED} more" if len(groups) > _NAMED else ""
    facts = (
        ("Groups", f"{', '.join(groups[:_NAMED])}{more}"),
        ("Marking", report.branding.marking or "none set"),
        *provenance.facts(report),
    )
    for term, fact in facts:
        page.spread(Entry(value=term, look=Look.STRONG), fact)
    page.blank()


def _signatures(page: Page) -> None:
    _heading(page, "Sign-off")
    page.add(*(Entry(value=each, look=Look.HEADER) for each in ("Role", "Name", "Date", "Signature and remarks")))
    for role in ("Prepared by", "Reviewed by", "Approved by"):
        page.add(Entry(value=role, look=Look.STRONG), *(Entry() for _ in range(3)), height=_SIGNATURE)
    page.blank()


def _contents(page: Page, titles: Sequence[str]) -> None:
    _heading(page, "What is where")
    for title in titles:
        page.spread(
            Entry(value=title, kind=Kind.WAY, look=Look.LINK), HOLDS.get(title) or HOLDS[title.partition(" ")[0]]
        )
    page.blank()


def _heading(page: Page, words: str) -> None:
    page.across(words, Look.SECTION, 20)
