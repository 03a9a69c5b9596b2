"""The view of the staff page, read from its address; every view has its own address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, get_args
from urllib.parse import urlencode

from aiohttp import web as http

import locales
from handlers.world import World
from locales.characters import readable
from reports import rates
from reports.bulletins import buttons
from reports.periods import Period
from reports.satisfaction.comments import ANY, Wanted
from reports.statements.compiling import statement_from
from reports.statements.scope import Scope
from reports.statements.statement import Statement
from surveys.cases import State
from surveys.slips import STRATA, Stratum
from web.site import SITE, Site
from web.staff.access import Viewed

LOWEST_FIRST = "lowest"
MOST_PAGES = 1000
LONGEST_SEARCH = 100
# The parts of the page, in order; the first is shown by default.
OVERVIEW, REASONS, GROUPS, QUESTIONS, COMMENTS, FILES = (
    "overview",
    "reasons",
    "groups",
    "questions",
    "comments",
    "files",
)
TABS = (OVERVIEW, REASONS, GROUPS, QUESTIONS, COMMENTS, FILES)
# The key of a link's text, and the period that it chooses.
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
    """A unit, a period and how they are shown; `stratum` None: the one with most forms; `page`: the page of comments.

    `wanted` holds the conditions on comments.
    """

    unit: str
    period: str
    rule: str = rates.DEFAULT_RULE
    stratum: Stratum | None = None
    tab: str = OVERVIEW
    sort: str = ""
    page: int = 1
    wanted: Wanted = ANY

    def address(self, path: str = "/staff", **changes: Any) -> str:
        """Return the address of this view with changes; another unit, period or rule starts at its first page."""
        changed = replace(self, **{"page": 1, **changes})
        return f"{path}?{urlencode(changed.fields, safe=':')}"

    @property
    def fields(self) -> Mapping[str, str]:
        """The parameters of an address or form that lead to this view, by name."""
        given = {"unit": self.unit, "period": self.period}
        given |= {"rule": self.rule} if self.rule != rates.DEFAULT_RULE else {}
        given |= {"stratum": self.stratum} if self.stratum else {}
        given |= {"tab": self.tab} if self.tab != OVERVIEW else {}
        given |= {"sort": self.sort} if self.sort else {}
        given |= self.wanted.fields if self.tab == COMMENTS else {}
        return given | ({"page": str(self.page)} if self.page > 1 else {})

    def fields_but(self, *names: str) -> Mapping[str, str]:
        """Return the fields except `names` (the form asks for them) and the page, so that it leads to page one."""
        return {name: value for name, value in self.fields.items() if name not in (*names, "page")}


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
    tab = known("tab", TABS, OVERVIEW)
    sort = known("sort", (LOWEST_FIRST,), "")
    level = known("level", tuple(map(str, rates.LEVELS)), "0")
    state = known("state", get_args(State), "")
    wanted = Wanted(
        known("counter", places(request.app[SITE].world(), view), ""),
        int(level),
        next((one for one in get_args(State) if one == state), None),
        readable(asked.get("text", "")).strip()[:LONGEST_SEARCH],
    )
    page = asked.get("page", "1")
    if not (page.isascii() and page.isdecimal() and len(page) < len(str(MOST_PAGES)) and int(page) > 0):
        problems.append(locales.text("vi", "web.board.bad_page", value=page, most=MOST_PAGES - 1))
        page = "1"
    known_stratum = next((one for one in STRATA if one == stratum), None)
    return Choices(view.unit.code, view.period.name, rule, known_stratum, tab, sort, int(page), wanted), problems


def places(world: World, view: Viewed) -> list[str]:
    """Return the codes of the counters that a view is about."""
    units = world.below(view.unit.code) if view.below else [view.unit.code]
    return [code for code, counter in world.counters.items() if counter.unit in units]


async def stated(site: Site, view: Viewed, choices: Choices) -> Statement:
    """Return the statement that a view shows."""
    scope = Scope(view.unit.code, view.period, choices.rule, choices.stratum, view.below)
    return await statement_from(site.store, site.world(), scope, site.clock())


async def latest(request: http.Request, view: Viewed, choices: Choices) -> tuple[Viewed, Choices, Statement]:
    """Return what to show and its statement: the last week if no period was asked for and this week has few answers.

    On a Monday morning that is the previous week.
    """
    site = request.app[SITE]
    statement = await stated(site, view, choices)
    if not view.asked and not statement.report.has_enough:
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
    """Return how many days are left until a day, that day included; 0 if it is over."""
    return max(0, (last - today).days + 1)


def _problem(name: str, value: str, possible: Sequence[str]) -> str:
    return locales.text("vi", "web.board.bad_choice", name=name, value=value, possible=", ".join(possible))
