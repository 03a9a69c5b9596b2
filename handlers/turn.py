"""The result of a turn: the new session, the replies, and the effects to carry out."""

from dataclasses import dataclass, replace
from typing import Literal

from handlers.messages import Button, Reply, Text
from handlers.ports import Bulletin
from handlers.session import Session
from surveys.responses import Response

RequestKind = Literal["access", "erase", "withdraw", "restrict"]
MissKind = Literal["missed", "not_this", "not_taken", "name_only"]


class Effect:
    """Something to be done outside the core; a new kind is defined here, or in the module that asks for it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class KeepResponse(Effect):
    """Store a survey response, or replace what was stored under its id; given on a slip if one is named."""

    response: Response
    slip: str = ""


@dataclass(frozen=True, slots=True)
class DropResponse(Effect):
    """Forget the answers of a survey that the person broke off."""

    id: str


@dataclass(frozen=True, slots=True)
class GiveUp(Effect):
    """Drop a form whose wording is no longer stored, so that it cannot be finished; its slip can be used again."""

    id: str


@dataclass(frozen=True, slots=True)
class Withdraw(Effect):
    """Take back a form that the person gave this week: the one with this id, or the only one."""

    response: str = ""


@dataclass(frozen=True, slots=True)
class NoteMiss(Effect):
    """Remember what somebody did not find (numbers already masked).

    `kind`: nothing was found (`missed`), what was found is not what was asked for (`not_this`), none of what was
    offered was chosen (`not_taken`), or `text` is the code and name of a record that says nothing more (`name_only`).
    """

    unit: str
    text: str
    kind: MissKind = "missed"


@dataclass(frozen=True, slots=True)
class JoinStaff(Effect):
    """Redeem an invitation code; answered with a welcome or a refusal."""

    code: str


@dataclass(frozen=True, slots=True)
class ShowFigures(Effect):
    """Compile satisfaction figures for a member of staff. Empty texts mean their own unit and this week."""

    unit: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class ChoosePeriod(Effect):
    """Offer a member of staff the periods of a unit's figures; an empty text means their own unit."""

    unit: str = ""


@dataclass(frozen=True, slots=True)
class ChooseUnit(Effect):
    """Offer an admin the units whose figures they may see, a page of them at a time, for a period."""

    period: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class GiveDocument(Effect):
    """Send a member of staff a document of a unit's figures: a kind that `reports.documents` makes."""

    kind: str
    unit: str
    period: str


@dataclass(frozen=True, slots=True)
class ShowBulletins(Effect):
    """Tell a member of staff which bulletins they get."""


@dataclass(frozen=True, slots=True)
class SetBulletin(Effect):
    """Turn a bulletin to a member of staff on or off."""

    bulletin: Bulletin
    on: bool


@dataclass(frozen=True, slots=True)
class LeaveStaff(Effect):
    """End this chat's membership of staff."""


@dataclass(frozen=True, slots=True)
class GiveLogin(Effect):
    """Make a one-time link to the staff page for a member of staff."""


@dataclass(frozen=True, slots=True)
class AgreeToContact(Effect):
    """Let staff write once to this person about the case that a response made."""

    response: str


@dataclass(frozen=True, slots=True)
class ShowCases(Effect):
    """List the unfinished cases that a member of staff may see."""


@dataclass(frozen=True, slots=True)
class ShowDossiers(Effect):
    """List the dossiers of a unit that are due or overdue for a member of staff. Empty means their own unit."""

    unit: str = ""


@dataclass(frozen=True, slots=True)
class GiveNotice(Effect):
    """Add a notice of an admin's unit from words after a command ("12/5 Nghỉ làm việc"); without words, list all."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class DropNotice(Effect):
    """Take a notice away; `number` is the number of its setting that the admin saw."""

    key: str
    number: int


CaseDeed = Literal[
    "show",
    "note",
    "send",
    "handled",
    "progress",
    "noted",
    "passed_on",
    "office",
    "handed_over",
    "reopen",
    "publish",
    "hide",
]


@dataclass(frozen=True, slots=True)
class OnCase(Effect):
    """What a member of staff wants done about a case: see it, write to its citizen (`text`), or change its state.

    `text` is what was done ("handled"), is being done ("noted"), or an office followed by a day ("handed_over");
    `number` picks an entry of the unit's list instead. Without either, the person is asked for it.
    """

    case: int
    what: CaseDeed
    text: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class SayMended(Effect):
    """What a citizen says about the outcome that was reported to them; `key` is that of the question."""

    key: str
    mended: bool


@dataclass(frozen=True, slots=True)
class ShowMisses(Effect):
    """List what citizens did not find for an admin, in groups."""


@dataclass(frozen=True, slots=True)
class OnMiss(Effect):
    """What an admin wants done about a group of questions (`reports.missed.groups.Group.id`).

    `name`: make it another name of the procedure `code`, at once unless that changes other answers; `seal` shows
    that the admin has seen which. `outside` offers a `page` of offices, `office` takes the office numbered `page`.
    """

    group: str
    what: Literal["show", "name", "outside", "office", "missing", "ignored"]
    code: str = ""
    seal: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class NoteRequest(Effect):
    """Enter into the register a request about personal data that is carried out in this very turn."""

    kind: RequestKind


@dataclass(frozen=True, slots=True)
class ShowStored(Effect):
    """Show a chat what is stored about it."""


@dataclass(frozen=True, slots=True)
class EraseChat(Effect):
    """Delete all that is stored about this chat up to this turn; its reply, the confirmation, stays until the night."""


@dataclass(frozen=True, slots=True)
class About:
    """What an answer is about, in the words of `motcua chat --json` (docs/chat-json.md).

    `outcome` is its kind ("procedure", "choose", "hours", "scam" …), `code` the procedure shown and `aspect` the part
    of it that opens the answer, empty for none; `offered` are the procedures to choose from.
    """

    outcome: str = ""
    code: str = ""
    aspect: str = ""
    offered: tuple[str, ...] = ()


ABOUT_NOTHING = About()


@dataclass(frozen=True, slots=True)
class Turn:
    """The outcome of one message. Replies that effects give come after `replies`."""

    session: Session
    replies: tuple[Reply, ...] = ()
    effects: tuple[Effect, ...] = ()
    about: About = ABOUT_NOTHING

    def saying_first(self, text: Text) -> "Turn":
        """Return the turn with a text before the first of its replies."""
        first, *others = self.replies
        changed = replace(first, text=Text.lines((text, first.text), between="\n\n"))
        return replace(self, replies=(changed, *others))


def reply(
    session: Session,
    text: Text,
    buttons: tuple[Button, ...] = (),
    effects: tuple[Effect, ...] = (),
    about: About | str = "",
) -> Turn:
    """Return a turn that says one thing and offers its buttons; `about` is its kind, or a whole `About`."""
    subject = About(about) if isinstance(about, str) else about
    return Turn(offering(session, buttons), (Reply(text, buttons),), effects, subject)


def offering(session: Session, buttons: tuple[Button, ...]) -> Session:
    """Return the session that remembers which buttons were shown last."""
    return replace(session, offered=tuple((button.id, button.label) for button in buttons))
