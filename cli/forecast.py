"""`mitigap forecast`: the days to come on which a control runs out and the score falls."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from cli import assess, catalogues, dates, inventory, output
from mitigap.assessment import forecast_document
from mitigap.assessment.forecast import Fall
from mitigap.assessment.forecast_document import Forecast
from mitigap.assessment.policy import HEADLINE, POLICIES, named
from mitigap.assessment.subject import Subject


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--group", "groups", metavar="GROUP", multiple=True, help="A group's id, name or alias; may be repeated.")
@click.option("--all-groups", is_flag=True, help="Every group of the catalogue.")
@catalogues.option
@click.option("--policy", type=click.Choice(list(POLICIES)), default=HEADLINE, show_default=True, help="The rule.")
@click.option("--software", is_flag=True, help="Count the techniques a group uses through its software, too.")
@click.option("--campaigns", is_flag=True, help="Count the techniques a group used in its campaigns, too.")
@click.option("--inherit", is_flag=True, help="Lend a sub-technique the mitigations of its parent.")
@dates.option
@click.option("--until", metavar="DATE", callback=dates.optional, help="The last day to look at (YYYY-MM-DD).")
@click.option("--json", "as_json", is_flag=True, help="Write a document for programs.")
def forecast(
    *,
    file: Path,
    groups: Sequence[str],
    all_groups: bool,
    catalog: str | None,
    policy: str,
    as_of: date,
    until: date | None,
    as_json: bool,
    **switches: bool,
) -> None:
    """Say on which days the score falls because controls in FILE run out.

    A control counts on the day it expires and no more on the next.
    """
    catalogue = catalogues.resolve(catalog)
    wanted = assess.chosen_groups(catalogue, groups, all_groups)
    found = inventory.read(file, catalogue)
    rule = named(policy, **switches)
    made = [
        forecast_document.made(
            Subject(catalogue=catalogue, group_id=each, inventory=found, policy=rule, as_of=as_of), until
        )
        for each in wanted
    ]
    if as_json:
        output.emit(forecast_document.dump(made[0] if len(made) == 1 else made))
        return
    for each in made:
        print_forecast(each)


def print_forecast(made: Forecast) -> None:
    score = "nothing to assess" if made.score is None else f"{made.score:.1%}"
    click.echo(f"{made.group.id} {made.group.name}: {score} on {made.as_of}")
    if not made.falls:
        until = f" until {made.until}" if made.until else ""
        click.echo(f"No control that runs out lowers the score{until}.\n")
        return
    output.table(["on", "score", "change", "mitigations", "controls"], map(line, made.falls))
    click.echo()


def line(fall: Fall) -> list[str]:
    lowered = (f"{each.id} {each.name} {each.before:.0%} → {each.after:.0%}" for each in fall.mitigations)
    controls = (f"{each.location} “{each.text}”{f' ({each.owner})' if each.owner else ''}" for each in fall.controls)
    change = f"{fall.delta * 100:+.1f}"
    return [fall.on.isoformat(), f"{fall.score:.1%}", change, ", ".join(lowered), ", ".join(controls)]
