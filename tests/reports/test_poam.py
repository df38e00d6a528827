"""The plan of action: compliance-trestle takes it, its ids hold together, and it is of this assessment alone."""

import json
import re
import uuid
import warnings
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from factories import reports as made

from mitigap.assessment.model import Status
from mitigap.branding import Branding, Marking
from mitigap.catalog import builtin
from mitigap.catalog.model import Domain
from reports import poam
from reports.report import Report


def plan(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(poam.render(report))["plan-of-action-and-milestones"]
    return found


def assert_valid(report: Report) -> None:
    """By trestle's own models, which know every field and refuse what they do not know; nothing is lost on them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own imports warn
        oscal = pytest.importorskip("trestle.oscal.poam")
    read = oscal.Model.model_validate_json(poam.render(report))
    kept = json.loads(read.model_dump_json(by_alias=True, exclude_none=True))
    assert shape(kept) == shape({"plan-of-action-and-milestones": plan(report)})


def shape(node: Any) -> Any:
    """Every field and every list's length; how addresses and moments are spelled is the reader's own."""
    if isinstance(node, dict):
        return {key: shape(value) for key, value in node.items()}
    return [shape(each) for each in node] if isinstance(node, list) else None


def ids(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (node["uuid"],) if "uuid" in node else ()
        for each in node.values():
            yield from ids(each)
    elif isinstance(node, list):
        for each in node:
            yield from ids(each)


@pytest.mark.parametrize("groups", [("G0077",), ("G0016",), ("G0007", "G0016", "G0032"), ("G0126",)], ids="-".join)
def test_of_real_groups(groups: tuple[str, ...]) -> None:
    assert_valid(made.a_report(builtin.default(), *groups))


@pytest.mark.parametrize("domain", Domain)
def test_of_every_domain(domain: Domain) -> None:
    edges = {"T0801": ("M0930", "M0807"), "T0802": ()}
    assert_valid(made.a_report(made.a_catalogue({"G0001": edges}, domain=domain), "G0001"))


@pytest.mark.parametrize("words", made.HOSTILE)
def test_of_hostile_text(words: str) -> None:
    assert_valid(made.a_hostile_report(words))


def test_every_open_technique_is_an_item_with_its_risk_and_its_observation(leafminer: Report) -> None:
    found = plan(leafminer)
    is_open = {e.id for e in leafminer.assessments[0].techniques if e.status in {Status.GAP, Status.PARTIAL}}
    assert {each["props"][0]["value"] for each in found["poam-items"]} == is_open
    risks = {each["uuid"]: each for each in found["risks"]}
    observed = {each["uuid"]: each for each in found["observations"]}
    for item in found["poam-items"]:
        risk = risks.pop(item["related-risks"][0]["risk-uuid"])
        assert risk["related-observations"] == item["related-observations"]
        assert observed.pop(item["related-observations"][0]["observation-uuid"])
        technique = item["props"][0]["value"]
        assert risk["threat-ids"][0]["id"] == item["links"][0]["href"]
        assert item["links"][0]["href"].endswith(f"/techniques/{technique.replace('.', '/')}/")
    assert (risks, observed) == ({}, {})


def test_remediations_are_what_is_missing_and_can_be_deployed(leafminer: Report) -> None:
    risks = {each["links"][0]["text"]: each for each in plan(leafminer)["risks"]}
    for technique in leafminer.assessments[0].techniques:
        if technique.id in risks:
            missing = {e.id for e in technique.mitigations if e.level not in {None, 1} and not e.pre_compromise}
            steps = risks[technique.id].get("remediations", [])
            assert {each["props"][0]["value"] for each in steps} == missing
            assert all(each["lifecycle"] == "recommendation" for each in steps)
            in_place = {each.id for each in technique.mitigations if each.level}
            factors = risks[technique.id].get("mitigating-factors", [])
            assert {each["description"].split()[0] for each in factors} == in_place


def test_pre_compromise_is_never_a_remediation(leafminer: Report) -> None:
    tool = next(each for each in plan(leafminer)["poam-items"] if each["props"][0]["value"] == "T1588.002")
    assert tool["description"] == "Used by Leafminer (G0077). Nothing that is missing can be deployed."


def test_a_technique_of_several_groups_is_one_item(three: Report) -> None:
    items = plan(three)["poam-items"]
    assert [each["props"][0]["value"] for each in items] == ["T1004", "T1003.001"]


def test_the_day_is_the_assessments_and_no_clock_is_asked(leafminer: Report) -> None:
    text = poam.render(leafminer).decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", text)) == {"2026-11-24T00:00:00Z"}
    assert poam.render(leafminer) == poam.render(msgspec.structs.replace(leafminer))


def test_ids_are_unique_and_those_of_their_subject(leafminer: Report) -> None:
    found = list(ids(plan(leafminer)))
    assert len(found) == len(set(found))
    assert {uuid.UUID(each).version for each in found} == {5}
    later = tuple(msgspec.structs.replace(each, as_of="2026-12-24") for each in leafminer.assessments)
    again = list(ids(plan(msgspec.structs.replace(leafminer, assessments=later))))
    assert again[0] != found[0]
    assert again[1:] == found[1:]


def test_where_nothing_is_open_one_item_says_so_and_there_is_no_risk() -> None:
    report = made.a_report(made.three_groups(), "G0001")
    assert_valid(report)
    found = plan(report)
    assert found.keys() & {"risks", "observations"} == set()
    assert [(each["title"], each["props"][0]["value"]) for each in found["poam-items"]] == [
        ("No technique is open", "0")
    ]
    assert (
        "Group G0001 (G0001): 2 used, 2 covered, 0 that no mitigation stops." in found["poam-items"][0]["description"]
    )


def test_where_nothing_can_be_mitigated_there_is_nothing_to_plan() -> None:
    report = made.a_report(made.three_groups(), "G0003")
    assert_valid(report)
    assert "2 that no mitigation stops" in plan(report)["poam-items"][0]["description"]


def test_the_marking_is_oscals_own_property(leafminer: Report) -> None:
    marked = msgspec.structs.replace(leafminer, branding=Branding(marking=Marking.RED, title="Acme SOC"))
    assert_valid(marked)
    assert plan(marked)["metadata"]["props"][0] == {"name": "marking", "value": "TLP:RED"}
    assert plan(marked)["metadata"]["title"].startswith("Acme SOC: plan of action")
