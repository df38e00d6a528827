"""An OpenID Connect provider on this machine: discovery, keys, authorize, token. It can lie in every way."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "mitigap", "a shared secret"


class Issuer:
    """`claims` are put over what is true; `key` signs. `seen` are the requests for a token."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.key = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
        self.signing = self.key
        self.algorithm = "RS256"
        self.claims: dict[str, Any] = {}
        self.described = url
        self.codes: dict[str, dict[str, str]] = {}
        self.seen: list[dict[str, str]] = []

    def get(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        if path == "/.well-known/openid-configuration":
            places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            return 200, {"issuer": self.described, **{name: f"{self.url}/{path}" for name, path in places.items()}}
        if path == "/keys":
            return 200, {"keys": [self.key.as_dict(private=False)]}
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        return 303, f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def post(self, form: dict[str, str], known: str) -> tuple[int, Any]:
        """A code works once, for whom it was made, with the verifier of its challenge."""
        self.seen.append(form)
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        owner = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if asked is None or known != f"Basic {owner}" or asked["code_challenge"] != challenge.decode():
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "unused", "token_type": "Bearer", "id_token": self.token(asked["nonce"])}

    def token(self, nonce: str) -> str:
        now = int(time.time())
        true = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": "1",
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "email": "soc@blue.example",
            "email_verified": True,
        }
        told = {name: value for name, value in {**true, **self.claims}.items() if value is not None}
        header = {"alg": self.algorithm, "kid": "one"}
        return jwt.encode(header, told, self.signing, algorithms=[self.algorithm])


@contextmanager
def issuer() -> Iterator[Issuer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            split = urlsplit(self.path)
            self.answer(*here.get(split.path, {name: told[0] for name, told in parse_qs(split.query).items()}))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: told[0] for name, told in parse_qs(body).items()}
            self.answer(*here.post(form, self.headers.get("Authorization", "")))

        def answer(self, status: int, told: Any) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            if status == 303:
                self.send_header("Location", told)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here = Issuer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
