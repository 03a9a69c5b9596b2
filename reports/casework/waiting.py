"""What waits for staff besides cases: questions left and petitions; and how fast questions were answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil
from statistics import median_low
from typing import Protocol

from handlers.messages import Text
from handlers.wording import plain, say
from reports.periods import Period
from reports.working_hours import working_time_between
from surveys.questions_left import LeftQuestion

HOUR = timedelta(hours=1)


class WaitingTx(Protocol):
    """A transaction that counts questions and petitions."""

    async def questions_between(self, units: Sequence[str], first: datetime, last: datetime) -> list[LeftQuestion]:
        """Return the questions that units received from `first` on and before `last`, in their order."""

    async def open_questions(self, units: Sequence[str], now: datetime) -> tuple[int, int]:
        """Count the questions of units that nobody has answered yet, and how many of these are late."""

    async def open_petitions(self, units: Sequence[str], today: date) -> tuple[int, int]:
        """Count the petitions of units that are not answered, and how many of these are past their due day."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Questions of a period: how many came, how many were answered and in time, and the median time to an answer.

    `hours` is that median in working hours, rounded up; None if nothing was answered.
    """

    received: int
    answered: int
    in_time: int
    hours: int | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits now: questions and petitions, each as a total and the number of late ones."""

    questions: tuple[int, int]
    petitions: tuple[int, int]


def answer_times(questions: Sequence[LeftQuestion], now: datetime) -> Answered:
    """Count how questions were answered; `now` gives the time zone of the office."""
    zone = now.tzinfo
    done = [(one, one.answered_at) for one in questions if one.answered_at]
    spans = [working_time_between(one.at.astimezone(zone), at.astimezone(zone)) for one, at in done]
    hours = ceil(median_low(spans) / HOUR) if spans else None
    return Answered(len(questions), len(done), sum(at <= one.due for one, at in done), hours)


async def waiting_now(tx: WaitingTx, units: Sequence[str], now: datetime) -> Waiting:
    """Count what waits in units; `now` is an aware local time."""
    return Waiting(await tx.open_questions(units, now), await tx.open_petitions(units, now.date()))


async def questions_of(tx: WaitingTx, units: Sequence[str], period: Period, now: datetime) -> Answered:
    """Count the questions that units received in a period; `now` is an aware local time."""
    first = datetime.combine(period.first, time.min, now.tzinfo)
    last = datetime.combine(period.last + timedelta(days=1), time.min, now.tzinfo)
    return answer_times(await tx.questions_between(units, first, last), now)


def lines(answered: Answered, waiting: Waiting, language: str) -> Text:
    """Return both as the lines of a summary, without lines about nothing."""
    sentences = []
    if answered.received:
        half = plain(language, "left.half", hours=max(1, answered.hours)) if answered.hours is not None else ""
        counts = {"received": answered.received, "answered": answered.answered, "in_time": answered.in_time}
        sentences.append(say(language, "left.week", half=half, **counts))
    for key, (count, late) in (("left.waiting", waiting.questions), ("petition.waiting", waiting.petitions)):
        if count:
            sentences.append(say(language, key, count=count, late=late))
    return Text.lines(sentences)
