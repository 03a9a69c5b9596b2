"""Screens at counters that staff paired, and how fast and how late their taps come."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "screen",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("counter", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paired_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["counter"], ["counter.code"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_index("ix_screen_counter", "screen", ["counter"])
    op.create_table(
        "screen_tempo",
        sa.Column("screen", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("counter", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("screen", "day", "slot"),
    )
    op.create_index("ix_screen_tempo_unit_day", "screen_tempo", ["unit", "day"])


def downgrade() -> None:
    op.drop_index("ix_screen_tempo_unit_day", "screen_tempo")
    op.drop_table("screen_tempo")
    op.drop_index("ix_screen_counter", "screen")
    op.drop_table("screen")
