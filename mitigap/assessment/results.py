"""What was reckoned, told as the records of the result."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from mitigap import ids
from mitigap.assessment import score
from mitigap.assessment.model import CatalogueRef, MitigationResult, Reason, Recommendation, TechniqueResult
from mitigap.assessment.recommend import Gain
from mitigap.assessment.standing import Standing
from mitigap.catalog import scope
from mitigap.catalog.model import Catalogue


def technique(
    catalogue: Catalogue,
    standing: Standing,
    technique_id: str,
    *,
    edges: Mapping[str, str | None],
    coverage: Fraction | None,
    via: tuple[str, ...],
) -> TechniqueResult:
    known = catalogue.techniques[technique_id]
    return TechniqueResult(
        id=known.id,
        name=known.name,
        parent=ids.parent_of(known.id),
        tactics=known.tactics,
        status=score.status(coverage),
        coverage=None if coverage is None else float(coverage),
        reason=_reason(catalogue, technique_id, edges) if coverage is None else None,
        mitigations=tuple(_mitigation(catalogue, standing, each, parent) for each, parent in edges.items()),
        via=tuple(sorted(via)),
    )


def _reason(catalogue: Catalogue, technique_id: str, edges: Mapping[str, str | None]) -> Reason:
    if edges:
        return Reason.NOT_APPLICABLE
    return Reason.DO_NOT_MITIGATE if scope.do_not_mitigate(catalogue, technique_id) else Reason.NONE


def _mitigation(
    catalogue: Catalogue, standing: Standing, mitigation_id: str, inherited_from: str | None
) -> MitigationResult:
    level = standing.level(mitigation_id)
    return MitigationResult(
        id=mitigation_id,
        name=catalogue.mitigations[mitigation_id].name,
        level=level.value,
        controls=level.controls,
        pre_compromise=mitigation_id == ids.PRE_COMPROMISE,
        expired=level.expired,
        alternative=level.alternative,
        inherited_from=inherited_from,
    )


def recommendation(catalogue: Catalogue, gain: Gain) -> Recommendation:
    return Recommendation(
        id=gain.id,
        name=catalogue.mitigations[gain.id].name,
        gain=float(gain.gain),
        covers=gain.covers,
        improves=gain.improves,
    )


def tactics(catalogue: Catalogue, techniques: Iterable[TechniqueResult]) -> dict[str, str]:
    """The names of the tactics that occur."""
    return {each: catalogue.tactics[each].name for found in techniques for each in found.tactics}


def catalogue_ref(catalogue: Catalogue) -> CatalogueRef:
    return CatalogueRef(
        domain=catalogue.domain.value,
        version=catalogue.version,
        digest=catalogue.digest,
        source=catalogue.source,
        copyright=catalogue.copyright,
        notes=catalogue.notes,
    )
