"""Allows one server for one SQLite file, by a lock file next to it that identifies the file the server has open."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from locales.system_errors import reason
from storage.database.engine import parse_url
from storage.database.replaced_file import identity_of
from storage.database.unusable import DatabaseUnusable

SUFFIX = ".dang-chay"
_MODE = 0o600


@contextmanager
def serving(text: str) -> Iterator[Callable[[], None]]:
    """Hold the lock of the only process that serves a DATABASE_URL or changes its tables, until the block ends.

    Yields a function to call once the database is open: it writes into the lock which file that is. Raises
    DatabaseUnusable if another process has the lock. PostgreSQL needs no lock: any number of processes may use it. The
    lock ends with the process, however that ends.
    """
    file = _file_of(text)
    if file is None:
        yield lambda: None
        return
    handle = _taken(file)
    try:
        yield lambda: _note(handle, file)
    finally:
        # The lock file is not deleted: a process that has opened it could otherwise run together with a later one.
        os.ftruncate(handle, 0)
        os.close(handle)


def serves_another(text: str) -> str:
    """Return a sentence if a server runs on another file than the one that is now at the path; else ""."""
    file = _file_of(text)
    lock = _lock_of(file) if file else None
    if file is None or lock is None or not lock.exists() or not _is_locked(lock):
        return ""
    process, *opened = lock.read_text("ascii").split() or [""]
    found = identity_of(file)
    if not opened or found is None or [str(part) for part in found] == opened:
        return ""
    return (
        f"motcua run (tiến trình {process}) đang dùng một tệp khác với tệp hiện ở {file}: tệp đó đã bị thay. "
        "Dừng tiến trình đó (không kill -9), khôi phục rồi chạy lại."
    )


def _file_of(text: str) -> Path | None:
    url = parse_url(text)
    return Path(str(url.database)).resolve() if url.get_backend_name() == "sqlite" else None


def _lock_of(file: Path) -> Path:
    return file.with_name(file.name + SUFFIX)


def _taken(file: Path) -> int:
    """Take the lock and return its handle."""
    lock = _lock_of(file)
    try:
        while True:
            handle = os.open(lock, os.O_RDWR | os.O_CREAT, _MODE)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            found = os.fstat(handle)
            if identity_of(lock) == (found.st_dev, found.st_ino):
                return handle
            os.close(handle)
    except BlockingIOError as error:
        process = os.pread(handle, 20, 0).decode("ascii", "replace").partition(" ")[0]
        os.close(handle)
        raise DatabaseUnusable(
            f"motcua run{f' (tiến trình {process})' if process else ''} đang dùng {file}; mỗi tệp SQLite chỉ một "
            "máy chủ. Dừng tiến trình đó trước; nếu cần nhiều tiến trình, dùng PostgreSQL (xem docs/operating.md)."
        ) from error
    except OSError as error:
        raise DatabaseUnusable(f"Không khóa được {lock}: {reason(error)}. Cấp quyền ghi cho thư mục.") from error


def _is_locked(lock: Path) -> bool:
    handle = os.open(lock, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _note(handle: int, file: Path) -> None:
    if identity := identity_of(file):
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()} {identity[0]} {identity[1]}\n".encode(), 0)
