"""Questions that citizens leave for a person."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
folds: tuple[str, ...] = ()


def upgrade() -> None:
    op.create_table(
        "left_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("head_told", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_left_question_unit", "left_question", ["unit"])
    op.create_index("ix_left_question_person", "left_question", ["channel", "person"])
    waits = sa.text("answered_at IS NULL")
    op.create_index("ix_left_question_due", "left_question", ["due"], sqlite_where=waits, postgresql_where=waits)


def downgrade() -> None:
    op.drop_table("left_question")
