"""Forms kept apart from the figures with what was decided about them, and the pace of alerts. Adds only."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain ALTER TABLE: a rebuilt table would take the rows that point to it along.
    op.add_column("response", sa.Column("apart", sa.String(), server_default=sa.text("''"), nullable=False))
    op.create_index(
        "ix_response_apart",
        "response",
        ["unit", "day"],
        sqlite_where=sa.text("apart != ''"),
        postgresql_where=sa.text("apart != ''"),
    )
    for name in ("slips", "apart", "hasty"):
        op.add_column("tempo", sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_table(
        "recent_form",
        sa.Column("response", sa.String(), nullable=False),
        sa.Column("counter", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("response"),
    )
    op.create_index("ix_recent_form_counter", "recent_form", ["counter", "day", "slot"])
    op.create_index("ix_recent_form_at", "recent_form", ["at"])
    op.create_table(
        "apart_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("counter", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("forms", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_apart_decision_unit", "apart_decision", ["unit"])
    op.create_table(
        "alert_pace",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("contacts", sa.Integer(), nullable=False),
        sa.Column("cases", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "person"),
    )


def downgrade() -> None:
    for name in ("alert_pace", "apart_decision", "recent_form"):
        op.drop_table(name)
    op.drop_index("ix_response_apart", "response")
    for name in ("hasty", "apart", "slips"):
        op.drop_column("tempo", name)
    op.drop_column("response", "apart")
