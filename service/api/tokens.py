"""API tokens over the API: one's own, in this workspace. A token that may only read can do nothing of this."""

from typing import Any
from uuid import UUID

from apiflask import Schema, fields
from apiflask.validators import Length
from flask import url_for

from mitigap.store import tokens
from mitigap.store.people import Token
from service import witness
from service.access import principal
from service.api.blueprint import api
from service.desk import desk
from service.filters import iso
from service.text import clean

TAGS = ["Tokens"]
LONGEST_NAME = 100


class TokenIn(Schema):
    name = fields.String(required=True, validate=Length(min=1, max=LONGEST_NAME))
    read_only = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class TokenOut(Schema):
    id = fields.UUID()
    name = fields.String()
    read_only = fields.Boolean()
    created_at = fields.String(metadata={"format": "date-time"})
    last_used_at = fields.String(allow_none=True, metadata={"format": "date-time", "description": "To the minute."})


class TokenWithSecretOut(TokenOut):
    """`token` is what a program sends as `Authorization: Bearer …`; it is told here alone."""

    token = fields.String()


class TokensOut(Schema):
    tokens = fields.List(fields.Nested(TokenOut))


@api.get("/tokens")
@api.doc(summary="One's own tokens for this workspace, the newest first", tags=TAGS)
@api.output(TokensOut)
def list_tokens() -> dict[str, Any]:
    with desk().reading() as cabinet:
        rows = tokens.listing(cabinet, principal().user_id, principal().workspace_id)
    return {"tokens": [_token(row) for row in rows]}


@api.post("/tokens")
@api.doc(summary="Make a token", tags=TAGS)
@api.input(TokenIn)
@api.output(TokenWithSecretOut, status_code=201)
def create_token(json_data: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """It has one's own rights, or may only read."""
    who = principal()
    told = {"name": clean(json_data["name"]), "read_only": json_data["read_only"]}
    with desk().writing.begin() as cabinet:
        row, secret = tokens.make(cabinet, who.user_id, who.workspace_id, **told)
        witness.about(row.name, id=row.id, read_only=row.read_only)
    return {**_token(row), "token": secret}, 201, {"Location": url_for("api.list_tokens")}


@api.delete("/tokens/<uuid:token_id>")
@api.doc(summary="Revoke a token: it works no more from the next request on", tags=TAGS)
@api.output({}, status_code=204)
def delete_token(token_id: UUID) -> tuple[str, int]:
    who = principal()
    with desk().writing.begin() as cabinet:
        tokens.revoke(cabinet, who.user_id, who.workspace_id, str(token_id))
    return "", 204


def _token(row: Token) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "read_only": row.read_only,
        "created_at": iso(row.created_at),
        "last_used_at": iso(row.last_used_at) if row.last_used_at else None,
    }
