"""Whether a form was given in the morning or in the afternoon.

Of older forms it is not known.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
folds: tuple[str, ...] = ()


def upgrade() -> None:
    op.add_column("response", sa.Column("half", sa.String(), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("response") as changed:
        changed.drop_column("half")
