"""Chats in which a person has taken over, and what waits for people to write again."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, literal_column, select, update

from storage.conversations.queues import OUTBOX
from storage.conversations.turns import INBOX, SESSION, SILENCE
from storage.transaction import Queries

# Written out, so that the index of what is set aside is used.
ASIDE: Any = literal_column("'aside'")
# What stands at a reply set aside once its person knows of it.
TOLD = "told"
_UNTOLD = OUTBOX.c.problem != TOLD


class Silences(Queries):
    """The part of a transaction that keeps the assistant quiet, and what it could not say."""

    async def note_event(self, channel: str, event: str, now: datetime) -> bool:
        """Note that an event outside any turn was seen; False where it was before."""
        statement = self._insert(INBOX).on_conflict_do_nothing()
        values = {"channel": channel, "message": event, "at": now}
        return bool((await self._connection.execute(statement.values(values))).rowcount)

    async def keep_silence(self, channel: str, person: str, until: datetime) -> None:
        """Be silent in a chat until a moment."""
        statement = self._insert(SILENCE).values(channel=channel, person=person, until=until)
        keys = [SILENCE.c.channel, SILENCE.c.person]
        await self._connection.execute(statement.on_conflict_do_update(index_elements=keys, set_={"until": until}))

    async def silences(self, channel: str) -> dict[str, datetime]:
        """Return until when nothing is said in chats, by chat."""
        rows = await self._connection.execute(select(SILENCE).where(SILENCE.c.channel == channel))
        return {row.person: row.until for row in rows}

    async def end_silence(self, channel: str, person: str) -> bool:
        """Speak in a chat again; False where another process was first."""
        ended = delete(SILENCE).where(SILENCE.c.channel == channel, SILENCE.c.person == person)
        return bool((await self._connection.execute(ended)).rowcount)

    async def last_turn(self, channel: str, person: str) -> datetime | None:
        """Return when a person was last answered; None where that is not known.

        Somebody who was only written to has a session too, without a turn.
        """
        here = (SESSION.c.channel == channel, SESSION.c.person == person, SESSION.c.version > 0)
        statement = select(SESSION.c.at).where(*here)
        return (await self._connection.execute(statement)).scalar_one_or_none()

    async def let_wait(self, identifier: int, problem: str) -> None:
        """Set a reply aside until its person writes again."""
        aside = {"state": "aside", "problem": problem, "leased_until": None, "holder": ""}
        await self._connection.execute(update(OUTBOX).where(OUTBOX.c.id == identifier).values(aside))

    async def aside(self, channel: str) -> set[str]:
        """Return the people for whom replies are set aside that they were not told of."""
        waiting = select(OUTBOX.c.person).where(OUTBOX.c.state == ASIDE, OUTBOX.c.channel == channel, _UNTOLD)
        return set((await self._connection.execute(waiting.distinct())).scalars())

    async def tell_of_aside(self, channel: str, person: str) -> tuple[int, datetime] | None:
        """Note that a person is told of what was set aside; returns how many replies, the first when.

        None where they were told of all.
        """
        aside = (OUTBOX.c.channel == channel, OUTBOX.c.person == person, OUTBOX.c.state == ASIDE)
        told = update(OUTBOX).where(*aside, _UNTOLD).values(problem=TOLD)
        if not (await self._connection.execute(told)).rowcount:
            return None
        count, first = (await self._connection.execute(select(func.count(), func.min(OUTBOX.c.at)).where(*aside))).one()
        return int(count), first

    async def resume(self, channel: str, person: str) -> int:
        """Have what was set aside for a person delivered now; returns how many replies."""
        aside = (OUTBOX.c.channel == channel, OUTBOX.c.person == person, OUTBOX.c.state == ASIDE)
        again = update(OUTBOX).where(*aside).values(state="waiting", problem="", leased_until=None, holder="")
        return int((await self._connection.execute(again)).rowcount)
