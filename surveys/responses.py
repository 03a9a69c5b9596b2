"""One filled-in survey, without any trace of who filled it in."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from surveys.answers import Answer, Answers
from surveys.questionnaire import Questionnaire
from surveys.slips import Round, Slip, Stratum

Refusal = Literal["voted", "used", "revoked", "closed", "unknown", "changed", "crowded"]
# Whether a form is in the figures: yes (""), not until staff decide (it came in far too fast), or not by decision.
Apart = Literal["", "waiting", "discarded"]
# Morning or afternoon; empty if not known.
Half = Literal["", "am", "pm"]
NOON = 12


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a form is given: the unit and counter; for a form on a slip, also its round and its occasion."""

    unit: str
    counter: str
    round: str = ""
    occasion: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """Answers as given (1 to 5, option values, masked text), with where and on which day.

    `id` is 32 random hexadecimal digits. `digest` names the questionnaire's exact wording and the
    `id` is 32 random hexadecimal digits. `digest` names the questionnaire's exact wording and the
    notice that was agreed to. `complete` is false while the person is still answering. `round` is that
    of the slip it was given on, `occasion` what the slip was handed out with; `hasty`: the first answer
    came sooner than the question can be read. `field` is that of the procedure it is about, if known.
    `apart`: it came while its counter got far more forms than ever, and is in no figure unless staff decide to count
    it. `half` is the half of the day in which it was given.
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
        """The stratum that it is counted in: assisted if somebody helped, else by slip or open code."""
        if self.assisted:
            return "assisted"
        return "slip" if self.round else "open"


@dataclass(frozen=True, slots=True)
class Filing:
    """A form to be taken in: on which slip (empty for the open code), and by whom.

    `voter` names the person by channel and chat or cookie. It is never stored: only a hash is kept, made with a key
    that is thrown away when the week is over. `device` and `at`, an aware local moment, say which device it comes
    from and when; they are counted separately and tied to no form. Paper has neither. `adds`: the answers are added
    to those given on the slip elsewhere. `screen` is the number of the screen on which it was tapped at the moment
    `tapped`, which may be long before `at`.
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
        """Return the form under the id of its slip; if it `adds`, with the answers given on the slip elsewhere."""
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
        """Return why the slip cannot be answered on a day; None if it can."""
        if self.slip.state != "issued":
            return self.slip.state
        return None if self.round.takes(day) else "closed"

    def differs(self, response: Response) -> bool:
        """Tell whether the form begun on the slip is in another wording than a response."""
        unfinished = self.unfinished
        return unfinished is not None and (unfinished.form, unfinished.version) != (response.form, response.version)


def half_of(moment: datetime) -> Half:
    """Return the half of the day that an aware local moment is in; a form keeps nothing more exact of its time."""
    return "am" if moment.hour < NOON else "pm"


def week_of(day: date) -> str:
    """Return the ISO week of a day as in periods: "2026-W47"."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"
