"""What bringing a file into the catalog needs from a store, and from the process that reads files."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Any, Protocol

from catalog.entries import Entry
from catalog.files.limits import Seen, unseen
from catalog.history import Change, ImportRecord
from catalog.pending_files import Pending, Waiting
from handlers.ports import MailTx


class CatalogTx(MailTx, Protocol):
    """A transaction that knows the catalog, its history, and the files under way."""

    async def stored(self, unit: str) -> dict[str, Entry]:
        """Return the procedures of a unit's own catalog by code."""

    def payloads(self, units: Sequence[str]) -> AsyncIterator[str]:
        """Yield the entries of a chain of units as JSON."""

    async def generation_of(self, unit: str) -> int:
        """Return the number of the last version of a unit's own catalog."""

    async def import_entries(
        self,
        record: ImportRecord,
        entries: Sequence[Entry],
        now: datetime,
        *,
        removed: Sequence[str] = (),
        base: int | None = None,
    ) -> int:
        """Store a version and return its number; CatalogMoved if the catalog is no longer of generation `base`."""

    async def versions(self, unit: str, most: int, before: int | None = None) -> Sequence[Any]:
        """Return the last versions of a unit's own catalog, newest first."""

    async def version(self, number: int) -> Any | None:
        """Return one version."""

    async def confirmed(self, unit: str, token: str) -> Any | None:
        """Return the version that the confirmation of a file made."""

    async def changes(self, unit: str, since: int, until: int | None = None) -> list[Change]:
        """Return what versions did to a unit's procedures."""

    async def hold_catalogs(self) -> None:
        """Let no other transaction change a catalog until this one ends."""

    async def pending(self, unit: str, now: datetime, *, whole: bool = True) -> Pending | None:
        """Return the file that a unit has under way; its content and preview are included only if `whole`."""

    async def unread(self) -> list[Pending]:
        """Return the files whose reading is not finished."""

    async def keep_pending(self, pending: Pending) -> None:
        """Store the file that a unit has under way."""

    async def fetched(self, unit: str, token: str, sha256: str, content: str) -> bool:
        """Keep the fetched content of a file."""

    async def show_pending(self, unit: str, token: str, base: int, made: str) -> bool:
        """Keep the preview of a file."""

    async def fail_pending(self, unit: str, token: str, problem: str) -> bool:
        """Remember why a file cannot be read."""

    async def take_pending(self, unit: str, token: str) -> bool:
        """Take a file away; False if it is gone already."""

    async def keep_waiting(self, lines: Sequence[Waiting]) -> None:
        """Store lines that wait for their day."""

    async def waiting(self, until: date) -> list[Waiting]:
        """Return the lines whose day has come."""

    async def waiting_in(self, unit: str) -> list[Waiting]:
        """Return the lines of a unit that wait for their day."""

    async def drop_waiting(
        self, unit: str, *, until: date | None = None, versions: tuple[int, int | None] | None = None
    ) -> int:
        """Delete waiting lines."""


class CatalogStore(Protocol):
    """A store whose transactions know the catalog."""

    def transaction(self) -> AbstractAsyncContextManager[CatalogTx]:
        """Open a writing transaction."""

    def reading(self) -> AbstractAsyncContextManager[CatalogTx]:
        """Open a transaction for reading alone."""


class NotRead(Exception):
    """A file cannot be used; the message says why, for the admin who sent it."""


class Reader(Protocol):
    """The process that reads files and writes workbooks."""

    async def preview(
        self, name: str, content: bytes, stored: Mapping[str, Entry], *, own: bool, seen: Seen = unseen
    ) -> str:
        """Return the kept preview of a file, for a unit's `own` catalog or the common one; NotRead with a sentence.

        `seen` is called now and then with how many rows were read.
        """

    async def workbook(self, kind: str, made: str) -> bytes:
        """Return a workbook, "all" or "refused", of a kept preview; NotRead with a sentence."""

    async def catalog(self, entries: Sequence[Entry]) -> bytes:
        """Return the workbook of procedures, or the one to fill in if there are none; NotRead with a sentence."""


# Fetches a file from its channel by what the channel calls it; NotRead with a sentence.
Fetch = Callable[[str], Awaitable[bytes]]
