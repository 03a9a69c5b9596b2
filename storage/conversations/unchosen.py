"""Choices among procedures that people were offered and did not take."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select, update

from handlers.lookup.unchosen import offered_in_vain
from handlers.session import Session
from handlers.turn import NoteMiss
from storage.conversations.turns import SESSION
from storage.transaction import Queries


class Unchosen(Queries):
    """The part of a transaction that closes choices that nobody will take."""

    async def take_untaken(self, first: datetime, until: datetime) -> list[tuple[date, NoteMiss]]:
        """Close the open choices of sessions last used from `first` until `until`; returns their questions with days.

        Each changed session gets a new version. A message that is answered at the same time is then decided again.
        """
        wanted = select(SESSION).where(SESSION.c.at >= first, SESSION.c.at < until)
        found: list[tuple[date, NoteMiss]] = []
        for row in (await self._connection.execute(wanted.order_by(SESSION.c.channel, SESSION.c.person))).all():
            session = Session.from_json(row.state)
            if not offered_in_vain(session):
                continue
            mine = (SESSION.c.channel == row.channel, SESSION.c.person == row.person, SESSION.c.version == row.version)
            closed = {"state": replace(session, asked="").to_json(), "version": row.version + 1}
            if (await self._connection.execute(update(SESSION).where(*mine).values(closed))).rowcount:
                day = row.at.astimezone(until.tzinfo).date()
                found.append((day, NoteMiss(session.unit, session.asked, "not_taken")))
        return found
