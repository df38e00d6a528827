"""Schedules, the jobs that are their runs, and what moved between two assessments."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _schedules()
    _runs()
    _drifts()


def downgrade() -> None:
    op.drop_table("drift")
    op.drop_index("ix_job_schedule_id_created_at", "job")
    op.drop_index("uq_job_schedule_id_scheduled_for", "job")
    op.drop_column("job", "scheduled_for")
    op.drop_column("job", "schedule_id")
    op.drop_table("schedule")


def _id(name: str = "id", *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(36), nullable=null)


def _time(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _text(name: str, length: int | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=False)


def _number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=null)


def _json(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(), nullable=null)


def _to(table: str, column: str, other: str, *, cascade: bool = False) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{other}"
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE" if cascade else None)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _schedules() -> None:
    op.create_table(
        "schedule",
        _id(),
        _id("workspace_id"),
        _id("created_by", null=True),
        _text("name", 400),
        _id("inventory_id"),
        _number("revision", null=True),
        _text("domain", 40),
        _id("catalogue_id", null=True),
        _json("groups", null=True),
        _json("policy"),
        _text("cron"),
        _text("timezone", 80),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        _text("paused_reason"),
        _time("ends_at", null=True),
        _time("next_run_at", null=True),
        _text("next_reading"),
        _text("tzdata", 20),
        _time("last_run_at", null=True),
        _id("run_id", null=True),
        _number("failures"),
        _number("missed_count"),
        _number("skipped_count"),
        _time("last_skipped_at", null=True),
        _json("notify"),
        _time("created_at"),
        _time("updated_at"),
        _to("schedule", "workspace_id", "workspace"),
        _to("schedule", "created_by", "user_account"),
        _to("schedule", "inventory_id", "inventory"),
        _to("schedule", "catalogue_id", "catalogue"),
        sa.PrimaryKeyConstraint("id", name="pk_schedule"),
    )
    for columns in (("next_run_at",), ("run_id",), ("workspace_id", "created_at"), ("inventory_id",)):
        _index("schedule", *columns)


def _runs() -> None:
    """Columns are added, never the table copied: on SQLite dropping the old copy would empty what hangs on it."""
    key = sa.ForeignKey("schedule.id", name="fk_job_schedule_id_schedule")
    op.add_column("job", sa.Column("schedule_id", sa.String(36), key, nullable=True), inline_references=True)
    op.add_column("job", _time("scheduled_for", null=True))
    op.create_index("uq_job_schedule_id_scheduled_for", "job", ["schedule_id", "scheduled_for"], unique=True)
    _index("job", "schedule_id", "created_at")


def _drifts() -> None:
    op.create_table(
        "drift",
        _id("job_id"),
        _id("base_id"),
        _id("made_by"),
        sa.Column("changed", sa.Boolean(), nullable=False),
        _time("created_at"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        _to("drift", "job_id", "job", cascade=True),
        _to("drift", "base_id", "job", cascade=True),
        _to("drift", "made_by", "job", cascade=True),
        sa.PrimaryKeyConstraint("job_id", "base_id", name="pk_drift"),
    )
    _index("drift", "base_id")
    _index("drift", "made_by")
