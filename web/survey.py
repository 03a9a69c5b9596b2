"""The survey behind a counter's code: one page at a time, plain forms, stored as soon as a page is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web as http
from multidict import MultiDictProxy

import locales
from surveys.answers import Answer, Answers, Problem, accept, applies
from surveys.integrity import is_hasty
from surveys.questionnaire import Page, Question, Questionnaire, words_in
from surveys.responses import Opened, Refusal, Response, week_of
from web.devices import device_of
from web.kiosk_codes import is_good
from web.site import SITE, language_of, page, see_other, sent_form
from web.submissions import Submission, Submissions

SOURCE = "web"
ASSISTED = "giup"
COOKIE = "motcua_voter"
COOKIE_LIFE = timedelta(days=7)
SUBMISSIONS = http.AppKey("submissions", Submissions)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a form is answered: at a counter's open code, or on a slip (`opened`). `path` is the page's own."""

    path: str
    unit: str
    counter: str
    heading: str
    form: Questionnaire
    opened: Opened | None = None

    @property
    def purpose(self) -> str:
        """A token is good for one place and one version of one form."""
        return f"survey:{self.path}:{self.form.code}:{self.form.version}"


async def start(request: http.Request) -> http.Response:
    """GET /k/{counter}: the notice and the first question, at once."""
    place = _place(request)
    site = request.app[SITE]
    # The printed code carries none; that of the screen at the counter is good for some minutes.
    if "m" in request.query and not is_good(site.signer, place.counter, request.query["m"], site.clock()):
        return _stale(request)
    voter = known_voter(request)
    if voter and not _assisted(request) and (given := await _given_today(request, place, voter)):
        if given.complete:
            return already(request, place, given)
        return resumed(request, place, given)
    return first_page(request, place)


def resumed(request: http.Request, place: Place, begun: Response) -> http.Response:
    """Show a form where it was left: the first page with a question that was not answered."""
    pages = place.form.pages
    left = [
        n for n, asked in enumerate(pages) if any(_is_open(question, begun.answers) for question in asked.questions)
    ]
    token = request.app[SITE].signer.sign(place.purpose, begun.id)
    return _show(request, place, token, left[0] if left else len(pages) - 1, begun.answers, {})


def _is_open(question: Question, answers: Answers) -> bool:
    return question.id not in answers and applies(question, answers)


def first_page(request: http.Request, place: Place) -> http.Response:
    """Show a new form, and give the browser a name by which it has one vote a day."""
    site = request.app[SITE]
    _, token = site.signer.fresh_at(place.purpose, site.clock())
    response = _show(request, place, token, 0, {}, {})
    # Whoever goes back gets this very page again, and so corrects an answer instead of giving a second one.
    # Its form goes to another address ("?sent"), or sending it would take the page out of the browser's cache.
    response.headers["Cache-Control"] = "private, no-cache"
    if not known_voter(request):
        response.set_cookie(
            COOKIE,
            site.signer.fresh(COOKIE)[1],
            max_age=int(COOKIE_LIFE.total_seconds()),
            httponly=True,
            samesite="Lax",
            secure=site.secure,
        )
    return response


def known_voter(request: http.Request) -> str:
    """The name that this browser was given, if it is one of ours; else empty."""
    return request.app[SITE].signer.read(COOKIE, request.cookies.get(COOKIE, "")) or ""


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
        return _message(request, place, "web.expired", status=400)
    now = site.clock()
    number = _page_number(form, sent.get("page", ""))
    begun = place.opened.begun if place.opened else None
    stored = begun or await _stored(request, identifier)
    if stored and stored.complete:
        return already(request, place, stored, status=409)
    before = stored.answers if stored else {}
    answers, problems = _read(form.pages[number], sent, before, language_of(request))
    if problems:
        typed = {q.id: sent[q.id] for q in form.pages[number].questions if q.kind == "text" and q.id in problems}
        return _show(request, place, token, number, {**before, **answers, **typed}, problems, status=400)
    known = {**before, **answers}
    following = None if "send" in sent else _following(form, number, known)
    if following is None:
        following = _unanswered(form, known)
    finish = following is None
    blank = Response(
        id=identifier,
        unit=place.unit,
        counter=place.counter,
        form=form.code,
        version=form.version,
        digest=form.digest,
        source=SOURCE,
        day=now.date(),
        assisted=_assisted(request),
        round=place.opened.round.name if place.opened else "",
        occasion=place.opened.slip.occasion if place.opened else "",
        hasty=is_hasty(shown_at, now),
    )
    voter = known_voter(request)
    slip = place.opened.slip.code if place.opened else ""
    outcome = await request.app[SUBMISSIONS].add(
        Submission(blank, form, answers, finish, slip, f"{SOURCE}:{voter}" if voter else "", device_of(request), now)
    )
    if not isinstance(outcome, Response):
        return refused(request, place, outcome)
    if outcome.id != identifier:
        token = site.signer.sign(place.purpose, outcome.id)
    return see_other(_kept(f"{place.path}/{token}" if finish else f"{place.path}/{token}?page={following}", request))


async def go_on(request: http.Request) -> http.Response:
    """GET /k/{counter}/{token}: the next page, or thanks."""
    return await carry_on(request, _place(request))


async def carry_on(request: http.Request, place: Place) -> http.Response:
    """Show the next page of a form that was begun, or thanks."""
    token = request.match_info["token"]
    identifier, _ = request.app[SITE].signer.read_at(place.purpose, token)
    stored = await _stored(request, identifier) if identifier else None
    if stored is None:
        return see_other(_kept(place.path, request))
    if stored.complete or "page" not in request.query:
        return _thanks(request, place, token)
    return _show(request, place, token, _page_number(place.form, request.query["page"]), stored.answers, {})


async def withdraw(request: http.Request) -> http.Response:
    """POST /k/{counter}/{token}/withdraw: take a form back, in the week in which it was given."""
    return await take_back(request, _place(request))


async def take_back(request: http.Request, place: Place) -> http.Response:
    """Delete a form and its answers, as long as its week lasts."""
    site = request.app[SITE]
    await sent_form(request)
    identifier, _ = site.signer.read_at(place.purpose, request.match_info["token"])
    stored = await _stored(request, identifier) if identifier else None
    if stored is None or week_of(stored.day) != week_of(site.clock().date()):
        return _message(request, place, "survey.nothing_to_withdraw", status=410)
    async with site.store.transaction() as tx:
        await tx.drop_responses([stored.id])
    return _message(request, place, "survey.withdrawn", status=200)


def already(request: http.Request, place: Place, given: Response, status: int = 200) -> http.Response:
    """Say that this form was given, and offer to take it back."""
    token = request.app[SITE].signer.sign(place.purpose, given.id)
    return _thanks(
        request, place, token, told="survey.refused.voted" if not given.round else "web.already_sent", status=status
    )


def refused(request: http.Request, place: Place, refusal: Refusal) -> http.Response:
    """Say why a form was not taken."""
    return _message(request, place, f"survey.refused.{refusal}", status=409)


def _place(request: http.Request) -> Place:
    world = request.app[SITE].world()
    counter = world.counters.get(request.match_info["counter"])
    form = world.forms.get(counter.form) if counter else None
    if counter is None or form is None:
        raise http.HTTPNotFound(text=locales.text(language_of(request), "survey.unknown_counter"))
    return Place(f"/k/{counter.code}", counter.unit, counter.code, counter.name, form)


def _assisted(request: http.Request) -> bool:
    """Whether somebody helps to answer: the address of the page says so."""
    return ASSISTED in request.query


async def _stored(request: http.Request, identifier: str) -> Response | None:
    async with request.app[SITE].store.reading() as tx:
        return (await tx.responses([identifier])).get(identifier)


def _page_number(form: Questionnaire, text: str) -> int:
    return min(int(text), len(form.pages) - 1) if text.isdecimal() and len(text) < 4 else 0


def _read(
    asked: Page, sent: MultiDictProxy[str], before: Answers, language: str
) -> tuple[dict[str, Answer], dict[str, str]]:
    answers: dict[str, Answer] = {}
    problems: dict[str, str] = {}
    for question in asked.questions:
        if not applies(question, {**before, **answers}):
            continue
        answer = accept(question, sent.getall(question.id, []))
        if isinstance(answer, Problem):
            problems[question.id] = locales.text(language, f"web.problem.{answer.key}", limit=answer.limit)
        elif answer is not None:
            answers[question.id] = answer
    return answers, problems


def _following(form: Questionnaire, number: int, answers: Answers) -> int | None:
    """The next page that has a question to ask."""
    for later in range(number + 1, len(form.pages)):
        if any(applies(question, answers) for question in form.pages[later].questions):
            return later
    return None


def _unanswered(form: Questionnaire, answers: Answers) -> int | None:
    """The first page with a question that has to be answered and is not."""
    for number, asked in enumerate(form.pages):
        if any(q.required and q.id not in answers and applies(q, answers) for q in asked.questions):
            return number
    return None


def _show(
    request: http.Request,
    place: Place,
    token: str,
    number: int,
    answers: Answers,
    problems: Mapping[str, str],
    status: int = 200,
) -> http.Response:
    language = language_of(request)
    site, form = request.app[SITE], place.form
    asked = form.pages[number]
    questions = [question for question in asked.questions if applies(question, answers)]
    return page(
        "survey.html",
        language,
        status,
        place=place,
        unit=site.world().unit(place.unit),
        form=form,
        token=token,
        number=number,
        pages=len(form.pages),
        title=words_in(asked.title, language),
        questions=questions,
        answers=answers,
        problems=problems,
        at_once=len(questions) == 1 and questions[0].kind == "scale" and questions[0].required,
        may_send=number > 0 and _unanswered(form, answers) is None,
        here=f"{place.path}/{token}?page={number}&" if answers else f"{place.path}?",
        assisted=_assisted(request),
        words=lambda said: words_in(said, language),
        bots=site.bots() if number == 0 else {},
    )


def _thanks(request: http.Request, place: Place, token: str, told: str = "", status: int = 200) -> http.Response:
    language = language_of(request)
    unit = request.app[SITE].world().unit(place.unit)
    said = locales.text(language, told) if told else words_in(place.form.thanks, language)
    return page("thanks.html", language, status, place=place, unit=unit, thanks=said, token=token)


def _message(request: http.Request, place: Place, key: str, status: int) -> http.Response:
    language = language_of(request)
    return page(
        "message.html",
        language,
        status,
        title=locales.text(language, "web.survey"),
        text=locales.text(language, key),
        link=_kept(place.path, request),
        link_text=locales.text(language, "web.again"),
    )


def _stale(request: http.Request) -> http.Response:
    """A code of the screen that is too old or not ours; no link leads around it."""
    language = language_of(request)
    return page(
        "message.html",
        language,
        410,
        title=locales.text(language, "web.survey"),
        text=locales.text(language, "web.kiosk.stale"),
        link="/",
        link_text=locales.text(language, "web.home"),
    )


def _kept(target: str, request: http.Request) -> str:
    """An address with what this page's own says: the language, and that somebody helps."""
    language = language_of(request)
    said = [f"lang={language}"] if language != locales.DEFAULT else []
    said += [ASSISTED] if _assisted(request) else []
    return f"{target}{'&' if '?' in target else '?'}{'&'.join(said)}" if said else target
