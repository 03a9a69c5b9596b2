"""The one shell around the core: load, step, save everything in one transaction, hand over the replies."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

import structlog

from handlers.channel import Traits, pieces
from handlers.gate import LONGEST, Gate
from handlers.gathering import Gathering
from handlers.heard import slip_code
from handlers.limit_metrics import Limit, acted
from handlers.lookup.response_field import with_field
from handlers.messages import Incoming, Reply
from handlers.ports import Conflict, Erased, Farewell, Outgoing, Recalled, Recorded
from handlers.rating.unfinished_forms import UnfinishedFormsTx, lost_forms
from handlers.retention import CHAT_PAGE
from handlers.session import Session
from handlers.staff.alerts import Alerts, AlertsTx
from handlers.step import step
from handlers.turn import (
    ABOUT_NOTHING,
    About,
    DropResponse,
    Effect,
    EraseChat,
    GiveUp,
    KeepResponse,
    NoteMiss,
    Turn,
    offering,
)
from handlers.wording import say
from handlers.world import World
from locales.characters import readable
from surveys.masking import mask
from surveys.responses import Filing, Opened, Refusal

RETRIES = 10
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Handled:
    """The committed replies to a message. `repeated`: they were committed before.

    `limit`: the message went beyond it, and nothing of it is kept. `about` says what the answer is about.
    """

    session: Session
    replies: tuple[Outgoing, ...]
    repeated: bool = False
    limit: Limit | None = None
    about: About = ABOUT_NOTHING


@dataclass(frozen=True, slots=True)
class _Decided:
    incoming: Incoming
    before: Session
    version: int
    turn: Turn


class _NotTaken(Exception):
    """Answers were refused, by message; nothing is committed, and those who gave them are informed."""

    def __init__(self, refusals: Mapping[tuple[str, str], Refusal]) -> None:
        self.refusals = refusals


class TurnTx(AlertsTx, UnfinishedFormsTx, Protocol):
    """A transaction that commits turns: all of it, or nothing."""

    async def record(self, turns: Sequence[Recorded], now: datetime) -> list[list[Outgoing]]:
        """Commit inbox, sessions and outbox of turns; raise Conflict if any was overtaken."""

    async def file(self, filings: Sequence[Filing]) -> dict[str, Refusal]:
        """Store forms, or replace what stands under their ids; returns why those not stored were refused, by id."""

    async def note_misses(self, misses: Sequence[NoteMiss], day: date) -> None:
        """Count what citizens did not find."""

    async def move_chat(self, channel: str, old: str, new: str) -> int:
        """Move all that belongs to a chat to a new address; returns how many refused replies wait again."""

    async def erase(self, channel: str, user: str, day: date, farewell: Farewell | None = None) -> Erased:
        """Delete everything stored about a chat except the confirmation sent to it."""


T = TypeVar("T", bound=TurnTx)
T_co = TypeVar("T_co", bound=TurnTx, covariant=True)


class TurnStore(Protocol[T_co]):
    """The store of conversations."""

    def transaction(self) -> AbstractAsyncContextManager[T_co]:
        """Open a transaction; leaving it without an error commits durably."""

    def reading(self) -> AbstractAsyncContextManager[T_co]:
        """Open a transaction for reading alone."""

    async def recall(self, messages: Sequence[Incoming]) -> list[Recalled]:
        """Load the sessions that messages belong to, in their order."""

    async def opened(self, codes: Sequence[str]) -> dict[str, Opened]:
        """Return slips by code with their rounds and with what was answered on them so far."""

    async def replies_to(self, incoming: Incoming) -> list[Outgoing]:
        """Return the committed replies to a message that was answered before."""


Prepare = Callable[[Effect, Incoming, datetime], Awaitable[None]]
CarryOut = Callable[[T, Effect, Incoming, Session, datetime], Awaitable[Sequence[Reply]]]


class Conversation:
    """Takes messages from every channel and answers each exactly once.

    `world` gives the current snapshot; `carry_out` does effects that need more than the store's
    own tables; `clock` gives an aware local time; `channels` holds the traits of every channel;
    `address` is that of the pages; `gate` bounds what chats may send; `prepare` does, before the
    transaction, the part of an effect that takes long and changes nothing.
    """

    def __init__(
        self,
        store: TurnStore[T],
        world: Callable[[], World],
        carry_out: CarryOut[T],
        clock: Callable[[], datetime],
        channels: Mapping[str, Traits],
        address: str = "",
        gate: Gate | None = None,
        prepare: Prepare | None = None,
    ) -> None:
        self._store: TurnStore[TurnTx] = store
        self._world = world
        self._carry_out: CarryOut[Any] = carry_out
        self._clock = clock
        self._channels = channels
        self._gate = gate or Gate()
        self._prepare = prepare
        self.alerts = Alerts(world, channels, clock, address)
        self._gathering: Gathering[Incoming, Handled] = Gathering(self._answer)

    @property
    def busy(self) -> bool:
        """Whether messages wait for their answers."""
        return self._gathering.busy

    async def handle(self, incoming: Incoming) -> Handled:
        """Answer one message. When this returns, the answer is on disk."""
        nonce, now = incoming.nonce or secrets.token_hex(16), self._clock()
        traits = self._channels[incoming.channel]
        limit = self._gate.limit_of(incoming, traits, now)
        if limit and not await self._is_staff(incoming):
            acted(limit)
            # A page shows the limit; in a messenger it is said now and then, since answers would add to the flood.
            if limit != "length" and (traits.remembers or not self._gate.may_say(incoming, now)):
                return Handled(Session(), (), limit=limit)
            incoming = replace(incoming, text=incoming.text[:LONGEST] if limit == "length" else "", limit=limit)
        handled = await self._gathering.add(replace(incoming, text=readable(incoming.text), nonce=nonce))
        self._gate.note_stored(incoming, [outgoing.reply for outgoing in handled.replies], now)
        return handled

    async def _is_staff(self, incoming: Incoming) -> bool:
        async with self._store.reading() as tx:
            return await tx.membership(incoming.channel, incoming.user) is not None

    async def move_chat(self, channel: str, old: str, new: str) -> None:
        """Move a chat to its new address: its stored data, and the replies refused at the old one."""
        async with self._store.transaction() as tx:
            await tx.move_chat(channel, old, new)

    async def _answer(self, batch: Sequence[Incoming]) -> list[Handled]:
        batch = await self._with_slips(batch)
        attempts = 0
        while attempts < RETRIES:
            try:
                return await self._answer_once(batch)
            except Conflict:
                attempts += 1
            except _NotTaken as not_taken:
                refusals = not_taken.refusals
                batch = [
                    replace(incoming, refusal=refusals.get((incoming.channel, incoming.id), incoming.refusal))
                    for incoming in batch
                ]
        raise Conflict(f"gave up after {RETRIES} attempts")

    async def _with_slips(self, batch: Sequence[Incoming]) -> list[Incoming]:
        """Look up the slips whose codes messages hold."""
        codes = {code for incoming in batch if (code := slip_code(incoming))}
        if not codes:
            return list(batch)
        opened = await self._store.opened(sorted(codes))
        for incoming in batch:
            if (code := slip_code(incoming)) and code not in opened:
                self._gate.note_wrong_code(incoming, self._clock())
        return [replace(incoming, opened=opened.get(slip_code(incoming))) for incoming in batch]

    async def _answer_once(self, batch: Sequence[Incoming]) -> list[Handled]:
        now = self._clock()
        world = self._world()
        sessions: dict[tuple[str, str], tuple[Session, int]] = {}
        turns: dict[tuple[str, str], _Decided] = {}
        repeated: list[Incoming] = []
        for incoming, recalled in zip(batch, await self._store.recall(batch), strict=True):
            person, message = (incoming.channel, incoming.talk), (incoming.channel, incoming.id)
            if recalled.answered or message in turns:
                repeated.append(incoming)
                continue
            session, version = sessions.get(person, (recalled.session, recalled.version))
            turn = self._decide(world, session, incoming, now)
            sessions[person] = (turn.session, version + 1)
            turns[message] = _Decided(incoming, session, version, turn)
        handled = {} if not turns else await self._commit(list(turns.values()), now)
        for incoming in repeated:
            if (incoming.channel, incoming.id) not in handled:
                replies = await self._store.replies_to(incoming)
                handled[incoming.channel, incoming.id] = Handled(Session(), tuple(replies), repeated=True)
        first: set[tuple[str, str]] = set()
        outcomes = []
        for incoming in batch:
            key = (incoming.channel, incoming.id)
            outcomes.append(replace(handled[key], repeated=True) if key in first else handled[key])
            first.add(key)
        return outcomes

    def _decide(self, world: World, session: Session, incoming: Incoming, now: datetime) -> Turn:
        try:
            return step(world, session, incoming, now)
        except Exception:
            log.exception("turn_failed", channel=incoming.channel, kind=incoming.kind)
            return Turn(session, (Reply(say(session.language, "greeting.oops")),))

    async def _commit(self, turns: Sequence[_Decided], now: datetime) -> dict[tuple[str, str], Handled]:
        if self._prepare:
            for decided in turns:
                for effect in decided.turn.effects:
                    await self._prepare(effect, decided.incoming, now)
        async with self._store.transaction() as tx:
            finished = [await self._finish(tx, decided, now) for decided in turns]
            await _store_effects(tx, self._world(), self.alerts, turns, now)
            sent = await tx.record(finished, now)
            await _erase(tx, turns, sent, now)
        return {
            (done.incoming.channel, done.incoming.id): Handled(done.session, tuple(outgoing), about=decided.turn.about)
            for decided, done, outgoing in zip(turns, finished, sent, strict=True)
        }

    async def _finish(self, tx: TurnTx, decided: _Decided, now: datetime) -> Recorded:
        incoming, turn = decided.incoming, decided.turn
        replies, session = list(turn.replies), turn.session
        for effect in turn.effects:
            if isinstance(effect, KeepResponse | DropResponse | GiveUp | NoteMiss | EraseChat):
                continue
            for said in await self._carry_out(tx, effect, incoming, session, now):
                replies.append(said)
                session = offering(session, said.buttons)
        traits = self._channels[incoming.channel]
        cut = tuple(replace(piece, thread=incoming.thread) for said in replies for piece in pieces(traits, said))
        words = _words(incoming, decided.before) if traits.remembers else ""
        return Recorded(incoming, session, decided.version, cut, traits.pushed, words)


async def _erase(tx: TurnTx, turns: Sequence[_Decided], sent: Sequence[Sequence[Outgoing]], now: datetime) -> None:
    """Erase chats that asked for it, after earlier turns are stored; later turns start a new conversation."""
    for position, decided in enumerate(turns):
        if EraseChat() in decided.turn.effects:
            channel, user = decided.incoming.channel, decided.incoming.user
            later = [
                t.incoming.id for t in turns[position:] if (t.incoming.channel, t.incoming.user) == (channel, user)
            ]
            farewell = Farewell(later, sent[position][0].id, decided.version + 1, now - CHAT_PAGE)
            await tx.erase(channel, user, now.date(), farewell)


def _words(incoming: Incoming, before: Session) -> str:
    """What the person said, as a history shows it: masked text, or the label of the button."""
    if incoming.kind == "button":
        return dict(before.offered).get(incoming.text, "")
    if incoming.file:
        return mask(incoming.file.name)
    return mask(incoming.text) if incoming.kind == "text" else ""


def _filing(world: World, effect: KeepResponse, person: str, now: datetime) -> Filing:
    """Return the form that a turn stores; a chat has one vote, and counts as the device that the form comes from."""
    response = with_field(world, effect.response)
    return Filing(response, effect.slip, voter=person, device=person, at=now, adds=True)


async def _store_effects(tx: TurnTx, world: World, alerts: Alerts, turns: Sequence[_Decided], now: datetime) -> None:
    """Store effects without an answer, grouped by kind. A later state of a response wins."""
    effects = [effect for decided in turns for effect in decided.turn.effects]
    kept = {
        effect.response.id: (decided.incoming, _filing(world, effect, decided.incoming.person, now))
        for decided in turns
        for effect in decided.turn.effects
        if isinstance(effect, KeepResponse)
    }
    dropped = [effect.id for effect in effects if isinstance(effect, DropResponse)]
    if hopeless := [effect.id for effect in effects if isinstance(effect, GiveUp)]:
        dropped += await lost_forms(tx, world, hopeless)
    missed = [effect for effect in effects if isinstance(effect, NoteMiss)]
    if kept and (refused := await tx.file([filing for _, filing in kept.values()])):
        asked = {identifier: incoming for identifier, (incoming, _) in kept.items()}
        raise _NotTaken({(asked[one].channel, asked[one].id): reason for one, reason in refused.items()})
    await alerts.stored(tx, [filing.response for _, filing in kept.values()])
    if dropped:
        await tx.drop_unfinished(dropped)
    if missed:
        await tx.note_misses(missed, now.date())
