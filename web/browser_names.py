"""Random names of browsers in signed cookies, by which pages recognize them."""

from datetime import timedelta

from aiohttp import web as http

from web.site import SITE


def name_of(request: http.Request, cookie: str) -> str:
    """Return the name in this browser's cookie; empty if its signature is not valid."""
    return request.app[SITE].signer.read(cookie, request.cookies.get(cookie, "")) or ""


def give_name(
    request: http.Request, response: http.StreamResponse, cookie: str, life: timedelta, signed: str = ""
) -> None:
    """Set a cookie with the browser's name: the given `signed` one, or a fresh one."""
    site = request.app[SITE]
    response.set_cookie(
        cookie,
        signed or site.signer.fresh(cookie)[1],
        max_age=int(life.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=site.secure,
    )
