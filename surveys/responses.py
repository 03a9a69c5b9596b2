"""One filled-in survey, without any trace of who filled it in."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from surveys.answers import Answer, Answers
from surveys.questionnaire import Questionnaire
from surveys.slips import Round, Slip, Stratum

Refusal = Literal["voted", "used", "revoked", "closed", "unknown", "changed", "crowded"]
# Whether a form is in the figures: it is, it waits for staff to decide (it came in far too fast), or they decided no.
Apart = Literal["", "waiting", "discarded"]
# Morning or afternoon; empty where that is not known.
Half = Literal["", "am", "pm"]
NOON = 12


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a form is given: at a counter of a unit, and on a slip of which round, handed out with what."""

    unit: str
    counter: str
    round: str = ""
    occasion: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """Answers as given (1 to 5, option values, masked text), with where and on which day.

    `id` is 32 random hexadecimal digits. `digest` names the questionnaire's exact wording and the
    notice that was agreed to. `complete` is false while the person is still answering. `round` is that
    of the slip it was given on, `occasion` what the slip was handed out with; `hasty`: the first answer
    came sooner than the question can be read. `field` is that of the procedure it is about, where known.
    `apart`: it came when its counter got far more than ever, and is in no figure unless staff decide so. `half` is that
    of the day on which it was given.
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
    field: str = ""
    apart: Apart = ""
    half: Half = ""

    @classmethod
    def to(
        cls,
        form: Questionnaire,
        origin: Origin,
        identifier: str,
        source: str,
        day: date,
        *,
        answers: Answers | None = None,
        complete: bool = False,
        assisted: bool = False,
        hasty: bool = False,
        half: Half = "",
    ) -> "Response":
        """Return the response to a questionnaire, in exactly its wording."""
        return cls(
            id=identifier,
            unit=origin.unit,
            counter=origin.counter,
            form=form.code,
            version=form.version,
            digest=form.digest,
            source=source,
            day=day,
            assisted=assisted,
            complete=complete,
            answers=answers or {},
            round=origin.round,
            occasion=origin.occasion,
            hasty=hasty,
            half=half,
        )

    @property
    def stratum(self) -> Stratum:
        """Which of the three strata it is counted in: help decides first, then how the person came to answer."""
        if self.assisted:
            return "assisted"
        return "slip" if self.round else "open"


@dataclass(frozen=True, slots=True)
class Filing:
    """A form to be taken in: on which slip (empty for the open code), and by whom.

    `voter` names the person by channel and chat or cookie. It is never stored: what is kept of it is a hash with
    a key that is thrown away when the week is over. `device` and `at`, an aware local moment, say what it comes
    from and when; they are counted for themselves and tied to no form. Paper has neither. `adds`: the answers come
    on top of those that were given on the slip elsewhere. `screen` is the number of the screen that it was tapped on
    at the moment `tapped`, which may be long before `at`.
    """

    response: Response
    slip: str = ""
    voter: str = ""
    device: str = ""
    at: datetime | None = None
    adds: bool = False
    screen: int = 0
    tapped: datetime | None = None

    def on(self, unfinished: Response | None, identifier: str) -> "Filing":
        """The same form under the id that its slip is tied to, with what was answered on the slip elsewhere."""
        answers = {**unfinished.answers, **self.response.answers} if unfinished and self.adds else self.response.answers
        return replace(self, response=replace(self.response, id=identifier, answers=answers))


@dataclass(frozen=True, slots=True)
class Opened:
    """A slip that somebody wants to answer, its round, and what was answered on it so far."""

    slip: Slip
    round: Round
    unfinished: Response | None = None

    @property
    def origin(self) -> Origin:
        """Where a form on this slip is given."""
        return Origin(self.round.unit, self.round.counter, self.round.name, self.slip.occasion)

    def refusal(self, day: date) -> Refusal | None:
        """Why it cannot be answered on a day; None if it can."""
        if self.slip.state != "issued":
            return self.slip.state
        return None if self.round.takes(day) else "closed"

    def differs(self, response: Response) -> bool:
        """Tell whether what was started on the slip is in another wording than a response."""
        unfinished = self.unfinished
        return unfinished is not None and (unfinished.form, unfinished.version) != (response.form, response.version)


def half_of(moment: datetime) -> Half:
    """Return the half of the day that an aware local moment is in: no more of the hour is kept with a form."""
    return "am" if moment.hour < NOON else "pm"


def week_of(day: date) -> str:
    """Return the ISO week of a day as in periods: "2026-W47"."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"
