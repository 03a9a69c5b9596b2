"""The rate over time: its points, and the lines and marks that show them."""

import math
import re
from collections.abc import Sequence
from typing import Any

from reports.documents.chart_canvas import width_of, write
from reports.documents.phrasing import spoken, text
from reports.periods import Period
from reports.rates import Rate, number, percent
from reports.statements.statement import Statement
from surveys.printing.canvas import INK, QUIET

Point = tuple[str, Rate | None]
MOST_POINTS = 27
SMALL, LABEL = 8.5, 10.0
LINE, GRID = "#073a6b", "#d5cfc6"
GROUND = {"facecolor": "#ffffff", "edgecolor": "none", "pad": 0.8}
_WEEK = re.compile(r"\d{4}-W(\d\d)")


def points(statement: Statement) -> list[Point]:
    """Return what led up to a statement; where that is not known its own weeks, or the period before and this one.

    Weeks and months with too few answers to be shown have no rate.
    """
    if statement.trend:
        return [(_short(point.period), point.rate) for point in statement.trend]
    report = statement.report
    weeks = [(_name(group.key, group.name), group.rate) for group in report.by_week]
    if len(weeks) > 1:
        return weeks[-MOST_POINTS:]
    periods = [report.previous, report] if report.previous else [report]
    return [(spoken(one.period), one.rate if one.has_enough else None) for one in periods]


def draw_trend(axes: Any, shown: Sequence[Point], target: int, place: tuple[float, float, float, float]) -> None:
    """Draw points into a rectangle (left, top, width, height in millimetres); `target` in percent, 0 for none."""
    left, top, width, height = place
    left, width, bottom = left + 11, width - 13, top + height - 14
    lowest = _lowest(shown, target)

    def at(value: float) -> float:
        return bottom - (value - lowest) / (100 - lowest) * (bottom - top - 10)

    for value in range(lowest, 101, 10 if lowest >= 50 else 20):
        axes.plot([left, left + width], [at(value)] * 2, color=GRID, linewidth=0.7)
        write(axes, left - 1.5, at(value), f"{value}%", SMALL, ha="right", color=QUIET)
    if target:
        axes.plot([left, left + width], [at(target)] * 2, color=INK, linewidth=1.2, linestyle=(0, (5, 3)))
        axes.plot([left, left + 8], [top + 1] * 2, color=INK, linewidth=1.2, linestyle=(0, (5, 3)))
        write(axes, left + 10, top + 1, text("document.target", target=number(target)), SMALL)
    step = width / len(shown)
    told = _label_step([label for label, _ in shown], step, SMALL)
    # If not every value has room, the first and the last are written.
    crowded = _label_step([percent(rate.percent) for _, rate in shown if rate], step, LABEL) > 1
    before = None
    for index, (label, rate) in enumerate(shown):
        x = left + step * (index + 0.5)
        if index % told == (len(shown) - 1) % told:
            write(axes, x, bottom + 5, label, SMALL, ha="center")
        if rate is None:
            axes.plot([x], [bottom - 2], marker="x", markersize=5, color=QUIET)
            before = None
            continue
        here = (x, at(float(rate.percent)))
        if before:
            axes.plot([before[0], here[0]], [before[1], here[1]], color=LINE, linewidth=1.8)
        _interval(axes, x, at(float(rate.low)), at(float(rate.high)))
        axes.plot([x], [here[1]], marker="o", markersize=6, color=LINE)
        if not crowded or index in (0, len(shown) - 1):
            printed, over = percent(rate.percent), at(float(rate.high)) - 4.2
            write(axes, x, over, printed, LABEL, ha="center", weight="bold", bbox=GROUND)
        before = here


def _interval(axes: Any, x: float, low: float, high: float) -> None:
    axes.plot([x, x], [low, high], color=LINE, linewidth=1.1)
    for end in (low, high):
        axes.plot([x - 1.2, x + 1.2], [end, end], color=LINE, linewidth=1.1)


def _lowest(shown: Sequence[Point], target: int) -> int:
    """Return where the scale begins, in percent: a multiple of 20 not above the lowest value, and 50 at most."""
    least = min([float(rate.low) for _, rate in shown if rate] + [float(target or 100)])
    return max(0, min(50, math.floor(least / 20) * 20))


def _label_step(labels: Sequence[str], step: float, size: float) -> int:
    """Return the step between labels so that they do not overlap."""
    widest = max((width_of(label, size, "bold") for label in labels), default=0.0)
    return max(1, math.ceil((widest + 2) / step))


def _short(period: Period) -> str:
    match = _WEEK.fullmatch(period.name)
    if match:
        return text("document.week_short", number=int(match[1]))
    return text("document.month_short", number=period.first.month, year=period.first.year)


def _name(key: str, name: str) -> str:
    match = _WEEK.fullmatch(key)
    return text("document.week_short", number=int(match[1])) if match else name
