"""One filled-in survey, without any trace of who filled it in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from surveys.answers import Answer
from surveys.slips import Stratum


@dataclass(frozen=True, slots=True)
class Response:
    """Answers as given (1 to 5, option values, masked text), with where and on which day.

    `id` is 32 random hexadecimal digits. `digest` names the questionnaire's exact wording and the
    notice that was agreed to. `complete` is false while the person is still answering. `round` is that
    of the slip it was given on, `occasion` what the slip was handed out with; `hasty`: the first answer
    came sooner than the question can be read.
    """

    id: str
    unit: str
    counter: str
    form: str
    version: int
    digest: str
    source: str
    day: date
    assisted: bool = False
    complete: bool = False
    answers: Mapping[str, Answer] = field(default_factory=dict)
    round: str = ""
    occasion: str = ""
    hasty: bool = False

    @property
    def stratum(self) -> Stratum:
        """Which of the three strata it is counted in: help decides first, then how the person came to answer."""
        if self.assisted:
            return "assisted"
        return "slip" if self.round else "open"
