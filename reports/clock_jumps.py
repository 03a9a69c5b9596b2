"""Which time jobs use when the clock jumps: the new time is trusted after it has held for a while (decision 26)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# A clock that differs by more than this from the last stored time has jumped, or the program was not running.
JUMP = timedelta(days=1)
# A new time must hold this long before reports are sent; clocks are corrected within minutes of a start.
PATIENCE = timedelta(hours=1)
# A new time must hold this long before data is deleted, which cannot be undone.
SETTLING = timedelta(days=1)
# A record further in the future than this was made by a wrong clock, and is ignored.
SLACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Pulse:
    """The clock as the store knows it: the last time that was trusted (`seen`).

    After a jump ahead, until the new time is trusted: the last time `before` the jump, and `since` when it holds.
    """

    seen: datetime
    before: datetime | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Moments:
    """The times that jobs use: for sending, and for deleting. `doubted`: the clock has jumped."""

    sending: datetime
    deleting: datetime
    doubted: bool = False


def felt(pulse: Pulse | None, now: datetime, stood: timedelta) -> tuple[Pulse, Moments]:
    """Return the new state of the clock, and the times that jobs use.

    `stood` is how long this process has seen the clock run evenly, measured by a monotonic clock.
    """
    if pulse is None:
        return Pulse(now), Moments(now, now)
    if abs(now - pulse.seen) > JUMP and stood < PATIENCE:
        held = min(now, pulse.seen + stood)
        return pulse, Moments(held, min(held, _settled(pulse, held)), doubted=True)
    if now - pulse.seen > JUMP:
        pulse = Pulse(now, before=_settled(pulse, pulse.seen), since=now)
    elif pulse.seen - now > JUMP or pulse.since is None or now - pulse.since >= SETTLING:
        pulse = Pulse(now)
    else:
        pulse = Pulse(now, pulse.before, pulse.since)
    return pulse, Moments(now, _settled(pulse, now))


def _settled(pulse: Pulse, now: datetime) -> datetime:
    """Return the time as it would be without a jump that is not trusted yet."""
    if pulse.before is None or pulse.since is None or now - pulse.since >= SETTLING:
        return now
    return min(now, pulse.before + max(now - pulse.since, timedelta()))
