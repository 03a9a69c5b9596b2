"""The secrets that an ISO week's votes and devices are hashed with."""

import secrets

from sqlalchemy import select

from storage.tables.base import table
from storage.tables.forms import VoteKeyRow
from storage.transaction import Part

KEY = table(VoteKeyRow)


class VoteKeys(Part):
    """The part of a transaction that keeps the keys of weeks."""

    async def week_key(self, week: str) -> bytes:
        """Return the secret of an ISO week; made when it is first needed."""
        if not (key := await self._key(week)):
            fresh = {"week": week, "key": secrets.token_hex(32)}
            await self._connection.execute(self._insert(KEY).on_conflict_do_nothing(), [fresh])
            key = await self._key(week)
        return key

    async def _key(self, week: str) -> bytes:
        found = await self._connection.execute(select(KEY.c.key).where(KEY.c.week == week))
        return bytes.fromhex(found.scalar_one_or_none() or "")
