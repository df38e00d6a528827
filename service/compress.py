"""Style sheets and scripts go out deflated, once for ever: pages stay small, and no secret is compressed with them."""

import gzip
from functools import lru_cache

from apiflask import APIFlask
from flask import Response, request

KINDS = frozenset({"text/css", "text/javascript", "image/svg+xml"})
ASSETS = frozenset({"static", "bootstrap.static"})
WORTH_IT = 1024
"""Bytes below which a deflated file is no smaller on the wire."""


def add(app: APIFlask) -> None:
    app.after_request(_deflate)


def _deflate(response: Response) -> Response:
    if request.endpoint not in ASSETS or response.mimetype not in KINDS or response.status_code != 200:  # noqa: PLR2004
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"] or (response.content_length or 0) < WORTH_IT:
        return response
    response.direct_passthrough = False
    response.set_data(_deflated(response.get_data()))
    response.content_encoding = "gzip"
    etag, _ = response.get_etag()
    if etag:
        response.set_etag(f"{etag}-gzip")
    return response


@lru_cache(maxsize=32)
def _deflated(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)
