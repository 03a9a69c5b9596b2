"""Units, counters and questionnaire versions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from handlers.world import Counter, Unit
from storage.tables.base import table
from storage.tables.places import CounterRow, FormerNameRow, QuestionnaireRow, UnitRow
from storage.transaction import Queries
from surveys.questionnaire import Questionnaire

UNIT = table(UnitRow)
COUNTER = table(CounterRow)
QUESTIONNAIRE = table(QuestionnaireRow)
FORMER_NAME = table(FormerNameRow)
_UNIT_KEYS = ("code", "name", "parent", "phone", "address", "hours", "demo", "valid_to", "successor")


class Places(Queries):
    """The part of a transaction that keeps units, counters and questionnaire versions."""

    async def add_unit(self, unit: Unit, now: datetime) -> bool:
        """Add a unit; False if its code is taken."""
        row = {key: getattr(unit, key) for key in _UNIT_KEYS}
        row |= {"kind": "", "valid_from": None, "created_at": now}
        statement = self._insert(UNIT).on_conflict_do_nothing().returning(UNIT.c.code)
        return (await self._connection.execute(statement, [row])).first() is not None

    async def add_counter(self, counter: Counter) -> bool:
        """Add a counter; False if its code is taken."""
        row = {"code": counter.code, "name": counter.name, "unit": counter.unit, "form": counter.form, "active": True}
        statement = self._insert(COUNTER).on_conflict_do_nothing().returning(COUNTER.c.code)
        return (await self._connection.execute(statement, [row])).first() is not None

    async def units(self) -> dict[str, Unit]:
        """Return all units by code, oldest first."""
        former: dict[str, list[tuple[date, str]]] = {}
        for row in await self._connection.execute(select(FORMER_NAME).order_by(FORMER_NAME.c.until)):
            former.setdefault(row.unit, []).append((row.until, row.name))
        rows = await self._connection.execute(select(UNIT).order_by(UNIT.c.created_at, UNIT.c.code))
        return {
            row.code: Unit(**{key: getattr(row, key) for key in _UNIT_KEYS}, former=tuple(former.get(row.code, ())))
            for row in rows
        }

    async def change_unit(self, code: str, values: Mapping[str, Any]) -> None:
        """Change fields of a unit."""
        await self._connection.execute(update(UNIT).where(UNIT.c.code == code).values(**values))

    async def keep_former_name(self, code: str, until: date, name: str) -> None:
        """Store the name that a unit had up to a day (included)."""
        row = {"unit": code, "until": until, "name": name}
        await self._connection.execute(self._insert(FORMER_NAME).on_conflict_do_nothing(), [row])

    async def merge_units(self, codes: Sequence[str], into: str, valid_to: date) -> None:
        """Merge units after a day, and close their counters."""
        merged = {"valid_to": valid_to, "successor": into}
        await self._connection.execute(update(UNIT).where(UNIT.c.code.in_(codes)).values(**merged))
        await self._connection.execute(update(COUNTER).where(COUNTER.c.unit.in_(codes)).values(active=False))

    async def unit_since(self) -> dict[str, datetime]:
        """Return the moment each unit was added."""
        return {row.code: row.created_at for row in await self._connection.execute(select(UNIT))}

    async def counters(self, *, active: bool = True) -> dict[str, Counter]:
        """Return by code the counters in use, or the closed ones if not `active`."""
        rows = await self._connection.execute(
            select(COUNTER).where(COUNTER.c.active.is_(active)).order_by(COUNTER.c.code)
        )
        return {row.code: Counter(row.code, row.name, row.unit, row.form) for row in rows}

    async def change_counter(self, code: str, values: Mapping[str, Any]) -> None:
        """Change fields of a counter."""
        await self._connection.execute(update(COUNTER).where(COUNTER.c.code == code).values(**values))

    async def keep_forms(self, forms: Iterable[Questionnaire]) -> list[str]:
        """Store questionnaire versions; returns the codes whose wording changed under the same version."""
        given = list(forms)
        rows = [{"code": f.code, "version": f.version, "digest": f.digest, "source": f.source} for f in given]
        if rows:
            await self._connection.execute(self._insert(QUESTIONNAIRE).on_conflict_do_nothing(), rows)
        stored = await self._connection.execute(
            select(QUESTIONNAIRE.c.code, QUESTIONNAIRE.c.version, QUESTIONNAIRE.c.digest)
        )
        digests = {(row.code, row.version): row.digest for row in stored}
        return [form.code for form in given if digests[form.code, form.version] != form.digest]
