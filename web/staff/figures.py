"""The staff page: a unit's figures of a period, open work, comments, and downloads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web as http

import locales
from handlers.staff.screens import count_waiting
from handlers.world import World
from reports import periods, rates
from reports.bulletins.unread import Unread, unread, unread_line
from reports.dossiers import sentences
from reports.dossiers.due_list import WAITS, DueTx, Waits, due_counts
from reports.integrity.integrity import integrity_for, rounds_for
from reports.satisfaction.comments import Comment, Missed, comment_questions
from reports.satisfaction.report import Report
from reports.satisfaction.trend import Point, trend_for
from reports.statements.statement import Statement
from reports.statements.summary import VERDICTS, few_line, restated, sample_line, small_line, target_line
from surveys.cases import UNFINISHED
from surveys.slips import STRATA, Counts, Round
from web.citizen.chat import CHANNEL
from web.pages import page
from web.site import SITE, PagesTx, Site
from web.staff import figure_rows, figure_tables, option_bars, trend_chart
from web.staff.access import Viewed, closed, viewed
from web.staff.choices import LOWEST_FIRST, Choices, chosen, latest, shortcuts
from web.staff.downloads import KINDS

COMMENTS = 10
MISSED = 20
# Signs are counted from single forms; over longer times they are on their own page alone.
LONGEST_CHECKED = 100


@dataclass(frozen=True, slots=True)
class Board:
    """What is read from the store for one view. `flags`: how many signs are worth a look, None: not looked at.

    `due` counts the dossiers that wait for something, None where no list of dossiers is known. `screens` wait to be
    paired.
    """

    statement: Statement
    points: Sequence[Point]
    cases: int
    flags: int | None
    due: Mapping[Waits, int] | None
    comments: Sequence[Comment]
    rounds: Sequence[tuple[Round, Counts]]
    missed: Sequence[Missed]
    screens: int
    unread: Unread | None


async def show(request: http.Request) -> http.Response:
    """GET /staff?unit=…&period=…&rule=…&stratum=…&sort=…&page=…: the figures and all that belongs to them."""
    view = await viewed(request)
    if view is None:
        return closed()
    site = request.app[SITE]
    choices, problems = chosen(request, view)
    view, choices, statement = await latest(request, view, choices)
    async with site.store.reading() as tx:
        board = await _gathered(tx, site, view, choices, statement)
    return page("staff.html", status=400 if problems else 200, problems=problems, **_shown(site, view, choices, board))


async def _gathered(tx: PagesTx, site: Site, view: Viewed, choices: Choices, statement: Statement) -> Board:
    world, period = site.world(), view.period
    units = world.below(view.unit.code) if view.below else [view.unit.code]
    flags = None
    if (period.last - period.first).days < LONGEST_CHECKED:
        signs = await integrity_for(tx, world, view.unit.code, period, view.today, below=view.below)
        flags = sum(finding.state == "flagged" for finding in signs.findings)
    return Board(
        statement,
        await trend_for(tx, world, statement.report, view.today, below=view.below),
        await tx.count_cases(units, UNFINISHED),
        flags,
        await _due(tx, units, site.clock(), world.due_days),
        await tx.comments(
            *(units, period.first, period.last, comment_questions(world)),
            most=COMMENTS + 1,
            skipped=(choices.page - 1) * COMMENTS,
        ),
        await rounds_for(tx, units, period),
        await tx.missed(units, period.first, period.last, MISSED),
        await count_waiting(tx, world, units, site.clock()),
        await unread(tx, view.unit.code, (CHANNEL,), site.clock()) if view.below else None,
    )


async def _due(tx: DueTx, units: Sequence[str], now: datetime, days: int) -> dict[Waits, int] | None:
    """Count the dossiers of units that are late or due within some working days."""
    counts = await due_counts(tx, units, now, days)
    return {kind: sum(one[kind] for one in counts.values()) for kind in WAITS} if counts else None


def _shown(site: Site, view: Viewed, choices: Choices, board: Board) -> dict[str, Any]:
    """Return what the template shows."""
    world, report, statement = site.world(), board.statement.report, board.statement
    told = report.has_enough
    several = len(view.units) > 1
    found = (
        figure_tables.tables(
            report,
            sections=_sections(world),
            lowest_first=choices.sort == LOWEST_FIRST,
            unit_page=lambda unit: choices.address(unit=unit) if unit in world.units and unit != report.unit else "",
        )
        if told
        else []
    )
    return {
        "view": view,
        "choices": choices,
        "shortcuts": [(key, choices.address(period=one.name)) for key, one in shortcuts(view)],
        "rules": tuple(rates.RULES),
        "strata_names": STRATA,
        "label": periods.label(view.period, "vi"),
        "report": report,
        "statement": statement,
        "made_on": periods.day(statement.made_at.astimezone(site.clock().tzinfo).date()),
        "head": _head(report) if told else None,
        "before": _before(report),
        "few": few_line(report, "vi").plain if report.answers else locales.text("vi", "report.none"),
        "restated": restated(statement).plain.splitlines(),
        "answers": rates.number(report.answers),
        "cases": board.cases,
        "flags": board.flags,
        "points": [figure_rows.point(point) for point in board.points],
        "monthly": any("W" not in point.period.name for point in board.points),
        "chart": trend_chart.drawn(board.points, report.target) if any(point.rate for point in board.points) else None,
        "unit_table": next((table for table in found if table.title == "report.units"), None),
        "tables": [table for table in found if table.title != "report.units"],
        "ticked": option_bars.questions(report) if told else [],
        "strata": figure_tables.strata(report),
        "lowest": choices.sort == LOWEST_FIRST,
        "comments": [figure_rows.comment(world, one, told_unit=several) for one in board.comments[:COMMENTS]],
        "more_comments": len(board.comments) > COMMENTS,
        "rounds": [figure_rows.round_(world, *one, view.today, told_unit=several) for one in board.rounds],
        "missed": [
            (one.kind, rates.number(one.count), [(text, rates.number(count)) for text, count in one.texts])
            for one in board.missed
        ],
        "due": board.due,
        "screens": board.screens,
        "unread": unread_line(board.unread, site.clock()).plain,
        "settled": sentences.lines(report.dossiers, titled=False).plain.splitlines() if report.dossiers else [],
        "sample": sample_line(report, "vi").plain,
        "files": [(kind, choices.address(f"/staff/report.{kind}")) for kind in KINDS],
    }


def _sections(world: World) -> dict[str, str]:
    """The section of each question, in the order in which the forms ask them; keys as the report has them."""
    return {
        f"{code}.{question.id}": f"{code}.{number}"
        for code, form in world.forms.items()
        for number, asked in enumerate(form.pages, 1)
        for question in asked.questions
    }


def _head(report: Report) -> dict[str, Any]:
    """The figures of the heading, as printed."""
    if report.rate is None:
        return {}
    return {
        "rate": rates.percent(report.rate.percent),
        "low": rates.percent(report.rate.low),
        "high": rates.percent(report.rate.high),
        "forms": rates.number(report.forms),
        "reached": target_line(report, "vi").plain,
        "small": "" if report.enough else small_line(report, "vi").plain,
        "shares": [
            {
                "level": level,
                "share": rates.number(report.shares[level]),
                "width": float(report.shares[level]),
                "count": rates.number(report.levels[level]),
            }
            for level in reversed(rates.LEVELS)
        ],
    }


def _before(report: Report) -> dict[str, str] | None:
    """The period before: its name, forms, answers, its rate where it has enough answers, and the verdict."""
    if report.previous is None:
        return None
    rate = report.previous.rate if report.previous.has_enough else None
    return {
        "period": report.previous.period.name,
        "label": periods.label(report.previous.period, "vi"),
        "forms": rates.number(report.previous.forms),
        "answers": rates.number(report.previous.answers),
        "rate": rates.percent(rate.percent) if rate else "",
        "verdict": VERDICTS[report.verdict],
    }
