"""A small file system of its own, in memory, which can be filled to its last byte and emptied again."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

SIZE = "96m"
BLOCK = bytes(1 << 20)


class Disk:
    """`fill` takes all the room that is left: whoever writes then is told ENOSPC by the kernel itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        with self._filler.open("wb", buffering=0) as filler:
            try:
                while filler.write(BLOCK):
                    pass
            except OSError:
                return

    def free(self) -> None:
        self._filler.unlink(missing_ok=True)


@cache
def can_be_had() -> bool:
    """Whether we may mount here: as root, and not in every container."""
    with TemporaryDirectory() as folder:
        if _mount(Path(folder)):
            _unmount(Path(folder))
            return True
    return False


@contextmanager
def disk(folder: Path) -> Iterator[Disk | None]:
    """One on that folder; None where we may not mount."""
    folder.mkdir(parents=True, exist_ok=True)
    if not can_be_had():
        yield None
        return
    assert _mount(folder)
    try:
        yield Disk(folder)
    finally:
        _unmount(folder)


def _mount(folder: Path) -> bool:
    return _done("mount", "-t", "tmpfs", "-o", f"size={SIZE}", "chaos", str(folder))


def _unmount(folder: Path) -> None:
    _done("umount", "-l", str(folder))


def _done(*words: str) -> bool:
    try:
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
