"""The pages of a form: its questions, thanks, and why it is not taken."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web as http

import locales
from handlers.places import no_counter
from handlers.world import Counter
from surveys.answers import Answers, applies
from surveys.filling import first_unanswered
from surveys.questionnaire import Question, Questionnaire, words_in
from surveys.responses import Opened, Origin, Refusal, Response
from web.aloud import Spoken, aloud
from web.site import SITE, language_of, page

ASSISTED = "giup"


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
    def origin(self) -> Origin:
        """Where the forms answered here count."""
        return self.opened.origin if self.opened else Origin(self.unit, self.counter)

    @property
    def purpose(self) -> str:
        """A token is good for one place and one version of one form."""
        return f"survey:{self.path}:{self.form.code}:{self.form.version}"

    @property
    def sent_purpose(self) -> str:
        """Whoever sent a form off gets a token that takes it back; having seen it unfinished is not enough."""
        return f"sent:{self.path}:{self.form.code}:{self.form.version}"


def counter_and_form(request: http.Request) -> tuple[Counter, Questionnaire]:
    """Return the counter that the address names, and its form; HTTPNotFound with a sentence where there is none."""
    world, code = request.app[SITE].world(), request.match_info["counter"]
    counter = world.counters.get(code)
    form = world.forms.get(counter.form) if counter else None
    if counter is None or form is None:
        raise http.HTTPNotFound(text=no_counter(world, code, language_of(request)))
    return counter, form


def show(
    request: http.Request,
    place: Place,
    token: str,
    number: int,
    answers: Answers,
    problems: Mapping[str, str],
    status: int = 200,
) -> http.Response:
    """Show one page of a form, with what was answered and what is wrong with it."""
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
        may_send=number > 0 and bool(answers) and first_unanswered(form, answers) is None,
        here=f"{place.path}/{token}?page={number}&" if answers else f"{place.path}?",
        assisted=is_assisted(request),
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


def thanks(request: http.Request, place: Place, token: str, told: str = "", status: int = 200) -> http.Response:
    """Say thanks, or something else, and offer to take the form back."""
    language = language_of(request)
    unit = request.app[SITE].world().unit(place.unit)
    said = locales.text(language, told) if told else words_in(place.form.thanks, language)
    return page("thanks.html", language, status, place=place, unit=unit, thanks=said, token=token)


def already(request: http.Request, place: Place, given: Response, status: int = 200) -> http.Response:
    """Say that this form was given, and offer to take it back."""
    # A slip's form may be somebody else's: its code alone takes nothing back.
    token = "" if place.opened else request.app[SITE].signer.sign(place.sent_purpose, given.id)
    return thanks(
        request, place, token, told="survey.refused.voted" if not given.round else "web.already_sent", status=status
    )


def refused(request: http.Request, place: Place, refusal: Refusal) -> http.Response:
    """Say why a form was not taken."""
    return message(request, place, f"survey.refused.{refusal}", status=409)


def message(request: http.Request, place: Place, key: str, status: int) -> http.Response:
    """Say one sentence, with a way back to the form."""
    language = language_of(request)
    return page(
        "message.html",
        language,
        status,
        title=locales.text(language, "web.survey"),
        text=locales.text(language, key),
        link=keeping(place.path, request),
        link_text=locales.text(language, "web.again"),
    )


def stale(request: http.Request) -> http.Response:
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


def is_assisted(request: http.Request) -> bool:
    """Whether somebody helps to answer: the address of the page says so."""
    return ASSISTED in request.query


def keeping(target: str, request: http.Request) -> str:
    """An address with what this page's own says: the language, and that somebody helps."""
    language = language_of(request)
    said = [f"lang={language}"] if language != locales.DEFAULT else []
    said += [ASSISTED] if is_assisted(request) else []
    return f"{target}{'&' if '?' in target else '?'}{'&'.join(said)}" if said else target
