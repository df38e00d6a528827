"""The one blueprint of the API, and the checks that bodies pass before any schema sees them."""

import msgspec
from apiflask import APIBlueprint
from flask import abort, request

LARGEST_JSON = 1024 * 1024
DEEPEST_JSON = 50
WITH_BODY = frozenset({"POST", "PATCH", "PUT"})

api = APIBlueprint("api", __name__, url_prefix="/api/v1")


BODIES = {
    "api.create_assessment": "application/json",
    "api.create_preview": "application/json",
    "api.create_schedule": "application/json",
    "api.change_schedule": "application/json",
    "api.create_watchlist": "application/json",
    "api.change_watchlist": "application/json",
    "api.create_channel": "application/json",
    "api.change_channel": "application/json",
    "api.create_token": "application/json",
    "api.replace_words": "application/json",
    "api.create_inventory": "multipart/form-data",
    "api.create_revision": "multipart/form-data",
    "api.create_catalog": "multipart/form-data",
}


@api.before_request
def check_kind() -> None:
    """Refuse a body of another kind than the route takes; one that is missing is told field by field."""
    expected = BODIES.get(request.endpoint or "")
    if expected and request.content_length and request.mimetype != expected and request.method in WITH_BODY:
        abort(415, f"Send {expected}.")


@api.before_request
def check_json() -> None:
    """Refuse what a lenient reader takes or falls over: NaN, lone surrogates, deep nesting, more than a megabyte."""
    if request.method not in WITH_BODY or not request.is_json:
        return
    told = request.get_data(cache=True)  # a body sent in chunks has no length beforehand
    if len(told) > LARGEST_JSON:
        abort(413)
    try:
        body = msgspec.json.decode(told)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        abort(400, "The body is not JSON.")
    if _deeper(body, DEEPEST_JSON):
        abort(400, "The body is nested too deeply.")


def _deeper(value: object, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_deeper(each, levels - 1) for each in inner)
