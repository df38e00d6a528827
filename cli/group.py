"""`mitigap group`: who is in a catalogue, what they use, and what stops it."""

from collections.abc import Mapping
from typing import Any

import click

from cli import catalogues, output
from mitigap.catalog import find as finder
from mitigap.catalog import scope
from mitigap.catalog.model import Catalogue, Group
from mitigap.ids import parent_of


@click.group()
def group() -> None:
    """List and show the groups of a catalogue."""


@group.command("list")
@catalogues.option
@click.option("--json", "as_json", is_flag=True, help="Write a document for programs.")
def list_(catalog: str | None, as_json: bool) -> None:
    """List the groups: how many techniques each uses, and how many of these can be mitigated at all."""
    catalogue = catalogues.resolve(catalog)
    rows = [line(catalogue, each) for each in sorted(catalogue.groups.values(), key=lambda each: each.id)]
    if as_json:
        output.document({"schema": "mitigap/groups/1", "catalog": named(catalogue), "groups": rows})
        return
    output.table(
        ["id", "name", "techniques", "mitigable", "aliases"],
        [[r["id"], r["name"], str(r["techniques"]), str(r["mitigable"]), ", ".join(r["aliases"])] for r in rows],
    )


@group.command()
@click.argument("name", metavar="GROUP", required=False)
@catalogues.option
@click.option("--json", "as_json", is_flag=True, help="Write a document for programs.")
@click.option("--format", "form", type=click.Choice(["md"]), help="Write the group as a document of its own.")
def show(name: str | None, catalog: str | None, as_json: bool, form: str | None) -> None:
    """Show one group, by id, name or alias: its techniques, and the mitigations of each."""
    catalogue = catalogues.resolve(catalog)
    found = find(catalogue, name)
    if form:
        from mitigap.catalog import seeds

        output.emit(seeds.write(catalogue, found.id).encode())
    elif as_json:
        output.document({"schema": "mitigap/group/1", "catalog": named(catalogue), **described(catalogue, found)})
    else:
        print_group(catalogue, described(catalogue, found))


def find(catalogue: Catalogue, name: str | None) -> Group:
    """The group of that name; where none is given, the only one there is."""
    if name is None and len(catalogue.groups) == 1:
        return next(iter(catalogue.groups.values()))
    if name is None:
        raise click.UsageError("Missing argument 'GROUP'.", ctx=click.get_current_context())
    found, remark = finder.group(catalogue, name)
    if remark:
        output.note(remark)
    return found


def named(catalogue: Catalogue) -> dict[str, str | None]:
    return {"domain": catalogue.domain, "version": catalogue.version, "digest": catalogue.digest}


def line(catalogue: Catalogue, group: Group) -> dict[str, Any]:
    used = scope.techniques(catalogue, group.id)
    return {
        "id": group.id,
        "name": group.name,
        "aliases": list(group.aliases),
        "techniques": len(used),
        "mitigable": sum(bool(scope.safeguards(catalogue, each)) for each in used),
    }


def described(catalogue: Catalogue, group: Group) -> dict[str, Any]:
    techniques = [technique(catalogue, each) for each in sorted(scope.techniques(catalogue, group.id))]
    return {
        "group": {"id": group.id, "name": group.name, "aliases": list(group.aliases), "description": group.description},
        "counts": {
            "techniques": len(techniques),
            "mitigable": sum(bool(each["mitigations"]) for each in techniques),
            "edges": sum(len(each["mitigations"]) for each in techniques),
        },
        "techniques": techniques,
    }


def technique(catalogue: Catalogue, technique_id: str) -> dict[str, Any]:
    held = catalogue.techniques[technique_id]
    return {
        "id": held.id,
        "name": held.name,
        "parent": parent_of(held.id),
        "tactics": list(held.tactics),
        "do_not_mitigate": scope.do_not_mitigate(catalogue, held.id),
        "mitigations": [
            {"id": each, "name": catalogue.mitigations[each].name}
            for each in sorted(scope.safeguards(catalogue, held.id))
        ],
    }


def print_group(catalogue: Catalogue, group: Mapping[str, Any]) -> None:
    counts = group["counts"]
    aliases = ", ".join(group["group"]["aliases"])
    click.echo(
        f"{group['group']['id']} {group['group']['name']}{f' ({aliases})' if aliases else ''}, {catalogue.label}"
    )
    click.echo(
        f"{counts['techniques']} techniques, {counts['mitigable']} of them mitigable, by {counts['edges']} edges\n"
    )
    output.table(["id", "technique", "mitigations"], [row(each) for each in group["techniques"]])


def row(technique: Mapping[str, Any]) -> list[str]:
    stops = ", ".join(f"{each['id']} {each['name']}" for each in technique["mitigations"])
    nothing = "do not mitigate" if technique["do_not_mitigate"] else "none"
    return [technique["id"], technique["name"], stops or nothing]
