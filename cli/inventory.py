"""`mitigap inventory`: what a spreadsheet would be understood as, and a blank one to fill in."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click

from cli import catalogues, dates, output, progress
from mitigap.assessment import vocabulary
from mitigap.catalog.model import Catalogue
from mitigap.inventory.model import Inventory, Issue, Level

FINDINGS = 1
UNRESOLVED = {"unresolved", "unknown-id"}


@click.group()
def inventory() -> None:
    """Check a controls spreadsheet, or make one to fill in."""


@inventory.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@catalogues.option
@click.option("--json", "as_json", is_flag=True, help="Write a document for programs.")
@dates.option
def check(file: Path, catalog: str | None, as_json: bool, as_of: date) -> int:
    """Say what FILE would be understood as.

    The exit status is 0 where every row is resolved, 1 where some are not, 2 where the file is refused.
    """
    from mitigap.inventory import document, levels

    catalogue = catalogues.resolve(catalog)
    found = read(file, catalogue)
    reached = levels.levels(found.controls, as_of)
    if as_json:
        output.emit(document.dump(found, reached))
    else:
        print_inventory(found, reached, catalogue)
    return FINDINGS if found.unresolved or any(each.code in UNRESOLVED for each in found.issues) else 0


@inventory.command()
@catalogues.option
@output.option(required=True)
def template(catalog: str | None, target: Path) -> None:
    """Make the workbook to fill in: a row for each mitigation, with drop-downs."""
    from reports import blank

    catalogue = catalogues.resolve(catalog)
    output.write(target, blank.workbook(vocabulary.of(catalogue).mitigations, catalogue.label))


def read(file: Path, catalogue: Catalogue, name: str | None = None) -> Inventory:
    """In a child process under limits, as every upload is read."""
    from mitigap.inventory import child

    with progress.working(f"Reading {file.name}"):
        return child.read(file.read_bytes(), file.name, vocabulary.of(catalogue), name=name)


def print_inventory(found: Inventory, reached: Mapping[str, Level], catalogue: Catalogue) -> None:
    header = f"header in row {found.header_row}" if found.header_row else "no header"
    click.echo(f"{found.name}: sheet “{found.sheet}”, {header}, {len(found.controls)} controls")
    click.echo("Columns: " + ", ".join(f"{field} {place}" for field, place in found.columns.items()))
    if reached:
        click.echo(f"\nMitigations of {catalogue.label} by how far they are deployed:")
        names = catalogue.mitigations
        rows = [[key, names[key].name, share(each), where(each)] for key, each in sorted(reached.items())]
        output.table(["id", "mitigation", "level", "rows"], rows)
    if found.issues:
        click.echo(f"\nTo look at: {len(found.issues)}; rows unresolved: {len(found.unresolved)}")
        output.table(["place", "", "what", "nearest"], [remark(each) for each in found.issues])


def share(level: Level) -> str:
    if level.value is None:
        return "not applicable"
    return f"{level.value:.0%}" + (" (alternative)" if level.alternative else "")


def where(level: Level) -> str:
    return ", ".join(f"{each} (expired)" if each in level.expired else each for each in level.controls)


def remark(issue: Issue) -> list[str]:
    nearest = ", ".join(f"{each.id} {each.name} ({each.confidence:.0%})" for each in issue.suggestions)
    return [issue.location, issue.severity, issue.message, nearest]
