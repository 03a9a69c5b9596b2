"""A province and its wards, a desk in the test's own process, and files as their admins send them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from catalog.catalogs import Catalogs
from catalog.entries import Entry
from catalog.history import ImportRecord
from catalog.pending_files import Pending
from handlers.staff.catalog.confirming import Confirmed, Sender, confirm
from handlers.staff.catalog.rights import scope_of, scopes_above
from handlers.world import Unit, World
from storage.store import SqlStore
from tests.catalog.books import workbook
from tests.catalog.preview.files import HEADER
from tests.clock import ZONE
from tests.desks import desk_of

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=ZONE)
UNITS = {unit.code: unit for unit in (Unit("tinh", "Tỉnh A"), Unit("xa", "Xã B", "tinh"))}
WORLD = World(units=UNITS, counters={}, forms={}, catalogs=Catalogs({}, {}), home="xa")
BIRTH = Entry("1.900001", "Đăng ký nuôi chim yến", level="Cấp xã", time="5 ngày", fee="Không")
FAIR = Entry("1.900002", "Cấp phép dựng rạp cưới", level="Cấp xã", time="9 ngày", fee="Không")
OTHERS = [Entry(f"1.80{number:04}", f"Thủ tục thứ {number}", level="Cấp xã", time="1 ngày") for number in range(40)]


class Town:
    """One process; its clock is moved by the test."""

    def __init__(self, store: SqlStore, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self.now = NOW
        self.desk = desk_of(store, lambda: WORLD, lambda: self.now, {})

    async def publish(self, unit: str, *entries: Entry) -> None:
        """Store entries as a catalog."""
        async with self.store.transaction() as tx:
            await tx.import_entries(ImportRecord(unit, "a.jsonl", "0", len(entries), 0, 0, 0), entries, self.now)

    async def send(self, unit: str, *rows: Sequence[Any], header: Sequence[str] = HEADER) -> Pending:
        """Send a sheet of a unit, and have it read."""
        content = workbook(self.folder / "a.xlsx", {"PL": [header, *rows]}).read_bytes()
        async with self.store.transaction() as tx:
            pending = await self.desk.receive(tx, unit, Sender("telegram", "7", unit), "a.xlsx", content)
        await self.desk.read_soon(pending.unit, pending.token)
        return await self.pending(unit) or pending

    async def pending(self, unit: str) -> Pending | None:
        """The file that a unit has under way."""
        async with self.store.reading() as tx:
            return await tx.pending(scope_of(WORLD, unit), self.now)

    async def confirm(self, unit: str, token: str, typed: int | None = None) -> Confirmed:
        """Confirm a file."""
        scopes = [scope_of(WORLD, unit), *scopes_above(WORLD, unit)]
        async with self.store.transaction() as tx:
            return await confirm(tx, scopes, token, Sender("telegram", "7", unit), self.now, typed)

    async def stored(self, unit: str = "") -> dict[str, Entry]:
        """A catalog."""
        async with self.store.reading() as tx:
            return await tx.stored(unit)

    def pass_days(self, days: int) -> None:
        """Let days pass."""
        self.now += timedelta(days=days)
