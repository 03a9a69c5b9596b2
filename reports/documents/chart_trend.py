"""The rate over time: its points, and the lines and marks that show them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports.documents.chart_canvas import width_of, write
from reports.documents.phrasing import spoken, text
from reports.periods import parse
from reports.rates import Rate, number, percent
from reports.satisfaction import trend_scale
from reports.statements.statement import Statement
from surveys.printing.canvas import INK, QUIET

MOST_POINTS = 27
SMALL, LABEL = 8.5, 10.0
# The height of letters of that size in millimetres.
LETTERS = LABEL * 0.36
LINE, GRID = "#073a6b", "#d5cfc6"
GROUND = {"facecolor": "#ffffff", "edgecolor": "none", "pad": 0.3}
_WEEK = re.compile(r"\d{4}-W\d\d")


@dataclass(frozen=True, slots=True)
class Point:
    """What stands above a label: a rate, or None if it may not be shown; `running`: its time is not over."""

    label: str
    rate: Rate | None
    running: bool = False


def points(statement: Statement) -> list[Point]:
    """Return the trend up to a statement; if it is unknown, the statement's weeks, or the period before and this one.

    Weeks and months with too few answers to be shown have no rate.
    """
    if statement.trend:
        return [Point(trend_scale.label(one.period), one.rate, one.running) for one in statement.trend]
    report = statement.report
    weeks = [Point(_name(group.key, group.name), group.rate) for group in report.by_week]
    if len(weeks) > 1:
        return weeks[-MOST_POINTS:]
    periods = [report.previous, report] if report.previous else [report]
    return [Point(spoken(one.period), one.rate if one.has_enough else None) for one in periods]


def _name(key: str, name: str) -> str:
    return trend_scale.label(parse(key)) if _WEEK.fullmatch(key) else name


def draw_trend(axes: Any, shown: Sequence[Point], target: int, place: tuple[float, float, float, float]) -> None:
    """Draw points into a rectangle (left, top, width, height in millimetres); `target` in percent, 0 for none."""
    left, top, width, height = place
    left, width, bottom = left + 11, width - 13, top + height - 14
    rates = [point.rate for point in shown]
    lowest, ticks = trend_scale.scale(rates, target)

    def at(value: float) -> float:
        return bottom - (value - lowest) / (100 - lowest) * (bottom - top - 10)

    for value in ticks:
        axes.plot([left, left + width], [at(value)] * 2, color=GRID, linewidth=0.7)
        write(axes, left - 1.5, at(value), f"{value}%", SMALL, ha="right", color=QUIET)
    if target:
        axes.plot([left, left + width], [at(target)] * 2, color=INK, linewidth=1.2, linestyle=(0, (5, 3)))
        axes.plot([left, left + 8], [top + 1] * 2, color=INK, linewidth=1.2, linestyle=(0, (5, 3)))
        write(axes, left + 10, top + 1, text("document.target", target=number(target)), SMALL)
    step = width / len(shown)
    for index in trend_scale.labelled(len(shown), step, _room([point.label for point in shown], SMALL)):
        write(axes, left + step * (index + 0.5), bottom + 5, shown[index].label, SMALL, ha="center")
    written = trend_scale.valued(rates, step, _room([percent(rate.percent) for rate in rates if rate], LABEL))
    before = None
    for index, (rate, running) in enumerate((point.rate, point.running) for point in shown):
        if rate is None:
            before = None
            continue
        here = (left + step * (index + 0.5), at(float(rate.percent)))
        if before:
            axes.plot([before[0], here[0]], [before[1], here[1]], color=LINE, linewidth=1.8, zorder=2)
        _interval(axes, here[0], at(float(rate.low)), at(float(rate.high)))
        ground = GROUND["facecolor"] if running else LINE
        axes.plot([here[0]], [here[1]], marker="o", markersize=6, color=LINE, markerfacecolor=ground, zorder=3)
        if index in written:
            wanted = at(target) if target else None
            foot = trend_scale.value_height(at(float(rate.high)), wanted, LETTERS)
            printed = percent(rate.percent)
            write(axes, here[0], foot, printed, LABEL, ha="center", va="baseline", weight="bold", bbox=GROUND)
        before = here


def _interval(axes: Any, x: float, low: float, high: float) -> None:
    axes.plot([x, x], [low, high], color=QUIET, linewidth=1.1, zorder=1)
    for end in (low, high):
        axes.plot([x - 1.2, x + 1.2], [end, end], color=QUIET, linewidth=1.1, zorder=1)


def _room(labels: Sequence[str], size: float) -> float:
    """Return the width that each of some labels needs so that none overlap."""
    return max((width_of(label, size, "bold") for label in labels), default=0.0) + 2
