"""Clocks that beats go by while they are being hurt: each is the database's own, and so many seconds off."""

import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from mitigap.store import database

FILE = "CHAOS_CLOCKS"
FURTHEST = 12 * 3600.0
"""Seconds one jump may take a clock: less than what a missed run is made up for after."""


class Clocks:
    """Two of them. A beat keeps to one as long as it lives, so that two beats may be hours apart."""

    def __init__(self, file: Path, chance: random.Random) -> None:
        self._file = file
        self._chance = chance
        self._off = [0.0, 0.0]
        self._say(" ".join(map(str, self._off)))

    @property
    def settings(self) -> dict[str, str]:
        return {FILE: str(self._file)}

    def forwards(self) -> None:
        self._jump(self._chance.uniform(900, FURTHEST / 2))

    def backwards(self) -> None:
        self._jump(-self._chance.uniform(900, FURTHEST / 4))

    def stop(self) -> datetime:
        """Both show the same moment from now on, later than either does: what is due by then is all there is."""
        moment = datetime.now(UTC) + timedelta(seconds=max(*self._off, 0.0) + FURTHEST)
        self._say(moment.isoformat())
        return moment

    def _jump(self, seconds: float) -> None:
        self._off[self._chance.randrange(len(self._off))] += seconds
        self._say(" ".join(map(str, self._off)))

    def _say(self, text: str) -> None:
        new = self._file.with_suffix(".new")
        new.write_text(text)
        new.replace(self._file)


def now(session: Session) -> datetime:
    """What this process's clock shows."""
    told = Path(os.environ[FILE]).read_text().split()
    if len(told) == 1:
        return datetime.fromisoformat(told[0])
    return database.now(session) + timedelta(seconds=float(told[os.getpid() % len(told)]))
