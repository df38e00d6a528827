"""Holding a job while it runs: a thread keeps the lease and listens, and the end of the run ends the job."""

import os
import signal
import threading
import time
import traceback
from contextlib import suppress
from datetime import timedelta
from types import TracebackType
from typing import Self

import billiard
import structlog
from celery.exceptions import SoftTimeLimitExceeded
from sqlalchemy.exc import SQLAlchemyError

from mitigap.errors import LeaseLost, MitigapError, UserError
from mitigap.store import lease as leases
from mitigap.store.lease import Lease, Pulse
from workers import announce
from workers.context import Context
from workers.outcome import Outcome
from workers.queue import SOFTER

BEATS_PER_LEASE = 3
LONGEST_PAUSE = 2.0
"""Seconds: a run soon hears that its job is cancelled, however long the lease."""
COURTESY = 5.0
"""Seconds a run that is not wanted any more may take to its next step, before it is interrupted."""
SECONDS_BETWEEN_REPORTS = 0.5
MOST_DOUBLINGS = 5
INTERRUPTION: signal.Signals | None = getattr(signal, "SIGUSR1", None)
"""Celery's own signal for it; Windows has none."""
OURS = "Something went wrong on our side. The details are in the server's log."
TOO_LONG = "This took longer than {minutes} minutes and was stopped. A smaller file or fewer groups may help."

log = structlog.get_logger(__name__)


class Stopped(MitigapError):
    """The job is cancelled, or somebody else's by now."""


class Hold:
    """`with Hold(context, lease) as hold: …` and the job has ended, one way or another, or somebody else has it."""

    def __init__(self, context: Context, lease: Lease) -> None:
        self._context = context
        self._lease = lease
        self._term = timedelta(seconds=context.settings.lease)
        self._over = threading.Event()
        self._pulse = Pulse.HELD
        self._reported = 0.0
        self._began = time.monotonic()
        self._log = log.bind(job=lease.job_id)
        self._thread = threading.Thread(target=self._beat, name=f"lease {lease.job_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def progress(self, percent: int, stage: str) -> None:
        if self._pulse is not Pulse.HELD:
            raise Stopped
        if time.monotonic() - self._reported >= SECONDS_BETWEEN_REPORTS:
            self._reported = time.monotonic()
            with self._context.sessions.begin() as session:
                leases.report(session, self._lease, percent, stage)

    def finish(self, outcome: Outcome) -> None:
        """Everything the run has made and the end of the job, in one transaction. Raises LeaseLost."""
        with self._context.sessions.begin() as session:
            leases.finish(session, self._lease, document=outcome.document, files=outcome.files)
            leases.summarise(session, self._lease, {**outcome.summary, **outcome.shelve(session)})
            announce.ended(session, self._lease.job_id)
        self._log.info("job succeeded")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        """The one place where a run's errors are told apart. True: the error is dealt with."""
        self._over.set()
        self._thread.join()
        match error:
            case None:
                return True
            case UserError():
                return self._fail(error.message, refused=True)
            case Stopped() | LeaseLost():
                return self._stop()
            case SoftTimeLimitExceeded():
                return self._interrupted()
            case Exception():
                return self._give_back(error)
            case _:
                return False

    def _stop(self) -> bool:
        with self._context.sessions.begin() as session:
            stopped = leases.stop(session, self._lease)
        self._log.info("job cancelled" if stopped else "job taken over by another worker; this result is discarded")
        return True

    def _interrupted(self) -> bool:
        """Nobody wants the job any more, or it takes too long, or else this worker is to stop."""
        limit = self._context.settings.time_limit
        if self._pulse is not Pulse.HELD:
            return self._stop()
        if time.monotonic() - self._began >= limit - SOFTER:
            return self._fail(TOO_LONG.format(minutes=limit // 60))
        return self._hand_back()

    def _hand_back(self) -> bool:
        with self._context.sessions.begin() as session:
            leases.hand_back(session, self._lease)
        self._log.info("job handed back: this worker is to stop")
        return True

    def _fail(self, message: str, *, refused: bool = False) -> bool:
        with self._context.sessions.begin() as session:
            if leases.fail(session, self._lease, message, refused=refused):
                announce.ended(session, self._lease.job_id)
        self._log.info("job failed", reason=message)
        return True

    def _give_back(self, error: Exception) -> bool:
        self._log.error("job stumbled over an error of ours", exc_info=error)
        trace = "".join(traceback.format_exception(error))[-4000:]
        delay = timedelta(seconds=self._context.settings.back_off * 2 ** min(self._lease.attempt - 1, MOST_DOUBLINGS))
        with self._context.sessions.begin() as session:
            if leases.give_back(session, self._lease, message=OURS, trace=trace, delay=delay):
                announce.ended(session, self._lease.job_id)
        return True

    def _beat(self) -> None:
        """Keep the lease and listen. A run that is not wanted any more is given a moment, then interrupted."""
        pause = min(self._term.total_seconds() / BEATS_PER_LEASE, LONGEST_PAUSE)
        unwanted = 0.0
        while not self._over.wait(pause) and unwanted < COURTESY:
            self._feel()
            unwanted += pause if self._pulse is not Pulse.HELD else 0.0
        if not self._over.is_set():
            interrupt()

    def _feel(self) -> None:
        try:
            with self._context.sessions.begin() as session:
                self._pulse = leases.extend(session, self._lease, term=self._term)
        except SQLAlchemyError as error:  # the next beat may find the database again
            self._log.warning("the lease could not be extended", error=str(error))


def interrupt() -> None:
    """Raise SoftTimeLimitExceeded in the main thread, as the soft time limit does, where Celery has prepared for it."""
    if INTERRUPTION is not None and callable(signal.getsignal(INTERRUPTION)):
        os.kill(os.getpid(), INTERRUPTION)


def interrupt_all() -> None:
    """The same in every process of this worker's pool."""
    if INTERRUPTION is not None:
        _signal_all(INTERRUPTION)


def kill_all() -> None:
    """End every process of this worker's pool, whatever it does; a pool of threads ends with us."""
    _signal_all(getattr(signal, "SIGKILL", signal.SIGTERM))


def _signal_all(number: signal.Signals) -> None:
    for child in billiard.active_children():
        with suppress(ProcessLookupError):
            os.kill(child.pid, number)
