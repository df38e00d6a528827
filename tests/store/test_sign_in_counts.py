"""R18: tries are counted before the password is looked at, for everybody, however many come at once."""

from datetime import UTC, datetime, timedelta

from servers import at_once
from sqlalchemy.orm import Session, sessionmaker

from mitigap.store import sign_in_counts
from mitigap.store.sign_in_counts import MOST, WINDOW

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_r18_of_many_tries_at_once_no_more_pass_than_may(sessions: sessionmaker[Session]) -> None:
    def knock(_number: int) -> bool:
        with sessions.begin() as session:
            return sign_in_counts.take(session, "soc@example.com", NOW) is None

    assert sum(at_once(knock, 2 * MOST)) == MOST <= 10


def test_the_count_begins_anew_when_its_time_is_over(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        waits = [sign_in_counts.take(session, "a@example.com", NOW) for _ in range(MOST + 1)]
        assert waits == [None] * MOST + [WINDOW]
        assert sign_in_counts.take(session, "b@example.com", NOW) is None
        assert sign_in_counts.take(session, "a@example.com", NOW + timedelta(minutes=5)) == WINDOW - timedelta(
            minutes=5
        )
        assert sign_in_counts.take(session, "a@example.com", NOW + WINDOW) is None


def test_whoever_came_in_has_all_tries_again(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        for _ in range(3 * MOST):
            assert sign_in_counts.take(session, "a@example.com", NOW) is None
            sign_in_counts.clear(session, "a@example.com")
