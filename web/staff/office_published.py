"""Switching the publication of a unit's kept results on and off."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web as http

from handlers.unit_settings.settings import PUBLISHED
from reports.published.reading import STEPS, last_over
from reports.statements.compiling import statement_of
from reports.statements.scope import Scope
from web.pages import sent_form
from web.site import SITE, PagesTx
from web.staff.access import closed
from web.staff.office_changes import Change, admins_office, kept, seen_number
from web.staff.office_view import Draft, shown


async def set_published(request: http.Request) -> http.Response:
    """POST /staff/office/published: the kind of period that is published, or none.

    The last period that is over is compiled and kept at once, so that there is something to read.
    """
    sent = await sent_form(request)
    office = await admins_office(request, sent.get("unit", ""))
    if office is None:
        return closed()
    step = sent.get("step", "")
    if step and step not in STEPS:
        raise http.HTTPBadRequest
    site, unit = request.app[SITE], office.unit.code
    value: Mapping[str, Any] = {"step": step} if step else {}

    async def write(tx: PagesTx) -> None:
        if step:
            now = site.clock()
            await statement_of(tx, site.world(), Scope(unit, last_over(step, now.date())), now)

    change = Change(PUBLISHED, seen_number(sent.get("seen", "")), value)
    return await kept(request, office, change, Draft(PUBLISHED, sent), shown, write)
