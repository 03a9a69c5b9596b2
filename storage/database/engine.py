"""Engines for SQLite and PostgreSQL, configured so that a commit survives loss of power."""

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from locales.system_errors import reason
from storage.database.replaced_file import Identities
from storage.database.sqlite_statements import run_in_one_trip
from storage.database.unusable import DatabaseUnusable

BUSY_TIMEOUT_MS = 10_000
# A commit is on the disk before anybody is answered; tests that simulate no power loss need not wait for the disk.
SYNCHRONOUS = "FULL"
WRITING = "writing"
# The name that PostgreSQL shows our connections under.
APPLICATION = "motcua"
_WRITE = "Viết sqlite:///đường/dẫn.db hoặc postgresql://người:mật-khẩu@máy/cơ-sở-dữ-liệu."
_OPTIONS = {"host": "host", "port": "port", "ssl": "ssl", "sslmode": "ssl"}


def parse_url(text: str) -> URL:
    """Parse a DATABASE_URL and choose its driver; DatabaseUnusable if the URL is not supported."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise DatabaseUnusable(f"DATABASE_URL không đọc được. {_WRITE}") from error
    if text.rpartition("@")[0].rpartition("//")[2].count("@"):
        raise DatabaseUnusable(f"DATABASE_URL: ký tự @ trong mật khẩu phải viết là %40. {_WRITE}")
    match url.get_backend_name():
        case "sqlite":
            if not url.database or url.database == ":memory:" or "\0" in url.database:
                raise DatabaseUnusable(f"DATABASE_URL không có đường dẫn tới tệp dữ liệu. {_WRITE}")
            return url.set(drivername="sqlite+aiosqlite")
        case "postgresql" | "postgres":
            return _with_options(url.set(drivername="postgresql+asyncpg"))
        case other:
            raise DatabaseUnusable(f"DATABASE_URL dùng {other!r}; sản phẩm chạy trên sqlite hoặc postgresql.")


def _with_options(url: URL) -> URL:
    """Return the URL with its options named as in asyncpg (`sslmode` is `ssl` there); DatabaseUnusable for others."""
    options = {_OPTIONS.get(name, name): value for name, value in url.query.items()}
    if unknown := sorted(set(options) - set(_OPTIONS.values())):
        raise DatabaseUnusable(f"DATABASE_URL có tùy chọn không dùng được: {', '.join(unknown)}. Bỏ đi rồi chạy lại.")
    return url.set(query=options)


def is_missing(text: str) -> bool:
    """Tell whether a DATABASE_URL means an SQLite file that is not there yet."""
    url = parse_url(text)
    return url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists()


def create_engine(text: str) -> AsyncEngine:
    """Return an engine for a DATABASE_URL. The folder of an SQLite file is created if it is missing."""
    url = parse_url(text)
    if url.get_backend_name() != "sqlite":
        named = {"server_settings": {"application_name": APPLICATION}}
        return create_async_engine(
            url, pool_size=5, max_overflow=5, pool_pre_ping=True, hide_parameters=True, connect_args=named
        )
    try:
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnusable(f"Không tạo được thư mục cho {url.database}: {reason(error)}.") from error
    engine = create_async_engine(url, pool_size=5, max_overflow=5, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    Identities(engine.sync_engine)
    run_in_one_trip(engine.sync_engine)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    _switch_to_wal(cursor)
    for pragma in (f"synchronous={SYNCHRONOUS}", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _switch_to_wal(cursor: Any) -> None:
    """Switch a new file to WAL; retry while another process does the same, since SQLite does not wait for it."""
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Any) -> None:
    """Take the write lock at once if the transaction will write, so that two writers queue instead of failing."""
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
