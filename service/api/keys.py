"""Idempotency-Key: the same key with the same request is the same job, however often it is sent."""

from apiflask import abort
from flask import Request

HEADER = "Idempotency-Key"
LONGEST_KEY = 255


def idempotency_key(request: Request) -> str | None:
    key = request.headers.get(HEADER)
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable()):
        abort(422, f"{HEADER} must be 1 to {LONGEST_KEY} printable characters.")
    return key
