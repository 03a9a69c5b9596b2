"""Writing what a unit states of procedures into its own catalog, with the record of who changed it."""

from collections.abc import Mapping
from dataclasses import replace

from aiohttp import web as http

from catalog.entries import Entry
from web.site import SITE, PagesTx
from web.staff.access import author_of
from web.staff.office_view import Office

SOURCE = "trang cán bộ"


async def state(request: http.Request, tx: PagesTx, office: Office, stated: Mapping[str, Mapping[str, str]]) -> None:
    """Replace texts (`committed`, `also`) in what the unit states of procedures, by code."""
    known = await tx.stated(office.unit.code, list(stated))
    entries = []
    for code, texts in stated.items():
        entry = known.get(code, Entry(code, ""))
        committed, also = texts.get("committed", entry.committed), texts.get("also", entry.also)
        entries.append(replace(entry, committed=committed, also=also))
    author = await author_of(request, tx, office.member)
    await tx.put_stated(office.unit.code, SOURCE, entries, request.app[SITE].clock(), author)
