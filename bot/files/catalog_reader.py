"""Reads catalog files in a separate process; NotRead says in a sentence why one cannot be read."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from bot.files.workshop import NotMade, Workshop
from catalog.entries import Entry
from catalog.files.limits import MOST_SECONDS, Seen, unseen
from catalog.files.mistakes import Unreadable, shortened
from handlers.staff.catalog.ports import NotRead

# The process is stopped so many seconds after the limit of reading itself.
_GRACE = 3


class CatalogReader:
    """The process that reads files and writes workbooks; it starts with the first and ends when idle."""

    def __init__(self) -> None:
        self._workshop = Workshop("catalog")

    async def preview(
        self, name: str, content: bytes, stored: Mapping[str, Entry], *, own: bool, seen: Seen = unseen
    ) -> str:
        """Return the kept preview of a file, for a unit's `own` catalog or the common one.

        `seen` is called each second with how many rows were read. Raises NotRead with a sentence if it cannot be used.
        """
        return (await self._made(PurePath(name).name, "preview", name, content, stored, own, seen=seen)).decode()

    async def workbook(self, kind: str, made: str) -> bytes:
        """Return a workbook, "all" or "refused", of a kept preview; raises NotRead with a sentence."""
        return await self._made(f"{kind}.xlsx", kind, made)

    async def catalog(self, entries: Sequence[Entry]) -> bytes:
        """Return the workbook of procedures, or the one to fill in if there are none; raises NotRead."""
        return await self._made("danh-muc.xlsx", "catalog", entries)

    async def close(self) -> None:
        """End the process."""
        await self._workshop.close()

    async def _made(self, name: str, *order: object, seen: Seen = unseen) -> bytes:
        try:
            return await self._workshop.make(str(order[0]), *order[1:], seconds=MOST_SECONDS + _GRACE, progress=seen)
        except Unreadable as error:
            raise NotRead(str(error)) from error
        except NotMade as error:
            raise NotRead(
                f"{shortened(name)}: không đọc được trong {MOST_SECONDS} giây và 300 MB bộ nhớ; "
                "tệp có thể hỏng, hoặc cần chia thành nhiều tệp."
            ) from error
