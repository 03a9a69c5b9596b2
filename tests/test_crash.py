"""Two hundred surveys in chat and on the web while the process is killed: nothing lost, nothing double."""

import asyncio
import os
import random
import re
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from storage.store import SqlStore
from surveys.uncounted import Decision
from tests.bot_api import SECRET, TOKEN, BotApi, message, tap
from tests.clock import now, today
from tests.forks import COMMAND, STDERR, Forks
from tests.running import free_port

Outcome = TypeVar("Outcome")
CHAT_CITIZENS = 100
WEB_CITIZENS = 100
KILLS = 3
# In this many seconds all have been asked, on a machine with a slow disk that does other things too.
PATIENCE = 150
# What a browser is answered that sends the same once more, after it was stored and the answer to it was lost.
STORED, STORED_BEFORE = 303, 409
TOKEN_FIELD = re.compile(r'name="token" value="([^"]+)"')


class Process:
    """`motcua run --demo`."""

    def __init__(self, folder: Path, api: BotApi, forks: Forks) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.database = f"sqlite:///{folder / 'motcua.db'}"
        self._folder = folder
        self._forks = forks
        self._environment = {
            **os.environ,
            "DATABASE_URL": self.database,
            "DATA_DIR": str(folder),
            "LISTEN_PORT": str(self.port),
            "PUBLIC_URL": self.address,
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": api.url,
            "TELEGRAM_MODE": "webhook",
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
        }

    def start(self) -> None:
        """Start it."""
        self._life = self._forks.start(COMMAND, "run", "--demo", cwd=self._folder, env=self._environment, stderr=STDERR)
        self._serves = True

    async def end(self, signal_number: int) -> int:
        """End it by a signal; returns its exit code."""
        self._serves = False
        self._life.send_signal(signal_number)
        return await asyncio.to_thread(self._life.wait, 60)

    async def until_done(self, attempt: Callable[[], Awaitable[Outcome | None]]) -> Outcome:
        """Try again, as Telegram and impatient people do, until it works."""
        while True:
            try:
                outcome = await attempt()
            except (aiohttp.ClientError, TimeoutError, OSError):
                outcome = None
            if outcome is not None:
                return outcome
            assert not self._serves or self._life.poll() is None, "it ended though nobody ended it"
            await asyncio.sleep(0.1)


class Crowd:
    """Citizens who rate a counter, and what each of them was told is recorded."""

    def __init__(self, process: Process, api: BotApi, client: aiohttp.ClientSession) -> None:
        self._process = process
        self._api = api
        self._client = client
        self._updates = iter(range(1, 1_000_000))
        self.acknowledged: Counter[tuple[str, int]] = Counter()
        self.finished = 0

    async def _bring(self, make: Callable[[int], dict[str, Any]]) -> None:
        update = make(next(self._updates))

        async def attempt() -> bool | None:
            async with self._client.post(
                f"{self._process.address}/telegram/webhook",
                json=update,
                headers={"X-Telegram-Bot-Api-Secret-Token": SECRET},
            ) as response:
                return response.status == 200 or None

        await self._process.until_done(attempt)

    async def _reply_buttons(self, chat: int, words: str) -> list[dict[str, Any]]:
        """Wait for a reply with these words; its buttons."""
        while True:
            for call in self._api.sent_to(chat):
                if words in call.text:
                    return call.buttons
            await asyncio.sleep(0.05)

    async def rate_in_chat(self, chat: int, level: int) -> None:
        """Scan, agree, choose a level, send."""
        await self._bring(lambda n: message(n, chat, "/start k_quay1"))
        agree = (await self._reply_buttons(chat, "Xin cho biết mức độ hài lòng"))[0]["callback_data"]
        await self._bring(lambda n: tap(n, chat, agree))
        levels = await self._reply_buttons(chat, "Nhìn chung")
        await self._bring(lambda n: tap(n, chat, levels[level - 1]["callback_data"]))
        asked_on = "Thái độ của cán bộ" if level >= 3 else "Điều gì chưa được"
        buttons = await self._reply_buttons(chat, asked_on)
        self.acknowledged["telegram", level] += 1
        if level >= 3:
            await self._bring(lambda n: tap(n, chat, buttons[-1]["callback_data"]))
        else:
            await self._bring(lambda n: tap(n, chat, buttons[-1]["callback_data"]))
            skip = await self._reply_buttons(chat, "nói thêm điều gì")
            await self._bring(lambda n: tap(n, chat, skip[0]["callback_data"]))
        await self._reply_buttons(chat, "Đã ghi nhận")
        self.finished += 1

    async def rate_on_the_web(self, level: int) -> None:
        """Open the page, touch a face, skip the rest."""
        address = f"{self._process.address}/k/quay2"

        async def page() -> str | None:
            async with self._client.get(address) as response:
                found = TOKEN_FIELD.search(await response.text())
                return found.group(1) if response.status == 200 and found else None

        token = await self._process.until_done(page)

        def sending(*done: int, **values: str) -> Callable[[], Awaitable[bool | None]]:
            async def attempt() -> bool | None:
                async with self._client.post(address, data={"token": token, **values}, allow_redirects=False) as answer:
                    return answer.status in done or None

            return attempt

        await self._process.until_done(sending(STORED, page="0", overall=str(level)))
        self.acknowledged["web", level] += 1
        await self._process.until_done(sending(STORED, STORED_BEFORE, page="1", send="1"))
        self.finished += 1


async def test_killing_the_process_loses_no_answer_and_stores_none_twice(tmp_path: Path, forks: Forks) -> None:
    """Kill -9 three times among two hundred surveys, then a recount from the database."""
    chance = random.Random(20261120)
    api = await BotApi().start()
    process = Process(tmp_path, api, forks)
    process.start()
    async with (
        asyncio.timeout(PATIENCE),
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as client,
        asyncio.TaskGroup() as crowd,
    ):
        citizens = Crowd(process, api, client)
        for number in range(CHAT_CITIZENS):
            crowd.create_task(citizens.rate_in_chat(1000 + number, chance.randint(1, 5)))
        for _ in range(WEB_CITIZENS):
            crowd.create_task(citizens.rate_on_the_web(chance.randint(1, 5)))
        for share in range(1, KILLS + 1):
            due = sum(citizens.acknowledged.values()) + (CHAT_CITIZENS + WEB_CITIZENS) // (KILLS + 1)
            while sum(citizens.acknowledged.values()) < min(due, CHAT_CITIZENS + WEB_CITIZENS - 10 * (KILLS - share)):  # noqa: ASYNC110 -- a count, not an event
                await asyncio.sleep(0.01)
            assert await process.end(signal.SIGKILL) == -signal.SIGKILL
            process.start()
    assert citizens.finished == CHAT_CITIZENS + WEB_CITIZENS
    await all_marked(process)
    assert await process.end(signal.SIGTERM) == 0
    await api.stop()
    assert api.faults == []
    await recount(process.database, citizens.acknowledged)


async def all_marked(process: Process) -> None:
    """Wait until the running process has marked every reply as sent."""
    store = SqlStore.open(process.database)

    async def done() -> bool | None:
        return await store.waiting() == 0 or None

    try:
        async with asyncio.timeout(60):
            await process.until_done(done)
    finally:
        await store.close()


async def recount(database: str, acknowledged: Counter[tuple[str, int]]) -> None:
    """Compare what people were told with what is stored, and see that no reply waits.

    So many at once are a flood to the program, which keeps them apart until staff say that they count.
    """
    store = SqlStore.open(database)
    try:
        async with store.transaction() as tx:
            for group in await tx.apart(["sa-dec"], today(), today()):
                assert group.state == "waiting"
                await tx.decide_apart(Decision(group.unit, group.counter, group.day, "count", "staff sa-dec", now()))
            assert await tx.apart(["sa-dec"], today(), today()) == []
        async with store.reading() as tx:
            tallies, forms = await tx.tallies(["sa-dec"], today(), today())
        stored = {(t.source, t.level): t.count for t in tallies if t.question == "overall"}
        assert stored == dict(acknowledged)
        assert sum(form.count for form in forms) == sum(acknowledged.values())
        assert await store.waiting() == 0
        assert await store.damage() == []
    finally:
        await store.close()


async def test_ctrl_c_ends_the_process_in_order(tmp_path: Path, forks: Forks) -> None:
    """The command, with Telegram on, ends with exit code 0, as it does by SIGTERM above."""
    api = await BotApi().start()
    process = Process(tmp_path, api, forks)
    process.start()
    async with aiohttp.ClientSession() as client:

        async def healthy() -> bool | None:
            async with client.get(f"{process.address}/readyz") as response:
                return response.status == 200 or None

        async with asyncio.timeout(PATIENCE):
            await process.until_done(healthy)
    assert await process.end(signal.SIGINT) == 0
    await api.stop()
