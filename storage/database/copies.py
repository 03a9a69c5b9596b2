"""A copy of an SQLite file in the same folder, made before its tables are changed."""

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from locales.system_errors import reason
from storage.database.unusable import DatabaseUnusable
from storage.database.whole_files import PRIVATE, whole

MARK = "truoc-nang-cap"
# The change needs about as much room as the copy, in addition to it.
SHARES = 2


def keep_copy(source: Path, revision: str, now: datetime) -> Path:
    """Copy the committed state of an SQLite file, which others may be using; returns the copy's path.

    Raises DatabaseUnusable if there is no room; no half-written copy is left then.
    """
    _check_room(source)
    copy = _free_name(source, f"{MARK}-{revision}-{now:%Y%m%d-%H%M%S}")
    try:
        with whole(copy, PRIVATE) as temporary:
            # Copied by SQLite, for two reasons: the copy must include what the log (-wal) holds, and opening and
            # closing the file here would release the locks that this process has on it.
            with (
                closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as given,
                closing(sqlite3.connect(temporary)) as taken,
            ):
                given.backup(taken)
                taken.execute("PRAGMA journal_mode=DELETE")
            for log in ("-wal", "-shm", "-journal"):
                temporary.with_name(temporary.name + log).unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as error:
        why = reason(error) if isinstance(error, OSError) else error
        raise DatabaseUnusable(
            f"Không giữ được bản sao của {source} trước khi nâng cấp ({why}). "
            "Chưa thay đổi gì. Dọn chỗ trống hoặc cấp quyền ghi cho thư mục, rồi chạy lại."
        ) from error
    return copy


def _check_room(source: Path) -> None:
    files = (source, source.with_name(f"{source.name}-wal"))
    size = sum(file.stat().st_size for file in files if file.exists())
    free = shutil.disk_usage(source.resolve().parent).free
    if free < SHARES * size:
        raise DatabaseUnusable(
            f"Ổ đĩa chứa {source} còn {free} byte trống; nâng cấp cần {SHARES * size} byte "
            "để giữ một bản sao trước đó. Chưa thay đổi gì. Dọn chỗ trống rồi chạy lại."
        )


def _free_name(source: Path, mark: str) -> Path:
    names = (f"{source.stem}.{mark}{'' if n == 1 else f'-{n}'}{source.suffix}" for n in range(1, 1000))
    return next(path for name in names if not (path := source.with_name(name)).exists())
