"""`mitigap drift`: what moved between two uploads, releases, rules or dates, and why."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import click

from cli import assess, catalogues, dates, inventory, output, progress
from mitigap import ids
from mitigap.assessment import diff
from mitigap.assessment.drift import Drift
from mitigap.assessment.policy import HEADLINE, POLICIES, Policy, named
from mitigap.assessment.subject import Subject
from mitigap.catalog import find
from mitigap.catalog.model import Catalogue
from mitigap.errors import GroupUnknown
from mitigap.inventory.model import Inventory

ENDINGS = {".json": "json", ".html": "html", ".htm": "html", ".xlsx": "xlsx", ".md": "md"}
FORMATS = tuple(dict.fromkeys(ENDINGS.values()))

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("old", type=FILE)
@click.argument("new", type=FILE, required=False)
@click.option("--group", "groups", metavar="GROUP", multiple=True, help="A group's id, name or alias; may be repeated.")
@click.option("--all-groups", is_flag=True, help="Every group that both catalogues know.")
@catalogues.option
@click.option("--base-catalog", metavar="C", help="The catalogue before; by default the same.")
@click.option("--policy", type=click.Choice(list(POLICIES)), default=HEADLINE, show_default=True, help="The rule.")
@click.option("--base-policy", type=click.Choice(list(POLICIES)), help="The rule before; by default the same.")
@click.option("--software", is_flag=True, help="Count the techniques a group uses through its software, too.")
@click.option("--campaigns", is_flag=True, help="Count the techniques a group used in its campaigns, too.")
@click.option("--inherit", is_flag=True, help="Lend a sub-technique the mitigations of its parent.")
@dates.option
@click.option("--base-as-of", metavar="DATE", callback=dates.optional, help="The day before; by default the same.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="By default what -o ends in, else json.")
@output.option()
def drift(
    *,
    old: Path,
    new: Path | None,
    groups: Sequence[str],
    all_groups: bool,
    catalog: str | None,
    base_catalog: str | None,
    policy: str,
    base_policy: str | None,
    as_of: date,
    base_as_of: date | None,
    form: str | None,
    target: Path | None,
    **switches: bool,
) -> None:
    """Say what moved from the controls in OLD to those in NEW, and why.

    Without NEW the same controls are compared under two catalogues, policies or dates.
    """
    if not (new or base_catalog or base_policy or base_as_of):
        raise assess.refused("There is nothing to compare: give NEW, --base-catalog, --base-policy or --base-as-of.")
    form = assess.chosen_form(form, target, ENDINGS)
    now = catalogues.resolve(catalog)
    before = catalogues.resolve(base_catalog) if base_catalog else now
    wanted = [one_id(now, each) for each in assess.chosen_groups(now, groups, all_groups)]
    wanted = shared(wanted, before) if all_groups else wanted
    rules = (named(base_policy or policy, **switches), named(policy, **switches))
    uploads = read(old, new, before, now)
    base, later = sides(uploads, (before, now), rules, (base_as_of or as_of, as_of))
    found = diff.several(base, later, wanted, bridge=uploads["bridge"])
    made = tuple(progress.each(found, "Comparing", total=len(wanted)))
    assess.deliver(rendered(form, made), target)


def one_id(now: Catalogue, group: str) -> str:
    """Names change from release to release; an id that was given is kept, since it may be a former one."""
    return group.upper() if ids.GROUP.fullmatch(group.upper()) else find.group(now, group)[0].id


def shared(groups: Sequence[str], before: Catalogue) -> list[str]:
    """Those that the older catalogue knows too; how many it does not is told."""
    known = [each for each in groups if knows(before, each)]
    if len(known) < len(groups):
        output.note(f"{len(groups) - len(known)} groups are not in {before.label} and are left out.")
    return known


def knows(catalogue: Catalogue, group: str) -> bool:
    try:
        find.group(catalogue, group)
    except GroupUnknown:
        return False
    return True


def read(old: Path, new: Path | None, before: Catalogue, now: Catalogue) -> Mapping[str, Inventory]:
    """OLD in the words of both catalogues, and NEW in those of the later one; nothing is read twice."""
    base = inventory.read(old, before)
    bridge = base if before.digest == now.digest else inventory.read(old, now)
    return {"base": base, "bridge": bridge, "now": inventory.read(new, now) if new else bridge}


def sides(
    uploads: Mapping[str, Inventory],
    releases: tuple[Catalogue, Catalogue],
    rules: tuple[Policy, Policy],
    days: tuple[date, date],
) -> list[Subject]:
    return [
        Subject(catalogue=catalogue, group_id="", inventory=uploads[upload], policy=policy, as_of=day)
        for upload, catalogue, policy, day in zip(("base", "now"), releases, rules, days, strict=True)
    ]


def rendered(form: str, made: Sequence[Drift]) -> bytes:
    from reports.drift_report import render

    return render(form, made)
