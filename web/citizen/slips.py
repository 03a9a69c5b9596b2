"""One-time slips on the web: typing a code, and the form that belongs to it."""

from dataclasses import replace

from aiohttp import web as http

import locales
from handlers.rating.unfinished_forms import free_slips, is_lost, wording_on
from surveys import slips
from surveys.questionnaire import Questionnaire
from surveys.responses import Opened
from web.citizen import survey
from web.citizen.survey_pages import Place, is_ours, typed_back
from web.limits import held_code, note_wrong_code
from web.pages import language_of, page, see_other, sent_form
from web.site import SITE


async def ask_code(request: http.Request) -> http.Response:
    """GET /s: the page to type the code of a slip; GET /s?ma=CODE redirects to its form."""
    typed = request.query.get("ma", "")
    if code := slips.read(typed):
        return see_other(f"/s/{code}")
    return await _asking(request, typed, "survey.refused.unknown" if typed else "", status=400 if typed else 200)


async def start(request: http.Request) -> http.Response:
    """GET /s/{code}: the form of a slip, at the first unanswered page."""
    place = await _place(request)
    if not isinstance(place, Place):
        return place
    unfinished = place.opened.unfinished if place.opened else None
    return survey.resumed(request, place, unfinished) if unfinished else survey.first_page(request, place)


async def submit(request: http.Request) -> http.Response:
    """POST /s/{code}: one page of answers."""
    await sent_form(request)
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
    """Return the place of a slip's form, or a page that says why there is none. `finished`: also for a used slip."""
    site = request.app[SITE]
    world, code = site.world(), slips.read(request.match_info["code"])
    if code and (held := await _held(request, code)):
        return held
    opened = (await site.store.opened([code])).get(code) if code else None
    if opened is None:
        if code:
            note_wrong_code(request)
        return await _asking(request, request.match_info["code"], "survey.refused.unknown", status=404)
    key = ""
    if is_lost(world, opened.unfinished):
        opened, key = await _freed(request, opened), "survey.lost"
    refusal, form = opened.refusal(site.clock().date()), wording_on(world, opened)
    if refusal and not (finished and refusal == "used"):
        return await _asking(request, "", f"survey.refused.{refusal}", status=410, form=form)
    if form is None:
        return await _asking(request, "", "survey.no_form", status=410)
    counter = world.counter(opened.round.counter)
    heading = (
        counter.name if counter else locales.text(language_of(request), "web.slip", serial=f"{opened.slip.serial:03d}")
    )
    return Place(f"/s/{code}", opened.round.unit, opened.round.counter, heading, form, opened, sentence_key=key)


async def _freed(request: http.Request, opened: Opened) -> Opened:
    """Return a slip freed of its lost form; 503 if the form turns out not to be lost."""
    site = request.app[SITE]
    async with site.store.transaction() as tx:
        (slip,) = await free_slips(tx, site.world(), [opened.slip])
    if slip.response:
        raise http.HTTPServiceUnavailable
    return replace(opened, slip=slip, unfinished=None)


async def _held(request: http.Request, code: str) -> http.Response | None:
    """Delay callers who may be guessing codes; a page with a valid token proves that its code is known."""
    sent = await sent_form(request) if request.method == "POST" else None
    token = request.match_info.get("token") or (sent.get("token", "") if sent else "")
    if token and is_ours(request, f"/s/{code}", token):
        return None
    return held_code(request, sent.items() if sent else ())


async def _asking(
    request: http.Request, typed: str, problem: str, status: int, form: Questionnaire | None = None
) -> http.Response:
    """Return the page that asks for a code, with the problem of the last code and the answers typed on its page."""
    language = language_of(request)
    sentence = locales.text(language, problem) if problem else ""
    fields = await sent_form(request) if request.method == "POST" and "token" not in request.match_info else None
    return page(
        "slip.html",
        language,
        status,
        unit=request.app[SITE].world().unit(""),
        code=typed[:40],
        problem=sentence,
        typed=typed_back(form, fields, request) if fields else (),
    )
