"""Decides what becomes of a sent page of a form: ask again, store, or refuse. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from surveys.answers import Answer, Answers, Problem, accept, applies
from surveys.questionnaire import Page, Question, Questionnaire
from surveys.responses import Response
from surveys.signs import is_hasty

# "stay" keeps what was tapped so far and shows the page again.
Button = Literal["next", "back", "send", "stay"]
Reason = Literal["expired", "complete", "changed", "late"]
# How long a form that was opened before its counter closed is still accepted.
LONGEST_OPEN = timedelta(days=1)
NOTHING = Problem("nothing")


@dataclass(frozen=True, slots=True)
class Sent:
    """What a browser or a screen sent: the texts given to each question of a page, and the button pressed.

    `identifier` is empty if the token was not valid. `shown_at` is when the form was opened, if known. `closed`: its
    counter takes no new forms any more.
    """

    identifier: str
    given: Mapping[str, Sequence[str]]
    page: int = 0
    button: Button = "next"
    shown_at: datetime | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """Show a page again with `answers`, also the refused ones, and the problem of each question ("": of the page)."""

    page: int
    answers: Answers
    problems: Mapping[str, Problem]


@dataclass(frozen=True, slots=True)
class Store:
    """Keep answers and clear those left open; then show the page `following`, or finish if it is None."""

    answers: Answers
    cleared: frozenset[str] = field(default_factory=frozenset)
    following: int | None = None
    hasty: bool = False

    @property
    def finish(self) -> bool:
        """Whether this page was the last."""
        return self.following is None


@dataclass(frozen=True, slots=True)
class Refuse:
    """Store nothing.

    expired: the token is not valid; complete: the form was sent off; changed: what is stored was started in another
    wording; late: the counter closed longer ago than a form may be open.
    """

    reason: Reason


def decide(form: Questionnaire, stored: Response | None, sent: Sent, now: datetime) -> Ask | Store | Refuse:
    """Decide what becomes of a sent page, given what is stored of its form."""
    if not sent.identifier:
        return Refuse("expired")
    if stored and stored.complete:
        return Refuse("complete")
    if stored and (stored.form, stored.version) != (form.code, form.version):
        return Refuse("changed")
    if sent.closed and not _started_lately(stored, sent, now):
        return Refuse("late")
    before = stored.answers if stored else {}
    asked = form.pages[sent.page]
    answers, problems = _read(asked, sent.given, before)
    if sent.button in ("back", "stay"):
        problems = {question: problem for question, problem in problems.items() if _texts(sent.given, question)}
    if problems:
        return Ask(sent.page, {**before, **answers, **_typed(asked, sent.given, problems)}, problems)
    cleared = _left_open(asked, {**before, **answers}, answers)
    known = {**{question: answer for question, answer in before.items() if question not in cleared}, **answers}
    following = _next_page(form, sent.page, known, sent.button)
    if not known and (following is None or (sent.button == "stay" and stored is None)):
        return Ask(sent.page, known, {"": NOTHING})
    return Store(answers, cleared, following, is_hasty(sent.shown_at, now))


def tapped(asked: Page, given: Mapping[str, Sequence[str]], tap: str) -> dict[str, Sequence[str]]:
    """Return what a page holds after a tap on an option ("question:value"), which chooses it or takes it back."""
    code, _, value = tap.partition(":")
    question = next((one for one in asked.questions if one.id == code), None)
    if question is None:
        return dict(given)
    before = [text for text in given.get(code, ()) if text]
    kept = [text for text in before if text != value] if question.kind == "multiple" else []
    return {**given, code: kept if value in before else [*kept, value]}


def page_number(form: Questionnaire, text: str) -> int:
    """Return the page that an address or a form names, or the first one if it names none."""
    return min(int(text), len(form.pages) - 1) if text.isdecimal() and len(text) < 4 else 0


def first_open(form: Questionnaire, answers: Answers) -> int:
    """Return the first page with an unanswered question, or the last page if there is none."""
    pages = (
        n for n, asked in enumerate(form.pages) if any(_is_open(question, answers) for question in asked.questions)
    )
    return next(pages, len(form.pages) - 1)


def first_unanswered(form: Questionnaire, answers: Answers) -> int | None:
    """Return the first page with an unanswered question that is required; None if there is none."""
    for number, asked in enumerate(form.pages):
        if any(question.required and _is_open(question, answers) for question in asked.questions):
            return number
    return None


def _started_lately(stored: Response | None, sent: Sent, now: datetime) -> bool:
    if stored and stored.day == now.date():
        return True
    return sent.shown_at is not None and now - sent.shown_at <= LONGEST_OPEN


def _read(
    asked: Page, given: Mapping[str, Sequence[str]], before: Answers
) -> tuple[dict[str, Answer], dict[str, Problem]]:
    answers: dict[str, Answer] = {}
    problems: dict[str, Problem] = {}
    for question in asked.questions:
        if not applies(question, {**before, **answers}):
            continue
        answer = accept(question, given.get(question.id, ()))
        if isinstance(answer, Problem):
            problems[question.id] = answer
        elif answer is not None:
            answers[question.id] = answer
    return answers, problems


def _typed(asked: Page, given: Mapping[str, Sequence[str]], problems: Mapping[str, Problem]) -> dict[str, Answer]:
    """Return the input that cannot be stored, so that it is shown again."""
    typed: dict[str, Answer] = {}
    for question in asked.questions:
        texts = given.get(question.id, ())
        if question.id in problems and question.kind == "text":
            typed[question.id] = texts[0] if texts else ""
        elif question.id in problems and question.kind == "multiple":
            typed[question.id] = tuple(texts)
    return typed


def _texts(given: Mapping[str, Sequence[str]], question: str) -> bool:
    return any(map(str.strip, given.get(question, ())))


def _left_open(asked: Page, known: Answers, given: Answers) -> frozenset[str]:
    """Return the questions of a page that apply and have no answer, or no longer have one."""
    return frozenset(q.id for q in asked.questions if q.id not in given and applies(q, known))


def _is_open(question: Question, answers: Answers) -> bool:
    return question.id not in answers and applies(question, answers)


def _next_page(form: Questionnaire, number: int, known: Answers, button: Button) -> int | None:
    """Return the page to show after one was sent; None if the form is finished."""
    if button == "stay":
        return number
    if button == "back":
        return next((page for page in range(number - 1, -1, -1) if _asks(form, page, known)), 0)
    later = (page for page in range(number + 1, len(form.pages)) if _asks(form, page, known))
    following = None if button == "send" else next(later, None)
    return first_unanswered(form, known) if following is None else following


def _asks(form: Questionnaire, page: int, answers: Answers) -> bool:
    return any(applies(question, answers) for question in form.pages[page].questions)
