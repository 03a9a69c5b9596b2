"""Statements (compiled reports that are kept): never changed, numbered within a unit, period and variant."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from reports.published.reading import Note
from reports.statements.inputs import Inputs, canonical
from reports.statements.scope import Scope
from reports.statements.statement import Kept, Statement
from storage.tables.base import table
from storage.tables.figures import StatementRow
from storage.transaction import Queries

STATEMENT = table(StatementRow)


class Statements(Queries):
    """The part of a transaction that keeps statements."""

    async def statement(self, identifier: int) -> Statement | None:
        """Return a statement by its id; its report is computed again from the stored inputs. None if there is none."""
        found = await self._connection.execute(select(STATEMENT).where(STATEMENT.c.id == identifier))
        row = found.one_or_none()
        return _kept(row).statement() if row else None

    async def last_statement(self, scope: Scope) -> Kept | None:
        """Return the last statement of a scope."""
        latest = select(STATEMENT).filter_by(**_key(scope)).order_by(STATEMENT.c.number.desc()).limit(1)
        row = (await self._connection.execute(latest)).one_or_none()
        return _kept(row) if row else None

    async def kept_notes(self, unit: str, variants: Sequence[str]) -> list[Note]:
        """Return notes of a unit's statements of some variants, ordered by period and number."""
        columns = [STATEMENT.c[name] for name in ("id", "period", "variant", "number", "digest")]
        mine = (STATEMENT.c.unit == unit, STATEMENT.c.variant.in_(variants))
        found = select(*columns).where(*mine).order_by(STATEMENT.c.period, STATEMENT.c.number)
        return [Note(*row) for row in await self._connection.execute(found)]

    async def kept_by_id(self, identifiers: Sequence[int]) -> list[Kept]:
        """Return statements as they are stored, in the order of their ids."""
        if not identifiers:
            return []
        found = select(STATEMENT).where(STATEMENT.c.id.in_(identifiers)).order_by(STATEMENT.c.id)
        return [_kept(row) for row in await self._connection.execute(found)]

    async def keep_statement(self, kept: Kept) -> bool:
        """Store a statement; False if another process stored one with its number first."""
        # The inputs hold the moment too, with the unit's own UTC offset, so that it always reads the same.
        values = {"inputs": kept.inputs.to_json(), "made_at": kept.made_at.isoformat()}
        row = {
            **_key(kept.inputs.scope),
            "number": kept.number,
            "digest": kept.digest,
            "inputs": canonical(values),
            "changes": list(kept.changes),
            "made_at": kept.made_at,
        }
        statement = self._insert(STATEMENT).on_conflict_do_nothing().returning(STATEMENT.c.id)
        return (await self._connection.execute(statement, [row])).first() is not None

    async def keep_facts(self, identifier: int, facts: str) -> str:
        """Store the details of a statement's documents unless some are stored already; returns the stored ones."""
        unknown = (STATEMENT.c.id == identifier, STATEMENT.c.facts.is_(None))
        await self._connection.execute(update(STATEMENT).where(*unknown).values(facts=facts))
        kept = await self._connection.execute(select(STATEMENT.c.facts).where(STATEMENT.c.id == identifier))
        return str(kept.scalar_one())


def _key(scope: Scope) -> dict[str, str]:
    return {"unit": scope.unit, "period": scope.period.name, "variant": scope.variant}


def _kept(row: Any) -> Kept:
    values = json.loads(row.inputs)
    return Kept(
        number=row.number,
        inputs=Inputs.from_json(values["inputs"], row.variant),
        digest=row.digest,
        made_at=datetime.fromisoformat(values["made_at"]),
        changes=tuple(row.changes),
        id=row.id,
    )
