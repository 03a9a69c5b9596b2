"""The keys that votes and devices are hashed with: one for each ISO week, thrown away when the week is over."""

import secrets

from sqlalchemy import delete, select

from storage.part import Part
from storage.tables import VoteKeyRow, table

KEY = table(VoteKeyRow)
KEY_BYTES = 32


class VoteKeys(Part):
    """The part of a transaction that keeps the weeks' keys."""

    async def week_key(self, week: str) -> bytes:
        """Return the key of an ISO week ("2026-W47"), made when it is first asked for."""
        wanted = select(KEY.c.key).where(KEY.c.week == week)
        found = (await self._connection.execute(wanted)).scalar_one_or_none()
        if found is None:
            row = {"week": week, "key": secrets.token_hex(KEY_BYTES)}
            await self._connection.execute(self._insert(KEY).on_conflict_do_nothing(), [row])
            # Another process may have been first; its key counts.
            found = (await self._connection.execute(wanted)).scalar_one()
        return bytes.fromhex(found)

    async def forget_week_keys(self, week: str) -> int:
        """Delete the keys of all weeks before one; what was hashed with them can be tied to nothing any more."""
        return (await self._connection.execute(delete(KEY).where(KEY.c.week < week))).rowcount
