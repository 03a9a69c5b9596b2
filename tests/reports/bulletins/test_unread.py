"""Who has not read the bulletins on the chat page, as an admin is told."""

from datetime import timedelta

import pytest

from handlers.world import Unit
from reports.bulletins.unread import unread, unread_line
from tests import stores
from tests.sample import NOW
from tests.stores import FileStore

opened, store = stores.opened, stores.store
DAY = timedelta(days=1)
MOMENT = timedelta(minutes=1)
CASES = {
    "all looked": ({"1": 1, "2": 6}, ""),
    "one did not": ({"1": 1, "2": 8}, "1 trong 2 người nhận bản tin không mở"),
    "nobody did": ({"1": 7, "2": 12}, "Bản tin chưa có ai đọc: cả 2 người nhận đều không mở"),
    "one is forgotten": ({"1": 1, "2": 31}, "Trang đã quên người đó từ 19/11/2026"),
    "nobody, one is forgotten": ({"1": 8, "2": 31}, "xin gửi mã mời mới"),
}


@pytest.mark.parametrize("case", CASES)
async def test_an_admin_is_told_who_does_not_look(case: str, store: FileStore) -> None:
    """A week without a visit, and the day on which the page forgets; readers in messengers are not counted as away."""
    days, expected = CASES[case]
    async with store.transaction() as tx:
        await tx.add_unit(Unit("sa-dec", "Phường Sa Đéc"), NOW - 90 * DAY)
        for user, ago in days.items():
            await tx.create_token("invitation", "sa-dec", "staff", user, NOW)
            await tx.redeem(user, "webchat", user, NOW - 60 * DAY)
            await tx.note_seen("webchat", user, NOW - ago * DAY)
    async with store.reading() as tx:
        line = unread_line(await unread(tx, "sa-dec", ["webchat"], NOW), NOW).plain
        assert await unread(tx, "sa-dec", ["chat"], NOW) is None
    assert expected in line
    assert bool(line) == bool(expected)
