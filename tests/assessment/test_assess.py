from datetime import date

import msgspec
from factories.assessment import GROUP, TODAY, a_catalogue, a_control, an_inventory, assessed, of_controls

from mitigap import ENGINE_VERSION
from mitigap.assessment.assess import assess, several
from mitigap.assessment.model import (
    SCHEMA,
    Assessment,
    CatalogueRef,
    Ceiling,
    Counts,
    GroupRef,
    InventoryRef,
    MitigationResult,
    Reason,
    Recommendation,
    Status,
    TechniqueResult,
)
from mitigap.assessment.policy import POLICIES, named
from mitigap.catalog.model import Catalogue, Fate, Group, Retired

MEAN = POLICIES["mean"]


def an_edge(mitigation: str, level: float | None = 0.0, *controls: str, **more: object) -> MitigationResult:
    return MitigationResult(
        id=mitigation,
        name=f"Mitigation {mitigation}",
        level=level,
        controls=controls,
        pre_compromise=mitigation == "M1056",
        **more,
    )


def a_result(technique: str, status: Status, coverage: float | None, *edges: MitigationResult) -> TechniqueResult:
    return TechniqueResult(
        id=technique,
        name=f"Technique {technique}",
        parent=None,
        tactics=("TA0006",),
        status=status,
        coverage=coverage,
        reason=None,
        mitigations=edges,
    )


def test_a_whole_result_by_hand() -> None:
    mapped = {"T1003": ["M1027", "M1017"], "T1001": ["M1017"], "T1002": []}

    assert assessed(mapped, {"M1017": 1.0}) == Assessment(
        schema=SCHEMA,
        engine=ENGINE_VERSION,
        catalog=CatalogueRef(
            domain="enterprise-attack",
            version="99.0",
            digest="sha256:catalogue",
            source="made.json",
            copyright="© MITRE",
        ),
        group=GroupRef(id=GROUP, name="Quiet Group"),
        inventory=InventoryRef(name="controls.xlsx", digest="sha256:inventory", controls=1, unresolved=0),
        policy=MEAN.ref,
        as_of="2026-11-24",
        score=0.75,
        ceiling=Ceiling(techniques=2, of=3, without_pre_compromise=2),
        counts=Counts(techniques=3, covered=1, partial=1, gap=0, unmitigable=1, edges=3),
        tactics={"TA0006": "Credential Access"},
        techniques=(
            a_result("T1001", Status.COVERED, 1.0, an_edge("M1017", 1.0, "Controls!2")),
            msgspec.structs.replace(a_result("T1002", Status.UNMITIGABLE, None), reason=Reason.NONE),
            a_result("T1003", Status.PARTIAL, 0.5, an_edge("M1017", 1.0, "Controls!2"), an_edge("M1027")),
        ),
        recommendations=(
            Recommendation(id="M1027", name="Mitigation M1027", gain=0.25, covers=("T1003",), improves=()),
        ),
    )


def test_do_not_mitigate_is_no_mitigation_and_no_edge() -> None:
    result = assessed({"T1001": ["M1055"], "T1002": ["M1055", "M1017"]}, {"M1055": 1.0})

    alone, beside = result.techniques
    assert (alone.status, alone.coverage, alone.reason) == (Status.UNMITIGABLE, None, Reason.DO_NOT_MITIGATE)
    assert alone.mitigations == ()
    assert beside == a_result("T1002", Status.GAP, 0.0, an_edge("M1017"))
    assert result.counts.edges == 1
    assert result.ceiling == Ceiling(techniques=1, of=2, without_pre_compromise=1)
    assert [each.id for each in result.recommendations] == ["M1017"]


def test_pre_compromise_counts_like_any_other_is_flagged_and_never_recommended() -> None:
    result = assessed({"T1001": ["M1056"], "T1002": ["M1017", "M1056"]}, {})

    assert [edge.pre_compromise for each in result.techniques for edge in each.mitigations] == [True, False, True]
    assert result.counts == Counts(techniques=2, covered=0, partial=0, gap=2, unmitigable=0, edges=3)
    assert result.ceiling == Ceiling(techniques=2, of=2, without_pre_compromise=1)
    assert result.recommendations == (
        Recommendation(id="M1017", name="Mitigation M1017", gain=0.25, covers=(), improves=("T1002",)),
    )


def test_what_the_inventory_rules_out_leaves_the_denominator_but_not_the_mapping() -> None:
    result = assessed({"T1001": ["M1017"], "T1002": ["M1017", "M1027"]}, {"M1017": None, "M1027": 0.5})

    out, half = result.techniques
    assert (out.status, out.coverage, out.reason) == (Status.UNMITIGABLE, None, Reason.NOT_APPLICABLE)
    assert out.mitigations == (an_edge("M1017", None, "Controls!2"),)
    assert (half.status, half.coverage, half.reason) == (Status.PARTIAL, 0.5, None)
    assert result.score == 0.5
    assert result.counts == Counts(techniques=2, covered=0, partial=1, gap=0, unmitigable=1, edges=3)
    assert result.ceiling.techniques == 2
    assert [each.id for each in result.recommendations] == ["M1027"]


def test_nothing_to_assess_is_no_score() -> None:
    assert assessed({"T1001": []}, {"M1017": 1.0}).score is None
    assert assessed({}, {}).score is None


def test_an_expired_control_counts_nothing_and_says_so() -> None:
    expired = a_control(12, "M1032", 1.0, expires=date(2026, 1, 31))
    elsewhere = a_control(13, "M1099", 1.0, expires=date(2026, 1, 31))
    inventory = of_controls([expired, elsewhere])

    result = assess(a_catalogue({"T1001": ["M1032"]}), GROUP, inventory, policy=MEAN, as_of=TODAY)

    assert result.notes == ("M1032: Controls!12 expired on 2026-01-31.",)
    assert result.techniques[0].mitigations == (an_edge("M1032", 0.0, "Controls!12", expired=("Controls!12",)),)
    earlier = assess(a_catalogue({"T1001": ["M1032"]}), GROUP, inventory, policy=MEAN, as_of=date(2026, 1, 31))
    assert (earlier.score, earlier.notes) == (1.0, ())


def test_rows_behind_an_edge_stand_in_the_sheets_order() -> None:
    inventory = of_controls([a_control(12, "M1017", 0.5), a_control(5, "M1017", 0.1)])

    result = assess(a_catalogue({"T1001": ["M1017"]}), GROUP, inventory, policy=MEAN, as_of=TODAY)

    assert result.techniques[0].mitigations == (an_edge("M1017", 0.5, "Controls!5", "Controls!12"),)


def test_a_revoked_group_is_followed_with_a_note() -> None:
    old = Retired(id="G0099", name="Loud Group", fate=Fate.REVOKED, replaced_by=GROUP)
    catalogue = a_catalogue({"T1001": ["M1017"]}, retired_groups={old.id: old})

    result = assess(catalogue, old.id, an_inventory({}), policy=MEAN, as_of=TODAY)

    assert result.group.id == GROUP
    assert len(result.notes) == 1
    assert old.id in result.notes[0]
    assert GROUP in result.notes[0]


def test_what_reading_the_catalogue_decided_goes_with_the_catalogue() -> None:
    catalogue = a_catalogue({}, notes=("The release is taken from the file's name.",))

    result = assess(catalogue, GROUP, an_inventory({}), policy=MEAN, as_of=TODAY)

    assert result.catalog.notes == catalogue.notes
    assert result.notes == ()


def with_sub_technique() -> Catalogue:
    mapped = {"T1003.001": ["M1017"], "T1003": ["M1017", "M1027"], "T1004.001": ["M1055"], "T1004": ["M1027"]}
    return a_catalogue(mapped, uses={GROUP: ("T1003.001", "T1004.001")})


def test_a_sub_technique_has_its_own_mitigations_alone_unless_asked_otherwise() -> None:
    result = assess(with_sub_technique(), GROUP, an_inventory({}), policy=MEAN, as_of=TODAY)

    assert [each.mitigations for each in result.techniques] == [(an_edge("M1017"),), ()]
    assert result.techniques[0].parent == "T1003"


def test_what_is_inherited_counts_and_is_labelled_and_a_word_against_it_is_heeded() -> None:
    policy = named("mean", inherit=True)

    result = assess(with_sub_technique(), GROUP, an_inventory({"M1017": 1.0}), policy=policy, as_of=TODAY)

    lent, refused = result.techniques
    assert lent.mitigations == (an_edge("M1017", 1.0, "Controls!2"), an_edge("M1027", inherited_from="T1003"))
    assert lent.coverage == 0.5
    assert (refused.mitigations, refused.reason) == ((), Reason.DO_NOT_MITIGATE)
    assert result.counts.edges == 2
    assert result.policy.inherit


def test_each_policy_scores_by_its_own_rule() -> None:
    mapped = {"T1001": ["M1017", "M1027"]}

    scores = {name: assessed(mapped, {"M1017": 1.0}, policy).score for name, policy in POLICIES.items()}

    assert scores == {"mean": 0.5, "any": 1.0, "all": 0.0}


def test_several_groups_come_in_the_order_asked_for_and_equal_to_one_by_one() -> None:
    groups = {key: Group(id=key, name=key) for key in ("G0001", "G0002")}
    uses = {"G0001": ("T1001",), "G0002": ("T1002",)}
    catalogue = a_catalogue({"T1001": ["M1017"], "T1002": ["M1027"]}, groups=groups, uses=uses)
    inventory = an_inventory({"M1017": 1.0})

    found = tuple(several(catalogue, ["G0002", "G0001"], inventory, policy=MEAN, as_of=TODAY))

    assert [result.score for result in found] == [0.0, 1.0]
    assert found == tuple(assess(catalogue, key, inventory, policy=MEAN, as_of=TODAY) for key in ("G0002", "G0001"))
