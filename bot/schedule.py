"""What happens by the clock: reports, their catch-up, due dossiers, fresh data, roll-ups, the nightly clean-up."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.live import LiveWorld
from handlers import retention
from handlers.alerts import Alerts
from handlers.channel import Traits
from reports.dossier_jobs import send_due_lists
from reports.due import SEND_TIME, Deadlines
from reports.jobs import send_due
from storage.budget import RECENT_KEPT
from storage.rolling import roll_up
from storage.store import SqlStore
from surveys.cases import CONTACT_KEPT
from surveys.responses import week_of

CATCH_UP = timedelta(minutes=5)
FRESHEN = timedelta(seconds=5)
GATHERED = timedelta(seconds=5)
FORGOTTEN = timedelta(minutes=10)
log = structlog.get_logger(__name__)


class Clockwork(AsyncIOScheduler):  # type: ignore[misc]  # APScheduler 3 has no types
    """A scheduler whose jobs can be waited for: the database must not be closed under one."""

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
        """Start no job any more, and wait for those under way."""
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
    address: str = "",
) -> Clockwork:
    """Make the scheduler; nothing runs before it is started.

    `address` is that of the pages.

    The morning job and the catch-up call the same function, which sends what is due and was not sent.
    """
    zone = clock().tzinfo
    alerts = Alerts(live, channels, clock, address)
    scheduler = Clockwork(
        timezone=zone, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )

    async def reports() -> None:
        await scheduler.logged("reports", lambda: send_due(store, live(), channels, clock(), deadlines))

    async def dossiers() -> None:
        await scheduler.logged("dossiers", lambda: send_due_lists(store, live(), channels, clock()))

    async def freshen() -> None:
        await scheduler.logged("freshen", live.refresh)

    async def rollup() -> None:
        await scheduler.logged("rollup", lambda: roll_up(store, clock().date()))

    async def gathered() -> None:
        await scheduler.logged("alerts", lambda: _tell_waiting(store, alerts))

    async def forget_recent() -> None:
        await scheduler.logged("recent", lambda: _forget_recent(store, clock()))

    async def tidy() -> None:
        await scheduler.logged("tidy", lambda: _tidy(store, channels, clock()))

    morning = CronTrigger(hour=SEND_TIME.hour, minute=SEND_TIME.minute, timezone=zone)
    scheduler.add_job(reports, morning, id="reports")
    scheduler.add_job(
        reports, IntervalTrigger(seconds=int(CATCH_UP.total_seconds())), id="catch-up", next_run_time=clock()
    )
    # Every five minutes, so that a process that was down in the morning catches up; most runs see the clock and end.
    scheduler.add_job(dossiers, CronTrigger(minute="*/5", timezone=zone), id="dossiers")
    scheduler.add_job(freshen, IntervalTrigger(seconds=int(FRESHEN.total_seconds())), id="freshen")
    scheduler.add_job(gathered, IntervalTrigger(seconds=int(GATHERED.total_seconds())), id="alerts")
    scheduler.add_job(
        forget_recent,
        IntervalTrigger(seconds=int(FORGOTTEN.total_seconds())),
        id="recent",
        next_run_time=clock(),
    )
    scheduler.add_job(tidy, CronTrigger(hour=2, minute=30, timezone=zone), id="tidy")
    # Also at the start, after downtime of any length.
    scheduler.add_job(rollup, CronTrigger(hour=1, minute=30, timezone=zone), id="rollup", next_run_time=clock())
    return scheduler


async def _tell_waiting(store: SqlStore, alerts: Alerts) -> int:
    """Write to the staff chats for which alerts wait; looks first, since a look holds nobody up."""
    async with store.reading() as tx:
        if not await tx.any_waits():
            return 0
    async with store.transaction() as tx:
        return await alerts.tell_waiting(tx)


async def _forget_recent(store: SqlStore, now: datetime) -> int:
    """Forget in which ten minutes forms came in, an hour after."""
    async with store.transaction() as tx:
        return await tx.forget_recent(now - RECENT_KEPT)


async def _tidy(store: SqlStore, channels: Mapping[str, Traits], now: datetime) -> dict[str, int]:
    """Delete what was kept long enough; returns how many rows of each kind."""
    pages = [channel for channel, traits in channels.items() if traits.remembers]
    today = now.date()
    async with store.transaction() as tx:
        deleted = {
            "chats": await tx.forget_before(now - retention.CHAT_PAGE, now),
            "messenger_chats": await tx.forget_before(now - retention.MESSENGERS, now, pages),
            "misses": await tx.forget_misses(today - retention.MISSES),
            "votes": await tx.forget_votes(week_of(today)),
            "contacts": await tx.forget_contacts(today - CONTACT_KEPT),
            "counts": await tx.forget_counts(today - retention.COUNTS),
            "requests": await tx.forget_requests(today - retention.REQUESTS),
        }
    log.info("tidied", **deleted)
    return deleted
