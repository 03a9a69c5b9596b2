"""What citizens tick: counts of the days that are rolled up, reasons of cases; and indexes for what pages ask."""

import tomllib
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
folds: tuple[str, ...] = ()

INDEXES = (
    ("ix_service_case_response", "service_case", ("response",)),
    ("ix_service_case_person", "service_case", ("channel", "person")),
    ("ix_service_case_state", "service_case", ("unit", "state", "day")),
    ("ix_service_case_day", "service_case", ("unit", "day")),
    ("ix_tempo_unit_day", "tempo", ("unit", "day")),
    ("ix_device_unit_day", "device", ("unit", "day")),
    ("ix_dossier_handed", "dossier", ("unit", "handed_at")),
    ("ix_dossier_closed", "dossier", ("unit", "closed_at")),
    ("ix_slip_response", "slip", ("response",)),
    ("ix_vote_response", "vote", ("response",)),
    ("ix_token_person", "token", ("channel", "person")),
    ("ix_report_run_at", "report_run", ("at",)),
)
# Those with the day or the state do their work.
REPLACED = (("ix_service_case_unit", "service_case"), ("ix_tempo_unit", "tempo"), ("ix_device_unit", "device"))
# Each rolled day of a unit; the parted reading is that of the rows (storage/counts/choices.py).
DAYS = """
INSERT INTO choice_rollup (unit, day, until, counter, stratum, form, question, chosen, forms)
SELECT r.unit, r.day, r.day, r.counter,
       CASE WHEN r.assisted THEN 'assisted' WHEN r.round <> '' THEN 'slip' ELSE 'open' END,
       r.form, a.question, COALESCE(a.chosen, a.text), COUNT(*)
FROM rolled_day AS m
JOIN response AS r ON r.unit = m.unit AND r.day = m.day
JOIN answer AS a ON a.response = r.id
WHERE m.until = m.day AND (a.chosen <> '' {single})
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""
# A week's roll-up serves the course of the rate alone (Monday to Sunday: its days are summed by nobody).
STRETCHES = "SELECT DISTINCT day, until FROM rolled_day WHERE until > day"
SUM = """
INSERT INTO choice_rollup (unit, day, until, counter, stratum, form, question, chosen, forms)
SELECT c.unit, m.day, m.until, c.counter, c.stratum, c.form, c.question, c.chosen, SUM(c.forms)
FROM rolled_day AS m
JOIN choice_rollup AS c ON c.unit = m.unit AND c.day >= m.day AND c.day <= m.until AND c.until = c.day
WHERE m.day = :first AND m.until = :last
GROUP BY c.unit, m.day, m.until, c.counter, c.stratum, c.form, c.question, c.chosen
"""


def upgrade() -> None:
    op.create_table(
        "choice_rollup",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("counter", sa.String(), nullable=False),
        sa.Column("stratum", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("chosen", sa.String(), nullable=False),
        sa.Column("forms", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "day", "until", "counter", "stratum", "form", "question", "chosen"),
        sqlite_with_rowid=False,
    )
    # In place: remaking a table on SQLite deletes it first.
    op.add_column("service_case", sa.Column("reasons", sa.Text(), server_default=sa.text("''"), nullable=False))
    for name, table, columns in INDEXES:
        op.create_index(name, table, list(columns), unique=False)
    for name, table in REPLACED:
        op.drop_index(name, table_name=table)
    _fill(op.get_bind())


def downgrade() -> None:
    for name, table in REPLACED:
        op.create_index(name, table, ["unit"], unique=False)
    for name, table, _ in INDEXES:
        op.drop_index(name, table_name=table)
    with op.batch_alter_table("service_case") as batch:
        batch.drop_column("reasons")
    op.drop_table("choice_rollup")


def _fill(connection: sa.Connection) -> None:
    """Count what was ticked on the days that are rolled up already, and add up the quarters."""
    single, values = [], {}
    for code, version, source in connection.execute(sa.text("SELECT code, version, source FROM questionnaire")):
        for question in _singles(source):
            number = len(single)
            values |= {f"f{number}": code, f"v{number}": version, f"q{number}": question}
            condition = f"r.form = :f{number} AND r.version = :v{number} AND a.question = :q{number}"
            single.append(f" OR ({condition} AND a.text IS NOT NULL)")
    connection.execute(sa.text(DAYS.format(single="".join(single))), values)
    dates = sa.text(STRETCHES).columns(day=sa.Date(), until=sa.Date())
    bound = sa.text(SUM).bindparams(sa.bindparam("first", type_=sa.Date()), sa.bindparam("last", type_=sa.Date()))
    for first, last in connection.execute(dates).all():
        if (last - first).days > 6:
            connection.execute(bound, {"first": first, "last": last})


def _singles(source: str) -> list[str]:
    """The questions of a wording that take one option; none where it cannot be read (nobody answered it then)."""
    try:
        pages: Any = tomllib.loads(source).get("page", ())
    except tomllib.TOMLDecodeError:
        return []
    return [q["id"] for page in pages for q in page.get("question", ()) if q.get("kind") == "single"]
