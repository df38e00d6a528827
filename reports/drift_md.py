"""A drift as Markdown: for a wiki, a ticket or a message."""

from collections.abc import Iterator

from reports import drift_provenance, drift_words, figures
from reports.drift_pages import pages
from reports.drift_parts import Changed, Level, Link, Page, RanOut, Technique
from reports.drift_report import Drifts
from reports.evidence import Line
from reports.markdown import link, plain, table

ROWS_SHOWN = 200
"""Rows told here; the workbook has them all."""

LINES_SHOWN = 4
"""Control rows told behind one mitigation."""


def render(drifts: Drifts) -> bytes:
    return ("\n".join(_lines(drifts)).rstrip() + "\n").encode()


def _lines(drifts: Drifts) -> Iterator[str]:
    found = pages(drifts)
    if len(found) > 1:
        yield from (f"# {plain(drift_words.overview(drifts))}", "", *_sides(found[0]), "")
        yield from table(
            ("Group", "Before", "Now", "Change", *(each.label for each in found[0].boxes)), map(_group, found)
        )
        found = tuple(each for each in found if each.moved)
    for page in found:
        yield from _page(page, "#" if len(drifts) == 1 else "##")
    yield from _provenance(drifts)


def _sides(page: Page) -> tuple[str, str]:
    return f"- Before: {plain(page.base)}", f"- Now: {plain(page.now)}"


def _group(page: Page) -> tuple[str, ...]:
    numbers = (str(each.number) for each in page.boxes)
    return (f"{plain(page.name)} {link(page.id)}", page.before_text, page.after_text, page.delta_text, *numbers)


def _page(page: Page, mark: str) -> Iterator[str]:
    yield from (f"{mark} {plain(page.headline)}", "", *_sides(page), "")
    yield from table(
        ("What became of the techniques", "How many"), ((each.label, str(each.number)) for each in page.boxes)
    )
    yield from (f"{page.counts} {page.others}".strip(), "")
    for each in page.policies:
        yield from (plain(each), "")
    if page.parts:
        yield from (f"{mark}# What moved the score", "", drift_words.ORDER, drift_words.EXACT, "")
        yield from table(
            ("Cause", "Its part", "Score from and to", "What it was"),
            (
                (each.label, each.delta_text, f"{each.before_text} → {each.after_text}", plain(each.because))
                for each in page.parts
            ),
        )
    for heading, header, rows in _tables(page):
        if rows:
            yield from (f"{mark}# {heading}", "", *table(header, rows[:ROWS_SHOWN]))
            if len(rows) > ROWS_SHOWN:
                yield from (f"And {figures.count(len(rows) - ROWS_SHOWN, 'more row')}, all in the workbook.", "")


def _tables(page: Page) -> Iterator[tuple[str, tuple[str, ...], list[tuple[str, ...]]]]:
    yield (
        "Every technique that changed",
        ("Technique", "Move", "Coverage", "Why"),
        [_technique(each) for each in page.techniques],
    )
    yield (
        "Mitigations whose level changed",
        ("Mitigation", "Level", "By", "Rows before", "Rows now"),
        [_level(each) for each in page.levels],
    )
    yield "Rows that changed", ("Place", "Row", "What changed", "By"), [_row(each) for each in page.rows]
    yield (
        "Controls that ran out between the two dates",
        ("Place", "Row", "When", "Mitigations"),
        [_ran_out(each) for each in page.expiries],
    )
    yield (
        "Links that are new or gone",
        ("Technique", "Mitigation", "Level", "Link", "Why", "By"),
        [_link(each) for each in page.links],
    )


def _technique(each: Technique) -> tuple[str, ...]:
    why = "; ".join(map(plain, each.reasons)) or figures.ABSENT
    return (f"{link(each.id)} {plain(each.name)}", each.move, f"{each.before_text} → {each.after_text}", why)


def _level(each: Level) -> tuple[str, ...]:
    level = f"{each.before_text} → {each.after_text}"
    return (f"{plain(each.name)} {link(each.id)}", level, each.causes, _behind(each.before), _behind(each.after))


def _behind(found: tuple[Line, ...]) -> str:
    said = [plain(str(line)) for line in found[:LINES_SHOWN]]
    if len(found) > LINES_SHOWN:
        said.append(figures.count(len(found) - LINES_SHOWN, "more row"))
    return "; ".join(said) or "no row"


def _row(each: Changed) -> tuple[str, ...]:
    owner = f" ({plain(each.owner)})" if each.owner else ""
    said = plain("; ".join((f"{each.kind}: {each.state}", *each.said)))
    return (plain(each.place), f"{plain(each.text)}{owner}", said, each.cause)


def _ran_out(each: RanOut) -> tuple[str, ...]:
    owner = f" ({plain(each.line.owner)})" if each.line.owner else ""
    mitigations = ", ".join(map(link, each.mitigations))
    return (plain(each.line.location), f"{plain(each.line.text)}{owner}", each.on, mitigations)


def _link(each: Link) -> tuple[str, ...]:
    technique = f"{link(each.technique)} {plain(each.technique_name)}"
    mitigation = f"{link(each.mitigation)} {plain(each.mitigation_name)}"
    return (technique, mitigation, each.level_text, each.kind, plain(each.why), each.cause)


def _provenance(drifts: Drifts) -> Iterator[str]:
    yield from ("## Where this report comes from", "")
    yield from table(("What", "Which"), ((term, plain(fact)) for term, fact in drift_provenance.facts(drifts)))
    for note in drift_provenance.notes(drifts):
        yield from (plain(note), "")
    yield from map(plain, drift_provenance.copyrights(drifts))
