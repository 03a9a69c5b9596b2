"""Reports by several processes on one database, killed at random: each once, as one process alone sends them."""

import asyncio
import json
import re
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime

import pytest

from bot.live_world import LiveWorld
from reports.bulletins.sending import send_due
from reports.bulletins.timetable import Deadlines
from storage.store import SqlStore
from tests.bot.senders import CHANNELS, MEMBERS, Plan, prepare
from tests.forks import ROOT, STDERR, Forks
from tests.storage.conftest import Opened, Servers

RUNS = "SELECT unit, period, kind, COUNT(*) FROM report_run GROUP BY unit, period, kind"
Sent = Counter[tuple[str, str, tuple[str, ...]]]


async def sent(store: SqlStore) -> Sent:
    """What every member was sent: who, the text, the names of files; how often."""
    found: Sent = Counter()
    for channel, user, _, _ in MEMBERS:
        for outgoing in await store.history(channel, user, most=1000):
            files = tuple(file.name for file in outgoing.reply.files)
            found[f"{channel}:{user}", outgoing.reply.text.plain, files] += 1
    return found


async def weeks(store: SqlStore) -> dict[str, list[str]]:
    """The first lines and the files of the weeks that each member was sent, in their order."""
    found = {}
    for channel, user, _, _ in MEMBERS:
        replies = [outgoing.reply for outgoing in await store.history(channel, user, most=1000)]
        lines = [reply.text.plain.split("\n")[0] or reply.files[0].name for reply in replies]
        found[user] = [line for line in lines if re.match(r"Tuần|.*-W[0-9]{2}", line)]
    return found


async def runs(store: SqlStore) -> dict[tuple[str, str, str], int]:
    """How many runs each unit, period and kind had."""
    async with store.engine.connect() as connection:
        rows = (await connection.exec_driver_sql(RUNS)).all()
    return {(unit, period, kind): count for unit, period, kind, count in rows}


@asynccontextmanager
async def prepared(opened: Opened, servers: Servers) -> AsyncIterator[SqlStore]:
    """A database with units, staff and forms."""
    async with opened(servers) as url:
        store = SqlStore.open(url)
        await prepare(store)
        yield store
        await store.close()


async def send(store: SqlStore, now: datetime) -> int:
    """Do the job once, in this process."""
    live = LiveWorld(store)
    await live.load_places()
    return await send_due(store, live(), CHANNELS, now, Deadlines())


CarryOut = Callable[[Plan], Awaitable[dict[str, int]]]


@pytest.fixture(scope="module")
def carry_out(forks: Forks) -> Iterator[CarryOut]:
    """Runs the senders of a plan; returns how many lives were killed, ended and failed."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = forks.start("tests.bot.senders:main", cwd=ROOT, stderr=STDERR, **pipes)

    async def run(plan: Plan) -> dict[str, int]:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{plan.to_json()}\n".encode())
        process.stdin.flush()
        found: dict[str, int] = json.loads(await asyncio.to_thread(process.stdout.readline))
        return found

    yield run
    process.communicate()
    assert process.returncode == 0


MONDAY = "2026-11-23T07:30+07:00"
THREE_WEEKS = "2026-12-09T14:00+07:00"
SIX_WEEKS = "2027-01-02T09:00+07:00"
SET_BACK = [
    [THREE_WEEKS, "2026-11-20T09:00+07:00", THREE_WEEKS],
    ["2026-12-02T08:00+07:00", THREE_WEEKS],
    [THREE_WEEKS],
    [MONDAY, "2026-11-16T08:00+07:00", MONDAY, THREE_WEEKS],
    [THREE_WEEKS, MONDAY],
]
ON_SQLITE, ON_POSTGRESQL = Servers.sqlite_with_tables, Servers.postgresql_with_tables
CASES = {
    "two at the moment itself": (ON_POSTGRESQL, [["2026-11-23T07:29:59+07:00", MONDAY]] * 2, MONDAY),
    "five after six weeks of downtime": (ON_POSTGRESQL, [[SIX_WEEKS]] * 5, SIX_WEEKS),
    "two on SQLite after three weeks": (ON_SQLITE, [[THREE_WEEKS]] * 2, THREE_WEEKS),
}
SET_BACK_CASES = {
    "two on SQLite, a clock set back": (ON_SQLITE, SET_BACK[:2]),
    "five, their clocks set back and forth": (ON_POSTGRESQL, SET_BACK),
}


@pytest.mark.parametrize("case", CASES)
async def test_reports_are_sent_as_if_one_process_had_sent_them(
    case: str, servers: Servers, carry_out: CarryOut
) -> None:
    """Processes die at random around the moment and start again: one run each, one set of messages, in order."""
    opened, clocks, last = CASES[case]
    now = datetime.fromisoformat(last)
    async with prepared(opened, servers) as shared, prepared(ON_SQLITE, servers) as alone:
        url = shared.engine.url.set(drivername=shared.engine.dialect.name).render_as_string(hide_password=False)
        ended = await carry_out(Plan(url, clocks, kills=3, longest=0.5, seed=20261123))
        assert ended["failed"] == 0
        assert ended["killed"] > 0
        assert await send(shared, now) == 0
        await send(alone, now)
        assert set((await runs(shared)).values()) == {1}
        assert await runs(shared) == await runs(alone)
        assert set((await sent(shared)).values()) == {1}
        assert await sent(shared) == await sent(alone)
        assert await weeks(shared) == await weeks(alone)


@pytest.mark.parametrize("case", SET_BACK_CASES)
async def test_clocks_that_are_set_back_lose_no_report(case: str, servers: Servers, carry_out: CarryOut) -> None:
    """What a clock that was ahead sent is sent again when it is due; one run each, and nothing is missing."""
    opened, clocks = SET_BACK_CASES[case]
    now = datetime.fromisoformat(THREE_WEEKS)
    async with prepared(opened, servers) as shared, prepared(ON_SQLITE, servers) as alone:
        url = shared.engine.url.set(drivername=shared.engine.dialect.name).render_as_string(hide_password=False)
        ended = await carry_out(Plan(url, clocks, kills=3, longest=0.5, seed=20261123))
        assert ended["failed"] == 0
        assert ended["killed"] > 0
        assert await send(shared, now) == 0
        await send(alone, now)
        assert set((await runs(shared)).values()) == {1}
        assert await runs(shared) == await runs(alone)
        for user, lines in (await weeks(alone)).items():
            assert set(lines) <= set((await weeks(shared))[user])
