"""Uncounted forms (beyond the budget of a counter), and what staff decide about them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from surveys.responses import Apart

Verdict = Literal["count", "discard"]
VERDICTS: tuple[Verdict, ...] = ("count", "discard")


@dataclass(frozen=True, slots=True)
class Group:
    """The number of uncounted forms of a counter and day; `state` says whether staff have decided."""

    unit: str
    counter: str
    day: date
    state: Apart
    forms: int


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision to count or discard the waiting forms of a counter and day; `forms`, how many, is known afterwards.

    `who` is the command line or a role on the staff page; `channel` and `person` are the chat its login came from.
    """

    unit: str
    counter: str
    day: date
    verdict: Verdict
    who: str
    at: datetime
    channel: str = ""
    person: str = ""
    forms: int = 0
