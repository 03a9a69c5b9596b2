"""The tables of the figures: counts by day, compiled reports, dossiers and what was done about late ones."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.base import Instant


class RollupRow(SQLModel, table=True):
    """The counts of a stretch of days that are over, from `day` to `until`, for every way reports split them.

    The stretch is a day, a week, or a quarter (of the calendar or of the reform report) added up from its days. The
    rows of a week name no counter, source and field. A row with `question` "" counts the forms (in `forms`), without
    levels; in others `n1` to `n5` count the answers to the question by level.
    """

    __tablename__ = "rollup"
    # Reports read whole stretches, so the rows are stored in the order of the key.
    __table_args__ = {"sqlite_with_rowid": False}
    unit: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    until: date = Field(primary_key=True)
    counter: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    stratum: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    form: str = Field(primary_key=True)
    question: str = Field(primary_key=True)
    forms: int = 0
    n1: int = 0
    n2: int = 0
    n3: int = 0
    n4: int = 0
    n5: int = 0


class ChoiceRollupRow(SQLModel, table=True):
    """How many forms ticked which options of a question on a past day or in a quarter; marked like `rollup`.

    `chosen` holds the options that one form ticked together (comma separated), so that each form is in one row.
    """

    __tablename__ = "choice_rollup"
    __table_args__ = {"sqlite_with_rowid": False}
    unit: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    until: date = Field(primary_key=True)
    counter: str = Field(primary_key=True)
    stratum: str = Field(primary_key=True)
    form: str = Field(primary_key=True)
    question: str = Field(primary_key=True)
    chosen: str = Field(primary_key=True)
    forms: int


class RolledDayRow(SQLModel, table=True):
    """The mark that a unit's counts of a day are in `rollup`; a form stored or deleted later removes the mark.

    A mark may also be of a longer stretch, to `until`; it holds as long as each day of the stretch is marked too.
    """

    __tablename__ = "rolled_day"
    __table_args__ = {"sqlite_with_rowid": False}
    unit: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    until: date = Field(primary_key=True)


class StatementRow(SQLModel, table=True):
    """A compiled report of a period that is over: what it was computed from, and its hash. Never changed.

    `variant` names rule, stratum, and whether the units below are included. `number` 1 is the first statement; each
    later one is a restatement, and `changes` says what changed and why. `facts` holds the other details of the
    first document made of it, so that later documents say the same.
    """

    __tablename__ = "statement"
    __table_args__ = (UniqueConstraint("unit", "period", "variant", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    unit: str = Field(foreign_key="unit.code")
    period: str
    variant: str
    number: int
    digest: str
    inputs: str = Field(sa_type=Text)
    changes: list[Any] = Field(sa_type=JSON)
    made_at: datetime = Field(sa_type=Instant)
    facts: str | None = Field(default=None, sa_type=Text)


class DossierImportRow(SQLModel, table=True):
    """One import of the e-one-stop software's export. `kind`: list (a row: a dossier) or totals (a row: a field)."""

    __tablename__ = "dossier_import"
    id: int | None = Field(default=None, primary_key=True)
    unit: str = Field(foreign_key="unit.code", index=True)
    file: str
    sha256: str
    kind: str
    period: str = ""
    at: datetime = Field(sa_type=Instant)
    rows: int


class DossierRow(SQLModel, table=True):
    """A dossier as the e-one-stop software had it at the last import; nothing about who filed it.

    `channel`: online, direct, post. `due_at` is empty if there is no time limit. `resolved_at` (there is a result),
    `handed_at` (the citizen has it) and `closed_at` (the software calls it finished) are empty until then. The days
    next to them are days of the unit's own calendar, of which periods are made.
    """

    __tablename__ = "dossier"
    __table_args__ = (
        Index("ix_dossier_received", "unit", "received_on"),
        Index("ix_dossier_resolved", "unit", "resolved_on", "received_on"),
        Index("ix_dossier_handed", "unit", "handed_at"),
        Index("ix_dossier_closed", "unit", "closed_at"),
        Index("ix_dossier_code", "code"),
        ForeignKeyConstraint(["import_id"], ["dossier_import.id"]),
    )
    unit: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    procedure: str = ""
    name: str = ""
    field: str = ""
    channel: str = "direct"
    state: str = ""
    received_at: datetime = Field(sa_type=Instant)
    received_on: date
    due_at: datetime | None = Field(default=None, sa_type=Instant)
    due_on: date | None = None
    resolved_at: datetime | None = Field(default=None, sa_type=Instant)
    resolved_on: date | None = None
    handed_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    import_id: int


class DossierTotalRow(SQLModel, table=True):
    """A unit's reported dossier totals of a period and field (annex II.06). `field` "" is the total of all fields."""

    __tablename__ = "dossier_total"
    __table_args__ = (ForeignKeyConstraint(["import_id"], ["dossier_import.id"]),)
    unit: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    online: int = 0
    direct: int = 0
    post: int = 0
    carried_over: int = 0
    early: int = 0
    on_time: int = 0
    late: int = 0
    pending_in_time: int = 0
    pending_late: int = 0
    import_id: int


class ApologyRow(SQLModel, table=True):
    """An apology for a late dossier: the days on which it was drafted and sent."""

    __tablename__ = "apology"
    unit: str = Field(primary_key=True)
    dossier: str = Field(primary_key=True)
    drafted_on: date
    sent_on: date | None = None
