"""The report as one HTML file: no script, nothing fetched, the same on screen, on paper and in the dark."""

from reports import advice, evidence, provenance, summary, templating
from reports.pages import pages
from reports.report import Report

STYLE = "report.css"

PROMISE = "The same inventory, catalogue and policy on the same date give this report again, byte for byte."


def render(report: Report) -> bytes:
    template = templating.environment().get_template("report.html")
    found = template.render(
        advice=advice,
        assessment=report.assessments[0],
        copyrights=provenance.copyrights(report),
        csp=templating.policy(STYLE),
        engine=report.assessments[0].engine,
        facts=provenance.facts(report),
        notes=provenance.notes(report),
        overview=summary.overview(report),
        pages=pages(report),
        promise=PROMISE,
        puzzles=evidence.puzzles(report.inventory),
        remarks=evidence.remarks(report.inventory),
        shared=advice.shared(report.assessments, evidence.Evidence(report.inventory)),
        style=templating.style(STYLE),
        title=summary.title(report),
    )
    return found.encode()
