"""The stored catalog: what an import changed, and all entries for building an index."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import reduce
from typing import Any, TypeVar

from sqlalchemy import bindparam, delete, func, insert, select, text

from catalog.entries import Entry, from_json, to_json
from catalog.history import CatalogMoved, Change, ImportKind, ImportRecord
from catalog.import_plan import over
from handlers.unit_settings.settings import Author
from storage.tables.base import table
from storage.tables.catalog import CatalogChangeRow, CatalogImportRow, ProcedureRow
from storage.transaction import Queries

PROCEDURE = table(ProcedureRow)
IMPORT = table(CatalogImportRow)
CHANGE = table(CatalogChangeRow)
__all__ = ["ImportRecord", "Procedures"]

T = TypeVar("T")
# The advisory lock of PostgreSQL under which versions are made: their numbers must become visible in their order.
ONE_VERSION = 0x4D43_0013
_CHUNK = 500


class Procedures(Queries):
    """The part of a transaction that keeps the catalog."""

    async def stored(self, unit: str) -> dict[str, Entry]:
        """Return the procedures of a unit's own catalog ("" is the common one) by code."""
        rows = await self._connection.execute(select(PROCEDURE.c.payload).where(PROCEDURE.c.unit == unit))
        return await asyncio.to_thread(_by_code, rows.scalars().all())

    async def import_entries(
        self,
        record: ImportRecord,
        entries: Sequence[Entry],
        now: datetime,
        *,
        removed: Sequence[str] = (),
        base: int | None = None,
    ) -> int:
        """Store new and changed entries under one version, and delete those of the `removed` codes.

        The history keeps each entry as it was before. Returns the version's number. Raises CatalogMoved and stores
        nothing if the unit's catalog is no longer of generation `base` (None: any generation is accepted).
        """
        await self.hold_catalogs()
        if base is not None and await self.generation_of(record.unit) != base:
            raise CatalogMoved
        values = asdict(record) | {"at": now}
        identifier = int((await self._connection.execute(insert(IMPORT).returning(IMPORT.c.id), [values])).scalar_one())
        statement = self._insert(PROCEDURE)
        changing = ("name", "field", "payload", "import_id")
        statement = statement.on_conflict_do_update(
            index_elements=[PROCEDURE.c.unit, PROCEDURE.c.code],
            set_={name: statement.excluded[name] for name in changing},
        )
        rows = await asyncio.to_thread(_rows, {entry.code: entry for entry in entries}, record.unit, identifier)
        for chunk in _chunks(rows):
            await self._keep_changes(identifier, record.unit, {row["code"]: row["payload"] for row in chunk})
            await self._connection.execute(statement, chunk)
        for codes in _chunks(removed):
            await self._keep_changes(identifier, record.unit, dict.fromkeys(codes))
            gone = (PROCEDURE.c.unit == record.unit, PROCEDURE.c.code.in_(codes))
            await self._connection.execute(delete(PROCEDURE).where(*gone))
        return identifier

    async def hold_catalogs(self) -> None:
        """Block other transactions from changing a catalog until this one ends; SQLite has only one writer anyway."""
        if self._connection.dialect.name == "postgresql":
            await self._connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_VERSION})

    async def _keep_changes(self, version: int, unit: str, after: Mapping[str, Any]) -> None:
        """Store procedures before and after a change; the database itself copies their present state as `before`."""
        before = select(PROCEDURE.c.payload).where(
            PROCEDURE.c.unit == bindparam("of"), PROCEDURE.c.code == bindparam("changed")
        )
        statement = insert(CHANGE).values(
            import_id=bindparam("version"),
            unit=bindparam("of"),
            code=bindparam("changed"),
            before=before.scalar_subquery(),
            after=bindparam("becomes"),
        )
        rows = [
            {"version": version, "of": unit, "changed": code, "becomes": payload} for code, payload in after.items()
        ]
        await self._connection.execute(statement, rows)

    async def stated(self, unit: str, codes: Sequence[str]) -> dict[str, Entry]:
        """Return what a unit itself states of some procedures, by code."""
        wanted = (PROCEDURE.c.unit == unit, PROCEDURE.c.code.in_(codes))
        rows = await self._connection.execute(select(PROCEDURE.c.payload).where(*wanted))
        return {entry.code: entry for entry in map(from_json, rows.scalars())}

    async def stated_along(self, units: Sequence[str], code: str) -> dict[str, Entry]:
        """Return what each of some units itself states of one procedure ("" is the common catalog), by unit."""
        wanted = (PROCEDURE.c.unit.in_(units), PROCEDURE.c.code == code)
        rows = await self._connection.execute(select(PROCEDURE.c.unit, PROCEDURE.c.payload).where(*wanted))
        return {row.unit: from_json(row.payload) for row in rows}

    async def put_stated(self, unit: str, source: str, entries: Sequence[Entry], now: datetime, author: Author) -> None:
        """Store what a unit itself states of procedures; `source` says where it was typed.

        The fields of an entry without a name override those that units above publish under its code.
        """
        known = await self.stated(unit, [entry.code for entry in entries])
        changed = sum(entry.code in known or not entry.name for entry in entries)
        digest = hashlib.sha256("\n".join(map(to_json, entries)).encode()).hexdigest()
        record = ImportRecord(
            *(unit, source, digest, len(entries) - changed, changed, 0, 0),
            kind="edit",
            channel=author.chat.channel if author.chat else "",
            person=author.chat.user if author.chat else "",
            by_unit=author.who.rpartition(" ")[2],
        )
        await self.import_entries(record, entries, now)

    async def generation(self) -> int:
        """Return the number of the last version of any catalog, 0 if there was none."""
        return int((await self._connection.execute(select(func.coalesce(func.max(IMPORT.c.id), 0)))).scalar_one())

    async def generation_of(self, unit: str) -> int:
        """Return the number of the last version of a unit's own catalog, 0 if there was none."""
        last = select(func.coalesce(func.max(IMPORT.c.id), 0)).where(IMPORT.c.unit == unit)
        return int((await self._connection.execute(last)).scalar_one())

    async def imports(self) -> Sequence[Any]:
        """Return all versions, oldest first."""
        return (await self._connection.execute(select(IMPORT).order_by(IMPORT.c.id))).all()

    async def versions(self, unit: str, most: int, before: int | None = None) -> Sequence[Any]:
        """Return the last versions of a unit's own catalog, newest first; if given, only those before a number."""
        statement = select(IMPORT).where(IMPORT.c.unit == unit).order_by(IMPORT.c.id.desc()).limit(most)
        if before is not None:
            statement = statement.where(IMPORT.c.id < before)
        return (await self._connection.execute(statement)).all()

    async def version(self, number: int) -> Any | None:
        """Return one version; None if there is none of this number."""
        return (await self._connection.execute(select(IMPORT).where(IMPORT.c.id == number))).one_or_none()

    async def confirmed(self, unit: str, token: str) -> Any | None:
        """Return the version that the confirmation of a file made; None if it was not confirmed."""
        wanted = (IMPORT.c.unit == unit, IMPORT.c.token == token)
        return (await self._connection.execute(select(IMPORT).where(*wanted))).first() if token else None

    async def changes(self, unit: str, since: int, until: int | None = None) -> list[Change]:
        """Return what versions from `since` on (to `until`, included) did to a unit's procedures, in their order."""
        wanted = [IMPORT.c.unit == unit, IMPORT.c.id >= since]
        if until is not None:
            wanted.append(IMPORT.c.id <= until)
        found = await self._connection.execute(select(IMPORT.c.id, IMPORT.c.kind).where(*wanted))
        kinds = {row.id: row.kind for row in found}
        chosen = select(CHANGE).where(CHANGE.c.import_id.in_(kinds)).order_by(CHANGE.c.import_id, CHANGE.c.code)
        return [_change(row, kinds[row.import_id]) for row in await self._connection.execute(chosen)]

    async def states(self) -> dict[str, tuple[int, int]]:
        """Return by unit ("" is the common catalog) a mark of the state of its own catalog: how many procedures it has,
        and the number of the import that last changed one. A later state has another mark.
        """
        last = select(PROCEDURE.c.unit, func.count(), func.max(PROCEDURE.c.import_id)).group_by(PROCEDURE.c.unit)
        return {unit: (count, number) for unit, count, number in await self._connection.execute(last)}

    async def stamps(self, units: Collection[str]) -> dict[str, dict[str, int]]:
        """Return by unit the number of the import that last changed each procedure."""
        rows = await self._connection.stream(
            select(PROCEDURE.c.unit, PROCEDURE.c.code, PROCEDURE.c.import_id)
            .where(PROCEDURE.c.unit.in_(units))
            .execution_options(yield_per=_CHUNK)
        )
        found: dict[str, dict[str, int]] = {}
        async for some in rows.partitions():
            for unit, code, number in some:
                found.setdefault(unit, {})[code] = number
        return found

    async def texts(self, units: Collection[str], codes: Collection[str]) -> dict[str, dict[str, str]]:
        """Return what some units state of some procedures as JSON, by code and unit."""
        wanted = (PROCEDURE.c.unit.in_(units), PROCEDURE.c.code.in_(codes))
        rows = await self._connection.execute(
            select(PROCEDURE.c.unit, PROCEDURE.c.code, PROCEDURE.c.payload).where(*wanted)
        )
        found: dict[str, dict[str, str]] = {}
        for unit, code, payload in rows:
            found.setdefault(code, {})[unit] = payload
        return found

    async def payloads(self, units: Sequence[str]) -> AsyncIterator[str]:
        """Yield the entries of a chain of units as JSON, ordered by code; what the first unit states wins."""
        rows = await self._connection.stream(
            select(PROCEDURE.c.unit, PROCEDURE.c.code, PROCEDURE.c.payload)
            .where(PROCEDURE.c.unit.in_(units))
            .order_by(PROCEDURE.c.code)
            .execution_options(yield_per=_CHUNK)
        )
        code = ""
        stated: dict[str, str] = {}
        async for some in rows.partitions():
            for row in some:
                if row.code != code:
                    if stated:
                        yield laid_over(units, stated)
                    code, stated = row.code, {}
                stated[row.unit] = row.payload
        if stated:
            yield laid_over(units, stated)


def _chunks(whole: Sequence[T]) -> list[Sequence[T]]:
    return [whole[start : start + _CHUNK] for start in range(0, len(whole), _CHUNK)]


def _by_code(payloads: Sequence[str]) -> dict[str, Entry]:
    return {entry.code: entry for entry in map(from_json, payloads)}


def _rows(entries: Mapping[str, Entry], unit: str, version: int) -> list[dict[str, Any]]:
    return [
        {
            "unit": unit,
            "code": code,
            "name": entry.name,
            "field": entry.field,
            "payload": to_json(entry),
            "import_id": version,
        }
        for code, entry in entries.items()
    ]


def _change(row: Any, kind: ImportKind) -> Change:
    before, after = (from_json(payload) if payload else None for payload in (row.before, row.after))
    return Change(row.import_id, row.code, before, after, by_hand=kind == "edit")


def laid_over(units: Sequence[str], stated: Mapping[str, str]) -> str:
    """Return one entry as JSON from what the units of a chain state; a nearer unit overrides a farther one."""
    of_chain = [stated[unit] for unit in units if unit in stated]
    if len(of_chain) == 1:
        return of_chain[0]
    farthest, *nearer = (from_json(payload) for payload in reversed(of_chain))
    return to_json(reduce(over, nearer, farthest))
