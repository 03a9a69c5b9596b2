"""Finding a catalog's procedure, correcting it, and writing a new one; old and new texts are shown before storing."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web as http

import locales
from catalog.editing import SHORT_KEYS, Problem, Stated, changed, cleaned, code_of, new_names, problems
from catalog.naming import Checked, check, nearest
from handlers.ports import Membership
from handlers.staff.catalog.current_catalog import stated_at
from handlers.staff.catalog.rights import scope_of
from handlers.wording import plain
from reports.missed.handling import HandlingTx, asked_elsewhere, missed_of
from web.pages import see_other, sent_form
from web.site import SITE, Site
from web.staff.access import author_of, closed
from web.staff.menu import staff_page
from web.staff.missed import admin_of

FOUND = 12
LONGEST = 200
CODE = r"[0-9]\.[0-9]{6}|LT\.[A-Z0-9][A-Z0-9.-]{0,19}"


@dataclass(frozen=True)
class Draft:
    """A sent form: the procedure as stored now, the typed texts, their problems, and the version that was edited."""

    stated: Stated
    texts: Mapping[str, str]
    problems: Mapping[str, Problem]
    version: str
    new: bool = False

    @property
    def overtaken(self) -> bool:
        """Whether somebody changed the procedure since the form was opened."""
        return self.version != self.stated.version


async def find(request: http.Request) -> http.Response:
    """GET /staff/catalog/find?q=…: the procedures that words or a code mean."""
    site = request.app[SITE]
    member = await admin_of(request)
    if member is None:
        return closed()
    searched = request.query.get("q", "")[:LONGEST].strip()
    catalog = site.world().catalog(member.unit)
    code = code_of(searched)
    codes = [code] if code in catalog else await asyncio.to_thread(nearest, catalog, [searched], FOUND)
    return staff_page(
        site.world(),
        member,
        "procedure_find.html",
        searched=searched,
        found=[(one, catalog.outline(one).title, catalog.label(one), _path(one)) for one in codes] if searched else [],
        heading=site.world().unit(member.unit).name,
    )


async def show(request: http.Request) -> http.Response:
    """GET /staff/catalog/{code}: a procedure's texts as a form."""
    site = request.app[SITE]
    member = await admin_of(request)
    if member is None:
        return closed()
    async with site.store.reading() as tx:
        stated = await _stated(tx, site, member, request.match_info["code"])
    if not (stated.own or stated.above):
        raise http.HTTPNotFound
    saved = request.query.get("saved") == "1"
    return _form(site, member, Draft(stated, stated.shown(), {}, stated.version), saved=saved)


async def begin(request: http.Request) -> http.Response:
    """GET /staff/catalog/new: an empty form."""
    site = request.app[SITE]
    member = await admin_of(request)
    if member is None:
        return closed()
    stated = Stated("", None, None)
    return _form(site, member, Draft(stated, stated.shown(), {}, "", new=True))


async def change(request: http.Request) -> http.Response:
    """POST /staff/catalog/{code} or /staff/catalog/new: preview the changes, go on editing, or store them."""
    site, form = request.app[SITE], await sent_form(request)
    member = await admin_of(request)
    if member is None:
        return closed()
    new = "code" not in request.match_info
    code = code_of(form.get("code", "")) if new else request.match_info["code"]
    step = form.get("step", "")
    if new and not code:
        typed = Stated(form.get("code", "")[:LONGEST], None, None)
        return _form(site, member, Draft(typed, form, {"code": "code"}, "", new=True))
    async with site.store.reading() as tx:
        stated = await _stated(tx, site, member, code)
        missed = await missed_of(tx, site.world(), member, site.clock())
    if new and (stated.own or stated.above):
        return _form(site, member, Draft(stated, form, {"code": "code_taken"}, "", new=True))
    version = form.get("version", "") or stated.version
    draft = Draft(stated, form, problems(stated, form), version, new=new)
    if draft.overtaken:
        return _conflict(site, member, draft)
    if draft.problems or step == "edit":
        return _form(site, member, draft)
    edited = stated.edited(form)
    names = new_names(stated, edited)
    if step != "keep":
        others = asked_elsewhere(missed, code)
        whole = Stated(code, edited, stated.above).whole
        catalog = site.world().catalog(member.unit)
        checked = await asyncio.to_thread(check, catalog, whole, names, [], others) if names else None
        return _preview(site, member, draft, checked)
    async with site.store.transaction() as tx:
        await tx.hold_catalogs()
        stated = await _stated(tx, site, member, code)
        if stated.version == version and changed(stated, edited):
            key = "procedure.history_new" if new else "procedure.history"
            title = plain(locales.DEFAULT, key, code=code, name=stated.whole.name or edited.name)
            author = await author_of(request, tx, member)
            await tx.put_stated(scope_of(site.world(), member.unit), title, [edited], site.clock(), author)
    if stated.version != version:
        return _conflict(site, member, Draft(stated, form, {}, version, new=new))
    await site.refresh()
    return see_other(f"{_path(code)}?saved=1")


async def _stated(tx: HandlingTx, site: Site, member: Membership, code: str) -> Stated:
    """Return what the catalog that a member may change states of a procedure, and what those above it state."""
    world = site.world()
    return await stated_at(tx, scope_of(world, member.unit), world.lineage(member.unit), code)


def _path(code: str) -> str:
    return f"/staff/catalog/{quote(code)}"


def _form(site: Site, member: Membership, draft: Draft, *, saved: bool = False) -> http.Response:
    stated = draft.stated
    unit = site.world().unit(member.unit).name
    status = 409 if "code_taken" in draft.problems.values() else 400 if draft.problems else 200
    above = stated.above
    return staff_page(
        site.world(),
        member,
        "procedure_edit.html",
        status=status,
        heading=unit,
        code=stated.code,
        title=stated.whole.name,
        new=draft.new,
        action="/staff/catalog/new" if draft.new else _path(stated.code),
        path=_path(stated.code),
        version=draft.version,
        fields=[(key, draft.texts.get(key, ""), key in SHORT_KEYS) for key in stated.keys],
        problems=draft.problems,
        saved=saved,
        shared=above is not None,
        names_above=above.sayings if above else [],
        rest=[
            (key, str(getattr(stated.whole, key)))
            for key in Stated("", None, None).keys
            if key not in stated.keys and key != "name" and getattr(stated.whole, key)
        ],
    )


def _preview(site: Site, member: Membership, draft: Draft, checked: Checked | None) -> http.Response:
    stated = draft.stated
    catalog = site.world().catalog(member.unit)

    def label(code: str) -> str:
        return catalog.label(code) if code in catalog else code or "–"

    return staff_page(
        site.world(),
        member,
        "procedure_preview.html",
        heading=site.world().unit(member.unit).name,
        code=stated.code,
        title=stated.whole.name or draft.texts.get("name", ""),
        new=draft.new,
        action="/staff/catalog/new" if draft.new else _path(stated.code),
        version=draft.version,
        texts=cleaned(stated, draft.texts),
        changed=changed(stated, stated.edited(draft.texts)),
        moved=[(one.question, label(one.before), label(one.after)) for one in checked.moved] if checked else [],
    )


def _conflict(site: Site, member: Membership, draft: Draft) -> http.Response:
    """Return a page with both versions: what somebody else has stored meanwhile, and what was typed here."""
    stated = draft.stated
    mine = cleaned(stated, draft.texts)
    return staff_page(
        site.world(),
        member,
        "procedure_conflict.html",
        status=409,
        heading=site.world().unit(member.unit).name,
        code=stated.code,
        title=stated.whole.name,
        action=_path(stated.code),
        path=_path(stated.code),
        version=stated.version,
        texts=mine,
        both=[(key, now, mine[key]) for key, now in stated.shown().items() if now != mine[key]],
    )
