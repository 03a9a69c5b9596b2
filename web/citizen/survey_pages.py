"""The pages of a form: questions, thanks, and refusals."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from aiohttp import web as http
from multidict import MultiDictProxy

import locales
from handlers.counters import find_counter, no_counter
from handlers.rating.counter_words import counter_words
from handlers.world import Counter
from surveys.answers import Answers, applies
from surveys.filling import first_unanswered
from surveys.questionnaire import Question, Questionnaire, words_in
from surveys.responses import Opened, Origin, Refusal, Response
from web.citizen.read_aloud import Spoken, aloud
from web.pages import language_of, page
from web.site import SITE

ASSISTED = "giup"
# The parameter and value in the address that ask for large letters.
LARGE = ("chu", "lon")
_CLAUSE = re.compile(r"[^.;]*[^.;\s]")
# Fields that the waiting page adds to the original ones.
PROOF_FIELDS = ("ticket", "proof")
# Fields of a form's page other than its questions.
OUR_FIELDS = ("token", "page", "back", "send", "stay", "tap", *PROOF_FIELDS)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a form is answered: at a counter's open code, or on a slip (`opened`). `path` is the path of its pages.

    `closed`: the counter takes no new forms. `sentence_key` is the key of a sentence shown above the first page.
    """

    path: str
    unit: str
    counter: str
    heading: str
    form: Questionnaire
    opened: Opened | None = None
    closed: bool = False
    sentence_key: str = ""

    @property
    def origin(self) -> Origin:
        """The source under which forms answered here are counted."""
        return self.opened.origin if self.opened else Origin(self.unit, self.counter)

    @property
    def words(self) -> str:
        """What to write in a messenger to go on there: the slip's code, or words that name the counter."""
        return self.opened.slip.code if self.opened else counter_words(self.counter)

    @property
    def purpose(self) -> str:
        """The purpose of tokens, valid for one place and one version of one form."""
        return f"survey:{self.path}:{self.form.code}:{self.form.version}"

    @property
    def sent_purpose(self) -> str:
        """The purpose of tokens that withdraw a form; only the person who sent it gets one."""
        return f"sent:{self.path}:{self.form.code}:{self.form.version}"


def counter_and_form(request: http.Request) -> tuple[Counter, Questionnaire]:
    """Return the counter that the address names, and its form; HTTPNotFound with a sentence where there is none."""
    world, code = request.app[SITE].world(), request.match_info["counter"]
    counter = find_counter(world, code)
    if counter and counter.code != code:
        # Cookies, tokens and the store of a screen depend on the address.
        entrance, _, *below = request.path.split("/")[1:]
        target = request.rel_url.with_path("/".join(["", entrance, counter.code, *below]))
        raise http.HTTPPermanentRedirect(target.with_query(request.rel_url.query))
    form = world.form(counter.form) if counter else None
    if counter is None or form is None:
        raise http.HTTPNotFound(text=no_counter(world, code, language_of(request)))
    return counter, form


def counter_even_if_closed(request: http.Request) -> Counter:
    """Return the counter that the address names, also one that has closed meanwhile; else HTTPNotFound."""
    world, code = request.app[SITE].world(), request.match_info["counter"]
    return world.closed.get(code) or counter_and_form(request)[0]


def read_token(request: http.Request, place: Place, token: str) -> tuple[Place, str, datetime | None]:
    """Return the place, the wording in which a form was started, its id ("" if none), and when it was opened."""
    for known in _in_each_wording(request, place):
        identifier, shown_at = request.app[SITE].signer.read_at(known.purpose, token)
        if identifier:
            return known, identifier, shown_at
    return place, "", None


def read_sent_token(request: http.Request, place: Place, token: str) -> tuple[Place, str]:
    """Return the place with the wording of a sent form, and the form's id; "" if the token is not valid."""
    for known in _in_each_wording(request, place):
        if identifier := request.app[SITE].signer.read(known.sent_purpose, token):
            return known, identifier
    return place, ""


def is_ours(request: http.Request, path: str, token: str) -> bool:
    """Tell whether a token belongs to a form opened or sent at an address, in any wording."""
    world, signer = request.app[SITE].world(), request.app[SITE].signer
    places = (Place(path, "", "", "", form) for form in (*world.forms.values(), *world.wordings.values()))
    return any(signer.read(purpose, token) for place in places for purpose in (place.purpose, place.sent_purpose))


def _in_each_wording(request: http.Request, place: Place) -> list[Place]:
    wordings = request.app[SITE].world().wordings
    return [place, *(replace(place, form=form) for form in wordings.values())]


def show(
    request: http.Request,
    place: Place,
    token: str,
    number: int,
    answers: Answers,
    problems: Mapping[str, str],
    status: int = 200,
) -> http.Response:
    """Show one page of a form with its answers and mistakes."""
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
        told=place.sentence_key,
        lead=_lead(words_in(form.notice, language)),
        mark=_mark(form, answers, language) if number else "",
        keep=lambda target, **other: keeping(target, request, **other),
        large=is_large(request),
        may_send=number > 0 and bool(answers) and first_unanswered(form, answers) is None,
        here=f"{place.path}/{token}?page={number}" if answers else place.path,
        assisted=is_assisted(request),
        words=lambda said: words_in(said, language),
        aloud=lambda question: _aloud(request, form, number, question),
        bots=site.bots() if number == 0 else {},
        zalo=site.zalo_link(place.unit, place.words) if number == 0 else "",
    )


def _lead(notice: str) -> str:
    """Return the first clause of a notice as a sentence; the page links to the whole notice."""
    first = _CLAUSE.match(notice)
    return f"{first[0]}." if first else notice


def _mark(form: Questionnaire, answers: Answers, language: str) -> str:
    """Return the level given on a first page that asks nothing else, as in "4 Hài lòng"; empty for other forms."""
    (first, *more), level = form.pages[0].questions, answers.get(form.pages[0].questions[0].id)
    if more or first.kind != "scale":
        return ""
    named = {option.value: words_in(option.label, language) for option in first.options}
    return f"{level} {named[str(level)]}" if str(level) in named else ""


def _aloud(request: http.Request, form: Questionnaire, number: int, question: Question) -> Spoken:
    """Return a question as it is read aloud, after the page's title if it is the first, and on page one the notice."""
    language = language_of(request)
    asked = form.pages[number]
    opening = question is asked.questions[0]
    before = [words_in(form.notice, language)] if opening and number == 0 else []
    if opening:
        before.append(words_in(asked.title, language))
    recordings = request.app[SITE].recordings
    return aloud(form, question, language, recordings, before, noticed=opening and number == 0)


def thanks(request: http.Request, place: Place, token: str, key: str = "", status: int = 200) -> http.Response:
    """Show the thanks or another sentence, and offer to withdraw the form."""
    language = language_of(request)
    unit = request.app[SITE].world().unit(place.unit)
    said = locales.text(language, key) if key else words_in(place.form.thanks, language)
    return page(
        "thanks.html",
        language,
        status,
        place=place,
        unit=unit,
        thanks=said,
        token=token,
        large=is_large(request),
        keep=lambda target: keeping(target, request),
        results=request.app[SITE].world().published(place.unit),
    )


def already(request: http.Request, place: Place, given: Response, status: int = 200) -> http.Response:
    """Say that this form was sent already, and offer to withdraw it."""
    # A slip's form may be somebody else's: its code alone takes nothing back.
    token = "" if place.opened else request.app[SITE].signer.sign(place.sent_purpose, given.id)
    return thanks(request, place, token, key="web.already_sent" if given.round else "web.already_voted", status=status)


def refused(request: http.Request, place: Place, refusal: Refusal, fields: MultiDictProxy[str]) -> http.Response:
    """Say why a form was refused, and show the typed answers."""
    key = "web.already_voted" if refusal == "voted" else f"survey.refused.{refusal}"
    return message(request, place, key, 409, typed_back(place.form, fields, request))


def too_late(request: http.Request, place: Place, fields: MultiDictProxy[str]) -> http.Response:
    """Say that the counter has closed, and show the typed answers."""
    language = language_of(request)
    return page(
        "message.html",
        language,
        410,
        title=locales.text(language, "web.survey"),
        text=no_counter(request.app[SITE].world(), place.counter, language),
        link="/",
        link_text=locales.text(language, "web.home"),
        typed=typed_back(place.form, fields, request),
    )


def typed_back(form: Questionnaire | None, fields: MultiDictProxy[str], request: http.Request) -> list[tuple[str, str]]:
    """Return the answers on a page as (question, answer) in words, also of unknown questions."""
    language, typed = language_of(request), []
    for name, text in fields.items():
        if name in OUR_FIELDS or not text.strip():
            continue
        question = form.questions.get(name) if form else None
        labels = {o.value: words_in(o.label, language) for o in question.options} if question else {}
        typed.append((words_in(question.text, language) if question else "", labels.get(text, text)))
    return typed


def message(
    request: http.Request, place: Place, key: str, status: int, typed: Sequence[tuple[str, str]] = ()
) -> http.Response:
    """Show one sentence, a link back to the form, and typed answers that were not stored."""
    language = language_of(request)
    return page(
        "message.html",
        language,
        status,
        title=locales.text(language, "web.survey"),
        text=locales.text(language, key),
        link=keeping(place.path, request),
        link_text=locales.text(language, "web.again"),
        typed=typed,
    )


def stale(request: http.Request) -> http.Response:
    """Refuse a screen's code that is too old or invalid; the page has no link to the form."""
    language = language_of(request)
    return page(
        "message.html",
        language,
        410,
        title=locales.text(language, "web.survey"),
        text=locales.text(language, "web.kiosk.stale"),
        link="/",
        link_text=locales.text(language, "web.home"),
        typed=(),
    )


def is_assisted(request: http.Request) -> bool:
    """Tell whether the address says that somebody helps to answer."""
    return ASSISTED in request.query


def is_large(request: http.Request) -> bool:
    """Tell whether the address asks for large letters."""
    name, value = LARGE
    return request.query.get(name) == value


def keeping(
    target: str,
    request: http.Request,
    *,
    language: str | None = None,
    assisted: bool | None = None,
    large: bool | None = None,
) -> str:
    """Return an address with the language, the help marker and the size of letters of this page, or with others."""
    language = language_of(request) if language is None else language
    said = [f"lang={language}"] if language != locales.DEFAULT else []
    said += [ASSISTED] if (is_assisted(request) if assisted is None else assisted) else []
    said += ["=".join(LARGE)] if (is_large(request) if large is None else large) else []
    return f"{target}{'&' if '?' in target else '?'}{'&'.join(said)}" if said else target
