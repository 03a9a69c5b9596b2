"""Drawing a trend: where points, intervals and labels stand in a picture of 324 by 220."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports import rates
from reports.satisfaction.trend import Point

WIDTH, HEIGHT = 324, 220
LEFT, RIGHT, TOP, BOTTOM = 54, 20, 26, 184
LABEL_ROOM, VALUE_ROOM = 64, 56


@dataclass(frozen=True, slots=True)
class Mark:
    """A point with its interval, in the picture's units; `running` ones are not final.

    `told` is its rate, `value` the same where that has room above it.
    """

    x: float
    y: float
    low: float
    high: float
    running: bool
    told: str
    value: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What the template draws. `lines` joins neighbouring points; a gap ends a line. `target` is None or a height."""

    marks: Sequence[Mark]
    lines: Sequence[str]
    ticks: Sequence[tuple[float, str]]
    labels: Sequence[tuple[float, str]]
    target: float | None


def drawn(points: Sequence[Point], target: int = 0) -> Chart:
    """Place points from left to right; the scale begins at the ten below the lowest interval (or the target)."""
    found = [point.rate for point in points if point.rate]
    lowest = min([rate.low for rate in found] + ([Decimal(target)] if target else []), default=Decimal(0))
    bottom = min(90, int(lowest) // 10 * 10)
    between = (WIDTH - LEFT - RIGHT) / max(1, len(points))
    written = [place for place, point in enumerate(points) if point.rate]
    if between < VALUE_ROOM:
        written = written[-1:]

    def across(place: int) -> float:
        return round(LEFT + (place + 0.5) * between, 1)

    def height(percent: Decimal | int) -> float:
        return round(BOTTOM - (float(percent) - bottom) / (100 - bottom) * (BOTTOM - TOP), 1)

    marks = [
        Mark(
            x=across(place),
            y=height(point.rate.percent),
            low=height(point.rate.low),
            high=height(point.rate.high),
            running=point.running,
            told=rates.percent(point.rate.percent),
            value=rates.percent(point.rate.percent) if place in written else "",
        )
        for place, point in enumerate(points)
        if point.rate
    ]
    return Chart(
        marks,
        _lines(points, across, height),
        [(height(percent), f"{percent}%") for percent in _ticks(bottom)],
        [(across(place), _label(points[place])) for place in _labelled(len(points), between)],
        height(target) if target else None,
    )


def _lines(points: Sequence[Point], across: Callable[[int], float], height: Callable[[Decimal], float]) -> list[str]:
    lines: list[list[str]] = [[]]
    for place, point in enumerate(points):
        if point.rate:
            lines[-1].append(f"{across(place)},{height(point.rate.percent)}")
        else:
            lines.append([])
    return [" ".join(line) for line in lines if len(line) > 1]


def _ticks(bottom: int) -> range:
    """Three to six lines, the topmost at 100%."""
    step = 10 if bottom >= 50 else 20 if bottom >= 20 else 25
    return range(100, bottom - 1, -step)


def _labelled(count: int, between: float) -> list[int]:
    """The places that are named below: the last, and those before it as far as there is room."""
    return list(range(count - 1, -1, -math.ceil(LABEL_ROOM / between)))[::-1]


def _label(point: Point) -> str:
    first = point.period.first
    return f"{first.day}/{first.month}" if "W" in point.period.name else f"T{first.month}/{first.year % 100}"
