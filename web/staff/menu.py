"""The menu above the staff pages: the pages that its reader may open, with the open one marked."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web as http

from handlers.ports import Membership
from handlers.world import World
from web.pages import page


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of staff: the key of its name, its address, and whether admins alone may open it."""

    name: str
    path: str
    admins: bool = False


# In the order in which they are offered.
ENTRIES = (
    Entry("figures", "/staff"),
    Entry("cases", "/staff/cases"),
    Entry("questions", "/staff/questions"),
    Entry("pakn", "/staff/pakn"),
    Entry("paper", "/staff/paper"),
    Entry("integrity", "/staff/integrity"),
    Entry("dossiers", "/staff/dossiers"),
    Entry("screens", "/staff/screens"),
    Entry("office", "/staff/office"),
    Entry("catalog", "/staff/catalog", admins=True),
    Entry("missed", "/staff/missed", admins=True),
)


def staff_page(
    world: World, member: Membership, template: str, language: str = "vi", status: int = 200, **values: Any
) -> http.Response:
    """Render a staff page with the menu of what its reader may open; if their unit is a sample, the page says so."""
    menu = [entry for entry in ENTRIES if not entry.admins or member.role == "admin"]
    demo = world.is_sample(member.unit, below=True)
    return page(template, language, status, menu=menu, demo=demo, **values)
