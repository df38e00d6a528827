"""Watch-lists, and schedules that go by one."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watchlist",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("workspace_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(400), nullable=False),
        sa.Column("domain", sa.String(40), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name="fk_watchlist_workspace_id_workspace"),
        sa.PrimaryKeyConstraint("id", name="pk_watchlist"),
        sa.UniqueConstraint("workspace_id", "name", name="uq_watchlist_workspace_id_name"),
    )
    op.create_index("ix_watchlist_workspace_id", "watchlist", ["workspace_id"])
    with op.batch_alter_table("schedule") as table:
        table.add_column(sa.Column("watchlist_id", sa.String(36), nullable=True))
        table.create_foreign_key("fk_schedule_watchlist_id_watchlist", "watchlist", ["watchlist_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("schedule") as table:
        table.drop_constraint("fk_schedule_watchlist_id_watchlist", type_="foreignkey")
        table.drop_column("watchlist_id")
    op.drop_index("ix_watchlist_workspace_id", "watchlist")
    op.drop_table("watchlist")
