"""Letters that cannot wait for a worker, because their link is told to nobody else: invitations, new passwords."""

from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr

import structlog

from mitigap import post
from mitigap.errors import Undelivered
from service.desk import desk
from service.text import clean

log = structlog.get_logger(__name__)


def send(to: str, subject: str, text: str) -> bool:
    """Whether the mail server has taken it. Where it has not, whoever asked is shown the link to hand on."""
    settings = desk().settings
    if not settings.mails:
        return False
    try:
        post.send(settings, _letter(to, subject, text))
    except Undelivered as fault:
        log.warning("a letter was not taken", reason=fault.message)
        return False
    return True


def _letter(to: str, subject: str, text: str) -> EmailMessage:
    sender = desk().settings.smtp_from
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = clean(subject)
    message["Date"] = format_datetime(desk().clock())
    message["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message
