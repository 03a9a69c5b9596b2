"""Zalo: a turn through its webhook against one through Telegram's, and many conversations on a bad day of Zalo's.

The webhook is measured on one processor; the emulated servers run on another.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import aiohttp

from benchmarks.measuring import BIN, Server, answering, percentile, table
from benchmarks.turns import CONNECTIONS, HEADERS, PEOPLE, FastApi, import_catalog
from catalog.entries import Entry
from tests.bot_api import SECRET, TOKEN, message
from tests.questions import questions
from tests.running import free_port
from tests.zalo_api import APP_ID, APP_SECRET, OA, OA_SECRET, SEED, ZaloServer, said, signature
from tests.zalo_load import QUESTIONS, Load, RoughServer

EVENTS_A_SECOND = 50
CONVERSATIONS = 200
WANTED_SECONDS = 0.2
# All rounds together stay below the 4000 calls that are made in a minute.
TURNS = 800
COMMAND = [str(BIN / "motcua"), "run", "--demo"]


def run(entries: Sequence[Entry], options: argparse.Namespace) -> None:
    """Print turns a second, waits of the webhook, and what was lost."""
    if (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {1})
    try:
        asyncio.run(_against_telegram(entries, 2 if options.quick else 4, TURNS))
        asyncio.run(_bad_day(entries, rounds=1 if options.quick else 3))
    finally:
        os.sched_setaffinity(0, range(os.cpu_count() or 1))


def _environment(folder: Path, port: int, server: ZaloServer) -> dict[str, str]:
    return {
        "ZALO_APP_ID": APP_ID, "ZALO_APP_SECRET": APP_SECRET, "ZALO_OA_ID": OA, "ZALO_OA_SECRET": OA_SECRET,
        "ZALO_REFRESH_TOKEN": SEED, "ZALO_API_URL": server.url, "ZALO_OAUTH_URL": server.url,
        "LISTEN_PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": f"sqlite:///{folder / 'motcua.db'}", "DATA_DIR": str(folder),
    }  # fmt: skip


async def _against_telegram(entries: Sequence[Entry], rounds: int, turns: int) -> None:
    api, server = FastApi(), ZaloServer()
    await api.start()
    await server.start()
    speeds: dict[str, list[float]] = {"Telegram": [], "Zalo": []}
    numbers = itertools.count(1)
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        import_catalog(entries, folder)
        telegram = {
            "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url, "TELEGRAM_MODE": "webhook",
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
        }  # fmt: skip
        environment = {**_environment(folder, port, server), **telegram, "ZALO_REACTION": "none"}
        async with (
            Server([str(BIN / "motcua"), "run", "--demo"], environment, folder),
            aiohttp.ClientSession() as client,
        ):
            address = f"http://127.0.0.1:{port}"
            await answering(client, "POST", f"{address}/telegram/webhook", json=message(0, 1, "/help"), headers=HEADERS)
            for _ in range(rounds):
                for channel, count in (("Telegram", lambda: api.sent), ("Zalo", lambda: len(server.sent))):
                    speeds[channel].append(await _drive(client, address, channel, turns, numbers, count))
    await api.stop()
    await server.stop()
    middle = {channel: statistics.median(found) for channel, found in speeds.items()}
    rows = [("the same turns in one process", "turns/s", "min", "max", "ratio to Telegram")]
    for channel, found in speeds.items():
        ratio = f"{middle[channel] / middle['Telegram']:.2f}"
        rows.append((channel, f"{middle[channel]:.0f}", f"{min(found):.0f}", f"{max(found):.0f}", ratio))
    table("Zalo beside Telegram, separate send (goal: 1.00 or more; Zalo's emulation checks each call)", rows)


async def _drive(
    client: aiohttp.ClientSession,
    address: str,
    channel: str,
    turns: int,
    numbers: Iterator[int],
    sent: Callable[[], int],
) -> float:
    texts = [asked.text for name in ("phuong", "xa") for asked in questions(name)]
    chance, gate = random.Random(turns), asyncio.Semaphore(CONNECTIONS)

    async def one() -> None:
        number, person, text = next(numbers), chance.randrange(1, PEOPLE), chance.choice(texts)
        async with gate:
            if channel == "Telegram":
                body, headers, path = json.dumps(message(number, person, text)).encode(), HEADERS, "/telegram/webhook"
                headers = {**headers, "Content-Type": "application/json"}
            else:
                event = said(f"m{number}", text, str(person))
                body, path = json.dumps(event).encode(), "/zalo/webhook"
                headers = {"X-ZEvent-Signature": signature(body, event["timestamp"])}
            async with client.post(f"{address}{path}", data=body, headers=headers) as response:
                await response.read()
                response.raise_for_status()

    before, started = sent(), time.perf_counter()
    await asyncio.gather(*(one() for _ in range(turns)))
    while sent() - before < turns and time.perf_counter() - started < 120:
        await asyncio.sleep(0.002)
    return turns / (time.perf_counter() - started)


async def _bad_day(entries: Sequence[Entry], rounds: int) -> None:
    server = await RoughServer().start()
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        import_catalog(entries, folder)
        environment = _environment(folder, port, server)
        async with (
            Server([str(BIN / "motcua"), "run", "--demo"], environment, folder),
            aiohttp.ClientSession() as client,
        ):
            address = f"http://127.0.0.1:{port}"
            await answering(client, "POST", f"{address}/zalo/webhook", data=b"{}")
            load = Load(address, server, CONVERSATIONS, QUESTIONS * rounds, EVENTS_A_SECOND)
            started = time.perf_counter()
            expected = await load.run(client)
            posted = len(load.waits) / (time.perf_counter() - started)
            found = await load.finished(expected, seconds=120)
    await server.stop()
    slowest = percentile(load.waits, 0.99)
    rows = [
        ("events", "a second", "p50 ms", "p99 ms", "p99 / 200 ms", *found),
        (
            *(str(len(load.waits)), f"{posted:.0f}", f"{percentile(load.waits, 0.5) * 1000:.0f}"),
            *(f"{slowest * 1000:.0f}", f"{slowest / WANTED_SECONDS:.2f}", *map(str, found.values())),
        ),
    ]
    table(
        f"{CONVERSATIONS} conversations, {EVENTS_A_SECOND} events/s, a tenth repeated, a tenth of the sends refused or "
        "slow (goal: p99 at most 1.00 of 200 ms; none lost, twice or out of order)",
        rows,
    )
