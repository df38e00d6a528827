"""The first tables: accounts, files, jobs, and what jobs leave."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NEWEST_FIRST = ("document", "artifact", "revision", "attempt", "job", "catalogue", "inventory", "upload")
ACCOUNTS = ("web_session", "sign_in_link", "token", "membership", "user_account", "workspace", "heartbeat")


def upgrade() -> None:
    _accounts()
    _secrets()
    _files()
    _catalogues()
    _jobs()
    _results()


def downgrade() -> None:
    for table in NEWEST_FIRST + ACCOUNTS:
        op.drop_table(table)


def _id(name: str = "id", *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(36), nullable=null)


def _time(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _text(name: str, length: int | None = None, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=null)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _json(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(), nullable=False)


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _to(table: str, column: str, other: str, *, key: str = "id", cascade: bool = False) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{other}"
    return sa.ForeignKeyConstraint([column], [f"{other}.{key}"], name=name, ondelete="CASCADE" if cascade else None)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _accounts() -> None:
    op.create_table("heartbeat", _text("component", 400), _time("at"), _key("heartbeat", "component"))
    op.create_table(
        "workspace",
        _id(),
        _text("name", 400),
        _time("created_at"),
        _key("workspace", "id"),
        _unique("workspace", "name"),
    )
    op.create_table(
        "user_account",
        _id(),
        _text("email", 400),
        _time("created_at"),
        _key("user_account", "id"),
        _unique("user_account", "email"),
    )
    op.create_table(
        "membership",
        *_whose("membership"),
        _text("role", 32),
        _time("created_at"),
        _key("membership", "user_id", "workspace_id"),
    )
    _index("membership", "workspace_id")


def _whose(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    user, workspace = _to(table, "user_id", "user_account"), _to(table, "workspace_id", "workspace")
    return (_id("user_id"), _id("workspace_id"), user, workspace)


def _secrets() -> None:
    op.create_table(
        "token",
        _id(),
        *_whose("token"),
        _text("hash", 64),
        _text("name", 400),
        _flag("read_only"),
        _time("created_at"),
        _time("last_used_at", null=True),
        _time("revoked_at", null=True),
        _key("token", "id"),
        _unique("token", "hash"),
    )
    op.create_table(
        "sign_in_link",
        _text("hash", 64),
        *_whose("sign_in_link"),
        _time("created_at"),
        _time("expires_at"),
        _time("used_at", null=True),
        _key("sign_in_link", "hash"),
    )
    op.create_table(
        "web_session",
        _text("hash", 64),
        *_whose("web_session"),
        _time("created_at"),
        _time("expires_at"),
        _key("web_session", "hash"),
    )
    _index("token", "user_id")
    _index("web_session", "user_id")


def _files() -> None:
    op.create_table(
        "upload",
        _id(),
        _id("workspace_id"),
        _text("sha256", 64),
        _number("size"),
        _text("filename", 400),
        _time("created_at"),
        _bytes("data"),
        _to("upload", "workspace_id", "workspace"),
        _key("upload", "id"),
        _unique("upload", "workspace_id", "sha256", "filename"),
    )
    op.create_table(
        "inventory",
        _id(),
        _id("workspace_id"),
        _text("name", 400),
        _number("latest"),
        _time("created_at"),
        _to("inventory", "workspace_id", "workspace"),
        _key("inventory", "id"),
    )
    _index("inventory", "workspace_id")


def _catalogues() -> None:
    op.create_table(
        "catalogue",
        _id(),
        _id("workspace_id", null=True),
        _text("digest", 80),
        _text("domain", 40),
        _text("version", 40, null=True),
        _text("source", 400),
        _flag("builtin"),
        _flag("standard"),
        _time("created_at"),
        _time("compiled_at"),
        _json("groups"),
        _bytes("document"),
        sa.Column("template", sa.LargeBinary(), nullable=True),
        _to("catalogue", "workspace_id", "workspace"),
        _key("catalogue", "id"),
        _unique("catalogue", "workspace_id", "digest"),
    )
    everyone = sa.text("workspace_id IS NULL")  # NULLs are distinct in the constraint above
    op.create_index(
        "uq_catalogue_everyone",
        "catalogue",
        ["digest"],
        unique=True,
        sqlite_where=everyone,
        postgresql_where=everyone,
    )


def _jobs() -> None:
    op.create_table(
        "job",
        _id(),
        _id("workspace_id"),
        _id("user_id", null=True),
        _text("kind", 32),
        _text("name", 400),
        _json("params"),
        _text("idempotency_key", 255, null=True),
        _number("priority"),
        _text("state", 32),
        _number("attempt"),
        _number("attempt_limit"),
        _id("lease_token", null=True),
        _time("lease_until", null=True),
        _time("next_dispatch_at"),
        _number("dispatch_count"),
        _flag("cancel_requested"),
        _number("progress"),
        _text("stage"),
        _text("error"),
        _json("summary"),
        _time("created_at"),
        _time("started_at", null=True),
        _time("finished_at", null=True),
        _to("job", "workspace_id", "workspace"),
        _to("job", "user_id", "user_account"),
        _key("job", "id"),
        _unique("job", "workspace_id", "idempotency_key"),
    )
    _index("job", "state", "next_dispatch_at")
    _index("job", "state", "lease_until")
    _index("job", "workspace_id", "created_at")
    op.create_table(
        "attempt",
        _text("token", 36),
        _id("job_id"),
        _number("number"),
        _text("worker"),
        _time("started_at"),
        _time("ended_at", null=True),
        _text("fate", 32, null=True),
        _text("error"),
        _to("attempt", "job_id", "job", cascade=True),
        _key("attempt", "token"),
        _unique("attempt", "job_id", "number"),
    )


def _results() -> None:
    op.create_table(
        "revision",
        _id(),
        _id("inventory_id"),
        _number("number"),
        _id("upload_id"),
        _id("job_id"),
        _json("summary"),
        _time("created_at"),
        _bytes("reading"),
        _to("revision", "inventory_id", "inventory"),
        _to("revision", "upload_id", "upload"),
        _to("revision", "job_id", "job"),
        _key("revision", "id"),
        _unique("revision", "inventory_id", "number"),
        _unique("revision", "job_id"),
    )
    _index("revision", "upload_id")
    op.create_table(
        "document",
        _id("job_id"),
        _id("token"),
        _time("created_at"),
        _bytes("data"),
        _to("document", "job_id", "job", cascade=True),
        _to("document", "token", "attempt", key="token", cascade=True),
        _key("document", "job_id"),
        _unique("document", "token"),
    )
    op.create_table(
        "artifact",
        _id("job_id"),
        _text("format", 20),
        _text("media_type"),
        _text("filename", 400),
        _number("size"),
        _bytes("data"),
        _to("artifact", "job_id", "job", cascade=True),
        _key("artifact", "job_id", "format"),
    )
