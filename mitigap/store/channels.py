"""Where a workspace wants to be told: webhooks and mailboxes, made, changed, taken away. Secrets are shown once."""

import base64
import secrets

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from mitigap import destinations
from mitigap.errors import Conflict, NotFound
from mitigap.store import database
from mitigap.store.columns import new_id
from mitigap.store.notices import Channel, Medium, Outbox, Posting
from mitigap.store.rows import changed, found

SECRET_PREFIX = "whsec_"  # noqa: S105 - as Standard Webhooks writes it
SECRET_BYTES = 32
MOST = 50
SWITCHED_OFF = "The channel was switched off before this could be sent."


def create(
    session: Session, workspace_id: str, *, kind: Medium, name: str, target: str, loopback: bool = False
) -> tuple[Channel, str]:
    """The channel, and a webhook's secret, which is never shown again. DestinationRefused for a target that cannot be.

    `loopback` allows receivers on this very machine.
    """
    many = select(func.count()).select_from(Channel).where(Channel.workspace_id == workspace_id)
    if session.scalars(many).one() >= MOST:
        raise Conflict(f"A workspace has {MOST} channels at most.")
    now = database.now(session)
    secret = new_secret() if kind is Medium.WEBHOOK else ""
    row = Channel(
        id=new_id(),
        workspace_id=workspace_id,
        kind=kind,
        name=name,
        target=_target(kind, target, loopback=loopback),
        secret=secret,
        enabled=True,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    return row, secret


def change(
    session: Session,
    workspace_id: str,
    channel_id: str,
    *,
    name: str | None = None,
    target: str | None = None,
    enabled: bool | None = None,
    loopback: bool = False,
) -> Channel:
    """Change what is told. What waits for a channel that is switched off is given up: old news helps nobody."""
    row = get(session, workspace_id, channel_id)
    row.name = row.name if name is None else name
    row.target = row.target if target is None else _target(row.kind, target, loopback=loopback)
    row.enabled = row.enabled if enabled is None else enabled
    row.updated_at = database.now(session)
    session.flush()
    if not row.enabled:
        waiting = update(Outbox).where(Outbox.channel_id == row.id, Outbox.state == Posting.PENDING)
        ended = {"state": Posting.GIVEN_UP, "note": SWITCHED_OFF, "finished_at": row.updated_at}
        changed(session, waiting.where(Outbox.lease_token.is_(None)).values(**ended))
    return row


def renew_secret(session: Session, workspace_id: str, channel_id: str) -> str:
    """Another secret for a webhook, from the next try on; the old one signs nothing any more."""
    row = get(session, workspace_id, channel_id)
    if row.kind is not Medium.WEBHOOK:
        raise Conflict("Only a webhook has a secret.")
    row.secret = new_secret()
    row.updated_at = database.now(session)
    session.flush()
    return row.secret


def remove(session: Session, workspace_id: str, channel_id: str) -> None:
    """With it goes its log, and what waits to be sent."""
    session.delete(get(session, workspace_id, channel_id))
    session.flush()


def get(session: Session, workspace_id: str, channel_id: str) -> Channel:
    query = select(Channel).where(Channel.id == channel_id, Channel.workspace_id == workspace_id)
    return found(session.scalar(query))


def listing(session: Session, workspace_id: str) -> list[Channel]:
    query = select(Channel).where(Channel.workspace_id == workspace_id)
    return list(session.scalars(query.order_by(func.lower(Channel.name), Channel.created_at, Channel.id)))


def must_be_known(session: Session, workspace_id: str, channel_ids: tuple[str, ...]) -> None:
    """NotFound where one of them is not this workspace's."""
    if not set(channel_ids) <= {row.id for row in listing(session, workspace_id)}:
        raise NotFound


def new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _target(kind: Medium, target: str, *, loopback: bool) -> str:
    if kind is Medium.EMAIL:
        return destinations.mailbox(target)
    destinations.endpoint(target, loopback=loopback)
    return target
