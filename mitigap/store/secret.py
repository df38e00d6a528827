"""Secrets that we hand out and keep only as hashes."""

import hashlib
import secrets

SECRET_BYTES = 32


def new() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


def hashed(secret: str) -> str:
    """A secret of 256 random bits needs no salt and no slow hash."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
