"""What citizens did not find, in groups, and what an admin does about each: one tap, or a look first."""

import asyncio
from collections.abc import Sequence
from urllib.parse import quote, urlencode

from aiohttp import web as http

import locales
from catalog.catalogs import Catalog
from catalog.naming import LONGEST_NAME, nearest
from handlers.ports import Membership
from handlers.rights import visible
from handlers.wording import day_text
from reports.missed.groups import WEEKS, Group, Missed, What, id_of
from reports.missed.handling import (
    missed_of,
    name_for,
    offices_of,
    set_aside,
)
from web.pages import see_other, sent_form
from web.site import SITE, Site
from web.staff.access import closed, member_of
from web.staff.menu import staff_page
from web.staff.naming import Way, label, named

MOST, MOST_TEXTS, MOST_HANDLED, MOST_GAPS = 30, 6, 50, 20
NEAREST, FOUND = 3, 8
SHOWN_WEEKS = 4
ONE_TAP: tuple[What, ...] = ("missing", "ignored")
LONGEST = 120
OTHER_OFFICE = "other"


async def admin_of(request: http.Request) -> Membership | None:
    """Return the admin logged in on this browser, None for nobody; HTTPForbidden for staff without the right."""
    member = await member_of(request)
    if member is not None and member.role != "admin":
        raise http.HTTPForbidden(text=locales.text(locales.DEFAULT, "web.missed.admins_only"))
    return member


async def show(request: http.Request) -> http.Response:
    """GET /staff/missed?unit=…&state=handled: the open groups, most frequent first, or the handled ones."""
    site = request.app[SITE]
    member = await admin_of(request)
    if member is None:
        return closed()
    unit = _unit(site, member, request.query.get("unit", ""))
    done = request.query.get("done", "")
    return await _listed(
        site, member, unit, handled=request.query.get("state") == "handled", done=done if done in _DONE else ""
    )


async def one(request: http.Request) -> http.Response:
    """GET /staff/missed/{id}?q=…: one group, with procedures to choose from and the offices that are known."""
    site = request.app[SITE]
    member = await admin_of(request)
    if member is None:
        return closed()
    unit = _unit(site, member, request.query.get("unit", ""))
    _, group = await _found(site, member, unit, request.match_info["id"])
    if group is None:
        return await _listed(site, member, unit, gone=True)
    return await _shown(site, member, unit, group, request.query.get("q", "")[:LONGEST])


async def act(request: http.Request) -> http.Response:
    """POST /staff/missed/{id}: a name, another office's matter, missing, or passed over; a name is checked first."""
    site, form = request.app[SITE], await sent_form(request)
    member = await admin_of(request)
    if member is None:
        return closed()
    unit = _unit(site, member, form.get("unit", ""))
    missed, group = await _found(site, member, unit, request.match_info["id"])
    if group is None:
        return await _listed(site, member, unit, gone=True)
    what, _, code = form.get("do", "").partition(":")
    if what == "name":
        name = " ".join(form.get("name", "").split())[:LONGEST_NAME]
        return await _name(request, member, unit, (missed, group), code, name)
    if what == "outside":
        office = form.get("office", "")
        office = " ".join((form.get("office_name", "") if office == OTHER_OFFICE else office).split())[:LONGEST]
        matter = " ".join(form.get("matter", "").split())[:LONGEST_NAME]
        if not office or not matter:
            return await _shown(site, member, unit, group, problem="web.missed.no_office")
        async with site.store.transaction() as tx:
            taken = await set_aside(tx, member, group, "outside", site.clock(), office, matter)
    elif what in ONE_TAP:
        async with site.store.transaction() as tx:
            taken = await set_aside(tx, member, group, "missing" if what == "missing" else "ignored", site.clock())
    else:
        raise http.HTTPBadRequest
    return await _after(site, member, unit, what, taken=taken)


async def _name(
    request: http.Request, member: Membership, unit: str, of: tuple[Missed, Group], code: str, name: str
) -> http.Response:
    """Give a procedure a name, once the admin has seen what it would take from others."""
    site = request.app[SITE]
    if not name:
        return await _shown(site, member, unit, of[1], problem="web.missed.no_name")
    path = f"/staff/missed/{quote(id_of(of[1].gist))}"
    way = Way("missed", path, f"{path}?{urlencode({'unit': unit})}", unit)
    given = await named(request, member, of, code, name, way)
    return given if isinstance(given, http.Response) else await _after(site, member, unit, "name", taken=given)


async def _after(site: Site, member: Membership, unit: str, what: str, *, taken: bool) -> http.Response:
    if not taken:
        return await _listed(site, member, unit, gone=True)
    if what == "outside":
        await site.refresh()
    return see_other(f"/staff/missed?{urlencode({'unit': unit, 'done': what})}")


_DONE = ("name", "outside", *ONE_TAP)


def _unit(site: Site, member: Membership, unit: str) -> str:
    """Return the requested unit (empty: all that the admin may see); HTTPForbidden for a unit they may not see."""
    if unit and unit not in visible(site.world(), member):
        raise http.HTTPForbidden
    return unit


async def _found(site: Site, member: Membership, unit: str, identifier: str) -> tuple[Missed, Group | None]:
    async with site.store.reading() as tx:
        missed = await missed_of(tx, site.world(), member, site.clock(), unit)
    return missed, missed.group(identifier)


async def _listed(
    site: Site, member: Membership, unit: str, *, handled: bool = False, done: str = "", gone: bool = False
) -> http.Response:
    world = site.world()
    async with site.store.reading() as tx:
        missed = await missed_of(tx, world, member, site.clock(), unit)
    shown = missed.groups[:MOST]
    catalog = world.catalog(member.unit)
    near = await asyncio.to_thread(_near, catalog, shown)
    return staff_page(
        site.world(),
        member,
        "missed.html",
        status=409 if gone else 200,
        heading=world.unit(unit or member.unit).name,
        units=[world.units[code] for code in visible(world, member)],
        unit=unit,
        handled=handled,
        done=done,
        gone=gone,
        weeks=WEEKS,
        groups=[_of_group(group, catalog, near[group.id]) for group in shown],
        cut=len(missed.groups) - len(shown),
        open_count=len(missed.groups),
        handled_count=len(missed.handled),
        put=[
            {
                "what": one.what,
                "text": one.text,
                "target": label(catalog, one.target),
                "day": day_text(one.day),
                "unit": world.unit(one.unit).name,
                "count": one.count,
                "since": since,
            }
            for one, since in missed.handled[:MOST_HANDLED]
        ],
        gaps=[(*text.partition(" ")[::2], count) for text, count in missed.gaps[:MOST_GAPS]],
    )


async def _shown(
    site: Site, member: Membership, unit: str, group: Group, searched: str = "", problem: str = ""
) -> http.Response:
    world = site.world()
    catalog = world.catalog(member.unit)
    texts = [searched] if searched else [text for text, _ in group.texts[:MOST_TEXTS]]
    codes = await asyncio.to_thread(nearest, catalog, texts, FOUND)
    return staff_page(
        site.world(),
        member,
        "missed_group.html",
        status=400 if problem else 200,
        problem=problem,
        unit=unit,
        group=_of_group(group, catalog, codes),
        name=name_for(group.text),
        longest=LONGEST_NAME,
        searched=searched,
        offices=offices_of(world),
        other=OTHER_OFFICE,
    )


def _near(catalog: Catalog, groups: Sequence[Group]) -> dict[str, list[str]]:
    return {group.id: nearest(catalog, [text for text, _ in group.texts[:2]], NEAREST) for group in groups}


def _of_group(group: Group, catalog: Catalog, codes: Sequence[str]) -> dict[str, object]:
    return {
        "id": id_of(group.gist),
        "text": group.text,
        "count": group.count,
        "weeks": [(day_text(monday), count) for monday, count in group.weeks[:SHOWN_WEEKS]],
        "kinds": group.kinds,
        "others": group.texts[1:MOST_TEXTS],
        "more": max(0, len(group.texts) - MOST_TEXTS),
        "name": name_for(group.text),
        "near": [(code, label(catalog, code)) for code in codes],
        "path": f"/staff/missed/{quote(id_of(group.gist))}",
    }
