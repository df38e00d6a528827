"""Channels, the outbox, and the log of deliveries."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _channels()
    _outbox()
    _deliveries()


def downgrade() -> None:
    for table in ("delivery", "outbox", "channel"):
        op.drop_table(table)


def _id(name: str = "id", *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(36), nullable=null)


def _time(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _text(name: str, length: int | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=False)


def _number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=null)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _to(table: str, column: str, other: str, *, cascade: bool = False) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{other}"
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE" if cascade else None)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _channels() -> None:
    op.create_table(
        "channel",
        _id(),
        _id("workspace_id"),
        _text("kind", 32),
        _text("name", 400),
        _text("target"),
        _text("secret"),
        _flag("enabled"),
        _time("created_at"),
        _time("updated_at"),
        _to("channel", "workspace_id", "workspace"),
        sa.PrimaryKeyConstraint("id", name="pk_channel"),
    )
    _index("channel", "workspace_id")


def _outbox() -> None:
    op.create_table(
        "outbox",
        _id(),
        _id("job_id", null=True),
        _id("channel_id"),
        _text("event", 40),
        sa.Column("facts", sa.JSON(), nullable=False),
        _text("state", 32),
        _number("attempt"),
        _number("attempt_limit"),
        _id("lease_token", null=True),
        _time("lease_until", null=True),
        _time("due_at"),
        _time("hint_at"),
        _time("created_at"),
        _time("finished_at", null=True),
        _text("note"),
        _to("outbox", "job_id", "job", cascade=True),
        _to("outbox", "channel_id", "channel", cascade=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("job_id", "channel_id", "event", name="uq_outbox_job_id_channel_id_event"),
    )
    _index("outbox", "state", "hint_at")
    _index("outbox", "channel_id", "created_at")


def _deliveries() -> None:
    op.create_table(
        "delivery",
        _id("token"),
        _id("outbox_id"),
        _number("number"),
        _time("started_at"),
        _time("ended_at", null=True),
        _flag("sent"),
        _number("status", null=True),
        _text("error"),
        _to("delivery", "outbox_id", "outbox", cascade=True),
        sa.PrimaryKeyConstraint("token", name="pk_delivery"),
        sa.UniqueConstraint("outbox_id", "number", name="uq_delivery_outbox_id_number"),
    )
