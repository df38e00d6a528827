"""A drift as one HTML file, on the same paper as the gap report."""

from reports import drift_provenance, drift_words, templating
from reports.drift_pages import pages
from reports.drift_report import Drifts

STYLE = ("report.css", "drift.css")


def render(drifts: Drifts) -> bytes:
    found = (
        templating.environment()
        .get_template("drift.html")
        .render(
            copyrights=drift_provenance.copyrights(drifts),
            csp=templating.policy(templating.style(*STYLE)),
            drift=drifts[0],
            engine=drifts[0].engine,
            facts=drift_provenance.facts(drifts),
            notes=drift_provenance.notes(drifts),
            overview=drift_words.overview(drifts),
            pages=pages(drifts),
            promise=drift_provenance.PROMISE,
            style=templating.style(*STYLE),
            title=drift_words.title(drifts),
            words=drift_words,
        )
    )
    return found.encode()
