"""What a device sees at a counter's screen address before staff paired it: a code, and how to pair it."""

import base64
from typing import Any

from aiohttp import web as http

import locales
from handlers.world import Counter
from surveys.printing import qr
from surveys.screens import digest_of
from web import pairing_codes
from web.pages import language_of, page
from web.screens import fresh_secret, give_secret, known_at, note_ended, secret_of, was_ended
from web.site import SITE

# This stamp tells an old page, or the page of a revoked screen, to reload.
STAMP = "unpaired"
ASK_AGAIN_SECONDS = 5
PLAIN_AGAIN_SECONDS = 15


async def show(request: http.Request, counter: Counter, *, lost: bool = False) -> http.Response:
    """Show the code of a device that is not paired; `lost`: what was tapped just now is not counted."""
    site, language = request.app[SITE], language_of(request)
    known = await known_at(request, counter.code)
    revoked = known is not None and known.state == "revoked"
    ended = revoked or was_ended(request)
    secret = "" if revoked else secret_of(request)
    # A device that keeps no cookies cannot be paired, so it takes no place in the waiting list.
    room = await _ask(request, counter, secret) if secret else True
    secret = secret or fresh_secret()
    response = page(
        "pairing.html",
        language,
        403 if lost else 200,
        counter=counter,
        unit=site.world().unit(counter.unit),
        start=f"/kiosk/{counter.code}",
        code_here=f"/kiosk/{counter.code}/code",
        revoked=ended,
        lost=lost,
        seconds=ASK_AGAIN_SECONDS,
        plain_seconds=PLAIN_AGAIN_SECONDS,
        local=site.local,
        **_shown(request, counter, secret, room=room),
    )
    give_secret(request, response, secret)
    note_ended(request, response, counter.code, ended=ended)
    return response


async def state(request: http.Request, counter: Counter) -> dict[str, Any]:
    """Return the state for the page's script while it waits; a device without a cookie cannot be paired."""
    secret = secret_of(request)
    known = await known_at(request, counter.code)
    if not secret or (known and known.state == "revoked"):
        problem = "no_cookie" if not secret else "revoked"
        return {"paired": False, "stamp": STAMP, "image": "", "code": "", "text": _said(request, problem)}
    values = _shown(request, counter, secret, room=await _ask(request, counter, secret))
    return {"paired": False, "stamp": STAMP, "image": "", **values}


async def _ask(request: http.Request, counter: Counter, secret: str) -> bool:
    """Put the device among those that wait to be paired; False if no place is left."""
    site = request.app[SITE]
    digest = digest_of(secret, counter.code)
    async with site.store.reading() as tx:
        if await tx.screen(digest) is not None:
            return True
    async with site.store.transaction() as tx:
        return await tx.ask_pairing(digest, counter.code, site.clock())


def _shown(request: http.Request, counter: Counter, secret: str, *, room: bool) -> dict[str, str]:
    """Return the code, a picture of the address at which staff enter it, and a sentence if something is wrong."""
    site = request.app[SITE]
    if not room:
        return {"code": "", "picture": "", "text": _said(request, "no_room")}
    code = pairing_codes.code_at(site.signer, digest_of(secret, counter.code), site.clock())
    picture = base64.b64encode(qr.svg(f"{site.address}/staff/screens?code={code}")).decode()
    return {"code": pairing_codes.shown(code), "picture": f"data:image/svg+xml;base64,{picture}", "text": ""}


def _said(request: http.Request, problem: str) -> str:
    return locales.text(language_of(request), f"web.pairing.{problem}")
