"""The Monday summary names unfinished cases: how many, and the oldest."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from handlers.ports import Membership
from surveys.cases import Case, Step
from tests import stores
from tests.reports.officers import MONDAY, OFFICER, prepared, send, waiting
from tests.stores import FileStore

opened, store = stores.opened, stores.store
DAY = date(2026, 11, 20)
HEAD = Membership("telegram", "88", "dong-thap", "admin")


async def complained(store: FileStore, days: list[int], handled: tuple[int, ...] = ()) -> None:
    """Open a case for each number of days before DAY, and finish some of them."""
    async with store.transaction() as tx:
        kept = await tx.keep_cases(
            [
                Case(0, "sa-dec", "quay2", DAY - timedelta(days=n), 1, f"Chờ {n} giờ {'lâu ' * 30}", f"{n:032x}", DAY)
                for n in days
            ]
        )
        for n in handled:
            await tx.move_case(
                kept[n].id, Step("handled", datetime.combine(DAY, time(9), UTC), "staff sa-dec", note="Xong.")
            )


async def test_a_week_without_cases_says_nothing_of_them(store: FileStore) -> None:
    """Nor is there a button to them."""
    await prepared(store, OFFICER)
    await complained(store, [1], handled=(0,))
    await send(store, MONDAY)
    (outgoing,) = await waiting(store)
    assert "ý kiến" not in outgoing.reply.text.plain
    assert [button.id for button in outgoing.reply.buttons] == ["mute:weekly"]


@pytest.mark.parametrize("reader", [OFFICER, HEAD], ids=["officer", "head of the unit above"])
async def test_unfinished_cases_are_counted_and_the_oldest_listed(reader: Membership, store: FileStore) -> None:
    """Three of five, the oldest first, shortened, with the way to the rest."""
    await prepared(store, reader)
    await complained(store, [1, 5, 3, 2, 4, 9], handled=(5,))
    await send(store, MONDAY)
    (outgoing,) = await waiting(store)
    *_, cases, mark = outgoing.reply.text.plain.split("\n\n")
    assert mark == "MẪU THỬ - không dùng để đánh giá thật"
    lines = cases.split("\n")
    assert lines[0] == "5 ý kiến chưa xử lý xong. Lâu nhất:"
    assert [line.split(",")[0] for line in lines[1:4]] == ["• 15/11/2026", "• 16/11/2026", "• 17/11/2026"]
    assert all(line.endswith("…”") and len(line) < 160 for line in lines[1:4])
    assert lines[4:] == ["Còn 2 ý kiến nữa: xem ở trang cán bộ (/dangnhap)."]
    assert outgoing.reply.buttons[0].id == "cases"
