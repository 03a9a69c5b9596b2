"""Logging in to the staff pages by a one-time link, and logging out."""

import secrets

from aiohttp import web as http

from web.pages import page, see_other
from web.site import SITE
from web.staff.access import COOKIE, IDLE_LIFE, SESSION_LIFE, closed


async def ask_login(request: http.Request) -> http.Response:
    """GET /staff/login/{secret}: a button, so that a link preview does not use the link up."""
    return page("login.html", here=request.rel_url.raw_path)


async def login(request: http.Request) -> http.Response:
    """POST /staff/login/{secret}: use the link up and open a session in this browser."""
    site = request.app[SITE]
    browser = secrets.token_urlsafe(32)
    link = request.match_info["secret"]
    async with site.store.transaction() as tx:
        opened = await tx.begin_session(link, browser, site.clock(), IDLE_LIFE, SESSION_LIFE)
    if not opened:
        return closed()
    response = see_other("/staff")
    response.set_cookie(
        COOKIE,
        browser,
        max_age=int(SESSION_LIFE.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=site.secure,
        path="/staff",
    )
    return response


async def logout(request: http.Request) -> http.Response:
    """POST /staff/logout: end the session in this browser."""
    response = see_other("/staff")
    await end_session(request, response)
    return response


async def end_session(request: http.Request, response: http.StreamResponse) -> None:
    """End the session of the requesting browser, whatever the response."""
    async with request.app[SITE].store.transaction() as tx:
        await tx.forget_token("browser", request.cookies.get(COOKIE, ""))
    response.del_cookie(COOKIE, path="/staff")
