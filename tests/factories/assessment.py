"""Small catalogues and inventories for the assessment's tests, and what is drawn from them at random."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st

from mitigap.assessment.assess import assess
from mitigap.assessment.model import Assessment
from mitigap.assessment.policy import POLICIES, Policy
from mitigap.catalog.model import Catalogue, Domain, Group, Mitigation, Tactic, Technique
from mitigap.inventory.model import Control, Inventory, Method, Status

TODAY = date(2026, 11, 24)
GROUP = "G0001"

Mapped = Mapping[str, Iterable[str]]


def a_catalogue(mapped: Mapped, **more: Any) -> Catalogue:
    """One group that uses every technique of `mapped`, which names the mitigations of each."""
    mitigates = {technique: tuple(found) for technique, found in mapped.items()}
    named = sorted({each for found in mitigates.values() for each in found})
    content: dict[str, Any] = {
        "domain": Domain.ENTERPRISE,
        "version": "99.0",
        "digest": "sha256:catalogue",
        "source": "made.json",
        "copyright": "© MITRE",
        "tactics": {"TA0006": Tactic(id="TA0006", name="Credential Access", shortname="credential-access")},
        "techniques": {each: a_technique(each) for each in mitigates},
        "mitigations": {each: Mitigation(id=each, name=f"Mitigation {each}") for each in named},
        "groups": {GROUP: Group(id=GROUP, name="Quiet Group")},
        "uses": {GROUP: tuple(mitigates)},
        "mitigates": {technique: found for technique, found in mitigates.items() if found},
    }
    return Catalogue(**(content | more))


def a_technique(technique_id: str) -> Technique:
    return Technique(id=technique_id, name=f"Technique {technique_id}", tactics=("TA0006",))


def a_control(row: int, mitigation: str | None, level: float | None, **more: Any) -> Control:
    """A level of None is a row marked not-applicable; a mitigation of None is an unresolved row."""
    content: dict[str, Any] = {
        "location": f"Controls!{row}",
        "row": row,
        "text": f"control {row}",
        "mitigations": (mitigation,) if mitigation else (),
        "status": Status.NOT_APPLICABLE if level is None else Status.PARTIAL,
        "level": level,
        "method": Method.ID if mitigation else None,
    }
    return Control(**(content | more))


def an_inventory(levels: Mapping[str, float | None], *more: Control) -> Inventory:
    """One row for each mitigation, from row 2 on."""
    rows = (a_control(row, each, level) for row, (each, level) in enumerate(levels.items(), start=2))
    return of_controls([*rows, *more])


def of_controls(controls: Iterable[Control]) -> Inventory:
    return Inventory(
        name="controls.xlsx",
        digest="sha256:inventory",
        sheet="Controls",
        header_row=1,
        columns={"mitigation": "A", "status": "B"},
        controls=tuple(controls),
    )


def assessed(mapped: Mapped, levels: Mapping[str, float | None], policy: Policy = POLICIES["mean"]) -> Assessment:
    return assess(a_catalogue(mapped), GROUP, an_inventory(levels), policy=policy, as_of=TODAY)


TECHNIQUES = tuple(f"T{number}" for number in range(1001, 1007))
MITIGATIONS = (*(f"M{number}" for number in range(1011, 1016)), "M1055", "M1056")

mappings = st.dictionaries(st.sampled_from(TECHNIQUES), st.frozensets(st.sampled_from(MITIGATIONS)), max_size=6)
"""Technique to mitigations, "do not mitigate" and pre-compromise among them."""

deployed = st.one_of(st.sampled_from((0.0, 0.5, 1.0, 0.1, 0.999)), st.floats(0, 1))
inventories = st.dictionaries(st.sampled_from(MITIGATIONS), st.one_of(st.none(), deployed))
policies = st.sampled_from(tuple(POLICIES.values()))
