"""Runs an SQLite statement, fetches its rows and closes its cursor in one call into the connection's thread."""

import collections
import sqlite3
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Engine, event
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.util import await_only


class _Ran(NamedTuple):
    """The result of a statement."""

    rows: Sequence[Any]
    description: Any
    rowcount: int
    lastrowid: int | None


_NOTHING = _Ran((), None, -1, None)


def run_in_one_trip(engine: Engine) -> None:
    """Make an engine's connections run each statement in one call into their thread.

    SQLAlchemy makes four calls: to make a cursor, run the statement, fetch the rows and close the cursor. Each call
    takes longer than the statement.
    """

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, _record: Any, arguments: Any, options: Any) -> Any:
        return _Connection(dialect.dbapi, dialect.connect(*arguments, **options).driver_connection)


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor that is made and closed in the thread that runs its statement; it keeps the result."""

    __slots__ = ("_ran",)

    def __init__(self, adapt_connection: AsyncAdapt_aiosqlite_connection) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._rows = collections.deque()
        self._ran = _NOTHING

    @property
    def description(self) -> Any:
        return self._ran.description

    @property
    def rowcount(self) -> int:
        return self._ran.rowcount

    @property
    def lastrowid(self) -> Any:
        return self._ran.lastrowid

    def execute(self, operation: Any, parameters: Any = None) -> Any:
        return self._run(sqlite3.Cursor.execute, operation, *(() if parameters is None else (parameters,)))

    def executemany(self, operation: Any, seq_of_parameters: Any) -> Any:
        return self._run(sqlite3.Cursor.executemany, operation, seq_of_parameters)

    def _run(self, method: Any, *given: Any) -> None:
        def run() -> _Ran:
            cursor = self._connection._conn.cursor()
            try:
                method(cursor, *given)
                rows = cursor.fetchall() if cursor.description else ()
                return _Ran(rows, cursor.description, cursor.rowcount, cursor.lastrowid)
            finally:
                cursor.close()

        try:
            self._ran = await_only(self._in_turn(run))
        except Exception as error:
            self._adapt_connection._handle_exception(error)
        self._rows = collections.deque(self._ran.rows)

    async def _in_turn(self, run: Any) -> Any:
        async with self._adapt_connection._execute_mutex:
            return await self._connection._execute(run)

    async def _async_soft_close(self) -> None:
        """Do nothing: the cursor is closed already."""

    def close(self) -> None:
        self._rows.clear()


class _Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ()

    _cursor_cls: Any = _Cursor
