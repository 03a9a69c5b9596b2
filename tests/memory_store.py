"""A store in memory that keeps every promise of the real one, for tests that need no database.

Sessions, replies and catalog entries are kept as JSON text, so nothing can hide in an object that is shared.
"""

import asyncio
import json
import secrets
from collections import Counter as Counted
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import copy
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from catalog.entries import Entry, from_json, to_json
from handlers.messages import Incoming, Reply, Text
from handlers.pace import Pace
from handlers.ports import (
    Addressee,
    Bulletin,
    Chat,
    Conflict,
    Erased,
    Farewell,
    FormCount,
    Health,
    Held,
    Membership,
    Outgoing,
    Recalled,
    Recorded,
    Role,
    Tally,
)
from handlers.session import Session
from handlers.world import Counter, Unit
from reports.clock_jumps import SLACK, Pulse
from reports.data_requests import Request
from reports.satisfaction.answers_table import Asked, FilledForm, shuffled
from reports.satisfaction.comments import Comment
from reports.satisfaction.counts import ONE_QUESTION, Adding, Conditions, Questions, levels_of
from reports.satisfaction.counts import Counts as ReportCounts
from reports.satisfaction.trend import DayCount, Step
from reports.statements.inputs import Inputs
from reports.statements.scope import Scope
from reports.statements.statement import Kept as KeptStatement
from reports.statements.statement import Statement
from storage.catalog import ImportRecord
from storage.conversations.queues import LEASE
from storage.counts.choices import singles
from storage.forms.arrivals import MOST_LISTED
from storage.people.staff import TokenKind
from storage.store import SqlStore
from surveys.apart import Decision, Group
from surveys.budget import Load, Slice, budget_of, first_learnt, rule, week_start
from surveys.cases import BEFORE, UNFINISHED, Case
from surveys.cases import State as CaseState
from surveys.questionnaire import Questionnaire
from surveys.responses import Apart, Filing, Opened, Refusal, Response, week_of
from surveys.signs import (
    LEAST_BURST,
    MOST_A_DAY,
    Arrival,
    FormGroup,
    Repeated,
    Signs,
    Slot,
    arrivals,
    device_digest,
    slot_of,
)
from surveys.slips import Counts, Occasion, Round, Slip
from tests.memory_dossiers import Kept as KeptDossiers
from tests.memory_dossiers import MemoryDossiers
from tests.memory_screens import Kept as KeptScreens
from tests.memory_screens import MemoryScreens


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of the outbox."""

    id: int
    channel: str
    user: str
    message: str
    payload: str
    mine: bool
    state: str
    at: datetime
    leased_until: datetime | None = None
    taken: bool = False
    attempts: int = 0
    problem: str = ""

    def is_leased(self, now: datetime) -> bool:
        """Whether a lease that can be true holds it."""
        return self.leased_until is not None and _utc(now) <= self.leased_until <= _utc(now) + LEASE

    @property
    def outgoing(self) -> Outgoing:
        """The reply as its readers see it."""
        return Outgoing(self.id, self.channel, self.user, Reply.from_json(json.loads(self.payload)), self.mine)


@dataclass(frozen=True, slots=True)
class Imported:
    """A row of the import history."""

    id: int
    unit: str
    file: str
    sha256: str
    at: datetime
    added: int
    changed: int
    unchanged: int
    refused: int


@dataclass(frozen=True, slots=True)
class Token:
    """A secret: what it opens, until when, and the chat whose membership it stands for."""

    unit: str
    role: Role
    expires: datetime
    owner: tuple[str, str] = ("", "")
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class State:
    """All that is kept. The values are immutable, so copying the containers copies everything."""

    inbox: dict[tuple[str, str], datetime] = field(default_factory=dict)
    sessions: dict[tuple[str, str], tuple[int, str, datetime]] = field(default_factory=dict)
    outbox: dict[int, Kept] = field(default_factory=dict)
    responses: dict[str, Response] = field(default_factory=dict)
    cases: dict[int, Case] = field(default_factory=dict)
    rounds: dict[str, Round] = field(default_factory=dict)
    slips: dict[str, Slip] = field(default_factory=dict)
    votes: dict[tuple[str, str, str], str] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict)
    misses: dict[tuple[str, date, str], int] = field(default_factory=dict)
    units: dict[str, tuple[Unit, datetime]] = field(default_factory=dict)
    counters: dict[str, Counter] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    forms: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)
    staff: dict[tuple[str, str], Membership] = field(default_factory=dict)
    tokens: dict[tuple[str, str], Token] = field(default_factory=dict)
    runs: dict[tuple[str, str, str], datetime] = field(default_factory=dict)
    tempo: dict[tuple[str, str, date, int], Slice] = field(default_factory=dict)
    recent: dict[str, tuple[str, date, int, datetime]] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    paces: dict[tuple[str, str], Pace] = field(default_factory=dict)
    devices: dict[tuple[str, str, date, str], int] = field(default_factory=dict)
    imports: list[Imported] = field(default_factory=list)
    procedures: dict[tuple[str, str], str] = field(default_factory=dict)
    requests: dict[int, Request] = field(default_factory=dict)
    dossiers: KeptDossiers = field(default_factory=KeptDossiers)
    screens: KeptScreens = field(default_factory=KeptScreens)
    statements: list[KeptStatement] = field(default_factory=list)
    facts: dict[int, str] = field(default_factory=dict)
    pulse: list[Pulse] = field(default_factory=list)
    identifiers: list[int] = field(default_factory=lambda: [0])

    def copy(self) -> "State":
        """Return a state that may be changed without changing this one."""
        return State(**{part.name: copy(getattr(self, part.name)) for part in fields(State)})


class MemoryTx(MemoryDossiers, MemoryScreens):
    """One open transaction: works on a copy, which takes the place of the store's state at the end."""

    def __init__(self, state: State) -> None:
        self.state = state

    async def record(self, turns: Sequence[Recorded], now: datetime) -> list[list[Outgoing]]:
        """Commit inbox, sessions and outbox of turns; raise Conflict if any was overtaken."""
        versions = {key: version for key, (version, *_) in self.state.sessions.items()}
        moved: set[tuple[str, str]] = set()
        waiting = [kept for kept in self.state.outbox.values() if kept.state == "waiting" and not kept.is_leased(now)]
        waited_for = {(kept.channel, kept.user) for kept in waiting}
        sent: list[list[Outgoing]] = []
        for turn in turns:
            incoming = turn.incoming
            message, person = (incoming.channel, incoming.id), (incoming.channel, incoming.talk)
            if message in self.state.inbox:
                raise Conflict("a message was answered by another process")
            if person not in moved and versions.get(person, turn.version) != turn.version:
                raise Conflict("a session was changed by another process")
            moved.add(person)
            self.state.inbox[message] = _utc(now)
            version = versions.get(person, turn.version) + 1
            self.state.sessions[person] = (version, json.dumps(turn.session.to_json()), _utc(now))
            if turn.said:
                self._put(incoming, Reply(Text.of(turn.said)), now, "held", mine=True)
            state = "waiting" if turn.pushed else "held"
            behind = turn.pushed and person in waited_for
            leased = turn.pushed and not behind
            put = [self._put(incoming, reply, now, state, leased=leased) for reply in turn.replies]
            sent.append([replace(outgoing, behind=behind) for outgoing in put])
        return sent

    def _put(
        self, incoming: Incoming, reply: Reply, now: datetime, state: str, *, mine: bool = False, leased: bool = False
    ) -> Outgoing:
        self.state.identifiers[0] += 1
        kept = Kept(
            id=self.state.identifiers[0],
            channel=incoming.channel,
            user=incoming.user,
            message=incoming.id,
            payload=json.dumps(reply.to_json()),
            mine=mine,
            state=state,
            at=_utc(now),
            leased_until=_utc(now) + LEASE if leased else None,
            taken=leased,
        )
        self.state.outbox[kept.id] = kept
        return kept.outgoing

    async def enqueue(self, person: Addressee, replies: Sequence[Reply], now: datetime, *, pushed: bool) -> None:
        """Put replies to one chat into the outbox, outside any turn."""
        for reply in replies:
            self._put(Incoming(person.channel, person.user, ""), reply, now, "waiting" if pushed else "held")

    def _change(self, identifiers: Iterable[int], how: Callable[[Kept], Kept]) -> None:
        for identifier in identifiers:
            if identifier in self.state.outbox:
                self.state.outbox[identifier] = how(self.state.outbox[identifier])

    async def sent(self, identifiers: Sequence[int]) -> None:
        """Mark replies as delivered."""
        self._change(identifiers, lambda kept: replace(kept, state="sent", leased_until=None, taken=False))

    async def refused(self, identifier: int, problem: str) -> None:
        """Mark a reply that can never be delivered, with the reason."""
        self._change(
            [identifier], lambda kept: replace(kept, state="refused", leased_until=None, taken=False, problem=problem)
        )

    async def claim(self, channels: Sequence[str], now: datetime, most: int = 200) -> list[Outgoing]:
        """Take over waiting replies that no living process holds, oldest first."""
        free = [
            identifier
            for identifier, kept in sorted(self.state.outbox.items())
            if kept.state == "waiting" and kept.channel in channels and not kept.is_leased(now)
        ][:most]
        until = _utc(now) + LEASE
        self._change(free, lambda kept: replace(kept, leased_until=until, taken=True, attempts=kept.attempts + 1))
        return [self.state.outbox[identifier].outgoing for identifier in free]

    async def hold(self, identifiers: Sequence[int], now: datetime) -> set[int]:
        """Renew the leases of this process; returns the replies that wait and are still its own."""
        ours = self._taken(identifiers)
        self._change(ours, lambda kept: replace(kept, leased_until=_utc(now) + LEASE))
        return ours

    async def let_go(self, identifiers: Sequence[int]) -> None:
        """Give up replies of this process."""
        self._change(self._taken(identifiers), lambda kept: replace(kept, leased_until=None, taken=False))

    def _taken(self, identifiers: Iterable[int]) -> set[int]:
        rows = {identifier: self.state.outbox.get(identifier) for identifier in identifiers}
        return {identifier for identifier, kept in rows.items() if kept and kept.state == "waiting" and kept.taken}

    async def moment(self, now: datetime) -> datetime:
        """Return the moment by the database's own clock; memory has none."""
        return now

    async def beat(self, now: datetime) -> None:
        """Write nothing: it could not fail."""

    async def release(self) -> None:
        """Free all leases."""
        waiting = [identifier for identifier, kept in self.state.outbox.items() if kept.state == "waiting"]
        self._change(waiting, lambda kept: replace(kept, leased_until=None, taken=False))

    async def forget_before(self, limit: datetime, now: datetime, spared: Sequence[str] = ()) -> int:
        """Delete chats older than `limit`, except what still waits, and expired secrets; not on spared channels."""
        old = _utc(limit)
        state = self.state
        lines = [kept for kept in state.outbox.values() if kept.at < old and kept.channel not in spared]
        return (
            _drop(state.outbox, [kept.id for kept in lines if kept.state != "waiting"])
            + _drop(state.inbox, [key for key, at in state.inbox.items() if at < old and key[0] not in spared])
            + _drop(
                state.sessions, [key for key, (*_, at) in state.sessions.items() if at < old and key[0] not in spared]
            )
            + _drop(state.tokens, [key for key, token in state.tokens.items() if token.expires < _utc(now)])
        )

    async def held(self, channel: str, user: str, day: date) -> Held:
        """Return what is stored about a chat besides its session."""
        moments = [kept.at for kept in self.state.outbox.values() if (kept.channel, kept.user) == (channel, user)]
        forms = await self.votes_of(Incoming(channel, user, "").person, day)
        return Held(len(moments), min(moments, default=None), forms=len(forms))

    async def erase(self, channel: str, user: str, day: date, farewell: Farewell | None = None) -> Erased:
        """Delete all that is stored about a chat, but a farewell to it."""
        state, person = self.state, (channel, user)
        forms = await self.votes_of(Incoming(channel, user, "").person, day)
        await self.drop_responses(forms)
        lines = [
            kept.id
            for kept in state.outbox.values()
            if (kept.channel, kept.user) == person and (farewell is None or kept.id < farewell.first)
        ]
        spared = farewell.messages if farewell else ()
        marks = [
            (where, message)
            for where, message in state.inbox
            if where == channel and message.startswith(f"{user}:") and message not in spared
        ]
        gone = [
            key
            for key in state.sessions
            if (key == person and farewell is None)
            or (key[0] == channel and "/" in key[1] and user in key[1].rsplit("/", 1))
        ]
        for key in gone:
            running = Session.from_json(json.loads(state.sessions[key][1])).survey
            await self.drop_responses([running.response] if running else [])
        sessions = _drop(state.sessions, gone)
        erased = Erased(
            _drop(state.outbox, lines),
            _drop(state.inbox, marks),
            sessions,
            _drop(state.staff, [person]),
            forms=len(forms),
        )
        _drop(state.paces, [person])
        if farewell:
            self._date_back(person, farewell)
        return erased

    def _date_back(self, person: tuple[str, str], farewell: Farewell) -> None:
        key, at = (person[0], farewell.messages[0]), _utc(farewell.at)
        self._change(
            [kept.id for kept in self.state.outbox.values() if (kept.channel, kept.message) == key],
            lambda kept: replace(kept, at=at),
        )
        self.state.inbox[key] = at
        version, text, _ = self.state.sessions[person]
        if version == farewell.version:
            self.state.sessions[person] = (version, text, at)

    async def move_chat(self, channel: str, old: str, new: str) -> int:
        """Give all that belongs to a chat a new address; what was refused at the old one waits again."""
        state = self.state
        own = [kept for kept in state.outbox.values() if (kept.channel, kept.user) == (channel, old)]
        refused = [kept.id for kept in own if kept.state == "refused"]
        self._change(refused, lambda kept: replace(kept, state="waiting", leased_until=None, problem=""))
        self._change([kept.id for kept in own], lambda kept: replace(kept, user=new))
        for held in (state.sessions, state.staff):
            for where, person in [key for key in held if key[0] == channel and key[1].split("/")[0] == old]:
                kept = held.pop((where, person))
                held.setdefault((where, new + person[len(old) :]), kept)
        if member := state.staff.get((channel, new)):
            state.staff[channel, new] = replace(member, user=new)
        for key, token in state.tokens.items():
            if token.owner == (channel, old):
                state.tokens[key] = replace(token, owner=(channel, new))
        for number, case in state.cases.items():
            if (case.channel, case.person) == (channel, old):
                state.cases[number] = replace(case, person=new)
        self._move_pace(channel, old, new)
        return len(refused)

    def _move_pace(self, channel: str, old: str, new: str) -> None:
        if pace := self.state.paces.pop((channel, old), None):
            self.state.paces.setdefault((channel, new), replace(pace, user=new))
        for number, decision in enumerate(self.state.decisions):
            if (decision.channel, decision.person) == (channel, old):
                self.state.decisions[number] = replace(decision, person=new)

    async def add_request(self, request: Request) -> int:
        """Enter a request into the register; returns its number."""
        number = max(self.state.requests, default=0) + 1
        self.state.requests[number] = replace(request, id=number)
        return number

    async def requests(self, *, open_only: bool = False) -> list[Request]:
        """Return the requests in the order they were received."""
        found = sorted(self.state.requests.values(), key=lambda request: (request.received_on, request.id))
        return [request for request in found if request.due or not open_only]

    async def answer_request(self, number: int, day: date) -> bool:
        """Note that a request was answered; False if there is none with this number that waits for it."""
        request = self.state.requests.get(number)
        if request is None or request.answered_on:
            return False
        self.state.requests[number] = replace(request, answered_on=day)
        return True

    async def finish_request(self, number: int, day: date) -> bool:
        """Note that a request was carried out, and with that answered; False as above."""
        request = self.state.requests.get(number)
        if request is None or request.carried_out_on:
            return False
        self.state.requests[number] = replace(request, carried_out_on=day, answered_on=request.answered_on or day)
        return True

    async def forget_requests(self, before: date) -> int:
        """Delete requests that were answered and carried out before a day; returns how many."""
        done = [
            number
            for number, request in self.state.requests.items()
            if request.answered_on and request.carried_out_on
            if max(request.answered_on, request.carried_out_on) < before
        ]
        return _drop(self.state.requests, done)

    async def forget_misses(self, before: date) -> int:
        """Delete questions without an answer from before a day; returns how many rows."""
        return _drop(self.state.misses, [key for key in self.state.misses if key[1] < before])

    async def note_arrivals(self, arrivals: Sequence[Arrival]) -> set[str]:
        """Count forms that come in for the first time, before they are stored; returns which are to be kept apart."""
        seen = set(self.state.responses)
        groups: dict[tuple[str, str, date], list[Arrival]] = {}
        for arrived in arrivals:
            if arrived.response in seen:
                continue
            seen.add(arrived.response)
            day = arrived.at.date()
            groups.setdefault((arrived.unit, arrived.place, day), []).append(arrived)
            if arrived.device:
                digest = device_digest(await self.week_key(week_of(day)), arrived)
                device = (arrived.unit, arrived.place, day, digest)
                self.state.devices[device] = self.state.devices.get(device, 0) + 1
        return {one for group, forms in groups.items() for one in self._ruled(*group, forms)}

    def _ruled(self, unit: str, place: str, day: date, forms: Sequence[Arrival]) -> set[str]:
        past = self._slices(place, first_learnt(day), week_start(day) - timedelta(days=1))
        ruling = rule(budget_of(past.values()), self._slices(place, day, day).get(day, {}), forms)
        for number, slice_ in ruling.day.items():
            self.state.tempo[unit, place, day, number] = slice_
        for response, (where, when, number, _) in list(self.state.recent.items()):
            if (where, when) == (place, day) and number in ruling.flooded:
                del self.state.recent[response]
                if response in self.state.responses:
                    self.state.responses[response] = replace(self.state.responses[response], apart="waiting")
        for one in forms:
            if not one.slip and one.response not in ruling.apart:
                self.state.recent[one.response] = (place, day, slot_of(one.at), one.at)
        return ruling.apart

    def _slices(self, place: str, first: date, last: date) -> dict[date, dict[int, Slice]]:
        found: dict[date, dict[int, Slice]] = {}
        for (_, where, day, number), slice_ in self.state.tempo.items():
            if where == place and first <= day <= last:
                found.setdefault(day, {})[number] = slice_
        return found

    async def slices(self, place: str, first: date, last: date) -> dict[date, dict[int, Slice]]:
        """Return how many forms came in at a place, by day and ten minutes."""
        return self._slices(place, first, last)

    async def budget(self, place: str, day: date) -> Load:
        """Return how many forms without slips a counter's figures take on a day."""
        return budget_of(self._slices(place, first_learnt(day), week_start(day) - timedelta(days=1)).values())

    async def forget_recent(self, before: datetime) -> int:
        """Forget in which ten minutes forms came in."""
        return _drop(self.state.recent, [one for one, (*_, at) in self.state.recent.items() if at < before])

    async def apart(self, units: Sequence[str], first: date, last: date) -> list[Group]:
        """Return the forms of units that are kept apart, by counter, day and state, latest first."""
        groups = Counted(
            (one.unit, one.counter, one.day, one.apart)
            for one in self.state.responses.values()
            if one.apart and one.unit in units and first <= one.day <= last
        )
        found = [Group(*kind, count) for kind, count in groups.items()]
        return sorted(found, key=lambda one: (-one.day.toordinal(), one.unit, one.counter, one.state))

    async def decide_apart(self, decision: Decision) -> int:
        """Count the waiting forms of a counter and day or discard them, and note who did; returns how many."""
        place = (decision.unit, decision.counter, decision.day, "waiting")
        found = [r for r in self.state.responses.values() if (r.unit, r.counter, r.day, r.apart) == place]
        for one in found:
            state: Apart = "" if decision.verdict == "count" else "discarded"
            self.state.responses[one.id] = replace(one, apart=state)
        if decision.verdict == "discard":
            for number, case in self.state.cases.items():
                if case.state != "handled" and case.response in {one.id for one in found}:
                    closed = replace(case, state="handled", changed_on=decision.at.date(), channel="", person="")
                    self.state.cases[number] = closed
        elif found:
            for key, slice_ in self.state.tempo.items():
                if key[1:3] == (decision.counter or f"@{decision.unit}", decision.day):
                    self.state.tempo[key] = replace(slice_, apart=0)
        if found:
            self.state.decisions.append(replace(decision, forms=len(found), at=_utc(decision.at)))
        return len(found)

    async def decisions(self, units: Sequence[str], first: date, last: date) -> list[Decision]:
        """Return what was decided about forms of units from days between two, latest first."""
        return [one for one in self.state.decisions[::-1] if one.unit in units and first <= one.day <= last]

    async def signs(self, units: Sequence[str], first: date, last: date) -> Signs:
        """Return what was counted at units between two days, both included."""
        rhythm: dict[str, dict[int, int]] = {}
        full = []
        for (unit, place, day, number), slice_ in self.state.tempo.items():
            if unit in units and first <= day <= last:
                count = slice_.forms
                slots = rhythm.setdefault(place, {})
                slots[count] = slots.get(count, 0) + 1
                if count >= LEAST_BURST:
                    full.append(Slot(place, day, number, count))
        devices = [
            Repeated(place, day, count)
            for (unit, place, day, _), count in self.state.devices.items()
            if unit in units and first <= day <= last
        ]
        repeated = sorted(
            (device for device in devices if device.count > MOST_A_DAY), key=lambda d: (-d.count, d.day, d.counter)
        )
        groups = Counted((r.counter, r.source, r.stratum, r.hasty) for r in self._of(units, first, last))
        forms = [FormGroup(*kind, count) for kind, count in sorted(groups.items())]
        counted = self.tapped(units, first, last)
        return Signs(forms, rhythm, full, len(devices), len(repeated), repeated[:MOST_LISTED], *counted)

    async def open_by_day(self, units: Sequence[str], first: date, last: date) -> dict[date, int]:
        """Count the forms without slips that came in at units, by day between two, both included."""
        found: dict[date, int] = {}
        for (unit, _, day, _), slice_ in self.state.tempo.items():
            if unit in units and first <= day <= last:
                found[day] = found.get(day, 0) + slice_.open
        return found

    async def forget_counts(self, before: date) -> int:
        """Delete the counts of days before one; returns how many rows."""
        return sum(
            _drop(counted, [key for key in counted if key[2] < before])
            for counted in (self.state.tempo, self.state.devices)
        ) + self.forget_taps(before)

    async def keep_responses(self, responses: Sequence[Response]) -> None:
        """Store responses, or replace what stands under their ids. The first day and source stay."""
        for response in responses:
            first = self.state.responses.get(response.id, response)
            kept = replace(first, complete=response.complete, field=response.field, answers=dict(response.answers))
            self.state.responses[response.id] = kept

    async def file(self, filings: Sequence[Filing]) -> dict[str, Refusal]:
        """Store forms, or replace what stands under their ids; returns why those not stored were refused, by id."""
        refused: dict[str, Refusal] = {}
        taken: dict[str, Filing] = {}
        finished: set[str] = set()
        known = set(self.state.responses)
        for filing in filings:
            outcome: Filing | Refusal = "used"
            if filing.slip not in finished:
                outcome = await self._admitted(filing, known)
            if isinstance(outcome, Filing):
                taken[outcome.response.id] = outcome
                finished |= {filing.slip} if filing.slip and filing.response.complete else set()
            else:
                refused[filing.response.id] = outcome
        apart = await self.note_arrivals(arrivals(taken.values()))
        responses = [filing.response for filing in taken.values()]
        await self.keep_responses([replace(one, apart="waiting") if one.id in apart else one for one in responses])
        for filing in taken.values():
            if filing.slip and filing.response.complete:
                await self.use_slips([filing.slip], week_of(filing.response.day))
        return refused

    async def _admitted(self, filing: Filing, known: set[str]) -> Filing | Refusal:
        if filing.slip:
            opened = (await self.opened([filing.slip])).get(filing.slip)
            refusal: Refusal | None = opened.refusal(filing.response.day) if opened else "unknown"
            if refusal:
                return refusal
            if opened and opened.differs(filing.response):
                return "changed"
            tie = (await self.take_slips({filing.slip: filing.response.id}))[filing.slip]
            filing = filing.on(opened.begun if opened else None, tie)
            if filing.response.id not in known:
                self._vote(filing)
            return filing
        if filing.response.id not in known and not self.count_tap(filing):
            return "crowded"
        if filing.response.id in known or not filing.voter or filing.response.stratum != "open":
            return filing
        return filing if self._vote(filing) else "voted"

    def _vote(self, filing: Filing) -> bool:
        response = filing.response
        if not filing.voter:
            return True
        place = f"slip|{response.id}" if filing.slip else f"open|{response.counter}|{response.day}"
        key = (week_of(response.day), filing.voter, place)
        return self.state.votes.setdefault(key, response.id) == response.id

    async def week_key(self, week: str) -> bytes:
        """Return the secret of an ISO week."""
        return self.state.keys.setdefault(week, secrets.token_bytes(32))

    async def opened(self, codes: Sequence[str]) -> dict[str, Opened]:
        """Return slips by code with their rounds and with what was answered on them so far."""
        return {
            code: Opened(slip, self.state.rounds[slip.round], self.state.responses.get(slip.response))
            for code, slip in (await self.slips(codes)).items()
        }

    async def vote_of(self, voter: str, counter: str, day: date) -> str:
        """Return the id of the form that somebody gave at a counter on a day."""
        return self.state.votes.get((week_of(day), voter, f"open|{counter}|{day}"), "")

    async def votes_of(self, voter: str, day: date) -> list[str]:
        """Return the ids of the forms that somebody gave in the week of a day."""
        return sorted(
            response for (week, who, _), response in self.state.votes.items() if (week, who) == (week_of(day), voter)
        )

    async def forget_votes(self, week: str) -> int:
        """Throw away the keys of all weeks before one, and the votes under them."""
        _drop(self.state.keys, [known for known in self.state.keys if known < week])
        gone = [key for key in self.state.votes if key[0] < week]
        _drop(self.state.votes, gone)
        return len(gone)

    async def open_round(self, opened: Round, now: datetime) -> bool:
        """Add a round; False if its name is taken."""
        if opened.name in self.state.rounds:
            return False
        self.state.rounds[opened.name] = opened
        return True

    async def close_round(self, name: str, now: datetime) -> bool:
        """Take no more answers for a round."""
        known = self.state.rounds.get(name)
        if known is None or known.closed_at:
            return False
        self.state.rounds[name] = replace(known, closed_at=_utc(now))
        return True

    async def rounds(self) -> dict[str, Round]:
        """Return all rounds by name, oldest first."""
        return dict(self.state.rounds)

    async def round_counts(self, names: Sequence[str]) -> dict[str, Counts]:
        """Return how many slips of rounds are handed out, used, begun and revoked; nothing for one without slips."""
        counts = {}
        for name in {slip.round for slip in self.state.slips.values()} & set(names):
            of = [slip for slip in self.state.slips.values() if slip.round == name]
            states = [slip.state for slip in of]
            begun = sum(slip.state == "issued" and bool(slip.response) for slip in of)
            revoked = states.count("revoked")
            counts[name] = Counts(len(of) - revoked, states.count("used"), begun, revoked)
        return counts

    async def add_slips(self, name: str, codes: Sequence[str], occasion: Occasion = "") -> list[Slip]:
        """Add slips to a round, numbered on from its last one."""
        start = max((slip.serial for slip in self.state.slips.values() if slip.round == name), default=0) + 1
        added = [Slip(code, name, serial, occasion=occasion) for serial, code in enumerate(codes, start)]
        self.state.slips.update((slip.code, slip) for slip in added)
        return added

    async def slips_of(self, name: str) -> list[Slip]:
        """Return the slips of a round by serial number."""
        return sorted((s for s in self.state.slips.values() if s.round == name), key=lambda slip: slip.serial)

    async def slips(self, codes: Sequence[str]) -> dict[str, Slip]:
        """Return slips by code."""
        return {code: self.state.slips[code] for code in codes if code in self.state.slips}

    async def revoke_slips(self, codes: Sequence[str]) -> list[str]:
        """Make slips that were not used worthless; returns the codes of those that were."""
        done = sorted(code for code, slip in (await self.slips(codes)).items() if slip.state == "issued")
        for code in done:
            self.state.slips[code] = replace(self.state.slips[code], state="revoked", response="")
        return done

    async def take_slips(self, answering: Mapping[str, str]) -> dict[str, str]:
        """Tie slips to what is being answered on them; returns the tie of each open slip."""
        taken = {}
        for code, response in sorted(answering.items()):
            slip = self.state.slips.get(code)
            if slip and slip.state == "issued":
                taken[code] = slip.response or response
                self.state.slips[code] = replace(slip, response=taken[code])
        return taken

    async def use_slips(self, codes: Sequence[str], week: str) -> None:
        """Mark slips as used in an ISO week, and forget which answers were given on them."""
        for code in codes:
            self.state.slips[code] = replace(self.state.slips[code], state="used", response="", week=week)

    async def entered(self, name: str, source: str, day: date) -> tuple[int, dict[tuple[str, int], int]]:
        """Count a round's responses of a source and day, and their answers by question and level."""
        these = [r for r in self.state.responses.values() if (r.round, r.source, r.day) == (name, source, day)]
        levels: dict[tuple[str, int], int] = {}
        for response in these:
            for question, answer in response.answers.items():
                if isinstance(answer, int):
                    levels[question, answer] = levels.get((question, answer), 0) + 1
        return len(these), levels

    async def responses(self, ids: Sequence[str]) -> dict[str, Response]:
        """Return stored responses with their answers by id."""
        return {key: self.state.responses[key] for key in ids if key in self.state.responses}

    async def drop_unfinished(self, ids: Sequence[str]) -> None:
        """Delete responses that were not sent off yet."""
        known = self.state.responses
        await self.drop_responses([one for one in ids if one in known and not known[one].complete])

    async def drop_responses(self, ids: Sequence[str]) -> None:
        """Delete responses and their answers, and the cases they made; whoever gave them may answer anew."""
        await self.drop_cases(ids)
        _drop(self.state.responses, ids)
        _drop(self.state.recent, ids)
        _drop(self.state.votes, [key for key, response in self.state.votes.items() if response in ids])
        for code, slip in self.state.slips.items():
            if slip.response in ids:
                self.state.slips[code] = replace(slip, response="")

    async def keep_cases(self, cases: Sequence[Case]) -> list[Case]:
        """Open cases, or change those that their responses have; returns the new ones."""
        known = {kept.response: number for number, kept in self.state.cases.items()}
        opened = []
        for case in cases:
            self._need(case.unit)
            if number := known.get(case.response):
                before = self.state.cases[number]
                said = {"level": case.level, "comment": case.comment, "reasons": case.reasons}
                self.state.cases[number] = replace(before, **said)
                if case.comment and not before.comment and before.state in UNFINISHED:
                    opened.append(self.state.cases[number])
            else:
                self.state.identifiers[0] += 1
                opened.append(replace(case, id=self.state.identifiers[0]))
                self.state.cases[opened[-1].id] = opened[-1]
        return opened

    async def drop_cases(self, responses: Sequence[str]) -> None:
        """Delete the cases of responses."""
        _drop(self.state.cases, [number for number, case in self.state.cases.items() if case.response in responses])

    async def case(self, identifier: int) -> Case | None:
        """Return a case."""
        return self.state.cases.get(identifier)

    async def cases(
        self, units: Sequence[str], states: Sequence[CaseState], most: int, *, latest: bool = False
    ) -> list[Case]:
        """Return cases of units that are in one of some states: the oldest first, or the latest changed first."""
        found = [case for case in self.state.cases.values() if case.unit in units and case.state in states]
        if latest:
            return sorted(found, key=lambda case: (case.changed_on, case.id), reverse=True)[:most]
        return sorted(found, key=lambda case: (case.day, case.id))[:most]

    async def count_cases(self, units: Sequence[str], states: Sequence[CaseState]) -> int:
        """Count the cases of units that are in one of some states."""
        return sum(case.unit in units and case.state in states for case in self.state.cases.values())

    async def cases_between(self, units: Sequence[str], first: date, last: date) -> tuple[int, int]:
        """Count the cases of units from days between two, both included; and those of them that are handled."""
        apart = {one.id for one in self.state.responses.values() if one.apart}
        cases = [case for case in self.state.cases.values() if case.unit in units and first <= case.day <= last]
        found = [case.state for case in cases if case.response not in apart]
        return len(found), found.count("handled")

    async def move_case(self, identifier: int, state: CaseState, day: date) -> bool:
        """Put a case into a later state; False if it was there before."""
        case = self.state.cases.get(identifier)
        if case is None or case.state not in BEFORE[state]:
            return False
        moved = replace(case, state=state, changed_on=day)
        self.state.cases[identifier] = replace(moved, channel="", person="") if state == "handled" else moved
        return True

    async def agree_to_contact(self, response: str, channel: str, person: str, after: date) -> Case | None:
        """Remember how to write to the citizen of an unfinished case from a day after `after`; None if none."""
        for number, case in self.state.cases.items():
            if case.response == response and case.state in UNFINISHED and case.day > after:
                self.state.cases[number] = replace(case, channel=channel, person=person)
                return self.state.cases[number]
        return None

    async def take_contact(self, identifier: int, after: date) -> tuple[str, str] | None:
        """Return channel and person of a case from a day after `after`, and forget them."""
        case = self.state.cases.get(identifier)
        if case is None or not case.person or case.day <= after:
            return None
        self.state.cases[identifier] = replace(case, channel="", person="")
        return case.channel, case.person

    async def forget_contacts(self, until: date) -> int:
        """Forget how to write to the citizens of cases up to a day; returns of how many."""
        old = [number for number, case in self.state.cases.items() if case.person and case.day <= until]
        for number in old:
            self.state.cases[number] = replace(self.state.cases[number], channel="", person="")
        return len(old)

    async def pace(self, chat: Addressee) -> Pace:
        """Return a chat's pace, and hold it."""
        return self.state.paces.setdefault((chat.channel, chat.user), Pace(chat.channel, chat.user))

    async def keep_pace(self, pace: Pace) -> None:
        """Keep a chat's pace, as changed after it was held."""
        self.state.paces[pace.channel, pace.user] = pace

    async def any_waits(self) -> bool:
        """Tell whether anything waits to be told to a chat."""
        return any(not pace.idle for pace in self.state.paces.values())

    async def due_paces(self, now: datetime) -> list[Pace]:
        """Return and hold chats that something waits for and that may be told."""
        return [pace for _, pace in sorted(self.state.paces.items()) if not pace.idle and pace.may_tell(now)]

    async def forget_pace(self, chats: Sequence[Addressee]) -> None:
        """Forget what waits for chats that belong to nobody of the staff any more."""
        _drop(self.state.paces, [(chat.channel, chat.user) for chat in chats])

    async def note_misses(self, misses: Sequence[tuple[str, str]], day: date) -> None:
        """Count questions without an answer: (unit, masked text) pairs."""
        for unit, text in misses:
            key = (unit, day, text)
            self.state.misses[key] = self.state.misses.get(key, 0) + 1

    async def misses(self, most: int) -> list[tuple[str, int]]:
        """Return the questions without an answer and how often they came, most frequent first."""
        total: dict[str, int] = {}
        for (_, _, text), count in self.state.misses.items():
            total[text] = total.get(text, 0) + count
        return sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))[:most]

    async def tallies(self, units: Sequence[str], first: date, last: date) -> tuple[list[Tally], list[FormCount]]:
        """Count answers and forms of units between two days, both included."""
        answers: dict[tuple[Any, ...], int] = {}
        forms: dict[tuple[Any, ...], int] = {}
        for response in self._of(units, first, last):
            place = (response.unit, response.counter, response.source)
            counted = (*place, response.stratum, response.field)
            forms[counted] = forms.get(counted, 0) + 1
            for question, answer in response.answers.items():
                if isinstance(answer, int):
                    what = (*place, response.form, question, answer, response.stratum, response.field)
                    answers[what] = answers.get(what, 0) + 1
        return (
            [Tally(*what, count, stratum, field) for (*what, stratum, field), count in answers.items()],
            [FormCount(*place, count, stratum, field) for (*place, stratum, field), count in forms.items()],
        )

    async def counts(
        self,
        units: Sequence[str],
        first: date,
        last: date,
        counted: Questions,
        conditions: Conditions | None = None,
        *,
        weekly: bool = True,
    ) -> ReportCounts:
        """Count forms and answers of units between two days, both included, as reports need them; or without weeks."""
        adding = Adding(counted, conditions)
        single = {key: singles(source) for key, (_, source) in self.state.forms.items()}
        for one in self._of(units, first, last):
            place = (one.unit, one.counter, one.source, one.field, one.form, one.stratum)
            adding.place(place, 1)
            for question, answer in one.answers.items():
                if isinstance(answer, tuple):
                    adding.ticked(one.counter, one.form, one.stratum, question, ",".join(answer), 1)
                elif isinstance(answer, str) and question in single.get((one.form, one.version), ()):
                    adding.ticked(one.counter, one.form, one.stratum, question, answer, 1)
                if isinstance(answer, int):
                    levels = levels_of(int(answer == level) for level in range(1, 6))
                    adding.question(one.form, question, one.stratum, levels)
                    if one.source != ONE_QUESTION:
                        adding.marked(one.counter, one.form, one.stratum, question, levels)
                    if adding.counts(one.form, question):
                        adding.place(place, 0, levels)
                        if weekly:
                            adding.day(one.day, one.stratum, levels)
        return adding.sums()

    async def statement(self, identifier: int) -> Statement | None:
        """Return a statement by its id."""
        return next((one.statement() for one in self.state.statements if one.id == identifier), None)

    async def keep_facts(self, identifier: int, facts: str) -> str:
        """Keep what a statement's documents say beside its figures, unless that is known."""
        return self.state.facts.setdefault(identifier, facts)

    async def last_statement(self, scope: Scope) -> KeptStatement | None:
        """Return the last statement of a scope."""
        return next((one for one in reversed(self.state.statements) if one.inputs.scope == scope), None)

    async def keep_statement(self, kept: KeptStatement) -> bool:
        """Keep a statement; False if another process kept one with its number first."""
        inputs = Inputs.from_json(json.loads(json.dumps(kept.inputs.to_json())), kept.inputs.scope.variant)
        if any((one.inputs.scope, one.number) == (inputs.scope, kept.number) for one in self.state.statements):
            return False
        self.state.identifiers[0] += 1
        self.state.statements.append(replace(kept, inputs=inputs, id=self.state.identifiers[0]))
        return True

    async def create_token(
        self, kind: TokenKind, unit: str, role: Role, secret: str, expires: datetime, owner: Addressee | None = None
    ) -> None:
        """Remember a secret. With an `owner` it is worth what that chat's membership is worth."""
        self._need(unit)
        if _token(kind, secret) in self.state.tokens:
            raise LookupError("this secret exists already")
        chat = (owner.channel, owner.user) if owner else ("", "")
        self.state.tokens[_token(kind, secret)] = Token(unit, role, _utc(expires), chat)

    async def use_token(self, kind: TokenKind, secret: str, now: datetime) -> tuple[str, Role] | None:
        """Use up a secret: its unit and role the first time, None if unknown, used or expired."""
        found = await self.find_token(kind, secret, now)
        if found:
            del self.state.tokens[_token(kind, secret)]
        return found

    async def find_token(self, kind: TokenKind, secret: str, now: datetime) -> tuple[str, Role] | None:
        """Return the unit and role of a secret without using it up."""
        found = self.state.tokens.get(_token(kind, secret))
        if found is None or found.expires <= _utc(now):
            return None
        if found.owner == ("", ""):
            return found.unit, found.role
        member = self.state.staff.get(found.owner)
        return (member.unit, member.role) if member and member.unit == found.unit else None

    async def token_owner(self, kind: TokenKind, secret: str) -> Chat | None:
        """Return the chat that asked for a secret."""
        found = self.state.tokens.get(_token(kind, secret))
        return Chat(*found.owner) if found and found.owner[1] else None

    async def begin_session(self, link: str, browser: str, now: datetime, idle: timedelta, life: timedelta) -> bool:
        """Use a login link up and open a session in its place."""
        token = self.state.tokens.get(_token("login", link))
        found = await self.use_token("login", link, now)
        if found is None or token is None:
            return False
        session = Token(*found, _utc(now) + idle, token.owner, _utc(now) + life)
        self.state.tokens[_token("browser", browser)] = session
        return True

    async def ends_before(self, browser: str, moment: datetime) -> bool:
        """Tell whether a session will end before a moment though it might go on."""
        found = self.state.tokens.get(_token("browser", browser))
        return bool(found and found.ends and found.expires < min(_utc(moment), found.ends))

    async def keep_session(self, browser: str, until: datetime) -> None:
        """Let a session last until a moment, or to its end where that is nearer."""
        found = self.state.tokens.get(_token("browser", browser))
        if found and found.ends:
            kept = replace(found, expires=min(found.ends, _utc(until)))
            self.state.tokens[_token("browser", browser)] = kept

    async def end_sessions(self, unit: str) -> int:
        """End the sessions of a unit and void its login links; returns how many."""
        doors = [key for key, token in self.state.tokens.items() if token.unit == unit and key[0] != "invitation"]
        return _drop(self.state.tokens, doors)

    async def remove_member(self, channel: str, user: str) -> Membership | None:
        """Take the membership from a chat, with its sessions and links; returns what it was."""
        _drop(self.state.tokens, [k for k, token in self.state.tokens.items() if token.owner == (channel, user)])
        return self.state.staff.pop((channel, user), None)

    async def counts_by_day(
        self, units: Sequence[str], first: date, last: date, counted: Questions, step: Step
    ) -> list[DayCount]:
        """Count the answers to some questions (by form) by day, stratum and level."""
        found = Counted(
            (response.day, response.stratum, answer)
            for response in self._of(units, first, last)
            for question, answer in response.answers.items()
            if isinstance(answer, int) and question in counted.get(response.form, ())
        )
        return [DayCount(*what, count) for what, count in found.items()]

    async def comments(
        self, units: Sequence[str], first: date, last: date, asked: tuple[Questions, Questions], most: int, skipped: int
    ) -> list[Comment]:
        """Return the latest comments of units between two days, both included."""
        wanted, counted = asked
        states = {case.response: case.state for case in self.state.cases.values()}
        found = [
            Comment(
                *(response.unit, response.counter, response.day),
                min(
                    (a for q, a in response.answers.items() if q in counted[response.form] and isinstance(a, int)),
                    default=0,
                ),
                answer,
                states.get(response.id),
            )
            for response in sorted(self._of(units, first, last), key=lambda one: (-one.day.toordinal(), one.id))
            for question, answer in sorted(response.answers.items())
            if isinstance(answer, str) and question in wanted.get(response.form, ())
        ]
        return found[skipped : skipped + most]

    async def missed(self, units: Sequence[str], first: date, last: date, most: int) -> list[tuple[str, int]]:
        """Return the questions to units that had no answer between two days, and how often they came."""
        found: Counted[str] = Counted()
        for (unit, day, text), count in self.state.misses.items():
            if unit in units and first <= day <= last:
                found[text] += count
        return sorted(found.items(), key=lambda one: (-one[1], one[0]))[:most]

    def _of(self, units: Sequence[str], first: date, last: date) -> list[Response]:
        """The forms of units between two days that are in the figures."""
        found = [one for one in self.state.responses.values() if one.unit in units and first <= one.day <= last]
        return [one for one in found if not one.apart]

    async def forget_token(self, kind: TokenKind, secret: str) -> None:
        """Delete a secret, for example at logout."""
        self.state.tokens.pop(_token(kind, secret), None)

    async def redeem(self, code: str, channel: str, user: str, now: datetime) -> Membership | None:
        """Use an invitation code once; None if it is unknown, used or expired."""
        found = await self.use_token("invitation", code, now)
        if found is None:
            return None
        before = self.state.staff.get((channel, user))
        member = Membership(channel, user, *found, before.muted if before else (), _utc(now))
        self.state.staff[channel, user] = member
        return member

    async def membership(self, channel: str, user: str) -> Membership | None:
        """Return the staff membership of a chat."""
        return self.state.staff.get((channel, user))

    async def members(self, unit: str, bulletin: Bulletin | None = None) -> list[Membership]:
        """Return the staff of a unit, without those who do not want a bulletin."""
        found = [member for _, member in sorted(self.state.staff.items()) if member.unit == unit]
        return [member for member in found if bulletin not in member.muted]

    async def mute(self, channel: str, user: str, muted: Sequence[Bulletin]) -> None:
        """Remember which bulletins a member of staff does not want."""
        if member := self.state.staff.get((channel, user)):
            self.state.staff[channel, user] = replace(member, muted=tuple(sorted(set(muted))))

    async def note_seen(self, channel: str, user: str, now: datetime) -> None:
        """Remember that a member of staff looks at the chat now."""
        if member := self.state.staff.get((channel, user)):
            self.state.staff[channel, user] = replace(member, seen=_utc(now))

    async def leave(self, channel: str, user: str) -> bool:
        """End a chat's membership of staff; False if it had none."""
        return self.state.staff.pop((channel, user), None) is not None

    async def start_run(self, unit: str, period: str, kind: str, now: datetime) -> bool:
        """Claim a report run; False if this unit, period and kind had its run."""
        self._need(unit)
        made = self.state.runs.get((unit, period, kind))
        if fresh := made is None or made > _utc(now) + SLACK:
            self.state.runs[unit, period, kind] = _utc(now)
        return fresh

    async def runs(self, since: datetime, until: datetime | None = None) -> set[tuple[str, str, str]]:
        """Return the (unit, period, kind) of the runs made since a moment, and up to another."""
        return {run for run, at in self.state.runs.items() if at >= _utc(since) and (not until or at <= _utc(until))}

    async def pulse(self) -> Pulse | None:
        """Return what is known of the clock; None before it was first noted."""
        return self.state.pulse[0] if self.state.pulse else None

    async def keep_pulse(self, pulse: Pulse) -> None:
        """Note what is known of the clock."""
        self.state.pulse[:] = [pulse]

    async def date_back(self, limit: datetime) -> int:
        """Give chats that a clock dated after `limit` that moment instead."""
        state, moment = self.state, _utc(limit)
        lines = [kept.id for kept in state.outbox.values() if kept.at > moment]
        messages = [key for key, at in state.inbox.items() if at > moment]
        sessions = [key for key, (*_, at) in state.sessions.items() if at > moment]
        self._change(lines, lambda kept: replace(kept, at=moment))
        state.inbox.update(dict.fromkeys(messages, moment))
        state.sessions.update({key: (*state.sessions[key][:2], moment) for key in sessions})
        return len(lines) + len(messages) + len(sessions)

    async def add_unit(self, unit: Unit, now: datetime) -> bool:
        """Add a unit; False if its code is taken."""
        if unit.code in self.state.units:
            return False
        self.state.units[unit.code] = (unit, _utc(now))
        return True

    async def add_counter(self, counter: Counter) -> bool:
        """Add a counter; False if its code is taken."""
        if counter.code in self.state.counters:
            return False
        self._need(counter.unit)
        self.state.counters[counter.code] = counter
        return True

    async def units(self) -> dict[str, Unit]:
        """Return all units by code, oldest first."""
        ordered = sorted(self.state.units.items(), key=lambda item: (item[1][1], item[0]))
        return {code: unit for code, (unit, _) in ordered}

    async def unit_since(self) -> dict[str, datetime]:
        """Return the moment each unit was added."""
        return {code: since for code, (_, since) in self.state.units.items()}

    async def change_unit(self, code: str, values: Mapping[str, Any]) -> None:
        """Change fields of a unit."""
        unit, since = self.state.units[code]
        self.state.units[code] = (replace(unit, **values), since)

    async def keep_former_name(self, code: str, until: date, name: str) -> None:
        """Remember the name that a unit bore up to a day (included)."""
        unit, _ = self.state.units[code]
        if until not in dict(unit.former):
            await self.change_unit(code, {"former": tuple(sorted((*unit.former, (until, name))))})

    async def merge_units(self, codes: Sequence[str], into: str, valid_to: date) -> None:
        """Let units stand by themselves up to a day, and their counters take no answers any more."""
        for code in codes:
            await self.change_unit(code, {"successor": into, "valid_to": valid_to})
        self.state.closed.update(counter.code for counter in self.state.counters.values() if counter.unit in codes)

    async def counters(self, *, active: bool = True) -> dict[str, Counter]:
        """Return the counters in use by code, or those that are closed."""
        ordered = sorted(self.state.counters.items())
        return {code: counter for code, counter in ordered if (code in self.state.closed) != active}

    async def change_counter(self, code: str, values: Mapping[str, Any]) -> None:
        """Change fields of a counter."""
        fields_of = {name: value for name, value in values.items() if name != "active"}
        self.state.counters[code] = replace(self.state.counters[code], **fields_of)
        if "active" in values:
            (self.state.closed.discard if values["active"] else self.state.closed.add)(code)

    async def asked(self, units: Sequence[str], first: date, last: date) -> list[Asked]:
        """Return which questions of which forms were answered between two days, both included."""
        these = self._of(units, first, last)
        return sorted({Asked(r.form, r.version, question) for r in these for question in r.answers or ("",)})

    async def wordings(self, known: Collection[tuple[str, int]] = ()) -> dict[tuple[str, int], str]:
        """Return the sources of all questionnaire versions ever used but those known, by code and version."""
        return {key: source for key, (_, source) in self.state.forms.items() if key not in known}

    async def without_answers(self) -> int:
        """Count the forms that were sent and hold no answer."""
        return sum(r.complete and not r.answers for r in self.state.responses.values())

    async def filled_forms(
        self, units: Sequence[str], first: date, last: date, form: str = ""
    ) -> AsyncIterator[FilledForm]:
        """Yield the forms between two days, both included: by day, and within a day in no order of arrival."""
        these = {r.id: r for r in self._of(units, first, last) if form in ("", r.form)}
        for identifier in sorted(shuffled(these), key=lambda identifier: these[identifier].day):
            r = these[identifier]
            yield FilledForm(
                *(r.form, r.version, r.unit, r.counter, r.field, r.source, r.stratum, r.day),
                *(r.round, r.occasion, r.assisted, r.hasty, r.complete, r.answers),
            )

    async def keep_forms(self, forms: Iterable[Questionnaire]) -> list[str]:
        """Remember questionnaire versions; returns the codes whose wording changed under the same version."""
        return [
            form.code
            for form in forms
            if self.state.forms.setdefault((form.code, form.version), (form.digest, form.source))[0] != form.digest
        ]

    async def stored(self, unit: str) -> dict[str, Entry]:
        """Return the procedures of a unit's own catalog ("" is the common one) by code."""
        return {code: from_json(payload) for (where, code), payload in self.state.procedures.items() if where == unit}

    async def import_entries(self, record: ImportRecord, entries: Sequence[Entry], now: datetime) -> int:
        """Store new and changed entries under one import; returns the import's number."""
        values = {part.name: getattr(record, part.name) for part in fields(ImportRecord)}
        imported = Imported(id=len(self.state.imports) + 1, at=_utc(now), **values)
        self.state.imports.append(imported)
        for entry in entries:
            self.state.procedures[record.unit, entry.code] = to_json(entry)
        return imported.id

    async def generation(self) -> int:
        """Return the number of the last import, 0 if there was none."""
        return len(self.state.imports)

    async def imports(self) -> Sequence[Imported]:
        """Return all imports, oldest first."""
        return list(self.state.imports)

    async def catalog_units(self) -> list[str]:
        """Return the units that have procedures of their own, "" for the common catalog."""
        return sorted({unit for unit, _ in self.state.procedures})

    async def payloads(self, units: Sequence[str]) -> AsyncIterator[str]:
        """Yield the entries of a chain of units as JSON in the order of their codes; the first unit's version wins."""
        chosen: dict[str, str] = {}
        for where in reversed(units):
            chosen |= {code: payload for (unit, code), payload in self.state.procedures.items() if unit == where}
        for _, payload in sorted(chosen.items()):
            yield payload

    def _need(self, unit: str) -> None:
        """A database's foreign keys refuse rows of a unit that does not exist; so does this."""
        if unit not in self.state.units:
            raise LookupError(f"there is no unit {unit!r}")


class MemoryStore:
    """Everything the product keeps, for as long as a test runs."""

    single_process = True

    def __init__(self) -> None:
        self.state = State()
        self._writing = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self, *, urgent: bool = False) -> AsyncIterator[MemoryTx]:
        """Open a transaction; leaving it with an error undoes all of it."""
        async with self._writing:
            tx = MemoryTx(self.state.copy())
            yield tx
            await asyncio.sleep(0)
            self.state = tx.state

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[MemoryTx]:
        """Open a transaction for reading alone."""
        await asyncio.sleep(0)
        yield MemoryTx(self.state.copy())

    async def recall(self, messages: Sequence[Incoming]) -> list[Recalled]:
        """Load the sessions that messages belong to, in their order."""
        await asyncio.sleep(0)
        state, recalled = self.state, []
        for message in messages:
            version, text, _ = state.sessions.get((message.channel, message.talk), (0, "", None))
            session = Session.from_json(json.loads(text)) if text else Session()
            recalled.append(Recalled(session, version, (message.channel, message.id) in state.inbox))
        return recalled

    async def opened(self, codes: Sequence[str]) -> dict[str, Opened]:
        """Return slips by code with their rounds and with what was answered on them so far."""
        async with self.reading() as tx:
            return await tx.opened(codes)

    async def replies_to(self, incoming: Incoming) -> list[Outgoing]:
        """Return the committed replies to a message that was answered before."""
        key = (incoming.channel, incoming.id)
        return [row.outgoing for row in self.outbox if (row.channel, row.message) == key and not row.mine]

    async def history(self, channel: str, user: str, after: int = 0, most: int = 200) -> list[Outgoing]:
        """Return the last messages of a chat with ids above `after`, oldest first."""
        key = (channel, user)
        found = [row.outgoing for row in self.outbox if (row.channel, row.user) == key and row.id > after]
        return found[-most:]

    async def line(self, channel: str, user: str, identifier: int) -> Outgoing | None:
        """Return a message of a chat by its id; None where the chat has none of this id."""
        row = self.state.outbox.get(identifier)
        return row.outgoing if row and (row.channel, row.user) == (channel, user) else None

    async def waiting(self) -> int:
        """Count the replies that are not delivered yet."""
        return sum(row.state == "waiting" for row in self.outbox)

    async def health(self, now: datetime) -> Health:
        """Memory keeps what it is given as long as it is there."""
        return Health(())

    @property
    def outbox(self) -> list[Kept]:
        """All committed replies, oldest first."""
        return [row for _, row in sorted(self.state.outbox.items())]

    async def damage(self) -> list[str]:
        """Memory does not break."""
        return []

    async def close(self) -> None:
        """Nothing is open."""


AnyStore = SqlStore | MemoryStore


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {moment}")
    return moment.astimezone(UTC)


def _token(kind: TokenKind, secret: str) -> tuple[str, str]:
    """Codes that people copy by hand may be typed in any case, with any spaces and dashes."""
    return kind, "".join(filter(str.isalnum, secret.upper())) if kind == "invitation" else secret


def _drop(kept: dict[Any, Any], keys: Iterable[Any]) -> int:
    return sum(kept.pop(key, None) is not None for key in list(keys))
