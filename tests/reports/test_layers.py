"""The three layers together: MITRE's own strict reader takes each, for several groups and every domain."""

import contextlib
import io
import json
import warnings
from typing import Any

import msgspec
import pytest
from factories import reports as made

from mitigap.assessment.model import Status
from mitigap.branding import Branding, Marking
from mitigap.catalog import builtin
from mitigap.catalog.model import Domain
from reports.palette import LOOKS
from reports.render import render
from reports.report import Report

LAYERS = ("layer", "gaps", "threat")
DOMAINS = {
    Domain.ENTERPRISE: {"T1001": ("M1032",), "T1003.001": ("M1027", "M1099"), "T1005": ()},
    Domain.MOBILE: {"T1404": ("M1001",), "T1406.001": ()},
    Domain.ICS: {"T0801": ("M0930", "M0807"), "T0802": ("M0816",)},
}


def layer(form: str, report: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render(form, report))
    return found


def strictly(found: dict[str, Any]) -> dict[str, Any]:
    """As MITRE's reader understands it; it prints what it does not like, and leaves it out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own imports warn
        reader = pytest.importorskip("mitreattack.navlayers")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        read: dict[str, Any] = reader.Layer(found, strict=True).to_dict()
    assert said.getvalue() == ""
    return read


def assert_kept(found: dict[str, Any]) -> None:
    """Nothing of it is lost on the strict reader, but for the decimals of a score."""
    read = strictly(json.loads(json.dumps(found)))
    assert set(found) - set(read) == set()
    keys = ("techniqueID", "color", "comment")
    for theirs, ours in zip(read["techniques"], found["techniques"], strict=True):
        assert [theirs.get(key) for key in keys] == [ours[key] for key in keys]
        assert theirs.get("score") == (int(ours["score"]) if "score" in ours else None)
    assert {key: read[key] for key in ("name", "domain", "description", "versions")} == {
        key: found[key] for key in ("name", "domain", "description", "versions")
    }


@pytest.mark.parametrize("form", LAYERS)
@pytest.mark.parametrize("groups", [("G0077",), ("G0016",), ("G0007", "G0016", "G0032"), ("G0126",)], ids="-".join)
def test_of_real_groups(form: str, groups: tuple[str, ...]) -> None:
    assert_kept(layer(form, made.a_report(builtin.default(), *groups)))


@pytest.mark.parametrize("form", LAYERS)
@pytest.mark.parametrize("domain", DOMAINS)
def test_of_every_domain(form: str, domain: Domain) -> None:
    found = layer(form, made.a_report(made.a_catalogue({"G0001": DOMAINS[domain]}, domain=domain), "G0001"))
    assert found["domain"] == domain
    assert_kept(found)


@pytest.mark.parametrize("form", LAYERS)
def test_of_a_group_that_uses_nothing(form: str) -> None:
    found = layer(form, made.a_report(made.a_catalogue({"G0001": {}}), "G0001"))
    assert found["techniques"] == []
    strictly(found)


@pytest.mark.parametrize("form", LAYERS)
@pytest.mark.parametrize("words", made.HOSTILE)
def test_hostile_text_can_be_written(form: str, words: str) -> None:
    assert_kept(layer(form, made.a_hostile_report(words)))


@pytest.mark.parametrize("form", LAYERS)
def test_the_marking_stands_first(form: str, leafminer: Report) -> None:
    marked = msgspec.structs.replace(leafminer, branding=Branding(marking=Marking.AMBER_STRICT))
    assert layer(form, marked)["metadata"][0] == {"name": "Marking", "value": "TLP:AMBER+STRICT"}


def test_the_gaps_are_what_is_not_covered_and_how_much_of_it_is_missing(leafminer: Report) -> None:
    drawn = {each["techniqueID"]: each for each in layer("gaps", leafminer)["techniques"]}
    for technique in leafminer.assessments[0].techniques:
        found = drawn.pop(technique.id, None)
        assert (found is None) == (technique.status is Status.COVERED)
        if found:
            missing = None if technique.coverage is None else pytest.approx(100 - technique.coverage * 100, abs=0.006)
            assert (found.get("score"), found["color"]) == (missing, LOOKS[technique.status].solid)
            for edge in technique.mitigations:
                assert (f"{edge.id} {edge.name}: " in found["comment"]) == (
                    technique.coverage is not None and edge.level not in {None, 1}
                )
    assert drawn == {}


def test_the_threat_is_what_the_groups_use_whatever_is_deployed(three: Report) -> None:
    used = {each["techniqueID"]: each["score"] for each in layer("threat", three)["techniques"]}
    assert used == {"T1001": 2, "T1002": 1, "T1003.001": 1, "T1004": 1, "T1005": 2, "T1006": 1}
    bare = made.a_report(made.three_groups(), "G0001", "G0002", "G0003", inventory=made.an_inventory())
    assert layer("threat", bare)["techniques"] == layer("threat", three)["techniques"]


def test_the_threat_names_its_groups(three: Report) -> None:
    found = next(each for each in layer("threat", three)["techniques"] if each["techniqueID"] == "T1001")
    assert found["comment"] == "Used by 2 groups.\nGroup G0001 (G0001)\nGroup G0002 (G0002)"


def test_a_group_assessed_twice_is_one_user(leafminer: Report) -> None:
    twice = msgspec.structs.replace(leafminer, assessments=leafminer.assessments * 2)
    assert {each["score"] for each in layer("threat", twice)["techniques"]} == {1}
