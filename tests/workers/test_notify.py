"""Sending for real: to a receiver of webhooks and to a mail server, both on this machine."""

import time
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from factories.notices import a_channel, a_group, a_notice, let_pass, some_facts
from factories.store import a_job
from factories.workers import a_context, an_outcome, runners
from mailroom import Mailroom, mailroom
from receivers import Receiver, receiver
from servers import at_once
from sqlalchemy import Engine, select

from mitigap.store import channels, invariants, notifications
from mitigap.store.lease import File
from mitigap.store.notices import Delivery, Medium, Outbox, Posting
from mitigap.store.notifications import TERM, WAITS, Claim
from mitigap.store.rules import Event, Group, Part, Technique
from workers import mail, notify, tasks
from workers.context import Context

WORSE = a_group(
    0.25,
    before=0.5,
    delta=-0.25,
    changed=True,
    regressed=True,
    parts=(Part(cause="inventory", delta=-0.25),),
    counts={"worse": 1},
    worse=(Technique(id="T1003", name="OS Credential Dumping"),),
)
FACTS = msgspec.to_builtins(some_facts(WORSE, catalog="enterprise-attack@18.1"))


class Killed(BaseException):
    """As if the process were dead."""


def to_hook(engine: Engine, there: Receiver, **told: Any) -> tuple[Context, str, str]:
    """A workshop, a notification for the receiver, and the secret."""
    context = a_context(engine, webhook_loopback=True, public_url="https://mitigap.example.com/", **told)
    with context.sessions.begin() as session:
        channel = a_channel(session, target=there.url)
        notice = a_notice(session, channel, event=Event.REGRESSED, facts=FACTS)
        secret = channels.renew_secret(session, channel.workspace_id, channel.id)
    return context, notice, secret


def to_mailbox(engine: Engine, room: Mailroom, **told: Any) -> tuple[Context, str]:
    """A workshop, and a notification for a mailbox."""
    target = told.pop("target", "soc@example.com")
    facts = told.pop("facts", FACTS)
    server = {"smtp_host": "127.0.0.1", "smtp_port": room.port, "smtp_security": "none"}
    context = a_context(engine, **{**server, "smtp_from": "Mitigap <mitigap@example.com>", **told})
    with context.sessions.begin() as session:
        channel = a_channel(session, kind=Medium.EMAIL, target=target)
        return context, a_notice(session, channel, event=Event.REGRESSED, facts=facts)


def row(context: Context, notice: str) -> Outbox:
    with context.readers() as session:
        assert invariants.broken(session) == {}
        found = session.get(Outbox, notice)
        assert found
        return found


def errors(context: Context) -> list[str]:
    with context.readers() as session:
        return list(session.scalars(select(Delivery.error).order_by(Delivery.number)))


def later(context: Context, notice: str, time: timedelta) -> None:
    with context.sessions.begin() as session:
        let_pass(session, notice, time)


def test_webhook_tells_what_happened(engine: Engine) -> None:
    with receiver() as there:
        context, notice, secret = to_hook(engine, there)
        notify.work(context, notice)
    [told] = there.verified(secret)
    assert told["type"] == "assessment.regressed"
    data = told["data"]
    assert (data["assessment"], data["state"], data["error"]) == ("a1", "succeeded", None)
    assert (data["changed"], data["regressed"], data["base"]) == (True, True, "a0")
    assert msgspec.convert(data["groups"], tuple[Group, ...]) == (WORSE,)
    assert data["link"] == "https://mitigap.example.com/assessments/a1"
    assert there.ids() == [f"msg_{notice}"]
    assert row(context, notice).state is Posting.SENT


def test_receiver_that_fails_is_tried_again_later_under_the_same_id(engine: Engine) -> None:
    with receiver((500, 503)) as there:
        context, notice, secret = to_hook(engine, there)
        for wait in (*WAITS[:2], timedelta()):
            notify.work(context, notice)
            notify.work(context, notice)  # a hint that comes too early sends nothing
            later(context, notice, wait)
    assert there.ids() == [f"msg_{notice}"] * 3
    assert len({body for _, body in there.said}) == 1
    assert len(there.verified(secret)) == 3
    assert row(context, notice).state is Posting.SENT
    assert errors(context) == ["The receiver answered 500.", "The receiver answered 503.", ""]


def test_receiver_that_redirects_is_not_followed(engine: Engine) -> None:
    with receiver((302,)) as there:
        context, notice, _ = to_hook(engine, there)
        notify.work(context, notice)
    assert len(there.said) == 1
    assert errors(context) == ["The receiver answered 302; redirects are not followed."]
    assert row(context, notice).due_at - row(context, notice).created_at >= WAITS[0]


def test_address_that_has_become_ours_is_not_reached(engine: Engine) -> None:
    """It was public when it was set, or loopback was allowed then."""
    with receiver() as there:
        context, notice, _ = to_hook(engine, there)
        notify.work(a_context(engine, webhook_loopback=False), notice)
    assert there.said == []
    assert errors(context) == ["This address is not on the public internet."]


def test_crash_between_sending_and_writing_it_down_sends_again_under_the_same_id(engine: Engine) -> None:
    def dies_after_it(context: Context, claim: Claim) -> int:
        notify.SENDERS[Medium.WEBHOOK](context, claim)
        raise Killed

    with receiver() as there:
        context, notice, secret = to_hook(engine, there)
        with pytest.raises(Killed):
            notify.work(context, notice, {Medium.WEBHOOK: dies_after_it})
        notify.work(context, notice)
        assert len(there.said) == 1
        later(context, notice, TERM + timedelta(seconds=1))
        notify.work(context, notice)
    assert there.ids() == [f"msg_{notice}"] * 2
    first, second = there.verified(secret)
    assert first == second
    assert row(context, notice).state is Posting.SENT
    assert errors(context) == [notifications.LOST, ""]


def test_two_workers_send_one_row_once(engine: Engine) -> None:
    with receiver() as there:
        context, notice, _ = to_hook(engine, there)
        at_once(lambda _: notify.work(context, notice), 4)
    assert there.ids() == [f"msg_{notice}"]


def test_sending_holds_no_transaction_open(engine: Engine) -> None:
    """A receiver may take its time: nobody waits for the database meanwhile."""
    with receiver() as there:
        context, notice, _ = to_hook(engine, there)

        def writes_meanwhile(context: Context, claim: Claim) -> int:
            began = time.monotonic()
            with context.sessions.begin() as session:
                a_channel(session)
            assert time.monotonic() - began < 1
            return 200

        notify.work(context, notice, {Medium.WEBHOOK: writes_meanwhile})
    assert row(context, notice).state is Posting.SENT


def test_test_of_a_channel_says_that_it_is_one(engine: Engine) -> None:
    with receiver((500,)) as there:
        context, _, secret = to_hook(engine, there)
        with context.sessions.begin() as session:
            [channel] = session.scalars(select(channels.Channel)).all()
            tried = notifications.try_out(session, channel.workspace_id, channel.id)
        notify.work(context, tried)
    assert [(told["type"], told["data"]) for told in there.verified(secret)] == [("test", {"channel": "Chat"})]
    assert (row(context, tried).state, row(context, tried).note) == (Posting.GIVEN_UP, "Given up after one try.")


def test_mail_arrives_as_text_and_as_html(engine: Engine) -> None:
    with mailroom() as room:
        context, notice = to_mailbox(engine, room, public_url="https://mitigap.example.com")
        notify.work(context, notice)
    [message] = room.received
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    assert message["From"] == "Mitigap <mitigap@example.com>"
    assert message["Subject"] == "[Mitigap] Coverage has gone down: Quarterly"
    assert message["Message-ID"] == f"<msg_{notice}@example.com>"
    assert "Leafminer (G0077): 50 % → 25 %" in text
    assert "worse: T1003 OS Credential Dumping" in text
    assert "See it: https://mitigap.example.com/assessments/a1" in text
    assert '<a href="https://mitigap.example.com/assessments/a1"' in html
    assert room.recipients == [["soc@example.com"]]
    assert row(context, notice).state is Posting.SENT


def test_no_word_of_a_user_s_ends_a_header_or_becomes_a_tag(engine: Engine) -> None:
    hostile = "Q3\r\nBcc: all@example.com\n\n<script>alert(1)</script>\u202e"
    facts = {**FACTS, "name": hostile, "groups": [{**FACTS["groups"][0], "name": hostile}]}
    with mailroom() as room:
        context, notice = to_mailbox(engine, room, facts=facts)
        notify.work(context, notice)
    [message] = room.received
    assert message["Bcc"] is None
    assert "Q3 Bcc: all@example.com" in message["Subject"]
    assert "<script>" not in message.get_body(("html",)).get_content()
    assert room.recipients == [["soc@example.com"]]


@pytest.mark.parametrize(
    ("answer", "target", "told"),
    [
        ("451 come back later: secret", "soc@example.com", "The mail server answered 451."),
        ("250 fine", "nobody@example.com", "The mail server does not take mail for this address (550)."),
    ],
)
def test_mail_server_s_refusal_is_told_by_its_number(engine: Engine, answer: str, target: str, told: str) -> None:
    with mailroom(answer) as room:
        context, notice = to_mailbox(engine, room, target=target)
        notify.work(context, notice)
    assert errors(context) == [told]
    assert row(context, notice).state is Posting.PENDING


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # the wire is this machine's own
@pytest.mark.parametrize(("password", "state"), [("right", Posting.SENT), ("wrong", Posting.PENDING)])
def test_mail_server_is_told_who_sends(engine: Engine, password: str, state: Posting) -> None:
    with mailroom(password="right") as room:
        context, notice = to_mailbox(engine, room, smtp_user="mitigap", smtp_password=password)
        notify.work(context, notice)
    assert row(context, notice).state is state


def test_mail_is_not_sent_in_the_clear_where_tls_is_asked_for(engine: Engine) -> None:
    with mailroom() as room:
        context, notice = to_mailbox(engine, room, smtp_security="starttls")
        notify.work(context, notice)
    assert room.received == []
    assert errors(context)[0].startswith("The mail server and Mitigap do not agree")


@pytest.mark.parametrize("told", [{"smtp_host": ""}, {"smtp_from": ""}])
def test_without_a_mail_server_it_says_what_is_missing(engine: Engine, told: dict[str, str]) -> None:
    context = a_context(engine, **{"smtp_host": "127.0.0.1", "smtp_from": "m@example.com", **told})
    with context.sessions.begin() as session:
        notice = a_notice(session, a_channel(session, kind=Medium.EMAIL, target="soc@example.com"), facts=FACTS)
    notify.work(context, notice)
    assert errors(context) == [mail.NOT_SET]


def test_workbook_comes_along_where_it_is_asked_for(engine: Engine) -> None:
    book = File(format="xlsx", media_type="application/vnd.ms-excel", filename="report.xlsx", data=b"PK book")
    with mailroom() as room:
        context, _ = to_mailbox(engine, room)
        with context.sessions.begin() as session:
            job = a_job(session)
            [channel] = session.scalars(select(channels.Channel)).all()
        tasks.work(context, job.id, runners(lambda *_: an_outcome(files=(book,))))
        for excel in (True, False):
            with context.sessions.begin() as session:
                told = {"facts": {**FACTS, "excel": excel}, "job_id": job.id}
                event = Event.FINISHED if excel else Event.BELOW
                notice = a_notice(session, channel, event=event, **told)
            notify.work(context, notice)
    with_it, without = room.received
    assert [part.get_filename() for part in with_it.iter_attachments()] == ["report.xlsx"]
    assert [part.get_content() for part in with_it.iter_attachments()] == [b"PK book"]
    assert list(without.iter_attachments()) == []
