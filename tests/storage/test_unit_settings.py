"""What units set themselves: the last change is in force, none is written over unseen, and forms come back whole."""

from datetime import timedelta

from catalog.entries import Entry, from_json
from handlers.ports import Chat
from handlers.unit_settings.settings import Author
from storage.catalog import ImportRecord
from storage.store import SqlStore
from tests.sample import NOW

RECORD = ImportRecord("", "f", "0", 1, 0, 0, 0)
ADMIN, OTHER = Author("admin xa"), Author("admin tinh", Chat("telegram", "7"))


async def put(store: SqlStore, seen: int, text: str, author: Author = ADMIN, unit: str = "xa") -> bool:
    """Set a notice over the one that was seen."""
    async with store.transaction() as tx:
        at = NOW + timedelta(minutes=seen)
        return await tx.put_setting(unit, "notice:1", seen, {"text": text} if text else {}, author, at)


async def test_two_who_saw_the_same_do_not_overwrite_each_other(store: SqlStore, twin: SqlStore) -> None:
    """The second is told; with the newer number it may change it."""
    assert await put(store, 0, "một")
    assert await put(store, 1, "hai", OTHER)
    assert not await put(twin, 1, "ba")
    assert await put(twin, 2, "ba")
    assert await put(store, 0, "của xã khác", unit="ya")
    async with twin.reading() as tx:
        assert [(one.number, one.value) for one in await tx.settings("xa")] == [(3, {"text": "ba"})]
        assert [one.unit for one in await tx.settings()] == ["xa", "ya"]
        changes = await tx.setting_changes("xa", 2)
    assert [(one.value, before, one.who, one.at) for one, before in changes] == [
        ({"text": "ba"}, {"text": "hai"}, "admin xa", NOW + timedelta(minutes=2)),
        ({"text": "hai"}, {"text": "một"}, "admin tinh", NOW + timedelta(minutes=1)),
    ]


async def test_what_was_taken_away_is_empty_and_can_be_set_again(store: SqlStore) -> None:
    """Its number goes on, so that who still sees it is told."""
    await put(store, 0, "một")
    await put(store, 1, "")
    assert not await put(store, 1, "hai")
    async with store.reading() as tx:
        assert [(one.number, one.value) for one in await tx.settings("xa")] == [(2, {})]


async def test_who_has_their_data_erased_leaves_the_record_of_changes(store: SqlStore) -> None:
    """The role stays; the chat does not."""
    await put(store, 0, "một", OTHER)
    async with store.transaction() as tx:
        await tx.erase("telegram", "7", NOW.date())
    async with store.reading() as tx:
        assert [one.who for one in await tx.settings("xa")] == ["admin tinh"]
        assert (await tx._connection.exec_driver_sql("SELECT person FROM unit_setting")).scalars().all() == [""]


async def test_a_forms_file_comes_back_as_it_was(store: SqlStore, twin: SqlStore) -> None:
    """Also bytes that are no text."""
    content = bytes(range(256)) * 10
    async with store.transaction() as tx:
        number = await tx.keep_form("xa", "mau.pdf", content, NOW)
    async with twin.reading() as tx:
        assert await tx.form_file(number) == ("mau.pdf", content)
        assert await tx.form_file(number + 1) is None


async def test_what_a_unit_states_lies_over_what_is_published(store: SqlStore) -> None:
    """Its time and its names; a later name of the publication is not hidden; others do not see it."""
    async with store.transaction() as tx:
        await tx.import_entries(RECORD, [Entry("1.000001", "Cấp phép", time="15 ngày", also="giấy phép")], NOW)
        await tx.put_stated("xa", "trang", [Entry("1.000001", "", also="xin phép", committed="10 ngày")], NOW, OTHER)
        await tx.import_entries(RECORD, [Entry("1.000001", "Cấp giấy phép", time="12 ngày", also="giấy phép")], NOW)
    async with store.reading() as tx:
        (laid,) = [from_json(payload) async for payload in tx.payloads(["xa", ""])]
        (common,) = [from_json(payload) async for payload in tx.payloads(["ya", ""])]
        assert list(await tx.stated("xa", ["1.000001", "2.000002"])) == ["1.000001"]
        _, edit, _ = await tx.imports()
    assert (edit.unit, edit.file, edit.added, edit.changed, edit.kind) == ("xa", "trang", 0, 1, "edit")
    assert (edit.channel, edit.person, edit.by_unit) == ("telegram", "7", "tinh")
    assert (laid.name, laid.time, laid.committed) == ("Cấp giấy phép", "12 ngày", "10 ngày")
    assert sorted(laid.also.split("\n")) == ["giấy phép", "xin phép"]
    assert common.committed == ""
