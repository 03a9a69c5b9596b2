"""Stored survey answers a second through the conversation, against the database's own durable inserts."""

import argparse
import asyncio
import itertools
import os
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import asyncpg

from benchmarks.measuring import table
from bot.app import App
from bot.demo import load_sample
from bot.settings import Settings
from catalog.entries import Entry
from handlers.messages import Incoming
from storage.database.upgrade import upgrade
from storage.store import SqlStore

POSTGRES = os.environ.get("MOTCUA_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")
AT_ONCE = 100
SECONDS = 2.0


def run(entries: Sequence[Entry], options: argparse.Namespace) -> None:
    """Print answers a second and ratios, all on one processor."""
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(everywhere)})
    asyncio.run(_run(rounds=2 if options.quick else 4))
    os.sched_setaffinity(0, everywhere)


async def _run(rounds: int) -> None:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        rows = [("stored survey answers", "answers/s", "durable inserts/s", "ratio")]
        sqlite = [
            (await _ours(f"sqlite:///{folder / f'{n}.db'}", folder), _sqlite(folder / "plain.db"))
            for n in range(rounds)
        ]
        rows.append(_row("SQLite", sqlite))
        if await _postgres_answers():
            postgres = []
            for n in range(rounds):
                url = await _fresh_database(f"motcua_bench_{os.getpid()}_{n}")
                postgres.append((await _ours(url, folder), await _postgres(url)))
                await _drop_database(url)
            rows.append(_row("PostgreSQL", postgres))
        else:
            print(f"PostgreSQL does not answer at {POSTGRES}: not measured")
    table(f"Answers: one tap, stored durably before it is answered, {AT_ONCE} people at once (goal: 0.50)", rows)


def _row(title: str, pairs: Sequence[tuple[float, float]]) -> tuple[str, str, str, str]:
    ours, theirs = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
    return title, f"{ours:.0f}", f"{theirs:.0f}", f"{ours / theirs:.2f}"


async def _ours(url: str, folder: Path) -> float:
    """Tap levels on surveys that are open already, and count the taps a second."""
    settings = Settings(_env_file=None, database_url=url, data_dir=folder)  # type: ignore[call-arg,arg-type]
    store = SqlStore.open(url)
    await upgrade(store.engine)
    app = App(settings, store)
    await load_sample(store, app.clock())
    await app.load()
    numbers = itertools.count()
    chance = random.Random(1)

    async def send(person: int, text: str, kind: str = "button") -> str:
        handled = await app.conversation.handle(Incoming("webchat", str(person), str(next(numbers)), text, kind))  # type: ignore[arg-type]
        return handled.replies[-1].reply.buttons[0].id if handled.replies[-1].reply.buttons else ""

    async def opened(person: int) -> str:
        agree = await send(person, "k_quay1", "start")
        first = await send(person, agree)
        return first.rsplit(":", 1)[0]

    surveys = await asyncio.gather(*(opened(person) for person in range(AT_ONCE)))
    stored = 0
    end = time.perf_counter() + SECONDS

    async def taps(person: int) -> None:
        nonlocal stored
        while time.perf_counter() < end:
            await send(person, f"{surveys[person]}:{chance.randint(3, 5)}")
            stored += 1

    started = time.perf_counter()
    await asyncio.gather(*(taps(person) for person in range(AT_ONCE)))
    speed = stored / (time.perf_counter() - started)
    await store.close()
    return speed


def _sqlite(path: Path) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma synchronous=full")
    connection.execute("create table if not exists answer (id integer primary key, question text, level integer)")
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < SECONDS:
        connection.execute("begin immediate")
        connection.execute("insert into answer (question, level) values ('overall', 5)")
        connection.execute("commit")
        count += 1
    connection.close()
    return count / SECONDS


async def _postgres(url: str) -> float:
    connection = await asyncpg.connect(url)
    await connection.execute("create table plain (id bigserial primary key, question text, level integer)")
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < SECONDS:
        await connection.execute("insert into plain (question, level) values ('overall', 5)")
        count += 1
    await connection.close()
    return count / SECONDS


async def _postgres_answers() -> bool:
    try:
        connection = await asyncpg.connect(POSTGRES, timeout=1)
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return False
    await connection.close()
    return True


async def _fresh_database(name: str) -> str:
    connection = await asyncpg.connect(POSTGRES)
    await connection.execute(f'create database "{name}"')
    await connection.close()
    return f"{POSTGRES.rsplit('/', 1)[0]}/{name}"


async def _drop_database(url: str) -> None:
    connection = await asyncpg.connect(POSTGRES)
    await connection.execute(f'drop database "{url.rsplit("/", 1)[1]}"')
    await connection.close()
