"""What the core and the shell need from a store and a channel, as small protocols."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

from handlers.messages import Incoming, Reply
from handlers.pace import Pace
from handlers.session import Session
from surveys.cases import Case, State
from surveys.responses import Filing, Opened, Refusal, Response
from surveys.slips import Stratum

Role = Literal["admin", "staff"]


# What staff are written without having asked; each can be turned off.
Bulletin = Literal["weekly", "monthly", "periodic", "dossiers", "alerts"]


class Conflict(Exception):
    """Another process changed the same rows first; load again and decide again."""


class NothingKept(Exception):
    """The store cannot be used, and nothing of what was being done was kept. Its message is for the operator."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with the store: a word for machines, a sentence for the operator.

    `stops`: answers cannot be kept; otherwise it is a warning.
    """

    code: str
    sentence: str
    stops: bool = True


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the store keeps what it is given, and the room it has left where that can be told (in bytes)."""

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
    """A committed reply. `id` orders the messages of a chat; `mine`: it is what the person said.

    `behind`: an older one waits that another process holds, or nobody; whoever takes that over sends this one too.
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

    `version` is the one the session was loaded with. `pushed` replies wait for delivery, others until
    they are fetched. `said` is the person's own words (masked) where the channel shows a history.
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
        """Who it is there."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat of which nothing more is known."""

    channel: str
    user: str


@dataclass(frozen=True, slots=True)
class Held:
    """What is stored about a chat besides its session: lines and since when, ways to write back, the week's forms."""

    lines: int
    since: datetime | None
    contacts: int = 0
    forms: int = 0


@dataclass(frozen=True, slots=True)
class Farewell:
    """What stays of a chat when it is erased from inside: the turn of the confirmation, and turns after it.

    `messages` are the ids of their messages, `first` is the id of the confirmation in the outbox, `version` that of
    the session it left. The confirmation's rows are dated `at`, so that the next nightly job takes them.
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


class Tx(Protocol):
    """One transaction: all of it is committed, or nothing."""

    async def record(self, turns: Sequence[Recorded], now: datetime) -> list[list[Outgoing]]:
        """Commit inbox, sessions and outbox of turns; raise Conflict if any was overtaken."""

    async def file(self, filings: Sequence[Filing]) -> dict[str, Refusal]:
        """Store forms, or replace what stands under their ids; returns why those not stored were refused, by id."""

    async def opened(self, codes: Sequence[str]) -> dict[str, Opened]:
        """Return slips by code with their rounds and with what was answered on them so far."""

    async def vote_of(self, voter: str, counter: str, day: date) -> str:
        """Return the id of the form that somebody gave at a counter on a day; empty where there is none."""

    async def responses(self, ids: Sequence[str]) -> dict[str, Response]:
        """Return stored responses with their answers by id."""

    async def wordings(self) -> dict[tuple[str, int], str]:
        """Return the sources of all questionnaire versions ever used, by code and version."""

    async def drop_unfinished(self, ids: Sequence[str]) -> None:
        """Delete responses that were not sent off yet."""

    async def drop_responses(self, ids: Sequence[str]) -> None:
        """Delete responses and their answers, and the cases that they made."""

    async def keep_cases(self, cases: Sequence[Case]) -> list[Case]:
        """Open cases, or change those that their responses have; after `keep_responses`.

        Returns the new ones, and unfinished ones of reasons alone that have words now.
        """

    async def drop_cases(self, responses: Sequence[str]) -> None:
        """Delete the cases of responses."""

    async def case(self, identifier: int) -> Case | None:
        """Return a case."""

    async def cases(
        self, units: Sequence[str], states: Sequence[State], most: int, *, latest: bool = False
    ) -> list[Case]:
        """Return cases of units that are in one of some states: the oldest first, or the latest changed first."""

    async def count_cases(self, units: Sequence[str], states: Sequence[State]) -> int:
        """Count the cases of units that are in one of some states."""

    async def cases_between(self, units: Sequence[str], first: date, last: date) -> tuple[int, int]:
        """Count the cases of units from days between two, both included; and those of them that are handled."""

    async def move_case(self, identifier: int, state: State, day: date) -> bool:
        """Put a case into a later state; False if it was there before. One that is handled forgets its citizen."""

    async def agree_to_contact(self, response: str, channel: str, person: str, after: date) -> Case | None:
        """Remember how to write to the citizen of an unfinished case from a day after `after`; None if none."""

    async def take_contact(self, identifier: int, after: date) -> tuple[str, str] | None:
        """Return channel and person of a case from a day after `after`, and forget them."""

    async def pace(self, chat: Addressee) -> Pace:
        """Return a chat's pace, and hold it: whoever else wants to write to the chat waits for this transaction."""

    async def keep_pace(self, pace: Pace) -> None:
        """Keep a chat's pace, as changed after it was held."""

    async def due_paces(self, now: datetime) -> list[Pace]:
        """Return and hold chats that something waits for and that may be told; not those another process holds."""

    async def forget_pace(self, chats: Sequence[Addressee]) -> None:
        """Forget what waits for chats that belong to nobody of the staff any more."""

    async def note_misses(self, misses: Sequence[tuple[str, str]], day: date) -> None:
        """Count questions without an answer: (unit, masked text) pairs."""

    async def redeem(self, code: str, channel: str, user: str, now: datetime) -> Membership | None:
        """Use an invitation code once; None if it is unknown, used or expired."""

    async def membership(self, channel: str, user: str) -> Membership | None:
        """Return the staff membership of a chat."""

    async def members(self, unit: str, bulletin: Bulletin | None = None) -> list[Membership]:
        """Return the staff of a unit, without those who do not want a bulletin."""

    async def mute(self, channel: str, user: str, muted: Sequence[Bulletin]) -> None:
        """Remember which bulletins a member of staff does not want."""

    async def leave(self, channel: str, user: str) -> bool:
        """End a chat's membership of staff; False if it had none."""

    async def tallies(self, units: Sequence[str], first: date, last: date) -> tuple[list[Tally], list[FormCount]]:
        """Count answers and forms of units between two days, both included."""

    async def enqueue(self, person: Addressee, replies: Sequence[Reply], now: datetime, *, pushed: bool) -> None:
        """Put replies to one chat into the outbox, outside any turn."""

    async def move_chat(self, channel: str, old: str, new: str) -> int:
        """Give all that belongs to a chat a new address; what was refused at the old one waits again. Returns that."""

    async def erase(self, channel: str, user: str, day: date, farewell: Farewell | None = None) -> Erased:
        """Delete all that is stored about a chat, but a farewell to it."""

    async def start_run(self, unit: str, period: str, kind: str, now: datetime) -> bool:
        """Claim a report run; False if this unit, period and kind had its run."""


class NoFile(Exception):
    """A file cannot be made, or is not for this reader; later will go no better."""


class Files(Protocol):
    """Where the bytes of attachments come from."""

    async def content(self, source: str, reader: Addressee) -> bytes:
        """Return the bytes that an attachment's source stands for, for a reader who may have them; else NoFile."""


class Store(Protocol):
    """Where everything is kept."""

    def transaction(self) -> AbstractAsyncContextManager[Tx]:
        """Open a transaction; leaving it without an error commits durably."""

    def reading(self) -> AbstractAsyncContextManager[Tx]:
        """Open a transaction for reading alone."""

    async def recall(self, messages: Sequence[Incoming]) -> list[Recalled]:
        """Load the sessions that messages belong to, in their order."""

    async def opened(self, codes: Sequence[str]) -> dict[str, Opened]:
        """Return slips by code with their rounds and with what was answered on them so far."""

    async def replies_to(self, incoming: Incoming) -> list[Outgoing]:
        """Return the committed replies to a message that was answered before."""
