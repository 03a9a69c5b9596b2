"""Files on their way into a catalog, before their confirmation and after it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

PendingState = Literal["reading", "shown", "failed"]


@dataclass(frozen=True, slots=True)
class Pending:
    """The file that a unit is importing; a unit has one at a time.

    `token` names this file in buttons. `content` is the file in base64, `source` its channel's name for it until it is
    fetched, `made` its preview (catalog/preview/packing.py), compared with the unit's catalog of generation
    `base`. `channel` and `person` are who sent it; `problem` says why it cannot be read.
    """

    unit: str
    token: str
    state: PendingState
    file: str
    sha256: str
    channel: str
    person: str
    by_unit: str
    at: datetime
    expires_at: datetime
    content: str = ""
    source: str = ""
    base: int = 0
    made: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of a confirmed file (as JSON) that has force from a later day."""

    version: int
    unit: str
    code: str
    day: date
    line: str
