"""What all pages use, as one value of the application: the store, the conversation, the clock and the keys."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network
from typing import Any, Literal, Protocol

from aiohttp import web as http

from handlers.messages import Incoming
from handlers.paper.batch import BatchTx
from handlers.ports import Chat, Files, Health, Outgoing, Recalled, Role
from handlers.shell import Conversation
from handlers.staff.alerts import AlertsTx
from handlers.staff.cases import CasesTx
from handlers.staff.catalog.desk import Desk
from handlers.staff.catalog.ports import CatalogTx
from handlers.staff.screens import ScreensTx
from handlers.unit_settings.settings import SettingsTx
from handlers.world import World
from reports.casework.waiting import WaitingTx
from reports.data_requests import Request
from reports.dossiers.due_list import ApologiesTx
from reports.integrity.integrity import SignsTx
from reports.integrity.uncounted import DecidingTx
from reports.missed.handling import HandlingTx
from reports.published.reading import PublishedTx
from reports.satisfaction.comments import WordsTx
from reports.satisfaction.trend import DayCounts
from reports.statements.compiling import StatementsTx
from reports.statements.statement import Statement
from surveys.budget import Load, Slice
from surveys.cases import PublishedNote, Step
from surveys.petitions import Petition, PetitionState
from surveys.printing.qr import is_local
from surveys.questions_left import LeftQuestion
from surveys.responses import Opened
from web.recordings import Recordings
from web.signing import Signer

TokenKind = Literal["login", "browser"]


class BudgetTx(Protocol):
    """A transaction that knows the budgets of counters and the forms they got."""

    async def slices(self, place: str, first: date, last: date) -> dict[date, dict[int, Slice]]:
        """Return how many forms came in at a place, by day and ten minutes, between two days, both included."""

    async def budget(self, place: str, day: date) -> Load:
        """Return how many forms without slips may count in a counter's figures on a day."""


class PagesTx(
    AlertsTx,
    CasesTx,
    BudgetTx,
    SignsTx,
    DecidingTx,
    BatchTx,
    StatementsTx,
    DayCounts,
    WordsTx,
    ApologiesTx,
    ScreensTx,
    HandlingTx,
    SettingsTx,
    CatalogTx,
    PublishedTx,
    WaitingTx,
    Protocol,
):
    """The transaction that pages use."""

    async def change_unit(self, code: str, values: Mapping[str, Any]) -> None:
        """Change fields of a unit."""

    async def finished(self, units: Sequence[str], first: date, last: date, forms: Sequence[str]) -> tuple[int, int]:
        """Count how many of some forms were sent off to the end, and how many were started on a person's own device."""

    async def published_notes(self, unit: str, first: date, last: date) -> list[PublishedNote]:
        """Return the published notes on what a unit did between two days, both included; the latest first."""

    async def opened(self, codes: Sequence[str]) -> dict[str, Opened]:
        """Return slips by code with their rounds and with what was answered on them so far."""

    async def vote_of(self, voter: str, counter: str, day: date) -> str:
        """Return the id of the form that somebody gave at a counter on a day; empty where there is none."""

    async def drop_unfinished(self, ids: Sequence[str]) -> None:
        """Delete responses that were not sent off yet."""

    async def drop_responses(self, ids: Sequence[str]) -> None:
        """Delete responses and their answers, and the cases that they made."""

    async def case_steps(self, cases: Sequence[int]) -> dict[int, list[Step]]:
        """Return by case what was done about it, in that order."""

    async def publish_case(self, identifier: int, *, published: bool) -> bool:
        """Publish what was done about a handled case, or withdraw that; False if there is no such note."""

    async def enter_petition(self, petition: Petition) -> int:
        """Enter a petition; returns its number."""

    async def petition(self, number: int) -> Petition | None:
        """Return a petition."""

    async def petitions(self, units: Sequence[str], state: PetitionState, most: int) -> list[Petition]:
        """Return the petitions of units in a state: open ones by their due day, answered ones the latest first."""

    async def answer_petition(self, number: int, note: str, day: date, who: str) -> bool:
        """Store the answer to an open petition; False if it was answered before."""

    async def left_question(self, number: int) -> LeftQuestion | None:
        """Return a question that was left for a person."""

    async def questions_left(self, units: Sequence[str], most: int, *, answered: bool) -> list[LeftQuestion]:
        """Return questions of units: open ones by the time they are due, or answered ones, the latest first."""

    async def add_request(self, request: Request) -> int:
        """Enter a request about personal data into the register; returns its number."""

    async def begin_session(self, link: str, browser: str, now: datetime, idle: timedelta, life: timedelta) -> bool:
        """Use a login link up and open a session in its place; False if it is unknown, used, expired or void."""

    async def ends_before(self, browser: str, moment: datetime) -> bool:
        """Tell whether a session will end before a moment and can still be extended."""

    async def keep_session(self, browser: str, until: datetime) -> None:
        """Extend a session until a moment, but not beyond its maximum life."""

    async def find_token(self, kind: TokenKind, secret: str, now: datetime) -> tuple[str, Role] | None:
        """Return the unit and role of a secret."""

    async def note_seen(self, channel: str, user: str, now: datetime) -> None:
        """Note that a member of staff looks at the chat now."""

    async def token_owner(self, kind: TokenKind, secret: str) -> Chat | None:
        """Return the chat that asked for a secret; None if the command line did."""

    async def forget_token(self, kind: TokenKind, secret: str) -> None:
        """Delete a secret."""


class PagesFiles(Files, Protocol):
    """Makes documents for the pages."""

    async def document(self, kind: str, statement: Statement) -> bytes:
        """Return a document of a statement; TemplateUnusable if the template is faulty, NoFile if it is late."""


class PagesStore(Protocol):
    """The store that pages use."""

    def transaction(self) -> AbstractAsyncContextManager[PagesTx]:
        """Open a writing transaction."""

    def reading(self) -> AbstractAsyncContextManager[PagesTx]:
        """Open a read-only transaction."""

    async def recall(self, messages: Sequence[Incoming]) -> list[Recalled]:
        """Load the sessions that messages belong to, in their order."""

    async def opened(self, codes: Sequence[str]) -> dict[str, Opened]:
        """Return slips by code with their rounds and with what was answered on them so far."""

    async def history(self, channel: str, user: str, after: int = 0, most: int = 200) -> list[Outgoing]:
        """Return the last messages of a chat, oldest first."""

    async def line(self, channel: str, user: str, identifier: int) -> Outgoing | None:
        """Return a message of a chat by its id."""

    async def waiting(self) -> int:
        """Count the replies that are not delivered yet."""

    async def health(self, now: datetime) -> Health:
        """Return what is wrong with the store."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a messenger. `until`: the end of its consent; None if it has no valid consent.

    `troubles` are reasons by kind (`zalo.trouble.…`); `signed` is how its last event was signed; `charged` counts the
    messages of this month that cost something.
    """

    id: str
    unit: str
    until: datetime | None
    troubles: Mapping[str, str]
    heard_at: datetime | None
    signed: str
    charged: int


class Accounts(Protocol):
    """The accounts of a messenger that need the consent of their admins."""

    async def accounts(self) -> list[Account]:
        """Return the accounts with what is noted about them."""

    def link(self, callback: str, verifier: str, state: str) -> str:
        """Return the messenger's page where an account's admin agrees."""

    async def accept(self, account: str, code: str, verifier: str) -> str:
        """Exchange the code of a consent for tokens; returns why that failed, else an empty text."""


@dataclass(frozen=True)
class Site:
    """What the pages use. `bots` returns the bot name by channel, for "continue in …" links.

    `files` returns the bytes of attachments and documents; `desk` takes catalog files in; `start` runs a task after
    the answer; `proxies` are the networks of the proxies in front.
    `metrics_token` allows reading the metrics. `zalo` holds the Zalo accounts, if that channel is on; `zalo_link`
    returns the link to a unit's account, with words to be sent there.
    """

    conversation: Conversation
    store: PagesStore
    world: Callable[[], World]
    refresh: Callable[[], Awaitable[None]]
    ready: Callable[[], bool]
    signer: Signer
    clock: Callable[[], datetime]
    address: str
    bots: Callable[[], Mapping[str, str]]
    files: PagesFiles
    desk: Desk
    start: Callable[..., None]
    recordings: Recordings = field(default_factory=Recordings)
    metrics_token: str = field(default="", repr=False)
    proxies: Sequence[IPv4Network | IPv6Network] = ()
    zalo: Accounts | None = None
    zalo_link: Callable[[str, str], str] = field(default=lambda _unit, _words: "")

    @property
    def secure(self) -> bool:
        """Whether citizens reach the pages by HTTPS, so that cookies must not travel otherwise."""
        return self.address.startswith("https://")

    @property
    def local(self) -> bool:
        """Whether the pages' address means this very machine, so that no phone can open a code."""
        return is_local(self.address)


SITE = http.AppKey("site", Site)
