"""Notes about messenger accounts that the operator must know: troubles, costs, when an account was last heard from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.tables.base import table
from storage.tables.channels import ChannelNoteRow
from storage.transaction import Queries

NOTE = table(ChannelNoteRow)


@dataclass(frozen=True, slots=True)
class ChannelNote:
    """A note about an account, as ChannelNoteRow explains it."""

    channel: str
    account: str
    kind: str
    text: str
    count: int
    at: datetime


class ChannelNotes(Queries):
    """The part of a transaction that keeps notes about accounts."""

    async def channel_notes(self, channel: str) -> list[ChannelNote]:
        """Return the notes of a channel, by account and kind."""
        statement = select(NOTE).where(NOTE.c.channel == channel).order_by(NOTE.c.account, NOTE.c.kind)
        return [ChannelNote(**row) for row in (await self._connection.execute(statement)).mappings()]

    async def note_channel(self, channel: str, account: str, kind: str, text: str, now: datetime) -> ChannelNote | None:
        """Store a note and count it; returns the note before it, or None. The row stays locked until this commits."""
        key = {"channel": channel, "account": account, "kind": kind}
        # The row is created and locked before it is read, so that of two processes one sees what the other noted.
        insert = self._insert(NOTE).values(**key, text="", count=0, at=now)
        keys: Sequence[str] = tuple(key)
        await self._connection.execute(insert.on_conflict_do_nothing(index_elements=keys))
        here = (NOTE.c.channel == channel, NOTE.c.account == account, NOTE.c.kind == kind)
        row = (await self._connection.execute(select(NOTE).where(*here).with_for_update())).mappings().one()
        changed = {"text": text, "count": row["count"] + 1, "at": now}
        await self._connection.execute(NOTE.update().where(*here).values(**changed))
        return ChannelNote(**row) if row["count"] else None

    async def clear_channel_note(self, channel: str, account: str, kind: str) -> None:
        """Empty a note's text when its trouble is over; the moment at which it was noted is kept."""
        here = (NOTE.c.channel == channel, NOTE.c.account == account, NOTE.c.kind == kind)
        await self._connection.execute(NOTE.update().where(*here).values(text=""))
