"""The breakdowns of a report that documents show, in their order."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports import rates
from reports.documents.phrasing import text
from reports.satisfaction.report import Group, Report


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Groups of one kind; if they are `disjoint`, they add up to the whole."""

    key: str
    title: str
    groups: Sequence[Group]
    disjoint: bool = True


def breakdowns(report: Report) -> list[Breakdown]:
    """Return the breakdowns that have groups: counted questions, other questions, then by place, time and way."""
    listed = [
        Breakdown("question", text("document.by.question"), [group for group in report.by_question if group.counted]),
        Breakdown("other", text("document.by.other"), [g for g in report.by_question if not g.counted], disjoint=False),
        Breakdown("section", text("document.by.section"), report.by_section),
        Breakdown("counter", text("document.by.counter"), report.by_counter),
        Breakdown("source", text("document.by.source"), report.by_source),
        Breakdown("field", text("document.by.field"), report.by_field),
        Breakdown("unit", text("document.by.unit"), report.by_unit),
        Breakdown("week", text("document.by.week"), report.by_week),
        Breakdown("weekday", text("document.by.weekday"), report.by_weekday),
        Breakdown("half", text("document.by.half"), report.by_half),
        Breakdown("occasion", text("document.by.occasion"), report.by_occasion),
        Breakdown("stratum", text("document.by.stratum"), [one.group for one in report.by_stratum], disjoint=False),
    ]
    return [breakdown for breakdown in listed if breakdown.groups]


def whole(report: Report) -> Group:
    """Return all counted answers as one group, hidden if they are too few to be shown."""
    if report.answers and not report.has_enough:
        return Group("", text("document.by.whole"), None, None, None)
    return Group("", text("document.by.whole"), report.answers, report.rate, report.levels)


def remainder(report: Report, breakdown: Breakdown) -> dict[int, int] | None:
    """Return the sum of the hidden groups by level; None if no group is hidden, or the whole is.

    It says nothing new: the whole is printed, and groups are hidden so that no single one can be computed from it.
    """
    if not breakdown.disjoint or not report.has_enough or all(group.levels is not None for group in breakdown.groups):
        return None
    shown = [group.levels for group in breakdown.groups if group.levels is not None]
    return {level: report.levels[level] - sum(levels[level] for levels in shown) for level in rates.LEVELS}
