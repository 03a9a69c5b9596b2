"""Questions that citizens leave for a person to answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST = 1000
CONTACT_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class LeftQuestion:
    """A question for the office in charge, with numbers masked, to be answered until `due` (an aware moment).

    `id` is 0 until it is stored. `channel` and `person` say where the answer goes; they are forgotten with it.
    """

    id: int
    unit: str
    office: str
    text: str
    at: datetime
    due: datetime
    channel: str = ""
    person: str = ""
    answer: str = ""
    answered_at: datetime | None = None
