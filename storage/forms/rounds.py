"""Survey rounds and their slips."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update

from storage.tables.base import table
from storage.tables.forms import AnswerRow, ResponseRow, RoundRow, SlipRow
from storage.transaction import Queries
from surveys.slips import Counts, Occasion, Round, Slip

ROUND = table(RoundRow)
SLIP = table(SlipRow)
RESPONSE = table(ResponseRow)
ANSWER = table(AnswerRow)
_ROUND_KEYS = ("name", "unit", "form", "target", "first", "last", "counter", "closed_at", "version")
_SLIP_KEYS = ("code", "round", "serial", "state", "occasion", "week")


class Rounds(Queries):
    """The part of a transaction that keeps survey rounds and slips."""

    async def open_round(self, opened: Round, now: datetime) -> bool:
        """Add a round; False if its name is taken."""
        row = {key: getattr(opened, key) for key in _ROUND_KEYS} | {"opened_at": now}
        statement = self._insert(ROUND).on_conflict_do_nothing().returning(ROUND.c.name)
        return (await self._connection.execute(statement, [row])).first() is not None

    async def close_round(self, name: str, now: datetime) -> bool:
        """Close a round for answers; False if it was closed before or is unknown."""
        statement = update(ROUND).where(ROUND.c.name == name, ROUND.c.closed_at.is_(None)).values(closed_at=now)
        return bool((await self._connection.execute(statement)).rowcount)

    async def rounds(self) -> dict[str, Round]:
        """Return all rounds by name, oldest first."""
        rows = await self._connection.execute(select(ROUND).order_by(ROUND.c.opened_at, ROUND.c.name))
        return {row.name: round_of(row) for row in rows}

    async def round_counts(self, names: Sequence[str]) -> dict[str, Counts]:
        """Return by round how many slips are issued, used, unfinished and revoked; leaves out rounds without."""
        unfinished = and_(SLIP.c.state == "issued", SLIP.c.response.is_not(None))
        rows = await self._connection.execute(
            select(
                SLIP.c.round,
                func.count().filter(SLIP.c.state != "revoked"),
                func.count().filter(SLIP.c.state == "used"),
                func.count().filter(unfinished),
                func.count().filter(SLIP.c.state == "revoked"),
            )
            .where(SLIP.c.round.in_(names))
            .group_by(SLIP.c.round)
        )
        return {name: Counts(*counted) for name, *counted in rows}

    async def add_slips(self, name: str, codes: Sequence[str], occasion: Occasion = "") -> list[Slip]:
        """Add slips to a round, numbered from its last one on; returns them."""
        # The round's row is locked, so that two people who print at once do not give out a number twice.
        await self._connection.execute(update(ROUND).where(ROUND.c.name == name).values(name=name))
        last = select(func.coalesce(func.max(SLIP.c.serial), 0)).where(SLIP.c.round == name)
        start = int((await self._connection.execute(last)).scalar_one()) + 1
        slips = [Slip(code, name, serial, occasion=occasion) for serial, code in enumerate(codes, start)]
        if slips:
            await self._connection.execute(insert(SLIP), [_values(slip) for slip in slips])
        return slips

    async def slips_of(self, name: str) -> list[Slip]:
        """Return the slips of a round by serial number."""
        rows = await self._connection.execute(select(SLIP).where(SLIP.c.round == name).order_by(SLIP.c.serial))
        return [_slip(row) for row in rows]

    async def slips(self, codes: Sequence[str]) -> dict[str, Slip]:
        """Return slips by code."""
        rows = await self._connection.execute(select(SLIP).where(SLIP.c.code.in_(codes)))
        return {row.code: _slip(row) for row in rows}

    async def revoke_slips(self, codes: Sequence[str]) -> list[str]:
        """Revoke slips that were not used; returns the codes of those revoked now."""
        statement = (
            update(SLIP)
            .where(SLIP.c.code.in_(codes), SLIP.c.state == "issued")
            .values(state="revoked", response=None)
            .returning(SLIP.c.code)
        )
        return sorted((await self._connection.execute(statement)).scalars())

    async def take_slips(self, answering: Mapping[str, str]) -> dict[str, str]:
        """Tie each open slip (by code) to a response id; returns the response id that each open slip is tied to.

        A slip that is already tied keeps its response. A slip that is used, revoked or unknown is not returned.
        """
        taken = {}
        for code, response in sorted(answering.items()):
            free = or_(SLIP.c.response.is_(None), SLIP.c.response == response)
            statement = update(SLIP).where(SLIP.c.code == code, SLIP.c.state == "issued", free)
            await self._connection.execute(statement.values(response=response))
            found = select(SLIP.c.response).where(SLIP.c.code == code, SLIP.c.state == "issued")
            if tie := (await self._connection.execute(found)).scalar_one_or_none():
                taken[code] = str(tie)
        return taken

    async def use_slips(self, codes: Sequence[str], week: str) -> None:
        """Mark slips as used in an ISO week, and delete their ties to responses."""
        await self._connection.execute(
            update(SLIP).where(SLIP.c.code.in_(codes)).values(state="used", response=None, week=week)
        )

    async def entered(self, name: str, source: str, day: date) -> tuple[int, dict[tuple[str, int], int]]:
        """Count a round's responses of a source and day, and their answers by question and level."""
        these = (RESPONSE.c.round == name, RESPONSE.c.source == source, RESPONSE.c.day == day)
        # There is an index on unit and day, none on the round.
        of_unit = RESPONSE.c.unit == select(ROUND.c.unit).where(ROUND.c.name == name).scalar_subquery()
        count = await self._connection.execute(select(func.count()).select_from(RESPONSE).where(of_unit, *these))
        levels = await self._connection.execute(
            select(ANSWER.c.question, ANSWER.c.level, func.count())
            .join(RESPONSE, ANSWER.c.response == RESPONSE.c.id)
            .where(of_unit, *these, ANSWER.c.level.is_not(None))
            .group_by(ANSWER.c.question, ANSWER.c.level)
        )
        return int(count.scalar_one()), {(question, level): int(n) for question, level, n in levels}


def round_of(row: Any) -> Round:
    """Return the round that a row of its table stands for."""
    return Round(**{key: getattr(row, key) for key in _ROUND_KEYS})


def _values(slip: Slip) -> dict[str, Any]:
    return {key: getattr(slip, key) for key in _SLIP_KEYS} | {"response": slip.response or None}


def _slip(row: Any) -> Slip:
    return Slip(**{key: getattr(row, key) for key in _SLIP_KEYS}, response=row.response or "")
