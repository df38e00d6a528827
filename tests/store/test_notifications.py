from datetime import timedelta

import pytest
from factories.notices import a_channel, a_notice, let_pass
from factories.store import a_job, a_workspace
from servers import at_once
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from mitigap.store import channels, invariants, notifications
from mitigap.store.notices import Delivery, Medium, Outbox, Posting
from mitigap.store.notifications import TERM, TRIES, WAITS, Claim
from mitigap.store.rules import Event

AGAIN = timedelta(seconds=30)


@pytest.fixture
def notice(sessions: sessionmaker[Session]) -> str:
    """The id of a row that is due."""
    with sessions.begin() as session:
        return a_notice(session, a_channel(session))


def claim(sessions: sessionmaker[Session], notice: str) -> Claim | None:
    with sessions.begin() as session:
        return notifications.claim(session, notice)


def row(sessions: sessionmaker[Session], notice: str) -> Outbox:
    with sessions() as session:
        assert invariants.broken(session) == {}
        found = session.get(Outbox, notice)
        assert found
        return found


def tries(sessions: sessionmaker[Session], notice: str) -> list[tuple[int, bool, bool, int | None, str]]:
    """`(number, ended, sent, status, error)`"""
    with sessions() as session:
        found = session.scalars(select(Delivery).where(Delivery.outbox_id == notice).order_by(Delivery.number)).all()
    return [(each.number, each.ended_at is not None, each.sent, each.status, each.error) for each in found]


def later(sessions: sessionmaker[Session], notice: str, time: timedelta) -> None:
    with sessions.begin() as session:
        let_pass(session, notice, time)


def test_one_row_an_event_however_often_it_is_told(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        channel, job = a_channel(session), a_job(session)
        told = (session, channel.workspace_id, [channel.id])
        assert len(notifications.announce(*told, Event.FAILED, {}, job_id=job.id)) == 1
        assert notifications.announce(*told, Event.FAILED, {}, job_id=job.id) == []
        assert len(notifications.announce(*told, Event.FINISHED, {}, job_id=job.id)) == 1


def test_one_row_an_event_though_many_tell_it_at_once(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        channel, job = a_channel(session), a_job(session)

    def tell(_number: int) -> int:
        with sessions.begin() as session:
            told = (session, channel.workspace_id, [channel.id], Event.FAILED, {})
            return len(notifications.announce(*told, job_id=job.id))

    assert sum(at_once(tell, 4)) == 1


def test_channels_that_are_off_or_not_ours_are_told_nothing(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        off, theirs = a_channel(session), a_channel(session, workspace_id=a_workspace(session, "Lab"))
        channels.change(session, off.workspace_id, off.id, enabled=False)
        asked = [off.id, theirs.id, "gone"]
        assert notifications.announce(session, off.workspace_id, asked, Event.FINISHED, {}) == []


def test_row_is_there_only_if_the_transaction_that_ends_the_job_is(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        channel = a_channel(session)
    with sessions() as session:
        a_notice(session, channel)
        session.rollback()
        assert session.scalar(select(func.count()).select_from(Outbox)) == 0


def test_claim_holds_all_that_is_needed(sessions: sessionmaker[Session], notice: str) -> None:
    held = claim(sessions, notice)
    assert (held.id, held.attempt, held.kind, held.event) == (notice, 1, Medium.WEBHOOK, Event.FINISHED)
    assert (held.facts, held.limit, held.secret[:6]) == ({"name": "Quarterly"}, TRIES, "whsec_")


def test_two_workers_never_send_one_row_at_once(sessions: sessionmaker[Session], notice: str) -> None:
    claims = at_once(lambda _: claim(sessions, notice), 6)
    assert len([each for each in claims if each]) == 1
    assert claim(sessions, notice) is None


def test_sent_is_the_end(sessions: sessionmaker[Session], notice: str) -> None:
    held = claim(sessions, notice)
    with sessions.begin() as session:
        assert notifications.sent(session, held, 204)
    assert row(sessions, notice).state is Posting.SENT
    assert tries(sessions, notice) == [(1, True, True, 204, "")]
    later(sessions, notice, timedelta(days=9))
    assert claim(sessions, notice) is None


def test_waits_grow_until_it_is_given_up(sessions: sessionmaker[Session], notice: str) -> None:
    for number in range(1, TRIES + 1):
        held = claim(sessions, notice)
        assert held.attempt == number
        with sessions.begin() as session:
            assert notifications.failed(session, held, "x" * 1000)
        assert claim(sessions, notice) is None
        if number < TRIES:
            waits = row(sessions, notice)
            assert waits.state is Posting.PENDING
            later(sessions, notice, WAITS[number - 1] - timedelta(seconds=5))
            assert claim(sessions, notice) is None
            later(sessions, notice, timedelta(seconds=5))
    ended = row(sessions, notice)
    assert (ended.state, ended.note) == (Posting.GIVEN_UP, "Given up after 6 tries.")
    assert [wait.total_seconds() / 60 for wait in WAITS] == [1, 5, 30, 120, 720]
    assert tries(sessions, notice)[-1] == (6, True, False, None, "x" * 300)


def test_row_of_a_worker_that_fell_silent_is_taken_over(sessions: sessionmaker[Session], notice: str) -> None:
    first = claim(sessions, notice)
    later(sessions, notice, TERM + timedelta(seconds=1))
    second = claim(sessions, notice)
    assert (second.id, second.attempt) == (first.id, 2)
    assert tries(sessions, notice)[0] == (1, True, False, None, notifications.LOST)


def test_who_was_taken_over_ends_nothing_but_its_own_line(sessions: sessionmaker[Session], notice: str) -> None:
    first = claim(sessions, notice)
    later(sessions, notice, TERM + timedelta(seconds=1))
    claim(sessions, notice)
    with sessions.begin() as session:
        assert not notifications.sent(session, first, 200)
    assert row(sessions, notice).state is Posting.PENDING
    assert [each[1:4] for each in tries(sessions, notice)] == [(True, True, 200), (False, False, None)]


def test_row_whose_last_try_killed_its_worker_is_given_up(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        channel = a_channel(session)
        tried = notifications.try_out(session, channel.workspace_id, channel.id)
    claim(sessions, tried)
    later(sessions, tried, TERM + timedelta(seconds=1))
    assert claim(sessions, tried) is None
    assert row(sessions, tried).state is Posting.GIVEN_UP
    assert tries(sessions, tried) == [(1, True, False, None, notifications.LOST)]


def test_row_that_slipped_in_while_its_channel_was_switched_off_is_given_up(
    sessions: sessionmaker[Session], notice: str
) -> None:
    with sessions.begin() as session:
        workspace = a_workspace(session)
        [channel] = channels.listing(session, workspace)
        channel.enabled = False
    assert claim(sessions, notice) is None
    assert row(sessions, notice).note == channels.SWITCHED_OFF


def test_queue_hears_of_one_row_a_channel_the_longest_due_first(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        dead, well = a_channel(session, name="dead"), a_channel(session, name="well")
        rows = [a_notice(session, dead) for _ in range(3)]
        other = a_notice(session, well)
    with sessions.begin() as session:
        assert not notifications.idle(session)
        assert set(notifications.due(session, again=AGAIN)) == {rows[0], other}
        assert notifications.due(session, again=AGAIN) == []
    with sessions.begin() as session:
        notifications.sent(session, notifications.claim(session, rows[0]), 200)
        assert notifications.due(session, again=AGAIN) == [rows[1]]


def test_hint_that_was_lost_or_not_published_comes_again(sessions: sessionmaker[Session], notice: str) -> None:
    with sessions.begin() as session:
        notifications.due(session, again=AGAIN)
        notifications.take_back(session, [notice])
        assert notifications.due(session, again=AGAIN) == [notice]
    later(sessions, notice, AGAIN)
    with sessions.begin() as session:
        assert notifications.due(session, again=AGAIN) == [notice]


def test_after_a_failure_the_channel_rests_for_a_minute_and_no_other_does(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        channel = a_channel(session)
        first, second = a_notice(session, channel), a_notice(session, channel)
        other = a_notice(session, a_channel(session))
        tried = notifications.try_out(session, channel.workspace_id, channel.id)
        notifications.failed(session, notifications.claim(session, first), "no")
        assert set(notifications.due(session, again=AGAIN)) == {other, tried}
        notifications.sent(session, notifications.claim(session, tried), 200)
        assert notifications.claim(session, second) is None
        let_pass(session, second, WAITS[0])
        assert notifications.due(session, again=AGAIN) == [second]


def test_idle_is_when_nothing_is_due(sessions: sessionmaker[Session], notice: str) -> None:
    held = claim(sessions, notice)
    with sessions() as session:
        assert notifications.idle(session)
    later(sessions, notice, TERM + timedelta(seconds=1))
    with sessions.begin() as session:
        assert not notifications.idle(session)
        notifications.sent(session, held, 200)
        assert notifications.idle(session)


def test_only_so_many_are_under_way_at_once(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        for _ in range(notifications.ROOM + 2):
            a_notice(session, a_channel(session))
        assert len(notifications.due(session, again=AGAIN)) == notifications.ROOM


def test_log_is_the_newest_first_with_its_tries(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        channel = a_channel(session)
        first = a_notice(session, channel)
        notifications.failed(session, notifications.claim(session, first), "no")
    with sessions.begin() as session:
        second = a_notice(session, channel)
        told = notifications.log_of(session, channel.id)
    assert [(entry.row.id, [each.error for each in entry.tries]) for entry in told] == [(second, []), (first, ["no"])]
