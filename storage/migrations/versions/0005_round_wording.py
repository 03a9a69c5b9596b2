"""The wording of its form that a survey round is held in: that of the day it was opened."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("survey_round", sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("0")))
    # Until this revision the last wording that was in use is the one that every open round was answered in.
    op.execute(
        "UPDATE survey_round SET version = COALESCE("
        "(SELECT MAX(questionnaire.version) FROM questionnaire WHERE questionnaire.code = survey_round.form), 0)"
    )


def downgrade() -> None:
    op.drop_column("survey_round", "version")
