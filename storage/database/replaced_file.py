"""Detects that an open SQLite file was deleted or replaced at its path: anything written into it would be lost."""

import os
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from storage.database.unusable import DatabaseUnusable

# The log and its index belong to the file: SQLite takes all three for one database.
LOGS = ("-wal", "-shm")
_COUNTED = "counted"
Identity = tuple[int, int]
_watches: "WeakKeyDictionary[Engine, Identities]" = WeakKeyDictionary()


class Identities:
    """Remembers the files that an engine's connections opened, and refuses commits into files that are gone.

    A connection opens its files once and keeps them open. If they are deleted or replaced at their path, SQLite goes
    on with the old files and reports no error.
    """

    def __init__(self, engine: Engine) -> None:
        path = Path(str(engine.url.database))
        self._paths = (path, *(Path(f"{path}{log}") for log in LOGS))
        self._opened: dict[Path, Identity] = {}
        self._connections = 0
        event.listen(engine, "do_connect", self._before_connecting)
        event.listen(engine, "connect", self._connected)
        event.listen(engine, "close", self._closed)
        event.listen(engine, "commit", self._before_commit)
        _watches[engine] = self

    @staticmethod
    def of(engine: Engine) -> "Identities | None":
        """Return the Identities that watch an engine's files; None if there are none."""
        return _watches.get(engine)

    def trouble(self) -> str:
        """Return a sentence that says which file is gone or was replaced; "" if none."""
        for path, identity in self._opened.items():
            if (found := identity_of(path)) != identity:
                what = "đã bị thay bằng tệp khác" if found else "không còn ở đó"
                return (
                    f"Tệp dữ liệu {path} {what} trong lúc chương trình đang dùng nó, nên không ghi gì nữa. "
                    "Đặt lại đúng tệp cũ, hoặc dừng chương trình (không kill -9), khôi phục rồi chạy lại."
                )
        return ""

    def _before_connecting(self, *_: Any) -> None:
        """Refuse to connect if a file is gone: SQLite would create a new, empty file or a second log in its place."""
        if trouble := self.trouble():
            raise DatabaseUnusable(trouble)

    def _connected(self, connection: Any, record: Any) -> None:
        # SQLite opens the log when the tables are first read.
        cursor = connection.cursor()
        cursor.execute("SELECT count(*) FROM sqlite_master")
        cursor.close()
        self._connections += 1
        record.info[_COUNTED] = True
        if not self._opened:
            found = ((path, identity_of(path)) for path in self._paths)
            self._opened = {path: identity for path, identity in found if identity}

    def _closed(self, _connection: Any, record: Any) -> None:
        """Forget the files when the last connection closes, which deletes the log."""
        if not record.info.pop(_COUNTED, False):
            return
        self._connections -= 1
        if self._connections == 0:
            self._opened = {}

    def _before_commit(self, _connection: Connection) -> None:
        if trouble := self.trouble():
            raise DatabaseUnusable(trouble)


def identity_of(path: Path) -> Identity | None:
    """Return the identity (device and inode) of the file at a path; None if there is no file."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
