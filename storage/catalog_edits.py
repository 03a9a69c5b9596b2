"""One procedure in all catalogs, and changing it by hand."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, text

from catalog.entries import Entry, from_json, to_json
from storage.catalog import PROCEDURE, ImportRecord, Procedures

# The advisory lock of PostgreSQL under which catalogs are changed, so that none changes between look and leap.
ONE_VERSION = 0x4D43_0013


class Edits(Procedures):
    """The part of a transaction that keeps the catalog, and one procedure of it."""

    async def stated(self, units: Sequence[str], code: str) -> dict[str, Entry]:
        """Return what each of some units itself states of a procedure ("" is the common catalog), by unit."""
        wanted = (PROCEDURE.c.unit.in_(units), PROCEDURE.c.code == code)
        rows = await self._connection.execute(select(PROCEDURE.c.unit, PROCEDURE.c.payload).where(*wanted))
        return {row.unit: from_json(row.payload) for row in rows}

    async def hold_catalogs(self) -> None:
        """Let no other transaction change a catalog until this one ends; on SQLite a writing one is alone anyway."""
        if self._connection.dialect.name == "postgresql":
            await self._connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_VERSION})

    async def edit_entry(self, unit: str, entry: Entry, title: str, now: datetime) -> None:
        """Store what a unit itself states of a procedure; `title` says in the history what was done."""
        known = unit in await self.stated([unit], entry.code)
        digest = hashlib.sha256(to_json(entry).encode()).hexdigest()
        record = ImportRecord(unit, title, digest, added=int(not known), changed=int(known), unchanged=0, refused=0)
        await self.import_entries(record, [entry], now)
