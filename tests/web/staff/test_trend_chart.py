"""The drawing of a trend: everything stands inside the picture, in order, and gaps stay gaps."""

import re
from datetime import date, timedelta
from importlib.resources import files
from itertools import pairwise

import pytest

from reports import periods
from reports.documents.chart_levels import LOOKS
from reports.documents.chart_reasons import GROUND, TICKED
from reports.rates import rate
from reports.satisfaction.trend import Point
from web.staff.trend_chart import BOTTOM, HEIGHT, LEFT, TOP, WIDTH, drawn


def points(*satisfied: int | None, of: int = 20) -> list[Point]:
    """Weeks with so many satisfied of twenty answers; None: too few to be shown."""
    first = date(2026, 8, 3)
    return [
        Point(
            periods.week_of(first + timedelta(weeks=place)),
            None if count is None else rate({5: count, 1: of - count}),
            running=False,
        )
        for place, count in enumerate(satisfied)
    ]


@pytest.mark.parametrize(
    "shown", [points(20), points(0, 20), points(*range(8, 21)), points(19, None, 20), points(None, None, 3)], ids=len
)
@pytest.mark.parametrize("target", [0, 60, 90, 100])
def test_everything_stands_inside_the_picture(shown: list[Point], target: int) -> None:
    """From the lowest interval to 100 %, from the first to the last week; higher is better; the target too."""
    chart = drawn(shown, target)
    for mark in chart.marks:
        assert LEFT < mark.x < WIDTH - 20
        assert TOP <= mark.high <= mark.y <= mark.low <= BOTTOM
    assert [one.x < other.x for one, other in pairwise(chart.marks)] == [True] * (len(chart.marks) - 1)
    assert all(TOP <= y <= BOTTOM < HEIGHT for y, _ in chart.ticks)
    assert chart.ticks[0] == (TOP, "100%")
    assert (chart.target is not None) == bool(target)
    assert chart.target is None or TOP <= chart.target <= BOTTOM


def test_a_line_does_not_bridge_a_gap() -> None:
    """What is not known is not drawn."""
    assert [len(line.split()) for line in drawn(points(20, 19, None, 18, 17, 16)).lines] == [2, 3]
    assert drawn(points(20, None, 19)).lines == []


def test_labels_have_room_and_name_the_last_week() -> None:
    """Thirteen weeks on a phone: a label of 16 pixels needs some 60."""
    chart = drawn(points(*[18] * 13))
    places = [x for x, _ in chart.labels]
    assert chart.labels[-1] == (chart.marks[-1].x, "26/10")
    assert all(other - one >= 60 for one, other in pairwise(places))


def test_levels_have_the_colours_of_the_charts_on_paper() -> None:
    """What is orange on the page is orange in Word: one look a level; those with hatches are hatched here too."""
    sheet = files("web").joinpath("static", "style.css").read_text("utf-8")
    for level, (colour, hatch, _) in LOOKS.items():
        assert re.search(rf"\.level-{level}[ ,][^}}]*fill: {colour};", sheet)
        assert (f".look-{level} {{ fill: url(#hatch-{level}); }}" in sheet) == bool(hatch)


def test_reasons_have_the_colours_of_the_chart_on_paper() -> None:
    """Bar and ground."""
    sheet = files("web").joinpath("static", "style.css").read_text("utf-8")
    assert re.search(rf"\.ticked {{[^}}]*fill: {TICKED};", sheet)
    assert re.search(rf"\.bars svg {{[^}}]*background: {GROUND};", sheet)


def test_a_lone_point_stands_in_the_middle_with_its_value() -> None:
    """Not at an edge, where nobody looks."""
    (mark,) = drawn(points(18)).marks
    assert LEFT + 60 < mark.x < WIDTH - 60
    assert mark.value == "90"
