"""What somebody asks of a schedule, by names and labels, made into the ids that its row keeps."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from mitigap import cadence
from mitigap.errors import ScheduleRefused
from mitigap.store import catalogs, inventories, watchlists
from mitigap.store.requests import PolicyRequest
from mitigap.store.schedules import Plan
from mitigap.store.schema import CatalogueRow, Schedule
from service.access import principal
from service.addressing import order
from service.groups import entries, resolve
from service.shelf import named
from service.text import clean

LATEST = "latest"
PLAIN = ("revision", "timezone", "ends_at", "notify", "policy")
"""Fields that are kept as they are asked."""
SCOPES = ("groups", "all_groups", "watchlist")
"""One of these says which groups."""


def plan(cabinet: Session, asked: Mapping[str, Any]) -> Plan:
    """A whole plan. UserError names what cannot be met."""
    inventory = inventories.get(cabinet, principal().workspace_id, str(asked["inventory"]))
    shelf = _shelf(cabinet, asked)
    return Plan(
        name=clean(asked.get("name") or "") or inventory.name,
        inventory_id=inventory.id,
        domain=shelf.domain,
        catalogue_id=None if _is_latest(asked) else shelf.id,
        groups=_groups(cabinet, shelf, asked),
        watchlist_id=_watchlist(cabinet, asked),
        cron=_cron(asked),
        timezone=asked["timezone"],
        revision=asked.get("revision"),
        policy=asked.get("policy") or PolicyRequest(),
        ends_at=asked.get("ends_at"),
        notify=order(cabinet, asked.get("notify") or {}),
    )


def changes(cabinet: Session, row: Schedule, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the plan that are asked to be other than they are."""
    values = {name: asked[name] for name in PLAIN if name in asked}
    if "notify" in values:
        values["notify"] = order(cabinet, values["notify"])
    if asked.get("name"):
        values["name"] = clean(asked["name"]) or row.name
    if "inventory" in asked:
        values["inventory_id"] = str(asked["inventory"])
    if asked.keys() & {"cron", "preset"}:
        values["cron"] = _cron(asked)
    if asked.keys() & {"catalog", "domain", "groups", "all_groups", "watchlist"}:
        values |= _scope(cabinet, row, asked)
    return values


def reason(text: str | None) -> str:
    """Why a schedule is paused, as it is shown."""
    return clean(text or "") or f"Paused by {principal().email}."


def texts(groups: str) -> list[str]:
    """Groups as they are written in one field: by commas, semicolons or lines."""
    return [each for each in map(clean, groups.replace(";", ",").replace("\n", ",").split(",")) if each]


def _scope(cabinet: Session, row: Schedule, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Catalogue and groups belong together: groups that are kept must be there in another catalogue too."""
    kept = {
        "catalog": row.catalogue_id or LATEST,
        "domain": row.domain,
        "groups": row.groups,
        "all_groups": row.groups is None and row.watchlist_id is None,
        "watchlist": row.watchlist_id,
    }
    if any(asked.get(each) for each in SCOPES):
        kept |= {"groups": None, "all_groups": False, "watchlist": None}
    wanted = {**kept, **asked}
    shelf = _shelf(cabinet, wanted)
    return {
        "domain": shelf.domain,
        "catalogue_id": None if _is_latest(wanted) else shelf.id,
        "groups": _groups(cabinet, shelf, wanted),
        "watchlist_id": _watchlist(cabinet, wanted),
    }


def _is_latest(asked: Mapping[str, Any]) -> bool:
    return str(asked.get("catalog") or LATEST) == LATEST


def _shelf(cabinet: Session, asked: Mapping[str, Any]) -> CatalogueRow:
    """The catalogue as it would be today."""
    if not _is_latest(asked):
        return named(cabinet, str(asked["catalog"]))
    domain = asked.get("domain") or named(cabinet, "").domain
    return catalogs.latest(cabinet, principal().workspace_id, domain)


def _groups(cabinet: Session, shelf: CatalogueRow, asked: Mapping[str, Any]) -> list[str] | None:
    wanted: Sequence[str] | None = asked.get("groups")
    if sum(bool(asked.get(each)) for each in SCOPES) != 1:
        raise ScheduleRefused("Name the groups, or choose a watch-list or all of them.")
    return None if not wanted else list(resolve(entries(catalogs.groups(cabinet, shelf.id)), wanted, shelf.label))


def _watchlist(cabinet: Session, asked: Mapping[str, Any]) -> str | None:
    wanted = asked.get("watchlist")
    return watchlists.get(cabinet, principal().workspace_id, str(wanted)).id if wanted else None


def _cron(asked: Mapping[str, Any]) -> str:
    """An expression of its own goes before a preset."""
    cron, preset = asked.get("cron"), asked.get("preset")
    if not cron and not preset:
        raise ScheduleRefused("Say when: a preset or a cron expression.")
    return cron or cadence.PRESETS[str(preset)]
