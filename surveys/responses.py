"""One filled-in survey, without any trace of who filled it in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from surveys.answers import Answer


@dataclass(frozen=True, slots=True)
class Response:
    """Answers as given (1 to 5, option values, masked text), with where and on which day.

    `id` is 32 random hexadecimal digits. `digest` names the questionnaire's exact wording and the
    notice that was agreed to. `complete` is false while the person is still answering.
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
