"""The report as one HTML file: no script, nothing fetched, the same on screen, on paper and in the dark."""

from reports import advice, dress, evidence, portfolio_once, portfolio_pages, provenance, summary, templating
from reports.pages import pages
from reports.report import Report

STYLES = ("report.css", "together.css")

PROMISE = "The same inventory, catalogue and policy on the same date give this report again, byte for byte."


def render(report: Report) -> bytes:
    template = templating.environment().get_template("report.html")
    style = templating.style(*(STYLES if report.portfolio else STYLES[:1])) + dress.style(report.branding)
    found = template.render(
        advice=advice,
        assessment=report.assessments[0],
        branding=report.branding,
        copyrights=provenance.copyrights(report),
        csp=templating.policy(style, pictures=report.branding.logo is not None),
        engine=report.assessments[0].engine,
        facts=provenance.facts(report),
        logo=dress.logo(report.branding),
        many=report.many,
        notes=provenance.notes(report),
        overview=summary.overview(report),
        pages=pages(report),
        portfolio_pages=portfolio_pages,
        promise=PROMISE,
        puzzles=evidence.puzzles(report.inventory),
        remarks=evidence.remarks(report.inventory),
        once=portfolio_once.once(report) if report.many else None,
        shared=advice.shared(report.assessments, evidence.Evidence(report.inventory)),
        style=style,
        title=summary.title(report),
        together=portfolio_pages.together(report),
    )
    return found.encode()
