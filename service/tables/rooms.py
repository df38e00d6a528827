"""Every table: importing this module puts each beside its page."""

from service.tables import (
    assessments,
    catalogs,
    drifts,
    inventories,
    notifications,
    people,
    schedules,
    trends,
    watchlists,
)

ROOMS = (assessments, catalogs, drifts, inventories, notifications, people, schedules, trends, watchlists)
