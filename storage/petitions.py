"""The register of petitions."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select, update

from storage.tables.base import table
from storage.tables.petitions import PetitionRow
from storage.transaction import Queries
from surveys.petitions import Petition, PetitionState

PETITION = table(PetitionRow)
_KEYS = tuple(name for name in Petition.__dataclass_fields__ if name != "id")


class Petitions(Queries):
    """The part of a transaction that keeps the register of petitions."""

    async def enter_petition(self, petition: Petition) -> int:
        """Enter a petition; returns its number."""
        values = {key: getattr(petition, key) for key in _KEYS}
        return int(
            (await self._connection.execute(insert(PETITION).values(values).returning(PETITION.c.id))).scalar_one()
        )

    async def petition(self, number: int) -> Petition | None:
        """Return a petition by its number; None if there is none."""
        row = (await self._connection.execute(select(PETITION).where(PETITION.c.id == number))).one_or_none()
        return _petition(row) if row else None

    async def petitions(self, units: Sequence[str], state: PetitionState, most: int) -> list[Petition]:
        """Return the petitions of units in a state: open ones by their due day, answered ones the latest first."""
        order = (PETITION.c.due, PETITION.c.id) if state == "open" else (PETITION.c.answered_on.desc(), PETITION.c.id)
        wanted = select(PETITION).where(PETITION.c.unit.in_(units), PETITION.c.state == state)
        return [_petition(row) for row in await self._connection.execute(wanted.order_by(*order).limit(most))]

    async def answer_petition(self, number: int, note: str, day: date, who: str) -> bool:
        """Store the answer to an open petition; False if it was answered before."""
        waiting = (PETITION.c.id == number, PETITION.c.state == "open")
        values = {"state": "answered", "note": note, "answered_on": day, "answered_by": who}
        return bool((await self._connection.execute(update(PETITION).where(*waiting).values(values))).rowcount)

    async def petitions_between(self, units: Sequence[str], first: date, last: date) -> tuple[int, int]:
        """Return how many petitions units received between two days, both included, and how many are answered."""
        wanted = (PETITION.c.unit.in_(units), PETITION.c.received_on >= first, PETITION.c.received_on <= last)
        counted = select(PETITION.c.state, func.count()).where(*wanted).group_by(PETITION.c.state)
        counts = {state: int(count) for state, count in await self._connection.execute(counted)}
        return sum(counts.values()), counts.get("answered", 0)

    async def open_petitions(self, units: Sequence[str], today: date) -> tuple[int, int]:
        """Return how many petitions of units are not answered, and how many of them are past their due day."""
        late = func.count().filter(PETITION.c.due < today)
        counted = select(func.count(), late).where(PETITION.c.unit.in_(units), PETITION.c.state == "open")
        count, overdue = (await self._connection.execute(counted)).one()
        return int(count), int(overdue)

    async def forget_petition_words(self, before: date) -> int:
        """Delete the words of petitions that were answered before a day; returns of how many."""
        old = (PETITION.c.state == "answered", PETITION.c.answered_on < before, PETITION.c.text != "")
        return int((await self._connection.execute(update(PETITION).where(*old).values(text="", note=""))).rowcount)


def _petition(row: Any) -> Petition:
    return Petition(row.id, **{key: getattr(row, key) for key in _KEYS})
