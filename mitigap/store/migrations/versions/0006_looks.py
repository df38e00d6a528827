"""How each workspace wants its reports."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "look",
        sa.Column("workspace_id", sa.String(36), nullable=False),
        sa.Column("title", sa.String(400), nullable=False),
        sa.Column("accent", sa.String(7), nullable=False),
        sa.Column("marking", sa.String(32), nullable=True),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name="fk_look_workspace_id_workspace"),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_look"),
    )


def downgrade() -> None:
    op.drop_table("look")
