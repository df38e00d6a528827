"""Every route of the API: importing this module puts them on the blueprint."""

from service.api import (
    ahead,
    assessments,
    catalogs,
    channels,
    drifts,
    groups,
    inventories,
    jobs,
    reports,
    schedules,
    tokens,
    watchlists,
    words,
)
from service.api.blueprint import api

ROOMS = (
    ahead,
    assessments,
    catalogs,
    channels,
    drifts,
    groups,
    inventories,
    jobs,
    reports,
    schedules,
    tokens,
    watchlists,
    words,
)

__all__ = ["ROOMS", "api"]
