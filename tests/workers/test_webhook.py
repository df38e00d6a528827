import pytest
from receivers import receiver
from standardwebhooks import WebhookVerificationError

from workers import webhook
from workers.outbound import Wire

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx"
LOCAL = Wire(loopback=True)


def test_receiver_can_tell_that_it_is_ours() -> None:
    content = {"type": "assessment.finished", "data": {"name": "Blöcke ▲"}}
    with receiver() as there:
        assert webhook.send(LOCAL, there.url, SECRET, "msg_1", content) == 204
    assert there.verified(SECRET) == [content]
    assert there.said[0][0]["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        there.verified(OTHER)


def test_repeat_has_the_same_id_and_the_same_bytes() -> None:
    with receiver() as there:
        webhook.send(LOCAL, there.url, SECRET, "msg_1", {"b": 1, "a": 2})
        webhook.send(LOCAL, there.url, SECRET, "msg_1", {"a": 2, "b": 1})
    assert there.ids() == ["msg_1", "msg_1"]
    assert len({body for _, body in there.said}) == 1
