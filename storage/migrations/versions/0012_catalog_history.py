"""The catalog's history, what waits for its day, and the file that waits for a yes."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
folds: tuple[str, ...] = ()

_TEXTS = ("channel", "person", "by_unit", "decision", "decided", "link", "token")
_NUMBERS = ("undoes", "abolished", "waiting")


def upgrade() -> None:
    with op.batch_alter_table("catalog_import") as batch:
        batch.add_column(sa.Column("kind", sa.String(), server_default=sa.text("'import'"), nullable=False))
        for name in _TEXTS:
            batch.add_column(sa.Column(name, sa.String(), server_default=sa.text("''"), nullable=False))
        for name in _NUMBERS:
            batch.add_column(sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_table(
        "catalog_change",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["catalog_import.id"]),
        sa.PrimaryKeyConstraint("import_id", "code"),
    )
    op.create_index("ix_catalog_change_of", "catalog_change", ["unit", "code", "import_id"])
    op.create_table(
        "catalog_waiting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["catalog_import.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_catalog_waiting_day", "catalog_waiting", ["day"])
    op.create_index("ix_catalog_waiting_import_id", "catalog_waiting", ["import_id"])
    op.create_table(
        "catalog_pending",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("by_unit", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("unit"),
    )


def downgrade() -> None:
    op.drop_table("catalog_pending")
    op.drop_table("catalog_waiting")
    op.drop_table("catalog_change")
    with op.batch_alter_table("catalog_import") as batch:
        for name in ("kind", *_TEXTS, *_NUMBERS):
            batch.drop_column(name)
