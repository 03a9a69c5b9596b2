"""The survey behind a counter's code: one page at a time, plain forms, stored as soon as a page is sent."""

from datetime import timedelta

from aiohttp import web as http

import locales
from reports.requests import carried_out_at_once
from surveys.answers import Answer
from surveys.integrity import is_hasty
from surveys.responses import Response, week_of
from web.devices import device_of
from web.kiosk_codes import is_good
from web.limits import held_form
from web.names import give_name, name_of
from web.site import SITE, language_of, see_other, sent_form
from web.submissions import Submission, Submissions
from web.survey_answers import is_open, left_open, next_page, page_number, read_page
from web.survey_pages import (
    Place,
    already,
    counter_and_form,
    is_assisted,
    keeping,
    message,
    refused,
    show,
    stale,
    thanks,
)

SOURCE = "web"
COOKIE = "motcua_voter"
COOKIE_LIFE = timedelta(days=7)
SUBMISSIONS = http.AppKey("submissions", Submissions)


async def start(request: http.Request) -> http.Response:
    """GET /k/{counter}: the notice and the first question, at once."""
    place = _place(request)
    site = request.app[SITE]
    # The printed code carries none; that of the screen at the counter is good for some minutes.
    if "m" in request.query and not is_good(site.signer, place.counter, request.query["m"], site.clock()):
        return stale(request)
    voter = name_of(request, COOKIE)
    if voter and not is_assisted(request) and (given := await _given_today(request, place, voter)):
        if given.complete:
            return already(request, place, given)
        return resumed(request, place, given)
    return first_page(request, place)


def resumed(request: http.Request, place: Place, begun: Response) -> http.Response:
    """Show a form where it was left: the first page with a question that was not answered."""
    pages = place.form.pages
    left = [n for n, asked in enumerate(pages) if any(is_open(question, begun.answers) for question in asked.questions)]
    token = request.app[SITE].signer.sign(place.purpose, begun.id)
    return show(request, place, token, left[0] if left else len(pages) - 1, begun.answers, {})


def first_page(request: http.Request, place: Place) -> http.Response:
    """Show a new form, and give the browser a name by which it has one vote a day."""
    site = request.app[SITE]
    _, token = site.signer.fresh_at(place.purpose, site.clock())
    response = show(request, place, token, 0, {}, {})
    # Whoever goes back gets this very page again, and so corrects an answer instead of giving a second one.
    # Its form goes to another address ("?sent"), or sending it would take the page out of the browser's cache.
    response.headers["Cache-Control"] = "private, no-cache"
    if not name_of(request, COOKIE):
        give_name(request, response, COOKIE, COOKIE_LIFE)
    return response


async def _given_today(request: http.Request, place: Place, voter: str) -> Response | None:
    """The form that this browser gave here today."""
    site = request.app[SITE]
    async with site.store.reading() as tx:
        identifier = await tx.vote_of(f"{SOURCE}:{voter}", place.counter, site.clock().date())
        found = (await tx.responses([identifier])).get(identifier) if identifier else None
    return found if found and (found.form, found.version) == (place.form.code, place.form.version) else None


async def submit(request: http.Request) -> http.Response:
    """POST /k/{counter}: one page of answers; stored before the next page is shown."""
    return await take(request, _place(request))


async def take(request: http.Request, place: Place) -> http.Response:
    """Store one page of answers, and send the browser on to the next."""
    site, form = request.app[SITE], place.form
    sent = await sent_form(request)
    token = sent.get("token", "")
    identifier, shown_at = site.signer.read_at(place.purpose, token)
    if not identifier:
        return message(request, place, "web.expired", status=400)
    now = site.clock()
    number = page_number(form, sent.get("page", ""))
    begun = place.opened.begun if place.opened else None
    stored = begun or await _stored(request, identifier)
    if stored and stored.complete:
        return already(request, place, stored, status=409)
    before = stored.answers if stored else {}
    answers, problems = read_page(form.pages[number], sent, before, language_of(request))
    if "back" in sent:
        problems = {asked: said for asked, said in problems.items() if any(map(str.strip, sent.getall(asked, [])))}
    if problems:
        wrong = [question for question in form.pages[number].questions if question.id in problems]
        typed: dict[str, Answer] = {q.id: sent.get(q.id, "") for q in wrong if q.kind == "text"}
        typed |= {q.id: tuple(sent.getall(q.id, [])) for q in wrong if q.kind == "multiple"}
        return show(request, place, token, number, {**before, **answers, **typed}, problems, status=400)
    cleared = left_open(form.pages[number], {**before, **answers}, answers)
    known = {**{asked: answer for asked, answer in before.items() if asked not in cleared}, **answers}
    following = next_page(form, number, known, sent)
    finish = following is None
    if finish and not known:
        nothing = {"": locales.text(language_of(request), "web.problem.nothing")}
        return show(request, place, token, number, known, nothing, status=400)
    if stored is None and (
        held := await held_form(request, place, shown_at, sent.items(), (number, {**known, **answers}))
    ):
        return held
    blank = Response(
        id=identifier,
        unit=place.unit,
        counter=place.counter,
        form=form.code,
        version=form.version,
        digest=form.digest,
        source=SOURCE,
        day=now.date(),
        assisted=is_assisted(request),
        round=place.opened.round.name if place.opened else "",
        occasion=place.opened.slip.occasion if place.opened else "",
        hasty=is_hasty(shown_at, now),
    )
    voter = name_of(request, COOKIE)
    slip = place.opened.slip.code if place.opened else ""
    outcome = await request.app[SUBMISSIONS].add(
        Submission(
            blank,
            form,
            answers,
            finish,
            cleared=cleared,
            slip=slip,
            voter=f"{SOURCE}:{voter}" if voter else "",
            device=device_of(request),
            at=now,
        )
    )
    if not isinstance(outcome, Response):
        return refused(request, place, outcome)
    if finish:
        token = site.signer.sign(place.sent_purpose, outcome.id)
    elif outcome.id != identifier:
        token = site.signer.sign(place.purpose, outcome.id)
    return see_other(keeping(f"{place.path}/{token}" if finish else f"{place.path}/{token}?page={following}", request))


async def go_on(request: http.Request) -> http.Response:
    """GET /k/{counter}/{token}: the next page, or thanks."""
    return await carry_on(request, _place(request))


async def carry_on(request: http.Request, place: Place) -> http.Response:
    """Show the next page of a form that was begun, or thanks."""
    token = request.match_info["token"]
    signer = request.app[SITE].signer
    sent = signer.read(place.sent_purpose, token)
    identifier = sent or signer.read_at(place.purpose, token)[0]
    stored = await _stored(request, identifier) if identifier else None
    if stored is None:
        return see_other(keeping(place.path, request))
    if sent or stored.complete or "page" not in request.query:
        return thanks(request, place, token if sent else "")
    return show(request, place, token, page_number(place.form, request.query["page"]), stored.answers, {})


async def withdraw(request: http.Request) -> http.Response:
    """POST /k/{counter}/{token}/withdraw: take a form back, in the week in which it was given."""
    return await take_back(request, _place(request))


async def take_back(request: http.Request, place: Place) -> http.Response:
    """Delete a form and its answers, as long as its week lasts."""
    site = request.app[SITE]
    await sent_form(request)
    identifier = site.signer.read(place.sent_purpose, request.match_info["token"])
    today = site.clock().date()
    async with site.store.transaction() as tx:
        stored = (await tx.responses([identifier])).get(identifier) if identifier else None
        found = stored is not None and week_of(stored.day) == week_of(today)
        if stored and found:
            await tx.drop_responses([stored.id])
            await tx.add_request(carried_out_at_once("withdraw", today))
    if not found:
        return message(request, place, "survey.nothing_to_withdraw", status=410)
    return message(request, place, "survey.withdrawn", status=200)


def _place(request: http.Request) -> Place:
    counter, form = counter_and_form(request)
    return Place(f"/k/{counter.code}", counter.unit, counter.code, counter.name, form)


async def _stored(request: http.Request, identifier: str) -> Response | None:
    async with request.app[SITE].store.reading() as tx:
        return (await tx.responses([identifier])).get(identifier)
