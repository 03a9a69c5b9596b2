"""Files on their way into a catalog: the one that a unit has under way, and lines that wait for their day."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import delete, insert, literal, select, update

from catalog.pending_files import Pending, Waiting
from storage.tables.base import table
from storage.tables.catalog import CatalogPendingRow, CatalogWaitingRow
from storage.transaction import Queries

PENDING = table(CatalogPendingRow)
WAITING = table(CatalogWaitingRow)


class CatalogFiles(Queries):
    """The part of a transaction that keeps files under way."""

    async def pending(self, unit: str, now: datetime, *, whole: bool = True) -> Pending | None:
        """Return the file that a unit has under way; None if there is none, or its day is over.

        It has its content and its preview where it is wanted `whole`.
        """
        shown = [one if whole or one.name not in _LONG else literal("").label(one.name) for one in PENDING.c]
        found = await self._connection.execute(select(*shown).where(PENDING.c.unit == unit, PENDING.c.expires_at > now))
        row = found.mappings().one_or_none()
        return Pending(**row) if row else None

    async def unread(self) -> list[Pending]:
        """Return the files whose reading is not finished."""
        found = await self._connection.execute(select(PENDING).where(PENDING.c.state == "reading"))
        return [Pending(**row) for row in found.mappings()]

    async def keep_pending(self, pending: Pending) -> None:
        """Store the file that a unit has under way, in the place of another one."""
        statement = self._insert(PENDING)
        changed = {name: statement.excluded[name] for name in Pending.__dataclass_fields__ if name != "unit"}
        upsert = statement.on_conflict_do_update(index_elements=[PENDING.c.unit], set_=changed)
        await self._connection.execute(upsert, [asdict(pending)])

    async def show_pending(self, unit: str, token: str, base: int, made: str) -> bool:
        """Keep the preview of a file; False where the unit has another one under way, or its preview."""
        wanted = (PENDING.c.unit == unit, PENDING.c.token == token, PENDING.c.state == "reading")
        values = {"state": "shown", "base": base, "made": made, "problem": ""}
        return bool((await self._connection.execute(update(PENDING).where(*wanted).values(values))).rowcount)

    async def fetched(self, unit: str, token: str, sha256: str, content: str) -> bool:
        """Keep what was fetched of a file; False where the unit has another one under way."""
        wanted = (PENDING.c.unit == unit, PENDING.c.token == token)
        values = {"sha256": sha256, "content": content}
        return bool((await self._connection.execute(update(PENDING).where(*wanted).values(values))).rowcount)

    async def fail_pending(self, unit: str, token: str, problem: str) -> bool:
        """Remember why a file cannot be read, and not the file; False as above."""
        wanted = (PENDING.c.unit == unit, PENDING.c.token == token, PENDING.c.state == "reading")
        values = {"state": "failed", "problem": problem, "content": "", "made": ""}
        return bool((await self._connection.execute(update(PENDING).where(*wanted).values(values))).rowcount)

    async def take_pending(self, unit: str, token: str) -> bool:
        """Take a file away, to carry it out or to cancel it; False where it is gone already."""
        wanted = (PENDING.c.unit == unit, PENDING.c.token == token)
        return bool((await self._connection.execute(delete(PENDING).where(*wanted))).rowcount)

    async def forget_pending(self, now: datetime) -> int:
        """Delete the files whose day is over; returns how many."""
        return int((await self._connection.execute(delete(PENDING).where(PENDING.c.expires_at <= now))).rowcount)

    async def keep_waiting(self, lines: Sequence[Waiting]) -> None:
        """Store lines that wait for their day."""
        rows = [{"import_id": one.version, **{k: getattr(one, k) for k in _WAITING}} for one in lines]
        if rows:
            await self._connection.execute(insert(WAITING), rows)

    async def waiting(self, until: date) -> list[Waiting]:
        """Return the lines of all units whose day has come, in the order of their days."""
        statement = select(WAITING).where(WAITING.c.day <= until).order_by(WAITING.c.day, WAITING.c.id)
        found = await self._connection.execute(statement)
        return [Waiting(row.import_id, *(getattr(row, key) for key in _WAITING)) for row in found]

    async def waiting_in(self, unit: str) -> list[Waiting]:
        """Return the lines of a unit that wait for their day."""
        statement = select(WAITING).where(WAITING.c.unit == unit).order_by(WAITING.c.day, WAITING.c.id)
        found = await self._connection.execute(statement)
        return [Waiting(row.import_id, *(getattr(row, key) for key in _WAITING)) for row in found]

    async def drop_waiting(
        self, unit: str, *, until: date | None = None, versions: tuple[int, int | None] | None = None
    ) -> int:
        """Delete lines of a unit: those whose day has come, or those of versions from one number to another."""
        wanted = [WAITING.c.unit == unit]
        if until is not None:
            wanted.append(WAITING.c.day <= until)
        if versions is not None:
            first, last = versions
            wanted.append(WAITING.c.import_id >= first)
            if last is not None:
                wanted.append(WAITING.c.import_id <= last)
        return int((await self._connection.execute(delete(WAITING).where(*wanted))).rowcount)


_LONG = ("content", "made")
_WAITING = ("unit", "code", "day", "line")
