"""What is stored about a chat, its erasure, the register of requests about personal data, and deleting old data."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, not_, or_, select, update

from handlers.messages import Incoming
from handlers.ports import Erased, Farewell, Held
from handlers.session import Session
from reports.data_requests import Request
from storage.catalog import IMPORT
from storage.catalog_files import PENDING
from storage.conversations.outbox import OUTBOX
from storage.conversations.paces import PACE
from storage.conversations.turns import INBOX, SESSION, SILENCE
from storage.forms.answers import MISS
from storage.forms.budget import DECISION
from storage.forms.votes import Votes
from storage.people.staff import STAFF, TOKEN
from storage.questions_left import QUESTION
from storage.tables.base import table
from storage.tables.conversations import RequestRow
from storage.tables.forms import CaseRow, CaseStepRow
from storage.unit_settings import SETTING

CASE, STEP = table(CaseRow), table(CaseStepRow)
REQUEST = table(RequestRow)
_REQUEST_KEYS = ("kind", "received_on", "answer_by", "carry_out_by", "answered_on", "carried_out_on", "note")


class Privacy(Votes):
    """The part of a transaction that serves people's rights about their data."""

    async def held(self, channel: str, user: str, day: date) -> Held:
        """Return what is stored about a chat besides its session."""
        lines = select(func.count(), func.min(OUTBOX.c.at)).where(OUTBOX.c.channel == channel, OUTBOX.c.person == user)
        count, since = (await self._connection.execute(lines)).one()
        contacts = select(func.count()).where(CASE.c.channel == channel, CASE.c.person == user)
        written_to = int((await self._connection.execute(contacts)).scalar_one())
        forms = len(await self.votes_of(Incoming(channel, user, "").person, day))
        asked = select(func.count()).where(QUESTION.c.channel == channel, QUESTION.c.person == user)
        questions = int((await self._connection.execute(asked)).scalar_one())
        return Held(int(count), since, written_to, forms, questions)

    async def erase(self, channel: str, user: str, day: date, farewell: Farewell | None = None) -> Erased:
        """Delete everything stored about a chat except the confirmation sent to it.

        Waiting replies are deleted too: nobody writes to a person who asked to be forgotten. Inbox messages are deleted
        if their ids contain the chat's id. A messenger's own message numbers stay: they identify nobody, and without
        them a message that is delivered again would be answered twice. The forms of the week of `day` can still be
        found and are deleted too.
        """
        forms = await self.votes_of(Incoming(channel, user, "").person, day)
        await self.drop_responses(forms)
        lines = delete(OUTBOX).where(OUTBOX.c.channel == channel, OUTBOX.c.person == user)
        prefix = f"{user}:"
        messages = and_(INBOX.c.channel == channel, func.substr(INBOX.c.message, 1, len(prefix)) == prefix)
        session = (SESSION.c.channel == channel, SESSION.c.person == user)
        in_groups = (SESSION.c.channel == channel, _in_groups(user))
        gone = in_groups if farewell else (SESSION.c.channel == channel, or_(session[1], in_groups[1]))
        await self._drop_unfinished(gone)
        sessions = await self._count(delete(SESSION).where(*gone))
        if farewell:
            lines = lines.where(OUTBOX.c.id < farewell.first)
            messages = and_(messages, INBOX.c.message.not_in(farewell.messages))
        erased = Erased(
            lines=await self._count(lines),
            messages=await self._count(delete(INBOX).where(messages)),
            sessions=sessions,
            memberships=await self._count(delete(STAFF).where(STAFF.c.channel == channel, STAFF.c.person == user)),
            contacts=await self._count(
                update(CASE).where(CASE.c.channel == channel, CASE.c.person == user).values(channel="", person="")
            ),
            forms=len(forms),
            questions=await self._count(
                update(QUESTION)
                .where(QUESTION.c.channel == channel, QUESTION.c.person == user)
                .values(channel="", person="")
            ),
        )
        pace = delete(PACE).where(PACE.c.channel == channel, PACE.c.person == user)
        await self._connection.execute(pace)
        await self._connection.execute(delete(SILENCE).where(SILENCE.c.channel == channel, SILENCE.c.person == user))
        for record in (DECISION, SETTING, STEP):
            decided = update(record).where(record.c.channel == channel, record.c.person == user)
            await self._connection.execute(decided.values(channel="", person=""))
        await self._connection.execute(delete(TOKEN).where(TOKEN.c.channel == channel, TOKEN.c.person == user))
        for held in (IMPORT, PENDING):
            # On the staff page somebody is known by the chat that asked for the login link.
            theirs = or_(and_(held.c.channel == channel, held.c.person == user), held.c.person == f"{channel}:{user}")
            await self._connection.execute(update(held).where(theirs).values(person=""))
        if farewell:
            message = farewell.messages[0]
            for statement in (
                update(OUTBOX).where(OUTBOX.c.channel == channel, OUTBOX.c.message == message, OUTBOX.c.person == user),
                update(INBOX).where(INBOX.c.channel == channel, INBOX.c.message == message),
                update(SESSION).where(*session, SESSION.c.version == farewell.version),
            ):
                await self._connection.execute(statement.values(at=farewell.at))
        return erased

    async def _drop_unfinished(self, sessions: Sequence[ColumnElement[bool]]) -> None:
        """Delete the unfinished surveys to whose answers these sessions still lead."""
        states = (await self._connection.execute(select(SESSION.c.state).where(*sessions))).scalars()
        running = [survey.to_drop for state in states if (survey := Session.from_json(state).survey) and survey.to_drop]
        if running:
            await self.drop_unfinished(running)

    async def add_request(self, request: Request) -> int:
        """Enter a request into the register; returns its number."""
        row = {key: getattr(request, key) for key in _REQUEST_KEYS}
        statement = self._insert(REQUEST).values(row).returning(REQUEST.c.id)
        return int((await self._connection.execute(statement)).scalar_one())

    async def requests(self, *, open_only: bool = False) -> list[Request]:
        """Return the requests in the order they were received."""
        statement = select(REQUEST).order_by(REQUEST.c.received_on, REQUEST.c.id)
        if open_only:
            statement = statement.where(_open())
        return [_request(row) for row in await self._connection.execute(statement)]

    async def answer_request(self, number: int, day: date) -> bool:
        """Note that a request was answered; False if no unanswered request has this number."""
        waiting = (REQUEST.c.id == number, REQUEST.c.answered_on.is_(None))
        return bool(await self._count(update(REQUEST).where(*waiting).values(answered_on=day)))

    async def finish_request(self, number: int, day: date) -> bool:
        """Note that a request was carried out and so answered; False if no unfinished request has this number."""
        waiting = (REQUEST.c.id == number, REQUEST.c.carried_out_on.is_(None))
        done = {"carried_out_on": day, "answered_on": func.coalesce(REQUEST.c.answered_on, day)}
        return bool(await self._count(update(REQUEST).where(*waiting).values(done)))

    async def forget_requests(self, before: date) -> int:
        """Delete requests that were answered and carried out before a day; returns how many."""
        return await self._count(
            delete(REQUEST).where(not_(_open()), REQUEST.c.carried_out_on < before, REQUEST.c.answered_on < before)
        )

    async def forget_misses(self, before: date) -> int:
        """Delete unanswered questions older than a day; returns how many rows."""
        return await self._count(delete(MISS).where(MISS.c.day < before))

    async def _count(self, statement: Any) -> int:
        return int((await self._connection.execute(statement)).rowcount)


def _in_groups(user: str) -> ColumnElement[bool]:
    """Return the condition for the sessions of a person in groups, or of a group's people (`Incoming.talk`)."""
    first, last = f"{user}/", f"/{user}"
    return or_(func.substr(SESSION.c.person, 1, len(first)) == first, SESSION.c.person.endswith(last, autoescape=True))


def _open() -> ColumnElement[bool]:
    return or_(REQUEST.c.answered_on.is_(None), REQUEST.c.carried_out_on.is_(None))


def _request(row: Any) -> Request:
    return Request(**{key: getattr(row, key) for key in _REQUEST_KEYS}, id=row.id)
