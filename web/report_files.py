"""Files of the view that is shown: the report as a document, a table or a picture."""

import asyncio

from aiohttp import web as http

import locales
from reports.compiling import statement_of
from reports.documents import MAKERS, file_name, make
from web.choices import chosen
from web.site import SITE, page
from web.viewing import closed, viewed

# What is offered, in the order in which it is asked for, each with its media type.
MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "levels.png": "image/png",
    "trend.png": "image/png",
}


def offered() -> list[str]:
    """Return the kinds of files that can be made."""
    return [kind for kind in MEDIA if kind in MAKERS]


async def download(request: http.Request) -> http.Response:
    """GET /staff/report.{kind}?unit=…&period=…&rule=…&stratum=…: one file of that view."""
    view = await viewed(request)
    if view is None:
        return closed()
    kind = request.match_info["kind"]
    if kind not in offered():
        raise http.HTTPNotFound
    site = request.app[SITE]
    choices, problems = chosen(request, view)
    if problems:
        return page(
            "message.html",
            status=400,
            title=locales.text("vi", "web.board.no_file"),
            text=" ".join(problems),
            link=choices.address(),
            link_text=locales.text("vi", "web.staff.title"),
        )
    async with site.store.reading() as tx:
        statement = await statement_of(
            *(tx, site.world(), view.unit.code, view.period, site.clock()),
            rule=choices.rule,
            stratum=choices.stratum,
            below=view.below,
        )
    body = await asyncio.to_thread(make, kind, statement)
    headers = {
        "Content-Type": MEDIA[kind],
        "Content-Disposition": f'attachment; filename="{file_name(kind, statement)}"',
        "Cache-Control": "no-store",
    }
    return http.Response(body=body, headers=headers)
