"""Cases: a low rating with a comment or a reason, which somebody at the unit has to look at."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from surveys.answers import Answers, applies
from surveys.questionnaire import Question, Questionnaire
from surveys.responses import Response

State = Literal["open", "passed_on", "handed_over", "handled"]
# A step brings a case into a state, or is "noted" and leaves the state as it was.
StepKind = State | Literal["noted"]
STATES: tuple[State, ...] = ("open", "passed_on", "handed_over", "handled")
UNFINISHED: tuple[State, ...] = ("open", "passed_on", "handed_over")
# For each kind of step, the states in which a case can be before it; a handled case can be opened again.
BEFORE: dict[StepKind, tuple[State, ...]] = {
    "open": ("handled",),
    "passed_on": ("open", "handed_over"),
    "handed_over": UNFINISHED,
    "handled": UNFINISHED,
    "noted": UNFINISHED,
}
WORST_LEVELS = (1, 2)
# A question that is asked after levels up to the middle of the scale still asks what was wrong.
WORST_ASKED = 3
CONTACT_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Case:
    """A badly rated service with its comment and reasons. `id` is 0 until it is stored.

    `reasons` are the ticked options, as "form.question.option". `channel` and `person` are known only if the citizen
    agreed to be written to once, and only until that was done. `note` says what was done about the case; everybody may
    read it if it is `published`; cases older than the notes have none. `office` is to handle it until `due`, if that
    was set; `reminded` is the due day of which staff were reminded. `handed_to` is the unit of the office's staff, if
    the office has one: they see the case too, even after they have handled it.
    """

    id: int
    unit: str
    counter: str
    day: date
    level: int
    comment: str
    response: str
    changed_on: date
    state: State = "open"
    channel: str = ""
    person: str = ""
    reasons: tuple[str, ...] = ()
    note: str = ""
    published: bool = False
    office: str = ""
    due: date | None = None
    reminded: date | None = None
    handed_to: str = ""

    def reachable(self, today: date) -> bool:
        """Whether its citizen may still be written to."""
        return bool(self.person) and self.day > today - CONTACT_KEPT and self.state in UNFINISHED


@dataclass(frozen=True, slots=True)
class Step:
    """What was done about a case: the state it came into, or "noted", at an aware local time, and by whom.

    `channel` and `person` are the chat of who did it, if known. `note` says what was done; a handled case has one.
    `who` is a role and a unit ("staff sa-dec"); `unit` is that of the office to which the case is handed over.
    """

    state: StepKind
    at: datetime
    who: str
    channel: str = ""
    person: str = ""
    note: str = ""
    published: bool = False
    office: str = ""
    due: date | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class PublishedNote:
    """What a unit did about a case, in words that everybody may read, and on which day."""

    day: date
    note: str


def case_of(form: Questionnaire, response: Response, today: date) -> Case | None:
    """Return the case that a response makes: a counted answer of 1 or 2, and a comment or a reason; else None.

    The response may be unfinished: whoever has complained and then closes the page is heard too.
    """
    level = min((a for q, a in response.answers.items() if q in form.counted and isinstance(a, int)), default=0)
    said = [str(response.answers[q.id]) for q in form.questions.values() if is_comment(q) and q.id in response.answers]
    reasons = tuple(_reasons(form, response.answers))
    if level not in WORST_LEVELS or not (said or reasons):
        return None
    comment = "\n".join(said)
    place = (response.unit, response.counter, response.day)
    return Case(0, *place, level, comment, response.id, today, reasons=reasons)


def _reasons(form: Questionnaire, answers: Answers) -> Iterator[str]:
    for question in form.questions.values():
        if is_reason(form, question) and question.id in answers:
            given = answers[question.id]
            for value in given if isinstance(given, tuple) else (given,):
                yield f"{form.code}.{question.id}.{value}"


def may_take_back(form: Questionnaire, answers: Answers) -> bool:
    """Tell whether answers that make no case may correct earlier ones that did.

    They may if a comment stands alone, a comment or reasons are no longer asked for, or no reason is ticked any more;
    for other responses the cases need not be looked at.
    """
    return any(
        is_reason(form, q) or (is_comment(q) and (q.id in answers or not applies(q, answers)))
        for q in form.questions.values()
    )


def is_comment(question: Question) -> bool:
    """Tell whether a question asks for a comment: free words that nobody has to give (a required text is a fact)."""
    return question.kind == "text" and not question.required


def is_reason(form: Questionnaire, question: Question) -> bool:
    """Tell whether a question asks why a mark was bad: options to tick after low levels of a counted question."""
    when = question.when
    if when is None or when.among or question.kind not in ("single", "multiple"):
        return False
    return when.question in form.counted and when.least in WORST_LEVELS and when.most <= WORST_ASKED


def numbered(case: Case, identifier: int) -> Case:
    """Return a case with the id that it was stored under."""
    return replace(case, id=identifier)
