"""OpenID Connect: the code flow with PKCE, and what an ID token must say before it is believed."""

import hmac
import secrets
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from mitigap.errors import MitigapError
from mitigap.settings import Settings

TIMEOUT = 10.0
LEEWAY = 60
"""Seconds that the two clocks may differ."""

LARGEST = 1024 * 1024
ALGORITHMS = ("RS256", "PS256", "ES256", "RS384", "RS512", "ES384", "EdDSA")
"""Signatures by a key of the issuer alone: `none` and shared secrets are no proof."""

SCOPE = "openid email"


class NotProven(MitigapError):
    """The other side did not prove who you are."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a browser was sent away with, and has to come back with."""

    state: str
    nonce: str
    verifier: str


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """The issuer's own description of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


def asked() -> Asked:
    return Asked(**{name: secrets.token_urlsafe(32) for name in ("state", "nonce")}, verifier=secrets.token_urlsafe(48))


def address(settings: Settings, question: Asked, back: str) -> str:
    """Where the browser is sent. NotProven where the issuer does not answer."""
    told = {
        "response_type": "code",
        "client_id": settings.oidc_client_id,
        "redirect_uri": back,
        "scope": SCOPE,
        "state": question.state,
        "nonce": question.nonce,
        "code_challenge": create_s256_code_challenge(question.verifier),
        "code_challenge_method": "S256",
    }
    endpoint = provider(settings.oidc_issuer).authorization_endpoint
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(told)}"


def email(settings: Settings, question: Asked, answer: Mapping[str, str], back: str) -> str:
    """The proven address of whoever has come back. NotProven says nothing of why: that is in the log."""
    if not hmac.compare_digest(answer.get("state", "").encode(), question.state.encode()) or "code" not in answer:
        raise NotProven
    if answer.get("iss", settings.oidc_issuer) != settings.oidc_issuer:
        raise NotProven
    token = _fetched(settings, question, answer["code"], back)
    claims = _checked(settings, question, token)
    return _address_in(settings, claims)


@lru_cache(maxsize=4)
def provider(issuer: str) -> Provider:
    """Asked once a process."""
    with _line() as line:
        described = _json(line.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
    try:
        found = msgspec.convert(described, Provider)
    except msgspec.ValidationError as error:
        raise NotProven from error
    if found.issuer != issuer:
        raise NotProven
    return found


def _fetched(settings: Settings, question: Asked, code: str, back: str) -> str:
    """The ID token in exchange for the code, which is worth nothing without our secret and the verifier."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "client_id": settings.oidc_client_id,
        "code_verifier": question.verifier,
    }
    known = (settings.oidc_client_id, settings.oidc_client_secret.get_secret_value())
    with _line() as line:
        answer = _json(line.post(provider(settings.oidc_issuer).token_endpoint, data=form, auth=known))
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise NotProven
    return token


def _checked(settings: Settings, question: Asked, token: str) -> Mapping[str, Any]:
    """Signature, issuer, audience, time and nonce."""
    with _line() as line:
        keys = _json(line.get(provider(settings.oidc_issuer).jwks_uri))
    options = {
        "iss": {"essential": True, "value": settings.oidc_issuer},
        "aud": {"essential": True, "value": settings.oidc_client_id},
        "nonce": {"essential": True, "value": question.nonce},
    }
    try:
        read = jwt.decode(token, KeySet.import_key_set(keys), algorithms=list(ALGORITHMS))
        told = {"nonce": question.nonce, "client_id": settings.oidc_client_id}
        claims = CodeIDToken(read.claims, read.header, options, told)
        claims.validate(leeway=LEEWAY)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise NotProven from error
    return dict(claims)


def _address_in(settings: Settings, claims: Mapping[str, Any]) -> str:
    address = str(claims.get("email", "")).strip().lower()
    domain = address.rpartition("@")[2]
    if claims.get("email_verified") is not True or not domain:
        raise NotProven
    if settings.oidc_domains and domain not in {each.lower() for each in settings.oidc_domains}:
        raise NotProven
    return address


def _line() -> httpx.Client:
    return httpx.Client(timeout=TIMEOUT, follow_redirects=False)


def _json(answer: httpx.Response) -> Any:
    if answer.status_code != httpx.codes.OK or len(answer.content) > LARGEST:
        raise NotProven
    try:
        found = answer.json()
    except ValueError as error:
        raise NotProven from error
    if not isinstance(found, dict):
        raise NotProven
    return found
