"""The description of the API: what every operation shares is said once, here."""

from typing import Any

from apiflask import APIFlask

from service.downloads import FORMATS

PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "object",
            "description": "Faults by place and field, where the request is not as described.",
        },
    },
}
REF = {"$ref": "#/components/schemas/Problem"}

EVERYWHERE = {"400": "Not understood", "401": "No valid token", "403": "Not allowed", "503": "The database is away"}
WITH_PATH = {"404": "There is no such thing in this workspace"}
WITH_INPUT = {"422": "Something in the request has to be mended"}
WITH_BODY = {"413": "Too large", "415": "Not this kind of content"}

FILES: dict[str, Any] = {
    "text/html": {},
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {},
    "text/csv": {},
    "text/markdown": {},
    "application/json": {},
    "application/zip": {},
}
KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "The same key with the same request is the same job.",
    "schema": {"type": "string", "maxLength": 255},
}
KEYED = frozenset(
    {
        "/api/v1/assessments",
        "/api/v1/assessments/{assessment_id}/preview",
        "/api/v1/inventories",
        "/api/v1/inventories/{inventory_id}/revisions",
        "/api/v1/catalogs",
        "/api/v1/schedules/{schedule_id}/run",
    }
)
REPORT = "/api/v1/assessments/{assessment_id}/report.{extension}"


def describe(app: APIFlask) -> None:
    app.config["SECURITY_SCHEMES"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "Made by `mitigap token create`."}
    }
    app.config["DESCRIPTION"] = (
        "Send a controls spreadsheet, assess it against ATT&CK groups, fetch the gap report. "
        "Every error is problem+json (RFC 9457)."
    )
    app.spec_processor(complete)


def complete(spec: Any) -> Any:
    spec["security"] = [{"token": []}]
    spec.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            _refusals(path, operation)
            if method == "post" and path in KEYED:
                operation["parameters"].append(KEY)
                operation["responses"]["409"] = _problem("This key was used for another request, or not in this state")
                operation["responses"]["429"] = _problem("Too many jobs of this workspace are waiting")
    report = spec["paths"][REPORT]["get"]
    next(each for each in report["parameters"] if each["name"] == "extension")["schema"]["enum"] = list(FORMATS)
    report["responses"]["200"]["content"] = FILES
    return spec


def _refusals(path: str, operation: dict[str, Any]) -> None:
    body = "requestBody" in operation
    told = {
        **EVERYWHERE,
        **(WITH_PATH if "{" in path or body else {}),
        **(WITH_INPUT if body or any(each["in"] == "query" for each in operation["parameters"]) else {}),
        **(WITH_BODY if body else {}),
    }
    for status, words in {**told, **_own_refusals(operation)}.items():
        operation["responses"][status] = _problem(words)


def _problem(words: str) -> dict[str, Any]:
    return {"description": words, "content": {"application/problem+json": {"schema": REF}}}


def _own_refusals(operation: dict[str, Any]) -> dict[str, str]:
    responses = operation["responses"]
    return {status: responses[status]["description"] for status in responses if status.startswith(("4", "5"))}
