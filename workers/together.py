"""The groups of one assessment weighed together."""

from collections.abc import Sequence
from typing import Any

from mitigap.assessment.model import Assessment
from mitigap.assessment.portfolio import Portfolio
from mitigap.assessment.weigh import weigh
from workers.side import Side


def weighed(now: Side, assessments: Sequence[Assessment]) -> Portfolio | None:
    """None for one group alone. A weight of a group that is not assessed counts for nothing."""
    groups = {each.group.id for each in assessments}
    if len(groups) < len(assessments) or len(groups) == 1:
        return None
    weights = {key: value for key, value in now.weights.items() if key in groups}
    return weigh(assessments, weights, order=now.subject.catalogue.tactics)


def told(portfolio: Portfolio) -> dict[str, Any]:
    """The few figures a page shows."""
    return {
        "score": portfolio.score,
        "techniques": portfolio.union.techniques,
        "common": portfolio.intersection.techniques,
        "weighted": any(each.weight != 1 for each in portfolio.groups),
    }
