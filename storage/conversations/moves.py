"""Moving a chat to a new address: a group that becomes a supergroup gets another id."""

from sqlalchemy import ColumnElement, Table, and_, delete, func, literal, or_, select, update

from storage.catalog import IMPORT
from storage.catalog_files import PENDING
from storage.questions_left import QUESTION
from storage.tables.base import table
from storage.tables.conversations import AlertPaceRow, OutboxRow, SessionRow, StaffRow, TokenRow
from storage.tables.forms import ApartRow, CaseRow, CaseStepRow
from storage.tables.unit_settings import UnitSettingRow
from storage.transaction import Queries

SESSION, STAFF = table(SessionRow), table(StaffRow)
OUTBOX, TOKEN, CASE = table(OutboxRow), table(TokenRow), table(CaseRow)
PACE, DECISION, SETTING = table(AlertPaceRow), table(ApartRow), table(UnitSettingRow)
STEP = table(CaseStepRow)


class Moves(Queries):
    """The part of a transaction that follows a chat to its new address."""

    async def move_chat(self, channel: str, old: str, new: str) -> int:
        """Move everything that belongs to a chat to a new address; replies refused at the old one wait again.

        Rows that the new address already has stay: somebody who joined again there keeps that membership. Returns how
        many replies wait again.
        """
        refused = (OUTBOX.c.channel == channel, OUTBOX.c.person == old, OUTBOX.c.state == "refused")
        again = update(OUTBOX).where(*refused).values(state="waiting", leased_until=None, holder="", problem="")
        waiting = int((await self._connection.execute(again)).rowcount)
        for held in (STAFF, SESSION, PACE):
            await self._drop_doubles(held, channel, old, new)
        for held in (OUTBOX, STAFF, SESSION, TOKEN, CASE, PACE, DECISION, IMPORT, PENDING, SETTING, STEP, QUESTION):
            moved = func.substr(held.c.person, len(old) + 1)
            belongs = held.c.person == old
            if held is SESSION:
                belongs = or_(belongs, _inside(held, old))
            statement = update(held).where(held.c.channel == channel, belongs)
            await self._connection.execute(statement.values(person=literal(new).concat(moved)))
        return waiting

    async def _drop_doubles(self, held: Table, channel: str, old: str, new: str) -> None:
        there = select(held.c.person).where(held.c.channel == channel, or_(held.c.person == new, _inside(held, new)))
        taken = [old + person[len(new) :] for person in (await self._connection.execute(there)).scalars()]
        await self._connection.execute(delete(held).where(and_(held.c.channel == channel, held.c.person.in_(taken))))


def _inside(held: Table, chat: str) -> ColumnElement[bool]:
    """Return the condition that a row belongs to somebody inside a chat."""
    prefix = f"{chat}/"
    return func.substr(held.c.person, 1, len(prefix)) == prefix
