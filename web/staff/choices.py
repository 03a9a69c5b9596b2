"""The view of the staff page, read from its address: every view has its own address."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from aiohttp import web as http

import locales
from reports import rates
from reports.bulletins import buttons
from reports.periods import Period
from reports.statements.compiling import statement_from
from reports.statements.scope import Scope
from reports.statements.statement import Statement
from surveys.slips import STRATA, Stratum
from web.site import SITE, Site
from web.staff.access import Viewed

LOWEST_FIRST = "lowest"
MOST_PAGES = 1000
# What a link says, and the choice of a period that it means.
SHORTCUTS = {
    "web.board.this_week": "this_week",
    "web.board.last_week": "last_week",
    "web.board.month": "this_month",
    "web.board.quarter": "this_quarter",
    "web.board.year": "this_year",
    "web.board.cutoff": "this_cutoff",
}


@dataclass(frozen=True, slots=True)
class Choices:
    """A unit, a period and how they are shown; `stratum` None is the one with most forms, `page` that of comments."""

    unit: str
    period: str
    rule: str = rates.DEFAULT_RULE
    stratum: Stratum | None = None
    sort: str = ""
    page: int = 1

    def address(self, path: str = "/staff", **changes: Any) -> str:
        """Return the address of this view with changes; another unit, period or rule starts at its first page."""
        changed = replace(self, **{"page": 1, **changes})
        wanted = {"unit": changed.unit, "period": changed.period}
        wanted |= {"rule": changed.rule} if changed.rule != rates.DEFAULT_RULE else {}
        wanted |= {"stratum": changed.stratum} if changed.stratum else {}
        wanted |= {"sort": changed.sort} if changed.sort else {}
        wanted |= {"page": str(changed.page)} if changed.page > 1 else {}
        return f"{path}?{urlencode(wanted, safe=':')}"


def chosen(request: http.Request, view: Viewed) -> tuple[Choices, list[str]]:
    """Read the rest of the address; invalid choices are ignored and named in a sentence."""
    asked, problems = request.query, [view.problem] if view.problem else []

    def known(name: str, possible: Sequence[str], otherwise: str) -> str:
        value = asked.get(name, "")
        if value and value not in possible:
            problems.append(_problem(name, value, possible))
        return value if value in possible else otherwise

    rule = known("rule", tuple(rates.RULES), rates.DEFAULT_RULE)
    stratum = known("stratum", STRATA, "")
    sort = known("sort", (LOWEST_FIRST,), "")
    page = asked.get("page", "1")
    if not (page.isascii() and page.isdecimal() and len(page) < len(str(MOST_PAGES)) and int(page) > 0):
        problems.append(locales.text("vi", "web.board.bad_page", value=page, most=MOST_PAGES - 1))
        page = "1"
    known_stratum = next((one for one in STRATA if one == stratum), None)
    return Choices(view.unit.code, view.period.name, rule, known_stratum, sort, int(page)), problems


async def stated(site: Site, view: Viewed, choices: Choices) -> Statement:
    """Return the statement that a view shows."""
    scope = Scope(view.unit.code, view.period, choices.rule, choices.stratum, view.below)
    return await statement_from(site.store, site.world(), scope, site.clock())


async def latest(request: http.Request, view: Viewed, choices: Choices) -> tuple[Viewed, Choices, Statement]:
    """Return what to show, and its statement: where no period is asked for and this week says nothing yet, the last.

    On a Monday morning that is the previous week.
    """
    site = request.app[SITE]
    statement = await stated(site, view, choices)
    if not request.query.get("period") and not statement.report.has_enough:
        earlier = replace(view, period=view.earlier)
        before = replace(choices, period=earlier.period.name)
        last = await stated(site, earlier, before)
        if last.report.has_enough:
            return earlier, before, last
    return view, choices, statement


def shortcuts(view: Viewed) -> list[tuple[str, Period]]:
    """Return the periods that are asked for most, each with the key of its name, the nearest first."""
    return [(key, buttons.chosen(choice, view.today)) for key, choice in SHORTCUTS.items()]


def days_left(last: date, today: date) -> int:
    """Return how many days there are to a day, that one included; 0 where it is over."""
    return max(0, (last - today).days + 1)


def _problem(name: str, value: str, possible: Sequence[str]) -> str:
    return locales.text("vi", "web.board.bad_choice", name=name, value=value, possible=", ".join(possible))
