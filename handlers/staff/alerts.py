"""Alerts on bad service: staff get a message in the transaction that stores the citizen's answers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Protocol

from handlers.channel import Traits, pieces
from handlers.limit_metrics import acted
from handlers.messages import Reply
from handlers.pace import Pace
from handlers.ports import Addressee, Chat, MailTx, Membership
from handlers.staff.cases import alert, contact_news, gathered, handed_to_you, outcome, passed_on, reopened
from handlers.staff.petitions import came, is_raised, raised
from handlers.staff.questions_left import answered as question_answer
from handlers.staff.questions_left import came as question_came
from handlers.world import World
from surveys.cases import CONTACT_KEPT, Case, Step, case_of, may_take_back
from surveys.petitions import Petition
from surveys.questions_left import LeftQuestion
from surveys.responses import Response


class AlertsTx(MailTx, Protocol):
    """A transaction that stores cases and alerts staff."""

    async def responses(self, ids: Sequence[str]) -> dict[str, Response]:
        """Return stored responses with their answers by id."""

    async def keep_cases(self, cases: Sequence[Case]) -> list[Case]:
        """Open cases, or change those that their responses already have; to be called after `keep_responses`.

        Returns the new cases, and unfinished ones that had reasons alone and have words now.
        """

    async def drop_cases(self, responses: Sequence[str]) -> None:
        """Delete the cases of responses."""

    async def case(self, identifier: int) -> Case | None:
        """Return a case."""

    async def membership(self, channel: str, user: str) -> Membership | None:
        """Return the staff membership of a chat."""

    async def take_contact(self, identifier: int, after: date) -> tuple[str, str] | None:
        """Return and forget channel and person of a case from a day after `after`; only the first caller gets them."""

    async def move_case(self, identifier: int, step: Step) -> bool:
        """Put a case into another state and remember who did it; False if it could not come there any more."""

    async def ask_if_mended(self, identifier: int, key: str) -> None:
        """Remember the key of the question whether a handled case is mended."""

    async def answer_question(self, question: LeftQuestion, answer: str, now: datetime) -> bool:
        """Keep the answer and forget who asked; False if the question was answered before."""

    async def pace(self, chat: Addressee) -> Pace:
        """Return a chat's pace and lock it: other transactions that alert the chat wait for this one."""

    async def keep_pace(self, pace: Pace) -> None:
        """Store the changed pace of a locked chat."""

    async def due_paces(self, now: datetime) -> list[Pace]:
        """Return and lock chats with a waiting alert that may be sent now, without those locked by another process."""

    async def forget_pace(self, chats: Sequence[Addressee]) -> None:
        """Delete waiting alerts of chats that no longer belong to staff."""


class Alerts:
    """Opens cases and alerts the staff of their unit; alerts are committed together with the answers."""

    def __init__(
        self,
        world: Callable[[], World],
        channels: Mapping[str, Traits],
        clock: Callable[[], datetime],
        address: str = "",
    ) -> None:
        self._world = world
        self._channels = channels
        self._clock = clock
        self._address = address

    async def stored(self, tx: AlertsTx, responses: Sequence[Response]) -> None:
        """Open a case for each response just stored that needs one, and alert its unit's staff.

        A response alerts once, and once more if words come after reasons that were ticked first.
        """
        world, today = self._world(), self._clock().date()
        cases, taken_back = [], []
        for response in responses:
            form = world.form(response.form, response.version)
            if form is None or response.unit not in world.units:
                continue
            if case := case_of(form, response, today):
                cases.append(case)
            elif may_take_back(form, response.answers):
                taken_back.append(response.id)
        if taken_back:
            await tx.drop_cases(taken_back)
        if cases:
            # A form on a slip that somebody else began is kept under the other's id, not under its own.
            kept = await tx.responses([case.response for case in cases])
            opened: dict[str, list[Case]] = {}
            for case in await tx.keep_cases([case for case in cases if case.response in kept]):
                opened.setdefault(case.unit, []).append(case)
            for unit, found in sorted(opened.items()):
                await self._tell_of_new(tx, unit, found)

    async def _tell_of_new(self, tx: AlertsTx, unit: str, found: Sequence[Case]) -> None:
        """Tell a unit's staff of new cases, and its admins at once of those that are raised."""
        for reader in _in_order(await tx.members(unit, "alerts")):
            await self._tell_of_cases(tx, reader, found)
        for case in found:
            if is_raised(case.comment):
                await self._raise(tx, unit, case.comment)

    async def agreed(self, tx: AlertsTx, case: Case) -> None:
        """Alert the staff of a case that its citizen may be contacted."""
        readers = await tx.members(case.unit, "alerts")
        if case.state == "passed_on":
            readers = list(dict.fromkeys([*readers, *await self._leaders(tx, case.unit)]))
        for reader in _in_order(readers):
            await self._tell_of_contact(tx, reader, case)

    async def tell_waiting(self, tx: AlertsTx) -> int:
        """Send gathered alerts to chats whose pace allows it; returns to how many."""
        now, count = self._clock(), 0
        for pace in await tx.due_paces(now):
            if (member := await tx.membership(pace.channel, pace.user)) and "alerts" not in member.muted:
                count += await self._tell_gathered(tx, pace, now)
            else:
                await tx.forget_pace([pace])
        return count

    async def _tell_of_cases(self, tx: AlertsTx, reader: Membership, found: Sequence[Case]) -> None:
        """Tell a chat of new cases: at once if its pace allows it, else together with later ones."""
        if not self.reaches(reader.channel):
            return
        now, pace = self._clock(), await tx.pace(reader)
        pace = pace.with_cases([case.id for case in found], now)
        if pace.may_tell(now):
            await self._tell_gathered(tx, pace, now)
        else:
            acted("alerts", len(found))
            await tx.keep_pace(pace)

    async def _tell_of_contact(self, tx: AlertsTx, reader: Membership, case: Case) -> None:
        """Tell a chat that a citizen may be contacted: at once if its pace allows it, else with later alerts."""
        if not self.reaches(reader.channel):
            return
        now, pace = self._clock(), await tx.pace(reader)
        pace = pace.with_contact(case.id, now)
        if pace.may_tell(now):
            await self._tell_gathered(tx, pace, now)
        else:
            acted("alerts")
            await tx.keep_pace(pace)

    async def _tell_gathered(self, tx: AlertsTx, pace: Pace, now: datetime) -> bool:
        """Write one message about all that waits."""
        found = [case for number in pace.cases if (case := await tx.case(number))]
        # Complaints may have been taken back meanwhile; this is known of the quoted ones alone.
        count = max(0, pace.waiting - len(pace.cases) + len(found))
        await tx.keep_pace(pace.alerted(now))
        if not found:
            return False
        chat, world, today = Chat(pace.channel, pace.user), self._world(), now.date()
        shared = self._is_shared(chat)
        if len(found) == 1 and count <= 1:
            said = (alert if count else contact_news)(world, found[0], today, shared)
        else:
            minutes, link = pace.minutes(now), f"{self._address}/staff/cases"
            said = gathered(world, found, count, pace.contacts, minutes, link, shared=shared)
        return await self.write(tx, chat, said)

    async def passed_on(self, tx: AlertsTx, case: Case, by: Addressee | None = None) -> int:
        """Alert the admins of a case's unit and of those above, except the one who passed it on; returns how many."""
        here = (by.channel, by.user) if by else None
        leaders = [one for one in await self._leaders(tx, case.unit) if (one.channel, one.user) != here]
        return await self._tell(tx, leaders, partial(passed_on, self._world(), case, self._clock().date()))

    async def handed_over(self, tx: AlertsTx, case: Case) -> int:
        """Alert the staff of the unit that a case was handed over to, if it is one of ours; returns how many."""
        readers = await tx.members(case.handed_to, "alerts") if case.handed_to else []
        return await self._tell(tx, readers, partial(handed_to_you, self._world(), case, self._clock().date()))

    async def handled(self, tx: AlertsTx, case: Case, step: Step, key: str) -> tuple[bool, bool]:
        """Finish a case and tell its citizen once, if they agreed to it, asking whether it is mended.

        Returns whether it was finished, and whether its citizen is told. `key` is a random one for the question.
        """
        after = step.at.date() - CONTACT_KEPT
        contact = await tx.take_contact(case.id, after) if case.reachable(step.at.date()) else None
        if not await tx.move_case(case.id, step):
            return False, False
        reply = outcome(self._world().unit(case.unit).name, step.note, key)
        if contact is None or not await self.write(tx, Chat(*contact), reply):
            return True, False
        await tx.ask_if_mended(case.id, key)
        return True, True

    async def reopened(self, tx: AlertsTx, case: Case) -> int:
        """Alert the staff of a case and its unit's admins that its citizen says it is not mended; returns how many."""
        readers = dict.fromkeys([*await tx.members(case.unit, "alerts"), *await self._leaders(tx, case.unit)])
        return await self._tell(tx, readers, partial(reopened, self._world(), case, self._clock().date()))

    async def petition_entered(self, tx: AlertsTx, unit: str, number: int, petition: Petition) -> None:
        """Alert the staff of a unit of a petition that a citizen left, and its admins at once of one that is raised."""
        if petition.source == "chat" and not petition.raised:
            await self._tell(tx, await tx.members(unit, "alerts"), partial(came, number, petition))
        if petition.raised:
            await self._raise(tx, unit, petition.text)

    async def question_left(self, tx: AlertsTx, question: LeftQuestion) -> None:
        """Tell the staff of a question's office that it came."""
        await self._tell(tx, await tx.members(question.unit, "alerts"), partial(question_came, question, "left.came"))

    async def question_answered(
        self, tx: AlertsTx, question: LeftQuestion, answer: str, now: datetime
    ) -> tuple[bool, bool]:
        """Keep the answer to a question and send it once to where it was asked.

        Returns whether it was kept (not if there was one before), and whether it is sent.
        """
        if not await tx.answer_question(question, answer, now):
            return False, False
        reply = question_answer(self._world().unit(question.unit).name, question, answer)
        return True, bool(question.person) and await self.write(tx, Chat(question.channel, question.person), reply)

    async def question_late(self, tx: AlertsTx, question: LeftQuestion) -> None:
        """Tell the admins of a question's unit and of those above that nobody answered it in time."""
        local = replace(question, due=question.due.astimezone(self._clock().tzinfo))
        await self._tell(tx, await self._leaders(tx, question.unit), partial(question_came, local, "left.late"))

    async def _raise(self, tx: AlertsTx, unit: str, words: str) -> None:
        """Tell the admins of a unit at once, also those who turned alerts off."""
        heads = [member for member in await tx.members(unit) if member.role == "admin"]
        await self._tell(tx, heads, partial(raised, words, self._world().unit(unit).name))

    def reaches(self, channel: str) -> bool:
        """Tell whether somebody in a channel can be written to outside a turn."""
        return channel in self._channels and self._channels[channel].reachable

    async def write(self, tx: AlertsTx, person: Addressee, reply: Reply) -> bool:
        """Put a message to one chat into the outbox; False if its channel is off or cannot be written to."""
        if not self.reaches(person.channel):
            return False
        traits = self._channels[person.channel]
        await tx.enqueue(person, pieces(traits, reply), self._clock(), pushed=traits.pushed)
        return True

    async def _tell(self, tx: AlertsTx, readers: Iterable[Membership], said: Callable[[bool], Reply]) -> int:
        """Write what `said` returns to members (True: several people read a chat); returns to how many."""
        return sum([await self.write(tx, one, said(self._is_shared(one))) for one in _in_order(readers)])

    def _is_shared(self, reader: Addressee) -> bool:
        return reader.channel in self._channels and self._channels[reader.channel].is_shared(reader.user)

    async def _leaders(self, tx: AlertsTx, unit: str) -> list[Membership]:
        chain = [code for code in self._world().lineage(unit) if code]
        return [member for code in chain for member in await tx.members(code, "alerts") if member.role == "admin"]


def _in_order(readers: Iterable[Membership]) -> list[Membership]:
    """Sort chats, so that two transactions that write to the same ones wait instead of deadlocking."""
    return sorted(readers, key=lambda one: (one.channel, one.user))
