"""How a command hands over what it made: tables for people, documents for programs, files whole or not at all."""

import json
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def option(*, required: bool = False) -> Callable[[Command], Command]:
    """`-o PATH`; a folder that is not there is noticed before the work begins."""
    path = click.Path(dir_okay=False, path_type=Path)
    return click.option(
        "-o", "--output", "target", type=path, required=required, callback=placed, help="The file to write."
    )


def placed(_ctx: click.Context, _parameter: click.Parameter, value: Path | None) -> Path | None:
    if value and not value.absolute().parent.is_dir():
        raise click.BadParameter(f"There is no folder {value.parent}.")
    return value


def note(text: str) -> None:
    """A remark beside the result: on stderr, so that a pipe carries the result alone."""
    click.echo(text, err=True)


def document(content: object) -> None:
    """A JSON document on stdout: keys sorted, UTF-8."""
    emit(json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n")


def emit(data: bytes) -> None:
    """All of it or an OSError: with PYTHONUNBUFFERED what is beneath takes only as much as fits, and says so."""
    rest = memoryview(data)
    while rest:
        rest = rest[sys.stdout.buffer.write(rest) :]
    sys.stdout.buffer.flush()


def write(path: Path, data: bytes) -> None:
    """Write beside the target, then rename: a reader sees the old file or the new one, never half of one."""
    path = path.resolve()
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)  # a pipe or a device stays what it is
        else:
            replace(path, data)
    except OSError as fault:
        raise OSError(fault.errno, fault.strerror, str(path)) from fault  # not the name of the scratch file


def replace(path: Path, data: bytes) -> None:
    descriptor, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(scratch).chmod(mode(path))
        Path(scratch).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(scratch).unlink()
        raise


def mode(path: Path) -> int:
    """The permissions the file has, or those a new one gets; there is no way to read the mask but to set it."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Folded to the width of a terminal; in a pipe one line a row, nothing cut."""
    if sys.stdout.isatty():
        folded(headings, rows)
    else:
        aligned(headings, rows)


def folded(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(*headings, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        drawn.add_row(*map(Text, row))
    Console().print(drawn)


def aligned(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    lines = [headings, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        click.echo("  ".join(map(str.ljust, line, widths)).rstrip())
