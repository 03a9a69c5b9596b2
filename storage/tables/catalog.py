"""The tables of the catalog: what is in force, its history, lines that wait for their day, and unconfirmed files."""

from datetime import date, datetime

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from storage.tables.base import Instant

_EMPTY = {"server_default": text("''")}
_NONE = {"server_default": text("0")}


class ProcedureRow(SQLModel, table=True):
    """A procedure of the common catalog (unit "") or of a unit's own; `payload` is the whole entry as JSON."""

    __tablename__ = "procedure"
    unit: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    name: str
    field: str
    payload: str = Field(sa_type=Text)
    import_id: int = Field(foreign_key="catalog_import.id")


class CatalogImportRow(SQLModel, table=True):
    """One version of a catalog; the greatest id says which catalog is in force.

    Its columns are those of `catalog.history.ImportRecord`.
    """

    __tablename__ = "catalog_import"
    id: int | None = Field(default=None, primary_key=True)
    unit: str
    file: str
    sha256: str
    at: datetime = Field(sa_type=Instant)
    added: int
    changed: int
    unchanged: int
    refused: int
    kind: str = Field(default="import", sa_column_kwargs={"server_default": text("'import'")})
    channel: str = Field(default="", sa_column_kwargs=_EMPTY)
    person: str = Field(default="", sa_column_kwargs=_EMPTY)
    by_unit: str = Field(default="", sa_column_kwargs=_EMPTY)
    decision: str = Field(default="", sa_column_kwargs=_EMPTY)
    decided: str = Field(default="", sa_column_kwargs=_EMPTY)
    link: str = Field(default="", sa_column_kwargs=_EMPTY)
    token: str = Field(default="", sa_column_kwargs=_EMPTY)
    undoes: int = Field(default=0, sa_column_kwargs=_NONE)
    abolished: int = Field(default=0, sa_column_kwargs=_NONE)
    waiting: int = Field(default=0, sa_column_kwargs=_NONE)


class CatalogChangeRow(SQLModel, table=True):
    """What a version did to one procedure; `before` and `after` are entries as JSON, NULL where there is none."""

    __tablename__ = "catalog_change"
    __table_args__ = (Index("ix_catalog_change_of", "unit", "code", "import_id"),)
    import_id: int = Field(primary_key=True, foreign_key="catalog_import.id")
    code: str = Field(primary_key=True)
    unit: str
    before: str | None = Field(default=None, sa_type=Text)
    after: str | None = Field(default=None, sa_type=Text)


class CatalogWaitingRow(SQLModel, table=True):
    """A line of a confirmed file that comes into force on a later `day`; `line` is the line as JSON."""

    __tablename__ = "catalog_waiting"
    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="catalog_import.id", index=True)
    unit: str
    code: str
    day: date = Field(index=True)
    line: str = Field(sa_type=Text)


class CatalogPendingRow(SQLModel, table=True):
    """The file that a unit has under way; each unit has at most one.

    `state`: reading, shown or failed. Its columns are those of `catalog.pending_files.Pending`.
    """

    __tablename__ = "catalog_pending"
    unit: str = Field(primary_key=True)
    token: str
    state: str
    file: str
    sha256: str
    channel: str
    person: str
    by_unit: str
    at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    content: str = Field(sa_type=Text)
    source: str = Field(default="", sa_type=Text)
    base: int = 0
    made: str = Field(default="", sa_type=Text)
    problem: str = Field(default="", sa_type=Text)
