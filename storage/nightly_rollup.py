"""The job that rolls up days, weeks and quarters that are over, a little at a time."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from storage.counts.coverage import DAY, Span
from storage.counts.rollups import Rolling
from storage.store import SqlStore

# One transaction counts at most this many unit days, since writers wait meanwhile.
AT_ONCE = 200
LONGEST = 31


async def roll_up(store: SqlStore, today: date) -> int:
    """Roll up past days that are not rolled up; returns the number of unit days. Can be interrupted and run again."""
    rolled = 0
    async with store.reading() as tx:
        missing = await Rolling.within(tx).unrolled(today)
    alike: dict[Span, list[str]] = {}
    for unit, spans in missing.items():
        for span in spans:
            alike.setdefault(span, []).append(unit)
    for span, units in sorted(alike.items()):
        for part in _cut(span):
            days = (part.last - part.first).days + 1
            for some in _batches(units, max(1, AT_ONCE // days)):
                async with store.transaction() as tx:
                    await Rolling.within(tx).roll_days(some, part)
                rolled += days * len(some)
    async with store.reading() as tx:
        stretches = await Rolling.within(tx).unrolled_stretches(today)
    for span, units in sorted(stretches.items()):
        for some in _batches(units, max(1, AT_ONCE // ((span.last - span.first).days + 1))):
            async with store.transaction() as tx:
                await Rolling.within(tx).roll_stretch(some, span)
    return rolled


def _cut(span: Span) -> Iterator[Span]:
    """Yield the parts of a stretch, none longer than a month."""
    first = span.first
    while first <= span.last:
        last = min(span.last, first + timedelta(days=LONGEST - 1))
        yield Span(first, last)
        first = last + DAY


def _batches(units: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    return (units[start : start + most] for start in range(0, len(units), most))
