"""Detects that an open SQLite file was deleted or replaced at its path: what is written into it would be lost."""

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

    A connection opens its files once and keeps them; deleting or replacing them at their path does not end
    that, and SQLite goes on without an error.
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
        """Return what watches an engine's files."""
        return _watches.get(engine)

    def trouble(self) -> str:
        """Say which file is gone or another; "" while all is well."""
        for path, identity in self._opened.items():
            if (found := identity_of(path)) != identity:
                what = "đã bị thay bằng tệp khác" if found else "không còn ở đó"
                return (
                    f"Tệp dữ liệu {path} {what} trong lúc chương trình đang dùng nó, nên không ghi gì nữa. "
                    "Đặt lại đúng tệp cũ, hoặc dừng chương trình (không kill -9), khôi phục rồi chạy lại."
                )
        return ""

    def _before_connecting(self, *_: Any) -> None:
        """SQLite would make a new, empty file, or a second log, where the old one is gone."""
        if trouble := self.trouble():
            raise DatabaseUnusable(trouble)

    def _connected(self, connection: Any, record: Any) -> None:
        # The log is opened by the first look at the tables.
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
