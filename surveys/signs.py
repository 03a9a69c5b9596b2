"""Signs that forms may not come from people just served: too fast, in bursts, again and again from one device."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from surveys.responses import Filing
from surveys.screens import Late
from surveys.slips import Stratum

# Reading the shortest question with its five levels and choosing takes longer than this.
HASTY = timedelta(seconds=3)
SLOT = timedelta(minutes=10)
# One form a minute: a counter does not finish with people faster, so a smaller slot is never remarkable.
LEAST_BURST = 10
# A busy morning has twice the usual number; more than three times is suspicious.
BURST_TIMES = 3
# An hour of slots with forms in them; with fewer, nothing is "usual", and one form a slot is assumed.
LEAST_SLOTS = 6
# How many days with forms make their number usual, and the least number of forms in a day that is reported.
LEAST_DAYS = 5
LEAST_CROWD = 30
# A family that shares a phone, or somebody with three matters in one day, is nothing remarkable.
MOST_A_DAY = 3


@dataclass(frozen=True, slots=True)
class Arrival:
    """A form that is coming in. `device` is only hashed with the week's key, never stored; empty if not known.

    `place` is the counter; a form that names none is counted at its unit, as "@unit". `slip`: it came on a slip;
    `hasty`: it came sooner than the question can be read.
    """

    response: str
    unit: str
    place: str
    device: str
    at: datetime
    slip: bool = False
    hasty: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """How many forms came in at a counter in the ten minutes `number` (0 to 143) of a day."""

    counter: str
    day: date
    number: int
    count: int


@dataclass(frozen=True, slots=True)
class Repeated:
    """How many forms one device sent at a counter on a day."""

    counter: str
    day: date
    count: int


@dataclass(frozen=True, slots=True)
class FormGroup:
    """How many forms of one kind came in at a counter."""

    counter: str
    source: str
    stratum: Stratum
    hasty: bool
    count: int


@dataclass(frozen=True, slots=True)
class Signs:
    """What was counted in a period, at some units.

    `rhythm` maps each counter to numbers of forms, and these to how many slots had that number; `full` are the slots
    with at least LEAST_BURST; `devices` counts devices by counter and day, `repeating` those above MOST_A_DAY, and
    `repeated` lists the busiest of these. `taps` counts the forms from screens, `crowded` are a screen's slots with
    implausibly many of them, `late` those that came in long after they were tapped.
    """

    forms: Sequence[FormGroup] = ()
    rhythm: Mapping[str, Mapping[int, int]] | None = None
    full: Sequence[Slot] = ()
    devices: int = 0
    repeating: int = 0
    repeated: Sequence[Repeated] = ()
    taps: int = 0
    crowded: Sequence[Slot] = ()
    late: Sequence[Late] = ()


def arrivals(filings: Iterable[Filing]) -> list[Arrival]:
    """Return how forms came in; forms on paper are left out."""
    return [
        Arrival(
            *(form.id, form.unit, form.counter or f"@{form.unit}", filing.device, filing.at),
            slip=bool(form.round),
            hasty=form.hasty,
        )
        for filing in filings
        if filing.at
        for form in [filing.response]
    ]


def is_hasty(shown: datetime | None, answered: datetime) -> bool:
    """Tell whether an answer came sooner than the question can be read; False if it is not known when it was shown."""
    return shown is not None and answered - shown < HASTY


def slot_of(moment: datetime) -> int:
    """Return the slot of the day (ten minutes, numbered 0 to 143) that a local moment lies in."""
    return (moment.hour * 60 + moment.minute) // 10


def device_digest(key: bytes, arrived: Arrival) -> str:
    """Hash a device for one counter and day; without the week's key it cannot be identified."""
    text = "\0".join(("device", arrived.place, arrived.at.date().isoformat(), arrived.device))
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def usual(rhythm: Mapping[int, int], without: int) -> int | None:
    """Return the median number of forms in a counter's slots, leaving out one slot with `without` forms.

    None if too few slots are left. Slots without forms are not counted: with nights and closed days every form would
    be unusual.
    """
    others = {count: slots - (count == without) for count, slots in rhythm.items()}
    total = sum(others.values())
    if total < LEAST_SLOTS:
        return None
    passed = 0
    for count in sorted(others):
        passed += others[count]
        if passed * 2 >= total:
            return count
    raise AssertionError("a median lies within its numbers")


def bursts(signs: Signs) -> list[tuple[Slot, int | None]]:
    """Return the slots with far more forms than their counter's usual number, with that if known; fullest first."""
    found = []
    for slot in signs.full:
        normal = usual((signs.rhythm or {}).get(slot.counter, {}), slot.count)
        if slot.count >= LEAST_BURST and slot.count > BURST_TIMES * (normal or 1):
            found.append((slot, normal))
    return sorted(found, key=lambda pair: (-pair[0].count, pair[0].counter, pair[0].day, pair[0].number))


def usual_day(forms: Mapping[date, int], before: date) -> int | None:
    """Return the median number of forms on earlier days that had any; None if there are too few such days."""
    earlier = sorted(count for day, count in forms.items() if day < before and count)
    return earlier[len(earlier) // 2] if len(earlier) >= LEAST_DAYS else None


def crowded(forms: Mapping[date, int], since: date, usual: int) -> list[tuple[date, int]]:
    """Return the days from `since` on with far more forms than on a usual day, fullest first."""
    least = max(LEAST_CROWD, BURST_TIMES * usual + 1)
    found = [(day, count) for day, count in forms.items() if day >= since and count >= least]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))
