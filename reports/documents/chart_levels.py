"""Charts of a statement as PNG, 1080 pixels wide: the levels as bars, and the rate over time with its interval."""

from typing import Any

from reports import rates
from reports.documents.breakdowns import breakdowns, whole
from reports.documents.chart_canvas import blank, width_of, wrapped, write, write_lines
from reports.documents.chart_frame import BAR, GAP, INSIDE, LABEL, LIFT, MARGIN, SMALL, WIDTH, heading, png, titles
from reports.documents.chart_trend import draw_trend, points
from reports.documents.details import Details
from reports.documents.phrasing import method, rule_name, text
from reports.office.safe_cells import clean
from reports.satisfaction.report import Group, Report
from reports.statements.statement import Statement
from surveys.printing.canvas import INK, QUIET
from surveys.printing.letters import line_height

NUMBERS = 38.0
MOST_BARS = 8
PAPER = "#ffffff"
# From orange to blue, which people who do not see red or green can tell apart; in grey, the hatches, the light middle
# and the darkest end tell the levels apart. Each level has the ink that can be read on it.
LOOKS = {
    1: ("#b84a10", "", PAPER),
    2: ("#eda65c", "////", INK),
    3: ("#efece7", "", INK),
    4: ("#9cc3e6", "....", INK),
    5: ("#073a6b", "", PAPER),
}


def levels_png(statement: Statement, details: Details) -> bytes:
    """Return stacked bars of the five levels: of all answers, then of each counter or question that is shown."""
    report = statement.report
    rows = [(group, wrapped(clean(group.name), INSIDE - NUMBERS, LABEL)) for group in bars(report)]
    above, top = titles(report, "document.levels_title", sample=details.sample)
    legend = 2 * line_height(LABEL) + 5
    body = sum(len(lines) * line_height(LABEL) + LIFT + BAR + GAP for _, lines in rows)
    notes = wrapped(f"{method(report)} {text('document.lowest')}" if len(rows) > 1 else method(report), INSIDE, SMALL)
    figure, axes = blank(WIDTH, top + legend + body + len(notes) * line_height(SMALL) + MARGIN)
    heading(axes, above)
    _legend(axes, top)
    y = top + legend
    for group, lines in rows:
        y = _bar(axes, y, group, lines)
    write_lines(axes, MARGIN, y, notes, SMALL, color=QUIET)
    return png(figure)


def trend_png(statement: Statement, details: Details) -> bytes:
    """Return the rate of the weeks or months up to a statement with its 95% interval."""
    report = statement.report
    above, top = titles(report, "document.trend_title", sample=details.sample)
    notes = wrapped(text("document.trend_note", rule=rule_name(report)), INSIDE, SMALL)
    height = 84.0
    figure, axes = blank(WIDTH, top + height + len(notes) * line_height(SMALL) + MARGIN)
    heading(axes, above)
    draw_trend(axes, points(statement), report.target, (MARGIN, top, INSIDE, height))
    write_lines(axes, MARGIN, top + height, notes, SMALL, color=QUIET)
    return png(figure)


def bars(report: Report) -> list[Group]:
    """Return the groups that get a bar: the whole, then counters and questions, the lowest rates first.

    A single counter or a single question is the same as the whole and gets none.
    """
    groups = []
    for breakdown in breakdowns(report):
        shown = [group for group in breakdown.groups if group.rate] if breakdown.key in ("counter", "question") else []
        groups += shown if len(shown) > 1 else []
    groups.sort(key=lambda group: (group.rate.percent if group.rate else 0, group.key))
    return [whole(report), *groups[: MOST_BARS - 1]]


def _legend(axes: Any, top: float) -> None:
    x, y, step = MARGIN, top, line_height(LABEL)
    for level in rates.LEVELS:
        label = text(f"level.{level}")
        width = 6 + width_of(label, LABEL) + 4
        if x + width > WIDTH - MARGIN:
            x, y = MARGIN, y + step
        _box(axes, level, (x, y + step / 2 - 2, 4.5, 4))
        write(axes, x + 6, y + step / 2, label, LABEL)
        x += width


def _bar(axes: Any, top: float, group: Group, lines: list[str]) -> float:
    """Draw a group's name, n and rate, and its bar under them; returns the height below."""
    y = write_lines(axes, MARGIN, top, lines, LABEL, weight="bold" if not group.key else "normal") + LIFT
    if not group.answers or group.levels is None or group.rate is None:
        none = text("report.none") if group.answers == 0 else text("document.hidden")
        write(axes, MARGIN, y + BAR / 2, none, LABEL, color=QUIET)
        return y + BAR + GAP
    right, middle = WIDTH - MARGIN, top + line_height(LABEL) / 2
    rate = f"{rates.percent(group.rate.percent)}%"
    write(axes, right, middle, rate, LABEL, ha="right", weight="bold")
    count = f"n = {rates.number(group.answers)}"
    write(axes, right - width_of(rate, LABEL, "bold") - 2, middle, count, SMALL, ha="right", color=QUIET)
    shares, x = rates.shares(group.levels), MARGIN
    for level in rates.LEVELS:
        width = INSIDE * group.levels[level] / group.answers
        if not width:
            continue
        _box(axes, level, (x, y, width, BAR))
        _share(axes, level, rates.number(shares[level]), (x, y, width, BAR))
        x += width
    return y + BAR + GAP


def _share(axes: Any, level: int, share: str, place: tuple[float, float, float, float]) -> None:
    """Write a share on its part of a bar if it fits, on a plain background if the part is hatched."""
    x, y, width, height = place
    fill, hatch, ink = LOOKS[level]
    if width_of(share, LABEL) + 2 > width:
        return
    ground = {"facecolor": fill, "edgecolor": "none", "pad": 1.2} if hatch else None
    write(axes, x + width / 2, y + height / 2, share, LABEL, ha="center", color=ink, bbox=ground)


def _box(axes: Any, level: int, place: tuple[float, float, float, float]) -> None:
    from matplotlib.patches import Rectangle

    x, y, width, height = place
    fill, hatch, _ = LOOKS[level]
    axes.add_patch(Rectangle((x, y), width, height, facecolor=fill, edgecolor=INK, linewidth=0.6, hatch=hatch))
