"""Signs of life while something takes long: on stderr, and only where a person is watching."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

T = TypeVar("T")


def working(text: str) -> AbstractContextManager[object]:
    """A spinner beside `text` for as long as the block runs."""
    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(text)


def each(items: Iterable[T], text: str, total: int) -> Iterator[T]:
    """The same items, with a bar that counts them."""
    if total == 1 or not sys.stderr.isatty():
        return iter(items)
    from rich.console import Console
    from rich.progress import track

    return iter(track(items, text, total=total, console=Console(stderr=True), transient=True))
