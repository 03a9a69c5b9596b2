"""The staff page: a unit's figures of a period in parts, each with its own address."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web as http

import locales
from handlers.world import World
from reports import periods, rates
from reports.dossiers import sentences
from reports.integrity.integrity import rounds_for
from reports.statements.summary import few_line, restated
from surveys.slips import STRATA
from web.site import SITE, PagesTx
from web.staff import figure_rows, figure_tables
from web.staff.access import closed, viewed
from web.staff.board import Board
from web.staff.comment_list import comment_list
from web.staff.downloads import KINDS
from web.staff.menu import staff_page
from web.staff.overview import overview
from web.staff.view_address import (
    COMMENTS,
    FILES,
    GROUPS,
    LOWEST_FIRST,
    OVERVIEW,
    QUESTIONS,
    REASONS,
    TABS,
    chosen,
    latest,
    shortcuts,
)
from web.staff.zalo import trouble_lines, visible_accounts

Values = dict[str, Any]
# Tables by question; the other tables are by place and time.
ASKED = frozenset({"report.questions"})


async def show(request: http.Request) -> http.Response:
    """GET /staff?unit=…&period=…&rule=…&stratum=…&tab=…&sort=…&page=…: one part of the figures."""
    view = await viewed(request)
    if view is None:
        return closed()
    site = request.app[SITE]
    choices, problems = chosen(request, view)
    view, choices, statement = await latest(request, view, choices)
    board = Board(site, view, choices, statement)
    async with site.store.reading() as tx:
        values = await PARTS[choices.tab](tx, board)
    accounts = await visible_accounts(request, view.member)
    return staff_page(
        site.world(),
        view.member,
        "staff.html",
        status=400 if problems else 200,
        problems=problems,
        zalo=bool(accounts),
        troubles=trouble_lines(accounts, "vi"),
        **_around(board),
        **values,
    )


def _around(board: Board) -> Values:
    """Return what every part of the page shows: period, unit, links to other views, and remarks on the figures."""
    view, choices, report, statement = board.view, board.choices, board.report, board.statement
    return {
        "view": view,
        "choices": choices,
        "part": choices.tab,
        "parts": [(name, choices.address(tab=name)) for name in TABS],
        "shortcuts": [(key, choices.address(period=one.name), one == view.period) for key, one in shortcuts(view)],
        "rules": tuple(rates.RULES),
        "strata_names": STRATA,
        "label": periods.label(view.period, "vi"),
        "report": report,
        "statement": statement,
        "made_on": periods.day(statement.made_at.astimezone(board.site.clock().tzinfo).date()),
        "restated": restated(statement).plain.splitlines(),
        "told": report.has_enough,
        "few": few_line(report, "vi").plain if report.answers else locales.text("vi", "report.none"),
    }


async def _reasons(tx: PagesTx, board: Board) -> Values:
    return {"ticked": [one for one in board.ticked() if one.reason]}


async def _groups(tx: PagesTx, board: Board) -> Values:
    tables = [table for table in _tables(board) if table.title not in ASKED]
    return {
        "tables": tables,
        "strata": figure_tables.strata(board.report),
        "lowest": board.choices.sort == LOWEST_FIRST,
    }


async def _questions(tx: PagesTx, board: Board) -> Values:
    return {
        "tables": [table for table in _tables(board) if table.title in ASKED],
        "ticked": [one for one in board.ticked() if not one.reason],
        "lowest": board.choices.sort == LOWEST_FIRST,
    }


async def _files(tx: PagesTx, board: Board) -> Values:
    view, report = board.view, board.report
    rounds = await rounds_for(tx, board.units, view.period)
    return {
        "files": [(kind, board.choices.address(f"/staff/report.{kind}")) for kind in KINDS],
        "rounds": [figure_rows.round_(board.world, *one, view.today, with_unit=board.several) for one in rounds],
        "settled": sentences.lines(report.dossiers, titled=False).plain.splitlines() if report.dossiers else [],
    }


PARTS: Mapping[str, Callable[[PagesTx, Board], Awaitable[Values]]] = {
    OVERVIEW: overview,
    REASONS: _reasons,
    GROUPS: _groups,
    QUESTIONS: _questions,
    COMMENTS: comment_list,
    FILES: _files,
}


def _tables(board: Board) -> list[figure_tables.Table]:
    """Return the breakdowns of a report that has enough answers to be shown."""
    report, world, choices = board.report, board.world, board.choices
    if not report.has_enough:
        return []
    return figure_tables.tables(
        report,
        sections=_sections(world),
        lowest_first=choices.sort == LOWEST_FIRST,
        unit_page=lambda unit: choices.address(unit=unit) if unit in world.units and unit != report.unit else "",
    )


def _sections(world: World) -> dict[str, str]:
    """Return the section of each question, in the order of the forms; the keys are those of the report."""
    return {
        f"{code}.{question.id}": f"{code}.{number}"
        for code, form in world.forms.items()
        for number, asked in enumerate(form.pages, 1)
        for question in asked.questions
    }
