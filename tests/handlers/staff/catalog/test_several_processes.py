"""Several processes on one database: a file is confirmed once, whole or not at all, and all answer from it."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.live_world import LiveWorld
from catalog.preview.packing import unpacked
from handlers.messages import Incoming
from handlers.session import Session
from handlers.staff.catalog.confirming import Sender, confirm, prepared
from handlers.step import step
from storage.store import SqlStore
from tests.forks import ROOT, STDERR, Forks
from tests.handlers.staff.catalog import killed
from tests.handlers.staff.catalog.town import BIRTH, FAIR, OTHERS, UNITS, Town
from tests.storage import conftest as databases

pytestmark = pytest.mark.usefixtures("threads")
store = databases.store
ROW = [1, BIRTH.code, BIRTH.name, "2 ngày", "Không"]
NEW = [2, "1.900005", "Cấp giấy phép nuôi tằm", "4 ngày", "Không"]


def url_of(store: SqlStore) -> str:
    """Where a store's data is."""
    url = store.engine.url.set(drivername=store.engine.dialect.name)
    return url.render_as_string(hide_password=False)


@pytest.fixture
async def towns(store: SqlStore, tmp_path: Path) -> AsyncIterator[list[Town]]:
    """Three processes that serve the same units; a catalog is published."""
    towns = [Town(SqlStore.open(url_of(store)), tmp_path) for _ in range(3)]
    async with store.transaction() as tx:
        for unit in UNITS.values():
            await tx.add_unit(unit, towns[0].now)
    await towns[0].publish("", BIRTH, FAIR, *OTHERS)
    yield towns
    for town in towns:
        await town.store.close()


async def test_what_one_process_confirms_all_answer_from(towns: list[Town]) -> None:
    """Each after it has looked, as it does every second; the file was read by another one than confirms it."""
    lives = [LiveWorld(town.store) for town in towns]
    for live in lives:
        await live.refresh()
    pending = await towns[0].send("tinh", ROW, NEW)
    assert (await towns[1].confirm("tinh", pending.token)).outcome == "done"
    for live in lives:
        await live.refresh()
        said = step(live(), Session(unit="xa", greeted=True), Incoming("console", "lan", "1", "nuôi tằm"), towns[0].now)
        assert said.replies[0].text.plain.startswith("Cấp giấy phép nuôi tằm")
        entry = live().catalog("xa").entry(BIRTH.code)
        assert entry
        assert entry.time == "2 ngày"


async def test_confirmed_by_several_at_once_it_is_carried_out_once(towns: list[Town]) -> None:
    """The others are told that it is done, by its number."""
    pending = await towns[0].send("tinh", ROW, NEW)
    done = await asyncio.gather(*(town.confirm("tinh", pending.token) for town in towns))
    assert sorted(one.outcome for one in done) == ["again", "again", "done"]
    assert len({one.version for one in done}) == 1
    async with towns[0].store.reading() as tx:
        assert [row.kind for row in await tx.versions("", 9)] == ["import", "import"]


async def test_confirmed_and_cancelled_at_once_one_of_both_happens(towns: list[Town]) -> None:
    """Whoever comes second is told."""
    pending = await towns[0].send("tinh", ROW, NEW)

    async def take() -> bool:
        async with towns[1].store.transaction() as tx:
            return await tx.take_pending("", pending.token)

    done, cancelled = await asyncio.gather(towns[0].confirm("tinh", pending.token), take())
    assert (done.outcome, cancelled) in (("done", False), ("gone", True))
    assert ("1.900005" in await towns[2].stored()) is (done.outcome == "done")


async def test_a_preview_that_another_process_overtook_is_made_anew(towns: list[Town]) -> None:
    """Also where it was worked out before the other one was confirmed: a ward's, while the province publishes."""
    older = await towns[0].send("xa", NEW)
    async with towns[0].store.reading() as tx:
        ready = await prepared(tx, ["xa", ""], older.token, towns[0].now)
    newer = await towns[1].send("tinh", [*NEW[:2], "Cấp giấy phép nuôi tằm vàng", *NEW[3:]])
    assert (await towns[1].confirm("tinh", newer.token)).outcome == "done"
    async with towns[0].store.transaction() as tx:
        done = await confirm(tx, ["xa", ""], older.token, Sender("", "", "xa"), towns[0].now, ready=ready)
    assert done.outcome == "moved"
    await towns[2].desk.read_soon("xa", older.token)
    anew = await towns[2].pending("xa")
    assert anew
    (line,) = unpacked(anew.made).lines
    assert (line.kind, line.code) == ("refused", NEW[1])
    assert await towns[0].stored("xa") == {}


async def test_what_was_worked_out_for_another_day_is_worked_out_again(towns: list[Town]) -> None:
    """A row that has force from tomorrow on is not stored as one that waits once it is tomorrow."""
    header = ["STT", "Mã số TTHC", "Tên thủ tục hành chính", "Thời hạn", "Phí", "Ngày có hiệu lực"]
    pending = await towns[0].send("tinh", [*NEW, "21/11/2026"], header=header)
    async with towns[0].store.reading() as tx:
        ready = await prepared(tx, [""], pending.token, towns[0].now)
    assert ready
    assert len(ready.found.waiting) == 1
    tomorrow = towns[0].now.replace(day=21, hour=0)
    async with towns[0].store.transaction() as tx:
        done = await confirm(tx, [""], pending.token, Sender("", "", "tinh"), tomorrow, ready=ready)
    assert (done.outcome, done.added, done.waiting) == ("done", 1, 0)


async def test_killed_at_any_statement_all_of_it_is_there_or_nothing(
    towns: list[Town], store: SqlStore, forks: Forks
) -> None:
    """The file is still under way then, and the next process confirms it, once."""
    pending = await towns[0].send("tinh", ROW, NEW)
    before = len(OTHERS) + 2
    process = forks.start(
        f"{killed.__name__}:main", url_of(store), pending.token, cwd=ROOT, stdout=subprocess.PIPE, stderr=STDERR
    )
    output, _ = await asyncio.to_thread(process.communicate)
    *died, done = output.decode().splitlines()
    assert len(died) > 5
    assert set(died) == {f"1 1 {before} {before}"}
    assert done == f"2 0 {before + 2} {before + 1}"
    assert (await towns[1].confirm("tinh", pending.token)).outcome == "again"
    assert (await towns[1].stored())[BIRTH.code] == replace(BIRTH, time="2 ngày")
