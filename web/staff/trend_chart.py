"""Drawing a trend: where points, intervals and labels stand in a picture of 324 by 220."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports import rates
from reports.satisfaction import trend_scale
from reports.satisfaction.trend import Point

WIDTH, HEIGHT = 324, 220
LEFT, RIGHT, TOP, BOTTOM = 54, 20, 26, 184
LABEL_ROOM, VALUE_ROOM, LETTERS = 64, 56, 16


@dataclass(frozen=True, slots=True)
class Mark:
    """A point with its interval, in the picture's units; a `running` period is not final.

    `rate` is the rate as text; `value` is the same if the chart has room for it, else empty; `foot` is its height.
    """

    x: float
    y: float
    low: float
    high: float
    running: bool
    rate: str
    value: str
    foot: float


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
    found = [point.rate for point in points]
    bottom, ticks = trend_scale.scale(found, target)
    between = (WIDTH - LEFT - RIGHT) / max(1, len(points))
    written = trend_scale.valued(found, between, VALUE_ROOM)

    def across(place: int) -> float:
        return round(LEFT + (place + 0.5) * between, 1)

    def height(percent: Decimal | int) -> float:
        return round(BOTTOM - (float(percent) - bottom) / (100 - bottom) * (BOTTOM - TOP), 1)

    wanted = height(target) if target else None
    marks = [
        Mark(
            x=across(place),
            y=height(point.rate.percent),
            low=height(point.rate.low),
            high=height(point.rate.high),
            running=point.running,
            rate=rates.percent(point.rate.percent),
            value=rates.percent(point.rate.percent) if place in written else "",
            foot=round(trend_scale.value_height(height(point.rate.high), wanted, LETTERS), 1),
        )
        for place, point in enumerate(points)
        if point.rate
    ]
    return Chart(
        marks,
        _lines(points, across, height),
        [(height(percent), f"{percent}%") for percent in ticks],
        [
            (across(place), trend_scale.label(points[place].period))
            for place in trend_scale.labelled(len(points), between, LABEL_ROOM)
        ],
        wanted,
    )


def _lines(points: Sequence[Point], across: Callable[[int], float], height: Callable[[Decimal], float]) -> list[str]:
    lines: list[list[str]] = [[]]
    for place, point in enumerate(points):
        if point.rate:
            lines[-1].append(f"{across(place)},{height(point.rate.percent)}")
        else:
            lines.append([])
    return [" ".join(line) for line in lines if len(line) > 1]
