"""Starts the parts of Mitigap as processes, starts them again when they die, and lets none outlive it."""

import signal
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import FrameType

from cli.child import Child, Service
from cli.guard import Guard
from mitigap.errors import UserError

TICK = 0.1
READY_WITHIN = 120.0

HOPELESS = 5
"""So many deaths before anything has answered mean that starting it again will not help."""

TRIM_EVERY = 600
"""Ticks between looks at the length of the logs."""

ASKS_TO_STOP = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class NeverReady(UserError):
    """Mitigap did not come up."""


class Supervisor:
    """`services` are started in order, and the first is stopped last; `answers` says whether all of it is up."""

    def __init__(
        self,
        services: Iterable[Service],
        folder: Path,
        *,
        answers: Callable[[], bool],
        say: Callable[[str], None],
        held: Sequence[int] = (),
    ) -> None:
        self.children = [Child(service, folder) for service in services]
        self.answers = answers
        self.say = say
        self.guard = Guard(held)
        self.asked = 0

    def run(self, when_ready: Callable[[], None]) -> None:
        """Until a signal asks to stop. Raises NeverReady, with nothing left running."""
        for number in ASKS_TO_STOP:
            if number != getattr(signal, "SIGHUP", None) or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self.hear)
        try:
            self.begin()
            self.await_answer()
            if not self.asked:
                when_ready()
            self.keep()
        finally:
            self.stop()

    def hear(self, _number: int, _frame: FrameType | None) -> None:
        self.asked += 1

    def begin(self) -> None:
        for child in self.children:
            child.put_log_aside()
        for child in self.children:
            if not self.asked:
                self.start(child)
                self.wait(child.service.ready)

    def start(self, child: Child) -> None:
        child.start()
        self.tell_guard()

    def tell_guard(self) -> None:
        self.guard.tell(child.process.pid for child in self.children if child.process)

    def await_answer(self) -> None:
        if not self.wait(self.answers) and not self.asked:
            raise NeverReady(f"Mitigap did not come up; its logs are in {self.children[0].log.parent}.")

    def wait(self, until: Callable[[], bool]) -> bool:
        """Tend the children until that is so; False where it will not be."""
        deadline = time.monotonic() + READY_WITHIN
        while not (ready := until()):
            if self.asked or time.monotonic() > deadline or any(child.deaths >= HOPELESS for child in self.children):
                break
            self.tend()
            time.sleep(TICK / 4)
        return ready

    def keep(self) -> None:
        ticks = 0
        while not self.asked:
            self.tend()
            time.sleep(TICK)
            ticks += 1
            if ticks % TRIM_EVERY == 0:
                for child in self.children:
                    child.trim_log()

    def tend(self) -> None:
        """Notice the dead, and start again those whose time has come."""
        self.guard.tend()
        for child in self.children:
            self.bury(child)
            if not child.running and child.deaths and time.monotonic() >= child.due:
                self.start(child)

    def bury(self, child: Child) -> None:
        status = child.died()
        if status is None:
            return
        self.tell_guard()
        cause = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        self.say(f"{child.service.name} {cause}; starting it again in {child.delay:g} s.")
        for line in child.last_words():
            self.say(f"  {child.service.name}: {line}")

    def stop(self) -> None:
        """The first service is what the others lean on: it goes once they have gone."""
        if self.asked:
            self.say("Stopping; ask again to stop at once.")
        for wave in (self.children[1:], self.children[:1]):
            for child in wave:
                child.ask_to_stop()
            self.see_off(wave)
        self.guard.dismiss()

    def see_off(self, wave: Sequence[Child]) -> None:
        """Wait as long as each may take, or until asked a second time; then end whoever is left."""
        began = time.monotonic()
        while self.asked <= 1 and any(self.leaving(child, began) for child in wave):
            time.sleep(TICK / 4)
        for child in wave:
            child.kill()
            child.process = None
        self.tell_guard()

    def leaving(self, child: Child, began: float) -> bool:
        process = child.process
        return process is not None and process.poll() is None and time.monotonic() - began < child.service.patience
