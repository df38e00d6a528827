"""`mitigap assess`: a spreadsheet in, the gap report out, with no database and no server."""

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import click

from cli import catalogues, dates, inventory, output, progress, weights
from mitigap.assessment import assess as assessing
from mitigap.assessment import document
from mitigap.assessment.model import Assessment
from mitigap.assessment.policy import HEADLINE, POLICIES, Policy, named
from mitigap.assessment.portfolio import Portfolio
from mitigap.catalog import find
from mitigap.catalog.model import Catalogue
from mitigap.errors import UserError
from mitigap.inventory.model import Inventory

ENDINGS = {
    ".portfolio.json": "portfolio",
    ".gaps.layer.json": "gaps",
    ".threat.layer.json": "threat",
    ".poam.json": "poam",
    ".layer.json": "layer",
    ".json": "json",
    ".html": "html",
    ".htm": "html",
    ".xlsx": "xlsx",
    ".csv": "csv",
    ".md": "md",
}
"""Longer endings stand before those they end in."""

FORMATS = ("json", "html", "xlsx", "csv", "layer", "gaps", "threat", "poam", "md", "portfolio")

BINARY = {"xlsx"}


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--group", "groups", metavar="GROUP", multiple=True, help="A group's id, name or alias; may be repeated.")
@click.option("--all-groups", is_flag=True, help="Every group of the catalogue.")
@weights.option
@catalogues.option
@click.option("--format", "form", type=click.Choice(FORMATS), help="By default what -o ends in, else json.")
@output.option()
@click.option("--policy", type=click.Choice(list(POLICIES)), default=HEADLINE, show_default=True, help="The rule.")
@click.option("--software", is_flag=True, help="Count the techniques a group uses through its software, too.")
@click.option("--campaigns", is_flag=True, help="Count the techniques a group used in its campaigns, too.")
@click.option("--inherit", is_flag=True, help="Lend a sub-technique the mitigations of its parent.")
@dates.option
@click.option("--name", help="What to call the inventory; by default the file's name.")
def assess(
    *,
    file: Path,
    groups: Sequence[str],
    all_groups: bool,
    weighed: Sequence[str],
    catalog: str | None,
    form: str | None,
    target: Path | None,
    policy: str,
    as_of: date,
    name: str | None,
    **switches: bool,
) -> None:
    """Assess the controls in FILE against one or more groups."""
    form = chosen_form(form, target)
    catalogue = catalogues.resolve(catalog)
    wanted = chosen_groups(catalogue, groups, all_groups)
    heavy = weights.read(catalogue, weighed, wanted)
    found = inventory.read(file, catalogue, name)
    made = assessed(catalogue, wanted, found, named(policy, **switches), as_of)
    deliver(rendered(form, catalogue, made, found, weights.weighed(catalogue, made, heavy)), target)
    if found.unresolved:
        against = ["--catalog", catalog] if catalog else []
        output.note(
            f"{len(found.unresolved)} of {len(found.controls)} rows are unresolved and do not count; "
            f"`{shlex.join(['mitigap', 'inventory', 'check', str(file), *against])}` lists them."
        )


def chosen_form(form: str | None, target: Path | None, endings: Mapping[str, str] = ENDINGS) -> str:
    if form is None and target:
        form = next((each for ending, each in endings.items() if target.name.lower().endswith(ending)), None)
        if form is None:
            raise refused(f"{target.name} does not end in {', '.join(endings)}: say which --format it shall have.")
    if form in BINARY and not target and sys.stdout.isatty():
        raise refused(f"A terminal cannot show {form}: write it to a file with -o FILE.{form}.")
    return form or "json"


def chosen_groups(catalogue: Catalogue, names: Sequence[str], every: bool) -> list[str]:
    """Each group once, in the order asked for; the words asked with are kept, since the result notes a former name."""
    if every and names:
        raise refused("Give --group or --all-groups, not both.")
    if every or (len(catalogue.groups) == 1 and not names):
        return sorted(catalogue.groups)
    if not names:
        raise refused("Missing option '--group' (or '--all-groups').")
    return list(distinct(catalogue, names).values())


def distinct(catalogue: Catalogue, names: Sequence[str]) -> dict[str, str]:
    """Group id -> the first name it was asked by. All that cannot be found are told at once."""
    wanted: dict[str, str] = {}
    faults: list[str] = []
    for name in names:
        try:
            group, remark = find.group(catalogue, name)
        except UserError as fault:
            faults.append(fault.message)
            continue
        if wanted.setdefault(group.id, name) == name and remark:
            output.note(remark)
    if faults:
        raise UserError("\n".join(faults))
    return wanted


def assessed(
    catalogue: Catalogue, groups: Sequence[str], found: Inventory, policy: Policy, as_of: date
) -> tuple[Assessment, ...]:
    each = assessing.several(catalogue, groups, found, policy=policy, as_of=as_of)
    return tuple(progress.each(each, "Assessing", total=len(groups)))


def rendered(
    form: str,
    catalogue: Catalogue,
    made: Sequence[Assessment],
    found: Inventory,
    portfolio: Callable[[], Portfolio | None],
) -> bytes:
    """One document for one group, a list for several; the other formats hold all groups in one file."""
    if form == "json":
        return document.dump(made[0] if len(made) == 1 else made)
    from reports.render import render
    from reports.report import Report

    return render(form, Report.of(catalogue, made, found, portfolio=portfolio()))


def deliver(data: bytes, target: Path | None) -> None:
    if target:
        output.write(target, data)
    else:
        output.emit(data)


def refused(text: str) -> click.UsageError:
    return click.UsageError(text, ctx=click.get_current_context())
