from collections.abc import Iterator

import pytest
from factories.notices import URL, a_channel, a_notice
from factories.store import a_workspace
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, sessionmaker
from standardwebhooks import Webhook

from mitigap.errors import Conflict, DestinationRefused, NotFound
from mitigap.store import channels, notifications
from mitigap.store.notices import Channel, Delivery, Medium, Outbox, Posting


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions.begin() as session:
        yield session


def test_webhook_gets_a_secret_that_is_shown_once(session: Session) -> None:
    channel, secret = channels.create(session, a_workspace(session), kind=Medium.WEBHOOK, name="Chat", target=URL)
    assert len(Webhook(secret)._whsecret) == 32
    session.expire_all()
    assert "secret" in inspect(channels.get(session, channel.workspace_id, channel.id)).unloaded


def test_mailbox_has_no_secret(session: Session) -> None:
    told = {"kind": Medium.EMAIL, "name": "SOC", "target": "soc@example.com"}
    channel, secret = channels.create(session, a_workspace(session), **told)
    assert secret == ""
    with pytest.raises(Conflict):
        channels.renew_secret(session, channel.workspace_id, channel.id)


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (Medium.WEBHOOK, "soc@example.com"),
        (Medium.WEBHOOK, "http://127.0.0.1/"),
        (Medium.EMAIL, URL),
        (Medium.EMAIL, "soc@example.com\nBcc: all@example.com"),
    ],
)
def test_target_that_cannot_be_is_refused(session: Session, kind: Medium, target: str) -> None:
    workspace = a_workspace(session)
    with pytest.raises(DestinationRefused):
        channels.create(session, workspace, kind=kind, name="x", target=target)
    channel = a_channel(session, kind=Medium.EMAIL, target="soc@example.com")
    with pytest.raises(DestinationRefused):
        channels.change(session, workspace, channel.id, target="http://127.0.0.1/")


def test_new_secret_signs_from_now_on(session: Session) -> None:
    channel = a_channel(session)
    secret = channels.renew_secret(session, channel.workspace_id, channel.id)
    claim = notifications.claim(session, a_notice(session, channel))
    assert claim.secret == secret


def test_channel_belongs_to_its_workspace(session: Session) -> None:
    channel, lab = a_channel(session), a_workspace(session, "Lab")
    for call in (channels.get, channels.remove, channels.renew_secret, channels.change):
        with pytest.raises(NotFound):
            call(session, lab, channel.id)
    assert channels.listing(session, lab) == []
    with pytest.raises(NotFound):
        channels.must_be_known(session, lab, (channel.id,))
    channels.must_be_known(session, channel.workspace_id, (channel.id,))


def test_channels_are_listed_by_name(session: Session) -> None:
    for name in ("b", "A", "c"):
        a_channel(session, name=name)
    assert [row.name for row in channels.listing(session, a_workspace(session))] == ["A", "b", "c"]


def test_workspace_has_so_many_and_no_more(session: Session) -> None:
    for _ in range(channels.MOST):
        a_channel(session)
    with pytest.raises(Conflict):
        a_channel(session)


def test_what_waits_for_a_channel_that_is_switched_off_is_given_up(session: Session) -> None:
    channel = a_channel(session)
    waiting = a_notice(session, channel)
    changed = channels.change(session, channel.workspace_id, channel.id, enabled=False, name="Old chat")
    assert (changed.enabled, changed.name, changed.target) == (False, "Old chat", URL)
    row = session.get(Outbox, waiting, populate_existing=True)
    assert (row.state, row.note) == (Posting.GIVEN_UP, channels.SWITCHED_OFF)
    with pytest.raises(Conflict):
        notifications.try_out(session, channel.workspace_id, channel.id)


def test_with_a_channel_goes_its_log(session: Session) -> None:
    channel = a_channel(session)
    notifications.claim(session, a_notice(session, channel))
    channels.remove(session, channel.workspace_id, channel.id)
    for table in (Channel, Outbox, Delivery):
        assert session.scalars(select(table)).all() == []
