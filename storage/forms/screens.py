"""Screens at counters: which devices wait, which are paired, and which are revoked."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from storage.counts.rows import RESPONSE
from storage.tables.base import table
from storage.tables.places import ScreenRow
from storage.transaction import Queries
from surveys.screens import MOST_WAITING, STILL_WAITING, Screen

SCREEN = table(ScreenRow)


class Screens(Queries):
    """The part of a transaction that keeps the screens."""

    async def screen(self, digest: str) -> Screen | None:
        """Return the screen whose secret has this hash; None if there is none."""
        row = (await self._connection.execute(select(SCREEN).where(SCREEN.c.digest == digest))).one_or_none()
        return _screen(row) if row else None

    async def screens(self, counters: Sequence[str]) -> list[Screen]:
        """Return the screens of counters, in the order in which they asked."""
        found = select(SCREEN).where(SCREEN.c.counter.in_(counters)).order_by(SCREEN.c.id)
        return [_screen(row) for row in await self._connection.execute(found)]

    async def ask_pairing(self, digest: str, counter: str, now: datetime) -> bool:
        """Store a device's request to be paired; False if too many wait at this counter. A known device stays so."""
        if await self.screen(digest) is not None:
            return True
        waiting = (SCREEN.c.counter == counter, SCREEN.c.state == "waiting")
        gone = delete(SCREEN).where(*waiting, SCREEN.c.seen_at <= now - STILL_WAITING)
        await self._connection.execute(gone)
        count = await self._connection.execute(select(func.count()).select_from(SCREEN).where(*waiting))
        if count.scalar_one() >= MOST_WAITING:
            return False
        row = {"digest": digest, "counter": counter, "state": "waiting", "name": "", "paired_by": ""}
        fresh = self._insert(SCREEN).on_conflict_do_nothing()
        await self._connection.execute(fresh, [{**row, "asked_at": now, "seen_at": now}])
        return True

    async def pair_screen(self, digest: str, counter: str, name: str, by: str, now: datetime) -> Screen:
        """Pair a device with a counter and return its screen; a revoked device stays revoked: its secret is void."""
        paired = {"state": "paired", "name": name, "paired_at": now, "paired_by": by}
        statement = self._insert(SCREEN)
        statement = statement.on_conflict_do_update(
            index_elements=[SCREEN.c.digest],
            set_={key: statement.excluded[key] for key in paired},
            where=SCREEN.c.state == "waiting",
        )
        row = {"digest": digest, "counter": counter, "asked_at": now, "seen_at": now, **paired}
        await self._connection.execute(statement, [row])
        found = await self.screen(digest)
        if found is None:
            raise LookupError(digest)
        return found

    async def tapped_counters(self, units: Sequence[str], first: date) -> set[str]:
        """Return the counters of units whose screens were tapped on a day or after it."""
        tapped = (RESPONSE.c.unit.in_(units), RESPONSE.c.day >= first, RESPONSE.c.source == "kiosk")
        found = select(RESPONSE.c.counter).where(*tapped).distinct()
        return set((await self._connection.execute(found)).scalars())

    async def rename_screen(self, number: int, name: str) -> bool:
        """Give a screen another name; False if there is none."""
        return await self._change(number, name=name)

    async def revoke_screen(self, number: int) -> bool:
        """End a pairing permanently; False if there is no such screen or it was ended before."""
        paired = update(SCREEN).where(SCREEN.c.id == number, SCREEN.c.state != "revoked").values(state="revoked")
        return bool((await self._connection.execute(paired)).rowcount)

    async def see_screen(self, number: int, now: datetime) -> None:
        """Note that a screen is in use."""
        await self._change(number, seen_at=now)

    async def _change(self, number: int, **values: object) -> bool:
        changed = update(SCREEN).where(SCREEN.c.id == number).values(**values)
        return bool((await self._connection.execute(changed)).rowcount)


def _screen(row: Any) -> Screen:
    return Screen(
        *(row.id, row.digest, row.counter, row.state, row.name, row.asked_at, row.seen_at),
        paired_at=row.paired_at,
        paired_by=row.paired_by,
    )
