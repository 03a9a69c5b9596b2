"""Chats in which a person has taken over, and what waits for people to write again."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, literal_column, select, update

from storage.conversations.outbox import OUTBOX
from storage.conversations.turns import INBOX, SESSION, SILENCE
from storage.transaction import Queries

# A literal, since the partial index of replies set aside is not used for a bound value.
ASIDE: Any = literal_column("'aside'")
# The `problem` of a reply set aside once its person knows of it.
OFFERED = "told"
_NOT_OFFERED = OUTBOX.c.problem != OFFERED


class Silences(Queries):
    """The part of a transaction that keeps the assistant silent in chats, and the replies that it could not send."""

    async def note_event(self, channel: str, event: str, now: datetime) -> bool:
        """Note that an event outside any turn was seen; False if it was noted before."""
        statement = self._insert(INBOX).on_conflict_do_nothing()
        values = {"channel": channel, "message": event, "at": now}
        return bool((await self._connection.execute(statement.values(values))).rowcount)

    async def keep_silence(self, channel: str, person: str, until: datetime) -> None:
        """Keep the assistant silent in a chat until a moment."""
        statement = self._insert(SILENCE).values(channel=channel, person=person, until=until)
        keys = [SILENCE.c.channel, SILENCE.c.person]
        await self._connection.execute(statement.on_conflict_do_update(index_elements=keys, set_={"until": until}))

    async def silences(self, channel: str) -> dict[str, datetime]:
        """Return by chat the moment until which the assistant is silent."""
        rows = await self._connection.execute(select(SILENCE).where(SILENCE.c.channel == channel))
        return {row.person: row.until for row in rows}

    async def end_silence(self, channel: str, person: str) -> bool:
        """End the silence in a chat; False if another process ended it first."""
        ended = delete(SILENCE).where(SILENCE.c.channel == channel, SILENCE.c.person == person)
        return bool((await self._connection.execute(ended)).rowcount)

    async def last_turn(self, channel: str, person: str) -> datetime | None:
        """Return when a person was last answered; None where that is not known.

        A person whom we only wrote to has a session too, but without a turn.
        """
        here = (SESSION.c.channel == channel, SESSION.c.person == person, SESSION.c.version > 0)
        statement = select(SESSION.c.at).where(*here)
        return (await self._connection.execute(statement)).scalar_one_or_none()

    async def let_wait(self, identifier: int, problem: str) -> None:
        """Set a reply aside until its person writes again."""
        values = {"state": "aside", "problem": problem, "leased_until": None, "holder": ""}
        await self._connection.execute(update(OUTBOX).where(OUTBOX.c.id == identifier).values(values))

    async def chats_with_set_aside(self, channel: str) -> set[str]:
        """Return the people who do not know yet that replies to them are set aside."""
        waiting = select(OUTBOX.c.person).where(OUTBOX.c.state == ASIDE, OUTBOX.c.channel == channel, _NOT_OFFERED)
        return set((await self._connection.execute(waiting.distinct())).scalars())

    async def note_offered(self, channel: str, person: str) -> tuple[int, datetime] | None:
        """Note that a person knows of the replies set aside; returns how many there are, and the moment of the first.

        None if the person already knew of all.
        """
        here = (OUTBOX.c.channel == channel, OUTBOX.c.person == person, OUTBOX.c.state == ASIDE)
        offered = update(OUTBOX).where(*here, _NOT_OFFERED).values(problem=OFFERED)
        if not (await self._connection.execute(offered)).rowcount:
            return None
        count, first = (await self._connection.execute(select(func.count(), func.min(OUTBOX.c.at)).where(*here))).one()
        return int(count), first

    async def resume(self, channel: str, person: str) -> int:
        """Put the replies set aside for a person back into delivery; returns how many."""
        here = (OUTBOX.c.channel == channel, OUTBOX.c.person == person, OUTBOX.c.state == ASIDE)
        again = update(OUTBOX).where(*here).values(state="waiting", problem="", leased_until=None, holder="")
        return int((await self._connection.execute(again)).rowcount)
