"""The tables of what is repeated: schedules, and what moved from one of their runs to the next."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mitigap.store.base import Base, Identifier, Name, id_of, own_id, stored_bytes


class Schedule(Base):
    """An assessment that is repeated.

    `revision` is a pinned number, None the latest; `catalogue_id` a pinned row, None the latest release of `domain`;
    `groups` ATT&CK ids, None every group, or those that `watchlist_id` has at the time of a run. `next_run_at` is None
    as long as nothing is to run; `next_reading` is what the clocks of `timezone` will show then, by the zone rules of
    release `tzdata`. `run_id` is a run whose end is not counted yet. `failures` are those in a row. `missed_count`
    counts moments nobody kept, `skipped_count` those at which the run before was still under way. `notify` is opaque
    here.
    """

    __tablename__ = "schedule"
    __table_args__ = (Index(None, "next_run_at"), Index(None, "run_id"), Index(None, "workspace_id", "created_at"))
    id: Mapped[str] = own_id()
    workspace_id: Mapped[str] = id_of("workspace")
    created_by: Mapped[str | None] = id_of("user_account")
    name: Mapped[str] = mapped_column(Name)
    inventory_id: Mapped[str] = id_of("inventory", index=True)
    revision: Mapped[int | None]
    domain: Mapped[str] = mapped_column(String(40))
    catalogue_id: Mapped[str | None] = id_of("catalogue")
    groups: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    watchlist_id: Mapped[str | None] = id_of("watchlist")
    policy: Mapped[dict[str, Any]]
    cron: Mapped[str]
    timezone: Mapped[str] = mapped_column(String(80))
    enabled: Mapped[bool] = mapped_column(default=True)
    paused_reason: Mapped[str] = mapped_column(default="")
    ends_at: Mapped[datetime | None]
    next_run_at: Mapped[datetime | None]
    next_reading: Mapped[str] = mapped_column(default="")
    tzdata: Mapped[str] = mapped_column(String(20))
    last_run_at: Mapped[datetime | None]
    run_id: Mapped[str | None] = mapped_column(Identifier)  # no key: what it names may be gone, and that is an end too
    failures: Mapped[int] = mapped_column(default=0)
    missed_count: Mapped[int] = mapped_column(default=0)
    skipped_count: Mapped[int] = mapped_column(default=0)
    last_skipped_at: Mapped[datetime | None]
    notify: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Drift(Base):
    """What moved from the assessment `base_id` to the assessment `job_id`, as a document; `changed` if anything did.

    `made_by` is the job that compared them, whose artifacts are the document printed: a scheduled run, or another.
    """

    __tablename__ = "drift"
    job_id: Mapped[str] = mapped_column(Identifier, ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)
    base_id: Mapped[str] = mapped_column(
        Identifier, ForeignKey("job.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    made_by: Mapped[str] = mapped_column(Identifier, ForeignKey("job.id", ondelete="CASCADE"), index=True)
    changed: Mapped[bool]
    created_at: Mapped[datetime]
    body: Mapped[bytes] = stored_bytes()
