"""The screen at a counter: one question by tapping a face, and a code for the phone that changes every minute."""

import asyncio
import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from aiohttp import web as http

import locales
from handlers.world import Counter
from surveys.printing import qr
from surveys.questionnaire import Question, Questionnaire, words_in
from web.citizen import screen_codes
from web.citizen.devices import device_of
from web.citizen.submissions import Submission
from web.citizen.survey import SUBMISSIONS
from web.citizen.survey_pages import counter_and_form, counter_of_begun
from web.kiosk.answers import MOST, SOURCE, Refused, Screen, on_screen, read_tap
from web.site import BODY_SECONDS, SITE, language_of, page, same_origin, see_other, sent_form

THANKS_SECONDS = 6
IDLE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class _Place:
    """A counter with its form, and the question on its screen."""

    counter: Counter
    form: Questionnaire
    question: Question

    @property
    def screen(self) -> Screen:
        return Screen(self.question.id, self.form.version, self.form.digest, self.form.code)


async def show(request: http.Request) -> http.Response:
    """GET /kiosk/{counter}: the notice, the question and its faces; nothing is stored before a tap."""
    place = _place(request)
    signer = request.app[SITE].signer
    return _render(
        request,
        place,
        token=place.screen.token(signer, place.counter.code),
        identifier=signer.fresh("kiosk")[0],
        stamp=_stamp(request, place),
        image=_image(_address(request, place.counter)),
    )


async def code(request: http.Request) -> http.Response:
    """GET /kiosk/{counter}/code: this minute's code, how long until the next, and whether the page has changed."""
    place = _place(request)
    now = request.app[SITE].clock()
    address = _address(request, place.counter)
    return http.json_response(
        {
            "address": address,
            "image": _image(address),
            "next": round(screen_codes.seconds_left(now), 3),
            "now": now.isoformat(),
            "stamp": _stamp(request, place),
        }
    )


async def answers(request: http.Request) -> http.Response:
    """POST /kiosk/{counter}/answers: taps kept on the tablet. Each is named as stored or as refused, or sent again."""
    if not same_origin(request) or request.content_type != "application/json":
        raise http.HTTPForbidden
    counter = counter_of_begun(request)
    site = request.app[SITE]
    sent = await _json(request)
    taps = sent.get("answers") if isinstance(sent, dict) else None
    if not isinstance(taps, list) or len(taps) > MOST or not all(isinstance(tap, dict) for tap in taps):
        return _told(request, error="format", status=400)
    token = sent.get("token")
    screen = Screen.read(site.signer, counter.code, token) if isinstance(token, str) else None
    if screen is None:
        return _told(request, error="token", status=403)
    world, now = site.world(), site.clock()
    form = screen.wording(world)
    read = [read_tap(tap, counter, screen, form, now, device_of(request)) for tap in taps]
    good = [one for one in read if isinstance(one, Submission)]
    foreign = await _store(request, good)
    refused = [*(one for one in read if isinstance(one, Refused)), *foreign]
    stored = {one.response.id for one in good} - {one.id for one in foreign}
    return _told(request, stored=sorted(stored), refused=refused)


async def tap(request: http.Request) -> http.Response:
    """POST /kiosk/{counter}: a tap where no script runs."""
    counter = counter_of_begun(request)
    sent = await sent_form(request)
    site = request.app[SITE]
    screen = Screen.read(site.signer, counter.code, sent.get("token", ""))
    if screen is None:
        raise http.HTTPForbidden
    now = site.clock()
    level = sent.get("level", "")
    given = {"id": sent.get("id"), "level": int(level) if level.isdecimal() and len(level) == 1 else 0}
    read = read_tap(
        {**given, "at": now.isoformat()},
        counter,
        screen,
        screen.wording(site.world()),
        now,
        device_of(request),
    )
    if isinstance(read, Refused):
        return see_other(_here(request, counter, ""))
    await _store(request, [read])
    return see_other(_here(request, counter, "/thanks"))


async def thanks(request: http.Request) -> http.Response:
    """GET /kiosk/{counter}/thanks: where no script runs; leads back to the start by itself."""
    counter = counter_of_begun(request)
    form = request.app[SITE].world().form(counter.form)
    language = language_of(request)
    return page(
        "kiosk_thanks.html",
        language,
        counter=counter,
        thanks=words_in(form.thanks, language) if form else "",
        seconds=THANKS_SECONDS,
        start=f"/kiosk/{counter.code}",
    )


async def worker(request: http.Request) -> http.Response:
    """GET /kiosk/sw.js: the service worker, which opens the page where there is no network."""
    script = files("web").joinpath("static", "kioskworker.js").read_text("utf-8")
    return http.Response(
        text=script, content_type="text/javascript", charset="utf-8", headers={"Service-Worker-Allowed": "/kiosk/"}
    )


def _place(request: http.Request) -> _Place:
    counter, form = counter_and_form(request)
    question = on_screen(form)
    if question is None:
        raise http.HTTPNotFound(text=locales.text(language_of(request), "web.kiosk.no_question"))
    return _Place(counter, form, question)


async def _json(request: http.Request) -> Any:
    """Return what was sent; None where it is no JSON."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return json.loads(await request.read())
    except TimeoutError as error:
        raise http.HTTPRequestTimeout from error
    except (ValueError, RecursionError, http.RequestPayloadError):
        return None


async def _store(request: http.Request, taps: Sequence[Submission]) -> list[Refused]:
    """Store taps, each once; an id that is already another form's is refused, so that none can be overwritten."""
    async with request.app[SITE].store.reading() as tx:
        known = await tx.responses([one.response.id for one in taps])
    foreign = {
        one.response.id
        for one in taps
        if (found := known.get(one.response.id)) and (found.source, found.counter) != (SOURCE, one.response.counter)
    }
    await asyncio.gather(*(request.app[SUBMISSIONS].add(one) for one in taps if one.response.id not in foreign))
    return [Refused(identifier, "id") for identifier in sorted(foreign)]


def _told(
    request: http.Request,
    stored: Sequence[str] = (),
    refused: Sequence[Refused] = (),
    error: str = "",
    status: int = 200,
) -> http.Response:
    language = language_of(request)

    def said(reason: str) -> str:
        return locales.text(language, f"web.kiosk.refused.{reason}")

    told: dict[str, Any] = {
        "stored": list(stored),
        "refused": [{"id": one.id, "reason": one.reason, "text": said(one.reason)} for one in refused],
    }
    if error:
        told |= {"error": error, "text": said(error)}
    return http.json_response(told, status=status)


def _render(
    request: http.Request, place: _Place, token: str, identifier: str = "", stamp: str = "", image: str = ""
) -> http.Response:
    language = language_of(request)
    return page(
        "kiosk.html",
        language,
        counter=place.counter,
        unit=request.app[SITE].world().unit(place.counter.unit),
        form=place.form,
        question=place.question,
        thanks_seconds=THANKS_SECONDS,
        idle_seconds=IDLE_SECONDS,
        start=f"/kiosk/{place.counter.code}",
        here=_here(request, place.counter, ""),
        code_here=_here(request, place.counter, "/code"),
        answers_here=_here(request, place.counter, "/answers"),
        words=lambda said: words_in(said, language),
        token=token,
        identifier=identifier,
        stamp=stamp,
        image=image,
    )


def _stamp(request: http.Request, place: _Place) -> str:
    """Return what changes when the page would look otherwise, or its token would: a tablet then loads it anew."""
    signer = request.app[SITE].signer
    token = place.screen.token(signer, place.counter.code)
    text = _render(request, place, token).text or ""
    return signer.sign("kiosk-page", text).rpartition(".")[2]


def _address(request: http.Request, counter: Counter) -> str:
    """The address of the survey with this minute's code."""
    site = request.app[SITE]
    return f"{site.address}/k/{counter.code}?m={screen_codes.code_at(site.signer, counter.code, site.clock())}"


def _image(address: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(qr.svg(address)).decode()


def _here(request: http.Request, counter: Counter, below: str) -> str:
    language = language_of(request)
    return f"/kiosk/{counter.code}{below}" + ("" if language == locales.DEFAULT else f"?lang={language}")
