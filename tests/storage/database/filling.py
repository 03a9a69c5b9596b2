"""A database of any revision with rows in every table, made from what the database itself says of its tables."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Date, DateTime, Integer, MetaData, insert

from storage.database import census

ROWS = 3
FIRST = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
Rows = list[dict[str, Any]]


def reflected(connection: Connection) -> MetaData:
    """All tables but Alembic's own, as they are."""
    metadata = MetaData()
    metadata.reflect(connection)
    if census.BOOKKEEPING in metadata.tables:
        metadata.remove(metadata.tables[census.BOOKKEEPING])
    return metadata


def fill(connection: Connection) -> dict[str, Rows]:
    """Put rows into every table, each value another one, with references that lead somewhere; returns what is there."""
    made: dict[str, Rows] = {}
    metadata = reflected(connection)
    for table in metadata.sorted_tables:
        made[table.name] = [{c.name: value(c, number, made) for c in table.columns} for number in range(ROWS)]
        # As SQL it is for this table alone, which nobody has again.
        connection.execute(insert(table), made[table.name], execution_options={"compiled_cache": None})
    return content(connection)


def content(connection: Connection) -> dict[str, Rows]:
    """Every row of every table as the database has it, in the order of what the row holds."""
    quote = connection.dialect.identifier_preparer.quote
    return {name: _rows(connection, f"SELECT * FROM {quote(name)}") for name in census.names(connection)}  # noqa: S608 -- names that the database gave


def value(column: Column[Any], number: int, made: dict[str, Rows]) -> Any:
    """The value of a column in a row."""
    for key in column.foreign_keys:
        return made[key.column.table.name][number][key.column.name]
    kind = column.type
    if isinstance(kind, Boolean):
        return number % 2 == 0
    if isinstance(kind, JSON):
        return {"ờ": [number, None]}
    if isinstance(kind, DateTime):
        moment = FIRST + timedelta(hours=number)
        return moment if kind.timezone else moment.replace(tzinfo=None)
    if isinstance(kind, Date):
        return date(2026, 1, 2) + timedelta(days=number)
    if isinstance(kind, Integer) or kind.python_type is int:
        return 7 + number
    return f"{column.name} ở dòng {number}"


def _rows(connection: Connection, statement: str) -> Rows:
    return sorted((dict(row) for row in connection.exec_driver_sql(statement).mappings()), key=repr)
