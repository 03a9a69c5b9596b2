"""The tables of the staff page: groups as rows of printed numbers, each with a bar of its five levels."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reports import rates
from reports.satisfaction.report import Group, Report

BAR_WIDTH, BAR_HEIGHT = 160, 22
DIGIT_ROOM = 16
LEAST_SORTED = 3
# Tables that are shown even with only one row.
ALONE = frozenset({"report.counters", "report.sources", "report.questions"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A level's part of a bar; `label` is its digit, or empty if that does not fit in."""

    level: int
    start: float
    width: float
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """A group as printed; the numbers are empty if it is too small to be shown. `href` leads to the group's page."""

    name: str
    answers: str
    rate: str
    interval: str
    bar: Sequence[Piece]
    counts: Sequence[tuple[int, str]]
    href: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table: pairs of a heading (a row or None) and its rows. `ordered`: rows have a fixed order, as weeks."""

    title: str
    parts: Sequence[tuple[Row | None, Sequence[Row]]]
    ordered: bool = False

    @property
    def anchor(self) -> str:
        """The name of its place on the page."""
        return self.title.replace(".", "-")

    @property
    def sortable(self) -> bool:
        """Whether sorting the table by rate would be useful."""
        return not self.ordered and any(sum(bool(row.rate) for row in rows) >= LEAST_SORTED for _, rows in self.parts)


def tables(
    report: Report, *, sections: Mapping[str, str], lowest_first: bool, unit_page: Callable[[str], str]
) -> list[Table]:
    """Return the tables with enough rows to be useful, in the order of the page.

    `sections` names the section of each question in the order in which they are asked. `lowest_first` puts the
    lowest rates on top and the hidden groups last; weeks stay in their order.
    """

    def rows(groups: Sequence[Group]) -> list[Row]:
        return [row(group) for group in (by_rate(groups) if lowest_first else groups)]

    units = [row(group, unit_page(group.key)) for group in (by_rate if lowest_first else list)(report.by_unit)]
    found = [
        Table("report.units", [(None, units)]),
        Table("report.counters", [(None, rows(report.by_counter))]),
        Table("report.fields", [(None, rows(report.by_field))]),
        Table("report.sources", [(None, rows(report.by_source))]),
        Table("report.weeks", [(None, [row(group) for group in report.by_week])], ordered=True),
        Table("report.weekdays", [(None, [row(group) for group in report.by_weekday])], ordered=True),
        Table("report.halves", [(None, [row(group) for group in report.by_half])], ordered=True),
        Table("report.occasions", [(None, rows(report.by_occasion))]),
        Table("report.questions", _by_section(report, sections, rows)),
    ]
    return [table for table in found if sum(len(rows) for _, rows in table.parts) >= (table.title not in ALONE) + 1]


def strata(report: Report) -> Table | None:
    """Return the table of the strata, which are never added up; None if there is only one."""
    if len(report.by_stratum) < 2:
        return None
    return Table("report.strata", [(None, [row(one.group) for one in report.by_stratum])], ordered=True)


def row(group: Group, href: str = "") -> Row:
    """Return a group as it is printed."""
    if group.rate is None or group.levels is None:
        return Row(group.name, "", "", "", (), (), href)
    return Row(
        group.name,
        rates.number(group.answers or 0),
        rates.number(group.rate.percent),
        f"{rates.number(group.rate.low)} – {rates.number(group.rate.high)}",
        bar(group.levels),
        [(level, rates.number(group.levels.get(level, 0))) for level in reversed(rates.LEVELS)],
        href,
    )


def bar(levels: Mapping[int, int]) -> list[Piece]:
    """Return the pieces of a bar, best level first, as wide as their shares."""
    pieces: list[Piece] = []
    start = 0.0
    for level in reversed(rates.LEVELS):
        wide = float(rates.shares(levels)[level]) * BAR_WIDTH / 100
        if wide:
            pieces.append(Piece(level, round(start, 2), round(wide, 2), str(level) if wide >= DIGIT_ROOM else ""))
        start += wide
    return pieces


def by_rate(groups: Sequence[Group]) -> list[Group]:
    """Sort the lowest rates first, groups without one last."""
    return sorted(groups, key=lambda group: (group.rate is None, group.rate.percent if group.rate else 0, group.key))


def _by_section(
    report: Report, sections: Mapping[str, str], rows: Callable[[Sequence[Group]], list[Row]]
) -> list[tuple[Row | None, Sequence[Row]]]:
    """Return the questions in the order of the forms, under their sections if the report has any."""
    headings = {group.key: group for group in report.by_section}
    places = {key: place for place, key in enumerate(sections)}
    split: dict[str, list[Group]] = {}
    for group in sorted(report.by_question, key=lambda one: (places.get(one.key, len(places)), one.key)):
        section = sections.get(group.key, "") if group.counted else ""
        split.setdefault(section if section in headings else "", []).append(group)
    return [(row(headings[key]) if key else None, rows(groups)) for key, groups in split.items()]
