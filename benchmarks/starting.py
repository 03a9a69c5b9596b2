"""From start to the first answer, and memory, against the limits of the design."""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from benchmarks.measuring import BIN, Server, answering, resident_mb, table
from benchmarks.turns import FastApi, import_catalog
from catalog.entries import Entry
from tests.bot_api import SECRET, TOKEN
from tests.running import free_port

SECONDS_LIMIT, MEMORY_LIMIT, MEMORY_LIMIT_TELEGRAM = 3.0, 150.0, 300.0


def run(entries: Sequence[Entry], options: argparse.Namespace) -> None:
    """Print seconds and megabytes with their limits."""
    asyncio.run(_run(entries, rounds=2 if options.quick else 5))


async def _run(entries: Sequence[Entry], rounds: int) -> None:
    api = FastApi()
    await api.start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        import_catalog(entries, folder)
        without = [await _once(folder, {}) for _ in range(rounds)]
        telegram = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url, "TELEGRAM_WEBHOOK_SECRET": SECRET}
        with_telegram = [await _once(folder, telegram) for _ in range(rounds)]
    await api.stop()
    rows = [("", "median", "limit", "ratio")]
    for title, found, limit, unit in (
        ("start to first answer", [s for s, _ in without], SECONDS_LIMIT, "s"),
        ("start to first answer, Telegram on", [s for s, _ in with_telegram], SECONDS_LIMIT, "s"),
        ("memory after ten answers", [m for _, m in without], MEMORY_LIMIT, "MB"),
        ("memory after ten answers, Telegram on", [m for _, m in with_telegram], MEMORY_LIMIT_TELEGRAM, "MB"),
    ):
        middle = statistics.median(found)
        rows.append((title, f"{middle:.1f} {unit}", f"{limit:.0f} {unit}", f"{middle / limit:.2f}"))
    table(f"Start and memory with {len(entries)} procedures", rows)


async def _once(folder: Path, telegram: dict[str, str]) -> tuple[float, float]:
    """Seconds until the chat answers a question, and megabytes after ten (with Telegram once it is on)."""
    port = free_port()
    database = f"sqlite:///{folder / 'motcua.db'}"
    environment = {"LISTEN_PORT": str(port), "DATABASE_URL": database, "DATA_DIR": str(folder), **telegram}
    started = time.perf_counter()
    async with (
        Server([str(BIN / "motcua"), "run", "--demo"], environment, folder, processor=None) as server,
        aiohttp.ClientSession() as client,
    ):
        address = f"http://127.0.0.1:{port}/chat"
        options = {"data": {"text": "đăng ký khai sinh cần gì"}, "headers": {"Accept": "application/json"}}
        await answering(client, "POST", address, **options)
        seconds = time.perf_counter() - started
        if telegram:
            await asyncio.sleep(8)
        for _ in range(9):
            await answering(client, "POST", address, **options)
        return seconds, resident_mb(server.pid)
