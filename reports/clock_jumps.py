"""Which moment a job may go by: a clock that jumped is believed only when it has stood for a while (decision 26)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# A clock this far from the last moment that the store knows has jumped, or the program was not running.
JUMP = timedelta(days=1)
# So long it has to stand before anything is sent by it; clocks are set right within minutes of a start.
PATIENCE = timedelta(hours=1)
# So long it has to stand before anything is deleted by it: that cannot be done again.
SETTLING = timedelta(days=1)
# What was done at a moment further ahead than this was done by a clock that was ahead, and does not count.
SLACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a store knows of its clock: the last moment it was told and believed.

    After a jump ahead, until the clock has settled: the last moment `before` it, and `since` when it stands.
    """

    seen: datetime
    before: datetime | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Moments:
    """The moments that jobs go by: for what can be done again, and for what cannot. `doubted`: the clock has jumped."""

    sending: datetime
    deleting: datetime
    doubted: bool = False


def felt(pulse: Pulse | None, now: datetime, stood: timedelta) -> tuple[Pulse, Moments]:
    """Return what the store knows after a look at the clock, and what jobs may go by.

    `stood` is for how long this process has seen the clock go on as it does, by a clock that cannot be set.
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
    """The moment without the jump that has not settled yet."""
    if pulse.before is None or pulse.since is None or now - pulse.since >= SETTLING:
        return now
    return min(now, pulse.before + max(now - pulse.since, timedelta()))
