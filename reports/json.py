"""The contract's document: one object for one assessment, a list for several."""

from mitigap.assessment import document
from reports.report import Report


def render(report: Report) -> bytes:
    found = report.assessments
    return document.dump(found[0] if len(found) == 1 else found)
