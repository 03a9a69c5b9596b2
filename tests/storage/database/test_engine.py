"""The engine: what a DATABASE_URL may say, and how SQLite is set so that a commit survives loss of power."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from handlers.messages import Incoming
from handlers.ports import Conflict, Recorded
from handlers.session import Session
from handlers.turn import NoteMiss
from handlers.world import Counter, Unit
from storage.database import upgrade
from storage.database.engine import create_engine, parse_url
from storage.database.unusable import DatabaseUnusable
from storage.store import SqlStore
from storage.tables.base import Instant
from surveys.responses import Response

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
UNIT = Unit("31000", "UBND xã Cẩm Thạch")


@pytest.fixture
async def store(durable: None, file: Path) -> Any:
    """A store with tables in an SQLite file."""
    store = SqlStore.open(f"sqlite:///{file}")
    yield store
    await store.close()


@pytest.mark.parametrize(
    ("given", "driver", "host", "port", "database"),
    [
        ("sqlite:///var/motcua.db", "sqlite+aiosqlite", None, None, "var/motcua.db"),
        ("sqlite:////srv/một cửa/motcua.db", "sqlite+aiosqlite", None, None, "/srv/một cửa/motcua.db"),
        ("sqlite+pysqlite:///motcua.db", "sqlite+aiosqlite", None, None, "motcua.db"),
        ("postgresql://motcua@db/motcua", "postgresql+asyncpg", "db", None, "motcua"),
        ("postgresql://motcua:m%40t@db:5433/motcua", "postgresql+asyncpg", "db", 5433, "motcua"),
        ("postgres://motcua:mat@db.example:5432/motcua", "postgresql+asyncpg", "db.example", 5432, "motcua"),
        ("postgresql+psycopg2://motcua@db/motcua", "postgresql+asyncpg", "db", None, "motcua"),
        ("postgresql://motcua@[::1]:5432/motcua", "postgresql+asyncpg", "::1", 5432, "motcua"),
    ],
)
def test_a_url_chooses_its_driver(given: str, driver: str, host: str | None, port: int | None, database: str) -> None:
    """Both databases in all their usual spellings; the place stays what it was."""
    url = parse_url(given)
    assert (url.drivername, url.host, url.port, url.database) == (driver, host, port, database)


def test_a_url_keeps_user_password_and_options() -> None:
    """What the server needs to let us in arrives there, decoded."""
    url = parse_url("postgres://m%E1%BB%99t:c%E1%BB%ADa%2F%40%3A@db/motcua?ssl=require")
    assert (url.username, url.password, dict(url.query)) == ("một", "cửa/@:", {"ssl": "require"})


@pytest.mark.parametrize(
    "given",
    [
        "",
        "motcua.db",
        "/srv/motcua.db",
        "mysql://motcua:s3cret@db/motcua",
        "mariadb+aiomysql://motcua:s3cret@db/motcua",
        "redis://:s3cret@db:6379/0",
        "https://motcua:s3cret@db/motcua",
        "postgresql:/motcua:s3cret@db/motcua",
        "postgresql://motcua:s3cret@db:cong/motcua",
        "postgresql://motcua:s3cret@db:5432:1/motcua",
    ],
)
def test_any_other_url_is_refused_with_a_sentence(given: str) -> None:
    """What is neither SQLite nor PostgreSQL, or is no URL, is named as DATABASE_URL's mistake, without the password."""
    with pytest.raises(DatabaseUnusable, match=r"^DATABASE_URL .*\.$") as refusal:
        parse_url(given)
    assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize("given", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(given: str) -> None:
    """Nothing may be lost, so nothing is kept in memory alone; the operator reads so."""
    with pytest.raises(DatabaseUnusable, match=r"\.$"):
        create_engine(given)


def test_an_engine_does_not_show_its_password() -> None:
    """Neither its repr nor its address, which logs and errors may print."""
    engine = create_engine("postgresql://motcua:s3cret@127.0.0.1:1/motcua")
    assert "s3cret" not in f"{engine!r} {engine.url} {engine.url!r}"


async def test_the_folder_of_a_file_is_made(tmp_path: Path) -> None:
    """A first start needs no preparation, wherever the file is to be."""
    store = SqlStore.open(f"sqlite:///{tmp_path}/dữ liệu/2026/motcua.db")
    await upgrade.upgrade(store.engine)
    await store.close()
    assert (tmp_path / "dữ liệu" / "2026" / "motcua.db").stat().st_size > 0


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10_000)]
)
async def test_every_sqlite_connection_is_durable_and_strict(store: SqlStore, pragma: str, value: object) -> None:
    """Write-ahead log, synchronous FULL, foreign keys, waiting: on all connections of the pool, not just the first."""
    async with AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(store.engine.connect()) for _ in range(6)]
        found = [(await c.exec_driver_sql(f"PRAGMA {pragma}")).scalar_one() for c in connections]
    assert found == [value] * 6


async def test_sqlite_enforces_foreign_keys(store: SqlStore) -> None:
    """A unit with counters cannot be deleted under them, and a response takes its answers along."""
    given = Response("a1", UNIT.code, "quay-1", "nhanh", 1, "0", "web", date(2026, 11, 20), answers={"service": 4})
    async with store.transaction() as tx:
        await tx.add_unit(UNIT, NOW)
        await tx.add_counter(Counter("quay-1", "Quầy 1", UNIT.code))
        await tx.keep_responses([given])
    async with store.engine.connect() as connection:
        with pytest.raises(IntegrityError):
            await connection.execute(text("DELETE FROM unit"))
        await connection.execute(text("DELETE FROM response"))
        assert (await connection.execute(text("SELECT count(*) FROM answer"))).scalar_one() == 0


async def test_what_is_committed_is_seen_by_the_next_process(file: Path) -> None:
    """A file that another store opens, without the first one being closed, has all that was committed."""
    first = SqlStore.open(f"sqlite:///{file}")
    async with first.transaction() as tx:
        await tx.add_unit(UNIT, NOW)
    second = SqlStore.open(f"sqlite:///{file}")
    async with second.reading() as tx:
        units = await tx.units()
    await first.close()
    await second.close()
    assert units == {UNIT.code: UNIT}


async def test_writers_of_two_processes_queue(file: Path) -> None:
    """Two processes that read and then write in a transaction wait for each other instead of failing."""
    stores = [SqlStore.open(f"sqlite:///{file}") for _ in range(2)]

    async def add(number: int) -> None:
        async with stores[number % 2].transaction() as tx:
            known = len(await tx.units())
            await asyncio.sleep(0)
            await tx.add_unit(Unit(f"{known:05}", f"UBND xã số {known}"), NOW)

    await asyncio.gather(*map(add, range(20)))
    async with stores[0].reading() as tx:
        units = await tx.units()
    for store in stores:
        await store.close()
    assert sorted(units) == [f"{number:05}" for number in range(20)]


async def test_a_deadlock_is_a_conflict(postgresql: str) -> None:
    """Of two transactions that wait for each other PostgreSQL ends one: its turns are tried again, not lost."""
    store = SqlStore.open(postgresql)
    await upgrade.upgrade(store.engine)
    both = asyncio.Barrier(2)

    async def answer(*messages: str) -> None:
        async with store.transaction() as tx:
            for message in messages:
                await tx.record([Recorded(Incoming("zalo", message, message), Session(), 0, ())], NOW)
                if message == messages[0]:
                    await both.wait()

    done = await asyncio.gather(answer("m1", "m2"), answer("m2", "m1"), return_exceptions=True)
    await store.close()
    assert [type(outcome) for outcome in done].count(Conflict) >= 1
    assert {type(outcome) for outcome in done} <= {Conflict, type(None)}


async def test_a_whole_file_has_no_damage(store: SqlStore) -> None:
    """SQLite itself finds nothing to complain about."""
    assert await store.damage() == []


def spoil(file: Path, page: int) -> None:
    """Write garbage over a page of a file; below zero it is counted from the end."""
    content, size = bytearray(file.read_bytes()), 4096
    start = page * size if page > 0 else len(content) + page * size
    content[start : start + size] = b"\xff" * size
    file.write_bytes(content)


@pytest.mark.parametrize("page", [1, 5, 20, 40, -2], ids=["first-table", "early", "inner", "leaf", "last"])
async def test_a_damaged_file_is_reported(file: Path, page: int) -> None:
    """A page of garbage anywhere in the file is told, not raised."""
    store = SqlStore.open(f"sqlite:///{file}")
    async with store.transaction() as tx:
        await tx.note_misses(
            [NoteMiss("", f"câu hỏi số {number} {'x' * 50}") for number in range(1500)], date(2026, 11, 20)
        )
    await store.close()
    spoil(file, page)
    damaged = SqlStore.open(f"sqlite:///{file}")
    try:
        assert await damaged.damage() != []
    finally:
        await damaged.close()


SQLITE, POSTGRESQL = sqlite.dialect(), postgresql.dialect()
HANOI = timezone(timedelta(hours=7))


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRESQL], ids=["sqlite", "postgresql"])
def test_an_instant_refuses_a_naive_time(dialect: Any) -> None:
    """A time without a zone could be any moment."""
    with pytest.raises(ValueError, match="time zone"):
        Instant().process_bind_param(NOW.replace(tzinfo=None), dialect)


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRESQL], ids=["sqlite", "postgresql"])
@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (NOW, NOW),
        (datetime(2026, 11, 20, 0, 30, tzinfo=HANOI), datetime(2026, 11, 19, 17, 30, tzinfo=UTC)),
        (datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=timezone(-timedelta(hours=9, minutes=30))), None),
    ],
    ids=["utc", "hanoi", "next-year"],
)
def test_an_instant_goes_in_and_comes_out_in_utc(dialect: Any, given: datetime, stored: datetime | None) -> None:
    """The moment stays; the zone becomes UTC."""
    bound = Instant().process_bind_param(given, dialect)
    stored = stored or datetime(2027, 1, 1, 9, 29, 59, 999999, tzinfo=UTC)
    assert bound is not None
    assert (bound, bound.tzinfo) == (stored, UTC)


@pytest.mark.parametrize("read", [datetime(2026, 11, 20, 8, 30), NOW, NOW.astimezone(HANOI)])  # noqa: DTZ001 -- SQLite's
def test_an_instant_is_read_as_utc(read: datetime) -> None:
    """SQLite gives back no zone, PostgreSQL any; both become the same aware moment."""
    moment = Instant().process_result_value(read, SQLITE)
    assert moment is not None
    assert (moment, moment.tzinfo) == (NOW, UTC)


def test_an_instant_may_be_missing() -> None:
    """Nothing stays nothing in both directions."""
    assert Instant().process_bind_param(None, SQLITE) is None
    assert Instant().process_result_value(None, SQLITE) is None
