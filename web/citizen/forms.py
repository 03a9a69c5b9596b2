"""Forms to download, for everybody who has their address."""

from aiohttp import web as http

from reports.documents import media
from web.site import SITE


async def download(request: http.Request) -> http.Response:
    """GET /forms/{number}/{name}: the file of a form."""
    async with request.app[SITE].store.reading() as tx:
        found = await tx.form_file(int(request.match_info["number"]))
    if found is None or found[0] != request.match_info["name"]:
        raise http.HTTPNotFound
    name, content = found
    headers = {"Content-Type": media(name), "Content-Disposition": f'attachment; filename="{name}"'}
    return http.Response(body=content, headers=headers)
