"""The taps that a tablet at a counter sends, each with its time; each is accepted, or refused with a reason to show."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers.world import Counter, World
from surveys.filling import Sent, Store, decide
from surveys.questionnaire import SCALE_LEVELS, Page, Question, Questionnaire
from surveys.responses import Origin, Response, half_of
from web.citizen.submissions import Submission
from web.signing import Signer

SOURCE = "kiosk"
AHEAD = timedelta(minutes=1)
BACK = timedelta(days=7)
MOST = 100
REASONS = ("id", "level", "time", "future", "old", "form", "token", "format", "crowded", "unpaired")
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Shown:
    """The wording that a tablet has on its screen: signed into its token, since a tap may arrive days later."""

    question: str
    version: int
    digest: str
    form: str

    def token(self, signer: Signer, counter: str) -> str:
        """Return the token that a tablet at a counter sends its taps with."""
        return signer.sign(_purpose(counter), f"{self.question} {self.version} {self.digest} {self.form}")

    @classmethod
    def read(cls, signer: Signer, counter: str, token: str) -> "Shown | None":
        """Return what was on the screen of a tablet at this counter; None if the token is not ours."""
        signed = signer.read(_purpose(counter), token)
        if signed is None:
            return None
        question, version, digest, form = signed.split(" ", 3)
        return cls(question, int(version), digest, form)

    def wording(self, world: World) -> Questionnaire | None:
        """Return the questionnaire in the wording on the screen; if that is unknown, in the wording in use."""
        return world.form(self.form, self.version) or world.form(self.form)


@dataclass(frozen=True, slots=True)
class Refused:
    """A tap that is not stored: its id as sent, and the reason (`web.kiosk.refused.…`)."""

    id: str
    reason: str


def on_screen(form: Questionnaire) -> Question | None:
    """Return the question that is asked by one tap: the first that is counted, required and always asked."""
    asked = (q for q in form.questions.values() if q.kind == "scale" and q.counted and q.required and q.when is None)
    return next(asked, None)


def read_tap(
    sent: Mapping[str, Any],
    counter: Counter,
    shown: Shown,
    form: Questionnaire | None,
    now: datetime,
    device: str = "",
    screen: int = 0,
) -> Submission | Refused:
    """Turn one tap that a screen sent into a whole response of the day on which the tap was made.

    How forms come in is counted by the moment of arrival (`now`), which a forged time on a tap does not change.
    """
    identifier = sent.get("id")
    if not isinstance(identifier, str) or not _ID.fullmatch(identifier):
        return Refused(identifier[:32] if isinstance(identifier, str) else "", "id")
    question = form.questions.get(shown.question) if form else None
    if form is None or question is None or question.kind != "scale":
        return Refused(identifier, "form")
    level, moment = sent.get("level"), moment_of(sent.get("at"), now)
    tapped = [str(level)] if type(level) is int and level in SCALE_LEVELS else []
    wording = _on_the_screen(form, shown, question)
    page = decide(wording, None, Sent(identifier, {question.id: tapped}, button="send"), now)
    if not isinstance(page, Store):
        return Refused(identifier, "level")
    if isinstance(moment, str):
        return Refused(identifier, moment)
    origin = Origin(counter.unit, counter.code)
    blank = Response.to(wording, origin, identifier, SOURCE, moment.date(), half=half_of(moment))
    return Submission(blank, wording, page.answers, page.finish, device=device, at=now, screen=screen, tapped=moment)


def _on_the_screen(form: Questionnaire, shown: Shown, question: Question) -> Questionnaire:
    """Return the form with only the question on the screen, in the wording that the screen has."""
    return replace(form, version=shown.version, digest=shown.digest, pages=(Page({}, (question,)),))


def moment_of(at: object, now: datetime) -> datetime | str:
    """Return the moment of a tap in the zone of `now`, or why it is refused: "time", "future" or "old"."""
    try:
        tapped = datetime.fromisoformat(at) if isinstance(at, str) else None
    except ValueError:
        tapped = None
    if tapped is None or tapped.tzinfo is None:
        return "time"
    age = now.astimezone(UTC) - tapped
    if age < -AHEAD:
        return "future"
    return "old" if age > BACK else tapped.astimezone(now.tzinfo)


def _purpose(counter: str) -> str:
    return f"kiosk:{counter}"
