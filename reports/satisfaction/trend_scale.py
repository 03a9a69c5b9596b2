"""How a trend is drawn, on the page and on paper alike: its scale, its labels, and which values have room."""

import math
from collections.abc import Sequence
from decimal import Decimal

from reports.periods import Period
from reports.rates import Rate


def scale(rates: Sequence[Rate | None], target: int) -> tuple[int, list[int]]:
    """Return the percentage at which the scale begins, and its lines.

    It begins at the ten below the lowest interval or the target. There are three to six lines, the top one at 100%.
    """
    lowest = min([rate.low for rate in rates if rate] + ([Decimal(target)] if target else []), default=Decimal(0))
    bottom = min(90, int(lowest) // 10 * 10)
    step = 10 if bottom >= 50 else 20 if bottom >= 20 else 25
    return bottom, list(range(100, bottom - 1, -step))


def label(period: Period) -> str:
    """Return the label of a period under its point: a week by its Monday ("23/11"), a month as "T11/26"."""
    first = period.first
    return f"{first.day}/{first.month}" if "W" in period.name else f"T{first.month}/{first.year % 100}"


def labelled(count: int, between: float, room: float) -> list[int]:
    """Return the indices of the points with a label: the last, and those before it as far as each has `room`."""
    return list(range(count - 1, -1, -max(1, math.ceil(room / between))))[::-1]


def valued(rates: Sequence[Rate | None], between: float, room: float) -> list[int]:
    """Return the indices of the points whose value is written: all if each has `room`, else the last."""
    places = [place for place, rate in enumerate(rates) if rate]
    return places if between >= room else places[-1:]


def value_height(high: float, target: float | None, size: float) -> float:
    """Return the height of the foot of a value, measured downwards: above its interval, off the line of the target.

    `high` is the upper end of the interval, `size` the height of the letters.
    """
    foot = high - size * 0.45
    if target is not None and foot - size * 1.2 < target < foot + size / 2:
        return target - size * 0.45
    return foot
