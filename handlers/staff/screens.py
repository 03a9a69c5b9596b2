"""Which screens at counters wait to be paired: for the staff page, the start and Monday's summary."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from handlers.messages import Text
from handlers.wording import say
from handlers.world import Counter, World
from surveys.screens import Screen

# A counter where somebody tapped within this time had a screen in use.
LATELY = timedelta(days=14)


class ScreensTx(Protocol):
    """A transaction that knows screens."""

    async def screen(self, digest: str) -> Screen | None:
        """Return the screen with a hash of its secret."""

    async def screens(self, counters: Sequence[str]) -> list[Screen]:
        """Return the screens of counters, in the order in which they asked."""

    async def ask_pairing(self, digest: str, counter: str, now: datetime) -> bool:
        """Store a request to be paired; False if too many wait at this counter."""

    async def pair_screen(self, digest: str, counter: str, name: str, by: str, now: datetime) -> Screen:
        """Pair a device with a counter; one that was revoked stays so."""

    async def rename_screen(self, number: int, name: str) -> bool:
        """Give a screen another name; False if there is none."""

    async def revoke_screen(self, number: int) -> bool:
        """End a pairing permanently; False if there is no such screen or it was ended before."""

    async def see_screen(self, number: int, now: datetime) -> None:
        """Note that a screen is in use."""


class LatelyTx(Protocol):
    """A transaction that knows screens and the forms they sent."""

    async def screens(self, counters: Sequence[str]) -> list[Screen]:
        """Return the screens of counters, in the order in which they asked."""

    async def tapped_counters(self, units: Sequence[str], first: date) -> set[str]:
        """Return the counters of units whose screens were tapped on a day or after it."""


def counters_of(world: World, units: Sequence[str]) -> list[Counter]:
    """Return the open counters of units, in their order."""
    return [counter for counter in world.counters.values() if counter.unit in units]


async def count_waiting(tx: ScreensTx, world: World, units: Sequence[str], now: datetime) -> int:
    """Count the screens at counters of units that ask to be paired."""
    found = await tx.screens([counter.code for counter in counters_of(world, units)])
    return sum(screen.is_waiting(now) for screen in found)


async def unpaired(tx: LatelyTx, world: World, units: Sequence[str], now: datetime) -> list[Counter]:
    """Return the counters where a screen asks to be paired, or was tapped lately and none is paired any more."""
    counters = counters_of(world, units)
    screens = await tx.screens([counter.code for counter in counters])
    waiting = {screen.counter for screen in screens if screen.is_waiting(now)}
    paired = {screen.counter for screen in screens if screen.state == "paired"}
    tapped = await tx.tapped_counters(units, now.date() - LATELY)
    return [counter for counter in counters if counter.code in waiting | (tapped - paired)]


def unpaired_line(counters: Sequence[Counter], language: str) -> Text:
    """Name the counters where a screen has to be paired; empty if there are none."""
    if not counters:
        return Text()
    names = ", ".join(counter.name for counter in counters)
    return say(language, "screen.unpaired", count=len(counters), counters=names)
