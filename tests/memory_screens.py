"""Screens in the store in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from surveys.responses import Filing
from surveys.screens import (
    MOST_IN_TEN_MINUTES,
    MOST_WAITING,
    PLAUSIBLE_IN_TEN_MINUTES,
    Late,
    Screen,
    is_late,
)
from surveys.signs import Slot, slot_of


@dataclass(slots=True)
class Kept:
    """What is kept of screens; `tempo` counts taps, and late ones, by screen, day, slot, counter and unit."""

    screens: dict[str, Screen] = field(default_factory=dict)
    tempo: dict[tuple[int, date, int, str, str], tuple[int, int]] = field(default_factory=dict)
    last: int = 0

    def __copy__(self) -> "Kept":
        """Return another one with the same values."""
        return Kept(dict(self.screens), dict(self.tempo), self.last)


class MemoryScreens:
    """The part of a transaction in memory that keeps screens and counts their taps."""

    state: Any

    @property
    def _seen(self) -> Kept:
        kept: Kept = self.state.screens
        return kept

    async def screen(self, digest: str) -> Screen | None:
        """Return the screen with a hash of its secret."""
        return self._seen.screens.get(digest)

    async def screens(self, counters: Sequence[str]) -> list[Screen]:
        """Return the screens of counters, in the order in which they asked."""
        return sorted((one for one in self._seen.screens.values() if one.counter in counters), key=lambda s: s.number)

    async def ask_pairing(self, digest: str, counter: str, now: datetime) -> bool:
        """Let a device wait to be paired; False where too many wait at this counter."""
        if digest in self._seen.screens:
            return True
        waiting = [one for one in self._seen.screens.values() if (one.counter, one.state) == (counter, "waiting")]
        for gone in (one for one in waiting if not one.is_waiting(now)):
            del self._seen.screens[gone.digest]
        if sum(one.is_waiting(now) for one in waiting) >= MOST_WAITING:
            return False
        self._add_screen(digest, counter, now)
        return True

    async def pair_screen(self, digest: str, counter: str, name: str, by: str, now: datetime) -> Screen:
        """Pair a device with a counter; one that was revoked stays so."""
        known = self._seen.screens.get(digest) or self._add_screen(digest, counter, now)
        if known.state == "waiting":
            known = replace(known, state="paired", name=name, paired_at=now.astimezone(UTC), paired_by=by)
            self._seen.screens[digest] = known
        return known

    async def tapped_counters(self, units: Sequence[str], first: date) -> set[str]:
        """Return the counters of units whose screens were tapped on a day or after it."""
        given = self.state.responses.values()
        return {one.counter for one in given if one.unit in units and one.day >= first and one.source == "kiosk"}

    async def rename_screen(self, number: int, name: str) -> bool:
        """Give a screen another name; False if there is none."""
        return self._change_screen(number, lambda one: replace(one, name=name))

    async def revoke_screen(self, number: int) -> bool:
        """End a pairing for good; False if there is no such screen or it was ended before."""
        ended = any((one.number, one.state) == (number, "revoked") for one in self._seen.screens.values())
        return not ended and self._change_screen(number, lambda one: replace(one, state="revoked"))

    async def see_screen(self, number: int, now: datetime) -> None:
        """Note that a screen is in use."""
        self._change_screen(number, lambda one: replace(one, seen_at=now.astimezone(UTC)))

    def _add_screen(self, digest: str, counter: str, now: datetime) -> Screen:
        self._seen.last += 1
        at = now.astimezone(UTC)
        made = Screen(self._seen.last, digest, counter, "waiting", "", at, at)
        self._seen.screens[digest] = made
        return made

    def _change_screen(self, number: int, change: Callable[[Screen], Screen]) -> bool:
        found = [one for one in self._seen.screens.values() if one.number == number]
        self._seen.screens.update({one.digest: change(one) for one in found})
        return bool(found)

    def count_tap(self, filing: Filing) -> bool:
        """Count a new form in the ten minutes in which it was tapped; False if the screen cannot have taken so many."""
        if not filing.screen or filing.tapped is None:
            return True
        place = (filing.response.counter, filing.response.unit)
        slot = (filing.screen, filing.tapped.date(), slot_of(filing.tapped), *place)
        count, late = self._seen.tempo.get(slot, (0, 0))
        if count >= MOST_IN_TEN_MINUTES:
            return False
        late += filing.at is not None and is_late(filing.tapped, filing.at)
        self._seen.tempo[slot] = (count + 1, late)
        return True

    def tapped(self, units: Sequence[str], first: date, last: date) -> tuple[int, tuple[Slot, ...], tuple[Late, ...]]:
        """Return how many taps there were, the screens' crowded ten minutes, and the late ones by counter and day."""
        found = {k: v for k, v in self._seen.tempo.items() if k[4] in units and first <= k[1] <= last}
        crowded = [Slot(k[3], k[1], k[2], n) for k, (n, _) in found.items() if n > PLAUSIBLE_IN_TEN_MINUTES]
        late: dict[tuple[str, date], int] = {}
        for key, (_, number) in found.items():
            if number:
                late[key[3], key[1]] = late.get((key[3], key[1]), 0) + number
        return (
            sum(count for count, _ in found.values()),
            tuple(sorted(crowded, key=lambda slot: (slot.counter, slot.day, slot.number, slot.count))),
            tuple(Late(counter, day, number) for (counter, day), number in sorted(late.items())),
        )

    def forget_taps(self, before: date) -> int:
        """Delete the counts of days before one; returns how many rows."""
        gone = [key for key in self._seen.tempo if key[1] < before]
        for key in gone:
            del self._seen.tempo[key]
        return len(gone)
