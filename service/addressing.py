"""Channels as a request may make them, and as they are shown to those who may change them and to all others."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from mitigap.errors import DestinationRefused
from mitigap.store import channels, rules
from mitigap.store.notices import Channel, Medium
from mitigap.store.roles import Permission
from service.access import principal
from service.desk import desk
from service.text import clean

NO_MAIL = "E-mail is not set up here: an operator can set MITIGAP_SMTP_HOST and MITIGAP_SMTP_FROM."
NO_NAME = "A channel needs a name."


def make(cabinet: Session, kind: Medium, name: str, target: str) -> tuple[Channel, str]:
    """The channel and its secret. DestinationRefused where nothing could ever be sent there."""
    if kind is Medium.EMAIL and not desk().settings.mails:
        raise DestinationRefused(NO_MAIL)
    told: dict[str, Any] = {"kind": kind, "name": named(name), "target": target.strip(), "loopback": loopback()}
    return channels.create(cabinet, principal().workspace_id, **told)


def named(name: str) -> str:
    shown = clean(name)
    if not shown:
        raise DestinationRefused(NO_NAME)
    return shown


def order(cabinet: Session, plain: Mapping[str, Any]) -> dict[str, Any]:
    """Who is to be told and when, as it is asked. DestinationRefused or NotFound where it cannot be met."""
    told = rules.read(plain)
    channels.must_be_known(cabinet, principal().workspace_id, told.channels)
    return dict(plain)


def loopback() -> bool:
    return desk().settings.webhook_loopback


def target(row: Channel) -> str:
    """In full for those who may change it: many services' addresses are secrets in themselves."""
    if principal().may(Permission.CHANNELS):
        return row.target
    if row.kind is Medium.EMAIL:
        return f"…@{row.target.rpartition('@')[2]}"
    split = urlsplit(row.target)
    return f"{split.scheme}://{split.hostname}/…"
