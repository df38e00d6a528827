"""`mitigap catalog`: take in ATT&CK releases and group documents, and list what there is."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from cli import output, progress
from mitigap.catalog import builtin, load
from mitigap.catalog.model import Catalogue, Domain
from mitigap.errors import UserError, VersionUnknown

READABLE = ("*.json", "*.md")
ABOUT = "readme.md"


@click.group()
def catalog() -> None:
    """Import ATT&CK releases and group documents, and list them."""


@catalog.command("import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--version", metavar="V", help="The ATT&CK release, where the file does not say which it is.")
@click.option(
    "--domain",
    metavar=f"[{'|'.join(Domain)}]",
    callback=lambda _ctx, _parameter, value: domain_of(value),
    help="The domain, where the file does not say.",
)
def import_(paths: Sequence[Path], version: str | None, domain: Domain | None) -> None:
    """Import STIX 2.0 or 2.1 bundles and group documents, or folders of them.

    They are kept for everyone who uses the database: MITIGAP_DATABASE_URL, or the one in the data folder.
    """
    faults: list[str] = []
    for path in files(paths):
        try:
            with progress.working(f"Importing {path.name}"):
                told = take_in(load.read(path.read_bytes(), path.name, version=version, domain=domain))
            click.echo("\n".join(told))
        except VersionUnknown as fault:
            faults.append(f"{fault.message} Here that is --version.")
        except UserError as fault:
            faults.append(fault.message)
    if faults:
        raise UserError("\n".join(faults))


@catalog.command("list")
@click.option("--json", "as_json", is_flag=True, help="Write a document for programs.")
def list_(as_json: bool) -> None:
    """List the catalogues that --catalog may name."""
    rows = [*carried(), *imported()]
    if as_json:
        output.document({"schema": "mitigap/catalogs/1", "catalogs": rows})
        return
    output.table(
        ["catalogue", "groups", "from", "digest"],
        [[each["label"], str(each["groups"]), each["origin"], each["digest"]] for each in rows],
    )


def domain_of(text: str | None) -> Domain | None:
    """`ics-attack`, `ICS` and `ics` are one."""
    if text is None:
        return None
    try:
        return Domain(f"{text.casefold().removesuffix('-attack')}-attack")
    except ValueError:
        raise click.BadParameter(f"{text!r} is not one of {', '.join(Domain)}.") from None


def files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            held = sorted(each for pattern in READABLE for each in path.glob(pattern) if each.name.lower() != ABOUT)
            if not held:
                raise UserError(f"{path} holds no bundle (*.json) and no group document (*.md).")
            yield from held
        else:
            yield path


def take_in(catalogue: Catalogue) -> list[str]:
    """Keep it for everyone; what there is to tell of it, a line each."""
    from cli import cabinet
    from mitigap.store import database
    from workers import load_catalog

    before = {row.label for row, _ in cabinet.imported() if row.digest == catalogue.digest} - {catalogue.label}
    keep = load_catalog.keeper(catalogue)
    with cabinet.ready() as engine, database.sessions(engine).begin() as session:
        keep(session)
    sizes = f"{len(catalogue.groups)} groups, {len(catalogue.techniques)} techniques"
    line = f"{catalogue.label} from {catalogue.source}: {sizes}, {len(catalogue.mitigations)} mitigations"
    renamed = [f"The same file was {' and '.join(sorted(before))} until now."] if before else []
    return [line, *(f"  {told}" for told in (catalogue.digest, *renamed, *catalogue.notes))]


def carried() -> Iterator[dict[str, Any]]:
    """The default and the group documents, which need no database."""
    default = builtin.default()
    for each in (default, *builtin.seeds()):
        yield {
            "label": each.label,
            "domain": each.domain,
            "version": each.version,
            "digest": each.digest,
            "source": each.source,
            "groups": len(each.groups),
            "origin": "builtin" if each is default else "seeds",
        }


def imported() -> Iterator[dict[str, Any]]:
    from cli import cabinet

    for row, groups in cabinet.imported():
        yield {
            "label": row.label,
            "domain": row.domain,
            "version": row.version,
            "digest": row.digest,
            "source": row.source,
            "groups": groups,
            "origin": "imported",
        }
