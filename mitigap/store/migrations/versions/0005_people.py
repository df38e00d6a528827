"""Passwords, second factors, invitations, sessions that can be told apart, counted sign-ins, the audit log."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SQLITE_GUARD = """
CREATE TRIGGER audit_entry_stays BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END
"""
POSTGRESQL_GUARD = (
    """
CREATE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit log is only added to'; END $$
""",
    """
CREATE TRIGGER audit_entry_stays BEFORE UPDATE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_entry_stays()
""",
)
GUARDS = {"sqlite": (SQLITE_GUARD,), "postgresql": POSTGRESQL_GUARD}


def upgrade() -> None:
    op.add_column("user_account", sa.Column("password", sa.Text()))
    op.add_column("user_account", _time("password_at", null=True))
    op.add_column("membership", _time("entered_at", null=True))
    for table in ("web_session", "sign_in_link"):  # whoever is signed in signs in anew: nothing else is lost
        op.drop_table(table)
    _links()
    _sessions()
    _invitations()
    _second_factors()
    _counts()
    _audit()


def downgrade() -> None:
    raise NotImplementedError("Give back the copy that was taken before the upgrade.")


def _id(name: str = "id", *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(36), nullable=null)


def _time(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _text(name: str, length: int | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=False)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def _of_member(table: str) -> tuple[sa.ForeignKeyConstraint, sa.ForeignKeyConstraint]:
    return _to(table, "user_id", "user_account"), _to(table, "workspace_id", "workspace")


def _key(table: str, column: str = "id") -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(column, name=f"pk_{table}")


def _unique(table: str, column: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(column, name=f"uq_{table}_{column}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _links() -> None:
    op.create_table(
        "sign_in_link",
        _text("hash", 64),
        _id("user_id"),
        _id("workspace_id"),
        _text("purpose", 32),
        _time("created_at"),
        _time("expires_at"),
        _time("used_at", null=True),
        *_of_member("sign_in_link"),
        _key("sign_in_link", "hash"),
    )


def _sessions() -> None:
    op.create_table(
        "web_session",
        _text("hash", 64),
        _id(),
        _id("user_id"),
        _id("workspace_id"),
        _time("created_at"),
        _time("expires_at"),
        _time("seen_at"),
        _text("address", 64),
        _text("agent", 400),
        *_of_member("web_session"),
        _key("web_session", "hash"),
        _unique("web_session", "id"),
    )
    _index("web_session", "user_id")


def _invitations() -> None:
    op.create_table(
        "invitation",
        _id(),
        _id("workspace_id"),
        _text("email", 400),
        _text("role", 32),
        _text("hash", 64),
        _time("created_at"),
        _time("expires_at"),
        _time("accepted_at", null=True),
        _time("withdrawn_at", null=True),
        _to("invitation", "workspace_id", "workspace"),
        _key("invitation"),
        _unique("invitation", "hash"),
    )
    _index("invitation", "workspace_id")


def _second_factors() -> None:
    op.create_table(
        "second_factor",
        _id("user_id"),
        _text("secret"),
        _time("created_at"),
        _time("confirmed_at", null=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        _to("second_factor", "user_id", "user_account"),
        _key("second_factor", "user_id"),
    )
    op.create_table(
        "recovery_code",
        _text("hash", 64),
        _id("user_id"),
        _time("created_at"),
        _time("used_at", null=True),
        _to("recovery_code", "user_id", "user_account"),
        _key("recovery_code", "hash"),
    )
    _index("recovery_code", "user_id")


def _counts() -> None:
    op.create_table(
        "sign_in_count",
        _text("account", 64),
        sa.Column("tries", sa.Integer(), nullable=False),
        _time("since"),
        _key("sign_in_count", "account"),
    )


def _audit() -> None:
    op.create_table(
        "audit_entry",
        _id(),
        _id("workspace_id"),
        _time("created_at"),
        _id("user_id", null=True),
        _text("actor", 400),
        _text("via", 32),
        _text("address", 64),
        _text("act", 64),
        _text("subject"),
        sa.Column("detail", sa.JSON(), nullable=False),
        *_of_member("audit_entry"),
        _key("audit_entry"),
    )
    _index("audit_entry", "workspace_id", "created_at")
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)
