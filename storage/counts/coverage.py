"""Which counts of a period are read from roll-ups, and which from the rows of responses."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from reports import periods

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of days, both ends included."""

    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Return an iterator over the days of this stretch."""
        return (self.first + timedelta(days=count) for count in range((self.last - self.first).days + 1))


@dataclass(frozen=True, slots=True)
class Cover:
    """Where the counts of some units are read: `whole` stretches and `days` from roll-ups, `live` from the rows."""

    units: tuple[str, ...]
    whole: tuple[Span, ...]
    days: tuple[Span, ...]
    live: tuple[Span, ...]


def quarters(first: date, last: date) -> list[Span]:
    """Return the whole quarters between two days: the calendar's or the reform report's, whichever cover more days."""
    kinds = [_inside("2026-Q1", first, last), _inside("2026-Q1:cchc", first, last)]
    return max(kinds, key=lambda spans: sum((span.last - span.first).days for span in spans))


def weeks(first: date, last: date) -> list[Span]:
    """Return the whole ISO weeks between two days."""
    return _inside("2026-W01", first, last)


@lru_cache(maxsize=64)
def stretches(first: date, last: date) -> tuple[Span, ...]:
    """Return all stretches longer than a day that can be rolled up between two days."""
    return tuple(span for name in ("2026-Q1", "2026-Q1:cchc", "2026-W01") for span in _inside(name, first, last))


def _inside(name: str, first: date, last: date) -> list[Span]:
    found: list[Span] = []
    start = first
    while start <= last:
        period = periods.around(name, start)
        if period.first >= first and period.last <= last:
            found.append(Span(period.first, period.last))
        start = period.last + DAY
    return found


def runs(days: Iterable[date]) -> list[Span]:
    """Return the stretches that the days form, with days that follow each other joined."""
    found: list[Span] = []
    for day in sorted(days):
        if found and found[-1].last + DAY == day:
            found[-1] = Span(found[-1].first, day)
        else:
            found.append(Span(day, day))
    return found


def covers(
    units: Sequence[str],
    within: Span,
    rolled: Mapping[str, Set[Span]],
    nowhere: Set[date],
    unrolled: Mapping[str, Set[date]],
) -> list[Cover]:
    """Return for each unit where the counts of each day are read; units with the same result share one Cover.

    `rolled`: the marked stretches of each unit, which do not overlap; `nowhere`: the days that no unit has marked;
    `unrolled`: the other days that a unit has not marked. A stretch is used only if all its days are marked.
    """
    alike: dict[tuple[frozenset[Span], frozenset[date]], list[str]] = {}
    for unit in units:
        key = (frozenset(rolled.get(unit, ())), frozenset(unrolled.get(unit, ())))
        alike.setdefault(key, []).append(unit)
    found = []
    for (marked, unmarked), these in alike.items():
        missing = unmarked | nowhere
        whole = sorted(span for span in marked if missing.isdisjoint(span.days()))
        taken = {day for span in whole for day in span.days()}
        single = [day for day in within.days() if day not in taken and day not in missing]
        found.append(Cover(tuple(these), tuple(whole), tuple(runs(single)), tuple(runs(missing))))
    return found
