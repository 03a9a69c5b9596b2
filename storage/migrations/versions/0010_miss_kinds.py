"""What citizens did not find, by kind; all that was counted before is of the kind "missed"."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
folds: tuple[str, ...] = ()


def upgrade() -> None:
    _make("miss_by_kind", sa.Column("kind", sa.String(), server_default=sa.text("'missed'"), nullable=False))
    _take_over("miss_by_kind", "unit, day, text, count")


def downgrade() -> None:
    _make("miss_by_text")
    _take_over("miss_by_text", "unit, day, text, SUM(count) AS count", "GROUP BY unit, day, text")


def _make(name: str, *more: "sa.Column[str]") -> None:
    op.create_table(
        name,
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        *more,
        sa.PrimaryKeyConstraint("unit", "day", *(column.name for column in more), "text"),
    )


def _take_over(name: str, columns: str, grouped: str = "") -> None:
    """Let a table with the old one's rows stand in its place."""
    op.execute(f"INSERT INTO {name} (unit, day, text, count) SELECT {columns} FROM search_miss {grouped}")  # noqa: S608 -- our own names
    op.drop_table("search_miss")
    op.rename_table(name, "search_miss")
