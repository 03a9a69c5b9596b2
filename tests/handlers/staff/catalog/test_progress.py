"""While a large file is read its sender is told how far that is: now and then, and never after its preview."""

import asyncio
from collections.abc import Mapping

import pytest

from catalog.entries import Entry
from catalog.files.limits import Seen, unseen
from handlers.channel import Traits
from handlers.staff.catalog import desk as module
from handlers.staff.catalog.confirming import Sender
from handlers.staff.catalog.desk import Desk
from tests.desks import ADDRESS, ReaderHere
from tests.handlers.staff.catalog.town import NOW, WORLD
from tests.stores import FileStore, opened, store

__all__ = ["opened", "store"]


class SlowReader(ReaderHere):
    """Tells rows one after the other, and waits to be let go on."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.goes_on = asyncio.Event()

    async def preview(
        self, name: str, content: bytes, stored: Mapping[str, Entry], *, own: bool, seen: Seen = unseen
    ) -> str:
        """The kept preview of a file."""
        if self.rows:
            seen(self.rows)
        await self.goes_on.wait()
        return await super().preview(name, content, stored, own=own)


@pytest.mark.parametrize(("rows", "messages"), [(12_800, 2), (0, 0)])
async def test_a_file_that_takes_long_tells_its_rows(
    store: FileStore, monkeypatch: pytest.MonkeyPatch, rows: int, messages: int
) -> None:
    """As often as there are moments for that; nothing where nothing is known; the page has the same number."""
    # Before the first of them the reader has to have begun, on a busy machine too.
    monkeypatch.setattr(module, "PROGRESS", (0.4, 0.41))
    reader = SlowReader(rows)
    desk = Desk(store, lambda: WORLD, lambda: NOW, {"telegram": Traits(4096, pushed=True)}, reader, ADDRESS)
    async with store.transaction() as tx:
        content = b'{"code":"1.900001","name":"Chim"}\n'
        pending = await desk.receive(tx, "tinh", Sender("telegram", "7", "tinh"), "a.jsonl", content)
    reading = asyncio.create_task(desk.read_soon(pending.unit, pending.token))  # noqa: TID251 -- awaited below
    history, so_far = store.history, desk.read_so_far
    async with asyncio.timeout(60):
        while len(await history("telegram", "7")) < messages or so_far(pending.token) != rows:  # noqa: ASYNC110 -- its tasks
            await asyncio.sleep(0.01)
    reader.goes_on.set()
    await reading
    assert desk.read_so_far(pending.token) == 0
    *before, shown = [one.reply.text.plain for one in await store.history("telegram", "7")]
    assert before == ["a.jsonl: tệp lớn, đã đọc 12800 dòng, tôi vẫn đang đọc. Chưa có gì thay đổi."] * messages
    assert "1 mới" in shown
