"""How workers come to hear of notifications that are due."""

import msgspec
from factories.notices import a_channel, a_notice
from factories.workers import a_context
from servers import Valkey
from sqlalchemy import Engine

from mitigap.store import notifications
from mitigap.store.notices import Medium
from workers import notify, queue
from workers.context import Context
from workers.nudge import Nudge

HINTS = "mitigap:mitigap\x06\x163"
"""The list in which Redis keeps them: before scheduled work, after what somebody waits for."""


def waiting(context: Context, many: int = 1) -> list[str]:
    """The ids of so many notifications for one channel, all due."""
    with context.sessions.begin() as session:
        channel = a_channel(session)
        return [a_notice(session, channel) for _ in range(many)]


def nudge(context: Context) -> list[str]:
    return Nudge(context.sessions, context.readers, context.queue).once()


def hints(valkey: Valkey) -> list[tuple[str, str]]:
    """`(task, arguments)`, oldest first."""
    with valkey.client() as client:
        messages = [msgspec.json.decode(each)["headers"] for each in reversed(client.lrange(HINTS, 0, -1))]
    return [(message["task"], message["argsrepr"]) for message in messages]


def test_queue_hears_of_what_is_due_once(engine: Engine, valkey: Valkey) -> None:
    context = a_context(engine, valkey.url)
    [notice] = waiting(context)
    assert (nudge(context), nudge(context)) == ([notice], [])
    assert hints(valkey) == [(queue.NOTIFY, f"('{notice}',)")]


def test_what_the_queue_could_not_be_told_is_due_at_once_again(engine: Engine) -> None:
    context = a_context(engine)
    waiting(context)
    assert nudge(context) == []
    with context.sessions() as session:
        assert not notifications.idle(session)


def test_next_one_of_a_channel_follows_the_one_that_was_sent(engine: Engine, valkey: Valkey) -> None:
    context = a_context(engine, valkey.url)
    first, second = waiting(context, 2)
    assert nudge(context) == [first]
    notify.work(context, first, {Medium.WEBHOOK: lambda *_: 204})
    assert hints(valkey) == [(queue.NOTIFY, f"('{each}',)") for each in (first, second)]
