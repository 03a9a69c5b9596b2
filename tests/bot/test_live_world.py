"""The world of a running process: what another process changed appears, and a catalog is swapped whole."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from bot.demo import load_sample, sample_entries
from bot.live_world import LiveWorld, NoUnits
from catalog.entries import Entry
from handlers.messages import Incoming
from handlers.session import Session
from handlers.step import step
from handlers.world import Counter, Unit, World
from storage.catalog import ImportRecord
from storage.store import SqlStore, SqlTx
from storage.tables.base import table
from storage.tables.places import CounterRow
from surveys.questionnaire import Questionnaire, parse, shipped
from tests.sample import NOW
from tests.sample import world as sample_world
from tests.storage import conftest as databases

BIRTH = "1.001193"
UNIT_FEE = "Phường này thu 8.000 đồng cho mỗi bản sao."


@pytest.fixture
async def store(servers: databases.Servers) -> AsyncIterator[SqlStore]:
    """An SQLite store with tables and nothing in it."""
    async with servers.sqlite_with_tables() as url:
        store = SqlStore.open(url)
        yield store
        await store.close()


@pytest.fixture
async def other(store: SqlStore) -> AsyncIterator[SqlStore]:
    """The same database as another process has it, for example the command line."""
    other = SqlStore.open(store.engine.url.render_as_string(hide_password=False))
    yield other
    await other.close()


async def add(store: SqlStore, *places: Unit | Counter) -> None:
    """Add units and counters, each unit a minute younger than the one before."""
    async with store.transaction() as tx:
        for number, place in enumerate(places):
            if isinstance(place, Unit):
                assert await tx.add_unit(place, NOW + timedelta(minutes=number))
            else:
                assert await tx.add_counter(place)


async def places(store: SqlStore) -> None:
    """The sample's units and counters without a catalog, which takes most of the time to build."""
    sample = sample_world()
    await add(store, *sample.units.values(), *sample.counters.values())


async def bring(store: SqlStore, entries: Sequence[Entry], unit: str = "") -> None:
    """Import entries into the common catalog or a unit's own."""
    record = ImportRecord(unit, "danh-muc.xlsx", "0" * 64, len(entries), 0, 0, 0)
    async with store.transaction() as tx:
        await tx.import_entries(record, entries, NOW)


def reply(world: World, unit: str, button: str) -> str:
    """What the assistant of a unit says to a button."""
    session = Session(unit=unit, greeted=True)
    turn = step(world, session, Incoming("console", "lan", "1", button, "button"), NOW)
    return turn.replies[0].text.plain


# Places


async def test_a_counter_added_by_another_process_appears_after_a_refresh(store: SqlStore, other: SqlStore) -> None:
    """Not before, and everything else is still there."""
    await places(store)
    live = LiveWorld(store)
    await live.refresh()
    before = live()
    await add(other, Counter("quay7", "Quầy 7", "sa-dec"))
    assert live() is before
    await live.refresh()
    assert sorted(live().counters) == ["quay1", "quay2", "quay7", "quay9"]
    assert reply(live(), "sa-dec", "counter:quay7").startswith("Ông/Bà vừa làm việc tại Quầy 7, Phường Sa Đéc")


async def test_a_unit_added_by_another_process_appears_with_the_catalog_above_it(
    store: SqlStore, other: SqlStore
) -> None:
    """A new commune answers at once from the catalog of the units above it, although nothing was imported since."""
    await places(store)
    await bring(store, [Entry("1.999999", "Đăng ký riêng của tỉnh", fee="10.000 đồng")], "dong-thap")
    live = LiveWorld(store)
    await live.refresh()
    await add(other, Unit("xa-moi", "Xã Mới", "dong-thap"))
    await live.refresh()
    assert "10.000 đồng" in reply(live(), "xa-moi", "p:1.999999:fee")


async def test_a_counter_out_of_use_is_gone_after_a_refresh(store: SqlStore, other: SqlStore) -> None:
    """Its code says so, by the counter's name."""
    await places(store)
    live = LiveWorld(store)
    await live.refresh()
    rows = table(CounterRow)
    async with other.engine.begin() as connection:
        await connection.execute(update(rows).where(rows.c.code == "quay2").values(active=False))
    await live.refresh()
    assert reply(live(), "sa-dec", "counter:quay2").startswith("Quầy 2, Bộ phận Một cửa của Phường Sa Đéc đã thôi dùng")


async def test_a_snapshot_is_never_changed(store: SqlStore, other: SqlStore) -> None:
    """Whoever holds the old world goes on seeing it: a turn looks at one state of things."""
    await places(store)
    live = LiveWorld(store)
    await live.refresh()
    before = live()
    counters, units = dict(before.counters), dict(before.units)
    await add(other, Unit("xa-moi", "Xã Mới"), Counter("quay7", "Quầy 7", "xa-moi"))
    await live.refresh()
    assert (dict(before.counters), dict(before.units)) == (counters, units)
    assert live() is not before


# Catalogs


async def test_an_import_by_another_process_is_answered_from_after_a_refresh(store: SqlStore, other: SqlStore) -> None:
    """A new procedure is found and a changed one is told as it is now; the old snapshot still tells the old."""
    await load_sample(store, NOW)
    live = LiveWorld(store)
    await live.refresh()
    old = live()
    version = old.catalog("sa-dec").version(BIRTH)
    known = {entry.code: entry for entry in sample_entries()}[BIRTH]
    await bring(
        other, [Entry("1.999999", "Cấp phép nuôi chim yến"), Entry(BIRTH, known.name, fee="Lệ phí mới: 5.000 đồng")]
    )
    assert reply(live(), "sa-dec", "p:1.999999").startswith("Thủ tục này không còn")
    await live.refresh()
    assert reply(live(), "sa-dec", "p:1.999999").startswith("Cấp phép nuôi chim yến")
    assert "5.000 đồng" in reply(live(), "sa-dec", f"p:{BIRTH}:fee")
    assert "5.000 đồng" not in reply(old, "sa-dec", f"p:{BIRTH}:fee")
    assert reply(old, "sa-dec", "p:1.999999").startswith("Thủ tục này không còn")
    # Conversations that began with the text before it go on from that.
    assert live().catalogs.earlier_texts.entry(BIRTH, version) == known


async def test_the_old_index_serves_while_the_new_one_is_built(store: SqlStore, other: SqlStore) -> None:
    """At every moment of a refresh the whole old catalog or the whole new one is there, and the loop is not held up."""
    await load_sample(store, NOW)
    live = LiveWorld(store)
    await live.refresh()
    few = len(live().catalog("sa-dec"))
    many = [Entry(f"9.{number:06d}", f"Cấp giấy chứng nhận loại {number}") for number in range(1500)]
    await bring(other, many)
    refreshing = asyncio.create_task(live.refresh())  # noqa: TID251 -- awaited below
    seen = []
    while not refreshing.done():
        world = live()
        seen.append(len(world.catalog("sa-dec")))
        assert reply(world, "sa-dec", f"p:{BIRTH}").startswith("Khai sinh cho trẻ mới sinh")
        await asyncio.sleep(0)
    await refreshing
    assert len(live().catalog("sa-dec")) == few + 1500
    assert set(seen) <= {few, few + 1500}
    assert seen.count(few) > 10
    assert seen == sorted(seen)


async def test_without_an_import_the_catalog_is_not_built_again(store: SqlStore, other: SqlStore) -> None:
    """A refresh every few seconds costs nothing while nothing was imported, also where places changed."""
    await load_sample(store, NOW)
    live = LiveWorld(store)
    await live.refresh()
    catalog = live().catalog("sa-dec")
    await live.refresh()
    await add(other, Counter("quay7", "Quầy 7", "sa-dec"))
    await live.refresh()
    assert live().catalog("sa-dec") is catalog


async def test_units_share_the_index_they_lie_over(store: SqlStore, other: SqlStore) -> None:
    """A commune's own names are few beside the common ones, and so are those that an import changes."""
    await load_sample(store, NOW)
    await bring(store, [Entry("1.999999", "Cấp phép nuôi chim yến")], "sa-dec")
    live = LiveWorld(store)
    await live.refresh()
    assert [live().catalog(unit).index.own_names for unit in ("dong-thap", "sa-dec")] == [0, 1]
    await bring(other, [Entry("1.999998", "Cấp phép thả diều")])
    await live.refresh()
    assert [live().catalog(unit).index.own_names for unit in ("dong-thap", "sa-dec")] == [1, 2]
    assert {"1.999998", "1.999999"} <= {hit.code for hit in live().catalog("sa-dec").index.search("cấp phép").hits}


async def test_a_units_own_catalog_wins(store: SqlStore) -> None:
    """In it and below it its own record is told, elsewhere the common one; what it does not have comes from above."""
    await load_sample(store, NOW)
    await add(store, Unit("to-1", "Tổ 1", "sa-dec"), Unit("cao-lanh", "Phường Cao Lãnh", "dong-thap"))
    known = {entry.code: entry for entry in sample_entries()}[BIRTH]
    await bring(store, [Entry(BIRTH, known.name, fee=UNIT_FEE)], "sa-dec")
    live = LiveWorld(store)
    await live.refresh()
    fees = {unit: UNIT_FEE in reply(live(), unit, f"p:{BIRTH}:fee") for unit in live().units}
    assert fees == {"dong-thap": False, "sa-dec": True, "to-1": True, "cao-lanh": False}
    assert {len(live().catalog(unit)) for unit in live().units} == {len(sample_entries())}


async def test_a_units_own_catalog_wins_over_the_provinces(store: SqlStore) -> None:
    """The nearest unit above decides, whichever was imported later."""
    await load_sample(store, NOW)
    await bring(store, [Entry(BIRTH, "Đăng ký khai sinh", fee=UNIT_FEE)], "sa-dec")
    await bring(store, [Entry(BIRTH, "Đăng ký khai sinh", fee="Tỉnh thu khác.")], "dong-thap")
    live = LiveWorld(store)
    await live.refresh()
    assert UNIT_FEE in reply(live(), "sa-dec", f"p:{BIRTH}:fee")
    assert "Tỉnh thu khác." in reply(live(), "dong-thap", f"p:{BIRTH}:fee")
    assert "Tờ khai" in reply(live(), "sa-dec", f"p:{BIRTH}:documents"), "what the unit does not state stays common"


async def test_an_import_into_one_unit_leaves_the_neighbours_alone(store: SqlStore, other: SqlStore) -> None:
    """A running process takes it over for that unit only."""
    await load_sample(store, NOW)
    await add(store, Unit("cao-lanh", "Phường Cao Lãnh", "dong-thap"))
    live = LiveWorld(store)
    await live.refresh()
    await bring(other, [Entry("1.999999", "Cấp phép nuôi chim yến")], "sa-dec")
    await live.refresh()
    assert reply(live(), "sa-dec", "p:1.999999").startswith("Cấp phép nuôi chim yến")
    assert reply(live(), "cao-lanh", "p:1.999999").startswith("Thủ tục này không còn")


class Unreadable(SqlStore):
    """A store that cannot be read while `broken`."""

    broken = False

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[SqlTx]:
        """Open a transaction for reading, or fail."""
        if self.broken:
            raise OSError(5, "Input/output error")
        async with super().reading() as tx:
            yield tx


async def test_a_refresh_that_fails_leaves_the_old_world_serving(store: SqlStore, other: SqlStore) -> None:
    """The error is the caller's to log; the next refresh takes over what was missed."""
    await load_sample(store, NOW)
    stumbling = Unreadable(store.engine)
    live = LiveWorld(stumbling)
    await live.refresh()
    before = live()
    await bring(other, [Entry("1.999999", "Cấp phép nuôi chim yến")])
    stumbling.broken = True
    with pytest.raises(OSError, match="Input/output"):
        await live.refresh()
    assert live() is before
    assert live.ready
    stumbling.broken = False
    await live.refresh()
    assert reply(live(), "sa-dec", "p:1.999999").startswith("Cấp phép nuôi chim yến")


async def test_loading_is_logged_with_its_size(store: SqlStore) -> None:
    """Once for each import that is taken over, not for each look."""
    await load_sample(store, NOW)
    live = LiveWorld(store)
    with capture_logs() as log:
        await live.refresh()
        await live.refresh()
    assert [(event["event"], event["procedures"]) for event in log] == [("catalog_loaded", len(sample_entries()))]


# Home


@pytest.mark.parametrize(
    ("setting", "expected"), [("", "sa-dec"), ("dong-thap", "dong-thap"), ("sa-dec", "sa-dec"), ("khong-co", "sa-dec")]
)
async def test_the_home_unit_is_the_one_that_was_set(store: SqlStore, setting: str, expected: str) -> None:
    """Else the first unit that has a counter; chats without a unit speak for it."""
    await places(store)
    live = LiveWorld(store, setting)
    await live.refresh()
    assert live().home == expected
    assert live().unit("").code == expected
    assert live().unit("đã giải thể").code == expected


async def test_without_any_counter_the_oldest_unit_is_home(store: SqlStore, other: SqlStore) -> None:
    """Until a counter is opened somewhere."""
    await add(store, Unit("b", "Tỉnh"), Unit("a", "Xã Một", "b"), Unit("c", "Xã Hai", "b"))
    live = LiveWorld(store)
    await live.refresh()
    assert live().home == "b"
    await add(other, Counter("quay1", "Quầy 1", "c"))
    await live.refresh()
    assert live().home == "c"


async def test_a_home_unit_that_is_added_later_becomes_home(store: SqlStore, other: SqlStore) -> None:
    """The setting may name a unit that the operator is about to add."""
    await places(store)
    live = LiveWorld(store, "xa-moi")
    await live.refresh()
    assert live().home == "sa-dec"
    await add(other, Unit("xa-moi", "Xã Mới", "dong-thap"))
    await live.refresh()
    assert live().home == "xa-moi"


async def test_without_units_there_is_no_world(store: SqlStore, other: SqlStore) -> None:
    """Nobody to speak for is an error that names itself, until a unit is added."""
    live = LiveWorld(store)
    assert not live.ready
    with pytest.raises(NoUnits):
        live()
    with pytest.raises(NoUnits):
        await live.refresh()
    assert not live.ready
    await places(other)
    await live.refresh()
    assert live.ready
    assert live().home == "sa-dec"


async def test_the_shipped_forms_are_in_the_world(store: SqlStore) -> None:
    """Every counter's form can be opened."""
    await places(store)
    live = LiveWorld(store)
    await live.refresh()
    assert {counter.form for counter in live().counters.values()} <= set(live().forms)
    assert [form.code for form in live.forms] == list(live().forms)


# Wordings


def version(number: int) -> Questionnaire:
    """The short form in a later version."""
    source = shipped()["nhanh"].source.replace("version = 1", f"version = {number}")
    return parse(source, "nhanh.toml")


async def test_every_wording_that_was_in_use_is_in_the_world(store: SqlStore, other: SqlStore) -> None:
    """Those of earlier starts at once, one that another process brings after a refresh; files come before the store."""
    await places(store)
    async with store.transaction() as tx:
        await tx.keep_forms([version(1), version(2)])
    live = LiveWorld(store, forms={"nhanh": version(2)})
    await live.refresh()
    assert [live().form("nhanh", number) for number in (0, 1, 2, 3)] == [version(2), version(1), version(2), None]
    async with other.transaction() as tx:
        await tx.keep_forms([version(3)])
    await live.refresh()
    assert (live().form("nhanh"), live().form("nhanh", 3)) == (version(2), version(3))


async def test_a_form_whose_file_is_gone_stays_in_its_last_wording(store: SqlStore) -> None:
    """Counters and rounds that ask it go on."""
    await places(store)
    async with store.transaction() as tx:
        await tx.keep_forms([version(1), version(2)])
    live = LiveWorld(store, forms={})
    await live.refresh()
    assert (live().form("nhanh"), live().form("khac")) == (version(2), None)


async def test_a_wording_that_cannot_be_read_is_named_in_the_log_once(store: SqlStore) -> None:
    """One written by another version of the product stops nobody."""
    await places(store)
    async with store.transaction() as tx:
        await tx.keep_forms([replace(version(1), source="version = ?")])
    live = LiveWorld(store, forms={"nhanh": version(2)})
    with capture_logs() as logs:
        await live.refresh()
        await live.refresh()
    assert [(line["form"], line["version"]) for line in logs if line["event"] == "wording_unreadable"] == [("nhanh", 1)]
    assert live().form("nhanh", 1) is None
