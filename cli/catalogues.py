"""Which catalogue `--catalog` means: a file, what Mitigap carries with it, or what was imported."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from cli import output
from mitigap.catalog import builtin, load
from mitigap.catalog.model import Catalogue
from mitigap.errors import CatalogueUnknown

DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{8,64})", re.IGNORECASE)
FILE_ENDINGS = {".json", ".md", ".markdown"}

Command = TypeVar("Command", bound=Callable[..., Any])


def option(command: Command) -> Command:
    return click.option(
        "--catalog",
        metavar="C",
        help="enterprise-attack@18.1, a digest, or the path of a bundle or group document. "
        "The default is the ATT&CK Enterprise release that comes with Mitigap.",
    )(command)


def resolve(text: str | None) -> Catalogue:
    """A path that exists first, then ours, then the imported ones. CatalogueUnknown names what there is."""
    if text is None:
        return builtin.default()
    if Path(text).is_file():
        return told(load.read(Path(text).read_bytes(), Path(text).name))
    found = carried(text) or imported(text)
    if found is None:
        raise CatalogueUnknown(unknown(text))
    return found


def told(catalogue: Catalogue) -> Catalogue:
    """What a document says in two ways is told on stderr, line by line, each time somebody works with it."""
    for note in catalogue.notes:
        if note.startswith(f"{catalogue.source}:"):
            output.note(note)
    return catalogue


def carried(text: str) -> Catalogue | None:
    """The default by its label or digest; a group document by its file name or digest."""
    default = builtin.default()
    if text.casefold() == default.label:
        return default
    return only(text, [default, *builtin.seeds()])


def only(text: str, held: Sequence[Catalogue]) -> Catalogue | None:
    found = [each for each in held if answers(each.digest, text) or answers(each.source, text)]
    if len(found) > 1:
        raise CatalogueUnknown(f"{text} may be {' or '.join(f'{each.label} ({each.digest})' for each in found)}.")
    return found[0] if found else None


def answers(name: str, text: str) -> bool:
    """Whether `text` is that name, or enough of the beginning of that digest."""
    prefix = DIGEST.fullmatch(text)
    return name.casefold() == text.casefold() or bool(prefix and name.startswith(f"sha256:{prefix[1].lower()}"))


def imported(text: str) -> Catalogue | None:
    """Out of the store, where there is one. Only here is the database's code loaded."""
    from cli import cabinet

    return cabinet.catalogue(text, lambda name: answers(name, text))


def unknown(text: str) -> str:
    if Path(text).suffix in FILE_ENDINGS or "/" in text:
        return f"There is no file {text}."
    held = ", ".join(each.label for each in (builtin.default(), *builtin.seeds()))
    return f"There is no catalogue {text}. There are {held} and what `mitigap catalog import` has taken in."
