"""SQLite's statements run in the loop's own thread: to hand one to a thread and back takes longer than to run it.

A statement is a turn of the loop as before, so that others go on between two of them, and one whose caller was
cancelled is carried out all the same. Who finds the file locked tries again, while the loop goes on.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Generator
from typing import Any

import pytest
from aiosqlite.core import Connection

from storage.database import engine

BUSY_TIMEOUT_MS = engine.BUSY_TIMEOUT_MS
PAUSE = 0.002
_init, _await = Connection.__init__, Connection.__await__

Order = tuple[asyncio.Future[Any] | None, Callable[[], Any]]


class Turns:
    """Takes what a connection's thread would be given."""

    def put_nowait(self, order: Order) -> None:
        """Have the loop carry out an order in its next turn, or do so at once where nobody waits."""
        future, work = order
        if future is None:
            work()
        else:
            future.get_loop().call_soon(self._carry_out, future, work, time.monotonic() + BUSY_TIMEOUT_MS / 1000)

    def _carry_out(self, future: asyncio.Future[Any], work: Callable[[], Any], deadline: float) -> None:
        try:
            outcome = work()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY and time.monotonic() < deadline:
                future.get_loop().call_later(PAUSE, self._carry_out, future, work, deadline)
            elif not future.done():
                future.set_exception(error)
        except BaseException as error:
            if not future.done():
                future.set_exception(error)
        else:
            if not future.done():
                future.set_result(outcome)


def _begin(self: Connection, *given: Any, **named: Any) -> None:
    _init(self, *given, **named)
    self._tx = Turns()  # type: ignore[assignment]


def _connected(self: Connection) -> Generator[Any, None, Connection]:
    return self._connect().__await__()


def keep() -> None:
    """Give no connection a thread; SQLite itself does not wait for a lock."""
    engine.BUSY_TIMEOUT_MS = 0
    Connection.__init__ = _begin  # type: ignore[method-assign]
    Connection.__await__ = _connected  # type: ignore[method-assign]


def undo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each new connection of a test its thread, and let SQLite wait, as the product has it."""
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", BUSY_TIMEOUT_MS)
    monkeypatch.setattr(Connection, "__init__", _init)
    monkeypatch.setattr(Connection, "__await__", _await)
