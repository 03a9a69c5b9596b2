"""The limits of the pages: if requests come far too fast, the browser has to do a little work or wait a moment.

These counts are kept in this process only; the budget of counters is in the database (storage.forms.budget).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import web as http

import locales
from handlers.limit_metrics import Limit, acted
from surveys.answers import Answers
from surveys.budget import FLOOR, is_rush, may_be_rush
from surveys.pacing import Allowance, Allowances, Rate
from surveys.proof_of_work import BITS, is_done
from surveys.signs import slot_of
from web.citizen.devices import caller_of
from web.citizen.survey_pages import PROOF_FIELDS, Place, show
from web.pages import language_of, page
from web.site import SITE

# A form that was open for longer was started on another day: it is shown again with what was typed.
FORM_LIFE = timedelta(days=1)
# If the clock is set back meanwhile, a page seems to be from the future; this much is allowed.
AHEAD = timedelta(minutes=5)
WAIT = timedelta(seconds=10)
TICKET_LIFE = timedelta(hours=1)
# Requests that waited and have no proof of work: this many pass at once, then one every two seconds.
WITHOUT_WORK = Rate(30, 0.5)
# Limits on codes that no slip has, from one address (an office shares one) and from all addresses.
WRONG_CODES = Rate(20, 1 / 30)
WRONG_CODES_IN_ALL = Rate(100, 1 / 6)
# A ticket is valid once. Memory has room for more tickets than can be proved by work in an hour.
ONCE = Rate(1, 0)
NEW_CHATS = Rate(600, 10)
LOOK_EVERY = timedelta(seconds=2)
_HOLD = "hold"


@dataclass
class Limits:
    """What this process remembers of how fast requests come; the size of each part is limited."""

    waited: Allowance = field(default_factory=lambda: Allowance(WITHOUT_WORK))
    codes: Allowances = field(default_factory=lambda: Allowances(WRONG_CODES))
    all_codes: Allowance = field(default_factory=lambda: Allowance(WRONG_CODES_IN_ALL))
    chats: Allowance = field(default_factory=lambda: Allowance(NEW_CHATS))
    tickets: Allowances = field(default_factory=lambda: Allowances(ONCE, keys=50_000))
    looked: dict[str, tuple[datetime, bool]] = field(default_factory=dict)


LIMITS = http.AppKey("limits", Limits)


async def held_form(
    request: http.Request,
    place: Place,
    shown_at: datetime | None,
    fields: Iterable[tuple[str, str]],
    typed: tuple[int, Answers],
) -> http.Response | None:
    """Hold up a form that is about to be stored for the first time; None if it may go on.

    A form that was open for more than a day is shown again with what was `typed` (page and answers). While a counter
    gets far more forms than ever, a form without a slip needs a little proof of work, or has to wait a moment.
    """
    now = request.app[SITE].clock()
    if shown_at is None or not -AHEAD <= now - shown_at <= FORM_LIFE:
        acted("stale")
        _, token = request.app[SITE].signer.fresh_at(place.purpose, now)
        problems = {"": locales.text(language_of(request), "limit.stale_form")}
        return show(request, place, token, *typed, problems, status=409)
    if place.opened or not await _rush(request, place.counter, now):
        return None
    return _held(request, fields, "work", "limit.many_forms", request.path_qs)


def held_code(request: http.Request, fields: Iterable[tuple[str, str]] = ()) -> http.Response | None:
    """Hold up a look-up of a slip's code after many wrong codes; None if it may go on."""
    limits, now = request.app[LIMITS], request.app[SITE].clock()
    if limits.codes.of(caller_of(request)).left(now) >= 1 and limits.all_codes.left(now) >= 1:
        return None
    sent = fields if request.method == "POST" else request.query.items()
    return _held(request, sent, "codes", "limit.many_codes", request.path)


def note_wrong_code(request: http.Request) -> None:
    """Count a look-up of a code that no slip has."""
    limits, now = request.app[LIMITS], request.app[SITE].clock()
    limits.codes.of(caller_of(request)).spend(now)
    limits.all_codes.spend(now)


def held_chat(request: http.Request, fields: Iterable[tuple[str, str]]) -> http.Response | None:
    """Hold up a browser that begins to chat while very many do; None if it may go on."""
    if request.app[LIMITS].chats.spend(request.app[SITE].clock()):
        return None
    return _held(request, fields, "sessions", "limit.many_chats", request.path_qs)


def _held(
    request: http.Request, fields: Iterable[tuple[str, str]], limit: Limit, key: str, action: str
) -> http.Response | None:
    """Return None for a request with a proof, or a ticket that has waited; else a page that asks for it.

    That page keeps what was sent.
    """
    pairs = list(fields)
    values = dict(pairs)
    if _passes(request, values.get("ticket", ""), values.get("proof", "")):
        return None
    acted(limit)
    site, language = request.app[SITE], language_of(request)
    _, fresh = site.signer.fresh_at(_HOLD, site.clock())
    text = locales.text(language, key, seconds=int(WAIT.total_seconds()))
    if "application/json" in request.headers.get("Accept", ""):
        held = {"held": text, "ticket": fresh, "bits": BITS}
        return http.json_response(held, status=429, headers=_retry())
    response = page(
        "hold.html",
        language,
        429,
        title=locales.text(language, "limit.title"),
        text=text,
        method=request.method.lower(),
        action=action,
        bits=BITS,
        ticket=fresh,
        fields=[(name, value) for name, value in pairs if name not in PROOF_FIELDS],
    )
    response.headers.update(_retry())
    return response


def _retry() -> dict[str, str]:
    return {"Retry-After": str(int(WAIT.total_seconds()))}


def _passes(request: http.Request, ticket: str, proof: str) -> bool:
    site = request.app[SITE]
    now = site.clock()
    known, at = site.signer.read_at(_HOLD, ticket)
    if not known or at is None or not timedelta(0) <= now - at <= TICKET_LIFE:
        return False
    limits = request.app[LIMITS]
    if not (is_done(ticket, proof) or (now - at >= WAIT and limits.waited.spend(now))):
        return False
    return limits.tickets.of(known).spend(now)


async def _rush(request: http.Request, counter: str, now: datetime) -> bool:
    """Tell whether a counter gets far more forms than ever; the result is kept for some seconds."""
    looked = request.app[LIMITS].looked
    at, found = looked.get(counter, (now - LOOK_EVERY, False))
    if timedelta(0) <= now - at < LOOK_EVERY:
        return found
    today, number = now.date(), slot_of(now)
    async with request.app[SITE].store.reading() as tx:
        day = (await tx.slices(counter, today, today)).get(today, {})
        budget = await tx.budget(counter, today) if may_be_rush(day, number) else FLOOR
    looked[counter] = now, is_rush(budget, day, number)
    return looked[counter][1]
