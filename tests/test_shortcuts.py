"""What tests keep or put off, they do keep and put off: a shortcut that is passed by costs seconds in every process."""

import asyncio
import gc
import ssl
import subprocess
import sys
import threading
import tomllib
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import asyncpg
import pytest
from aiogram import methods, types
from aiogram.client.session.aiohttp import AiohttpSession

from bot import app, demo
from bot.demo import sample_entries
from bot.files.workshop import NotMade
from catalog import entries, terms
from catalog.catalogs import Catalog
from catalog.index import Index
from handlers.staff.catalog.ports import NotRead
from reports.documents import make
from storage.store import SqlStore
from tests import quick_libraries, running
from tests.bot_api import BotApi
from tests.reports.documents.sample import DETAILS, everything
from tests.storage import conftest as databases

fresh_database = databases.fresh_database


def calls(work: Callable[[], object], looked_for: Any) -> int:
    """How often work calls a function, wherever it has it from."""
    found = 0

    def note(frame: FrameType, event: str, called: object) -> None:
        nonlocal found
        found += (event == "c_call" and called is looked_for) or (
            event == "call" and frame.f_code is getattr(looked_for, "__code__", None)
        )

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return found


def test_an_index_of_the_same_procedures_is_not_built_twice() -> None:
    """Whoever builds it, and from whatever list."""
    assert Index.build(sample_entries()) is Index.build(list(sample_entries()))


def test_the_sample_is_read_once() -> None:
    """By the application too; each has a list of its own."""
    known = demo.sample_entries()
    assert calls(demo.sample_entries, tomllib.loads) == 0
    assert demo.sample_entries() == known
    assert demo.sample_entries() is not known


def test_a_new_index_weighs_the_names_of_its_own_procedures_alone() -> None:
    """What people say is weighed already, wherever it is weighed."""
    known, other = sample_entries()[:2]
    alone = Index.build([known])
    new = replace(other, code="new", name="Cấp phép nuôi yến trong nhà")
    assert 0 < calls(lambda: Index.build([known, new]), terms.named) < 200
    assert calls(lambda: alone.over([other, new]), terms.named) < 200


def test_a_catalog_of_the_same_entries_is_not_read_and_packed_twice() -> None:
    """Every start of the application gathers all entries."""
    few = sample_entries()[:2]
    Catalog.build(few)
    assert calls(lambda: Catalog.build(few), zlib.compress) == 0
    assert calls(lambda: Catalog.build(few), entries.from_json) == 0
    assert calls(lambda: entries.from_json(entries.to_json(few[0])), entries.from_json) == 1


def test_a_model_of_aiogram_is_made_ready_when_it_is_used() -> None:
    """With all that it refers to, and not before."""
    rare = types.PassportElementErrorFile
    assert not rare.__pydantic_complete__
    assert rare(source="file", type="passport", file_hash="x", message="y").file_hash == "x"
    assert rare.__pydantic_complete__
    assert types.Update.model_validate({"update_id": 1, "edited_message": None}).update_id == 1


def test_a_method_of_aiogram_is_made_ready_when_it_is_used() -> None:
    """It has models as its arguments."""
    rare = methods.AnswerShippingQuery
    assert not rare.__pydantic_complete__
    option = types.ShippingOption(id="1", title="x", prices=[])
    assert rare(shipping_query_id="1", ok=True, shipping_options=[option]).shipping_options == [option]
    assert rare.__pydantic_complete__


def test_an_application_that_a_test_runs_makes_no_pass_over_all_objects() -> None:
    """The product makes one at each start; here they are those of thousands of tests."""
    assert running.App is app.App
    assert calls(app.settle, gc.collect) == 0


async def test_an_application_that_a_test_runs_makes_documents_at_hand(tmp_path: Path) -> None:
    """Without a process, with the same errors; one that runs `apart` has the product's own."""
    async with running.running(running.settings_for(tmp_path)) as started:
        workshop = started.attachments._workshop
        assert await workshop.make("csv", everything(), DETAILS) == make("csv", everything(), DETAILS)
        with pytest.raises(NotMade):
            await workshop.make("exe", everything(), DETAILS)
        with pytest.raises(NotRead, match="rỗng"):
            await started.reader.preview("a.csv", b"", {}, own=False)
        assert (workshop._process, started.reader._workshop._process) == (None, None)


def test_garbage_is_seldom_looked_for() -> None:
    """And not among what was there when all tests were collected."""
    assert gc.get_threshold() > (5_000, 10, 10)
    assert gc.get_freeze_count() > 100_000


def test_certificates_are_read_once() -> None:
    """Each client of HTTPS would read a hundred."""
    assert ssl.create_default_context() is ssl.create_default_context()


def test_a_program_that_a_test_starts_does_not_load_pytest() -> None:
    """What sets its clock would, and that takes longer than many a program does; a program that wants it can."""
    asked = "import sys; early = {'pytest', 'time_machine'} & set(sys.modules); import pytest; print(*early)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)  # noqa: S603 -- ours
    assert done.stdout == "time_machine\n"


async def test_a_statement_is_written_as_sql_once_for_all_engines(fresh_database: str) -> None:
    """A test has an engine of its own, with a memory of its own as the product has it."""
    first, second = SqlStore.open(fresh_database), SqlStore.open(fresh_database)
    async with first.reading() as tx:
        await tx.units()
    written = len(quick_libraries.compiled)
    async with second.reading() as tx:
        await tx.units()
    assert len(quick_libraries.compiled) == written > 0
    await first.close()
    await second.close()


async def test_a_statement_to_sqlite_runs_in_the_thread_of_its_loop(servers: databases.Servers) -> None:
    """As a turn of the loop of its own, so that others go on between two of them; who finds a lock waits for it."""
    done: list[str] = []

    async def write(store: SqlStore) -> None:
        async with store.transaction() as tx:
            done.append("begun")
            await tx.units()
            done.append("read")

    async with servers.sqlite_with_tables() as url:
        one, other = SqlStore.open(url), SqlStore.open(url)
        await asyncio.gather(write(one), write(other), one.waiting())
        assert not [thread.name for thread in threading.enumerate() if "_connection_worker_thread" in thread.name]
        await one.close()
        await other.close()
    assert done == ["begun", "read"] * 2


async def test_a_database_that_was_used_is_as_a_new_one(servers: databases.Servers) -> None:
    """On PostgreSQL: the same one, since to drop it takes long; without tables, settings and others' connections."""
    async with servers.postgresql() as url:
        left = await asyncpg.connect(url)
        await left.execute("CREATE TABLE a (b integer); INSERT INTO a VALUES (1)")
        name = await left.fetchval("SELECT current_database()")
        await left.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    async with servers.postgresql() as url:
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("SELECT current_database()") == name
        assert await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == []
        assert await connection.fetchval("SHOW default_transaction_read_only") == "off"
        await connection.close()
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
        await left.execute("SELECT 1")


async def test_the_products_connections_have_threads(threads: None, servers: databases.Servers) -> None:
    """Where a test asks for them."""
    async with servers.sqlite_with_tables() as url:
        store = SqlStore.open(url)
        assert await store.waiting() == 0
        assert [thread.name for thread in threading.enumerate() if "_connection_worker_thread" in thread.name]
        await store.close()


async def test_an_application_that_a_test_runs_closes_aiograms_session_without_a_pause(tmp_path: Path) -> None:
    """It would be a quarter of a second in each of hundreds of tests."""
    api = await BotApi().start()
    async with running.running(running.telegram_settings(tmp_path, api, "polling")):
        await running.telegram_on(api)
        assert AiohttpSession.close is quick_libraries.close
        session = AiohttpSession()
        kept = await session.create_session()
        await session.close()
        assert kept.closed
    await api.stop()
