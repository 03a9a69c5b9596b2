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
from web.citizen.survey_pages import counter_and_form, counter_even_if_closed
from web.kiosk import pairing
from web.kiosk.answers import MOST, SOURCE, Refused, Shown, on_screen, read_tap
from web.pages import BODY_SECONDS, language_of, page, see_other, sent_form
from web.screens import give_secret, note_ended, paired_at, secret_of
from web.site import SITE

THANKS_SECONDS = 6
IDLE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class _Place:
    """A counter with its form, and the question on its screen."""

    counter: Counter
    form: Questionnaire
    question: Question

    @property
    def shown(self) -> Shown:
        return Shown(self.question.id, self.form.version, self.form.digest, self.form.code)


async def show(request: http.Request) -> http.Response:
    """GET /kiosk/{counter}: the notice, the question and its faces; on an unpaired device, how to pair it."""
    place = _place(request)
    if await paired_at(request, place.counter.code) is None:
        return await pairing.show(request, place.counter)
    signer = request.app[SITE].signer
    response = _render(
        request,
        place,
        token=place.shown.token(signer, place.counter.code),
        identifier=signer.fresh("kiosk")[0],
        stamp=_stamp(request, place),
        image=_image(_address(request, place.counter)),
    )
    give_secret(request, response, secret_of(request))
    note_ended(request, response, place.counter.code, ended=False)
    return response


async def code(request: http.Request) -> http.Response:
    """GET /kiosk/{counter}/code: this minute's code, how long until the next, and whether the page has changed.

    A device that is not paired is told so, and how to pair it.
    """
    place = _place(request)
    now = request.app[SITE].clock()
    when = {"next": round(screen_codes.seconds_left(now), 3), "now": now.isoformat()}
    if await paired_at(request, place.counter.code) is None:
        return http.json_response({**when, **await pairing.state(request, place.counter)})
    address = _address(request, place.counter)
    image = _image(address)
    response = http.json_response(
        {**when, "paired": True, "address": address, "image": image, "stamp": _stamp(request, place)}
    )
    give_secret(request, response, secret_of(request))
    return response


async def answers(request: http.Request) -> http.Response:
    """POST /kiosk/{counter}/answers: taps kept on the tablet. It sends a tap again until the answer names it."""
    if request.content_type != "application/json":
        raise http.HTTPForbidden
    counter = counter_even_if_closed(request)
    site = request.app[SITE]
    sent = await _json(request)
    taps = sent.get("answers") if isinstance(sent, dict) else None
    if not isinstance(taps, list) or len(taps) > MOST or not all(isinstance(tap, dict) for tap in taps):
        return _answer(request, error="format", status=400)
    screen = await paired_at(request, counter.code)
    if screen is None:
        # The answer names no tap, so that the device keeps them all until it is paired.
        return http.json_response({"unpaired": _refusal(request, "unpaired")}, status=403)
    token = sent.get("token")
    shown = Shown.read(site.signer, counter.code, token) if isinstance(token, str) else None
    if shown is None:
        return _answer(request, error="token", status=403)
    form, now, device = shown.wording(site.world()), site.clock(), device_of(request)
    read = [read_tap(tap, counter, shown, form, now, device, screen.number) for tap in taps]
    good = [one for one in read if isinstance(one, Submission)]
    not_taken = await _store(request, good)
    refused = [*(one for one in read if isinstance(one, Refused)), *not_taken]
    stored = {one.response.id for one in good} - {one.id for one in not_taken}
    return _answer(request, stored=sorted(stored), refused=refused)


async def tap(request: http.Request) -> http.Response:
    """POST /kiosk/{counter}: a tap where no script runs."""
    counter = counter_even_if_closed(request)
    sent = await sent_form(request)
    site = request.app[SITE]
    screen = await paired_at(request, counter.code)
    if screen is None:
        return await pairing.show(request, counter, lost=True)
    shown = Shown.read(site.signer, counter.code, sent.get("token", ""))
    if shown is None:
        raise http.HTTPForbidden
    now = site.clock()
    level = sent.get("level", "")
    given = {"id": sent.get("id"), "level": int(level) if level.isdecimal() and len(level) == 1 else 0}
    read = read_tap(
        {**given, "at": now.isoformat()},
        counter,
        shown,
        shown.wording(site.world()),
        now,
        device_of(request),
        screen.number,
    )
    if isinstance(read, Refused) or await _store(request, [read]):
        return see_other(_here(request, counter, ""))
    return see_other(_here(request, counter, "/thanks"))


async def thanks(request: http.Request) -> http.Response:
    """GET /kiosk/{counter}/thanks: where no script runs; leads back to the start by itself."""
    counter = counter_even_if_closed(request)
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
    """Return the sent JSON; None if it is not valid."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return json.loads(await request.read())
    except TimeoutError as error:
        raise http.HTTPRequestTimeout from error
    except (ValueError, RecursionError, http.RequestPayloadError):
        return None


async def _store(request: http.Request, taps: Sequence[Submission]) -> list[Refused]:
    """Store taps, each once; returns the refused ones.

    A tap with the id of another form is refused, so that no form can be overwritten.
    """
    async with request.app[SITE].store.reading() as tx:
        known = await tx.responses([one.response.id for one in taps])
    foreign = {
        one.response.id
        for one in taps
        if (found := known.get(one.response.id)) and (found.source, found.counter) != (SOURCE, one.response.counter)
    }
    ours = [one for one in taps if one.response.id not in foreign]
    outcomes = await asyncio.gather(*(request.app[SUBMISSIONS].add(one) for one in ours))
    refused = {one.response.id: said for one, said in zip(ours, outcomes, strict=True) if isinstance(said, str)}
    reasons = {**dict.fromkeys(foreign, "id"), **refused}
    return [Refused(identifier, reason) for identifier, reason in sorted(reasons.items())]


def _answer(
    request: http.Request,
    stored: Sequence[str] = (),
    refused: Sequence[Refused] = (),
    error: str = "",
    status: int = 200,
) -> http.Response:
    answer: dict[str, Any] = {
        "stored": list(stored),
        "refused": [{"id": one.id, "reason": one.reason, "text": _refusal(request, one.reason)} for one in refused],
    }
    if error:
        answer |= {"error": error, "text": _refusal(request, error)}
    return http.json_response(answer, status=status)


def _refusal(request: http.Request, reason: str) -> str:
    return locales.text(language_of(request), f"web.kiosk.refused.{reason}")


def _render(
    request: http.Request, place: _Place, token: str, identifier: str = "", stamp: str = "", image: str = ""
) -> http.Response:
    language = language_of(request)
    return page(
        "kiosk.html",
        language,
        counter=place.counter,
        unit=request.app[SITE].world().unit(place.counter.unit),
        local=request.app[SITE].local,
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
    """Return a hash of the page as rendered now; a tablet reloads the page when it changes."""
    signer = request.app[SITE].signer
    token = place.shown.token(signer, place.counter.code)
    text = _render(request, place, token).text or ""
    return signer.sign("kiosk-page", text).rpartition(".")[2]


def _address(request: http.Request, counter: Counter) -> str:
    """Return the address of the survey with this minute's code."""
    site = request.app[SITE]
    return f"{site.address}/k/{counter.code}?m={screen_codes.code_at(site.signer, counter.code, site.clock())}"


def _image(address: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(qr.svg(address)).decode()


def _here(request: http.Request, counter: Counter, below: str) -> str:
    language = language_of(request)
    return f"/kiosk/{counter.code}{below}" + ("" if language == locales.DEFAULT else f"?lang={language}")
