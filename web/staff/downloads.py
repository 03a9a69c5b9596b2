"""Files of the view that is shown: the report as a document, a table or a picture."""

from aiohttp import web as http

import locales
from handlers.ports import NoFile
from reports.documents import file_name, media
from reports.documents.word_report import TemplateUnusable
from web.pages import page
from web.site import SITE
from web.staff.access import closed, viewed
from web.staff.view_address import Choices, chosen, stated

# In the order in which they are asked for.
KINDS = ("docx", "xlsx", "csv", "levels.png", "trend.png", "reasons.png")


async def download(request: http.Request) -> http.Response:
    """GET /staff/report.{kind}?unit=…&period=…&rule=…&stratum=…: one file of that view."""
    view = await viewed(request)
    if view is None:
        return closed()
    kind = request.match_info["kind"]
    if kind not in KINDS:
        raise http.HTTPNotFound
    site = request.app[SITE]
    choices, problems = chosen(request, view)
    if problems:
        return _refused(choices, " ".join(problems), 400)
    statement = await stated(site, view, choices)
    try:
        body = await site.files.document(kind, statement)
    except TemplateUnusable as error:
        return _refused(choices, str(error), 422)
    except NoFile:
        return _refused(choices, locales.text("vi", "web.board.slow_file"), 503)
    headers = {
        "Content-Type": media(kind),
        "Content-Disposition": f'attachment; filename="{file_name(kind, statement)}"',
        "Cache-Control": "no-store",
    }
    return http.Response(body=body, headers=headers)


def _refused(choices: Choices, why: str, status: int) -> http.Response:
    return page(
        "message.html",
        status=status,
        title=locales.text("vi", "web.board.no_file"),
        text=why,
        link=choices.address(),
        link_text=locales.text("vi", "web.staff.title"),
        typed=(),
    )
