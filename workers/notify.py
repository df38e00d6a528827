"""The task that sends: claim one row of the outbox, send it by its channel's kind, write down how it went."""

from collections.abc import Callable, Mapping

import structlog

from mitigap.errors import DestinationRefused, NotFound, Undelivered
from mitigap.store import notifications, results
from mitigap.store.lease import File
from mitigap.store.notices import Medium
from mitigap.store.notifications import Claim
from mitigap.store.rules import Event
from workers import context, letters, mail, webhook
from workers.context import Context
from workers.nudge import Nudge
from workers.outbound import Wire

LARGEST_ATTACHED = 10 * 1024 * 1024
WORKBOOK = "xlsx"

Sender = Callable[[Context, Claim], int]
"""Sends once; the status the other side answered. DestinationRefused or Undelivered."""

log = structlog.get_logger(__name__)


def run(outbox_id: str) -> None:
    work(context.of_this_process(), outbox_id)


def work(context: Context, outbox_id: str, senders: Mapping[Medium, Sender] | None = None) -> None:
    """One try, if the row is to be had; then let the queue hear of the next one.

    Sending stands outside every transaction. Whoever dies after it and before writing it down leaves the row to be
    sent again under the same id: at least once, and the receiver can tell.
    """
    with context.sessions.begin() as session:
        claim = notifications.claim(session, outbox_id)
    if claim is None:
        log.debug("notification is not to be had", notification=outbox_id)
        return
    with structlog.contextvars.bound_contextvars(notification=claim.id, job=claim.job_id):
        _try(context, claim, (senders or SENDERS)[claim.kind])
    Nudge(context.sessions, context.readers, context.queue).once()


def _try(context: Context, claim: Claim, send: Sender) -> None:
    try:
        status = send(context, claim)
    except (DestinationRefused, Undelivered) as fault:
        with context.sessions.begin() as session:
            notifications.failed(session, claim, fault.message)
        log.warning("notification failed", attempt=claim.attempt, reason=fault.message)
        return
    with context.sessions.begin() as session:
        notifications.sent(session, claim, status)
    log.info("notification sent", attempt=claim.attempt)


def _by_webhook(context: Context, claim: Claim) -> int:
    content = letters.content(claim, context.settings.public_url)
    return webhook.send(_wire(context), claim.target, claim.secret, message_id(claim), content)


def _by_email(context: Context, claim: Claim) -> int:
    letter = letters.letter(claim, context.settings.public_url)
    attached = _workbook(context, claim)
    message = mail.compose(
        context.settings, claim.target, message_id(claim), letter, at=claim.created_at, attached=attached
    )
    return mail.send(context.settings, message)


SENDERS: Mapping[Medium, Sender] = {Medium.WEBHOOK: _by_webhook, Medium.EMAIL: _by_email}


def message_id(claim: Claim) -> str:
    """The same in every try: by it a receiver knows a repeat."""
    return f"msg_{claim.id}"


def _wire(context: Context) -> Wire:
    return Wire(loopback=context.settings.webhook_loopback)


def _workbook(context: Context, claim: Claim) -> File | None:
    """The report as a workbook, where it is asked for, made, and not too large for mail."""
    if claim.event is Event.TEST or claim.job_id is None or not letters.told(claim).excel:
        return None
    try:
        with context.readers() as session:
            found = results.artifact(session, claim.workspace_id, claim.job_id, WORKBOOK)
    except NotFound:
        return None
    if found.size > LARGEST_ATTACHED:
        return None
    return File(format=WORKBOOK, media_type=found.media_type, filename=found.filename, data=found.data)
