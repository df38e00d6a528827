"""Which end of a job a notification tells of, and whether a failure was the request's own."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

EARLIER = "uq_outbox_job_id_channel_id_event"
LATER = "uq_outbox_job_id_channel_id_event_ending"
KEY = ["job_id", "channel_id", "event"]


def upgrade() -> None:
    op.add_column("job", sa.Column("refused", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("outbox", sa.Column("ending", sa.Integer(), nullable=False, server_default="0"))
    _exchange(EARLIER, LATER, [*KEY, "ending"])


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE ending > 0")
    _exchange(LATER, EARLIER, KEY)
    op.drop_column("outbox", "ending")
    op.drop_column("job", "refused")


def _exchange(old: str, new: str, columns: list[str]) -> None:
    """SQLite makes the table anew for it, and would take away with the old one the tries that belong to its rows."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if on_sqlite:
        op.execute("CREATE TEMP TABLE kept AS SELECT * FROM delivery")
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_constraint(old, type_="unique")
        outbox.create_unique_constraint(new, columns)
    if on_sqlite:
        op.execute("INSERT INTO delivery SELECT * FROM kept")
        op.execute("DROP TABLE kept")
