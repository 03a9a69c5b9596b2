"""What all tables share, and the tables by which the clock and writing are checked."""

from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Integer,
    Table,
    TextClause,
    TypeDecorator,
)
from sqlmodel import Field, SQLModel

BIG = BigInteger().with_variant(Integer, "sqlite")


class Instant(TypeDecorator[datetime]):
    """An aware moment: UTC in the database and when read back, on SQLite as on PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware time in UTC; refuse a naive time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the time with its zone, UTC, which SQLite drops."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def only(rows: TextClause) -> dict[str, Any]:
    """Return the options of a partial index."""
    return {"sqlite_where": rows, "postgresql_where": rows}


class PulseRow(SQLModel, table=True):
    """One row: the last moment at which the store was written to, and where its clock jumped (decision 26)."""

    __tablename__ = "pulse"
    id: int | None = Field(default=None, primary_key=True)
    seen: datetime = Field(sa_type=Instant)
    before: datetime | None = Field(default=None, sa_type=Instant)
    since: datetime | None = Field(default=None, sa_type=Instant)


class HeartbeatRow(SQLModel, table=True):
    """A row that is inserted and deleted in the same commit, to see whether the database can be written."""

    __tablename__ = "heartbeat"
    name: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)


def table(model: type[SQLModel]) -> Table:
    """Return the table of a model, for statements that work on many rows at once."""
    return cast(Table, model.__table__)  # type: ignore[attr-defined]
