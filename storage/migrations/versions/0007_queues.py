"""Who holds a waiting reply, and the queue of each chat; what the store knows of the clock; when staff looked."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("holder", sa.String(), server_default=sa.text("''"), nullable=False))
    op.create_index(
        "ix_outbox_queue", "outbox", ["channel", "person", "id"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.add_column("staff", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    # Who was staff before this was noted counts as having looked now.
    op.execute("UPDATE staff SET seen_at = CURRENT_TIMESTAMP")
    op.create_table(
        "pulse",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("pulse")
    op.drop_column("staff", "seen_at")
    op.drop_index("ix_outbox_queue", "outbox")
    op.drop_column("outbox", "holder")
