"""The time: that of the database if it has a clock, and the times that jobs use after a clock has jumped."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

import structlog

from reports.clock_jumps import PATIENCE, SETTLING, Moments, Pulse, felt
from storage.store import SqlStore

NOTED_EVERY = timedelta(minutes=1)
log = structlog.get_logger(__name__)


def ticks() -> float:
    """Return the seconds of a monotonic clock that includes sleep of the machine."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Clock:
    """The time in the unit's zone.

    All processes on one PostgreSQL use its time, whatever their machines show; between two readings of it they add
    the seconds of a monotonic clock. On SQLite the time is the machine's.
    """

    def __init__(
        self,
        zone: tzinfo,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        ticks: Callable[[], float] = ticks,
    ) -> None:
        self._zone = zone
        self._wall = wall
        self._ticks = ticks
        self._followed: tuple[datetime, float] | None = None

    def __call__(self) -> datetime:
        """Return the time now."""
        if self._followed is None:
            return self._wall().astimezone(self._zone)
        moment, then = self._followed
        return (moment + timedelta(seconds=self._ticks() - then)).astimezone(self._zone)

    async def follow(self, store: SqlStore) -> None:
        """Read the database's clock, if it has one."""
        if store.single_process:
            return
        async with store.reading() as tx:
            moment = await tx.moment(self._wall())
        apart = (self._wall() - moment).total_seconds()
        if abs(apart) > NOTED_EVERY.total_seconds() and self._followed is None:
            log.warning("clock_differs_from_the_database", seconds=round(apart))
        self._followed = moment, self._ticks()


class Watch:
    """Detects clock jumps, and decides which times jobs use."""

    def __init__(self, store: SqlStore, clock: Callable[[], datetime], ticks: Callable[[], float] = ticks) -> None:
        self._store = store
        self._clock = clock
        self._ticks = ticks
        # The offset of the clock from the monotonic one, and since when it holds.
        self._stands: tuple[float, float] | None = None
        self._found = "settled"

    async def feel(self) -> Moments:
        """Return the times that jobs use now, and store the state of the clock."""
        now = self._clock()
        async with self._store.reading() as tx:
            known = await tx.pulse()
        pulse, moments = felt(known, now, self._stood(now))
        self._tell(now, known, moments)
        if known is None or pulse.since != known.since or abs(pulse.seen - known.seen) >= NOTED_EVERY:
            async with self._store.transaction() as tx:
                await tx.keep_pulse(pulse)
        zone = now.tzinfo
        return Moments(moments.sending.astimezone(zone), moments.deleting.astimezone(zone), moments.doubted)

    def _tell(self, now: datetime, known: Pulse | None, moments: Moments) -> None:
        """Log the state of the clock once for each change."""
        found = "doubted" if moments.doubted else "settling" if moments.deleting < now else "settled"
        if found == self._found:
            return
        self._found = found
        shown = {"shows": now.isoformat(), "last_known": known.seen.astimezone(now.tzinfo).isoformat() if known else ""}
        if found == "doubted":
            log.warning("clock_doubted", **shown, sends_by_it_after=str(PATIENCE), deletes_by_it_after=str(SETTLING))
        else:
            log.info(f"clock_{found}", **shown)

    def _stood(self, now: datetime) -> timedelta:
        """Return how long this process has seen the clock run evenly."""
        ticks = self._ticks()
        apart = now.timestamp() - ticks
        if self._stands is None or abs(apart - self._stands[0]) > NOTED_EVERY.total_seconds():
            self._stands = apart, ticks
        return timedelta(seconds=ticks - self._stands[1])
