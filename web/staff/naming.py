"""Giving a procedure a name that citizens use, from any page: what it takes from others is shown first."""

from dataclasses import dataclass

from aiohttp import web as http

from catalog.catalogs import Catalog
from handlers.ports import Membership
from reports.missed.groups import Group, Missed
from reports.missed.handling import check_name, give_name
from web.site import SITE
from web.staff.access import author_of
from web.staff.menu import staff_page


@dataclass(frozen=True, slots=True)
class Way:
    """Where an admin gave a name: the staff page, the address that takes the form, and the address to go back to."""

    tab: str
    path: str
    back: str
    unit: str = ""


async def named(
    request: http.Request, member: Membership, of: tuple[Missed, Group], code: str, name: str, way: Way
) -> http.Response | bool:
    """Give a procedure a name in the catalog of an admin's unit; return whether it was done, or a page that asks first.

    The form's "seal" says that the admin has seen what the name takes from others. HTTPNotFound if it is unknown.
    """
    site, (missed, group) = request.app[SITE], of
    catalog = site.world().catalog(member.unit)
    if code not in catalog:
        raise http.HTTPNotFound
    checked = await check_name(site.world(), member, missed, group, code, name)
    if not checked.harmless and checked.seal != (await request.post()).get("seal"):
        return staff_page(
            site.world(),
            member,
            "missed_check.html",
            way=way,
            code=code,
            title=label(catalog, code),
            name=name,
            moved=[(one.question, label(catalog, one.before), label(catalog, one.after)) for one in checked.moved],
            reached=checked.reached,
            seal=checked.seal,
        )
    async with site.store.transaction() as tx:
        author = await author_of(request, tx, member)
        taken = await give_name(tx, site.world(), member, group, code, name, site.clock(), author)
    if taken:
        await site.refresh()
    return taken


def label(catalog: Catalog, code: str) -> str:
    """Return what a procedure is called; if the catalog does not have it, the text itself (a code or an office)."""
    return catalog.label(code) if code in catalog else code
