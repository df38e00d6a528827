import json
import re
from typing import Any

import pytest
from factories.desk import Standing

from mitigap.store.schema import State
from service.api.blueprint import BODIES


@pytest.fixture(scope="module")
def spec(standing: Standing) -> dict[str, Any]:
    found: dict[str, Any] = standing.house.app.test_client().get("/api/v1/openapi.json").json
    return found


def test_it_is_openapi_3_1_for_everybody_to_read(spec: dict[str, Any]) -> None:
    assert spec["openapi"].startswith("3.1")
    assert spec["security"] == [{"token": []}]
    assert spec["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert "servers" not in spec


def test_every_route_is_described_and_no_page_is(spec: dict[str, Any], standing: Standing) -> None:
    routes = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in standing.house.app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
    }
    assert set(spec["paths"]) == routes
    assert all(path.startswith("/api/v1/") for path in spec["paths"])


def test_every_operation_tells_its_errors_as_problems(spec: dict[str, Any]) -> None:
    for path, operations in spec["paths"].items():
        for operation in operations.values():
            assert operation["summary"]
            assert {"400", "401", "403", "503"} <= operation["responses"].keys()
            assert ("404" in operation["responses"]) >= ("{" in path)
            for status, response in operation["responses"].items():
                if status >= "400":
                    assert list(response["content"]) == ["application/problem+json"]


def test_a_key_that_was_used_otherwise_is_told(spec: dict[str, Any]) -> None:
    keyed = [
        operation["responses"]
        for operations in spec["paths"].values()
        for operation in operations.values()
        if any(each["name"] == "Idempotency-Key" for each in operation["parameters"])
    ]
    assert len(keyed) >= 5
    assert all({"409", "429"} <= responses.keys() for responses in keyed)


def test_bodies_are_of_the_kind_that_is_checked(spec: dict[str, Any], standing: Standing) -> None:
    described = {
        f"api.{operation['operationId'].partition('_api_')[2]}": next(iter(operation["requestBody"]["content"]))
        for operations in spec["paths"].values()
        for operation in operations.values()
        if "requestBody" in operation
    }
    assert described == BODIES


def test_every_reference_leads_somewhere(spec: dict[str, Any]) -> None:
    names = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(spec)))
    assert names <= spec["components"]["schemas"].keys()


def test_operations_have_names_of_their_own(spec: dict[str, Any]) -> None:
    names = [operation["operationId"] for operations in spec["paths"].values() for operation in operations.values()]
    assert len(names) == len(set(names))


def test_closed_sets_are_told(spec: dict[str, Any]) -> None:
    schemas = spec["components"]["schemas"]
    assert set(schemas["AssessmentOut"]["properties"]["state"]["enum"]) == set(State)
    assert schemas["AssessmentIn"]["additionalProperties"] is False
    assert schemas["AssessmentIn"]["required"] == ["inventory"]
    report = spec["paths"]["/api/v1/assessments/{assessment_id}/report.{extension}"]["get"]["parameters"]
    assert next(each["schema"]["enum"] for each in report if each["name"] == "extension")


def test_what_is_answered_is_what_is_described(spec: dict[str, Any], standing: Standing) -> None:
    for path, schema in {
        f"/assessments/{standing.assessment}": "AssessmentOut",
        f"/jobs/{standing.assessment}": "JobOut",
        f"/inventories/{standing.inventory}": "InventoryWithRevisionsOut",
        f"/schedules/{standing.schedule}": "ScheduleOut",
        "/schedules": "SchedulesOut",
        "/schedules/preview?preset=weekly": "TimingOut",
        f"/channels/{standing.channel}": "ChannelOut",
        f"/channels/{standing.channel}/deliveries": "DeliveriesOut",
        "/channels": "ChannelsOut",
        "/groups/G0077": "GroupWithCatalogOut",
        "/groups": "GroupsOut",
        "/catalogs": "CatalogsOut",
        "/inventories": "InventoriesOut",
        "/assessments": "AssessmentsOut",
    }.items():
        assert standing.program.get(path).json.keys() == spec["components"]["schemas"][schema]["properties"].keys()
