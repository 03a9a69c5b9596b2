"""Restoring a backup file into a database, SQLite or PostgreSQL: all of it, or nothing."""

import sqlite3
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table, delete, func, inspect, select, text
from sqlalchemy.exc import CompileError, DBAPIError, OperationalError, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.database import archive, census
from storage.database.archive import Damaged, Manifest
from storage.database.backup import COUNTED, decoded, reflected
from storage.database.engine import APPLICATION
from storage.database.unusable import DatabaseUnusable
from storage.database.upgrade import known_revisions, move, remaking, revisions
from storage.database.why_unusable import advice

_AT_ONCE = 1000
# Far more ids than can have been given out between the backup and the restoring.
_AHEAD = 1_000_000
# A server that was once started on an empty database has stored its questionnaires there.
_NO_CONTENT = frozenset(("questionnaire",))
_STOP = "Dừng mọi tiến trình motcua dùng cơ sở dữ liệu này (motcua run, trên mọi máy), rồi chạy lại."


class NotEmpty(Exception):
    """The database holds rows, and replacing them was not allowed."""


async def restore(engine: AsyncEngine, path: Path, *, force: bool) -> Manifest:
    """Fill a database from a backup and bring it to this version's tables, in one transaction.

    A backup of an older version is first filled into tables of that version. Raises Damaged if the backup is
    incomplete or newer than this program, NotEmpty if rows would be deleted and `force` is not set, and
    DatabaseUnusable if the database is in use or cannot be written.
    """
    manifest = archive.verified(path)
    if manifest.revision not in known_revisions():
        raise Damaged(
            f"{path.name}: bản sao lưu có các bảng phiên bản {manifest.revision}, mới hơn chương trình này; "
            "cài phiên bản mới rồi chạy"
        )
    try:
        if engine.dialect.name == "sqlite":
            _refuse_used_file(Path(str(engine.url.database)))
        with zipfile.ZipFile(path) as packed:
            async with remaking(engine) as connection:
                await connection.run_sync(_fill, packed, manifest, force)
    except (OSError, DBAPIError) as error:
        raise DatabaseUnusable(advice(engine, error)) from error
    return manifest


def _fill(connection: Connection, packed: zipfile.ZipFile, manifest: Manifest, force: bool) -> None:
    if connection.dialect.name == "postgresql":
        _refuse_used_server(connection)
    _empty(connection, force=force)
    move(connection, manifest.revision)
    metadata = reflected(connection)
    counts = {part.name: part.rows for part in manifest.tables}
    if unknown := sorted(counts.keys() - metadata.tables.keys()):
        raise Damaged(f"bản sao lưu có bảng lạ: {', '.join(unknown)}")
    for table in metadata.sorted_tables:
        if table.name in counts:
            _insert(connection, table, _decoded(table, archive.rows(packed, table.name)))
    for name, count in counts.items():
        if (found := _count(connection, metadata.tables[name])) != count:
            raise Damaged(f"bảng {name}: bản sao lưu có {count} dòng, chỉ ghi được {found}")
    if astray := sorted(set(census.astray(connection))):
        named = ", ".join(f"{name} → {to}" for name, to in astray)
        raise Damaged(f"bản sao lưu có dòng dẫn tới dòng không có: {named}")
    move(connection, "head")
    _count_on(connection, reflected(connection), manifest.highest.get(COUNTED, 0) + _AHEAD)


def _empty(connection: Connection, *, force: bool) -> None:
    """Remove all our tables; NotEmpty if they hold rows and `force` is not set."""
    metadata = reflected(connection)
    found = revisions(connection)
    if not found and (
        metadata.tables or (connection.dialect.name == "sqlite" and inspect(connection).get_table_names())
    ):
        raise DatabaseUnusable("Cơ sở dữ liệu này của chương trình khác; đặt DATABASE_URL tới chỗ khác.")
    held = {table.name: _count(connection, table) for table in metadata.tables.values()}
    filled = [f"{name} ({count})" for name, count in sorted(held.items()) if count and name not in _NO_CONTENT]
    if filled and not force:
        raise NotEmpty(", ".join(filled))
    for table in reversed(metadata.sorted_tables):
        connection.execute(delete(table))
    if found:
        move(connection, "base")


def _decoded(table: Table, found: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield rows with their values as the table's types; Damaged if a row has an unknown column or a wrong value."""
    for row in found:
        try:
            yield decoded(table, row)
        except (KeyError, TypeError, ValueError) as error:
            raise Damaged(f"bảng {table.name}: có cột hoặc giá trị lạ ({error})") from error


def _insert(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    left = iter(rows)
    while some := list(islice(left, _AT_ONCE)):
        try:
            connection.execute(table.insert(), some)
        except OperationalError:
            raise
        except (StatementError, CompileError, TypeError, ValueError, KeyError, OverflowError) as error:
            reason = str(error.orig).splitlines()[0] if isinstance(error, DBAPIError) else type(error).__name__
            raise Damaged(f"bảng {table.name} không ghi được: {reason}") from error


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _count_on(connection: Connection, metadata: MetaData, above: int) -> None:
    """Set the id sequences above the restored ids."""
    if connection.dialect.name == "sqlite":
        # The other tables are numbered from their highest id.
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": COUNTED})
        values = {"name": COUNTED, "above": above}
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :above)"), values)
        return
    for table in metadata.tables.values():
        column = table.autoincrement_column
        sequence = (
            connection.execute(
                text("SELECT pg_get_serial_sequence(:table, :column)"),
                {"table": f'"{table.name}"', "column": column.name if column is not None else ""},
            ).scalar_one()
            if column is not None
            else None
        )
        if column is None or sequence is None:
            continue
        highest = above if table.name == COUNTED else connection.execute(select(func.max(column))).scalar_one()
        if highest:
            connection.execute(
                text("SELECT setval(CAST(:name AS regclass), :value)"), {"name": sequence, "value": highest}
            )


def _refuse_used_file(path: Path) -> None:
    """Raise DatabaseUnusable if an SQLite file is in use: only a sole user can switch it out of WAL.

    Our own connection switches it back to WAL.
    """
    if not path.exists():
        return
    with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as alone:
        try:
            alone.execute("PRAGMA journal_mode=DELETE").fetchone()
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise DatabaseUnusable(f"Cơ sở dữ liệu {path} đang được dùng. {_STOP}") from error
        except sqlite3.DatabaseError:
            # If the file is no database, the engine reports that.
            return


def _refuse_used_server(connection: Connection) -> None:
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name = :name AND pid <> pg_backend_pid()"
    )
    if count := connection.execute(others, {"name": APPLICATION}).scalar_one():
        raise DatabaseUnusable(f"Còn {count} kết nối của motcua tới cơ sở dữ liệu này. {_STOP}")
