"""The lists of the staff page: points of the trend, comments, and rounds, as they are printed."""

from datetime import date

import locales
from handlers.world import World
from reports import periods, rates
from reports.integrity.findings import share
from reports.satisfaction.comments import Comment
from reports.satisfaction.report import LEAST_SHOWN
from reports.satisfaction.trend import Point
from surveys.slips import Counts, Round
from web.staff.view_address import days_left


def point(one: Point) -> dict[str, str]:
    """Return a week or month of the trend; without figures if it has too few answers."""
    return {
        "name": periods.label(one.period, "vi"),
        "answers": rates.number(one.rate.answers) if one.rate else "",
        "rate": rates.number(one.rate.percent) if one.rate else "",
        "interval": f"{rates.number(one.rate.low)} – {rates.number(one.rate.high)}" if one.rate else "",
        "running": "x" if one.running else "",
    }


def comment(world: World, one: Comment, *, with_unit: bool) -> dict[str, object]:
    """Return a comment with its place and day; `with_unit` adds the name of its unit."""
    counter = world.counters.get(one.counter)
    place = counter.name if counter else one.counter or locales.text("vi", "report.no_counter")
    return {
        "day": periods.day(one.day),
        "place": f"{place} · {world.unit(one.unit).name}" if with_unit else place,
        "unit": one.unit,
        "level": one.level,
        "state": one.state or "",
        "text": one.text,
    }


def round_(world: World, one: Round, counts: Counts, today: date, *, with_unit: bool) -> dict[str, object]:
    """Return a round with its response rate, which is hidden for few slips (as on the integrity page)."""
    few = counts.issued < LEAST_SHOWN or 0 < counts.used < LEAST_SHOWN
    return {
        "name": f"{one.name} · {world.unit(one.unit).name}" if with_unit else one.name,
        "issued": rates.number(counts.issued),
        "used": "" if few else rates.number(counts.used),
        "rate": "" if few else share(counts.used, counts.issued),
        "open": one.takes(today),
        "left": days_left(one.last, today),
        "last": periods.day(one.last),
    }
