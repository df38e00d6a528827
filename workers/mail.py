"""A notification as an e-mail: plain text with the same as HTML, and the workbook where it is asked for."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from mitigap.post import NOT_SET, TIMEOUT, send
from mitigap.settings import Settings
from mitigap.store.lease import File
from reports.notice import Letter

__all__ = ["NOT_SET", "TIMEOUT", "compose", "send"]


def compose(
    settings: Settings, to: str, message_id: str, letter: Letter, *, at: datetime, attached: File | None = None
) -> EmailMessage:
    """The same message in every try, its id too, so that a mailbox can tell a repeat."""
    message = EmailMessage()
    sender = settings.smtp_from
    message["From"] = sender
    message["To"] = to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{message_id}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    if attached:
        main, _, sub = attached.media_type.partition("/")
        message.add_attachment(attached.data, maintype=main, subtype=sub, filename=attached.filename)
    return message
