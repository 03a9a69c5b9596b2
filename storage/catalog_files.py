"""Files on their way into a catalog: each unit's pending file, and confirmed lines that wait for their day."""

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
        """Return the file that a unit has under way; None if there is none, or it has expired.

        Its content and its preview are empty unless `whole`.
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
        """Store the file that a unit has under way; it replaces the unit's earlier one."""
        statement = self._insert(PENDING)
        changed = {name: statement.excluded[name] for name in Pending.__dataclass_fields__ if name != "unit"}
        upsert = statement.on_conflict_do_update(index_elements=[PENDING.c.unit], set_=changed)
        await self._connection.execute(upsert, [asdict(pending)])

    async def show_pending(self, unit: str, token: str, base: int, made: str) -> bool:
        """Store the preview of a file; False if the unit has another file under way, or this one is not being read."""
        wanted = (PENDING.c.unit == unit, PENDING.c.token == token, PENDING.c.state == "reading")
        values = {"state": "shown", "base": base, "made": made, "problem": ""}
        return bool((await self._connection.execute(update(PENDING).where(*wanted).values(values))).rowcount)

    async def fetched(self, unit: str, token: str, sha256: str, content: str) -> bool:
        """Store the fetched content of a file; False if the unit has another file under way."""
        wanted = (PENDING.c.unit == unit, PENDING.c.token == token)
        values = {"sha256": sha256, "content": content}
        return bool((await self._connection.execute(update(PENDING).where(*wanted).values(values))).rowcount)

    async def fail_pending(self, unit: str, token: str, problem: str) -> bool:
        """Store why a file cannot be read, and drop its content; False in the same cases as `show_pending`."""
        wanted = (PENDING.c.unit == unit, PENDING.c.token == token, PENDING.c.state == "reading")
        values = {"state": "failed", "problem": problem, "content": "", "made": ""}
        return bool((await self._connection.execute(update(PENDING).where(*wanted).values(values))).rowcount)

    async def take_pending(self, unit: str, token: str) -> bool:
        """Delete a file that is carried out or cancelled; False if it is gone already."""
        wanted = (PENDING.c.unit == unit, PENDING.c.token == token)
        return bool((await self._connection.execute(delete(PENDING).where(*wanted))).rowcount)

    async def forget_pending(self, now: datetime) -> int:
        """Delete the files that have expired; returns how many."""
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
