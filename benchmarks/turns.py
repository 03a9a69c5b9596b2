"""A whole chat turn through the Telegram webhook against bare echo bots, on one processor.

Each bot gets the same updates over the same number of connections; an update is done when its reply arrived,
by a separate sendMessage or in the webhook's response. The emulated Bot API runs on another processor.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import sqlite3
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web as http

from benchmarks.measuring import BIN, Server, answering, table
from catalog.entries import Entry, to_json
from tests.bot_api import SECRET, TOKEN, message
from tests.questions import questions
from tests.running import free_port

CONNECTIONS = 40  # as many as Telegram opens to a webhook by default
PEOPLE = 5_000
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
SENT = json.dumps(
    {"ok": True, "result": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "x"}}
).encode()
ME = json.dumps(
    {"ok": True, "result": {"id": 4200, "is_bot": True, "first_name": "M", "username": "motcua_bot"}}
).encode()
DONE = b'{"ok":true,"result":true}'


class FastApi:
    """A Bot API that accepts everything at once and counts."""

    def __init__(self) -> None:
        self.sent = 0
        self.url = ""
        self._runner: http.AppRunner | None = None

    async def start(self) -> None:
        """Listen on loopback."""
        app = http.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        self._runner = http.AppRunner(app, access_log=None)
        await self._runner.setup()
        await http.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner:
            await self._runner.cleanup()

    async def _answer(self, request: http.Request) -> http.Response:
        await request.read()
        method = request.match_info["method"]
        if method == "sendMessage":
            self.sent += 1
            return http.Response(body=SENT, content_type="application/json")
        return http.Response(body=ME if method == "getMe" else DONE, content_type="application/json")


def run(entries: Sequence[Entry], options: argparse.Namespace) -> None:
    """Print updates a second and ratios."""
    asyncio.run(_run(entries, rounds=2 if options.quick else 4, updates=1_000 if options.quick else 3_000))


async def _run(entries: Sequence[Entry], rounds: int, updates: int) -> None:
    if (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {1})
    api = FastApi()
    await api.start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        import_catalog(entries, folder)
        speeds: dict[str, list[float]] = {}
        busy: dict[str, list[float]] = {}
        numbers = itertools.count(1)
        bots = _bots(api, folder)
        for _ in range(rounds):
            for title, (command, environment, port) in bots.items():
                async with Server(command, environment, folder) as server:
                    speed, taken = await _drive(server, api, port, updates, numbers)
                    speeds.setdefault(title, []).append(speed)
                    busy.setdefault(title, []).append(taken)
    await api.stop()
    if (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, range(os.cpu_count() or 1))
    _tell(speeds, busy)


def _bots(api: FastApi, folder: Path) -> dict[str, tuple[list[str], dict[str, str], int]]:
    python = str(BIN / "python")
    here = {"PYTHONPATH": str(Path(__file__).parent.parent)}
    echo = [python, "-m", "benchmarks.peers.aiogram_echo"]
    ports = [free_port() for _ in range(5)]

    def ours(port: int, in_response: str) -> tuple[list[str], dict[str, str], int]:
        environment = {
            "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url, "TELEGRAM_MODE": "webhook",
            "TELEGRAM_WEBHOOK_SECRET": SECRET, "LISTEN_PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "DATABASE_URL": f"sqlite:///{folder / 'motcua.db'}", "DATA_DIR": str(folder),
            "TELEGRAM_REPLY_IN_RESPONSE": in_response,
        }  # fmt: skip
        return [str(BIN / "motcua"), "run", "--demo"], environment, port

    return {
        "aiogram echo, awaits its send": ([*echo, "send", api.url, TOKEN, SECRET, str(ports[0])], here, ports[0]),
        "python-telegram-bot echo": (
            [python, "-m", "benchmarks.peers.ptb_echo", api.url, TOKEN, SECRET, str(ports[1])], here, ports[1],
        ),
        "Một Cửa, separate send": ours(ports[2], "false"),
        "aiogram echo, reply in response": ([*echo, "response", api.url, TOKEN, SECRET, str(ports[3])], here, ports[3]),
        "Một Cửa, reply in response": ours(ports[4], "true"),
    }  # fmt: skip


def import_catalog(entries: Sequence[Entry], folder: Path) -> None:
    """Import entries into the database of a folder, and print how long that takes."""
    file = folder / "catalog.jsonl"
    file.write_text("\n".join(to_json(entry) for entry in entries), "utf-8")
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{folder / 'motcua.db'}", "DATA_DIR": str(folder)}
    started = time.perf_counter()
    subprocess.run(
        [str(BIN / "motcua"), "catalog", "import", str(file)], env=environment, check=True, capture_output=True
    )
    rows = sqlite3.connect(folder / "motcua.db").execute("select count(*) from procedure").fetchone()[0]
    print(f"import of {rows} procedures: {time.perf_counter() - started:.1f} s as a whole command")


async def _drive(server: Server, api: FastApi, port: int, updates: int, numbers: Iterator[int]) -> tuple[float, float]:
    """Send updates; returns how many a second were answered with their reply, and the processor time of each in ms."""
    url = f"http://127.0.0.1:{port}/telegram/webhook"
    texts = [asked.text for name in ("phuong", "xa") for asked in questions(name)]
    chance = random.Random(port)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS), headers=HEADERS) as client:

        async def one() -> int:
            update = message(next(numbers), chance.randrange(1, PEOPLE), chance.choice(texts))
            async with client.post(url, json=update) as response:
                body = await response.read()
                if response.status != 200:
                    raise RuntimeError(f"{url} answered {response.status}")
                return int(b"sendMessage" in body)

        await answering(client, "POST", url, json=_warm(next(numbers)))
        await _all(one, updates // 5)
        await asyncio.sleep(0.5)
        api.sent = 0
        started, before = time.perf_counter(), server.busy
        in_response = sum(await _all(one, updates))
        while api.sent + in_response < updates and time.perf_counter() - started < 120:
            await asyncio.sleep(0.002)
        return updates / (time.perf_counter() - started), (server.busy - before) / updates * 1000


def _warm(number: int) -> dict[str, Any]:
    return message(number, 1, "/help")


async def _all(one: Any, count: int) -> list[int]:
    gate = asyncio.Semaphore(CONNECTIONS)

    async def gated() -> int:
        async with gate:
            return int(await one())

    return await asyncio.gather(*(gated() for _ in range(count)))


def _tell(speeds: dict[str, list[float]], busy: dict[str, list[float]]) -> None:
    middle = {title: statistics.median(found) for title, found in speeds.items()}
    taken = {title: statistics.median(found) for title, found in busy.items()}
    peer = {
        "Một Cửa, separate send": "aiogram echo, awaits its send",
        "Một Cửa, reply in response": "aiogram echo, reply in response",
        "python-telegram-bot echo": "aiogram echo, awaits its send",
    }
    heading = ("turns/s", "min", "max", "ratio to the aiogram echo", "processor ms a turn", "ratio")
    rows: list[tuple[str, ...]] = [("chat turns through the Telegram webhook", *heading)]
    for title, speed in middle.items():
        ratio = f"{speed / middle[peer[title]]:.2f}" if title in peer else "1"
        # Other load on the machine changes this ratio little.
        quiet = f"{taken[peer[title]] / taken[title]:.2f}" if title in peer else "1"
        slowest, fastest = f"{min(speeds[title]):.0f}", f"{max(speeds[title]):.0f}"
        rows.append((title, f"{speed:.0f}", slowest, fastest, ratio, f"{taken[title]:.2f}", quiet))
    table("Turn: search, durable commit, reply (goal: 1.00 with a separate send, 0.50 in the response)", rows)
