"""Identifying screens: the secret in a device's cookie, and whether staff paired it with a counter."""

import re
import secrets
from datetime import timedelta

from aiohttp import web as http

from surveys.screens import Screen, digest_of
from web.site import SITE

COOKIE = "motcua_screen"
# A second cookie that marks a device whose pairing with a counter staff ended, until it is paired again.
ENDED = "motcua_screen_ended"
# Browsers keep no cookie longer; it is set again whenever the page is used.
COOKIE_LIFE = timedelta(days=400)
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


def fresh_secret() -> str:
    """Return a new secret for a device."""
    return secrets.token_urlsafe(32)


def secret_of(request: http.Request) -> str:
    """Return the secret of the requesting device; empty if its cookie holds none."""
    given = request.cookies.get(COOKIE, "")
    return given if _SECRET.fullmatch(given) else ""


def give_secret(request: http.Request, response: http.StreamResponse, secret: str) -> None:
    """Set the device's cookie, for the longest time that browsers allow."""
    _set(request, response, COOKIE, secret, path="/")


def was_ended(request: http.Request) -> bool:
    """Tell whether staff ended the pairing of the requesting device, and it has not been paired since."""
    return ENDED in request.cookies


def note_ended(request: http.Request, response: http.StreamResponse, counter: str, *, ended: bool) -> None:
    """Note on a device whether its pairing with a counter was ended.

    The page that says so also sets a fresh secret, by which the device is unknown from then on. As that page may never
    be seen (the browser may load it twice, or its service worker give up waiting), this cookie keeps the fact.
    """
    path = f"/kiosk/{counter}"
    if ended:
        _set(request, response, ENDED, "1", path)
    elif was_ended(request):
        response.del_cookie(ENDED, path=path)


def _set(request: http.Request, response: http.StreamResponse, name: str, value: str, path: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(COOKIE_LIFE.total_seconds()),
        path=path,
        httponly=True,
        samesite="Lax",
        secure=request.app[SITE].secure,
    )


async def known_at(request: http.Request, counter: str) -> Screen | None:
    """Return the screen of the requesting device at a counter, None if unknown; notes its use now and then."""
    secret = secret_of(request)
    if not secret:
        return None
    site = request.app[SITE]
    now = site.clock()
    async with site.store.reading() as tx:
        screen = await tx.screen(digest_of(secret, counter))
    if screen and screen.state != "revoked" and screen.is_unnoted(now):
        async with site.store.transaction() as tx:
            await tx.see_screen(screen.number, now)
    return screen


async def paired_at(request: http.Request, counter: str) -> Screen | None:
    """Return the screen of the requesting device; None if it is not paired with the counter."""
    screen = await known_at(request, counter)
    return screen if screen and screen.state == "paired" else None
