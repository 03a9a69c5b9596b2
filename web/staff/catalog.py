"""The staff's page of the catalog: sending a file, its preview under way, confirming, cancelling, the history."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from aiohttp import web as http

import locales
from catalog.files.limits import MOST_BYTES
from catalog.pending_files import Pending
from catalog.text import fold
from handlers.ports import Membership
from handlers.staff.catalog.confirming import Confirmed, Sender, cancel, confirm, prepared
from handlers.staff.catalog.desk import shown_name
from handlers.staff.catalog.replies import confirmed_reply
from handlers.staff.catalog.rights import publishes, scope_of, scopes_above
from handlers.wording import day_text
from handlers.world import World
from web.pages import language_of, see_other, sent_file, sent_form
from web.site import SITE, Site
from web.staff.access import author_of, closed, member_of
from web.staff.menu import staff_page

CHANNEL = "page"
PAGE = "/staff/catalog"
IN_LIST = 20
LONGEST_LINK = 500
RELOAD_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Desktop:
    """An admin's view: who looks, the unit whose catalog it is, and the catalogs from its own downwards."""

    member: Membership
    units: list[str]
    unit: str
    scopes: list[str]

    @property
    def scope(self) -> str:
        """The catalog that the unit's admins change."""
        return self.scopes[0]


async def desktop(request: http.Request, asked: str | None = None) -> Desktop | None:
    """Return the view of ?unit=… (or of the unit a form names); None for who may not change that unit's catalog."""
    site = request.app[SITE]
    member = await member_of(request)
    world: World = site.world()
    units = publishes(world, member)
    unit = (request.query.get("unit") if asked is None else asked) or (member.unit if member else "")
    if member is None or unit not in units:
        return None
    return Desktop(member, units, unit, [scope_of(world, unit), *scopes_above(world, unit)])


async def refused(request: http.Request) -> http.Response:
    """Return the page that says how to log in; raise HTTPForbidden for staff who may not change the catalog."""
    if await member_of(request) is None:
        return closed()
    raise http.HTTPForbidden(text=locales.text(language_of(request), "web.catalog.not_admin"))


async def who_of(request: http.Request, view: Desktop) -> Sender:
    """Return who acts on this page, with the chat that asked for the login link, if one did."""
    async with request.app[SITE].store.reading() as tx:
        owner = (await author_of(request, tx, view.member)).chat
    return Sender(CHANNEL, f"{owner.channel}:{owner.user}" if owner else "", view.unit)


async def show(request: http.Request) -> http.Response:
    """GET /staff/catalog?unit=…&before=…: the file under way and the history."""
    view = await desktop(request)
    return await _shown(request, view) if view else await refused(request)


async def send(request: http.Request) -> http.Response:
    """POST /staff/catalog: take a file in; it is read after the answer."""
    fields, file = await sent_file(request, MOST_BYTES)
    view = await desktop(request, fields.get("unit", ""))
    if view is None:
        return await refused(request)
    site, language = request.app[SITE], language_of(request)
    if file is None:
        return await _shown(request, view, locales.text(language, "web.catalog.choose"), 400)
    if refusal := site.desk.refusal(file):
        said = locales.text(language, f"catalog_desk.refused.{refusal}", file=shown_name(file.name))
        return await _shown(request, view, said, 400)
    who = await who_of(request, view)
    async with site.store.transaction() as tx:
        pending = await site.desk.receive(tx, view.unit, who, file.name, file.content)
    site.start(site.desk.read_soon(pending.unit, pending.token), name="catalog-file")
    return see_other(address(request, view))


async def decide(request: http.Request) -> http.Response:
    """POST /staff/catalog/decide: confirm or cancel the file under way."""
    form = await sent_form(request)
    view = await desktop(request, form.get("unit", ""))
    if view is None:
        return await refused(request)
    site, token = request.app[SITE], form.get("token", "")
    if form.get("do") == "cancel":
        async with site.store.transaction() as tx:
            gone = await cancel(tx, view.scope, token)
        said = locales.text(language_of(request), "catalog_desk.cancelled" if gone else "catalog_desk.outcome.gone")
        return await _shown(request, view, said)
    if form.get("do") != "confirm":
        raise http.HTTPBadRequest
    digits = fold(form.get("typed", "")).strip(" .").removeprefix("bai bo ")
    typed = int(digits) if digits.isdecimal() and len(digits) < IN_LIST else None
    link = form.get("link", "").strip()
    if link and (len(link) > LONGEST_LINK or not link.startswith(("https://", "http://"))):
        return await _shown(request, view, locales.text(language_of(request), "web.catalog.wrong_link"), 400)
    who = await who_of(request, view)
    now = site.clock()
    async with site.store.reading() as tx:
        ready = await prepared(tx, view.scopes, token, now)
    async with site.store.transaction() as tx:
        done: Confirmed = await confirm(tx, view.scopes, token, who, now, typed, link, ready=ready)
    if done.outcome == "moved":
        site.start(site.desk.read_soon(view.scope, token), name="catalog-file")
    if done.outcome == "typed":
        return see_other(address(request, view, "/preview", typing=str(done.ended), link=link))
    return await _shown(request, view, confirmed_reply(done, token).text.plain)


async def _shown(request: http.Request, view: Desktop, message: str = "", status: int = 200) -> http.Response:
    site, language = request.app[SITE], language_of(request)
    before = request.query.get("before", "")
    now = site.clock()
    async with site.store.reading() as tx:
        pending = await tx.pending(view.scope, now)
        versions = await tx.versions(view.scope, IN_LIST + 1, int(before) if before.isdecimal() else None)
        waiting = await tx.waiting_in(view.scope)
    world = site.world()
    response = staff_page(
        site.world(),
        view.member,
        "catalog.html",
        language,
        status,
        unit=world.unit(view.unit),
        units=[world.units[code] for code in view.units],
        told=message,
        pending=pending and {**_pending(pending, now), "rows": site.desk.read_so_far(pending.token)},
        versions=[version_row(site, one, language) for one in versions[:IN_LIST]],
        older=versions[IN_LIST - 1].id if len(versions) > IN_LIST else 0,
        waiting=[(one.code, day_text(one.day)) for one in waiting],
    )
    if pending and pending.state == "reading":
        response.headers["Refresh"] = f"{RELOAD_SECONDS};url={address(request, view)}"
    return response


def _pending(pending: Pending, now: datetime) -> dict[str, Any]:
    return {
        "file": shown_name(pending.file),
        "state": pending.state,
        "token": pending.token,
        "problem": pending.problem,
        "at": moment(pending.at, now),
        "until": moment(pending.expires_at, now),
    }


def version_row(site: Site, version: Any, language: str) -> dict[str, Any]:
    """Return what a page shows of a version."""
    return {
        "number": version.id,
        "at": moment(version.at, site.clock()),
        "kind": locales.text(language, f"catalog_desk.version.{version.kind}"),
        "who": _who(site, version, language),
        "file": version.file,
        "undoes": version.undoes,
        "digest": version.sha256,
        "decision": version.decision,
        "decided": day_text(date.fromisoformat(version.decided)) if version.decided else "",
        "link": version.link,
        "counts": _counts(version, language),
    }


def _counts(version: Any, language: str) -> str:
    """Say what a version did. If it restores another, changed and abolished procedures count as restored."""
    if version.kind == "restore":
        values = {"unchanged": version.unchanged, "refused": version.refused}
        restored = version.changed + version.abolished
        return locales.text(language, "web.catalog.counts_restored", restored=restored, **values)
    values = {key: getattr(version, key) for key in ("added", "changed", "abolished", "unchanged", "refused")}
    return locales.text(language, "web.catalog.counts", **values)


def _who(site: Site, version: Any, language: str) -> str:
    """Return who made a version, as far as known; of a chat's address only the last four characters."""
    if version.kind == "due":
        return locales.text(language, "catalog_desk.by_itself")
    unit = site.world().unit(version.by_unit).name if version.by_unit else ""
    # An edit by hand is made on a page, even if its login link came from the command line (no channel).
    by_page = version.channel == CHANNEL or (version.kind, version.channel) == ("edit", "")
    key = "catalog_desk.by_page" if by_page else "" if version.channel else "catalog_desk.by_shell"
    place = locales.text(language, key) if key else version.channel.capitalize()
    return " · ".join(filter(None, [unit, place, f"…{version.person[-4:]}" if version.person else ""]))


def moment(at: datetime, now: datetime) -> str:
    """Return a moment in the unit's zone."""
    return f"{at.astimezone(now.tzinfo):%H:%M %d/%m/%Y}"


def address(request: http.Request, view: Desktop, path: str = "", **more: str) -> str:
    """Return the address of a page of this catalog, in the language of the request."""
    language = language_of(request)
    asked = {"unit": view.unit, **more} | ({} if language == locales.DEFAULT else {"lang": language})
    return str(request.rel_url.with_path(f"{PAGE}{path}").with_query(asked))
