"""Imports on their way, what a workspace has settled about words, and what each revision was read with and changed."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("revision") as table:
        table.add_column(sa.Column("choices", sa.JSON(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("difference", sa.LargeBinary(), nullable=True))
    _drafts()
    _known()


def downgrade() -> None:
    op.drop_table("known_text")
    op.drop_table("import_draft")
    with op.batch_alter_table("revision") as table:
        table.drop_column("difference")
        table.drop_column("choices")


def _id(name: str = "id", *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(36), nullable=null)


def _time(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _text(name: str, length: int | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=False)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def _drafts() -> None:
    op.create_table(
        "import_draft",
        _id(),
        _id("workspace_id"),
        _id("user_id", null=True),
        _id("inventory_id", null=True),
        _id("upload_id"),
        _id("catalogue_id"),
        _id("job_id"),
        _text("name", 400),
        sa.Column("choices", sa.JSON(), nullable=False),
        _time("created_at"),
        _time("updated_at"),
        _time("expires_at"),
        _to("import_draft", "workspace_id", "workspace"),
        _to("import_draft", "user_id", "user_account"),
        _to("import_draft", "inventory_id", "inventory"),
        _to("import_draft", "upload_id", "upload"),
        _to("import_draft", "catalogue_id", "catalogue"),
        _to("import_draft", "job_id", "job"),
        sa.PrimaryKeyConstraint("id", name="pk_import_draft"),
    )
    op.create_index("ix_import_draft_workspace_id_expires_at", "import_draft", ["workspace_id", "expires_at"])


def _known() -> None:
    op.create_table(
        "known_text",
        _id(),
        _id("workspace_id"),
        _text("kind", 20),
        _text("domain", 40),
        _text("folded"),
        _text("text"),
        sa.Column("meaning", sa.JSON(), nullable=False),
        _id("updated_by", null=True),
        _time("updated_at"),
        _to("known_text", "workspace_id", "workspace"),
        _to("known_text", "updated_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_known_text"),
        sa.UniqueConstraint(
            "workspace_id", "kind", "domain", "folded", name="uq_known_text_workspace_id_kind_domain_folded"
        ),
    )
