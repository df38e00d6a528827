"""R13, R14, R16: every route of the URL map, asked by everybody.

A new route is in all of these tests by itself, as soon as it has its row in service/rights.py. If it fails here:
- an id in its path that is new: give it a row in `theirs`, which says whose id of that kind another workspace has
  (a field of Standing, made in factories/desk.py); what is no id gets a row in FIXED;
- an id in its body or its query, found in the API's description: a row in ELSEWHERE;
- a JSON body it takes: a row in JSON, right in every way but the ids;
- a write: a row in ACTS of service/witness.py, for the audit log, or among its BY_HAND.
"""

import re
from collections.abc import Iterator, Mapping
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pytest
from factories.desk import CONTROLS, OWN_DOCUMENT, THEIRS, House, Program, Standing, a_file, csrf
from factories.workers import NOWHERE
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from mitigap.settings import Settings
from mitigap.store.accounts import PERMISSIONS, Permission
from mitigap.store.schema import Role
from service import access, witness
from service.app import create_app

NOBODY = str(uuid4())
FIXED = {
    "number": 1,
    "form": "csv",
    "extension": "json",
    "group": "G0077",
    "technique_id": "T1003",
    "secret": "no-such-secret",
    "filename": "mitigap.css",
}
JSON: dict[str, dict[str, Any]] = {
    "api.create_assessment": {"groups": ["G0077"]},
    "api.create_preview": {"catalog": "G0077-leafminer.md"},
    "api.create_schedule": {"groups": ["G0077"], "preset": "weekly"},
    "api.change_schedule": {"name": "Another name"},
    "api.create_watchlist": {"name": "Ours", "groups": ["G0077"]},
    "api.change_watchlist": {"name": "Another name"},
    "api.create_channel": {"kind": "webhook", "name": "Chat", "target": "https://hooks.example.com/"},
    "api.change_channel": {"enabled": False},
    "api.create_token": {"name": "Another"},
}
ELSEWHERE = {
    ("POST /assessments", "inventory"),
    ("POST /assessments", "watchlist"),
    ("POST /schedules", "watchlist"),
    ("PATCH /schedules/{schedule_id}", "watchlist"),
    ("POST /schedules", "inventory"),
    ("PATCH /schedules/{schedule_id}", "inventory"),
    ("GET /assessments/{assessment_id}/drift", "base"),
}
"""Ids in bodies and queries; the tests below that ask with another's are `…_in_a_body_too` and `…_in_a_query_too`."""
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def routes() -> Iterator[Any]:
    """`(endpoint, method, rule)` of everything that is not for everybody."""
    with TemporaryDirectory() as folder:
        app = create_app(Settings(data_dir=folder, broker_url=NOWHERE), enqueue=str, broker_answers=bool)
        app.extensions["mitigap"].engine.dispose()
    for rule in app.url_map.iter_rules():
        if rule.endpoint in access.OPEN:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield pytest.param(method, rule, id=f"{method} {rule.endpoint}")


ALL = list(routes())
WITH_IDS = [param for param in ALL if param.values[1].arguments - FIXED.keys()]


def address(rule: Rule, ids: Mapping[str, str]) -> str:
    """The rule's path with those ids; nobody's where none is told."""
    values = {name: FIXED.get(name) or ids.get(name, NOBODY) for name in rule.arguments}
    built = rule.build(values)
    assert built
    return built[1] + (f"?base={ids.get('base_id', NOBODY)}" if rule.endpoint == "api.get_drift" else "")


def body(endpoint: str, inventory: str = NOBODY) -> dict[str, Any]:
    """What the route takes, right in every way but the ids."""
    if endpoint in JSON:
        of_one = {} if endpoint.endswith(("_channel", "_preview", "_token", "_watchlist")) else {"inventory": inventory}
        return {"json": {**of_one, **JSON[endpoint]}}
    if endpoint == "api.create_catalog":
        return {"data": a_file(OWN_DOCUMENT, "G9999-ours.md", field="bundle")}
    return {"data": a_file(CONTROLS)}


def call(
    client: FlaskClient, method: str, rule: Rule, ids: Mapping[str, str], headers: Mapping[str, str]
) -> TestResponse:
    told = body(rule.endpoint) if method in WRITES else {}
    if method in WRITES and not rule.endpoint.startswith("api."):
        told["data"]["csrf_token"] = csrf(client)
    return client.open(address(rule, ids), method=method, headers=headers, **told)


def untimed(page: str) -> str:
    """Without the token of its forms, in which there is the second of its making."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page)


def theirs(standing: Standing) -> dict[str, str]:
    """The ids of what another workspace has."""
    return {
        "inventory_id": standing.inventory,
        "assessment_id": standing.assessment,
        "job_id": standing.assessment,
        "catalog_id": standing.catalogue,
        "schedule_id": standing.schedule,
        "channel_id": standing.channel,
        "watchlist_id": standing.watchlist,
        "base_id": standing.assessment,
        "preview_id": standing.preview,
        **standing.people,
    }


def ids_elsewhere(spec: dict[str, Any]) -> set[tuple[str, str]]:
    """`("POST /assessments", "inventory")` for each id that a body or a query may hold, as the API describes itself."""
    return {
        (f"{method.upper()} {path.removeprefix('/api/v1')}", name)
        for path, methods in spec["paths"].items()
        for method, operation in methods.items()
        if isinstance(operation, dict) and method != "parameters"
        for name, schema in _fields(operation, spec)
        if "uuid" in (schema.get("format"), schema.get("items", {}).get("format"))
    }


def _fields(operation: dict[str, Any], spec: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query":
            yield parameter["name"], parameter["schema"]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        name = content["schema"].get("$ref", "").rpartition("/")[2]
        yield from spec["components"]["schemas"].get(name, content["schema"]).get("properties", {}).items()


def test_every_route_is_classified(house: House) -> None:
    access.classified(house.app)
    house.app.add_url_rule("/new", "new.route", lambda: "")
    with pytest.raises(LookupError, match=r"new\.route"):
        access.classified(house.app)


def test_no_permission_is_kept_for_a_route_that_is_gone(house: House) -> None:
    assert access.NEEDED.keys() <= {rule.endpoint for rule in house.app.url_map.iter_rules()}


@pytest.mark.parametrize(("method", "rule"), ALL)
def test_strangers_are_refused(standing: Standing, method: str, rule: Rule) -> None:
    api = rule.endpoint.startswith("api.")
    for headers in ({}, {"Authorization": "Bearer guessed"}, {"Authorization": "Basic YTpi"}):
        answer = standing.house.app.test_client().open(address(rule, theirs(standing)), method=method, headers=headers)
        assert answer.status_code == 401
        assert answer.mimetype == ("application/problem+json" if api else "text/html")
        assert answer.headers.get("WWW-Authenticate", "").startswith("Bearer") is api


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("method", "rule"), [param for param in ALL if param.values[1].endpoint != "sign_in.leave"])
def test_r14_roles_may_what_the_table_says(standing: Standing, role: Role, method: str, rule: Rule) -> None:
    needed = access.NEEDED[rule.endpoint]
    if rule.endpoint.startswith("api."):
        client, headers = standing.house.app.test_client(use_cookies=False), standing.house.token(role, THEIRS)
    else:
        client, headers = standing.house.visitor(role, THEIRS), {}
    answer = call(client, method, rule, {}, headers)
    assert (answer.status_code == 403) is (needed not in PERMISSIONS[role])


@pytest.mark.parametrize(("method", "rule"), [param for param in ALL if param.values[1].endpoint.startswith("api.")])
def test_r16_read_only_tokens_write_nothing(standing: Standing, method: str, rule: Rule) -> None:
    client, headers = standing.house.app.test_client(use_cookies=False), standing.house.token(read_only=True)
    needed = access.NEEDED[rule.endpoint]
    refused = call(client, method, rule, theirs(standing), headers).status_code == 403
    assert refused is (needed is not Permission.READ)
    assert refused or method not in WRITES


def test_r16_a_read_only_token_neither_makes_nor_lists_tokens(standing: Standing) -> None:
    program = Program(standing.house, standing.house.token(read_only=True))
    assert program.get("/tokens").status_code == 403
    assert program.post("/tokens", json={"name": "More"}).status_code == 403
    assert program.delete(f"/tokens/{standing.people['token_id']}").status_code == 403


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("method", "rule"), WITH_IDS)
def test_r13_what_is_theirs_is_as_if_it_were_not(standing: Standing, role: Role, method: str, rule: Rule) -> None:
    if rule.endpoint.startswith("api."):
        client, headers = standing.house.app.test_client(use_cookies=False), standing.house.token(role, THEIRS)
    else:
        client, headers = standing.house.visitor(role, THEIRS), {}
    of_others = call(client, method, rule, theirs(standing), headers)
    of_nobody = call(client, method, rule, {}, headers)
    may = access.NEEDED[rule.endpoint] in PERMISSIONS[role]
    assert of_others.status_code == of_nobody.status_code == (404 if may else 403)
    assert untimed(of_others.text) == untimed(of_nobody.text)


def test_r13_every_id_in_a_path_is_one_of_another_workspace(standing: Standing) -> None:
    named = set().union(*(param.values[1].arguments for param in WITH_IDS)) - FIXED.keys()
    assert named - theirs(standing).keys() == set(), "give each a row in `theirs`, or in FIXED where it is no id"


def test_r13_every_id_in_a_body_or_a_query_is_known(standing: Standing) -> None:
    spec = standing.house.app.test_client().get("/api/v1/openapi.json").json
    assert ids_elsewhere(spec) == ELSEWHERE, "give each a row in ELSEWHERE, and a test that asks with another's"


def test_every_write_is_told_in_the_audit_log() -> None:
    writing = {param.values[1].endpoint for param in ALL if param.values[0] in WRITES}
    told = witness.ACTS.keys() | witness.BY_HAND
    assert writing - told == set(), "give each a row in ACTS of service/witness.py, or in BY_HAND where it tells itself"


def test_r13_ids_in_a_body_too(standing: Standing) -> None:
    program = Program(standing.house, standing.house.token(workspace=THEIRS))
    for change in ({"inventory": standing.inventory}, {"inventory": NOBODY}):
        answer = program.post("/assessments", json={"groups": ["G0077"], **change})
        assert (answer.status_code, answer.json["detail"]) == (404, "There is no such thing here.")
    own = program.inventory()
    schedule = program.schedule(own)
    for inventory in (standing.inventory, NOBODY):
        body = {"inventory": inventory, "groups": ["G0077"], "preset": "weekly"}
        assert program.post("/schedules", json=body).status_code == 404
        assert program.patch(f"/schedules/{schedule}", json={"inventory": inventory}).status_code == 404
    for watchlist in (standing.watchlist, NOBODY):
        body = {"inventory": own, "watchlist": watchlist}
        assert program.post("/assessments", json=body).status_code == 404
        assert program.post("/schedules", json={**body, "preset": "weekly"}).status_code == 404
        assert program.patch(f"/schedules/{schedule}", json={"watchlist": watchlist}).status_code == 404
    told = [
        program.post("/assessments", json={"inventory": own, "groups": ["G9999"], "catalog": catalog}).json
        for catalog in (standing.catalogue, NOBODY)
    ]
    assert told[0]["detail"].replace(standing.catalogue, NOBODY) == told[1]["detail"]


def test_r13_ids_in_a_form_and_in_a_query_too(standing: Standing) -> None:
    visitor = standing.house.visitor(workspace=THEIRS)
    token = csrf(visitor)
    for inventory in (standing.inventory, NOBODY, "no id at all"):
        form = {"csrf_token": token, "inventory": inventory, "groups": "G0077", "policy": "mean"}
        answer = visitor.post("/", data=form)
        assert answer.status_code == 422
        assert "This inventory is not there any more." in answer.text
    shown = visitor.get(f"/?inventory={standing.inventory}&catalog={standing.catalogue}").text
    assert "Our own group" not in shown
    assert standing.inventory not in shown


def test_lists_hold_what_is_ones_own(standing: Standing) -> None:
    mine, other = standing.program, Program(standing.house, standing.house.token(workspace="green"))
    assert [row["id"] for row in mine.get("/assessments").json["assessments"]] == [standing.assessment]
    assert other.get("/assessments").json["assessments"] == []
    assert other.get("/inventories").json["inventories"] == []
    assert standing.catalogue not in {row["id"] for row in other.get("/catalogs").json["catalogs"]}
