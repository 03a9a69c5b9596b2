"""Requests about personal data and their clocks: domain rules of Law 91/2025/QH15 and NĐ 356/2025/NĐ-CP.

In force since 1 January 2026: a request to withdraw, restrict or object is answered within 02 working days and
carried out within 15 days, 20 where third parties must stop using the data too. The register keeps the same clocks
for access and erasure, so that no kind of request has a later deadline than the strictest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from handlers.messages import Text
from handlers.turn import RequestKind
from handlers.wording import say
from reports.working_days import working_days_after

IN_FORCE = date(2026, 1, 1)
ANSWER_WORKING_DAYS = 2
CARRY_OUT_DAYS, THIRD_PARTIES_DAYS = 15, 20
SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Request:
    """One request, with nothing about who made it. `id` is its number in the register."""

    kind: RequestKind
    received_on: date
    answer_by: date
    carry_out_by: date
    answered_on: date | None = None
    carried_out_on: date | None = None
    note: str = ""
    id: int = 0

    @property
    def due(self) -> date | None:
        """The next deadline; None if the request is done."""
        waiting = [
            limit
            for limit, done in ((self.answer_by, self.answered_on), (self.carry_out_by, self.carried_out_on))
            if done is None
        ]
        return min(waiting, default=None)


def received(kind: RequestKind, day: date, *, third_parties: bool = False, note: str = "") -> Request:
    """Return a new request with its dates; the day it was received is not counted."""
    days = THIRD_PARTIES_DAYS if third_parties else CARRY_OUT_DAYS
    answer_by = working_days_after(day, ANSWER_WORKING_DAYS)
    return Request(kind, day, answer_by, day + timedelta(days=days), note=note)


def carried_out_at_once(kind: RequestKind, day: date) -> Request:
    """Return a request that the assistant carries out as it is asked."""
    return replace(received(kind, day), answered_on=day, carried_out_on=day)


def reminder(requests: Sequence[Request], today: date, language: str = "vi") -> Text:
    """Return one line on open requests that are overdue or due within a week; empty if there are none."""
    dates = [request.due for request in requests if request.due]
    overdue = sum(due < today for due in dates)
    soon = sum(today <= due <= today + SOON for due in dates)
    return say(language, "privacy.reminder", overdue=overdue, soon=soon, days=SOON.days) if overdue or soon else Text()
