"""Compiled reports as they are kept: never changed, numbered within a unit, a period and a way of asking."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from reports.statements.inputs import Inputs, canonical
from reports.statements.statement import Kept, Statement
from storage.tables.base import table
from storage.tables.figures import StatementRow
from storage.transaction import Part

STATEMENT = table(StatementRow)


class Statements(Part):
    """The part of a transaction that keeps statements."""

    async def statement(self, identifier: int) -> Statement | None:
        """Return a statement by its id, its report computed from what it was computed from then."""
        found = await self._connection.execute(select(STATEMENT).where(STATEMENT.c.id == identifier))
        row = found.one_or_none()
        return _kept(row).statement() if row else None

    async def statements(self, unit: str, period: str, variant: str) -> list[Statement]:
        """Return all statements of a unit and a period (by its name), the first one first."""
        found = await self._connection.execute(_these(unit, period, variant).order_by(STATEMENT.c.number))
        return [_kept(row).statement() for row in found]

    async def last_statement(self, unit: str, period: str, variant: str) -> Kept | None:
        """Return the last statement of a unit and a period, asked for in one way."""
        latest = _these(unit, period, variant).order_by(STATEMENT.c.number.desc()).limit(1)
        row = (await self._connection.execute(latest)).one_or_none()
        return _kept(row) if row else None

    async def keep_statement(self, kept: Kept) -> bool:
        """Keep a statement; False if another process kept one with its number first."""
        # The moment stands in the text as well, with the unit's own offset, so that it reads the same for ever.
        values = {"inputs": kept.inputs.to_json(), "made_at": kept.made_at.isoformat()}
        row = {
            "unit": kept.inputs.unit,
            "period": kept.inputs.period,
            "variant": kept.variant,
            "number": kept.number,
            "digest": kept.digest,
            "inputs": canonical(values),
            "changes": list(kept.changes),
            "made_at": kept.made_at,
        }
        statement = self._insert(STATEMENT).on_conflict_do_nothing().returning(STATEMENT.c.id)
        return (await self._connection.execute(statement, [row])).first() is not None

    async def keep_facts(self, identifier: int, facts: str) -> str:
        """Keep what a statement's documents say beside its figures, unless that is known; returns what is kept."""
        unknown = (STATEMENT.c.id == identifier, STATEMENT.c.facts.is_(None))
        await self._connection.execute(update(STATEMENT).where(*unknown).values(facts=facts))
        kept = await self._connection.execute(select(STATEMENT.c.facts).where(STATEMENT.c.id == identifier))
        return str(kept.scalar_one())


def _these(unit: str, period: str, variant: str) -> Any:
    same = (STATEMENT.c.unit == unit, STATEMENT.c.period == period, STATEMENT.c.variant == variant)
    return select(STATEMENT).where(*same)


def _kept(row: Any) -> Kept:
    values = json.loads(row.inputs)
    return Kept(
        variant=row.variant,
        number=row.number,
        inputs=Inputs.from_json(values["inputs"]),
        digest=row.digest,
        made_at=datetime.fromisoformat(values["made_at"]),
        changes=tuple(row.changes),
        id=row.id,
    )
