"""The report as Markdown: for a wiki, a ticket or a terminal."""

from collections.abc import Iterable, Iterator

from reports import advice, diagram, figures, provenance, summary
from reports.advice import Advice, Named
from reports.evidence import Evidence, Line, puzzles, remarks
from reports.markdown import link, plain, table
from reports.pages import Edge, Page, Row, pages
from reports.portfolio_once import once
from reports.report import Report

ROWS_SHOWN = 200
"""Unresolved rows and remarks told here; the workbook has them all."""

LINES_SHOWN = 4
"""Control rows told behind one mitigation."""

DIAGRAMS = 10
"""Groups of which each is drawn; of more, none is: nobody reads a hundred of them."""


def render(report: Report) -> bytes:
    return ("\n".join(_lines(report)).rstrip() + "\n").encode()


def _lines(report: Report) -> Iterator[str]:
    found = pages(report)
    if len(found) > 1:
        yield from _overview(report, found)
    for page in found:
        yield from _page(page, "#" if len(found) == 1 else "##", drawn=len(found) <= DIAGRAMS, brief=report.many)
    if report.many:
        yield from _once(report)
    yield from _puzzles(report)
    yield from _remarks(report)
    yield from _provenance(report)


def _overview(report: Report, found: tuple[Page, ...]) -> Iterator[str]:
    yield from (f"# {plain(summary.overview(report))}", "")
    yield from table(
        ("Group", "Score", *(each.look.label for each in found[0].tallies), "Mitigations can reach"),
        map(_group, found),
    )
    first = advice.shared(report.assessments, Evidence(report.inventory))[: advice.FIRST]
    if first:
        yield from ("## What to do first, over all groups", "", advice.OVER_ALL, "")
        for each in first:
            reach = f"raises the score of {each.groups} of {figures.count(each.of, 'group')}"
            yield f"{each.rank}. **{plain(each.name)}** {link(each.id)}: {each.gain_text}, {reach}."
            yield f"   {_today(each.today)}"
        yield ""


def _group(page: Page) -> tuple[str, ...]:
    score = summary.NOTHING if page.score is None else page.score_text
    numbers = (str(each.number) for each in page.tallies)
    return (f"{plain(page.name)} {link(page.id)}", score, *numbers, page.ceiling_share)


def _page(page: Page, mark: str, *, drawn: bool, brief: bool) -> Iterator[str]:
    """`drawn`: with its diagram. `brief`: what stands against each technique is told once for all groups."""
    yield from (f"{mark} {plain(page.headline)}", "", plain(page.rule), "")
    yield from (f"**{plain(page.ceiling)}** {plain(page.edges)}", "")
    yield from table(
        ("Status", "Techniques", "Meaning"),
        ((each.look.label, str(each.number), each.look.meaning) for each in page.tallies),
    )
    yield from (f"{mark}# What to do first", "")
    yield from _advice(page)
    if drawn:
        yield from _diagram(page, mark)
    if page.rows:
        yield from (f"{mark}# Every technique", "")
        yield from table(
            ("Technique", "Tactics", "Status", "Coverage", "Not fully deployed"), map(_technique, page.rows)
        )
        if not brief:
            yield from (f"{mark}# What stands against each", "")
            yield from _edges(page.rows)
    if page.notes:
        yield from (f"{mark}# Notes", "", *(f"- {plain(note)}" for note in page.notes[:ROWS_SHOWN]), "")
        yield from _left_out(len(page.notes), "note")


def _diagram(page: Page, mark: str) -> Iterator[str]:
    found = diagram.lines(page)
    if found:
        yield from (f"{mark}# The diagram", "")
        if not diagram.is_whole(page, found):
            yield from ("Only what is open is drawn here: the whole is larger than Mermaid draws.", "")
        yield from ("```mermaid", *found, "```", "")


def _advice(page: Page) -> Iterator[str]:
    if not page.advice:
        yield from (page.no_advice, "")
        return
    yield from (advice.EACH_ALONE, "")
    for each in page.advice[: advice.FIRST]:
        yield f"{each.rank}. **{plain(each.name)}** {link(each.id)}: {each.gain_text}, to {each.after_text}."
        yield f"   Deployed in full, it {_why(each)}. {_today(each.today)}"
    yield ""
    if rest := page.advice[advice.FIRST :]:
        yield from table(("No.", "Then", "Gain", "Fully covers", "Improves"), map(_next, rest))


def _next(each: Advice) -> tuple[str, ...]:
    covers, improves = (", ".join(link(one.id) for one in found) for found in (each.covers, each.improves))
    what = f"{plain(each.name)} {link(each.id)}"
    return (str(each.rank), what, each.gain_text, covers or figures.ABSENT, improves or figures.ABSENT)


def _why(each: Advice) -> str:
    said = {"fully covers": each.covers, "improves": each.improves}
    return " and ".join(f"{verb} {_names(found)}" for verb, found in said.items() if found)


def _names(found: Iterable[Named]) -> str:
    return ", ".join(f"{link(each.id)} {plain(each.name)}" for each in found)


def _today(found: tuple[Line, ...]) -> str:
    return f"Today: {_rows(found, 2)}." if found else "The inventory has no row for it."


def _rows(found: tuple[Line, ...], shown: int) -> str:
    said = [plain(str(line)) for line in found[:shown]]
    if len(found) > shown:
        said.append(figures.count(len(found) - shown, "more row"))
    return "; ".join(said)


def _technique(row: Row) -> tuple[str, ...]:
    missing = ", ".join(link(each.id) for each in row.edges if each.level not in {None, 1})
    tactics = plain(", ".join(row.tactics))
    return (f"{link(row.id)} {plain(row.name)}", tactics, row.look.label, row.coverage_text, missing or figures.ABSENT)


def _once(report: Report) -> Iterator[str]:
    yield from ("## What stands against each technique", "")
    yield from _edges(each.row for each in once(report).techniques)


def _edges(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        yield f"- **{link(row.id)} {plain(row.name)}**: {row.reason or row.coverage_text}"
        yield from map(_edge, row.edges)
    yield ""


def _edge(edge: Edge) -> str:
    flags = f" ({', '.join(edge.flags)})" if edge.flags else ""
    behind = _rows(edge.lines, LINES_SHOWN) or "no row in the inventory"
    return f"  - {edge.level_text} {link(edge.id)} {plain(edge.name)}{flags}: {behind}"


def _puzzles(report: Report) -> Iterator[str]:
    found = puzzles(report.inventory)
    if found:
        number = figures.count(len(found), "row")
        yield from ("## Rows that count for nothing yet", "")
        yield from (f"No mitigation was found in {number}. A suggestion never counts until it is confirmed.", "")
        yield from table(
            ("Place", "Row", "May mean"),
            (
                (plain(each.location), plain(each.text), plain("; ".join(each.suggestions) or "no near name"))
                for each in found[:ROWS_SHOWN]
            ),
        )
        yield from _left_out(len(found), "row")


def _remarks(report: Report) -> Iterator[str]:
    found = remarks(report.inventory)
    if found:
        yield from ("## Other remarks on the inventory", "")
        yield from table(
            ("Place", "Kind", "Remark"),
            (
                (plain(each.location), each.severity, plain("; ".join((each.message, *each.suggestions))))
                for each in found[:ROWS_SHOWN]
            ),
        )
        yield from _left_out(len(found), "remark")


def _left_out(number: int, noun: str) -> Iterator[str]:
    if number > ROWS_SHOWN:
        yield from (f"And {figures.count(number - ROWS_SHOWN, f'more {noun}')}: the workbook lists them all.", "")


def _provenance(report: Report) -> Iterator[str]:
    yield from ("## Where this report comes from", "")
    yield from table(("What", "Which"), ((term, plain(fact)) for term, fact in provenance.facts(report)))
    for note in provenance.notes(report):
        yield from (plain(note), "")
    yield from map(plain, provenance.copyrights(report))
