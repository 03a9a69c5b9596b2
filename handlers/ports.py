"""What the core and the shell need from a store and a channel, as small protocols."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from handlers.messages import Incoming, Reply
from handlers.session import Session
from surveys.slips import Stratum

Role = Literal["admin", "staff"]


# What staff get without asking; each kind can be turned off.
Bulletin = Literal["weekly", "monthly", "periodic", "dossiers", "alerts"]


class Conflict(Exception):
    """Another process changed the same rows first; load again and decide again."""


class NothingKept(Exception):
    """The store cannot be used, and nothing of what was being done was kept. Its message is for the operator."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A problem of the store: a code for machines, a sentence for the operator.

    `stops`: answers cannot be kept; otherwise it is a warning.
    """

    code: str
    sentence: str
    stops: bool = True


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the store can write, and the free space in bytes if that is known."""

    troubles: tuple[Trouble, ...]
    free_bytes: int | None = None
    wanted_bytes: int | None = None

    @property
    def keeps(self) -> bool:
        """Whether answers are kept."""
        return not any(trouble.stops for trouble in self.troubles)


@dataclass(frozen=True, slots=True)
class Recalled:
    """What the store knows before a turn. `answered`: this very message was answered already."""

    session: Session
    version: int
    answered: bool


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A committed reply. `id` orders the messages of a chat; `mine`: it holds the person's own words.

    `behind`: an older one still waits, held by another process or by none; whoever takes it over sends this one too.
    """

    id: int
    channel: str
    user: str
    reply: Reply
    mine: bool = False
    behind: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One finished turn to be committed: the message, the session after it, the pieces to send.

    `version` is the one the session was loaded with. `pushed` replies wait for delivery, others
    wait to be fetched. `said` is the person's own words (masked) if the channel shows a history.
    """

    incoming: Incoming
    session: Session
    version: int
    replies: tuple[Reply, ...]
    pushed: bool = True
    said: str = ""


@dataclass(frozen=True, slots=True)
class Membership:
    """A chat that belongs to a member of staff of a unit; it does not want the `muted` bulletins.

    `seen`: when it was last looked at as far as the channel can tell, or joined.
    """

    channel: str
    user: str
    unit: str
    role: Role
    muted: tuple[Bulletin, ...] = ()
    seen: datetime | None = field(default=None, compare=False)


class Addressee(Protocol):
    """A chat that something is sent to."""

    @property
    def channel(self) -> str:
        """Its channel."""

    @property
    def user(self) -> str:
        """Its address in the channel."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat of which only the address is known."""

    channel: str
    user: str


@dataclass(frozen=True, slots=True)
class Held:
    """What is stored about a chat besides its session: lines and since when, ways to write back, the week's forms.

    `questions` counts those left for staff to which an answer can still be sent.
    """

    lines: int
    since: datetime | None
    contacts: int = 0
    forms: int = 0
    questions: int = 0


@dataclass(frozen=True, slots=True)
class Farewell:
    """What stays of a chat that erases itself: the turn of the confirmation, and turns after it.

    `messages` are the ids of their messages, `first` is the id of the confirmation in the outbox, `version` that of
    the session after it. The confirmation's rows are dated `at`, for the next nightly job to delete them.
    """

    messages: Sequence[str]
    first: int
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Erased:
    """How much of a chat was deleted: lines of both sides, marks of answered messages, and what belonged to it."""

    lines: int = 0
    messages: int = 0
    sessions: int = 0
    memberships: int = 0
    contacts: int = 0
    forms: int = 0
    questions: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """How many answers of one level a question got at a counter, from a source, in a stratum, about a field."""

    unit: str
    counter: str
    source: str
    form: str
    question: str
    level: int
    count: int
    stratum: Stratum = "open"
    field: str = ""


@dataclass(frozen=True, slots=True)
class FormCount:
    """How many forms (responses) came in at a counter from a source, about a field."""

    unit: str
    counter: str
    source: str
    count: int
    stratum: Stratum = "open"
    field: str = ""


class MailTx(Protocol):
    """A transaction that knows the staff of a unit, and writes to them."""

    async def members(self, unit: str, bulletin: Bulletin | None = None) -> list[Membership]:
        """Return the staff of a unit, without those who do not want a bulletin."""

    async def enqueue(self, person: Addressee, replies: Sequence[Reply], now: datetime, *, pushed: bool) -> None:
        """Put replies to one chat into the outbox, outside any turn."""


class NoFile(Exception):
    """A file cannot be made, or is not for this reader; trying again later will not help."""


class Files(Protocol):
    """Where the bytes of attachments come from."""

    async def content(self, source: str, reader: Addressee) -> bytes:
        """Return the bytes of an attachment by its source; NoFile if the reader may not have them."""
