"""Versions of a catalog in the store: what each did, one under way for a unit, and lines that wait for their day."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from catalog.entries import Entry
from catalog.history import CatalogMoved, Change
from catalog.pending_files import Pending, Waiting
from storage.catalog import ImportRecord
from storage.store import SqlStore
from tests.storage.conftest import Servers

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
BIRTH = Entry("1.001193", "Đăng ký khai sinh", fee="Miễn phí")
DEATH = Entry("1.000656", "Đăng ký khai tử")
SENT = Pending("xa", "t1", "reading", "a.xlsx", "f" * 64, "telegram", "7", "xa", NOW, NOW + timedelta(days=1), "QQ==")


def record(unit: str = "", **more: object) -> ImportRecord:
    """What a version is remembered by."""
    return replace(ImportRecord(unit, "a.xlsx", "f" * 64, 0, 0, 0, 0), **more)  # type: ignore[arg-type]


@pytest.fixture(params=[Servers.sqlite_with_tables, Servers.postgresql_with_tables], ids=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, servers: Servers) -> AsyncIterator[SqlStore]:
    """A store on an empty database."""
    async with request.param(servers) as url:
        store = SqlStore.open(url)
        yield store
        await store.close()


async def test_a_version_keeps_what_was_before_and_can_take_away(store: SqlStore) -> None:
    """Every procedure that a version stores or takes away is kept as it was and as it became, in its own unit."""
    dearer = replace(BIRTH, fee="8.000 đồng")
    async with store.transaction() as tx:
        first = await tx.import_entries(record(), [BIRTH, DEATH], NOW)
        second = await tx.import_entries(record(kind="edit"), [dearer], NOW, removed=[DEATH.code], base=first)
        await tx.import_entries(record("xa"), [DEATH], NOW, base=0)
    async with store.reading() as tx:
        assert await tx.changes("", second) == [
            Change(second, DEATH.code, DEATH, None, by_hand=True),
            Change(second, BIRTH.code, BIRTH, dearer, by_hand=True),
        ]
        assert [one.before for one in await tx.changes("", first, first)] == [None, None]
        assert [one.version for one in await tx.changes("", first) if one.code == BIRTH.code] == [first, second]
        assert await tx.stored("") == {BIRTH.code: dearer}
        assert [row.id for row in await tx.versions("", 9)] == [second, first]
        assert await tx.generation_of("") == second


async def test_a_change_decided_on_another_catalog_is_not_stored(store: SqlStore) -> None:
    """Who decided on a generation that is past gets told, and nothing is stored."""
    async with store.transaction() as tx:
        first = await tx.import_entries(record(), [BIRTH], NOW, base=0)
    with pytest.raises(CatalogMoved):
        async with store.transaction() as tx:
            await tx.import_entries(record(), [DEATH], NOW, base=0)
    async with store.reading() as tx:
        assert (await tx.generation(), set(await tx.stored(""))) == (first, {BIRTH.code})


async def test_a_unit_has_one_file_under_way(store: SqlStore) -> None:
    """A later file takes the place of an earlier one, whose reading then changes nothing; a day later it is gone."""
    async with store.transaction() as tx:
        await tx.keep_pending(SENT)
        await tx.keep_pending(replace(SENT, token="t2"))
        assert not await tx.show_pending("xa", "t1", 1, "…")
        assert await tx.unread() == [replace(SENT, token="t2")]
        assert await tx.show_pending("xa", "t2", 3, "…")
        assert await tx.pending("xa", NOW) == replace(SENT, token="t2", state="shown", base=3, made="…")
        assert await tx.pending("xa", SENT.expires_at) is None
        await tx.keep_pending(replace(SENT, unit="tinh", channel="page", person="telegram:7"))
        await tx.keep_pending(replace(SENT, unit="khac", person="8"))
        await tx.erase("telegram", "7", NOW.date())
        kept = [await tx.pending(unit, NOW) for unit in ("xa", "tinh", "khac")]
        assert [one and one.person for one in kept] == ["", "", "8"]
        for other in ("tinh", "khac"):
            assert await tx.take_pending(other, SENT.token)
        assert await tx.take_pending("xa", "t2")
        assert not await tx.take_pending("xa", "t2")
        await tx.keep_pending(SENT)
        assert await tx.forget_pending(SENT.expires_at) == 1


async def test_lines_wait_for_their_day(store: SqlStore) -> None:
    """Lines come out in the order of their days; those of versions that were undone go."""
    async with store.transaction() as tx:
        version = await tx.import_entries(record("xa"), [], NOW)
        lines = [Waiting(version, "xa", f"1.00000{day}", date(2027, 1, day), "{}") for day in (2, 1)]
        await tx.keep_waiting(lines)
        assert await tx.waiting(date(2027, 1, 1)) == lines[1:]
        assert await tx.waiting_in("xa") == lines[::-1]
        assert await tx.drop_waiting("xa", until=date(2027, 1, 1)) == 1
        assert await tx.drop_waiting("xa", versions=(version, None)) == 1
