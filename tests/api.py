"""A program that uses the REST API over the network, by token, with nothing but the standard library."""

import json
import urllib.request
from collections.abc import Mapping
from http.client import HTTPResponse
from io import BytesIO
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart


class Api:
    def __init__(self, url: str, token: str, *, timeout: float = 60) -> None:
        self._base = f"{url}/api/v1"
        self._token = token
        self._timeout = timeout
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def get(self, path: str) -> bytes:
        with self._asked(path) as answer:
            return answer.read()

    def look(self, path: str) -> Any:
        return json.loads(self.get(path))

    def post(self, path: str, body: Mapping[str, Any], key: str | None = None) -> Any:
        return self._posted(path, json.dumps(body).encode(), "application/json", key)

    def upload(self, data: bytes, filename: str, key: str | None = None) -> Any:
        """The inventory where it was read at once, else the job that will read it."""
        boundary, body = encode_multipart({"file": FileStorage(BytesIO(data), filename)})
        return self._posted("/inventories", body, f'multipart/form-data; boundary="{boundary}"', key)

    def _posted(self, path: str, body: bytes, kind: str, key: str | None) -> Any:
        headers = {"Content-Type": kind, **({"Idempotency-Key": key} if key else {})}
        with self._asked(path, body, headers) as answer:
            return json.loads(answer.read())

    def _asked(self, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> HTTPResponse:
        told = {"Authorization": f"Bearer {self._token}", **(headers or {})}
        request = urllib.request.Request(self._base + path, body, told)
        answer: HTTPResponse = self._opener.open(request, timeout=self._timeout)
        return answer
