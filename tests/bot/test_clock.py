"""The clock of a process, and what jobs do when it jumps: nothing early for good, nothing deleted too soon."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import Clock, Watch
from bot.live_world import LiveWorld
from bot.schedule import Jobs
from handlers.channel import Traits
from handlers.messages import Incoming, Reply, Text
from handlers.ports import Recorded
from handlers.session import Session
from handlers.world import Unit
from reports.bulletins.timetable import Deadlines
from reports.clock_jumps import PATIENCE
from storage.store import SqlStore
from tests.clock import NOW, ZONE
from tests.storage import conftest as databases

CHANNELS = {"chat": Traits(size=4096, pushed=True), "web": Traits(size=100_000, remembers=True)}
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=ZONE)


class Machine:
    """A machine with a clock that can be set and one that cannot."""

    def __init__(self) -> None:
        self.shown = NOW
        self.ticks = 1000.0

    def clock(self) -> datetime:
        """What the clock shows."""
        return self.shown

    def passed(self, span: timedelta) -> None:
        """Let time pass."""
        self.shown += span
        self.ticks += span.total_seconds()


async def follow() -> None:
    """No other clock to go by."""


class Office:
    """A process on a store, started anew when asked, with one officer in chat."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.machine = Machine()
        self.live = LiveWorld(store)
        self.jobs: Jobs

    async def start(self) -> None:
        """Start a process."""
        await self.live.refresh()
        self.jobs = Jobs(self.store, self.live, CHANNELS, self.machine.clock, Deadlines(), follow, address="")
        self.jobs._watch = Watch(self.store, self.machine.clock, lambda: self.machine.ticks)

    async def work(self) -> None:
        """Do all that the scheduler does."""
        for job in (self.jobs.look_at_clock, self.jobs.send_reports, self.jobs.send_dossiers, self.jobs.roll_up):
            await job()
        await self.jobs.tidy()

    async def weeks(self) -> list[str]:
        """The weeks of which the officer was sent a bulletin, in order."""
        lines = [said.reply.text.plain.split("\n")[0] for said in await self.store.history("chat", "77")]
        return [line for line in lines if line.startswith("Tuần")]


@pytest.fixture
async def office(servers: databases.Servers) -> AsyncIterator[Office]:
    """An office that has been at work."""
    async with servers.sqlite_with_tables() as url:
        store = SqlStore.open(url)
        async with store.transaction() as tx:
            await tx.add_unit(Unit("sa-dec", "Phường Sa Đéc"), NOW - 2 * DAY)
            await tx.create_token("invitation", "sa-dec", "staff", "ABCDE", NOW + DAY)
            await tx.redeem("ABCDE", "chat", "77", NOW - 2 * DAY)
        office = Office(store)
        await office.start()
        await office.work()
        yield office
        await store.close()


@pytest.mark.parametrize("restarted", [True, False], ids=["at the start", "under way"])
async def test_a_clock_three_weeks_ahead_sends_and_deletes_nothing(office: Office, restarted: bool) -> None:
    """Set right within the hour: no bulletin of a coming week, no chat, no message id, no vote key is gone."""
    turn = Recorded(Incoming("web", "an", "an:1"), Session(), 0, (Reply(Text.of("Dạ.")),), pushed=False)
    async with office.store.transaction() as tx:
        await tx.record([turn], NOW)
        key = await tx.week_key("2026-W47")
    office.machine.shown += 40 * DAY
    if restarted:
        await office.start()
    for _ in range(3):
        await office.work()
        office.machine.passed(10 * MINUTE)
    assert await office.weeks() == []
    assert await office.store.history("web", "an")
    assert (await office.store.recall([turn.incoming]))[0].answered
    async with office.store.transaction() as tx:
        assert await tx.week_key("2026-W47") == key
    office.machine.shown -= 40 * DAY
    for _ in range(3):
        await office.work()
        office.machine.passed(DAY)
    await office.work()
    assert len(await office.weeks()) == 1


async def test_what_was_sent_by_a_clock_that_was_ahead_is_sent_again(office: Office) -> None:
    """Nobody sets it right for hours: coming weeks go out; when it is right, each comes again on its own Monday."""
    office.machine.shown += 21 * DAY
    await office.work()
    office.machine.passed(PATIENCE + MINUTE)
    await office.work()
    early = await office.weeks()
    assert len(early) == 3
    for week in range(4):
        office.machine.shown = MONDAY + timedelta(days=7 * week)
        await office.start()
        await office.work()
        office.machine.passed(PATIENCE + MINUTE)
        await office.work()
        await office.work()
    assert (await office.weeks())[3:6] == early
    assert len(await office.weeks()) == 3 + 4


async def test_after_a_long_weekend_the_bulletin_comes_within_the_hour(office: Office) -> None:
    """The machine was off for three days: the clock is right, nobody touches it, and the week is sent once."""
    office.machine.shown = MONDAY - 10 * MINUTE
    await office.start()
    await office.work()
    office.machine.passed(20 * MINUTE)
    await office.work()
    assert await office.weeks() == []
    office.machine.passed(PATIENCE)
    await office.work()
    await office.work()
    assert len(await office.weeks()) == 1


async def test_chats_dated_ahead_do_not_stay_longer(office: Office) -> None:
    """A clock that was a year ahead dated a chat; when it is right the chat is dated today, and ends in time."""
    turn = Recorded(Incoming("web", "an", "an:1"), Session(), 0, (Reply(Text.of("Dạ.")),), pushed=False)
    async with office.store.transaction() as tx:
        await tx.record([turn], NOW + 365 * DAY)
    await office.work()
    for _ in range(33):
        office.machine.passed(DAY)
        await office.work()
    assert await office.store.history("web", "an") == []


async def test_all_processes_have_the_time_of_the_database(servers: databases.Servers) -> None:
    """Two machines, one nine days ahead, one that sleeps a week behind: on PostgreSQL both show its time."""
    async with servers.postgresql_with_tables() as url:
        store = SqlStore.open(url)
        tick = 0.0
        async with store.reading() as tx:
            before = await tx.moment(NOW)
        shown = []
        for apart in (9 * DAY, -7 * DAY):
            clock = Clock(ZONE, lambda apart=apart: datetime.now(UTC) + apart, lambda: tick)
            await clock.follow(store)
            shown.append(clock)
        async with store.reading() as tx:
            after = await tx.moment(NOW)
        assert all(before <= clock() <= after for clock in shown)
        first = shown[0]()
        tick += 60
        assert shown[0]() - first == MINUTE
        await store.close()


async def test_on_sqlite_the_clock_is_the_machines(office: Office) -> None:
    """A file has no clock of its own."""
    clock = Clock(ZONE, office.machine.clock)
    await clock.follow(office.store)
    office.machine.passed(9 * DAY)
    assert clock() == NOW + 9 * DAY


@pytest.mark.parametrize("kind", ["login", "browser"])
async def test_a_door_opened_by_a_clock_that_was_ahead_is_shut(office: Office, kind: str) -> None:
    """A session that would last for weeks lasts no longer than sessions do: it is void."""
    async with office.store.transaction() as tx:
        await tx.create_token(kind, "sa-dec", "staff", "bí mật", NOW + 21 * DAY)
    async with office.store.reading() as tx:
        assert await tx.find_token(kind, "bí mật", NOW) is None
        assert await tx.find_token(kind, "bí mật", NOW + 21 * DAY - MINUTE) is not None
