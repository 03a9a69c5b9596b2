"""What admins do in chat about groups of missed questions: tap by tap, with a look before a name takes from others."""

import pytest

from catalog.entries import from_json
from handlers.messages import Reply
from handlers.turn import NoteMiss
from handlers.unit_settings.settings import Author
from surveys.questions_left import LeftQuestion
from tests import stores
from tests.bot.office import ONLY_STAFF, Office
from tests.stores import FileStore, Opener

opened = stores.opened

ASKED = ["xin tờ giấy lót tã", "xin to giay lot ta", "nuôi lạc đà trong nhà"]


@pytest.fixture
def store(opened: Opener) -> FileStore:
    """A store on SQLite."""
    return opened(FileStore)


@pytest.fixture
async def office(store: FileStore) -> Office:
    """An office whose admin is Lan, with two groups of questions."""
    office = Office(store)
    async with store.transaction() as tx:
        for unit in office.world.units.values():
            await tx.add_unit(unit, office.now)
        entry = office.world.catalog("sa-dec").entry("1.001193")
        assert entry is not None
        await tx.put_stated("", "danh mục", [entry], office.now, Author("admin"))
        await tx.note_misses([NoteMiss("sa-dec", text) for text in ASKED], office.now.date())
    await office.employ("lan", "admin")
    return office


def button(reply: Reply, label: str) -> str:
    """The id of the button with a label."""
    return next(one.id for one in reply.buttons if label in one.label)


async def test_a_group_becomes_a_name_by_taps(office: Office, store: FileStore) -> None:
    """The list, the group, the procedure; a name that reaches nothing is asked about; then it is gone."""
    listed = await office.says("/chuatimthay")
    assert "1. “xin tờ giấy lót tã”: 2 lượt" in listed.text.plain
    card = await office.says(button(listed, "1."), kind="button")
    group = button(card, "Bỏ qua").rpartition(":")[0]
    assert "tên gọi khác của thủ tục nào" in card.text.plain
    assert "Đang xem" in await office.answer_to(f"{group}:name:1.001193", kind="button")
    assert "Đã thêm “tờ giấy lót tã”" in (await office.last()).text.plain
    procedure = next(row for row in store.rows("procedure") if row.unit == "sa-dec")
    assert (procedure.code, from_json(procedure.payload).also) == ("1.001193", "tờ giấy lót tã")
    assert "đã được xử lý" in await office.answer_to(f"{group}:missing", kind="button")
    assert "lót tã" not in await office.answer_to("/chuatimthay")


async def test_anothers_matter_and_what_is_passed_over(office: Office, store: FileStore) -> None:
    """The offices come in pages; what was chosen is kept with its words."""
    listed = await office.says("/chuatimthay")
    first = await office.says(button(listed, "lạc đà"), kind="button")
    offices = await office.says(button(first, "Không thuộc đơn vị"), kind="button")
    more = await office.says(button(offices, "Nơi khác nữa"), kind="button")
    chosen = more.buttons[0]
    assert chosen.label in await office.answer_to(chosen.id, kind="button")
    assert "Đã bỏ qua" in await office.answer_to(f"{button(listed, '1.').rpartition(':')[0]}:ignored", kind="button")
    assert [(row.what, row.text, row.target) for row in store.rows("miss_handling")] == [
        ("outside", "nuôi lạc đà trong nhà", chosen.label),
        ("ignored", "xin tờ giấy lót tã", ""),
    ]


async def test_a_name_that_takes_from_another_waits_for_a_yes(office: Office, store: FileStore) -> None:
    """The question and both procedures are shown; only the button under that look gives the name."""
    async with store.transaction() as tx:
        await tx.note_misses([NoteMiss("sa-dec", "giấy độc thân", "not_this")] * 9, office.now.date())
    card = await office.says(button(await office.says("/chuatimthay"), "1."), kind="button")
    group = button(card, "Bỏ qua").rpartition(":")[0]
    await office.says(f"{group}:name:1.001193", kind="button")
    looked = await office.last()
    assert "• “giấy độc thân”" in looked.text.plain
    assert all(row.unit == "" for row in store.rows("procedure"))
    await office.says(button(looked, "Vẫn thêm"), kind="button")
    assert "Đã thêm" in (await office.last()).text.plain
    assert "sa-dec" in {row.unit for row in store.rows("procedure")}


async def test_only_admins(office: Office) -> None:
    """A citizen and an officer get nothing."""
    await office.employ("tú", "staff")
    for tap in ("misses", "miss:0123456789ab:ignored"):
        assert await office.answer_to(tap, "người dân", "button") == ONLY_STAFF
        assert "quản trị" in await office.answer_to(tap, "tú", "button")


async def test_a_good_answer_becomes_a_name_by_one_tap(office: Office, store: FileStore) -> None:
    """Under an admin's answer stand the nearest procedures; what a colleague answered waits in a list of its own."""
    await office.employ("tú", "staff")
    async with store.transaction() as tx:
        for text in ("giấy chứng sinh khai cho cháu", "xin giấy khai cho bé"):
            await tx.leave_question(LeftQuestion(0, "sa-dec", "Một cửa", text, office.now, office.now))
    listed = await office.says("known", kind="button")
    assert (listed.text.plain, listed.buttons) == ("Không có câu hỏi đã trả lời nào chờ đặt tên.", ())
    await office.says("answer:1", kind="button")
    answered = await office.says("Ông/Bà mang giấy chứng sinh.")
    assert answered.text.plain.startswith(
        "Đã ghi câu trả lời, nhưng không còn cách gửi cho người hỏi.\n“giấy chứng sinh khai cho cháu”"
    )
    tap = next(one.id for one in answered.buttons if one.id.startswith("left:1:name:1.001193"))
    await office.says("answer:2", kind="button", user="tú")
    assert (await office.says("Mang giấy chứng sinh.", user="tú")).buttons == ()
    assert "quản trị" in await office.answer_to("known", "tú", "button")
    assert "quản trị" in await office.answer_to("left:2:name:1.001193", "tú", "button")
    await office.says(tap, kind="button")
    while "Đã thêm" not in (reply := await office.last()).text.plain:
        await office.says(button(reply, "Vẫn thêm"), kind="button")
    procedure = next(row for row in store.rows("procedure") if row.unit == "sa-dec")
    assert from_json(procedure.payload).also == "giấy chứng sinh khai cho cháu"
    listed = await office.says("known", kind="button")
    assert [one.label for one in listed.buttons] == ["xin giấy khai cho bé"]
    card = await office.says(listed.buttons[0].id, kind="button")
    assert "là tên gọi khác của thủ tục nào" in card.text.plain
    assert {one.id.rpartition(":")[0] for one in card.buttons} == {"left:2:name"}
    found = [await office.answer_to(tap, kind="button") for tap in ("left:9:show", "left:9:name:1.001193")]
    assert found[0] == found[1]
