"""Checks whether the database can store data, by writing to it."""

import asyncio
import errno
import os
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.ports import Health, Trouble
from locales.system_errors import reason
from storage.database.replaced_file import Identities
from storage.database.unusable import DatabaseUnusable
from storage.database.upgrade import age, newer, older
from storage.database.whole_files import flush

# The shortest time between two checks, and between two writes, however often somebody asks.
LOOK, BEAT = timedelta(seconds=1), timedelta(seconds=5)
# With less free space, storing is not reliable: SQLite's log alone grows to 4 MB before it is written back.
NO_SPACE = 4_000_000
LOW_SPACE = 200_000_000
# About the size of a few hundred answers.
PROBE_BYTES = 65_536
PROBE = ".motcua-ghi-thu"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_WRITABLE = 0o222


class Pulse:
    """Checks a database, at most once every LOOK. `beat` writes a row and commits it."""

    def __init__(self, engine: AsyncEngine, beat: Callable[[datetime], Awaitable[None]]) -> None:
        self._engine = engine
        self._beat = beat
        self._file = Path(str(engine.url.database)) if engine.dialect.name == "sqlite" else None
        self._looking = asyncio.Lock()
        self._looked: datetime | None = None
        self._beaten: datetime | None = None
        self._failed = False
        self._written: list[Trouble] = []
        self._health = Health(())

    def failed(self) -> None:
        """Note that something could not be stored: the next check writes."""
        self._failed = True

    async def health(self, now: datetime) -> Health:
        """Return the troubles and the free space of the database; checks again if the last check is too old."""
        if trouble := self._replaced():
            return Health((trouble,), self._health.free_bytes, LOW_SPACE)
        async with self._looking:
            if self._failed or _is_over(self._looked, now, LOOK):
                self._health = await self._look(now)
                self._looked = now
        return self._health

    async def _look(self, now: datetime) -> Health:
        free, found = _room(self._file) if self._file else (None, [])
        try:
            match await age(self._engine):
                case "none" | "older":
                    found.append(Trouble("schema_older", older(self._engine.url)))
                case "newer":
                    found.append(Trouble("schema_newer", newer(self._engine.url)))
                case "current":
                    if self._failed or self._written or _is_over(self._beaten, now, BEAT):
                        self._written = await self._write(now)
                        self._beaten, self._failed = now, False
        except DatabaseUnusable as error:
            self._written = [Trouble("unreachable", str(error))]
        codes = {trouble.code for trouble in found}
        found += [trouble for trouble in self._written if trouble.code not in codes]
        return Health(tuple(found), free, LOW_SPACE if self._file else None)

    async def _write(self, now: datetime) -> list[Trouble]:
        found = []
        if self._file and (trouble := await asyncio.to_thread(_probe, self._file)):
            found.append(trouble)
        try:
            await self._beat(now)
        except DatabaseUnusable as error:
            found.append(Trouble("not_written", str(error)))
        return found

    def _replaced(self) -> Trouble | None:
        watch = Identities.of(self._engine.sync_engine)
        sentence = watch.trouble() if watch else ""
        return Trouble("file_replaced", sentence) if sentence else None


def _is_over(since: datetime | None, now: datetime, span: timedelta) -> bool:
    return since is None or abs(now - since) >= span


def _room(file: Path) -> tuple[int | None, list[Trouble]]:
    """Return free bytes (None if unknown) and troubles of space and permissions.

    Permissions are read and not tried, since root can write everywhere.
    """
    try:
        free = shutil.disk_usage(file.parent).free
        modes = {path: path.stat().st_mode for path in (file, file.parent)}
    except OSError as error:
        return None, [Trouble("unreachable", f"Không xem được {file}: {reason(error)}.")]
    found = [
        Trouble("read_only", f"{path} chỉ cho đọc; cấp quyền ghi.")
        for path, mode in modes.items()
        if not mode & _WRITABLE
    ]
    if free < NO_SPACE:
        found.append(_full(file, f"còn {free} byte trống, cần ít nhất {NO_SPACE}"))
    elif free < LOW_SPACE:
        sentence = f"Ổ đĩa chứa {file} sắp đầy: còn {free} byte trống, nên có ít nhất {LOW_SPACE}. Dọn chỗ trống."
        found.append(Trouble("space_low", sentence, stops=False))
    return free, found


def _probe(file: Path) -> Trouble | None:
    """Write and delete a test file next to the database; return what failed. A quota may be full before the disk is."""
    path = file.with_name(PROBE)
    try:
        path.write_bytes(os.urandom(PROBE_BYTES))
        flush(path)
    except OSError as error:
        if error.errno in _FULL:
            return _full(file, reason(error))
        return Trouble("read_only", f"Thư mục của {file} không ghi được: {reason(error)}. Cấp quyền ghi.")
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)
    return None


def _full(file: Path, why: str) -> Trouble:
    return Trouble("disk_full", f"Ổ đĩa chứa {file} đã đầy ({why}). Dọn chỗ trống.")
