"""The report as one HTML file: no script, nothing fetched, the same on screen, on paper and in the dark."""

import hashlib
from base64 import b64encode
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from reports import advice, evidence, figures, links, provenance, summary, text
from reports.pages import pages
from reports.report import Report

LINES_SHOWN = 4
"""Control rows told behind one mitigation of one technique; the workbook has them all."""

NAMES_SHOWN = 8
"""Techniques named in one recommendation's sentence."""

ROWS_SHOWN = 200
"""Unresolved rows, and other remarks, told on the page; the workbook has them all."""


def render(report: Report) -> bytes:
    template = _environment().get_template("report.html")
    found = template.render(
        advice=advice,
        assessment=report.assessments[0],
        copyrights=provenance.copyrights(report),
        csp=policy(),
        facts=provenance.facts(report),
        notes=provenance.notes(report),
        overview=summary.overview(report),
        pages=pages(report),
        puzzles=evidence.puzzles(report.inventory),
        remarks=evidence.remarks(report.inventory),
        shared=advice.shared(report.assessments, evidence.Evidence(report.inventory)),
        style=_style(),
        title=summary.title(report),
    )
    return found.encode()


@cache
def policy() -> str:
    """The page's own content security policy: our style sheet by its hash, and nothing else at all."""
    digest = b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _style() -> str:
    """Ours alone, and so the one thing that the template prints as it is: no word of a user's ever stands in it."""
    return _environment().get_template("report.css").render()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"percent": figures.percent, "points": figures.points, "listed": figures.listed}
    environment.globals |= {
        "address": links.address,
        "counted": figures.count,
        "lines_shown": LINES_SHOWN,
        "names_shown": NAMES_SHOWN,
        "rows_shown": ROWS_SHOWN,
    }
    return environment


def _shown(value: object) -> object:
    """Every expression of every template passes here, so no text can reach the page unmarked."""
    return text.marked(value) if type(value) is str else value
