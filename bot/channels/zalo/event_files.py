"""Events confirmed to Zalo before their answer is committed: each is kept in a file until it is."""

import asyncio
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import structlog

from bot.channels.zalo.wire import Event
from handlers.messages import SentFile

# An event not answered for this long is given up, since what somebody wrote is not kept longer.
LONGEST = timedelta(days=7)
SUFFIX = ".json"
log = structlog.get_logger(__name__)


def name_of(event: Event) -> str:
    """Return the name of an event's file, the same for its repeats; names sort in the order of the events."""
    identity = json.dumps([event.what, event.account, event.user, event.id or event.at.isoformat()])
    return f"{int(event.at.timestamp() * 1000):014d}-{hashlib.sha256(identity.encode()).hexdigest()[:32]}{SUFFIX}"


class EventFiles:
    """The files, in a folder of this installation; its owner alone may read them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, event: Event) -> None:
        """Write an event durably; raises OSError if that fails."""
        file = event.file and {"name": event.file.name, "size": event.file.size, "source": event.file.source}
        content = json.dumps({**asdict(event), "at": event.at.isoformat(), "file": file}).encode()
        await asyncio.to_thread(self._write, name_of(event), content)

    def _write(self, name: str, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = self._folder / f"{uuid4().hex}.half"
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.rename(self._folder / name)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    async def drop(self, event: Event) -> None:
        """Delete an event's file, if it has one."""
        await asyncio.to_thread((self._folder / name_of(event)).unlink, missing_ok=True)

    async def left(self, now: datetime) -> list[Event]:
        """Return the events that an earlier process left, the oldest first; too old or damaged files are deleted."""
        return await asyncio.to_thread(lambda: list(self._read(now)))

    def _read(self, now: datetime) -> Iterator[Event]:
        if not self._folder.is_dir():
            return
        for path in sorted(self._folder.iterdir()):
            event = _event(path) if path.suffix == SUFFIX else None
            if event and now - event.at <= LONGEST:
                yield event
            else:
                path.unlink(missing_ok=True)
                log.warning("zalo_event_file_deleted", whole=event is not None)


def _event(path: Path) -> Event | None:
    try:
        values = json.loads(path.read_bytes())
        file = SentFile(**values["file"]) if values["file"] else None
        return Event(**{**values, "at": datetime.fromisoformat(values["at"]), "file": file})
    except (ValueError, TypeError, KeyError):
        return None
