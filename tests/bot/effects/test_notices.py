"""Notices in chat: an admin gives one in a line, sees those there are, and takes them away."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from handlers.unit_settings.settings import Author
from storage.store import SqlStore
from tests.bot.office import LIFE, Office
from tests.sample import NOW
from tests.storage import conftest as databases


@pytest.fixture
async def office(servers: databases.Servers) -> AsyncIterator[Office]:
    """An office with an admin and an officer."""
    async with servers.sqlite_with_tables() as url:
        store = SqlStore.open(url)
        office = Office(store)
        async with store.transaction() as tx:
            for unit in office.world.units.values():
                await tx.add_unit(unit, NOW - LIFE)
        await office.employ("lan", "admin")
        await office.employ("cúc", "staff")
        yield office
        await store.close()


async def kept(office: Office) -> list[dict[str, object]]:
    """The notices that are stored."""
    async with office.store.reading() as tx:
        return [dict(one.value) for one in await tx.settings("sa-dec") if one.value]


async def test_an_admin_gives_a_notice_in_one_line_and_takes_it_away(office: Office) -> None:
    """The answer says its days in full; the button is good until somebody else changes the notice."""
    given = await office.says("/thongbao 12/5 Nghỉ làm việc sáng để tập huấn")
    assert given.text.plain == "Đã ghi: 12/05/2027: Nghỉ làm việc sáng để tập huấn"
    assert [one["first"] for one in await kept(office)] == ["2027-05-12"]
    listed = await office.says("/thongbao")
    assert "12/05/2027" in listed.text.plain
    (button,) = listed.buttons
    assert button.id == given.buttons[0].id
    assert "Đã gỡ" in await office.answer_to(button.id, kind="button")
    assert await kept(office) == []
    assert "người khác" in await office.answer_to(button.id, kind="button")
    assert "chưa có thông báo nào" in await office.answer_to("/thongbao")


async def test_a_notice_that_somebody_changed_is_not_taken_away_unseen(office: Office) -> None:
    """The button names the number that was seen."""
    (button,) = (await office.says("/thongbao 12/5-14/5/2027: Trực Tết")).buttons
    assert await kept(office) == [{"kind": "notice", "text": "Trực Tết", "first": "2027-05-12", "last": "2027-05-14"}]
    key = button.id.split(":")[1]
    async with office.store.transaction() as tx:
        value = {"kind": "notice", "text": "Khác", "first": "2027-05-12"}
        await tx.put_setting("sa-dec", f"notice:{key}", 1, value, Author("admin dong-thap"), NOW + timedelta(hours=1))
    assert "người khác" in await office.answer_to(button.id, kind="button")
    assert [one["text"] for one in await kept(office)] == ["Khác"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("/thongbao Nghỉ sáng mai", "Xin ghi ngày"),
        ("/thongbao 31/2 Nghỉ", "“31/2” không đúng"),
        ("/thongbao 14/5/2027-12/5/2027 Nghỉ", "trước ngày bắt đầu"),
        (f"/thongbao 12/5 {'a' * 301}", "quá 300"),
    ],
)
async def test_what_makes_no_notice_is_said(office: Office, said: str, expected: str) -> None:
    """Nothing is stored."""
    assert expected in await office.answer_to(said)
    assert await kept(office) == []


async def test_others_than_admins_give_none(office: Office) -> None:
    """An officer and a citizen are told so; neither sees a list."""
    for user in ("cúc", "ai đó"):
        for said in ("/thongbao 12/5 Nghỉ", "/thongbao", "unnotice:0123abcd:1"):
            kind = "button" if said.startswith("un") else "text"
            assert "quản trị" in await office.answer_to(said, user, kind)  # type: ignore[arg-type]
    assert await kept(office) == []
