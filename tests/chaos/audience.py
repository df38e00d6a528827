"""Whoever is to hear of scheduled runs: three schedules, a webhook whose receiver is not always well, and mail."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from api import Api
from mailroom import Mailroom, mailroom
from receivers import Receiver, receiver

SCHEDULES = (
    ("*/15 * * * *", "Europe/Berlin"),
    ("5,25,45 * * * *", "America/St_Johns"),
    ("30 */2 * * *", "Asia/Kathmandu"),
)
CONTROLS = b"Mitigation,Status\nM1017,Implemented\nM1027,40 %\n"
ANSWERS = (204, 503)
ILL = 0.15
"""How often the receiver says that it is not well."""


class Audience:
    """What it has heard stands in `receiver` and `mail`."""

    def __init__(self, receiver: Receiver, mail: Mailroom) -> None:
        self.receiver = receiver
        self.mail = mail

    @property
    def settings(self) -> dict[str, str]:
        return {
            "MITIGAP_WEBHOOK_LOOPBACK": "true",
            "MITIGAP_SMTP_HOST": "127.0.0.1",
            "MITIGAP_SMTP_PORT": str(self.mail.port),
            "MITIGAP_SMTP_SECURITY": "none",
            "MITIGAP_SMTP_FROM": "mitigap@example.com",
        }

    def subscribe(self, api: Api) -> None:
        """Before anything is hurt: an inventory, two channels, and schedules that tell both of every run."""
        inventory = _read(api)
        webhook = api.post("/channels", {"kind": "webhook", "name": "Chat", "target": self.receiver.url})
        mail = api.post("/channels", {"kind": "email", "name": "Post", "target": "soc@example.com"})
        notify = {"channels": [webhook["id"], mail["id"]], "rules": [{"on": "always"}]}
        for cron, zone in SCHEDULES:
            told = {"inventory": inventory, "groups": ["Leafminer"], "cron": cron, "timezone": zone, "notify": notify}
            api.post("/schedules", told)


@contextmanager
def audience(chance: random.Random) -> Iterator[Audience]:
    answers = tuple(chance.choices(ANSWERS, (1 - ILL, ILL), k=10_000))
    with receiver(answers) as there, mailroom() as mail:
        yield Audience(there, mail)


def _read(api: Api) -> str:
    """The inventory's id, once it is read."""
    told: Any = api.upload(CONTROLS, "watched.csv")
    while "revision" not in told:
        time.sleep(0.3)
        told = api.look(f"/jobs/{told['id']}")
        told = {"id": told["summary"]["revision"]["inventory"], **told["summary"]} if told["summary"] else told
    return str(told["id"])
