"""The rules for answers, the same in chat and web: each gives a clean value or a problem, never an exception."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from locales.characters import readable
from surveys.masking import mask
from surveys.questionnaire import Question, Questionnaire

Answer = int | str | tuple[str, ...]
Answers = Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an answer was refused: a text key (`survey.problem.…`) and a number for it."""

    key: str
    limit: int = 0


def accept(question: Question, given: Sequence[str]) -> Answer | Problem | None:
    """Turn what a person gave into an answer.

    `given` holds option values (scale levels as digits) or one free text. Returns the value to
    store (1 to 5; an option value; option values in the form's order; text with ID-card and phone
    numbers masked), None if an optional question was left open, or a Problem.
    """
    cleaned = [text.strip() for text in given if text.strip()]
    if not cleaned:
        return Problem("required") if question.required else None
    return _RULES[question.kind](question, cleaned)


def _scale(question: Question, given: Sequence[str]) -> Answer | Problem:
    chosen = _one_of(question, given)
    return Problem("scale") if chosen is None else int(chosen)


def _single(question: Question, given: Sequence[str]) -> Answer | Problem:
    chosen = _one_of(question, given)
    return Problem("single") if chosen is None else chosen


def _multiple(question: Question, given: Sequence[str]) -> Answer | Problem:
    known = [option.value for option in question.options]
    if not set(given) <= set(known):
        return Problem("multiple")
    chosen = tuple(value for value in known if value in given)
    return Problem("too_many", question.limit) if len(chosen) > question.limit else chosen


def _text(question: Question, given: Sequence[str]) -> Answer | Problem:
    text = mask(readable("\n".join(given)))
    if not text.strip():
        return Problem("required")
    return Problem("too_long", question.limit) if len(text) > question.limit else text


def _one_of(question: Question, given: Sequence[str]) -> str | None:
    known = {option.value for option in question.options}
    return given[0] if len(given) == 1 and given[0] in known else None


_RULES: dict[str, Callable[[Question, Sequence[str]], Answer | Problem]] = {
    "scale": _scale,
    "single": _single,
    "multiple": _multiple,
    "text": _text,
}


def applies(question: Question, answers: Answers) -> bool:
    """Tell whether a question is asked, given the answers so far."""
    if question.when is None:
        return True
    given = answers.get(question.when.question)
    if question.when.among:
        chosen = given if isinstance(given, tuple) else (str(given),)
        return not set(question.when.among).isdisjoint(chosen)
    return isinstance(given, int) and question.when.least <= given <= question.when.most


def next_question(form: Questionnaire, answers: Answers, passed: Sequence[str]) -> Question | None:
    """Return the first question that applies and is neither answered nor passed over; None at the end."""
    for question in form.questions.values():
        if question.id not in answers and question.id not in passed and applies(question, answers):
            return question
    return None


def kept(form: Questionnaire, answers: Answers) -> dict[str, Answer]:
    """Return the answers whose questions still apply: a changed answer can drop those to its follow-up questions."""
    left: dict[str, Answer] = {}
    for question in form.questions.values():
        if question.id in answers and applies(question, left):
            left[question.id] = answers[question.id]
    return left
