"""A province whose communes have procedures of their own: memory, and how long a question waits while they change."""

import argparse
import asyncio
import itertools
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from benchmarks.measuring import BIN, Server, answering, percentile, processor_ms, resident_mb, table
from benchmarks.turns import HEADERS, FastApi, import_catalog
from catalog.entries import Entry
from handlers.world import Counter, Unit
from storage.catalog import ImportRecord
from storage.store import SqlStore
from tests.bot_api import SECRET, TOKEN, message
from tests.running import free_port

COMMUNES, PROCEDURES = 150, 10
QUIET_SECONDS, PAUSE = 4.0, 0.002
MEMORY_LIMIT, WAIT_LIMIT, SERVED_LIMIT = 600.0, 100.0, 5.0
NEW = "Cấp phép nuôi chim yến"
NUMBERS = itertools.count(1)


def run(entries: Sequence[Entry], options: argparse.Namespace) -> None:
    """Print megabytes, milliseconds and seconds with their limits."""
    asyncio.run(_run(entries, rounds=2 if options.quick else 4))


async def _run(entries: Sequence[Entry], rounds: int) -> None:
    api = FastApi()
    await api.start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        import_catalog(entries, folder)
        store = SqlStore.open(f"sqlite:///{folder / 'motcua.db'}")
        await _add_communes(store, entries)
        port = free_port()
        environment = {
            "LISTEN_PORT": str(port), "DATABASE_URL": f"sqlite:///{folder / 'motcua.db'}", "DATA_DIR": str(folder),
            "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url, "TELEGRAM_MODE": "webhook",
            "TELEGRAM_WEBHOOK_SECRET": SECRET, "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "TELEGRAM_REPLY_IN_RESPONSE": "true",
        }  # fmt: skip
        command = [str(BIN / "motcua"), "run", "--demo"]
        async with (
            Server(command, environment, folder, processor=None) as server,
            aiohttp.ClientSession(headers=HEADERS) as client,
        ):
            url = f"http://127.0.0.1:{port}/telegram/webhook"
            await answering(client, "POST", url, seconds=120, json=message(next(NUMBERS), 1, "/help"))
            before = resident_mb(server.pid)
            rows = [("", "found", "limit", "ratio"), _row("memory at the start", before, "MB", MEMORY_LIMIT)]
            asking = _Asking(client, url, server.pid)
            for title, changed in (("one procedure", entries[:1]), ("all procedures", entries)):
                quiet, waits, served = _Waits([], []), _Waits([], []), []
                for number in range(rounds):
                    wanted = f"{NEW} {title} {number}"
                    await asking.for_seconds(QUIET_SECONDS, wanted, quiet)
                    served.append(await _changed(store, asking, changed, wanted, waits))
                for what, found in ((f"{title} changed", waits), ("nothing changed, just before", quiet)):
                    rows.append(_row(f"{what}: longest wait", max(found.took), "ms", WAIT_LIMIT))
                    rows.append(_row("  99th percentile", percentile(found.took, 0.99), "ms", WAIT_LIMIT))
                    rows.append(_row("  most processor time meanwhile", max(found.spent), "ms", WAIT_LIMIT))
                rows.append(_row(f"{title} changed: until all are served it", max(served), "s", SERVED_LIMIT))
            rows.append(_row("memory after the changes", resident_mb(server.pid), "MB", MEMORY_LIMIT))
        await store.close()
    await api.stop()
    table(f"{COMMUNES} communes with {PROCEDURES} procedures of their own over {len(entries)}", rows)


def _row(title: str, found: float, unit: str, limit: float) -> tuple[str, ...]:
    return title, f"{found:.1f} {unit}", f"{limit:.0f} {unit}", f"{found / limit:.2f}"


async def _add_communes(store: SqlStore, entries: Sequence[Entry]) -> None:
    """Give every commune its procedures: half are common ones with a changed text, half no other commune has."""
    now = datetime.now(UTC)
    async with store.transaction() as tx:
        await tx.add_unit(Unit("tinh", "Tỉnh"), now)
        for number in range(COMMUNES):
            code = f"xa{number:03d}"
            await tx.add_unit(Unit(code, f"Xã {number}", "tinh"), now)
            await tx.add_counter(Counter(f"{code}-1", "Quầy 1", code))
            changed = entries[number * PROCEDURES // 2 : (number + 1) * PROCEDURES // 2]
            unit_entries = [replace(entry, fee=f"{number}.000 đồng", also=f"việc {number} của xã") for entry in changed]
            unit_entries += [
                Entry(f"8.{number:03d}{n:03d}", f"Hỗ trợ hộ nuôi thủy sản đợt {n} của xã số {number}", level="Cấp xã")
                for n in range(PROCEDURES - len(unit_entries))
            ]
            await tx.import_entries(_record(code, unit_entries), unit_entries, now)


def _record(unit: str, entries: Sequence[Entry]) -> ImportRecord:
    return ImportRecord(unit, "measured", "0" * 64, len(entries), 0, 0, 0)


@dataclass
class _Waits:
    """Milliseconds until each question was answered, and of processor time that the server spent meanwhile.

    The latter, of all threads together, is the time that an otherwise idle machine would take, without the disk.
    """

    took: list[float]
    spent: list[float]


@dataclass
class _Asking:
    """Asks a server one question after the other."""

    client: aiohttp.ClientSession
    url: str
    pid: int

    async def once(self, text: str, waits: _Waits) -> str:
        """Ask; returns the answer."""
        number, started, spent = next(NUMBERS), time.perf_counter(), processor_ms(self.pid)
        async with self.client.post(self.url, json=message(number, number, text)) as response:
            answer: str = (await response.json())["text"]
        waits.took.append((time.perf_counter() - started) * 1000)
        waits.spent.append(processor_ms(self.pid) - spent)
        await asyncio.sleep(PAUSE)
        return answer

    async def for_seconds(self, seconds: float, text: str, waits: _Waits) -> None:
        """Ask again and again for some seconds."""
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            await self.once(text, waits)


async def _changed(store: SqlStore, asking: _Asking, entries: Sequence[Entry], name: str, waits: _Waits) -> float:
    """Change the common catalog, and ask until the change is answered; returns the seconds that it took."""
    entries = [replace(entry, name=f"{entry.name}, bản {name[-1]}") for entry in entries[1:]]
    entries.append(Entry("9.999999", name))
    async with store.transaction() as tx:
        await tx.import_entries(_record("", entries), entries, datetime.now(UTC))
    changed = time.perf_counter()
    while name not in await asking.once(name, waits):
        pass
    return time.perf_counter() - changed
