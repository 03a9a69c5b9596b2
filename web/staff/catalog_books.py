"""Workbooks to download: the one to fill in, the current procedures, a file's preview, and its rows to correct."""

from collections.abc import Awaitable

from aiohttp import web as http

from handlers.staff.catalog.current_catalog import current_catalog
from handlers.staff.catalog.ports import NotRead
from reports.documents import media
from web.site import SITE
from web.staff.catalog import desktop, refused

TEMPLATE, CURRENT = "danh-muc-mau.xlsx", "danh-muc.xlsx"
PREVIEWS = {"preview": ("all", "xem-truoc.xlsx"), "refused": ("refused", "tep-loi.xlsx")}


async def catalog(request: http.Request) -> http.Response:
    """GET /staff/catalog/template.xlsx, /staff/catalog/current.xlsx?unit=…: to fill in, or to correct and send back."""
    view = await desktop(request)
    if view is None:
        return await refused(request)
    site = request.app[SITE]
    entries = []
    if request.match_info["which"] == "current":
        async with site.store.reading() as tx:
            entries = (await current_catalog(tx, view.scopes)).in_force(site.clock().date())
    return await _workbook(site.desk.reader.catalog(entries), CURRENT if entries else TEMPLATE)


async def preview(request: http.Request) -> http.Response:
    """GET /staff/catalog/preview.xlsx, /staff/catalog/refused.xlsx: the preview, or the rows to be corrected."""
    view = await desktop(request)
    if view is None:
        return await refused(request)
    site = request.app[SITE]
    async with site.store.reading() as tx:
        pending = await tx.pending(view.scope, site.clock())
    if pending is None or pending.state != "shown":
        raise http.HTTPNotFound
    kind, name = PREVIEWS[request.match_info["which"]]
    return await _workbook(site.desk.reader.workbook(kind, pending.made), name)


async def _workbook(made: Awaitable[bytes], name: str) -> http.Response:
    """Return a workbook once it is made; HTTPServiceUnavailable with the reason if it cannot be made."""
    try:
        body = await made
    except NotRead as error:
        raise http.HTTPServiceUnavailable(text=str(error)) from error
    headers = {"Content-Type": media("xlsx"), "Content-Disposition": f'attachment; filename="{name}"'}
    return http.Response(body=body, headers=headers)
