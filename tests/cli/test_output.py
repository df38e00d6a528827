"""Files are written whole or not at all, and keep what permissions they had."""

import io
import os
import stat
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cli import output


def test_a_new_file_gets_the_usual_permissions(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        output.write(tmp_path / "gap.json", b"{}")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "gap.json").stat().st_mode) == 0o640


def test_a_file_that_is_there_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    target = tmp_path / "gap.json"
    target.write_bytes(b"old")
    target.chmod(0o600)
    output.write(target, b"new")
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "real.json").write_bytes(b"old")
    (tmp_path / "link.json").symlink_to("real.json")
    output.write(tmp_path / "link.json", b"new")
    assert (tmp_path / "real.json").read_bytes() == b"new"
    assert (tmp_path / "link.json").is_symlink()


def test_a_pipe_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    heard: list[bytes] = []
    reader = threading.Thread(target=lambda: heard.append(pipe.read_bytes()))
    reader.start()
    output.write(pipe, b"data")
    reader.join()
    assert heard == [b"data"]
    assert pipe.is_fifo()


def test_a_failure_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gap.json").write_bytes(b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        output.write(tmp_path / "gap.json", b"new")
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"old"]


def test_columns_line_up_and_nothing_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    output.table(["id", "name"], [["G0077", "Leafminer"], ["G1", "x" * 200]])
    assert capsys.readouterr().out == f"id     name\nG0077  Leafminer\nG1     {'x' * 200}\n"


def test_a_failure_names_the_file_that_was_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError) as caught:  # noqa: PT011  what it says is the test
        output.write(tmp_path / "gap.json", b"new")
    assert caught.value.filename == str(tmp_path / "gap.json")


def test_output_is_written_whole_where_a_write_takes_only_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a file on a full disk does, beneath PYTHONUNBUFFERED: the rest must not be lost in silence."""

    class Narrow(io.RawIOBase):
        def __init__(self) -> None:
            self.taken = b""

        def write(self, data: Any) -> int:
            self.taken += bytes(data[:10])
            return min(10, len(data))

    narrow = Narrow()
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=narrow))
    output.emit(b"0123456789" * 3 + b"end")
    assert narrow.taken == b"0123456789" * 3 + b"end"
