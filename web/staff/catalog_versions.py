"""One version of the catalog: what it did to each procedure, undoing it, and going back to it."""

from typing import Any

from aiohttp import web as http

import locales
from catalog.entries import TEXT_KEYS
from catalog.history import Change
from handlers.staff.catalog.confirming import restore
from handlers.staff.catalog.replies import restored_lines
from web.pages import language_of, sent_form
from web.site import SITE
from web.staff.catalog import Desktop, desktop, refused, version_row, who_of
from web.staff.menu import staff_page

MOST = 100
LONGEST = 1_500


async def show(request: http.Request) -> http.Response:
    """GET /staff/catalog/versions/{number}?unit=…: one version."""
    view = await desktop(request)
    return await _shown(request, view) if view else await refused(request)


async def go_back(request: http.Request) -> http.Response:
    """POST /staff/catalog/versions/{number}: undo the version, or return to the catalog as it was after it."""
    form = await sent_form(request)
    view = await desktop(request, form.get("unit", ""))
    if view is None:
        return await refused(request)
    if form.get("do") not in ("undo", "return"):
        raise http.HTTPBadRequest
    site, who = request.app[SITE], await who_of(request, view)
    async with site.store.transaction() as tx:
        version = await tx.version(int(request.match_info["number"]))
        if version is None or version.unit != view.scope:
            raise http.HTTPNotFound
        found, _ = await restore(tx, view.scope, version.id, who, site.clock(), alone=form["do"] == "undo")
    return await _shown(request, view, restored_lines(found))


async def _shown(request: http.Request, view: Desktop, sentences: Any = ()) -> http.Response:
    site, language = request.app[SITE], language_of(request)
    number = int(request.match_info["number"])
    async with site.store.reading() as tx:
        version = await tx.version(number)
        if version is None or version.unit != view.scope:
            raise http.HTTPNotFound
        changes = await tx.changes(view.scope, number, number)
    return staff_page(
        site.world(),
        view.member,
        "catalog_version.html",
        language,
        unit=site.world().unit(view.unit),
        version=version_row(site, version, language),
        told=sentences,
        changes=[_row(change, language) for change in changes[:MOST]],
        more=max(len(changes) - MOST, 0),
        keeps=bool(changes) or not (version.added or version.changed),
    )


def _row(change: Change, language: str) -> dict[str, Any]:
    before, after = change.before, change.after
    named = after or before
    fields = [
        (locales.text(language, f"catalog_desk.column.{key}"), old[:LONGEST], new[:LONGEST])
        for key in TEXT_KEYS
        if key != "code"
        and (old := getattr(before, key) if before else "") != (new := getattr(after, key) if after else "")
    ]
    return {"code": change.code, "name": named.name if named else "", "fields": fields, "removed": after is None}
