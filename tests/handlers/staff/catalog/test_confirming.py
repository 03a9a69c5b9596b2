"""Nothing changes before a yes, twice is once, what moved on is shown anew, and all of it can be undone."""

from dataclasses import replace
from pathlib import Path

import pytest

from catalog.entries import Entry
from catalog.history import ImportRecord, Restoration
from catalog.preview.packing import unpacked
from handlers.staff.catalog.confirming import Sender, bring_into_force, restore
from tests.catalog.preview.files import HEADER
from tests.handlers.staff.catalog.town import BIRTH, FAIR, OTHERS, Town
from tests.stores import FileStore, opened, store

__all__ = ["opened", "store"]
SHELL = Sender("", "", "")
ROW = [1, BIRTH.code, BIRTH.name, "2 ngày", "Không"]
NEW = [2, "1.900005", "Cấp giấy phép nuôi tằm", "4 ngày", "Không"]


@pytest.fixture
async def town(store: FileStore, tmp_path: Path) -> Town:
    """A province that publishes two procedures, and forty others."""
    town = Town(store, tmp_path)
    await town.publish("", BIRTH, FAIR, *OTHERS)
    return town


async def test_nothing_changes_before_the_confirmation_and_twice_is_once(town: Town) -> None:
    """The version remembers who, which file, and how many."""
    pending = await town.send("tinh", ROW, NEW)
    assert (pending.state, unpacked(pending.made).counts["new"]) == ("shown", 1)
    assert (await town.stored())[BIRTH.code] == BIRTH
    done = await town.confirm("tinh", pending.token)
    assert (done.outcome, done.added, done.changed) == ("done", 1, 1)
    assert (await town.stored())[BIRTH.code].time == "2 ngày"
    again = await town.confirm("tinh", pending.token)
    assert (again.outcome, again.version) == ("again", done.version)
    async with town.store.reading() as tx:
        version, *others = await tx.versions("", 9)
    assert (version.person, version.by_unit, version.sha256) == ("7", "tinh", pending.sha256)
    assert len(others) == 1


async def test_what_cannot_be_confirmed_changes_nothing(town: Town) -> None:
    """Another token, one that was replaced by a later file, one a day old, one that is cancelled."""
    first = await town.send("tinh", ROW)
    second = await town.send("tinh", ROW, NEW)
    assert [(await town.confirm("tinh", token)).outcome for token in (first.token, "0" * 12)] == ["gone", "gone"]
    town.pass_days(1)
    assert (await town.confirm("tinh", second.token)).outcome == "gone"
    third = await town.send("tinh", ROW)
    async with town.store.transaction() as tx:
        assert await tx.take_pending("", third.token)
    assert (await town.confirm("tinh", third.token)).outcome == "gone"
    assert (await town.stored())[BIRTH.code] == BIRTH


async def test_a_catalog_that_moved_on_is_previewed_anew(town: Town) -> None:
    """The same button confirms the new preview, which is held against what is stored now."""
    pending = await town.send("tinh", NEW)
    await town.publish("", replace(BIRTH, code=NEW[1], name=NEW[2]))
    assert (await town.confirm("tinh", pending.token)).outcome == "moved"
    assert (await town.confirm("tinh", pending.token)).outcome == "reading"
    await town.desk.read_soon("", pending.token)
    anew = await town.pending("tinh")
    assert anew is not None
    assert unpacked(anew.made).counts["amended"] == 1
    assert (await town.confirm("tinh", pending.token)).outcome == "done"


async def test_more_than_a_tenth_abolished_wants_its_number_typed(town: Town) -> None:
    """The wrong number is not taken."""
    rows = [["TTHC BỊ BÃI BỎ"], *([n, one.code, one.name, "", ""] for n, one in enumerate(OTHERS[:5], 1))]
    pending = await town.send("tinh", *rows)
    asked = [await town.confirm("tinh", pending.token, typed) for typed in (None, 4)]
    assert [(one.outcome, one.ended) for one in asked] == [("typed", 5), ("typed", 5)]
    assert (await town.confirm("tinh", pending.token, 5)).outcome == "done"
    assert (await town.stored())[OTHERS[0].code].ended == "2026-11-20"


async def test_a_decision_comes_into_force_on_its_day(town: Town) -> None:
    """Before it a new procedure is announced and an old one goes on; then all of it happens by itself, once."""
    day, header = "01/12/2026", [*HEADER, "Ngày có hiệu lực"]
    rows = [[*NEW, day], ["TTHC BỊ BÃI BỎ"], [1, FAIR.code, FAIR.name, "", "", day]]
    pending = await town.send("tinh", *rows, header=header)
    assert (await town.confirm("tinh", pending.token)).waiting == 2
    before = await town.stored()
    assert (before["1.900005"].since, before[FAIR.code]) == ("2026-12-01", FAIR)
    for days, came in ((10, 0), (1, 2), (1, 0)):
        town.pass_days(days)
        async with town.store.transaction() as tx:
            assert await bring_into_force(tx, town.now) == came
    after = await town.stored()
    assert (after["1.900005"].since, after[FAIR.code].ended) == ("", "2026-12-01")
    async with town.store.reading() as tx:
        assert [row.kind for row in await tx.versions("", 9)] == ["due", "import", "import"]


async def test_a_version_is_undone_and_an_earlier_state_comes_back(town: Town) -> None:
    """What was changed since, or edited by hand since, stays; going back twice changes nothing."""
    versions = []
    for row in (ROW, [*ROW[:3], "1 ngày", "Không"]):
        pending = await town.send("tinh", row, NEW)
        versions.append((await town.confirm("tinh", pending.token)).version)
    async with town.store.transaction() as tx:
        found, made = await restore(tx, "", versions[0], SHELL, town.now, alone=True)
        assert found == Restoration({NEW[1]: None}, kept=(BIRTH.code,))
        assert made
    async with town.store.transaction() as tx:
        by_hand = ImportRecord("", "", "", 0, 1, 0, 0, kind="edit")
        await tx.import_entries(by_hand, [replace(FAIR, fee="5.000 đồng")], town.now)
    async with town.store.transaction() as tx:
        found, _ = await restore(tx, "", versions[0] - 1, SHELL, town.now, alone=False)
        assert (dict(found.reversed), found.kept) == ({BIRTH.code: BIRTH}, (FAIR.code,))
    async with town.store.transaction() as tx:
        assert (await restore(tx, "", versions[0] - 1, SHELL, town.now, alone=False))[1] == 0
    assert (await town.stored())[BIRTH.code] == BIRTH


async def test_a_file_that_a_dead_process_left_is_read_by_another(town: Town) -> None:
    """After a while, so that nobody reads what is being read."""
    async with town.store.transaction() as tx:
        pending = await town.desk.receive(tx, "tinh", SHELL, "a.jsonl", b'{"code":"1.900001","name":"Chim"}\n')
    assert await town.desk.read_left() == 0
    town.now = pending.at.replace(hour=pending.at.hour + 1)
    assert await town.desk.read_left() == 1
    found = await town.pending("tinh")
    assert found is not None
    assert found.state == "shown"


async def test_a_ward_adds_its_own_and_does_not_change_the_text_above(town: Town) -> None:
    """Its own time limit is taken, another fee and an abolition are not, and the province's catalog stays."""
    header_rows = [["TTHC BỊ BÃI BỎ"], [1, FAIR.code, FAIR.name, "", ""], ["TTHC SỬA ĐỔI, BỔ SUNG"], ROW, NEW]
    pending = await town.send("xa", *header_rows)
    made = unpacked(pending.made)
    assert [(line.code, line.kind) for line in made.lines][:2] == [(FAIR.code, "refused"), (BIRTH.code, "refused")]
    assert all("Tỉnh A" in line.reason for line in made.lines[:2])
    assert (await town.confirm("xa", pending.token)).added == 1
    assert set(await town.stored("xa")) == {NEW[1]}
    assert (await town.stored())[FAIR.code] == FAIR


async def test_a_ward_sends_codes_and_committed_times_alone(town: Town) -> None:
    """The codes are known above; its own linked group is taken; a later day leaves what is published as it is."""
    header = ["STT", "Mã số TTHC", "Thời hạn cam kết", "Tên thủ tục hành chính", "Ngày có hiệu lực"]
    rows = [[1, BIRTH.code, "2 ngày", ""], [2, FAIR.code, "3 ngày", "", "01/12/2026"], [3, "LT.XA", "", "Nuôi và bán"]]
    pending = await town.send("xa", *rows, header=header)
    made = unpacked(pending.made)
    assert [(line.kind, line.code) for line in made.lines] == [
        ("amended", BIRTH.code), ("amended", FAIR.code), ("new", "LT.XA"),
    ]  # fmt: skip
    done = await town.confirm("xa", pending.token)
    assert (done.outcome, done.added, done.changed, done.waiting) == ("done", 1, 1, 1)
    assert (await town.stored("xa"))[BIRTH.code] == Entry(BIRTH.code, "", committed="2 ngày")
    assert sorted(await town.stored("xa")) == [BIRTH.code, "LT.XA"]
    town.pass_days(20)
    async with town.store.transaction() as tx:
        assert await bring_into_force(tx, town.now) == 1
    assert (await town.stored("xa"))[FAIR.code] == Entry(FAIR.code, "", committed="3 ngày")
