"""Buttons under figures: other periods, other units, documents."""

from datetime import date

from handlers.messages import Button
from handlers.ports import Membership
from handlers.rights import visible
from handlers.wording import button
from handlers.world import World
from reports import periods
from reports.bulletins.attachments import CHART, SHEET, WORD, getting, possible
from reports.periods import Period
from reports.satisfaction.report import Report

PAGE = 8
QUICK = ("last_week", "this_month", "this_quarter")
# Each choice: the kind of period, and by how many periods it lies before the current one.
CHOICES = {
    "this_week": ("2026-W01", 0),
    "last_week": ("2026-W01", 1),
    "this_month": ("2026-01", 0),
    "last_month": ("2026-01", 1),
    "this_quarter": ("2026-Q1", 0),
    "last_quarter": ("2026-Q1", 1),
    "this_cutoff": ("2026-Q1:cchc", 0),
    "last_cutoff": ("2026-Q1:cchc", 1),
    "this_half": ("2026-H1", 0),
    "last_half": ("2026-H1", 1),
    "this_year": ("2026", 0),
    "last_year": ("2026", 1),
}


def chosen(choice: str, today: date) -> Period:
    """Return the period that a choice means on a day."""
    like, before = CHOICES[choice]
    period = periods.around(like, today)
    return period.previous() if before else period


def quick_periods(language: str, unit: str, shown: Period, today: date) -> tuple[Button, ...]:
    """Return buttons for the most common periods, and one that opens the list of all."""
    wanted = ((choice, chosen(choice, today)) for choice in QUICK)
    quick = tuple(_to_period(language, unit, choice, period) for choice, period in wanted if period.name != shown.name)
    return (*quick, button(language, f"periods:{unit}", "staff.other_period"))


def all_periods(language: str, unit: str, today: date) -> tuple[Button, ...]:
    """Return a button for each period that can be chosen."""
    return tuple(_to_period(language, unit, choice, chosen(choice, today)) for choice in CHOICES)


def _to_period(language: str, unit: str, choice: str, period: Period) -> Button:
    return button(language, f"figures:{unit}:{period.name}", f"staff.period.{choice}")


def document_buttons(language: str, report: Report) -> tuple[Button, ...]:
    """Return a button for each document that can be made of the figures."""
    return tuple(
        Button(f"get:{kind}:{report.unit}:{report.period.name}", getting(kind, language))
        for kind in possible(report, (WORD, SHEET, CHART))
    )


def unit_buttons(world: World, member: Membership, unit: str, period: Period, language: str) -> tuple[Button, ...]:
    """Return buttons for the units below an admin's, or one that opens their list if they are many."""
    others = [code for code in visible(world, member) if code != unit]
    if member.role != "admin" or not others:
        return ()
    if len(others) > PAGE:
        return (button(language, f"units:0:{period.name}", "staff.other_units", count=len(others)),)
    return tuple(_to_unit(world, code, period) for code in others)


def unit_page(world: World, member: Membership, period: Period, page: int, language: str) -> tuple[Button, ...]:
    """Return a page of the units that a member may see, with buttons for the pages around it; `page` counts from 0."""
    codes = visible(world, member)
    last = (len(codes) - 1) // PAGE
    page = min(page, last)
    found = [_to_unit(world, code, period) for code in codes[page * PAGE : (page + 1) * PAGE]]
    if page < last:
        found.append(button(language, f"units:{page + 1}:{period.name}", "button.next"))
    if page:
        found.append(button(language, f"units:{page - 1}:{period.name}", "button.back"))
    return tuple(found)


def _to_unit(world: World, code: str, period: Period) -> Button:
    return Button(f"figures:{code}:{period.name}", world.units[code].name)
