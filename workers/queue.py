"""All the desk may see of the workshop: names, Celery's settings, and `enqueue`. It knows no task's code."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog
from celery import Celery
from kombu.exceptions import KombuError
from redis.exceptions import RedisError
from sqlalchemy.orm import Session, sessionmaker

from mitigap.settings import Settings
from mitigap.store import dispatch, jobs

TASK = "mitigap.run"
NOTIFY = "mitigap.notify"
QUEUE = "mitigap"
FIRST, BETWEEN, LAST = 0, 3, 9  # Redis' own order: somebody waits; a message to send; scheduled work
SOFTER = 60  # seconds a run has from the soft time limit to the hard one, to say so in its row
REMEMBERED = "remembered"
VISIBILITY = 3  # times the hard limit: no broker may hand a running task to a second worker before it is dead

BROKER_ERRORS = (KombuError, RedisError, OSError)

log = structlog.get_logger(__name__)


class Queue:
    """The way to the workshop. The row in the database is the job; what is published is only a hint."""

    def __init__(self, app: Celery, sessions: sessionmaker[Session], settings: Settings) -> None:
        self._app = app
        self._sessions = sessions
        self._window = max(settings.window, 4 * settings.concurrency)
        self._redispatch = timedelta(seconds=settings.redispatch)
        self._expires = 2 * dispatch.longest(self._redispatch)
        self._away = False
        self._on_redis = TRANSPORTS.get(_scheme(settings)) is _redis

    def enqueue(self, job_id: str) -> None:
        """Call after the job's row is committed. Does not raise where the broker is away: the tick publishes later."""
        published = self.pump()
        log.debug("job accepted", job=job_id, published=len(published))

    def pump(self) -> list[str]:
        """Publish what is due, in the order the database says, as far as the window allows; the ids published."""
        with self._sessions.begin() as session:
            drawn = dispatch.due(session, window=self._window, redispatch=self._redispatch)
        published, ids = self._published(drawn), list(drawn)
        if missing := ids[published:]:
            with self._sessions.begin() as session:
                dispatch.take_back(session, missing)
        return ids[:published]

    def hint(self, task: str, ids: Sequence[str], *, expires: timedelta) -> int:
        """Let another task hear of its rows, one message each; how many went out before the broker failed."""
        for done, each in enumerate(ids):
            try:
                told = {"expires": expires.total_seconds(), "ignore_result": True, "priority": BETWEEN}
                self._app.send_task(task, args=(each,), queue=QUEUE, **told)
            except BROKER_ERRORS as error:
                self._note(away=True, error=str(error))
                return done
        return len(ids)

    def hasten_if_forgotten(self) -> None:
        """Publish everything anew where the broker has come back empty: what it held would else wait out its time.

        A key that stays for as long as the broker remembers anything; of many who ask, one finds it missing.
        """
        if self._broker_is_new():
            log.info("the broker knows of nothing; every waiting job is published")
            with self._sessions.begin() as session:
                dispatch.hasten(session)

    def _broker_is_new(self) -> bool:
        if not self._on_redis:
            return False
        try:
            with self._app.connection_or_acquire() as connection:
                return bool(connection.default_channel.client.set(REMEMBERED, "1", nx=True))
        except BROKER_ERRORS:
            return False

    def _published(self, drawn: Mapping[str, int]) -> int:
        """How many went out before the broker failed."""
        for done, (job_id, priority) in enumerate(drawn.items()):
            try:
                publish(self._app, job_id, urgent=priority >= jobs.INTERACTIVE, expires=self._expires)
            except BROKER_ERRORS as error:
                self._note(away=True, error=str(error))
                return done
            self._note(away=False)
        return len(drawn)

    def _note(self, *, away: bool, **told: str) -> None:
        """Say it once when the broker goes and once when it is back, not at every tick."""
        if away and not self._away:
            log.warning("the broker is away; jobs wait in the database", **told)
        elif self._away and not away:
            log.info("the broker is back")
        self._away = away


def publish(app: Celery, job_id: str, *, urgent: bool, expires: timedelta) -> None:
    """One hint. It expires long after the tick has published the next one, so that there is always one to be had."""
    told: dict[str, Any] = {"expires": expires.total_seconds(), "priority": FIRST if urgent else LAST}
    app.send_task(TASK, args=(job_id,), queue=QUEUE, ignore_result=True, **told)


def connect(settings: Settings, sessions: sessionmaker[Session]) -> Queue:
    """The desk's queue."""
    return Queue(application(settings), sessions, settings)


def application(settings: Settings) -> Celery:
    """A Celery app that can publish and consume; tasks are registered by workers.celery_app alone."""
    app = Celery("mitigap", set_as_current=False)
    app.conf.update(configuration(settings))
    return app


def configuration(settings: Settings) -> dict[str, Any]:
    """Celery's settings, each with its reason."""
    return {
        "broker_url": settings.broker_url,
        "broker_transport_options": transport_options(settings),
        "broker_connection_timeout": 3,  # a page never waits longer for a broker that is away
        "broker_pool_acquire_timeout": 3,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,  # a worker waits for its broker for ever
        "result_backend": None,  # a job's state stands in its row: one truth
        "task_ignore_result": True,
        "task_default_queue": QUEUE,
        "task_acks_late": True,  # a hint survives its worker
        "task_acks_on_failure": True,
        "task_acks_on_timeout": True,
        "task_reject_on_worker_lost": False,  # a file that kills its worker would come back for ever; the lease counts
        "task_publish_retry": False,  # the tick is the retry
        "task_time_limit": settings.time_limit,
        "task_soft_time_limit": settings.time_limit - SOFTER,
        "task_serializer": "json",
        "accept_content": ["json"],  # nothing that can be code
        "task_create_missing_queues": True,
        "worker_concurrency": settings.concurrency,
        # A process takes a hint only when it is free, so that no job is parked behind a long one. Prefetching counts
        # what is unacknowledged instead: an acknowledgement lost with the broker would block its place for good.
        "worker_disable_prefetch": True,
        "worker_prefetch_multiplier": 0,
        "worker_enable_prefetch_count_reduction": False,
        "worker_proc_alive_timeout": 30,  # a busy machine may take longer than the default 4 s to start a process
        "worker_max_tasks_per_child": 200,  # what leaks is freed
        "worker_max_memory_per_child": 400_000,
        "worker_soft_shutdown_timeout": 20,  # a worker told to stop first finishes what it has
        "worker_cancel_long_running_tasks_on_connection_loss": False,  # the lease decides whose result counts
        "worker_hijack_root_logger": False,  # mitigap.logs has set it up
        "worker_send_task_events": False,  # the rows say more
        "worker_enable_remote_control": False,  # cancelling is a column; and no idle chatter
        "beat_scheduler": "workers.beat:DbTick",
        "beat_enable_remote_control": False,
        "beat_max_loop_interval": settings.tick,
        "enable_utc": True,
        "timezone": "UTC",
    }


def transport_options(settings: Settings) -> dict[str, Any]:
    """What the broker's own client is told; a scheme that is not in the table is told nothing."""
    known = TRANSPORTS.get(_scheme(settings))
    return known(settings) if known else {}


def _scheme(settings: Settings) -> str:
    """`redis` for `redis+socket:///…`."""
    return settings.broker_url.partition("://")[0].partition("+")[0]


def _redis(settings: Settings) -> dict[str, Any]:
    return {
        "visibility_timeout": VISIBILITY * settings.time_limit,
        "socket_timeout": 5,  # kombu's default is none: a publish could hang for ever
        "socket_connect_timeout": 3,
        "socket_keepalive": True,
        "max_retries": 1,
        "interval_start": 0,  # trying again while a page waits helps nobody: the tick does it
        "health_check_interval": 10,  # a half-open connection is noticed in seconds
        "unacked_restore_interval": 10,  # the default looks for lost hints every 100 s
        "unacked_restore_throttle": 1,
        "global_keyprefix": "mitigap:",
        "client_name": "mitigap",
    }


def _files(settings: Settings) -> dict[str, Any]:
    """A folder of files, for where no Valkey runs. The transport makes none of its folders."""
    folder = settings.data_dir / "queue"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    names = ("data_folder_in", "data_folder_out", "control_folder")
    return {**dict.fromkeys(names, str(folder)), "polling_interval": 0.05}


TRANSPORTS: dict[str, Callable[[Settings], dict[str, Any]]] = {
    "redis": _redis,
    "rediss": _redis,
    "valkey": _redis,
    "filesystem": _files,
}
