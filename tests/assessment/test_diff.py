from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from factories.assessment import GROUP, TODAY, a_catalogue, a_control, an_inventory, of_controls
from factories.drift import LATER, a_release, a_subject, changed, parts, reasons, two_groups

from mitigap import ENGINE_VERSION
from mitigap.assessment.diff import diff, several
from mitigap.assessment.drift import (
    SCHEMA,
    Cause,
    Drift,
    EdgeChange,
    Expiry,
    Kind,
    MitigationChange,
    Move,
    PolicyChange,
    Row,
    RowChange,
    Side,
    Standpoint,
    Step,
    Tally,
    TechniqueChange,
    Why,
)
from mitigap.assessment.model import CatalogueRef, Counts, GroupRef, InventoryRef, Status
from mitigap.assessment.policy import POLICIES, named
from mitigap.catalog.model import Software
from mitigap.inventory.model import Status as ControlStatus

MEAN = POLICIES["mean"]


def a_step(cause: Cause, before: float | None, after: float | None, exact: str | None) -> Step:
    return Step(
        cause=cause, before=before, after=after, delta=None if exact is None else float(Fraction(exact)), exact=exact
    )


def a_row(row: int, mitigation: str, level: float, **more: Any) -> Row:
    content: dict[str, Any] = {
        "location": f"Controls!{row}",
        "text": f"control {row}",
        "mitigations": (mitigation,),
        "status": ControlStatus.PARTIAL,
        "level": level,
        "owner": "",
        "expires": None,
    }
    return Row(**(content | more))


def test_a_whole_comparison_by_hand() -> None:
    """A new link in the catalogue and one control that got better: two causes, told apart, adding up."""
    base = a_subject(
        catalogue=a_release({"T1001": ["M1011"], "T1002": ["M1012"]}, "1"),
        inventory=of_controls([a_control(2, "M1011", 0.5), a_control(3, "M1012", 0.4, owner="SOC")]),
        by="first@example.test",
        revision=1,
    )
    now = a_subject(
        catalogue=a_release({"T1001": ["M1011", "M1012"], "T1002": ["M1012"]}, "2"),
        inventory=of_controls([a_control(2, "M1011", 0.5), a_control(3, "M1012", 1.0, owner="IAM team")]),
        by="second@example.test",
        revision=2,
    )

    def a_side(version: str, score: float, counts: Counts, **more: Any) -> Side:
        return Side(
            catalog=CatalogueRef(
                domain="enterprise-attack",
                version=version,
                digest=f"sha256:{version}",
                source=f"{version}.json",
                copyright="© MITRE",
            ),
            group=GroupRef(id=GROUP, name="Quiet Group"),
            inventory=InventoryRef(name="controls.xlsx", digest="sha256:inventory", controls=2, unresolved=0),
            policy=MEAN.ref,
            as_of=TODAY,
            score=score,
            counts=counts,
            **more,
        )

    was, then = a_row(3, "M1012", 0.4, owner="SOC"), a_row(3, "M1012", 1.0, owner="IAM team")
    assert diff(base, now) == Drift(
        schema=SCHEMA,
        engine=ENGINE_VERSION,
        changed=True,
        regressed=False,
        base=a_side(
            "1",
            0.45,
            Counts(techniques=2, covered=0, partial=2, gap=0, unmitigable=0, edges=2),
            by="first@example.test",
            revision=1,
        ),
        now=a_side(
            "2",
            0.875,
            Counts(techniques=2, covered=1, partial=1, gap=0, unmitigable=0, edges=3),
            by="second@example.test",
            revision=2,
        ),
        delta=0.425,
        exact="17/40",
        steps=(a_step(Cause.CATALOGUE, 0.45, 0.425, "-1/40"), a_step(Cause.INVENTORY, 0.425, 0.875, "9/20")),
        counts=Tally(better=2, worse=0, unchanged=0, added=0, removed=0, mitigable=0, unmitigable=0),
        techniques=(
            TechniqueChange(
                id="T1001",
                name="Technique T1001",
                move=Move.BETTER,
                before=Standpoint(status=Status.PARTIAL, coverage=0.5),
                after=Standpoint(status=Status.PARTIAL, coverage=0.75),
                delta=0.25,
                exact="1/4",
                steps=(a_step(Cause.CATALOGUE, 0.5, 0.45, "-1/20"), a_step(Cause.INVENTORY, 0.45, 0.75, "3/10")),
                mitigations=("M1012",),
            ),
            TechniqueChange(
                id="T1002",
                name="Technique T1002",
                move=Move.BETTER,
                before=Standpoint(status=Status.PARTIAL, coverage=0.4),
                after=Standpoint(status=Status.COVERED, coverage=1.0),
                delta=0.6,
                exact="3/5",
                steps=(a_step(Cause.INVENTORY, 0.4, 1.0, "3/5"),),
                mitigations=("M1012",),
            ),
        ),
        edges=(
            EdgeChange(
                technique="T1001",
                technique_name="Technique T1001",
                mitigation="M1012",
                mitigation_name="Mitigation M1012",
                kind=Kind.ADDED,
                cause=Cause.CATALOGUE,
                level=1.0,
                why=Why.LINKED,
            ),
        ),
        mitigations=(
            MitigationChange(
                id="M1012",
                name="Mitigation M1012",
                before=0.4,
                after=1.0,
                delta=0.6,
                exact="3/5",
                steps=(a_step(Cause.INVENTORY, 0.4, 1.0, "3/5"),),
                techniques=("T1001", "T1002"),
                rows_before=(was,),
                rows_after=(then,),
            ),
        ),
        rows=(RowChange(kind=Kind.CHANGED, cause=Cause.INVENTORY, before=was, after=then, fields=("level", "owner")),),
        other_rows=0,
        expiries=(),
        policy=None,
    )


def test_a_switch_of_the_policy_brings_techniques_and_is_named() -> None:
    catalogue = a_catalogue(
        {"T1001": ["M1011"], "T1002": ["M1012"]},
        uses={GROUP: ("T1001",), "S0001": ("T1002",)},
        employs={GROUP: ("S0001",)},
        software={"S0001": Software(id="S0001", name="Tool")},
    )
    base = a_subject(catalogue=catalogue, inventory=an_inventory({"M1011": 1.0}))
    wide = named("any", software=True)

    drift = diff(base, changed(base, policy=wide))

    assert drift.policy == PolicyChange(before=MEAN.ref, after=wide.ref)
    assert parts(drift) == {"policy": "-1/2"}
    assert reasons(drift) == {"T1002": (Move.ADDED, Cause.POLICY, None, ())}
    assert [(each.mitigation, each.cause, each.why) for each in drift.edges] == [("M1012", Cause.POLICY, None)]
    assert drift.regressed


def test_a_policy_by_another_name_is_a_change_even_where_no_figure_moves() -> None:
    base = a_subject()
    drift = diff(base, changed(base, policy=POLICIES["all"]))
    assert (drift.changed, drift.regressed, drift.steps) == (True, False, ())


def test_time_alone_is_no_change_until_a_control_runs_out() -> None:
    kept = a_subject(inventory=of_controls([a_control(2, "M1011", 1.0, expires=date(2030, 1, 1))]))
    assert not diff(kept, changed(kept, as_of=LATER)).changed


def test_a_control_that_runs_out_is_told_with_its_date() -> None:
    row = a_control(2, "M1011", 1.0, owner="SOC", expires=date(2026, 12, 31))
    base = a_subject(inventory=of_controls([row]))

    drift = diff(base, changed(base, as_of=LATER))

    told = a_row(2, "M1011", 1.0, owner="SOC", expires=date(2026, 12, 31), expired=True)
    assert drift.expiries == (Expiry(row=told, on=date(2026, 12, 31), expired=True),)
    assert parts(drift) == {"expiry": "-3/4"}
    assert drift.rows == ()
    assert drift.mitigations[0].rows_after == (told,)
    back = diff(changed(base, as_of=LATER), base)
    assert [(each.on, each.expired) for each in back.expiries] == [(date(2026, 12, 31), False)]
    assert parts(back) == {"expiry": "3/4"}


def test_a_control_renewed_in_time_has_not_run_out() -> None:
    base = a_subject(inventory=of_controls([a_control(2, "M1011", 1.0, expires=date(2026, 12, 31))]))
    renewed = of_controls([a_control(2, "M1011", 1.0, expires=date(2027, 12, 31))])

    drift = diff(base, changed(base, inventory=renewed, as_of=LATER))

    assert (drift.steps, drift.expiries, drift.mitigations) == ((), (), ())
    assert [each.fields for each in drift.rows] == [("expires",)]


@pytest.mark.parametrize("level", [None, 0.0])
def test_a_row_that_never_counted_does_not_run_out(level: float | None) -> None:
    base = a_subject(inventory=of_controls([a_control(2, "M1011", level, expires=date(2026, 12, 31))]))
    assert diff(base, changed(base, as_of=LATER)).expiries == ()


def test_where_a_side_has_no_score_there_is_no_difference_to_name() -> None:
    base = a_subject(catalogue=a_catalogue({"T1001": []}))
    now = a_subject(catalogue=a_release({"T1001": ["M1011"]}, "2"), levels={"M1011": 1.0})

    drift = diff(base, now)

    assert (drift.delta, drift.exact, drift.regressed) == (None, None, False)
    assert drift.steps == (a_step(Cause.CATALOGUE, None, 0.0, None), a_step(Cause.INVENTORY, 0.0, 1.0, "1"))
    assert reasons(drift) == {"T1001": (Move.MITIGABLE, None, None, ())}
    assert drift.counts.mitigable == 1
    assert diff(now, base).counts.unmitigable == 1


def test_the_worst_comes_first() -> None:
    mapped = {"T1001": ["M1011"], "T1002": ["M1012"], "T1003": ["M1013"]}
    base = a_subject(mapped, {"M1011": 1.0, "M1012": 1.0})
    now = a_subject(mapped, {"M1011": 0.9, "M1012": 0.1, "M1013": 1.0})

    drift = diff(base, now)

    assert [each.id for each in drift.techniques] == ["T1002", "T1001", "T1003"]
    assert [each.id for each in drift.mitigations] == ["M1012", "M1011", "M1013"]
    assert drift.regressed
    assert (drift.counts.worse, drift.counts.better) == (2, 1)


def test_rows_of_other_groups_are_counted_and_are_no_change_here() -> None:
    base = a_subject(levels={"M1011": 1.0})
    now = changed(base, inventory=an_inventory({"M1011": 1.0}, a_control(9, "M1099", 1.0), a_control(10, None, 1.0)))

    drift = diff(base, now)

    assert (drift.changed, drift.rows, drift.other_rows) == (False, (), 2)


def test_a_row_that_gets_a_mitigation_of_this_group_is_told() -> None:
    base = a_subject(inventory=of_controls([a_control(2, None, 1.0)]))
    now = changed(base, inventory=of_controls([a_control(2, "M1011", 1.0)]))
    assert [(each.kind, each.fields) for each in diff(base, now).rows] == [(Kind.CHANGED, ("mitigations",))]


def test_several_groups_are_as_one_by_one() -> None:
    base = a_subject(catalogue=two_groups(), levels={"M1011": 1.0})
    now = changed(base, inventory=an_inventory({"M1012": 1.0}))

    found = list(several(base, now, ["G0002", "G0001"]))

    one_by_one = [(changed(base, group_id=each), changed(now, group_id=each)) for each in ("G0002", "G0001")]
    assert found == [diff(*each) for each in one_by_one]
