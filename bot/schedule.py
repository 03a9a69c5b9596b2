"""What happens by the clock: reports, their catch-up, due dossiers, fresh data, roll-ups, the nightly clean-up."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.clock import NOTED_EVERY, Watch
from bot.live_world import LiveWorld
from handlers import retention
from handlers.channel import Traits
from handlers.staff.alerts import Alerts
from handlers.staff.catalog.confirming import bring_into_force
from handlers.staff.catalog.desk import Desk
from reports.bulletins.late_petitions import remind_of_petitions
from reports.bulletins.morning_dossiers import send_due_lists
from reports.bulletins.overdue_cases import remind
from reports.bulletins.sending import send_due
from reports.bulletins.timetable import SEND_TIME, Deadlines
from reports.clock_jumps import Moments
from storage.forms.budget import RECENT_KEPT
from storage.nightly_rollup import roll_up
from storage.store import SqlStore
from surveys.cases import CONTACT_KEPT
from surveys.questions_left import CONTACT_KEPT as QUESTION_KEPT
from surveys.responses import week_of

CATCH_UP = timedelta(minutes=5)
# How far back conversations are searched for choices that nobody took: more than a night, as one may be missed.
LEFT_FOR = timedelta(days=4)
FRESHEN = timedelta(seconds=1)
GATHERED = timedelta(seconds=5)
CATALOG = timedelta(minutes=1)
FORGOTTEN = timedelta(minutes=10)
log = structlog.get_logger(__name__)


class Clockwork(AsyncIOScheduler):  # type: ignore[misc]  # APScheduler 3 has no types
    """A scheduler whose jobs can be waited for, so that the database is not closed while one runs."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._busy: set[asyncio.Task[Any] | None] = set()

    async def logged(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        """Run a job; a failure is logged and the next run tries again."""
        task = asyncio.current_task()
        self._busy.add(task)
        try:
            await work()
        except Exception:
            log.exception("job_failed", job=name)
        finally:
            self._busy.discard(task)

    async def finish(self) -> None:
        """Start no more jobs, and wait for the running ones."""
        self.pause()
        await asyncio.sleep(0)
        await asyncio.gather(*filter(None, self._busy), return_exceptions=True)
        self.shutdown(wait=False)


def make_scheduler(
    store: SqlStore,
    live: LiveWorld,
    channels: Mapping[str, Traits],
    clock: Callable[[], datetime],
    deadlines: Deadlines,
    follow: Callable[[], Awaitable[None]] | None = None,
    address: str = "",
    desk: Desk | None = None,
) -> Clockwork:
    """Make the scheduler; nothing runs before it is started.

    The morning job and the catch-up call the same function, which sends what is due and was not sent. `follow` sets
    the clock by the database's; with it, the clock is checked each minute, and jobs use it only as far as it can be
    trusted. `address` is that of the pages.
    """
    zone = clock().tzinfo
    scheduler = Clockwork(
        timezone=zone, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    jobs = Jobs(store, live, channels, clock, deadlines, follow, address)

    def job(name: str, work: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            await scheduler.logged(name, work)

        return run

    reports, rollup = job("reports", jobs.send_reports), job("rollup", jobs.roll_up)
    morning = CronTrigger(hour=SEND_TIME.hour, minute=SEND_TIME.minute, timezone=zone)
    scheduler.add_job(reports, morning, id="reports")
    scheduler.add_job(
        reports, IntervalTrigger(seconds=int(CATCH_UP.total_seconds())), id="catch-up", next_run_time=clock()
    )
    # Every five minutes, so that a process that was down in the morning catches up; most runs only read the time.
    scheduler.add_job(job("dossiers", jobs.send_dossiers), CronTrigger(minute="*/5", timezone=zone), id="dossiers")
    scheduler.add_job(job("reminders", jobs.remind), CronTrigger(minute="*/5", timezone=zone), id="reminders")
    scheduler.add_job(job("freshen", live.refresh), IntervalTrigger(seconds=int(FRESHEN.total_seconds())), id="freshen")
    scheduler.add_job(
        job("alerts", jobs.tell_waiting), IntervalTrigger(seconds=int(GATHERED.total_seconds())), id="alerts"
    )
    forgetting = IntervalTrigger(seconds=int(FORGOTTEN.total_seconds()))
    scheduler.add_job(job("recent", jobs.forget_recent), forgetting, id="recent", next_run_time=clock())
    scheduler.add_job(job("tidy", jobs.tidy), CronTrigger(hour=2, minute=30, timezone=zone), id="tidy")
    # Also at the start, after downtime of any length.
    scheduler.add_job(rollup, CronTrigger(hour=1, minute=30, timezone=zone), id="rollup", next_run_time=clock())
    if desk:
        left = IntervalTrigger(seconds=int(CATALOG.total_seconds()))
        scheduler.add_job(job("catalog-files", desk.read_left), left, id="catalog-files", next_run_time=clock())
    force = IntervalTrigger(seconds=int(CATALOG.total_seconds()))
    scheduler.add_job(job("force", jobs.bring_into_force), force, id="force", next_run_time=clock())
    if follow:
        every = IntervalTrigger(seconds=int(NOTED_EVERY.total_seconds()))
        scheduler.add_job(job("clock", jobs.look_at_clock), every, id="clock")
    return scheduler


class Jobs:
    """The jobs of the scheduler; each uses the time for which the clock can be trusted."""

    def __init__(
        self,
        store: SqlStore,
        live: LiveWorld,
        channels: Mapping[str, Traits],
        clock: Callable[[], datetime],
        deadlines: Deadlines,
        follow: Callable[[], Awaitable[None]] | None,
        address: str,
    ) -> None:
        self._store = store
        self._live = live
        self._channels = channels
        self._clock = clock
        self._deadlines = deadlines
        self._follow = follow
        self._alerts = Alerts(live, channels, clock, address)
        self._watch = Watch(store, clock) if follow else None

    async def send_reports(self) -> None:
        """Send the reports that are due and were not sent."""
        now = (await self._moments()).sending
        await send_due(self._store, self._live(), self._channels, now, self._deadlines)

    async def send_dossiers(self) -> None:
        """Send the lists of dossiers that are due."""
        await send_due_lists(self._store, self._live(), self._channels, (await self._moments()).sending)

    async def remind(self) -> None:
        """Remind staff of what is overdue, and tell heads about questions that nobody answered in time."""
        now = (await self._moments()).sending
        await remind(self._store, self._live(), self._channels, now)
        await remind_of_petitions(self._store, self._live(), self._channels, now)
        async with self._store.reading() as tx:
            if not await tx.any_question_late(now):
                return
        async with self._store.transaction() as tx:
            for question in await tx.take_late_questions(now):
                await self._alerts.question_late(tx, question)

    async def roll_up(self) -> None:
        """Roll up the days that are certainly over."""
        await roll_up(self._store, (await self._moments()).deleting.date())

    async def tidy(self) -> None:
        """Delete what was kept long enough."""
        await _tidy(self._store, self._channels, await self._moments())

    async def bring_into_force(self) -> None:
        """Carry out the lines of decisions whose day has come; reads first, since reading blocks nobody."""
        now = (await self._moments()).sending
        async with self._store.reading() as tx:
            if not await tx.waiting(now.date()):
                return
        async with self._store.transaction() as tx:
            await bring_into_force(tx, now)

    async def tell_waiting(self) -> None:
        """Write to the staff chats for which alerts wait; reads first, since reading blocks nobody."""
        async with self._store.reading() as tx:
            if not await tx.any_waits():
                return
        async with self._store.transaction() as tx:
            await self._alerts.tell_waiting(tx)

    async def forget_recent(self) -> None:
        """Delete after an hour the record of the ten minutes in which each form came in."""
        now = (await self._moments()).deleting
        async with self._store.transaction() as tx:
            await tx.forget_recent(now - RECENT_KEPT)

    async def look_at_clock(self) -> None:
        """Set the clock by the database's, and note what it shows."""
        if self._follow:
            await self._follow()
        await self._moments()

    async def _moments(self) -> Moments:
        return await self._watch.feel() if self._watch else Moments(self._clock(), self._clock())


async def _tidy(store: SqlStore, channels: Mapping[str, Traits], moments: Moments) -> dict[str, int]:
    """Delete what was kept long enough, by a time that is certain; returns how many rows of each kind."""
    pages = [channel for channel, traits in channels.items() if traits.remembers]
    now = moments.deleting
    today = now.date()
    async with store.transaction() as tx:
        left = await tx.take_untaken(now - LEFT_FOR, now - timedelta(hours=1))
        for day, missed in left:
            await tx.note_misses([missed], day)
        deleted = {
            "chats": await tx.forget_before(now - retention.CHAT_PAGE, now),
            "messenger_chats": await tx.forget_before(now - retention.MESSENGERS, now, pages),
            "misses": await tx.forget_misses(today - retention.MISSES),
            "handled_words": await tx.forget_handled_words(today - retention.MISSES),
            "votes": await tx.forget_votes(week_of(today)),
            "contacts": await tx.forget_contacts(today - CONTACT_KEPT),
            "counts": await tx.forget_counts(today - retention.COUNTS),
            "catalog_files": await tx.forget_pending(now),
            "petition_words": await tx.forget_petition_words(today - retention.COUNTS),
            "questions": await tx.forget_questions(now - QUESTION_KEPT, now - retention.COUNTS),
            "requests": await tx.forget_requests(today - retention.REQUESTS),
        }
        if now == moments.sending:
            await tx.date_back(now + timedelta(days=1))
    log.info("tidied", **deleted)
    return deleted
