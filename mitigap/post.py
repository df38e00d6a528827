"""Handing one message to the mail server that the settings name."""

import smtplib
import ssl
from email.errors import MessageError
from email.message import EmailMessage

from mitigap.errors import Undelivered
from mitigap.settings import Settings

TIMEOUT = 10.0
"""Seconds for each step of the conversation."""

NOT_SET = "E-mail is not set up here: MITIGAP_SMTP_HOST and MITIGAP_SMTP_FROM are missing."


def send(settings: Settings, message: EmailMessage) -> int:
    """Hand it to the mail server; 250, its word for taken. Undelivered with a sentence that tells why not."""
    if not settings.mails:
        raise Undelivered(NOT_SET)
    try:
        with _server(settings) as server:
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
            server.send_message(message)
    except TimeoutError as fault:
        raise Undelivered("The mail server did not answer in time.") from fault
    except smtplib.SMTPResponseException as fault:
        raise Undelivered(f"The mail server answered {fault.smtp_code}.") from fault
    except smtplib.SMTPRecipientsRefused as fault:
        codes = ", ".join(str(code) for code, _ in fault.recipients.values())
        raise Undelivered(f"The mail server does not take mail for this address ({codes}).") from fault
    except (smtplib.SMTPException, ssl.SSLError, MessageError) as fault:
        raise Undelivered(f"The mail server and Mitigap do not agree: {type(fault).__name__}.") from fault
    except OSError as fault:
        raise Undelivered(f"The mail server cannot be reached: {(fault.strerror or 'no answer').lower()}.") from fault
    return 250


def _server(settings: Settings) -> smtplib.SMTP:
    host, port = settings.smtp_host, settings.smtp_port
    if settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, timeout=TIMEOUT)
    if settings.smtp_security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server
