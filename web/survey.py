"""The survey behind a counter's code: one page at a time, plain forms, stored as soon as a page is sent."""

from collections.abc import Mapping

from aiohttp import web as http
from multidict import MultiDictProxy

import locales
from handlers.world import Counter
from surveys.answers import Answer, Answers, Problem, accept, applies
from surveys.questionnaire import Page, Question, Questionnaire, words_in
from surveys.responses import Response
from web.aloud import Spoken, aloud
from web.site import SITE, language_of, page, see_other, sent_form
from web.submissions import Submission, Submissions

SOURCE = "web"
SUBMISSIONS = http.AppKey("submissions", Submissions)


async def start(request: http.Request) -> http.Response:
    """GET /k/{counter}: the notice and the first question, at once."""
    counter, form = _place(request)
    _, token = request.app[SITE].signer.fresh(_purpose(counter, form))
    response = _show(request, counter, form, token, 0, {}, {})
    # Whoever goes back gets this very page again, and so corrects an answer instead of giving a second one.
    # Its form goes to another address ("?sent"), or sending it would take the page out of the browser's cache.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


async def submit(request: http.Request) -> http.Response:
    """POST /k/{counter}: one page of answers; stored before the next page is shown."""
    counter, form = _place(request)
    sent = await sent_form(request)
    token = sent.get("token", "")
    identifier = request.app[SITE].signer.read(_purpose(counter, form), token)
    if identifier is None:
        return _message(request, counter, "web.expired", status=400)
    number = _page_number(form, sent.get("page", ""))
    stored = await _stored(request, identifier)
    if stored and stored.complete:
        return _message(request, counter, "web.already_sent", status=409)
    before = stored.answers if stored else {}
    answers, problems = _read(form.pages[number], sent, before, language_of(request))
    if "back" in sent:
        problems = {asked: said for asked, said in problems.items() if any(map(str.strip, sent.getall(asked, [])))}
    if problems:
        refused = [question for question in form.pages[number].questions if question.id in problems]
        typed: dict[str, Answer] = {q.id: sent.get(q.id, "") for q in refused if q.kind == "text"}
        typed |= {q.id: tuple(sent.getall(q.id, [])) for q in refused if q.kind == "multiple"}
        return _show(request, counter, form, token, number, {**before, **answers, **typed}, problems, status=400)
    cleared = _left_open(form.pages[number], {**before, **answers}, answers)
    known = {**{asked: answer for asked, answer in before.items() if asked not in cleared}, **answers}
    following = _next_page(form, number, known, sent)
    finish = following is None
    if finish and not known:
        nothing = {"": locales.text(language_of(request), "web.problem.nothing")}
        return _show(request, counter, form, token, number, known, nothing, status=400)
    blank = Response(
        id=identifier,
        unit=counter.unit,
        counter=counter.code,
        form=form.code,
        version=form.version,
        digest=form.digest,
        source=SOURCE,
        day=request.app[SITE].clock().date(),
    )
    await request.app[SUBMISSIONS].add(Submission(blank, form, answers, finish, cleared))
    target = f"/k/{counter.code}/{token}" if finish else f"/k/{counter.code}/{token}?page={following}"
    return see_other(_in_language(target, request))


async def go_on(request: http.Request) -> http.Response:
    """GET /k/{counter}/{token}: the next page, or thanks."""
    counter, form = _place(request)
    token = request.match_info["token"]
    identifier = request.app[SITE].signer.read(_purpose(counter, form), token)
    stored = await _stored(request, identifier) if identifier else None
    if stored is None:
        return see_other(_in_language(f"/k/{counter.code}", request))
    if stored.complete or "page" not in request.query:
        return _thanks(request, counter, form)
    return _show(request, counter, form, token, _page_number(form, request.query["page"]), stored.answers, {})


def _place(request: http.Request) -> tuple[Counter, Questionnaire]:
    world = request.app[SITE].world()
    counter = world.counters.get(request.match_info["counter"])
    form = world.forms.get(counter.form) if counter else None
    if counter is None or form is None:
        raise http.HTTPNotFound(text=locales.text(language_of(request), "survey.unknown_counter"))
    return counter, form


def _purpose(counter: Counter, form: Questionnaire) -> str:
    """A token is good for one counter and one version of one form."""
    return f"survey:{counter.code}:{form.code}:{form.version}"


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


def _left_open(asked: Page, known: Answers, given: Answers) -> frozenset[str]:
    """The questions of a page that were asked and are not answered, or not any more."""
    return frozenset(q.id for q in asked.questions if q.id not in given and applies(q, known))


def _next_page(form: Questionnaire, number: int, known: Answers, sent: MultiDictProxy[str]) -> int | None:
    """The page to show after one was sent; None where the form is finished."""
    if "back" in sent:
        earlier = (
            page for page in range(number - 1, -1, -1) if any(applies(q, known) for q in form.pages[page].questions)
        )
        return next(earlier, 0)
    following = None if "send" in sent else _following(form, number, known)
    return _unanswered(form, known) if following is None else following


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
    counter: Counter,
    form: Questionnaire,
    token: str,
    number: int,
    answers: Answers,
    problems: Mapping[str, str],
    status: int = 200,
) -> http.Response:
    language = language_of(request)
    site = request.app[SITE]
    asked = form.pages[number]
    questions = [question for question in asked.questions if applies(question, answers)]
    pages = len(form.pages)
    return page(
        "survey.html",
        language,
        status,
        counter=counter,
        unit=site.world().unit(counter.unit),
        form=form,
        token=token,
        number=number,
        pages=pages,
        title=words_in(asked.title, language),
        questions=questions,
        answers=answers,
        problems=problems,
        at_once=len(questions) == 1 and questions[0].kind == "scale" and questions[0].required,
        may_send=number > 0 and bool(answers) and _unanswered(form, answers) is None,
        here=f"/k/{counter.code}/{token}?page={number}&" if answers else f"/k/{counter.code}?",
        words=lambda said: words_in(said, language),
        aloud=lambda question: _aloud(request, form, number, question),
        bots=site.bots() if number == 0 else {},
    )


def _aloud(request: http.Request, form: Questionnaire, number: int, question: Question) -> Spoken:
    """A question as it is read aloud; the first of a page begins with the notice or the page's title."""
    language = language_of(request)
    asked = form.pages[number]
    opening = question is asked.questions[0]
    before = [words_in(form.notice, language)] if opening and number == 0 else []
    if opening:
        before.append(words_in(asked.title, language))
    recordings = request.app[SITE].recordings
    return aloud(form, question, language, recordings, before, noticed=opening and number == 0)


def _thanks(request: http.Request, counter: Counter, form: Questionnaire) -> http.Response:
    language = language_of(request)
    unit = request.app[SITE].world().unit(counter.unit)
    return page("thanks.html", language, counter=counter, unit=unit, thanks=words_in(form.thanks, language))


def _message(request: http.Request, counter: Counter, key: str, status: int) -> http.Response:
    language = language_of(request)
    return page(
        "message.html",
        language,
        status,
        title=locales.text(language, "web.survey"),
        text=locales.text(language, key),
        link=_in_language(f"/k/{counter.code}", request),
        link_text=locales.text(language, "web.again"),
    )


def _in_language(target: str, request: http.Request) -> str:
    language = language_of(request)
    if language == locales.DEFAULT:
        return target
    return f"{target}{'&' if '?' in target else '?'}lang={language}"
