"""The groups of a catalogue over the API."""

from typing import Any

from apiflask import abort

from mitigap.errors import GroupAmbiguous, GroupUnknown
from mitigap.store import catalogs
from service.api import shapes
from service.api.blueprint import api
from service.api.schemas import CatalogQuery, GroupsOut, GroupsQuery, GroupWithCatalogOut
from service.desk import desk
from service.groups import entries, matching, one
from service.shelf import named


@api.get("/groups")
@api.doc(summary="The groups of a catalogue", tags=["Groups"])
@api.input(GroupsQuery, location="query")
@api.output(GroupsOut)
def list_groups(query_data: dict[str, Any]) -> dict[str, Any]:
    """`q` narrows them to those whose id, name or aliases hold every word of it."""
    with desk().reading() as cabinet:
        row = named(cabinet, query_data["catalog"])
        index = entries(catalogs.groups(cabinet, row.id))
    return {"catalog": shapes.catalogue(row), "groups": matching(index, query_data["q"])}


@api.get("/groups/<group>")
@api.doc(summary="One group, by id, name or alias", tags=["Groups"])
@api.input(CatalogQuery, location="query")
@api.output(GroupWithCatalogOut)
def get_group(group: str, query_data: dict[str, Any]) -> dict[str, Any]:
    with desk().reading() as cabinet:
        row = named(cabinet, query_data["catalog"])
        index = entries(catalogs.groups(cabinet, row.id))
    try:
        found = one(index, group, row.label)
    except GroupUnknown as fault:
        abort(404, fault.message)
    except GroupAmbiguous as fault:
        abort(409, fault.message)
    return {**shapes.group(found), "catalog": shapes.catalogue(row)}
