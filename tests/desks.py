"""The desk of catalog files for tests of what stands beside it: it reads in the test's own process."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.effects.naming import Naming
from bot.files.catalog_reading import work
from catalog.entries import Entry
from catalog.files.limits import Seen, unseen
from catalog.files.mistakes import Unreadable
from handlers.channel import Traits
from handlers.staff.catalog.desk import Desk
from handlers.staff.catalog.ports import NotRead
from handlers.world import World

ADDRESS = "https://motcua.example.vn"


class ReaderHere:
    """Reads as the process apart does."""

    async def preview(
        self, name: str, content: bytes, stored: Mapping[str, Entry], *, own: bool, seen: Seen = unseen
    ) -> str:
        """The kept preview of a file."""
        try:
            return work("preview", name, content, stored, own, report=seen).decode()
        except Unreadable as error:
            raise NotRead(str(error)) from error

    async def workbook(self, kind: str, made: str) -> bytes:
        """A workbook of a kept preview."""
        return work(kind, made)


def desk_of(
    store: Any, world: Callable[[], World], clock: Callable[[], datetime], channels: Mapping[str, Traits]
) -> Desk:
    """A desk beside a test's store, world and clock."""
    return Desk(store, world, clock, channels, ReaderHere(), ADDRESS)


def naming_of(
    store: Any, world: Callable[[], World], clock: Callable[[], datetime], channels: Mapping[str, Traits]
) -> Naming:
    """What gives names beside a test's store; the test's world stays as it is."""

    async def refreshed() -> None:
        world()

    return Naming(store, world, refreshed, clock, channels)
