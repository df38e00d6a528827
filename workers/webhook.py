"""A notification as a webhook, signed by the rules of Standard Webhooks: who receives it can tell that it is ours."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from standardwebhooks import Webhook

from mitigap import ENGINE_VERSION
from workers import outbound
from workers.outbound import Wire


def send(wire: Wire, url: str, secret: str, message_id: str, content: Mapping[str, Any]) -> int:
    """The status of the answer. The content's bytes and the id are the same in every try, the time of signing is not.

    DestinationRefused or Undelivered.
    """
    body = msgspec.json.encode(content, order="sorted")
    moment = datetime.now(UTC)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Mitigap/{ENGINE_VERSION}",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, moment, body.decode()),
    }
    return outbound.post(wire, url, body, headers)
