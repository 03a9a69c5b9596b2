"""What happens by the clock: the jobs and their times, the catch-up at the start, the nightly clean-up."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from structlog.testing import capture_logs

import bot.app
import locales
from bot.demo import load_sample
from bot.live_world import LiveWorld
from bot.schedule import CATCH_UP, FRESHEN, make_scheduler
from handlers.channel import Traits
from handlers.messages import Incoming, Reply, Text
from handlers.pace import GAP
from handlers.ports import Chat, Recorded
from handlers.retention import CHAT_PAGE as KEPT
from handlers.session import Session
from handlers.world import Counter, Unit
from reports.bulletins.timetable import Deadlines
from storage.counts.coverage import Span
from storage.counts.rollups import Rolling
from storage.database.upgrade import upgrade
from storage.store import SqlStore
from surveys.cases import Case
from surveys.responses import Filing, Response
from surveys.signs import arrivals
from tests.bot_api import BotApi, visible_text
from tests.clock import NOW, ZONE, now
from tests.running import running, telegram_on, telegram_settings
from tests.storage import conftest as databases

CHANNELS = {"chat": Traits(size=4096, pushed=True), "web": Traits(size=100_000, remembers=True)}
MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=ZONE)
TICK = timedelta(microseconds=1)
UNITS = (Unit("dong-thap", "Tỉnh Đồng Tháp"), Unit("sa-dec", "Phường Sa Đéc", "dong-thap"))


class Clock:
    """A time that the test moves."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time now."""
        return self.now


@pytest.fixture
async def store(servers: databases.Servers) -> AsyncIterator[SqlStore]:
    """An SQLite store with the units and one officer, who joined on Wednesday."""
    async with servers.sqlite_with_tables() as url:
        store = SqlStore.open(url)
        wednesday = NOW - timedelta(days=2)
        async with store.transaction() as tx:
            for unit in UNITS:
                await tx.add_unit(unit, wednesday)
            await tx.create_token("invitation", "sa-dec", "staff", "ABCDE", wednesday + timedelta(days=7))
            await tx.redeem("ABCDE", "chat", "77", wednesday)
        yield store
        await store.close()


async def scheduled(store: SqlStore, clock: Clock) -> tuple[AsyncIOScheduler, LiveWorld]:
    """The scheduler of a process on a store, its world loaded."""
    live = LiveWorld(store)
    await live.refresh()
    return make_scheduler(store, live, CHANNELS, clock, Deadlines()), live


async def run(scheduler: AsyncIOScheduler, job: str) -> None:
    """Do what a job does."""
    await scheduler.get_job(job).func()


def next_time(scheduler: AsyncIOScheduler, job: str, now: datetime) -> datetime:
    """When a job runs next after a moment."""
    moment: datetime = scheduler.get_job(job).trigger.get_next_fire_time(None, now)
    return moment


async def messages_to(store: SqlStore, user: str = "77") -> list[str]:
    """The first lines of what a chat was sent."""
    return [outgoing.reply.text.plain.split("\n")[0] for outgoing in await store.history("chat", user)]


# Jobs and times


async def test_the_jobs_are_registered(store: SqlStore) -> None:
    """Reports, their catch-up, due dossiers, the catalog's days, fresh data, roll-ups, alerts, reminders."""
    scheduler, _ = await scheduled(store, Clock(NOW))
    found = sorted(job.id for job in scheduler.get_jobs())
    assert found == [
        "alerts", "catch-up", "dossiers", "force", "freshen", "recent", "reminders", "reports", "rollup", "tidy"
    ]  # fmt: skip
    assert not scheduler.running


@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "Asia/Kathmandu", "America/St_Johns"])
async def test_reports_are_looked_after_at_half_past_seven_of_the_units_clock(store: SqlStore, zone: str) -> None:
    """Every morning, whatever zone the machine itself is set to."""
    local = ZoneInfo(zone)
    friday = datetime(2026, 11, 20, 9, 0, tzinfo=local)
    scheduler, _ = await scheduled(store, Clock(friday))
    morning = datetime(2026, 11, 21, 7, 30, tzinfo=local)
    assert next_time(scheduler, "reports", friday) == morning
    assert next_time(scheduler, "reports", morning + TICK) == morning + timedelta(days=1)


@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "Asia/Kathmandu", "America/St_Johns"])
async def test_due_dossiers_are_looked_at_when_the_morning_begins(store: SqlStore, zone: str) -> None:
    """At a quarter to eight of the unit's own clock, and every five minutes, so that a late start catches up."""
    local = ZoneInfo(zone)
    scheduler, _ = await scheduled(store, Clock(datetime(2026, 11, 20, 7, 0, tzinfo=local)))
    before = datetime(2026, 11, 20, 7, 44, tzinfo=local)
    assert next_time(scheduler, "dossiers", before) == datetime(2026, 11, 20, 7, 45, tzinfo=local)
    assert next_time(scheduler, "dossiers", before + timedelta(minutes=2)).minute == 50


async def test_days_are_rolled_up_at_the_start_and_at_night(store: SqlStore) -> None:
    """After downtime of any length what is over is rolled up at once; today is not over."""
    scheduler, _ = await scheduled(store, Clock(NOW))
    assert scheduler.get_job("rollup").next_run_time == NOW
    assert next_time(scheduler, "rollup", NOW) == NOW.replace(hour=1, minute=30) + timedelta(days=1)
    days = [NOW.date() - timedelta(days=2), NOW.date()]
    async with store.transaction() as tx:
        await tx.keep_responses(
            [Response(f"{n:032x}", "sa-dec", "quay1", "nhanh", 1, "0" * 64, "web", day) for n, day in enumerate(days)]
        )
    await run(scheduler, "rollup")
    async with store.reading() as tx:
        assert [span.last for spans in (await Rolling.within(tx).unrolled(NOW.date())).values() for span in spans] == []
        after = await Rolling.within(tx).unrolled(NOW.date() + timedelta(days=1))
    assert after == {"sa-dec": [Span(NOW.date(), NOW.date())]}


@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "America/St_Johns"])
async def test_the_clean_up_is_due_at_night(store: SqlStore, zone: str) -> None:
    """At half past two of the unit's own clock, when nobody is served."""
    local = ZoneInfo(zone)
    friday = datetime(2026, 11, 20, 9, 0, tzinfo=local)
    scheduler, _ = await scheduled(store, Clock(friday))
    assert next_time(scheduler, "tidy", friday) == datetime(2026, 11, 21, 2, 30, tzinfo=local)


async def test_fresh_data_and_the_catch_up_come_in_short_steps(store: SqlStore) -> None:
    """A counter that was added appears within seconds, a missed summary within minutes."""
    scheduler, _ = await scheduled(store, Clock(NOW))
    steps = {job: scheduler.get_job(job).trigger.interval for job in ("freshen", "catch-up")}
    assert steps == {"freshen": FRESHEN, "catch-up": CATCH_UP}
    assert timedelta(seconds=10) >= FRESHEN
    assert timedelta(minutes=10) >= CATCH_UP


async def test_a_run_that_was_missed_is_made_up_for_once(store: SqlStore) -> None:
    """A laptop that slept over several runs does one of each, never two at the same time, however late."""
    scheduler, _ = await scheduled(store, Clock(NOW))
    scheduler.start(paused=True)
    try:
        found = {(job.coalesce, job.max_instances, job.misfire_grace_time) for job in scheduler.get_jobs()}
    finally:
        scheduler.shutdown(wait=False)
        await asyncio.sleep(0)
    assert found == {(True, 1, None)}


# What the jobs do


async def test_the_reports_job_sends_what_is_due_once(store: SqlStore) -> None:
    """Before the moment nothing; at it one message, whichever of the two jobs comes first."""
    clock = Clock(MONDAY - TICK)
    scheduler, _ = await scheduled(store, clock)
    await run(scheduler, "reports")
    await run(scheduler, "catch-up")
    assert await messages_to(store) == []
    clock.now = MONDAY
    await asyncio.gather(run(scheduler, "reports"), run(scheduler, "catch-up"), run(scheduler, "reports"))
    assert await messages_to(store) == ["Tuần 47 (16/11/2026 đến 22/11/2026) · Phường Sa Đéc"]


async def crowd(store: SqlStore, at: datetime) -> None:
    """Have fifty forms come in at a counter in ten minutes, far more than ever."""
    blank = Response("", "sa-dec", "quay1", "nhanh", 1, "0" * 64, "web", at.date(), complete=True)
    async with store.transaction() as tx:
        made = [replace(blank, id=f"{n:032x}", answers={"overall": 1}) for n in range(50)]
        await tx.file([Filing(one, device=one.id, at=at) for one in made])


async def test_mondays_summary_tells_of_forms_kept_apart(store: SqlStore) -> None:
    """Until somebody decides; the figures above it are without them."""
    await crowd(store, NOW)
    scheduler, _ = await scheduled(store, Clock(MONDAY))
    await run(scheduler, "reports")
    (sent,) = await store.history("chat", "77")
    assert locales.text("vi", "staff.apart", count=50) in sent.reply.text.plain


async def test_gathered_alerts_go_out_by_the_clock(store: SqlStore) -> None:
    """What waits for a chat is sent when its minute is over, and not before."""
    clock = Clock(NOW)
    scheduler, _ = await scheduled(store, clock)
    async with store.transaction() as tx:
        cases = [Case(0, "sa-dec", "quay1", NOW.date(), 1, f"Chờ {n}.", f"{n}", NOW.date()) for n in range(4)]
        numbers = [case.id for case in await tx.keep_cases(cases)]
        pace = await tx.pace(Chat("chat", "77"))
        await tx.keep_pace(pace.alerted(NOW).with_cases(numbers, NOW))
    await run(scheduler, "alerts")
    assert await messages_to(store) == []
    clock.now += GAP
    await run(scheduler, "alerts")
    await run(scheduler, "alerts")
    assert await messages_to(store) == ["4 phiếu không hài lòng trong 1 phút qua."]


async def test_when_forms_came_in_is_forgotten_after_an_hour(store: SqlStore) -> None:
    """By the clock, also after downtime."""
    async with store.transaction() as tx:
        blank = Response("a", "sa-dec", "quay1", "nhanh", 1, "0" * 64, "web", NOW.date())
        await tx.file([Filing(blank, device="x", at=NOW)])
    scheduler, _ = await scheduled(store, Clock(NOW + timedelta(minutes=61)))
    assert scheduler.get_job("recent").next_run_time == NOW + timedelta(minutes=61)
    await run(scheduler, "recent")
    async with store.transaction() as tx:
        assert await tx.forget_recent(NOW + timedelta(days=1)) == 0


@pytest.mark.calendar
async def test_what_was_missed_is_sent_as_soon_as_the_scheduler_runs(store: SqlStore) -> None:
    """After downtime over a Monday nobody waits for the next one."""
    scheduler, _ = await scheduled(store, Clock(now()))
    async with store.transaction() as tx:
        await tx.add_unit(Unit("xa-cu", "Xã Cũ"), now() - timedelta(days=8))
        await tx.create_token("invitation", "xa-cu", "staff", "XACU", now() + timedelta(days=1))
        await tx.redeem("XACU", "chat", "88", now())
    live = LiveWorld(store)
    await live.refresh()
    scheduler = make_scheduler(store, live, CHANNELS, now, Deadlines())
    scheduler.start()
    try:
        async with asyncio.timeout(60):
            while not await messages_to(store, "88"):  # noqa: ASYNC110 -- rows, not an event
                await asyncio.sleep(0.02)
    finally:
        scheduler.shutdown(wait=False)
        await asyncio.sleep(0)
    assert len(await messages_to(store, "88")) in (1, 2)
    assert {line.partition(" · ")[2] for line in await messages_to(store, "88")} == {"Xã Cũ"}


async def test_the_freshen_job_takes_over_what_others_changed(store: SqlStore) -> None:
    """A new counter is there after it."""
    scheduler, live = await scheduled(store, Clock(NOW))
    async with store.transaction() as tx:
        await tx.add_counter(Counter("quay1", "Quầy 1", "sa-dec"))
    assert "quay1" not in live().counters
    await run(scheduler, "freshen")
    assert live().counters["quay1"].name == "Quầy 1"


@pytest.mark.parametrize("job", ["reports", "catch-up", "freshen", "tidy"])
async def test_a_job_that_fails_is_logged_and_comes_again(store: SqlStore, job: str) -> None:
    """An error inside a job reaches the log by the job's name, and not the scheduler."""
    scheduler, _ = await scheduled(store, Clock(MONDAY))
    async with store.engine.begin() as connection:
        for table in ("unit", "outbox"):
            await connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {table}_gone")
    with capture_logs() as log:
        await run(scheduler, job)
    expected = {"catch-up": "reports"}.get(job, job)
    assert [(event["event"], event["job"], event["log_level"]) for event in log] == [("job_failed", expected, "error")]


# Clean-up


async def record(store: SqlStore, user: str, when: datetime, *, channel: str = "chat", version: int = 0) -> None:
    """Have a person say something and be answered at a moment."""
    traits = CHANNELS[channel]
    turn = Recorded(
        Incoming(channel, user, f"{user}:{version}"),
        Session(topic="1.001193"),
        version,
        (Reply(Text.of("Dạ.")),),
        traits.pushed,
        "hỏi" if traits.remembers else "",
    )
    async with store.transaction() as tx:
        await tx.record([turn], when)


async def remembered(store: SqlStore, user: str, channel: str = "web") -> tuple[int, bool, bool]:
    """How many lines of a chat are kept, whether its message counts as answered, whether its session is known."""
    (recalled,) = await store.recall([Incoming(channel, user, f"{user}:0")])
    return len(await store.history(channel, user)), recalled.answered, recalled.session.topic != ""


async def test_tidy_deletes_old_chats(store: SqlStore) -> None:
    """Lines, inbox and sessions older than thirty days are gone; younger ones are as they were."""
    scheduler, _ = await scheduled(store, Clock(NOW))
    ages = {"old": KEPT + timedelta(days=1), "just": KEPT + TICK, "edge": KEPT, "young": timedelta(days=1)}
    for user, age in ages.items():
        await record(store, user, NOW - age, channel="web")
    await run(scheduler, "tidy")
    found = {user: await remembered(store, user) for user in ages}
    assert found == {
        "old": (0, False, False),
        "just": (0, False, False),
        "edge": (2, True, True),
        "young": (2, True, True),
    }
    assert timedelta(days=30) == KEPT


async def test_tidy_keeps_a_chat_that_goes_on(store: SqlStore) -> None:
    """Its session stays; only the lines of the old turn go."""
    scheduler, _ = await scheduled(store, Clock(NOW))
    await record(store, "lan", NOW - KEPT - timedelta(days=5), channel="web")
    await record(store, "lan", NOW - timedelta(days=1), channel="web", version=1)
    await run(scheduler, "tidy")
    assert await remembered(store, "lan") == (2, False, True)


async def test_tidy_keeps_what_is_not_delivered_yet(store: SqlStore) -> None:
    """A reply that waits for an unreachable messenger is not forgotten, however old."""
    scheduler, _ = await scheduled(store, Clock(NOW))
    await record(store, "lan", NOW - KEPT * 2)
    await record(store, "tư", NOW - KEPT * 2)
    async with store.transaction() as tx:
        (first, _) = await tx.claim(["chat"], NOW)
        await tx.sent([first.id])
    await run(scheduler, "tidy")
    assert (await messages_to(store, "lan"), await messages_to(store, "tư")) == ([], ["Dạ."])
    assert await store.waiting() == 1


async def test_tidy_deletes_expired_secrets_and_no_others(store: SqlStore) -> None:
    """Old invitations, links and browsers go; those that are still good stay, and so do staff, units and runs."""
    scheduler, _ = await scheduled(store, Clock(NOW))
    async with store.transaction() as tx:
        await tx.create_token("login", "sa-dec", "staff", "hết hạn", NOW - TICK)
        await tx.create_token("browser", "sa-dec", "staff", "còn hạn", NOW + timedelta(minutes=1))
        await tx.start_run("sa-dec", "2026-W40", "weekly", NOW - KEPT * 2)
    await run(scheduler, "tidy")
    async with store.engine.connect() as connection:
        left = (await connection.exec_driver_sql("SELECT kind FROM token ORDER BY kind")).scalars().all()
    async with store.reading() as tx:
        kept = (await tx.membership("chat", "77"), sorted(await tx.units()), await tx.runs(NOW - KEPT * 2))
    assert left == ["browser"]
    assert (kept[1], kept[2]) == (["dong-thap", "sa-dec"], {("sa-dec", "2026-W40", "weekly")})
    assert kept[0] is not None


async def test_tidy_forgets_how_to_write_to_citizens_after_a_week(store: SqlStore) -> None:
    """A contact of seven days ago goes, its case stays; one of six days ago stays."""
    scheduler, _ = await scheduled(store, Clock(NOW))
    async with store.transaction() as tx:
        for days in (6, 7):
            day = NOW.date() - timedelta(days=days)
            await tx.keep_cases([Case(0, "sa-dec", "quay1", day, 1, "Chờ lâu", f"{days:032x}", day)])
            await tx.agree_to_contact(f"{days:032x}", "telegram", str(days), day - timedelta(days=1))
    await run(scheduler, "tidy")
    async with store.reading() as tx:
        left = await tx.cases(["sa-dec"], ("open",), 9)
    assert [(case.channel, case.person) for case in left] == [("", ""), ("telegram", "6")]


# The whole application


async def test_a_summary_missed_while_the_process_was_down_reaches_telegram(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started after a Monday it missed, the application sends the summary to Telegram, although that comes up later."""
    database, api = f"sqlite:///{tmp_path / 'motcua.db'}", await BotApi().start()
    store = SqlStore.open(database)
    await upgrade(store.engine)
    joined = now() - timedelta(days=8)
    await load_sample(store, joined)
    async with store.transaction() as tx:
        await tx.create_token("invitation", "sa-dec", "staff", "ABCDE", joined + timedelta(days=7))
        await tx.redeem("ABCDE", "telegram", "77", joined)
    await store.close()

    def late(name: str) -> ModuleType:
        time.sleep(0.3)
        return import_module(name)

    monkeypatch.setattr(bot.app, "import_module", late)
    async with running(telegram_settings(tmp_path, api, "polling"), poll=0.05):
        await telegram_on(api)
        await api.until(lambda: bool(api.sent_to(77)), seconds=60)
    await api.stop()
    assert "Phường Sa Đéc" in visible_text(api.sent_to(77)[0].text)


async def test_tidy_throws_away_the_keys_of_past_weeks_and_old_counts(store: SqlStore) -> None:
    """On Monday night last week's key is gone; counts stay for 400 days; no form is touched."""
    async with store.transaction() as tx:
        for age in (0, 400, 401):
            at = NOW - timedelta(days=age)
            form = Response(f"a{age}", "sa-dec", "quay1", "nhanh", 1, "0" * 64, "web", at.date(), complete=True)
            await tx.note_arrivals(arrivals([Filing(form, device="chat:77", at=at)]))
            await tx.keep_responses([form])
        running = await tx.week_key("2026-W47")
    scheduler, _ = await scheduled(store, clock := Clock(NOW))
    await run(scheduler, "tidy")
    async with store.transaction() as tx:
        found = await tx.signs(["sa-dec"], NOW.date() - timedelta(days=800), NOW.date())
        assert (found.rhythm, found.devices, found.forms[0].count) == ({"quay1": {1: 2}}, 2, 3)
        assert await tx.week_key("2026-W47") == running
    clock.now = MONDAY
    await run(scheduler, "tidy")
    async with store.transaction() as tx:
        assert await tx.week_key("2026-W47") != running
