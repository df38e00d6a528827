import contextlib
import io
import json
import warnings
from typing import Any

import msgspec
import pytest
from factories import reports as made

from mitigap.assessment.model import Status
from mitigap.catalog.model import Domain
from reports import navigator
from reports.palette import LOOKS
from reports.report import Report


def layer(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(navigator.render(report))
    return found


def test_a_technique_bears_its_coverage_and_the_colour_of_its_status(leafminer: Report) -> None:
    drawn = {each["techniqueID"]: each for each in layer(leafminer)["techniques"]}
    for technique in leafminer.assessments[0].techniques:
        found = drawn.pop(technique.id)
        assert found["color"] == LOOKS[technique.status].solid
        assert found.get("score") == (
            None if technique.coverage is None else pytest.approx(technique.coverage * 100, abs=0.006)
        )
        for mitigation in technique.mitigations:
            assert f"{mitigation.id} {mitigation.name}: " in found["comment"]
    assert drawn == {}


def test_the_layer_says_what_it_is_of(leafminer: Report) -> None:
    found = layer(leafminer)
    assert found["versions"] == {"attack": "18.1", "navigator": "5.2.0", "layer": "4.5"}
    assert found["domain"] == "enterprise-attack"
    assert found["description"].endswith(leafminer.assessments[0].catalog.copyright)
    assert found["gradient"] == {
        "colors": [LOOKS[each].solid for each in (Status.GAP, Status.PARTIAL, Status.COVERED)],
        "minValue": 0,
        "maxValue": 100,
    }
    assert [each["label"].split(":")[0] for each in found["legendItems"]] == [look.label for look in LOOKS.values()]


def test_a_document_without_a_release_names_none() -> None:
    report = made.a_report(made.a_catalogue({"G0001": {"T1001": ("M1032",)}}, version=None), "G0001")
    assert "attack" not in layer(report)["versions"]


def test_of_several_assessments_the_lowest_coverage_is_drawn(three: Report) -> None:
    better = made.a_report(made.three_groups(), "G0002", policy="any")
    both = msgspec.structs.replace(three, assessments=(*better.assessments, *three.assessments))
    found = layer(both)
    scores = {each["techniqueID"]: each.get("score") for each in found["techniques"]}
    assert scores == {"T1001": 100, "T1002": 100, "T1003.001": 25, "T1004": 0, "T1005": None, "T1006": None}
    assert "its lowest coverage is shown" in found["description"]


def test_a_layer_holds_one_domain_and_names_what_it_leaves_out(three: Report) -> None:
    mobile = made.a_report(made.a_catalogue({"G0009": {"T1900": ()}}, domain=Domain.MOBILE), "G0009")
    found = layer(msgspec.structs.replace(three, assessments=(*three.assessments, *mobile.assessments)))
    assert "T1900" not in {each["techniqueID"] for each in found["techniques"]}
    assert "Not drawn, because a layer holds one domain: Group G0009 (G0009)." in found["description"]


def test_mitres_own_reader_takes_every_field(leafminer: Report) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own imports warn
        reader = pytest.importorskip("mitreattack.navlayers")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        read = reader.Layer(navigator.render(leafminer).decode(), strict=True).to_dict()
    assert said.getvalue() == ""
    ours = layer(leafminer)
    drawn = [(each["techniqueID"], each["color"], each["comment"]) for each in ours["techniques"]]
    assert [(each["techniqueID"], each["color"], each["comment"]) for each in read["techniques"]] == drawn
    assert set(ours) - set(read) == set()


def test_equal_reports_give_equal_bytes(leafminer: Report) -> None:
    assert navigator.render(leafminer) == navigator.render(msgspec.structs.replace(leafminer))


@pytest.mark.parametrize("words", made.HOSTILE)
def test_hostile_text_can_be_written(words: str) -> None:
    assert len(layer(made.a_hostile_report(words))["techniques"]) == 2
