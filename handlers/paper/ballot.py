"""Reading a paper ballot as it is typed in: its slip, answers and day, or the mistakes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import locales
from catalog.text import fold
from handlers.wording import day_text
from surveys.answers import Answer, Problem, accept, applies
from surveys.printing.numbering import numbered
from surveys.questionnaire import Question, Questionnaire
from surveys.responses import Origin, Response
from surveys.slips import Round, Slip, read

SOURCE = "paper"
SLIP, ASSISTED, DAY = "slip", "assisted", "day"
LONGEST_SERIAL = 6
_YES = frozenset(("x", "v", "co", "yes", "y", "true", "1", "dung"))
_NO = frozenset(("", "khong", "no", "n", "false", "0"))


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a field cannot be taken. `place` is SLIP, ASSISTED, DAY or a question's id; `key` names the wording."""

    place: str
    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def said(self, language: str = locales.DEFAULT) -> str:
        """Return the reason as a sentence."""
        return locales.text(language, self.key, **self.values)


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot that can be stored. `left_out`: questions answered on paper that were not to be answered."""

    slip: Slip
    answers: Mapping[str, Answer]
    day: date
    assisted: bool = False
    left_out: tuple[str, ...] = ()

    def response(self, identifier: str, round_: Round, form: Questionnaire) -> Response:
        """Return the response to store for this ballot; it does not name the slip."""
        origin = Origin(round_.unit, round_.counter, round_.name, self.slip.occasion)
        return Response.to(
            form, origin, identifier, SOURCE, self.day, answers=self.answers, complete=True, assisted=self.assisted
        )


@dataclass(frozen=True)
class Register:
    """The slips of a round, found by what is printed on them."""

    by_serial: Mapping[int, Slip]
    by_code: Mapping[str, Slip]

    @classmethod
    def of(cls, slips: Iterable[Slip]) -> "Register":
        """Return the register of a round's slips."""
        listed = list(slips)
        return cls({slip.serial: slip for slip in listed}, {slip.code: slip for slip in listed})

    def find(self, typed: str) -> Slip | Fault:
        """Return the open slip with a serial number or code, or why there is none."""
        text = typed.strip()
        if not text:
            return Fault(SLIP, "paper.problem.no_slip")
        slip = self.named(text)
        if slip is None:
            known = text.isdecimal() or read(text)
            return Fault(SLIP, "paper.problem.unknown" if known else "paper.problem.unreadable", {"typed": text[:40]})
        if slip.state != "issued":
            key = "paper.problem.used" if slip.state == "used" else "paper.problem.revoked"
            return Fault(SLIP, key, {"serial": numbered(slip.serial)})
        if slip.response:
            return Fault(SLIP, "paper.problem.begun", {"serial": numbered(slip.serial)})
        return slip

    def named(self, text: str) -> Slip | None:
        """Return the slip with a serial number or code, in any state."""
        if text.isdecimal() and len(text) <= LONGEST_SERIAL:
            return self.by_serial.get(int(text))
        return self.by_code.get(read(text))


def read_ballot(
    form: Questionnaire, round_: Round, register: Register, typed: Mapping[str, str], today: date
) -> Ballot | list[Fault]:
    """Return one ballot from the texts typed for SLIP, ASSISTED, DAY and the questions; or all its faults."""
    slip = register.find(typed.get(SLIP, ""))
    day = read_day(round_, typed.get(DAY, ""), today)
    assisted = read_tick(typed.get(ASSISTED, ""))
    answers, left_out, faults = read_answers(form, typed)
    first = [found for found in (slip, day, assisted) if isinstance(found, Fault)]
    if isinstance(slip, Fault) or isinstance(day, Fault) or isinstance(assisted, Fault) or faults:
        return [*first, *faults]
    return Ballot(slip, answers, day, assisted, left_out)


def read_answers(
    form: Questionnaire, typed: Mapping[str, str]
) -> tuple[dict[str, Answer], tuple[str, ...], list[Fault]]:
    """Return the answers, the questions that did not apply but were answered, and the mistakes by question."""
    answers: dict[str, Answer] = {}
    left_out: list[str] = []
    faults: list[Fault] = []
    for question in form.questions.values():
        text = typed.get(question.id, "").strip()
        if not applies(question, answers):
            left_out.extend([question.id] if text else [])
            continue
        answer = accept(question, given(question, text))
        if isinstance(answer, Problem):
            faults.append(Fault(question.id, f"paper.problem.{answer.key}", {"limit": answer.limit}))
        elif answer is not None:
            answers[question.id] = answer
    if not answers and not faults:
        faults.append(Fault(SLIP, "paper.problem.blank"))
    return answers, tuple(left_out), faults


def given(question: Question, text: str) -> list[str]:
    """Turn a typed text into option values: from values, the options' printed numbers, or their labels."""
    if not text or question.kind == "text":
        return [text]
    names = _names(question)
    if question.kind != "multiple":
        return [names.get(fold(text), text)]
    pieces = [piece for piece in text.replace(";", ",").split(",") if piece.strip()]
    values: list[str] = []
    while pieces:
        # A label may hold commas itself: the longest run of pieces that is a label is taken.
        runs = (n for n in range(len(pieces), 0, -1) if fold(",".join(pieces[:n])) in names)
        length = next(runs, 1)
        values.append(names.get(fold(",".join(pieces[:length])), pieces[0]))
        pieces = pieces[length:]
    return list(dict.fromkeys(values))


def _names(question: Question) -> dict[str, str]:
    """Return the options' values by their folded names: values, numbers, labels; the first use of a name counts."""
    names = {fold(option.value): option.value for option in question.options}
    for number, option in enumerate(question.options, 1):
        names.setdefault(str(number), option.value)
    for option in question.options:
        for label in option.label.values():
            names.setdefault(fold(label), option.value)
    return names


def read_day(round_: Round, typed: str, today: date) -> date | Fault:
    """Return the day a ballot was filled in, today if none is given; Fault if outside the round or in the future."""
    day = _date(typed.strip()) if typed.strip() else today
    if day is None:
        return Fault(DAY, "paper.problem.date", {"typed": typed.strip()[:40]})
    last = min(today, round_.last)
    if not round_.first <= day <= last:
        shown = {"day": day_text(day), "first": day_text(round_.first), "last": day_text(last)}
        return Fault(DAY, "paper.problem.day" if round_.first <= today else "paper.problem.early", shown)
    return day


def _date(text: str) -> date | None:
    for shape in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 -- a day on paper has no zone
        except ValueError:
            continue
    return None


def read_tick(typed: str) -> bool | Fault:
    """Read whether somebody helped: a tick, a yes, or nothing."""
    text = fold(typed)
    if text in _YES or text in _NO:
        return text in _YES
    return Fault(ASSISTED, "paper.problem.tick", {"typed": typed.strip()[:40]})
