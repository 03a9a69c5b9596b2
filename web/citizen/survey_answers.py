"""What one sent page of a form comes to: its answers, its mistakes, and the page after it."""

from multidict import MultiDictProxy

import locales
from surveys.answers import Answer, Answers, Problem, accept, applies
from surveys.questionnaire import Page, Question, Questionnaire


def page_number(form: Questionnaire, text: str) -> int:
    """Return the page that an address or a form names, the first where it names none."""
    return min(int(text), len(form.pages) - 1) if text.isdecimal() and len(text) < 4 else 0


def read_page(
    asked: Page, sent: MultiDictProxy[str], before: Answers, language: str
) -> tuple[dict[str, Answer], dict[str, str]]:
    """Read a page: the answers, and by question what is wrong with the others."""
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


def left_open(asked: Page, known: Answers, given: Answers) -> frozenset[str]:
    """The questions of a page that were asked and are not answered, or not any more."""
    return frozenset(q.id for q in asked.questions if q.id not in given and applies(q, known))


def is_open(question: Question, answers: Answers) -> bool:
    """Tell whether a question is asked and not answered."""
    return question.id not in answers and applies(question, answers)


def next_page(form: Questionnaire, number: int, known: Answers, sent: MultiDictProxy[str]) -> int | None:
    """The page to show after one was sent; None where the form is finished."""
    if "back" in sent:
        earlier = (
            page for page in range(number - 1, -1, -1) if any(applies(q, known) for q in form.pages[page].questions)
        )
        return next(earlier, 0)
    following = None if "send" in sent else _following(form, number, known)
    return first_unanswered(form, known) if following is None else following


def _following(form: Questionnaire, number: int, answers: Answers) -> int | None:
    """The next page that has a question to ask."""
    for later in range(number + 1, len(form.pages)):
        if any(applies(question, answers) for question in form.pages[later].questions):
            return later
    return None


def first_unanswered(form: Questionnaire, answers: Answers) -> int | None:
    """The first page with a question that has to be answered and is not."""
    for number, asked in enumerate(form.pages):
        if any(q.required and q.id not in answers and applies(q, answers) for q in asked.questions):
            return number
    return None
