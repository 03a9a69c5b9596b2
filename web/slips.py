"""One-time slips on the web: typing a code, and the form that belongs to it."""

from aiohttp import web as http

import locales
from surveys import slips
from surveys.responses import Refusal
from web import survey
from web.limits import held_code, note_wrong_code
from web.site import SITE, language_of, page, see_other, sent_form
from web.survey_pages import Place


async def ask_code(request: http.Request) -> http.Response:
    """GET /s: where the code of a slip is typed; GET /s?ma=CODE goes on to it."""
    typed = request.query.get("ma", "")
    if code := slips.read(typed):
        return see_other(f"/s/{code}")
    return _asking(request, typed, "survey.refused.unknown" if typed else "", status=400 if typed else 200)


async def start(request: http.Request) -> http.Response:
    """GET /s/{code}: the form of a slip, where it was left."""
    place = await _place(request)
    if not isinstance(place, Place):
        return place
    begun = place.opened.begun if place.opened else None
    return survey.resumed(request, place, begun) if begun else survey.first_page(request, place)


async def submit(request: http.Request) -> http.Response:
    """POST /s/{code}: one page of answers."""
    place = await _place(request)
    return await survey.take(request, place) if isinstance(place, Place) else place


async def go_on(request: http.Request) -> http.Response:
    """GET /s/{code}/{token}: the next page, or thanks."""
    place = await _place(request, finished=True)
    return await survey.carry_on(request, place) if isinstance(place, Place) else place


async def withdraw(request: http.Request) -> http.Response:
    """POST /s/{code}/{token}/withdraw: take a form back."""
    place = await _place(request, finished=True)
    return await survey.take_back(request, place) if isinstance(place, Place) else place


async def _place(request: http.Request, *, finished: bool = False) -> Place | http.Response:
    """The form of a slip; or a page that says why there is none. `finished`: also of one that was used."""
    site = request.app[SITE]
    code = slips.read(request.match_info["code"])
    if code and (held := await _held(request, code)):
        return held
    opened = (await site.store.opened([code])).get(code) if code else None
    if opened is None:
        if code:
            note_wrong_code(request)
        return _asking(request, request.match_info["code"], "survey.refused.unknown", status=404)
    refusal = opened.refusal(site.clock().date())
    world = site.world()
    form = world.forms.get(opened.round.form)
    if form is None or (opened.begun and opened.begun.version != form.version):
        return _refused(request, "closed")
    if refusal and not (finished and refusal == "used"):
        return _refused(request, refusal)
    counter = world.counter(opened.round.counter)
    heading = (
        counter.name if counter else locales.text(language_of(request), "web.slip", serial=f"{opened.slip.serial:03d}")
    )
    return Place(f"/s/{code}", opened.round.unit, opened.round.counter, heading, form, opened)


async def _held(request: http.Request, code: str) -> http.Response | None:
    """Hold up who may be guessing codes; a page of ours with its token proves that its code is known already."""
    sent = await sent_form(request) if request.method == "POST" else None
    token = request.match_info.get("token") or (sent.get("token", "") if sent else "")
    site = request.app[SITE]
    places = (Place(f"/s/{code}", "", "", "", form) for form in site.world().forms.values())
    if token and any(site.signer.read(purpose, token) for p in places for purpose in (p.purpose, p.sent_purpose)):
        return None
    return held_code(request, sent.items() if sent else ())


def _refused(request: http.Request, refusal: Refusal) -> http.Response:
    return _asking(request, "", f"survey.refused.{refusal}", status=410)


def _asking(request: http.Request, typed: str, problem: str, status: int) -> http.Response:
    language = language_of(request)
    told = locales.text(language, problem) if problem else ""
    return page("slip.html", language, status, unit=request.app[SITE].world().unit(""), typed=typed[:40], problem=told)
