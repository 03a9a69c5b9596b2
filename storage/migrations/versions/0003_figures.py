"""Counts by day, compiled reports, dossiers and apologies, former names of units, muted summaries."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "apology",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("dossier", sa.String(), nullable=False),
        sa.Column("drafted_on", sa.Date(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("unit", "dossier"),
    )
    op.create_table(
        "rolled_day",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "day", "until"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rollup",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("counter", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("stratum", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("forms", sa.Integer(), nullable=False),
        sa.Column("n1", sa.Integer(), nullable=False),
        sa.Column("n2", sa.Integer(), nullable=False),
        sa.Column("n3", sa.Integer(), nullable=False),
        sa.Column("n4", sa.Integer(), nullable=False),
        sa.Column("n5", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "day", "until", "counter", "source", "stratum", "field", "form", "question"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "dossier_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("dossier_import") as batch:
        batch.create_index(batch.f("ix_dossier_import_unit"), ["unit"], unique=False)

    op.create_table(
        "former_name",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"]),
        sa.PrimaryKeyConstraint("unit", "until"),
    )
    op.create_table(
        "statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("variant", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("unit", "period", "variant", "number"),
    )
    op.create_table(
        "dossier",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("procedure", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["dossier_import.id"]),
        sa.PrimaryKeyConstraint("unit", "code"),
    )
    with op.batch_alter_table("dossier") as batch:
        batch.create_index("ix_dossier_received", ["unit", "received_on"], unique=False)
        batch.create_index("ix_dossier_resolved", ["unit", "resolved_on", "received_on"], unique=False)
        batch.create_index("ix_dossier_code", ["code"], unique=False)

    op.create_table(
        "dossier_total",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("online", sa.Integer(), nullable=False),
        sa.Column("direct", sa.Integer(), nullable=False),
        sa.Column("post", sa.Integer(), nullable=False),
        sa.Column("carried_over", sa.Integer(), nullable=False),
        sa.Column("early", sa.Integer(), nullable=False),
        sa.Column("on_time", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("pending_in_time", sa.Integer(), nullable=False),
        sa.Column("pending_late", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["dossier_import.id"]),
        sa.PrimaryKeyConstraint("unit", "period", "field"),
    )
    # In place: remaking a table on SQLite deletes it first, and what cascades from it goes along.
    op.add_column("response", sa.Column("field", sa.String(), server_default=sa.text("''"), nullable=False))

    op.add_column("token", sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("token", sa.Column("channel", sa.String(), server_default=sa.text("''"), nullable=False))
    op.add_column("token", sa.Column("person", sa.String(), server_default=sa.text("''"), nullable=False))

    op.add_column("staff", sa.Column("muted", sa.String(), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("token") as batch:
        batch.drop_column("person")
        batch.drop_column("channel")
        batch.drop_column("ends_at")

    with op.batch_alter_table("staff") as batch:
        batch.drop_column("muted")

    with op.batch_alter_table("response") as batch:
        batch.drop_column("field")

    op.drop_table("dossier_total")
    with op.batch_alter_table("dossier") as batch:
        batch.drop_index("ix_dossier_code")
        batch.drop_index("ix_dossier_resolved")
        batch.drop_index("ix_dossier_received")

    op.drop_table("dossier")
    op.drop_table("statement")
    op.drop_table("former_name")
    with op.batch_alter_table("dossier_import") as batch:
        batch.drop_index(batch.f("ix_dossier_import_unit"))

    op.drop_table("dossier_import")
    op.drop_table("rollup")
    op.drop_table("rolled_day")
    op.drop_table("apology")
