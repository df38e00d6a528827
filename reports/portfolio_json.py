"""`mitigap/portfolio/1`: the report's groups weighed together; one group alone is a portfolio too."""

from mitigap.assessment import portfolio_document
from mitigap.assessment.weigh import weigh
from reports.report import Report


def render(report: Report) -> bytes:
    return portfolio_document.dump(report.portfolio or weigh(report.assessments))
