"""When each staff chat was last alerted, and what its next alert holds: one row for each chat, not for each case."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update

from handlers.pace import Pace
from handlers.ports import Addressee
from storage.tables.base import table
from storage.tables.conversations import AlertPaceRow
from storage.transaction import Queries

PACE = table(AlertPaceRow)
_SOME = or_(PACE.c.waiting > 0, PACE.c.contacts > 0)


class Paces(Queries):
    """The part of a transaction that keeps the pace of alerts."""

    async def pace(self, chat: Addressee) -> Pace:
        """Return a chat's pace and lock it: other transactions that alert the chat wait for this one."""
        fresh = {"channel": chat.channel, "person": chat.user, "waiting": 0, "contacts": 0, "cases": []}
        here = (PACE.c.channel == chat.channel, PACE.c.person == chat.user)
        await self._connection.execute(self._insert(PACE).on_conflict_do_nothing(), [fresh])
        held = await self._connection.execute(select(PACE).where(*here).with_for_update())
        return _pace(held.one())

    async def keep_pace(self, pace: Pace) -> None:
        """Store a chat's pace, which `pace` or `due_paces` has locked."""
        here = (PACE.c.channel == pace.channel, PACE.c.person == pace.user)
        values = {"told_at": pace.alerted_at, "since": pace.since, "waiting": pace.waiting, "contacts": pace.contacts}
        await self._connection.execute(update(PACE).where(*here).values(**values, cases=list(pace.cases)))

    async def any_waits(self) -> bool:
        """Tell whether any alert waits to be sent to a chat."""
        return (await self._connection.execute(select(PACE.c.person).where(_SOME).limit(1))).first() is not None

    async def due_paces(self, now: datetime) -> list[Pace]:
        """Return and lock chats with a waiting alert that may be sent now, without those locked by another process."""
        free = select(PACE).where(_SOME).order_by(PACE.c.channel, PACE.c.person).with_for_update(skip_locked=True)
        return [pace for pace in map(_pace, await self._connection.execute(free)) if pace.may_tell(now)]

    async def forget_pace(self, chats: Sequence[Addressee]) -> None:
        """Delete waiting alerts of chats that no longer belong to staff."""
        for chat in chats:
            here = (PACE.c.channel == chat.channel, PACE.c.person == chat.user)
            await self._connection.execute(PACE.delete().where(*here))


def _pace(row: Any) -> Pace:
    return Pace(row.channel, row.person, row.told_at, row.since, row.waiting, row.contacts, tuple(row.cases))
