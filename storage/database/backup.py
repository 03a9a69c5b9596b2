"""Writing the database into a backup file, in the same format for SQLite and PostgreSQL; both can restore it."""

import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, DateTime, MetaData, Table, func, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import Date
from sqlmodel import SQLModel

import storage.tables  # noqa: F401 -- the tables register with SQLModel's metadata
from storage.database.archive import Manifest, Part, Writer, verified
from storage.database.unusable import DatabaseUnusable
from storage.database.upgrade import revisions
from storage.database.why_unusable import advice

# Not backed up: chats with citizens, links from persons to answers, secrets and heartbeats.
LEFT_OUT = frozenset(("session", "inbox", "outbox", "vote_key", "vote", "token", "heartbeat", "pulse", "recent_form"))
BLANKED: Mapping[str, Mapping[str, str]] = {"service_case": {"channel": "", "person": ""}}
# An open chat page asks for messages after the last id it has, so no id may be given out twice.
COUNTED = "outbox"
_AT_ONCE = 1000


async def back_up(engine: AsyncEngine, path: Path, files: Mapping[str, bytes], now: datetime) -> Manifest:
    """Write a consistent snapshot of all tables into a new file, and read it back to verify it.

    The server may run meanwhile. `files` are added by their path in DATA_DIR. Raises DatabaseUnusable if the
    database cannot be read.
    """
    try:
        async with engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execution_options(isolation_level="REPEATABLE READ")
            found = await connection.run_sync(revisions)
            if not found:
                raise DatabaseUnusable("chưa có cơ sở dữ liệu; chạy: motcua db upgrade")
            metadata = await connection.run_sync(reflected)
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
                writer = Writer(packed)
                parts = [
                    await _write(connection, writer, table)
                    for table in metadata.sorted_tables
                    if table.name not in LEFT_OUT
                ]
                kept = [writer.file(name, content) for name, content in sorted(files.items())]
                highest = {COUNTED: await _highest(connection, metadata.tables[COUNTED])}
                made_at = now.astimezone(UTC).isoformat(timespec="seconds")
                writer.finish(Manifest(found[0], made_at, tuple(parts), tuple(kept), highest))
    except DBAPIError as error:
        raise DatabaseUnusable(advice(engine, error)) from error
    return verified(path)


def reflected(connection: Connection) -> MetaData:
    """Return our tables as they are in the database, which may be of an older version."""
    there = set(inspect(connection).get_table_names())
    metadata = MetaData()
    metadata.reflect(connection, only=sorted(there & set(SQLModel.metadata.tables)))
    return metadata


def decoded(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of a backup with its values as the table's types."""
    values = dict(row)
    for name, value in row.items():
        kind = table.c[name].type
        if value is not None and isinstance(kind, DateTime):
            values[name] = datetime.fromisoformat(value)
        elif value is not None and isinstance(kind, Date):
            values[name] = date.fromisoformat(value)
    return values


async def _write(connection: AsyncConnection, writer: Writer, table: Table) -> Part:
    blank = BLANKED.get(table.name, {})
    statement = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_AT_ONCE)
    result = await connection.stream(statement)
    with writer.begin(table.name) as part:
        async for some in result.mappings().partitions():
            writer.rows(part, [{name: _encoded(value) for name, value in {**row, **blank}.items()} for row in some])
    return writer.end(table.name)


def _encoded(value: Any) -> Any:
    """Return a value as JSON can hold it. Moments from SQLite have no zone; they are all UTC."""
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    return value.isoformat() if isinstance(value, date) else value


async def _highest(connection: AsyncConnection, table: Table) -> int:
    return int((await connection.execute(select(func.coalesce(func.max(table.c.id), 0)))).scalar_one())
