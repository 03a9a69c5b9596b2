"""What the operator must know of the accounts of messengers: troubles, costs, the last sign of life.

Replies set aside are found without a look at the others.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
folds: tuple[str, ...] = ()

ASIDE = sa.text("state = 'aside'")


def upgrade() -> None:
    op.create_table(
        "channel_note",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "account", "kind"),
    )
    op.create_index("ix_outbox_aside", "outbox", ["channel", "person"], sqlite_where=ASIDE, postgresql_where=ASIDE)


def downgrade() -> None:
    op.drop_index("ix_outbox_aside", "outbox")
    op.drop_table("channel_note")
