"""Refuses requests from other sites' pages (CSRF): one middleware for all routes except the webhooks."""

from collections.abc import Awaitable, Callable

from aiohttp import web as http

import locales
from web.pages import language_of
from web.site import SITE

SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
# Routes for other programs (webhooks); each authenticates its caller itself.
FROM_OTHERS = frozenset(("/telegram/webhook", "/zalo/webhook", "/zalo-bot/webhook"))
Handler = Callable[[http.Request], Awaitable[http.StreamResponse]]


@http.middleware
async def from_own_pages(request: http.Request, handler: Handler) -> http.StreamResponse:
    """Refuse unsafe requests from a page of another site."""
    resource = request.match_info.route.resource
    if request.method not in SAFE and (resource is None or resource.canonical not in FROM_OTHERS):
        refuse_foreign(request)
    return await handler(request)


def refuse_foreign(request: http.Request) -> None:
    """Raise HTTPForbidden for a form from another site; with an explanation if the browser does not say from which."""
    if same_origin(request):
        return
    hidden = request.headers.get("Origin") == "null" and "Sec-Fetch-Site" not in request.headers
    raise http.HTTPForbidden(text=locales.text(language_of(request), "web.origin_hidden") if hidden else None)


def same_origin(request: http.Request) -> bool:
    """Tell whether a form was sent from our own pages, as browsers state it."""
    fetched = request.headers.get("Sec-Fetch-Site")
    if fetched is not None:
        return fetched in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin == request.app[SITE].address or origin.partition("://")[2] == request.host
