"""Survey rounds and slips, votes, integrity counts, cases of bad service, the register of data requests."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "data_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("carry_out_by", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("carried_out_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "device",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("counter", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    with op.batch_alter_table("device") as batch:
        batch.create_index(op.f("ix_device_unit"), ["unit"], unique=False)

    op.create_table(
        "tempo",
        sa.Column("counter", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("counter", "day", "slot"),
    )
    with op.batch_alter_table("tempo") as batch:
        batch.create_index(op.f("ix_tempo_unit"), ["unit"], unique=False)

    op.create_table(
        "vote",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("response", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    with op.batch_alter_table("vote") as batch:
        batch.create_index(op.f("ix_vote_person"), ["person"], unique=False)
        batch.create_index(op.f("ix_vote_week"), ["week"], unique=False)

    op.create_table(
        "vote_key",
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("week"),
    )
    op.create_table(
        "service_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("counter", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("response", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("service_case") as batch:
        batch.create_index(op.f("ix_service_case_unit"), ["unit"], unique=False)

    op.create_table(
        "survey_round",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("counter", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"]),
        sa.PrimaryKeyConstraint("name"),
    )
    with op.batch_alter_table("survey_round") as batch:
        batch.create_index(op.f("ix_survey_round_unit"), ["unit"], unique=False)

    op.create_table(
        "slip",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("round", sa.String(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("response", sa.String(), nullable=True),
        sa.Column("week", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["round"], ["survey_round.name"]),
        sa.PrimaryKeyConstraint("code"),
        sa.UniqueConstraint("round", "serial"),
    )
    # In place: remaking a table on SQLite deletes it first, and what cascades from it goes along.
    op.add_column("response", sa.Column("round", sa.String(), server_default=sa.text("''"), nullable=False))
    op.add_column("response", sa.Column("occasion", sa.String(), server_default=sa.text("''"), nullable=False))
    op.add_column("response", sa.Column("hasty", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("response") as batch:
        batch.drop_column("hasty")
        batch.drop_column("occasion")
        batch.drop_column("round")

    op.drop_table("slip")
    with op.batch_alter_table("survey_round") as batch:
        batch.drop_index(op.f("ix_survey_round_unit"))

    op.drop_table("survey_round")
    with op.batch_alter_table("service_case") as batch:
        batch.drop_index(op.f("ix_service_case_unit"))

    op.drop_table("service_case")
    op.drop_table("vote_key")
    with op.batch_alter_table("vote") as batch:
        batch.drop_index(op.f("ix_vote_week"))
        batch.drop_index(op.f("ix_vote_person"))

    op.drop_table("vote")
    with op.batch_alter_table("tempo") as batch:
        batch.drop_index(op.f("ix_tempo_unit"))

    op.drop_table("tempo")
    with op.batch_alter_table("device") as batch:
        batch.drop_index(op.f("ix_device_unit"))

    op.drop_table("device")
    op.drop_table("data_request")
