"""The one blueprint of the API, and the check its JSON bodies pass before any schema sees them."""

import msgspec
from apiflask import APIBlueprint
from flask import abort, request

LARGEST_JSON = 1024 * 1024
DEEPEST_JSON = 50

api = APIBlueprint("api", __name__, url_prefix="/api/v1")


@api.before_request
def check_json() -> None:
    """Refuse what a lenient reader takes or falls over: NaN, lone surrogates, deep nesting, more than a megabyte."""
    if request.method != "POST" or not request.is_json:
        return
    if (request.content_length or 0) > LARGEST_JSON:
        abort(413)
    try:
        body = msgspec.json.decode(request.get_data(cache=True))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        abort(400, "The body is not JSON.")
    if _deeper(body, DEEPEST_JSON):
        abort(400, "The body is nested too deeply.")


def _deeper(value: object, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_deeper(each, levels - 1) for each in inner)
