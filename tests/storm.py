"""Order and completeness of replies while processes are killed: `python -m tests.storm --help`.

A crowd of chats sends updates as fast as they are acknowledged, each to any of the processes; an emulated Bot API
answers 429 now and then; processes are killed at random. Afterwards what each chat received is held against its outbox.
A spawner that has everything loaded forks the processes, so that a life costs no start of Python.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import signal
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
from aiohttp import web as http
from sqlalchemy import text

from storage.database.upgrade import upgrade
from storage.store import SqlStore
from tests.bot_api import SECRET, TOKEN, BotApi, Call, _error, message, visible_text
from tests.running import free_port

QUESTIONS = (
    *("/start", "/trogiup", "/linhvuc", "/canbo", "/dulieu", "làm giấy khai sinh", "đăng ký kết hôn", "khai tử"),
    *("chứng thực bản sao", "thường trú", "xin chào", "lý lịch tư pháp", "qwrtpsd zxcv", "hộ kinh doanh"),
)


@dataclass(frozen=True)
class Storm:
    """How hard it blows. `troubled`: the share of sends that are answered 429, `wait` seconds long."""

    url: str
    processes: int = 1
    updates: int = 2000
    chats: int = 40
    kills: int = 40
    longest: float = 0.3
    troubled: float = 0.02
    wait: int = 1
    in_response: bool = False
    seed: int = 20261130


@dataclass
class Result:
    """What came of it."""

    updates: int = 0
    replies: int = 0
    kills: int = 0
    doubled: int = 0
    lost: int = 0
    out_of_order: int = 0
    refused_calls: int = 0
    waiting: int = 0
    faults: int = 0


class Unwilling(BotApi):
    """A Bot API that asks now and then to come back later."""

    chance: random.Random
    troubled = 0.0
    wait = 1

    async def _answer(self, request: http.Request) -> http.StreamResponse:
        if request.match_info["method"] == "sendMessage" and self.chance.random() < self.troubled:
            self.refused += 1
            return _error(429, "Too Many Requests", self.wait)
        return await super()._answer(request)


class Spawner:
    """The process that forks the others, as the driver sees it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def order(self, word: str, number: int) -> None:
        """Have a process started, or killed; returns when that is done."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{word} {number}\n".encode())
        await self._process.stdin.drain()
        await self._process.stdout.readline()


class Crowd:
    """Everybody who writes, and whoever kills."""

    def __init__(self, storm: Storm, ports: list[int], api: Unwilling, client: aiohttp.ClientSession) -> None:
        self._storm = storm
        self._ports = ports
        self._api = api
        self._client = client
        self._chance = random.Random(storm.seed)
        self._updates = itertools.count(1)
        self.acknowledged = 0
        self.answered: Counter[int] = Counter()

    async def write(self, chat: int, count: int) -> None:
        """Send updates one after the other, each again until it is acknowledged."""
        said = ""
        for _ in range(count):
            said = self._chance.choice([question for question in QUESTIONS if question != said])
            update = message(next(self._updates), chat, said)
            while not await self._bring(update):  # noqa: ASYNC110 -- another attempt
                await asyncio.sleep(0.05)
            self.acknowledged += 1

    async def _bring(self, update: dict[str, Any]) -> bool:
        number = self._chance.randrange(len(self._ports))
        address = f"http://127.0.0.1:{self._ports[number]}/telegram/webhook"
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        try:
            async with self._client.post(address, json=update, headers=headers) as response:
                body = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False
        if response.status == 200 and body:
            self._api.calls.append(Call("sendMessage", json.loads(body)))
        self.answered[number] += response.status == 200
        return response.status == 200

    async def kill(self, spawner: Spawner) -> int:
        """Kill processes that have begun to answer, until all has been sent; returns how many."""
        killed = 0
        while killed < self._storm.kills:
            number = self._chance.randrange(len(self._ports))
            answered = self.answered[number]
            while self.answered[number] <= answered + self._chance.randrange(20):
                if self.acknowledged >= self._storm.updates:
                    return killed
                await asyncio.sleep(0.01)
            await asyncio.sleep(self._chance.uniform(0, self._storm.longest))
            await spawner.order("kill", number)
            await spawner.order("start", number)
            killed += 1
        return killed


@asynccontextmanager
async def spawned(storm: Storm, ports: list[int], api_url: str, folder: str) -> AsyncIterator[Spawner]:
    """Start the spawner and all processes; end them afterwards."""
    plan = json.dumps([asdict(storm), ports, api_url, folder])
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.storm", "--spawn", plan, **pipes)
    spawner = Spawner(process)
    for number in range(len(ports)):
        await spawner.order("start", number)
    try:
        yield spawner
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()


async def blow(storm: Storm) -> Result:
    """Run a storm on a database without tables, and count."""
    store = SqlStore.open(storm.url)
    await upgrade(store.engine)
    api = Unwilling()
    api.chance, api.troubled, api.wait = random.Random(storm.seed + 1), storm.troubled, storm.wait
    await api.start()
    ports = [free_port() for _ in range(storm.processes)]
    timeout = aiohttp.ClientTimeout(total=20)
    with TemporaryDirectory() as folder:
        async with (
            aiohttp.ClientSession(timeout=timeout) as client,
            spawned(storm, ports, api.url, folder) as spawner,
        ):
            crowd = Crowd(storm, ports, api, client)
            async with asyncio.TaskGroup() as group:
                killing = group.create_task(crowd.kill(spawner))
                for number in range(storm.chats):
                    group.create_task(crowd.write(1000 + number, storm.updates // storm.chats))
            async with asyncio.timeout(120):
                while await store.waiting():  # noqa: ASYNC110 -- rows, not an event
                    await asyncio.sleep(0.2)
    result = await compare(store, api)
    result.updates, result.kills, result.waiting = crowd.acknowledged, killing.result(), await store.waiting()
    await store.close()
    await api.stop()
    return result


async def compare(store: SqlStore, api: BotApi) -> Result:
    """Hold what every chat received against its outbox: missing, doubled, and out of the outbox's order."""
    wanted: dict[str, list[str]] = defaultdict(list)
    async with store.engine.connect() as connection:
        rows = await connection.execute(text("SELECT person FROM outbox WHERE channel = 'telegram' GROUP BY person"))
        people = list(rows.scalars())
    for person in people:
        for outgoing in await store.history("telegram", person, most=100_000):
            wanted[person].append(_essence(outgoing.reply.text.plain))
    received: dict[str, list[str]] = defaultdict(list)
    for call in api.sent:
        received[str(call.values["chat_id"])].append(_essence(visible_text(call.text)))
    result = Result(replies=sum(map(len, wanted.values())), refused_calls=api.refused, faults=len(api.faults))
    for person, texts in wanted.items():
        extra = Counter(received[person])
        extra.subtract(Counter(texts))
        result.doubled += sum(count for count in extra.values() if count > 0)
        result.lost -= sum(count for count in extra.values() if count < 0)
        result.out_of_order += not _in_order(received[person], texts)
    return result


def _in_order(received: list[str], wanted: list[str]) -> bool:
    """Whether a chat received its replies in order, where each may come again before the next one comes."""
    position = -1
    for words in received:
        if position + 1 < len(wanted) and words == wanted[position + 1]:
            position += 1
        elif position < 0 or words != wanted[position]:
            return False
    return position + 1 == len(wanted)


def _essence(words: str) -> str:
    """The first line; the channel adds what its buttons cannot carry to the end."""
    return words.split("\n", maxsplit=1)[0][:80]


def spawn(plan: str) -> None:
    """Fork a process for each "start N" on standard input, and kill it for each "kill N"; all at its end."""
    for name in ("bot.app", "bot.demo", "bot.channels.telegram", "web.app"):
        import_module(name)

    settings, ports, api_url, folder = json.loads(plan)
    alive: dict[int, int] = {}
    for line in sys.stdin:
        word, number = line.split()
        if word == "start":
            alive[int(number)] = _fork(Storm(**settings), ports[int(number)], api_url, folder)
        else:
            _end(alive.pop(int(number)), signal.SIGKILL)
        print(line, end="", flush=True)
    for pid in alive.values():
        _end(pid, signal.SIGKILL)


def _end(pid: int, how: signal.Signals) -> None:
    os.kill(pid, how)
    os.waitpid(pid, 0)


def _fork(storm: Storm, port: int, api_url: str, folder: str) -> int:
    if pid := os.fork():
        return pid
    try:
        asyncio.run(_serve(storm, port, api_url, folder))
    finally:
        os._exit(1)


async def _serve(storm: Storm, port: int, api_url: str, folder: str) -> None:
    import structlog

    from bot.app import App
    from bot.demo import load_sample
    from bot.settings import Settings

    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    values: dict[str, object] = {
        "database_url": storm.url,
        "data_dir": Path(folder),
        "listen_port": port,
        "public_url": f"http://127.0.0.1:{port}",
        "telegram_token": TOKEN,
        "telegram_api_url": api_url,
        "telegram_mode": "webhook",
        "telegram_webhook_secret": SECRET,
        "telegram_reply_in_response": storm.in_response,
    }
    store = SqlStore.open(storm.url)
    app = App(Settings(_env_file=None, **values), store)  # type: ignore[call-arg,arg-type]
    await load_sample(store, app.clock())
    await app.load()
    await app.serve(asyncio.Event(), lambda _app, _login: None, login=False)


def main() -> None:
    """Blow as the command line says, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spawn")
    parser.add_argument("--url")
    parser.add_argument("--in-response", action="store_true")
    for name in ("processes", "updates", "chats", "kills", "wait", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Storm, name))
    for name in ("longest", "troubled"):
        parser.add_argument(f"--{name}", type=float, default=getattr(Storm, name))
    given = vars(parser.parse_args())
    plan = given.pop("spawn")
    if plan:
        spawn(plan)
    else:
        print(json.dumps(asdict(asyncio.run(blow(Storm(**given))))))


if __name__ == "__main__":
    main()
