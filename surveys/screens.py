"""Screens at counters: devices that staff paired once, known by a secret of which only a hash is kept."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

ScreenState = Literal["waiting", "paired", "revoked"]
STATES: tuple[ScreenState, ...] = ("paired", "waiting", "revoked")
# A counter has a tablet or two; more that wait to be paired are noise, and are not kept.
MOST_WAITING = 20
# A waiting device asks every few seconds; one that has not asked for this long is off, and gives up its place.
STILL_WAITING = timedelta(minutes=10)
# The use of a screen is noted at most this often, or every look at its page would write to the database.
NOTED_EVERY = timedelta(minutes=5)
LONGEST_NAME = 60

# The thanks are shown for six seconds after each tap, so that the page cannot take more than this in ten minutes.
MOST_IN_TEN_MINUTES = 100
# One person every half minute without a pause; a higher rate is suspicious.
PLAUSIBLE_IN_TEN_MINUTES = 20
# A network may well fail for a while; taps that come later than this are reported.
LATE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Screen:
    """A device that shows a counter's question. `paired_by`: the role of who paired it, or "command"."""

    number: int
    digest: str
    counter: str
    state: ScreenState
    name: str
    asked_at: datetime
    seen_at: datetime
    paired_at: datetime | None = None
    paired_by: str = ""

    def is_unnoted(self, now: datetime) -> bool:
        """Tell whether its use was last noted long ago, so that it is to be noted again."""
        return now - self.seen_at >= NOTED_EVERY

    def is_waiting(self, now: datetime) -> bool:
        """Tell whether the device asks to be paired."""
        return self.state == "waiting" and now - self.seen_at < STILL_WAITING


@dataclass(frozen=True, slots=True)
class Late:
    """How many taps of a day at a counter came in more than LATE after they were made."""

    counter: str
    day: date
    count: int


def digest_of(secret: str, counter: str) -> str:
    """Hash a device's secret for one counter, so that a pairing is valid only there."""
    return hashlib.sha256(f"screen:{counter}:{secret}".encode("utf-8", "surrogatepass")).hexdigest()


def is_late(tapped: datetime, arrived: datetime) -> bool:
    """Tell whether a tap came in long after it was made."""
    return arrived - tapped > LATE
