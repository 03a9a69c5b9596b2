"""A counter's budget: how many forms its figures take, learnt from its past; forms beyond it are kept apart."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from surveys.signs import Arrival, slot_of

# A budget is learnt from this many finished weeks: a whole season, unaffected by a flood this week.
LEARNT = timedelta(weeks=8)
# A rush hour stays below twice the busiest time so far.
TIMES = 2
# Open forms beyond twice the budget are a flood; then those from its beginning stay uncounted too.
FLOOD = 2
# Answers that come sooner than the question can be read count only up to the budget divided by this.
HASTY_PART = 4
# A rush exceeds both: one form a second for ten minutes, which no counter's people can send, and ten times its budget.
RUSH = 600
RUSH_TIMES = 10
HOUR = 6


@dataclass(frozen=True, slots=True)
class Load:
    """How many forms there are in ten minutes, in an hour, and in a day."""

    slot: int
    hour: int
    day: int

    def most(self, other: "Load", times: int = 1) -> "Load":
        """Return the greater number of each span of time; those of `other` are multiplied by `times` first."""
        return Load(
            max(self.slot, other.slot * times), max(self.hour, other.hour * times), max(self.day, other.day * times)
        )


# However quiet its past, a counter takes twice the busiest time or this, whichever is more: no small office is limited.
FLOOR = Load(slot=20, hour=60, day=240)


@dataclass(frozen=True, slots=True)
class Slice:
    """The forms of ten minutes at a counter: all, those on slips, those kept apart, and the hasty among the counted."""

    forms: int = 0
    slips: int = 0
    apart: int = 0
    hasty: int = 0

    @property
    def counted(self) -> int:
        """How many are in the figures."""
        return self.forms - self.apart

    @property
    def open(self) -> int:
        """How many came without a slip, counted or not."""
        return self.forms - self.slips


NOTHING = Slice()
Day = Mapping[int, Slice]


@dataclass(slots=True)
class Ruling:
    """What becomes of forms: the day's slices with them, the ids kept apart, and the slots that a flood reached."""

    day: dict[int, Slice]
    apart: set[str] = field(default_factory=set)
    flooded: set[int] = field(default_factory=set)


def first_learnt(day: date) -> date:
    """Return the first day of the past that teaches a day's budget; the last is the Sunday before the day's week."""
    return week_start(day) - LEARNT


def week_start(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def busiest(days: Iterable[Day]) -> Load:
    """Return the most forms that were counted in ten minutes, an hour and a day."""
    load = Load(0, 0, 0)
    for day in days:
        for number in day:
            hour = sum(day.get(n, NOTHING).counted for n in _hour(number))
            load = load.most(Load(day[number].counted, hour, 0))
        load = load.most(Load(0, 0, sum(one.counted for one in day.values())))
    return load


def budget_of(days: Iterable[Day]) -> Load:
    """Return a counter's budget, learnt from its days in past weeks."""
    return FLOOR.most(busiest(days), TIMES)


def needs_budget(day: Day, arriving: int) -> bool:
    """Tell whether a day may exceed the floor with more forms `arriving`; if not, its past need not be looked at."""
    total = sum(one.open for one in day.values()) + arriving
    hasty = sum(one.hasty for one in day.values()) + arriving
    return total > FLOOR.slot or hasty > FLOOR.slot // HASTY_PART


def rule(budget: Load, day: Day, arrived: Sequence[Arrival]) -> Ruling:
    """Decide about arriving forms of one counter and day, in their order; `day` does not hold them yet.

    A form on a slip proves itself: it always counts, and it raises the limits, as it shows that somebody was served.
    """
    ruling = Ruling(dict(day))
    admitted: dict[str, int] = {}
    for one in arrived:
        number = slot_of(one.at)
        slice_ = ruling.day.get(number, NOTHING)
        if one.slip:
            ruling.day[number] = replace(slice_, forms=slice_.forms + 1, slips=slice_.slips + 1)
            continue
        ruling.day[number] = replace(slice_, forms=slice_.forms + 1)
        if flooded := _flooded(budget, ruling.day, number):
            ruling.flooded |= flooded
            for n in flooded:
                ruling.day[n] = replace(ruling.day[n], apart=ruling.day[n].open, hasty=0)
            swept = {response for response, n in admitted.items() if n in flooded}
            ruling.apart |= swept | {one.response}
            admitted = {response: n for response, n in admitted.items() if response not in swept}
        elif _fits(budget, ruling.day, number, hasty=one.hasty):
            admitted[one.response] = number
            ruling.day[number] = replace(ruling.day[number], hasty=slice_.hasty + one.hasty)
        else:
            ruling.apart.add(one.response)
            ruling.day[number] = replace(ruling.day[number], apart=slice_.apart + 1)
    return ruling


def may_be_rush(day: Day, number: int) -> bool:
    """Tell whether ten minutes may be a rush under any budget; if not, the past need not be looked at."""
    return day.get(number, NOTHING).open > RUSH


def is_rush(budget: Load, day: Day, number: int) -> bool:
    """Tell whether a counter's ten minutes exceed its own past so far that each form has to be proved."""
    return day.get(number, NOTHING).open > max(RUSH, RUSH_TIMES * budget.slot)


def _hour(number: int) -> range:
    return range(number - HOUR + 1, number + 1)


def _windows(budget: Load, day: Day, number: int) -> list[tuple[int, list[Slice]]]:
    """Return the three stretches of time that a form is in, each with the number of forms it may hold."""
    hour = [day[n] for n in _hour(number) if n in day]
    stretches = ((budget.slot, [day[number]]), (budget.hour, hour), (budget.day, list(day.values())))
    return [(max(most, TIMES * sum(one.slips for one in held)), held) for most, held in stretches]


def _fits(budget: Load, day: Day, number: int, *, hasty: bool) -> bool:
    """Whether the last form of ten minutes is within the budget of each stretch."""
    for most, held in _windows(budget, day, number):
        if sum(one.open - one.apart for one in held) > most:
            return False
        if hasty and sum(one.hasty for one in held) + 1 > most // HASTY_PART:
            return False
    return True


def _flooded(budget: Load, day: Day, number: int) -> set[int]:
    """Return the slots that a flood has reached: this one, or all of the hour up to it; none if there is no flood."""
    (slot, _), (hour, _), _ = _windows(budget, day, number)
    within = [n for n in _hour(number) if n in day]
    # Each slot counts up to its own limit for a flood, so that one short burst does not flood the whole hour.
    if sum(min(day[n].open, FLOOD * slot) for n in within) > FLOOD * hour:
        return set(within)
    return {number} if day[number].open > FLOOD * slot else set()
