"""What was done about cases, by whom and when, and a register of petitions.

Old cases keep their state; those handled before have no note.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
folds: tuple[str, ...] = ()


def upgrade() -> None:
    for name, kind in (("note", sa.Text()), ("office", sa.String()), ("asked", sa.String())):
        op.add_column("service_case", sa.Column(name, kind, server_default=sa.text("''"), nullable=False))
    op.add_column("service_case", sa.Column("published", sa.Boolean(), server_default=sa.false(), nullable=False))
    for name in ("due", "reminded"):
        op.add_column("service_case", sa.Column(name, sa.Date(), nullable=True))
    asked = sa.text("asked != ''")
    op.create_index("ix_service_case_asked", "service_case", ["asked"], sqlite_where=asked, postgresql_where=asked)
    op.create_table(
        "case_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["service_case.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_case_step_case", "case_step", ["case"])
    op.create_index("ix_case_step_person", "case_step", ["channel", "person"])
    op.create_table(
        "petition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("raised", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_petition_day", "petition", ["unit", "received_on"])
    op.create_index("ix_petition_state", "petition", ["unit", "state", "due"])


def downgrade() -> None:
    op.drop_table("petition")
    op.drop_table("case_step")
    op.drop_index("ix_service_case_asked", "service_case")
    with op.batch_alter_table("service_case") as changed:
        for name in ("note", "office", "asked", "published", "due", "reminded"):
            changed.drop_column(name)
