"""Channels over the API: make, look, change, try out, take away; and the log of what was sent."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for

from mitigap.store import channels, notifications
from mitigap.store.notices import Channel, Posting
from mitigap.store.notifications import Entry
from service import addressing
from service.access import principal
from service.api.blueprint import api
from service.api.channel_schemas import (
    ChannelChange,
    ChannelIn,
    ChannelOut,
    ChannelsOut,
    ChannelWithSecretOut,
    DeliveriesOut,
    DeliveriesQuery,
    TriedOut,
)
from service.desk import desk
from service.filters import iso

TAGS = ["Notifications"]


@api.post("/channels")
@api.doc(summary="Tell another place of assessments", tags=TAGS, responses=[409])
@api.input(ChannelIn)
@api.output(ChannelWithSecretOut, status_code=201)
def create_channel(json_data: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """A webhook, signed by Standard Webhooks with the `secret` told here alone, or a mailbox.

    A schedule names the channels it tells, and its rules say when.
    """
    with desk().writing.begin() as cabinet:
        row, secret = addressing.make(cabinet, **json_data)
    body = {**_channel(row), "secret": secret or None}
    return body, 201, {"Location": url_for("api.get_channel", channel_id=row.id)}


@api.get("/channels")
@api.doc(summary="The channels of this workspace", tags=TAGS)
@api.output(ChannelsOut)
def list_channels() -> dict[str, Any]:
    with desk().reading() as cabinet:
        return {"channels": [_channel(row) for row in channels.listing(cabinet, principal().workspace_id)]}


@api.get("/channels/<uuid:channel_id>")
@api.doc(summary="One channel", tags=TAGS)
@api.output(ChannelOut)
def get_channel(channel_id: UUID) -> dict[str, Any]:
    with desk().reading() as cabinet:
        return _channel(channels.get(cabinet, principal().workspace_id, str(channel_id)))


@api.patch("/channels/<uuid:channel_id>")
@api.doc(summary="Change a channel, switch it off or on, or give it another secret", tags=TAGS, responses=[409])
@api.input(ChannelChange)
@api.output(ChannelWithSecretOut)
def change_channel(channel_id: UUID, json_data: dict[str, Any]) -> dict[str, Any]:
    """Fields that are not sent stay as they are."""
    workspace, one = principal().workspace_id, str(channel_id)
    renew = json_data.pop("new_secret", False)
    if "name" in json_data:
        json_data["name"] = addressing.named(json_data["name"])
    with desk().writing.begin() as cabinet:
        row = channels.change(cabinet, workspace, one, loopback=addressing.loopback(), **json_data)
        secret = channels.renew_secret(cabinet, workspace, one) if renew else None
    return {**_channel(row), "secret": secret}


@api.delete("/channels/<uuid:channel_id>")
@api.doc(summary="Take a channel away, with its log and what waits to be sent", tags=TAGS)
@api.output({}, status_code=204)
def delete_channel(channel_id: UUID) -> tuple[str, int]:
    with desk().writing.begin() as cabinet:
        channels.remove(cabinet, principal().workspace_id, str(channel_id))
    return "", 204


@api.post("/channels/<uuid:channel_id>/test")
@api.doc(summary="Send a test through a channel, once", tags=TAGS, responses=[409])
@api.output(TriedOut, status_code=202)
def test_channel(channel_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """A worker sends it within seconds; the log tells how it went."""
    with desk().writing.begin() as cabinet:
        tried = notifications.try_out(cabinet, principal().workspace_id, str(channel_id))
    return {"id": tried}, 202, {"Location": url_for("api.list_deliveries", channel_id=channel_id)}


@api.get("/channels/<uuid:channel_id>/deliveries")
@api.doc(summary="What was sent through a channel, the newest first, with every try", tags=TAGS)
@api.input(DeliveriesQuery, location="query")
@api.output(DeliveriesOut)
def list_deliveries(channel_id: UUID, query_data: dict[str, Any]) -> dict[str, Any]:
    with desk().reading() as cabinet:
        row = channels.get(cabinet, principal().workspace_id, str(channel_id))
        entries = notifications.log_of(cabinet, row.id, limit=query_data["limit"])
    return {"deliveries": [_delivery(each) for each in entries]}


def _channel(row: Channel) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "name": row.name,
        "target": addressing.target(row),
        "enabled": row.enabled,
        "created_at": iso(row.created_at),
        "links": {
            "self": url_for("api.get_channel", channel_id=row.id),
            "test": url_for("api.test_channel", channel_id=row.id),
            "deliveries": url_for("api.list_deliveries", channel_id=row.id),
        },
    }


def _delivery(entry: Entry) -> dict[str, Any]:
    row = entry.row
    return {
        "id": row.id,
        "event": row.event,
        "state": row.state,
        "assessment": row.job_id,
        "created_at": iso(row.created_at),
        "finished_at": _maybe(row.finished_at),
        "next_try_at": iso(row.due_at) if row.state is Posting.PENDING else None,
        "note": row.note or None,
        "tries": [
            {
                "number": each.number,
                "started_at": iso(each.started_at),
                "ended_at": _maybe(each.ended_at),
                "sent": each.sent,
                "status": each.status,
                "error": each.error or None,
            }
            for each in entry.tries
        ],
    }


def _maybe(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None
