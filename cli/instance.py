"""A data folder and the one launcher that may use it: private, and locked for as long as anything of ours runs."""

import os
import sys
import time
from pathlib import Path

from mitigap.errors import Conflict, SettingsRefused

COURTESY = 1.0
"""Seconds a live holder of the lock is given to let go of it."""

PATIENCE = 8.0
"""Seconds the processes of a launcher that was killed are given to be gone; see the guard."""

OURS = {"run", "mitigap.db"}
"""What is only found in a folder that was Mitigap's before."""


def prepare(folder: Path) -> Path:
    """Make the folder and what is in it ours alone. A folder that serves others is refused, not closed to them."""
    try:
        held = {each.name for each in folder.iterdir()} if folder.exists() else set()
        if held and not held & OURS:
            raise SettingsRefused(f"{folder} holds other things; give Mitigap a --data-dir of its own.")
        for place in (folder, folder / "logs", folder / "run"):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.chmod(0o700)
    except OSError as error:
        raise SettingsRefused(f"The data folder {folder} cannot be used: {error.strerror}.") from error
    return folder


def lock(folder: Path) -> int:
    """Take the folder for this process and its guard; the lock goes with the last of the two, however they end."""
    descriptor = os.open(folder / "run" / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    began = time.monotonic()
    while not taken(descriptor):
        holder = os.pread(descriptor, 20, 0).decode().strip()
        if time.monotonic() - began > (COURTESY if lives(holder) else PATIENCE):
            os.close(descriptor)
            raise Conflict(
                f"Mitigap is already running on {folder} (process {holder}); stop it or choose another --data-dir."
            )
        time.sleep(0.05)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


if sys.platform == "win32":

    def taken(descriptor: int) -> bool:
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def lives(_holder: str) -> bool:
        return False  # signal 0 is Ctrl-C there; the lock itself tells enough

else:

    def taken(descriptor: int) -> bool:
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def lives(holder: str) -> bool:
        try:
            os.kill(int(holder), 0)
        except PermissionError:
            return True
        except (ValueError, ProcessLookupError):
            return False
        return True
