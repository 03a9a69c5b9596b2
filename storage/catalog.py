"""The stored catalog: what an import changed, and all entries for building an index."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from sqlalchemy import func, insert, select

from catalog.entries import Entry, from_json, to_json
from catalog.import_plan import laid_over
from storage.tables.base import table
from storage.tables.places import CatalogImportRow, ProcedureRow
from storage.transaction import Queries

PROCEDURE = table(ProcedureRow)
IMPORT = table(CatalogImportRow)
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """What an import is remembered by."""

    unit: str
    file: str
    sha256: str
    added: int
    changed: int
    unchanged: int
    refused: int


class Procedures(Queries):
    """The part of a transaction that keeps the catalog."""

    async def stored(self, unit: str) -> dict[str, Entry]:
        """Return the procedures of a unit's own catalog ("" is the common one) by code."""
        rows = await self._connection.execute(select(PROCEDURE.c.payload).where(PROCEDURE.c.unit == unit))
        return {entry.code: entry for entry in map(from_json, rows.scalars())}

    async def import_entries(self, record: ImportRecord, entries: Sequence[Entry], now: datetime) -> int:
        """Store new and changed entries under one import; returns the import's number."""
        values = {name: getattr(record, name) for name in ImportRecord.__dataclass_fields__} | {"at": now}
        identifier = (await self._connection.execute(insert(IMPORT).returning(IMPORT.c.id), [values])).scalar_one()
        statement = self._insert(PROCEDURE)
        changing = ("name", "field", "payload", "import_id")
        statement = statement.on_conflict_do_update(
            index_elements=[PROCEDURE.c.unit, PROCEDURE.c.code],
            set_={name: statement.excluded[name] for name in changing},
        )
        for start in range(0, len(entries), _CHUNK):
            rows = [
                {
                    "unit": record.unit,
                    "code": entry.code,
                    "name": entry.name,
                    "field": entry.field,
                    "payload": to_json(entry),
                    "import_id": identifier,
                }
                for entry in entries[start : start + _CHUNK]
            ]
            await self._connection.execute(statement, rows)
        return int(identifier)

    async def generation(self) -> int:
        """Return the number of the last import, 0 if there was none."""
        return int((await self._connection.execute(select(func.coalesce(func.max(IMPORT.c.id), 0)))).scalar_one())

    async def imports(self) -> Sequence[Any]:
        """Return all imports, oldest first."""
        return (await self._connection.execute(select(IMPORT).order_by(IMPORT.c.id))).all()

    async def catalog_units(self) -> list[str]:
        """Return the units that have procedures of their own, "" for the common catalog."""
        return sorted((await self._connection.execute(select(PROCEDURE.c.unit).distinct())).scalars())

    async def payloads(self, units: Sequence[str]) -> AsyncIterator[str]:
        """Yield the entries of a chain of units as JSON, by code; what the first unit states wins."""
        rank = {unit: position for position, unit in enumerate(units)}
        rows = await self._connection.stream(
            select(PROCEDURE.c.unit, PROCEDURE.c.code, PROCEDURE.c.payload)
            .where(PROCEDURE.c.unit.in_(units))
            .order_by(PROCEDURE.c.code)
            .execution_options(yield_per=_CHUNK)
        )
        code = ""
        stated: dict[int, str] = {}
        async for row in rows:
            if row.code != code:
                if stated:
                    yield _laid_over(stated)
                code, stated = row.code, {}
            stated[rank[row.unit]] = row.payload
        if stated:
            yield _laid_over(stated)


def _laid_over(stated: Mapping[int, str]) -> str:
    """One entry from those of several units by rank: what a nearer unit states goes over what a farther one does."""
    if len(stated) == 1:
        return next(iter(stated.values()))
    farthest, *nearer = (from_json(stated[rank]) for rank in sorted(stated, reverse=True))
    return to_json(reduce(laid_over, nearer, farthest))
