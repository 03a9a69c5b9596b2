"""The survey behind a counter's code: one page at a time, plain forms, stored as soon as a page is sent."""

from dataclasses import replace
from datetime import timedelta

from aiohttp import web as http
from multidict import MultiDictProxy

import locales
from handlers.rating.unfinished_forms import is_lost, lost_forms
from reports.data_requests import carried_out_at_once
from surveys import filling
from surveys.filling import Ask, Button, Refuse, Sent, Store
from surveys.responses import Response, half_of, week_of
from web.browser_names import give_name, name_of
from web.citizen.devices import device_of
from web.citizen.screen_codes import is_good
from web.citizen.submissions import Submission, Submissions
from web.citizen.survey_pages import (
    Place,
    already,
    counter_and_form,
    counter_even_if_closed,
    is_assisted,
    keeping,
    message,
    read_sent_token,
    read_token,
    refused,
    show,
    stale,
    thanks,
    too_late,
    typed_back,
)
from web.limits import held_form
from web.pages import language_of, see_other, sent_form
from web.site import SITE

SOURCE = "web"
COOKIE = "motcua_voter"
COOKIE_LIFE = timedelta(days=7)
SUBMISSIONS = http.AppKey("submissions", Submissions)


async def start(request: http.Request) -> http.Response:
    """GET /k/{counter}: the notice and the first question, at once."""
    place = _place(request)
    site = request.app[SITE]
    # The printed code carries no "m"; that of a screen is valid for some minutes.
    if "m" in request.query and not is_good(site.signer, place.counter, request.query["m"], site.clock()):
        return stale(request)
    voter = name_of(request, COOKIE)
    given = await _given_today(request, place, voter) if voter and not is_assisted(request) else None
    if given and is_lost(site.world(), given):
        await _give_up(request, given)
        return first_page(request, replace(place, sentence_key="survey.lost"))
    if given is None:
        return first_page(request, place)
    form = site.world().form(given.form, given.version)
    place = replace(place, form=form or place.form)
    return already(request, place, given) if given.complete else resumed(request, place, given)


def resumed(request: http.Request, place: Place, unfinished: Response) -> http.Response:
    """Show the first page of a form that has an unanswered question."""
    token = request.app[SITE].signer.sign(place.purpose, unfinished.id)
    return show(request, place, token, filling.first_open(place.form, unfinished.answers), unfinished.answers, {})


def first_page(request: http.Request, place: Place) -> http.Response:
    """Show a new form, and give the browser a name by which it has one vote a day."""
    site = request.app[SITE]
    _, token = site.signer.fresh_at(place.purpose, site.clock())
    response = show(request, place, token, 0, {}, {})
    # Going back in the browser shows this page again, so that the answer is corrected and not given a second time.
    # Its form is sent to another address ("?sent"), or sending it would remove the page from the browser's cache.
    response.headers["Cache-Control"] = "private, no-cache"
    if not name_of(request, COOKIE):
        give_name(request, response, COOKIE, COOKIE_LIFE)
    return response


async def _given_today(request: http.Request, place: Place, voter: str) -> Response | None:
    """Return the form that this browser sent here today."""
    site = request.app[SITE]
    async with site.store.reading() as tx:
        identifier = await tx.vote_of(f"{SOURCE}:{voter}", place.counter, site.clock().date())
        return (await tx.responses([identifier])).get(identifier) if identifier else None


async def _give_up(request: http.Request, given: Response) -> None:
    """Delete a form that cannot be finished, so that the person starts again; 503 if it can be finished after all."""
    site = request.app[SITE]
    async with site.store.transaction() as tx:
        lost = await lost_forms(tx, site.world(), [given.id])
        await tx.drop_unfinished(lost)
    if not lost:
        raise http.HTTPServiceUnavailable


async def submit(request: http.Request) -> http.Response:
    """POST /k/{counter}: one page of answers; stored before the next page is shown."""
    return await take(request, _place_even_if_closed(request))


async def take(request: http.Request, place: Place) -> http.Response:
    """Handle one page of answers: store it and redirect, show it again, or say why it is refused."""
    site = request.app[SITE]
    fields = await sent_form(request)
    place, identifier, shown_at = read_token(request, place, fields.get("token", ""))
    number, tap = filling.page_number(place.form, fields.get("page", "")), fields.get("tap", "")
    given = {name: fields.getall(name) for name in fields}
    sent = Sent(
        identifier,
        filling.tapped(place.form.pages[number], given, tap) if tap else given,
        number,
        _button(fields),
        shown_at,
        place.closed,
    )
    stored = place.opened.unfinished if place.opened else None
    if stored is None and sent.identifier:
        stored = await _stored(request, sent.identifier)
    match filling.decide(place.form, stored, sent, site.clock()):
        case Refuse("complete") if stored:
            return already(request, place, stored, status=409)
        case Refuse("changed"):
            return refused(request, place, "changed", fields)
        case Refuse("late"):
            return too_late(request, place, fields)
        case Refuse():
            return message(request, place, "web.expired", 400, typed_back(place.form, fields, request))
        case Ask(number, answers, problems):
            language = language_of(request)
            sentences = {q: locales.text(language, f"web.problem.{p.key}", limit=p.limit) for q, p in problems.items()}
            return show(request, place, fields.get("token", ""), number, answers, sentences, status=400)
        case Store() as page:
            if stored is None and (
                held := await held_form(request, place, shown_at, fields.items(), (sent.page, page.answers))
            ):
                return held
            return await _keep(request, place, fields, identifier, page)


def _button(fields: MultiDictProxy[str]) -> Button:
    if "tap" in fields or "stay" in fields:
        return "stay"
    return "back" if "back" in fields else "send" if "send" in fields else "next"


async def _keep(
    request: http.Request, place: Place, fields: MultiDictProxy[str], identifier: str, page: Store
) -> http.Response:
    """Store a page, and redirect to the next page or the thanks."""
    site, form = request.app[SITE], place.form
    now, voter = site.clock(), name_of(request, COOKIE)
    blank = Response.to(
        *(form, place.origin, identifier, SOURCE, now.date()),
        assisted=is_assisted(request),
        hasty=page.hasty,
        half=half_of(now),
    )
    outcome = await request.app[SUBMISSIONS].add(
        Submission(
            blank,
            form,
            page.answers,
            page.finish,
            cleared=page.cleared,
            slip=place.opened.slip.code if place.opened else "",
            voter=f"{SOURCE}:{voter}" if voter else "",
            device=device_of(request),
            at=now,
        )
    )
    if not isinstance(outcome, Response):
        return refused(request, place, outcome, fields)
    if page.finish:
        sent_token = site.signer.sign(place.sent_purpose, outcome.id)
        return see_other(keeping(f"{place.path}/{sent_token}", request))
    token = fields["token"] if outcome.id == identifier else site.signer.sign(place.purpose, outcome.id)
    # Without a script the page comes back after each tap, at the question that was tapped.
    tap = fields.get("tap", "").partition(":")[0]
    at = f"#q-{tap}" if tap in place.form.questions else ""
    return see_other(f"{keeping(f'{place.path}/{token}?page={page.following}', request)}{at}")


async def go_on(request: http.Request) -> http.Response:
    """GET /k/{counter}/{token}: the next page, or thanks."""
    return await carry_on(request, _place_even_if_closed(request))


async def carry_on(request: http.Request, place: Place) -> http.Response:
    """Show the next page of a form that was started, or thanks."""
    token = request.match_info["token"]
    place, sent = read_sent_token(request, place, token)
    identifier = sent
    if not sent:
        place, identifier, _ = read_token(request, place, token)
    stored = await _stored(request, identifier) if identifier else None
    if stored is None:
        return see_other(keeping(place.path, request))
    if sent or stored.complete or "page" not in request.query:
        return thanks(request, place, token if sent else "")
    return show(request, place, token, filling.page_number(place.form, request.query["page"]), stored.answers, {})


async def withdraw(request: http.Request) -> http.Response:
    """POST /k/{counter}/{token}/withdraw: take a form back, in the week in which it was given."""
    return await take_back(request, _place_even_if_closed(request))


async def take_back(request: http.Request, place: Place) -> http.Response:
    """Delete a form and its answers, as long as its week lasts."""
    site = request.app[SITE]
    await sent_form(request)
    place, identifier = read_sent_token(request, place, request.match_info["token"])
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


def _place_even_if_closed(request: http.Request) -> Place:
    """Return the place that the address names, also at a counter that has closed meanwhile."""
    counter, world = counter_even_if_closed(request), request.app[SITE].world()
    if counter.code in world.closed and (form := world.form(counter.form)):
        return Place(f"/k/{counter.code}", counter.unit, counter.code, counter.name, form, closed=True)
    return _place(request)


async def _stored(request: http.Request, identifier: str) -> Response | None:
    async with request.app[SITE].store.reading() as tx:
        return (await tx.responses([identifier])).get(identifier)
