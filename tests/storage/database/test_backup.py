"""A backup holds every row but those that must not last, and comes back whole or not at all."""

import asyncio
import hashlib
import json
import random
import string
import zipfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Date, Integer, Table, insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel

from storage.database import archive, upgrade
from storage.database.archive import Damaged, verified
from storage.database.backup import BLANKED, LEFT_OUT, back_up
from storage.database.engine import create_engine
from storage.database.restore import NotEmpty, restore
from storage.database.unusable import DatabaseUnusable
from storage.store import SqlStore
from storage.tables.base import Instant
from surveys.responses import Response
from tests.sample import NOW
from tests.storage.conftest import BASE, Servers

KINDS = {"sqlite": Servers.sqlite, "postgresql": Servers.postgresql}
LETTERS = string.ascii_letters + string.digits + "ưởộĐ 'ạ\"\\,;😀\n\u200b"
TABLES = SQLModel.metadata.sorted_tables
Content = dict[str, list[tuple[object, ...]]]
Opening = Callable[..., Any]


@pytest.fixture
async def opened(servers: Servers) -> AsyncIterator[Opening]:
    """Opens databases of a kind, without tables if nothing is said; they are closed at the end."""
    async with AsyncExitStack() as stack:

        async def opening(kind: str, revision: str = BASE) -> AsyncEngine:
            engine = create_engine(await stack.enter_async_context(KINDS[kind](servers, revision)))
            stack.push_async_callback(engine.dispose)
            return engine

        yield opening


def value(chance: random.Random, column: Any, made: dict[str, list[dict[str, Any]]]) -> Any:
    """Any value that a column may have."""
    for key in column.foreign_keys:
        return chance.choice(made[key.column.table.name])[key.column.name]
    if column.nullable and chance.random() < 0.3:
        return None
    kind = column.type
    if isinstance(kind, Boolean):
        return chance.random() < 0.5
    if isinstance(kind, JSON):
        return {"a": [1, None, "ờ"], "b": {"c": chance.random() < 0.5}}
    if isinstance(kind, Instant):
        return datetime(2020, 1, 1, tzinfo=UTC) + timedelta(microseconds=chance.randrange(10**15))
    if isinstance(kind, Date):
        return date(2020, 1, 1) + timedelta(days=chance.randrange(5000))
    if isinstance(kind, Integer) or kind.python_type is int:
        return chance.randrange(1, 2**31 - 2_000_000)
    return "".join(chance.choices(LETTERS, k=chance.randrange(8, 40)))


async def fill(engine: AsyncEngine, seed: int) -> None:
    """Put random rows into every table of a database of this version."""
    chance = random.Random(seed)
    made: dict[str, list[dict[str, Any]]] = {}
    async with engine.begin() as connection:
        for table in TABLES:
            listed = [{c.name: value(chance, c, made) for c in table.columns} for _ in range(chance.randrange(1, 9))]
            keys = [column.name for column in table.primary_key.columns]
            made[table.name] = list({tuple(row[key] for key in keys): row for row in listed}.values())
            await connection.execute(insert(table), made[table.name])


async def content(engine: AsyncEngine, *, lasting: bool = True) -> Content:
    """Every row of every table; `lasting`: of what a backup keeps, with what it blanks."""
    found: Content = {}
    async with engine.connect() as connection:
        for table in TABLES:
            if lasting and table.name in LEFT_OUT:
                continue
            blank = BLANKED.get(table.name, {}) if lasting else {}
            rows = await connection.execute(select(table))
            found[table.name] = sorted((tuple({**row, **blank}.values()) for row in rows.mappings()), key=repr)
    # A connection that stays open would count as a server that runs.
    await engine.dispose()
    return found


def rewritten(path: Path, change: Callable[[dict[str, bytes], dict[str, Any]], None]) -> Path:
    """A copy of a backup whose parts and list were changed."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    listed = json.loads(parts.pop("manifest.json"))
    change(parts, listed)
    copy = path.with_name("doi.zip")
    with zipfile.ZipFile(copy, "w") as packed:
        for name, raw in parts.items():
            packed.writestr(name, raw)
        packed.writestr("manifest.json", json.dumps(listed))
    return copy


@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("source", KINDS)
async def test_every_row_comes_back(opened: Opening, tmp_path: Path, source: str, target: str) -> None:
    """From either database into either; what is left out is empty; the tables are this version's."""
    given, taking = await opened(source, upgrade.HEAD), await opened(target)
    await fill(given, len(source) * 31 + len(target))
    await back_up(given, tmp_path / "a.zip", {}, NOW)
    await restore(taking, tmp_path / "a.zip", force=False)
    assert await content(taking) == await content(given)
    everything = await content(taking, lasting=False)
    assert [name for name in LEFT_OUT if everything[name]] == []
    assert await upgrade.at_head(taking)


@pytest.mark.parametrize("kind", KINDS)
async def test_nothing_of_a_chat_is_in_a_backup(opened: Opening, tmp_path: Path, kind: str) -> None:
    """No chat of a citizen, no key of the votes, no secret: searched for in the bytes themselves."""
    engine = await opened(kind, upgrade.HEAD)
    await fill(engine, 7)
    async with engine.begin() as connection:
        secrets = [
            str(found)
            for table in TABLES
            for row in (await connection.execute(select(table))).mappings()
            for name, found in row.items()
            if (table.name in LEFT_OUT and isinstance(found, str) and not table.c[name].foreign_keys)
            or name in BLANKED.get(table.name, {})
        ]
    await back_up(engine, tmp_path / "a.zip", {}, NOW)
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        text_of_all = "".join(packed.read(name).decode() for name in packed.namelist())
    assert len(secrets) > 20
    assert [one for one in secrets if json.dumps(one, ensure_ascii=False)[1:-1] in text_of_all] == []


@pytest.mark.parametrize("kind", KINDS)
async def test_new_rows_get_new_ids_after_a_restoring(opened: Opening, tmp_path: Path, kind: str) -> None:
    """Ids go on above those that are there, and those of chat messages above any that a page may have seen."""
    given, taking = await opened("sqlite", upgrade.HEAD), await opened(kind)
    await fill(given, 1)
    before = await content(given, lasting=False)
    chance = random.Random(3)
    await back_up(given, tmp_path / "a.zip", {}, NOW)
    await restore(taking, tmp_path / "a.zip", force=False)
    async with taking.begin() as connection:
        for name in ("outbox", "report_run", "service_case", "data_request", "catalog_import", "statement"):
            table: Table = SQLModel.metadata.tables[name]
            made: dict[str, list[dict[str, Any]]] = {"unit": [{"code": before["unit"][0][0]}]}
            row = {c.name: value(chance, c, made) for c in table.columns if c.name != "id"}
            new = (await connection.execute(insert(table).values(**row).returning(table.c.id))).scalar_one()
            highest = max(int(str(old[list(table.columns).index(table.c.id)])) for old in before[name])
            assert new > highest + (999_999 if name == "outbox" else 0)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_backup_of_an_older_version_is_brought_forward(opened: Opening, tmp_path: Path, kind: str) -> None:
    """It is made of the tables as they were, and restored into the tables of today."""
    given, taking = await opened(kind), await opened(kind)
    async with given.begin() as connection:
        await connection.run_sync(upgrade.move, "0002")
        await connection.execute(
            text(
                "INSERT INTO unit (code, name, kind, parent, phone, address, hours, demo, successor, created_at)"
                " VALUES ('a', 'Xã A', '', '', '', '', '', false, '', '2026-01-02 03:04:05.000006')"
            )
        )
        await connection.execute(
            text(
                "INSERT INTO response (id, unit, counter, form, version, digest, source, assisted, day, complete)"
                " VALUES ('r', 'a', 'q', 'nhanh', 1, 'd', 'web', true, '2026-01-02', true)"
            )
        )
    made = await back_up(given, tmp_path / "a.zip", {}, NOW)
    assert made.revision == "0002"
    await restore(taking, tmp_path / "a.zip", force=False)
    assert await upgrade.at_head(taking)
    store = SqlStore(taking)
    async with store.reading() as tx:
        assert (await tx.unit_since())["a"] == datetime(2026, 1, 2, 3, 4, 5, 6, UTC)
        assert (await tx.responses(["r"]))["r"].assisted
        assert (await tx.responses(["r"]))["r"].round == ""


async def test_a_backup_of_a_newer_version_is_refused(opened: Opening, tmp_path: Path) -> None:
    """With the advice to install it."""
    given, taking = await opened("sqlite", upgrade.HEAD), await opened("sqlite")
    await back_up(given, tmp_path / "a.zip", {}, NOW)
    for change in ({"revision": "9999"}, {"format": 2}):
        with pytest.raises(Damaged, match="mới hơn chương trình này"):
            await restore(taking, rewritten(tmp_path / "a.zip", lambda _, listed: listed.update(change)), force=False)  # noqa: B023


@pytest.mark.parametrize("kind", KINDS)
async def test_rows_are_replaced_only_by_force(opened: Opening, tmp_path: Path, kind: str) -> None:
    """The tables that hold rows are named; with force, what was there is gone, chats too."""
    given, taking = await opened("sqlite", upgrade.HEAD), await opened(kind, upgrade.HEAD)
    await fill(given, 1)
    await fill(taking, 2)
    await back_up(given, tmp_path / "a.zip", {}, NOW)
    before = await content(taking, lasting=False)
    with pytest.raises(NotEmpty, match=r"answer \(\d\)"):
        await restore(taking, tmp_path / "a.zip", force=False)
    assert await content(taking, lasting=False) == before
    await restore(taking, tmp_path / "a.zip", force=True)
    assert await content(taking) == await content(given)
    everything = await content(taking, lasting=False)
    assert [name for name in LEFT_OUT if everything[name]] == []


@pytest.mark.parametrize("kind", KINDS)
async def test_what_cannot_be_written_leaves_everything_as_it_was(opened: Opening, tmp_path: Path, kind: str) -> None:
    """A row twice, in the last table: the rows before it are not there either."""
    given, taking = await opened("sqlite", upgrade.HEAD), await opened(kind, upgrade.HEAD)
    await fill(given, 1)
    await fill(taking, 2)
    await back_up(given, tmp_path / "a.zip", {}, NOW)
    before = await content(taking, lasting=False)

    def twice(parts: dict[str, bytes], listed: dict[str, Any]) -> None:
        raw = parts["tables/slip.jsonl"]
        parts["tables/slip.jsonl"] = raw + raw
        part = next(part for part in listed["tables"] if part["name"] == "slip")
        part.update(rows=part["rows"] * 2, sha256=hashlib.sha256(raw + raw).hexdigest())

    with pytest.raises(Damaged, match="bảng slip"):
        await restore(taking, rewritten(tmp_path / "a.zip", twice), force=True)
    assert await content(taking, lasting=False) == before
    assert await upgrade.at_head(taking)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_database_in_use_is_not_written_over(opened: Opening, tmp_path: Path, kind: str) -> None:
    """One open connection of another process is enough, and the sentence says what to stop."""
    given, taking = await opened("sqlite", upgrade.HEAD), await opened(kind, upgrade.HEAD)
    await taking.dispose()
    await back_up(given, tmp_path / "a.zip", {}, NOW)
    server = create_engine(taking.url.render_as_string(hide_password=False))
    async with server.connect() as connection:
        await connection.execute(text("SELECT 1"))
    with pytest.raises(DatabaseUnusable, match="motcua run"):
        await restore(taking, tmp_path / "a.zip", force=True)
    await server.dispose()
    await taking.dispose()
    await restore(taking, tmp_path / "a.zip", force=True)


async def test_another_programs_database_is_left_alone(opened: Opening, tmp_path: Path) -> None:
    """Also with force."""
    given, taking = await opened("sqlite", upgrade.HEAD), await opened("sqlite")
    await back_up(given, tmp_path / "a.zip", {}, NOW)
    async with taking.begin() as connection:
        await connection.execute(text("CREATE TABLE luong (a integer)"))
    await taking.dispose()
    with pytest.raises(DatabaseUnusable, match="chương trình khác"):
        await restore(taking, tmp_path / "a.zip", force=True)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_backup_shows_one_moment(opened: Opening, tmp_path: Path, kind: str) -> None:
    """Forms that come in meanwhile are in it with their answers, or not at all."""
    engine = await opened(kind, upgrade.HEAD)
    store = SqlStore(engine)
    made = 0
    started, finished = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        nonlocal made
        while not finished.is_set():
            given = [
                Response(f"{made}-{n}", "a", "q", "nhanh", 1, "d", "web", NOW.date(), answers={"overall": 5})
                for n in range(50)
            ]
            async with store.transaction() as tx:
                await tx.keep_responses(given)
            made += 1
            started.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(write())
        await started.wait()
        manifest = await back_up(engine, tmp_path / "a.zip", {}, NOW)
        finished.set()
    rows = {part.name: part.rows for part in manifest.tables}
    assert rows["answer"] == rows["response"] >= 50


async def damaged(opened: Opening, tmp_path: Path) -> Path:
    """A backup to be damaged."""
    engine = await opened("sqlite", upgrade.HEAD)
    await fill(engine, 5)
    await back_up(engine, tmp_path / "a.zip", {"forms/a.toml": b"x" * 100}, NOW)
    return tmp_path / "a.zip"


async def test_a_damaged_file_is_named_with_the_part(opened: Opening, tmp_path: Path) -> None:
    """Cut off, overwritten, without a part, with a changed row: each has its sentence."""
    path = await damaged(opened, tmp_path)
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as packed:
        at = packed.getinfo("tables/answer.jsonl").header_offset + 90

    def spoilt(raw: bytes) -> Path:
        copy = tmp_path / "hong.zip"
        copy.write_bytes(raw)
        return copy

    def changed(parts: dict[str, bytes], _: object) -> None:
        parts["tables/answer.jsonl"] += b"{}\n"

    cases = {
        "hong.zip: tệp hỏng": spoilt(whole[: len(whole) // 2]),
        "answer hỏng": None,
        "thiếu bảng unit": rewritten(path, lambda parts, _: parts.pop("tables/unit.jsonl")),
    }
    for reason, copy in cases.items():
        with pytest.raises(Damaged, match=reason):
            verified(copy or spoilt(whole[:at] + b"\0\0\0\0" + whole[at + 4 :]))
    with pytest.raises(Damaged, match="bảng answer đã bị thay đổi"):
        verified(rewritten(path, changed))
    with pytest.raises(Damaged, match=r"tệp forms/a\.toml đã bị thay đổi"):
        verified(rewritten(path, lambda parts, _: parts.update({"files/forms/a.toml": b"y"})))
    with pytest.raises(Damaged, match="không phải bản sao lưu"):
        verified(rewritten(path, lambda _, listed: listed.pop("revision")))
    assert verified(path).files[0].name == "forms/a.toml"


@pytest.mark.parametrize("place", [0.02, 0.2, 0.4, 0.6, 0.8, 0.98])
async def test_no_single_byte_can_change_unseen(opened: Opening, tmp_path: Path, place: float) -> None:
    """What a changed byte spoils is found; one that spoils nothing leaves every row as it was."""
    path = await damaged(opened, tmp_path)
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as packed:
        before = {part.name: list(archive.rows(packed, part.name)) for part in verified(path).tables}
    raw[int(len(raw) * place)] ^= 0x55
    path.write_bytes(raw)
    try:
        manifest = verified(path)
    except Damaged:
        return
    with zipfile.ZipFile(path) as packed:
        assert {part.name: list(archive.rows(packed, part.name)) for part in manifest.tables} == before
