"""The unit whose office a case is handed over to.

Old cases were handed over to a name alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
folds: tuple[str, ...] = ()


def upgrade() -> None:
    op.add_column("service_case", sa.Column("handed_to", sa.String(), server_default=sa.text("''"), nullable=False))
    handed = sa.text("handed_to != ''")
    op.create_index(
        "ix_service_case_handed_to",
        "service_case",
        ["handed_to", "state"],
        sqlite_where=handed,
        postgresql_where=handed,
    )


def downgrade() -> None:
    op.drop_index("ix_service_case_handed_to", "service_case")
    with op.batch_alter_table("service_case") as changed:
        changed.drop_column("handed_to")
