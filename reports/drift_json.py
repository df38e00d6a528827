"""The document itself: one object for one drift, a list for several."""

from mitigap.assessment import drift_document
from reports.drift_report import Drifts


def render(drifts: Drifts) -> bytes:
    return drift_document.dump(drifts[0] if len(drifts) == 1 else drifts)
