"""The staff's page of screens at counters: the list, pairing by code or on the device itself, and revoking."""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web as http

import locales
from handlers.ports import Membership
from handlers.rights import visible
from handlers.staff.screens import counters_of
from handlers.world import Counter, World
from surveys.screens import LONGEST_NAME, STATES, Screen, digest_of
from web import pairing_codes
from web.attempts import MOST, WITHIN, Attempts
from web.pages import language_of, see_other, sent_form
from web.screens import fresh_secret, give_secret, secret_of
from web.site import SITE
from web.staff.access import closed, member_of
from web.staff.login import end_session
from web.staff.menu import staff_page

ATTEMPTS = http.AppKey("attempts", Attempts)


@dataclass(frozen=True, slots=True)
class Viewer:
    """The member who is logged in, and the counters whose screens they manage."""

    member: Membership
    counters: dict[str, Counter]


async def show(request: http.Request) -> http.Response:
    """GET /staff/screens?code=…&counter=…: all screens; a code from a device's picture stands in its field."""
    viewer = await _viewer(request)
    if viewer is None:
        return closed()
    return await _listed(request, viewer, typed=pairing_codes.read(request.query.get("code", "")))


async def pair(request: http.Request) -> http.Response:
    """POST /staff/screens/pair: pair the device that shows a code."""
    sent = await sent_form(request)
    viewer = await _viewer(request)
    if viewer is None:
        return closed()
    site, attempts = request.app[SITE], request.app[ATTEMPTS]
    now, name = site.clock(), viewer.member.unit
    typed = sent.get("code", "")[:40]
    if attempts.are_too_many(name, now):
        return await _listed(request, viewer, typed=typed, problem="too_often", status=429)
    code = pairing_codes.read(typed)
    async with site.store.transaction() as tx:
        waiting = [one for one in await tx.screens(list(viewer.counters)) if one.is_waiting(now)]
        found = [one for one in waiting if code and pairing_codes.is_good(site.signer, one.digest, code, now)]
        if len(found) == 1:
            given = _name(sent.get("name", ""))
            await tx.pair_screen(found[0].digest, found[0].counter, given, viewer.member.role, now)
    if len(found) != 1:
        attempts.note(name, now)
        return await _listed(request, viewer, typed=typed, problem="bad_code" if code else "no_code", status=400)
    return see_other(_here(request, f"paired={found[0].counter}"))


async def pair_here(request: http.Request) -> http.Response:
    """POST /staff/screens/here: pair this device, and log out on it, since citizens will use it."""
    sent = await sent_form(request)
    viewer = await _viewer(request)
    if viewer is None:
        return closed()
    counter = viewer.counters.get(sent.get("counter", ""))
    if counter is None:
        raise http.HTTPForbidden
    site = request.app[SITE]
    secret = secret_of(request) or fresh_secret()
    by, name = viewer.member.role, _name(sent.get("name", ""))
    async with site.store.transaction() as tx:
        known = await tx.screen(digest_of(secret, counter.code))
        if known and known.state == "revoked":
            secret = fresh_secret()
        await tx.pair_screen(digest_of(secret, counter.code), counter.code, name, by, site.clock())
    response = see_other(f"/kiosk/{counter.code}")
    give_secret(request, response, secret)
    await end_session(request, response)
    return response


async def change(request: http.Request) -> http.Response:
    """POST /staff/screens/{number}: rename a screen, or end its pairing."""
    sent = await sent_form(request)
    viewer = await _viewer(request)
    if viewer is None:
        return closed()
    number = int(request.match_info["number"])
    site = request.app[SITE]
    async with site.store.transaction() as tx:
        if not any(one.number == number for one in await tx.screens(list(viewer.counters))):
            raise http.HTTPForbidden
        if sent.get("action") == "revoke":
            await tx.revoke_screen(number)
        elif sent.get("action") == "rename":
            await tx.rename_screen(number, _name(sent.get("name", "")))
        else:
            raise http.HTTPBadRequest
    return see_other(_here(request))


async def _viewer(request: http.Request) -> Viewer | None:
    member = await member_of(request)
    if member is None:
        return None
    world: World = request.app[SITE].world()
    return Viewer(member, {one.code: one for one in counters_of(world, visible(world, member))})


async def _listed(
    request: http.Request, viewer: Viewer, *, typed: str = "", problem: str = "", status: int = 200
) -> http.Response:
    site, language = request.app[SITE], language_of(request)
    world, now = site.world(), site.clock()
    async with site.store.reading() as tx:
        found = await tx.screens(list(viewer.counters))
    paired = viewer.counters.get(request.query.get("paired", ""))
    here = viewer.counters.get(request.query.get("counter", ""))
    several = len({one.unit for one in viewer.counters.values()}) > 1

    def place(code: str) -> str:
        counter = viewer.counters[code]
        return f"{counter.name} · {world.unit(counter.unit).name}" if several else counter.name

    return staff_page(
        site.world(),
        viewer.member,
        "screens.html",
        language,
        status,
        unit=world.unit(viewer.member.unit),
        waiting=[(place(code), count) for code, count in _waiting(viewer, found, now)],
        screens=[
            _row(one, place(one.counter), now, language)
            for one in sorted(found, key=lambda one: (STATES.index(one.state), one.number))
            if one.state != "waiting"
        ],
        page_address=f"{request.app[SITE].address}/kiosk/",
        typed=typed,
        problem=locales.text(language, f"web.screens.{problem}", **_limits()) if problem else "",
        paired=place(paired.code) if paired else "",
        this_device=(here.code, place(here.code)) if here else None,
        longest=LONGEST_NAME,
    )


def _limits() -> dict[str, int]:
    return {"most": MOST, "minutes": int(WITHIN.total_seconds()) // 60}


def _waiting(viewer: Viewer, found: list[Screen], now: datetime) -> list[tuple[str, int]]:
    """Return by counter how many devices ask to be paired."""
    counts = {code: sum(one.counter == code and one.is_waiting(now) for one in found) for code in viewer.counters}
    return [(code, count) for code, count in counts.items() if count]


def _row(screen: Screen, place: str, now: datetime, language: str) -> dict[str, object]:
    def moment(at: datetime | None) -> str:
        return f"{at.astimezone(now.tzinfo):%H:%M %d/%m/%Y}" if at else ""

    return {
        "number": screen.number,
        "name": screen.name,
        "place": place,
        "state": screen.state,
        "paired_at": moment(screen.paired_at),
        "paired_by": locales.text(language, f"screen.by.{screen.paired_by}") if screen.paired_by else "",
        "seen_at": moment(screen.seen_at),
    }


def _name(typed: str) -> str:
    """Return a name as it is stored: printable, with single spaces, not too long."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in typed[:1000]).split())[:LONGEST_NAME]


def _here(request: http.Request, said: str = "") -> str:
    language = language_of(request)
    said = "&".join(filter(None, (said, "" if language == locales.DEFAULT else f"lang={language}")))
    return f"/staff/screens{'?' if said else ''}{said}"
