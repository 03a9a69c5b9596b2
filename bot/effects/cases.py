"""Effects on cases: what staff do, and a citizen's consent to be contacted once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from handlers.messages import Button, Incoming, Reply, Text
from handlers.ports import Chat, Membership
from handlers.rights import has_in_hand, owns, visible
from handlers.session import Session
from handlers.staff import cases
from handlers.staff.alerts import Alerts
from handlers.staff.case_words import (
    asking_note,
    asking_office,
    asking_progress,
    asking_words,
    office_and_day,
)
from handlers.turn import AgreeToContact, CaseDeed, OnCase, SayMended, ShowCases
from handlers.unit_settings.notices import Wrong
from handlers.wording import button, buttons, day_text, plain, say
from handlers.world import World
from reports.casework.due import due_again, due_from, with_due
from storage.store import SqlTx
from surveys.cases import BEFORE, CONTACT_KEPT, Case, Step, StepKind

LISTED = 8
# Digits of the key of a question to a citizen (handlers/actions.py: TOKEN).
KEY_LENGTH = 12
# The state that each deed leads to; "office" and "progress" ask for what "handed_over" and "noted" need.
_STATES: Mapping[CaseDeed, StepKind] = {
    "handled": "handled",
    "progress": "noted",
    "noted": "noted",
    "passed_on": "passed_on",
    "office": "handed_over",
    "handed_over": "handed_over",
    "reopen": "open",
}
# What staff may do about a case that another unit handed over to theirs.
_IN_HAND: frozenset[CaseDeed] = frozenset({"show", "handled", "progress", "noted"})


class CaseEffects:
    """Carries out effects on cases; a case that a member may not see is answered as if it did not exist."""

    def __init__(self, world: Callable[[], World], alerts: Alerts) -> None:
        self._world = world
        self._alerts = alerts

    async def agree(
        self, tx: SqlTx, effect: AgreeToContact, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Store how to contact the citizen, and inform staff."""
        language = session.language
        on = buttons(language, ("ask", "button.ask"))
        if not self._alerts.reaches(incoming.channel):
            return [Reply(say(language, "contact.unreachable"), on)]
        after = now.date() - CONTACT_KEPT
        case = await tx.agree_to_contact(effect.response, incoming.channel, incoming.user, after)
        if case is None:
            return [Reply(say(language, "contact.closed"), on)]
        await self._alerts.agreed(tx, case)
        return [Reply(say(language, "contact.agreed", days=CONTACT_KEPT.days), on)]

    async def show(
        self, tx: SqlTx, effect: ShowCases, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """List the unfinished cases of the units that a member may see."""
        member = await tx.membership(incoming.channel, incoming.user)
        if member is None:
            return [Reply(say(session.language, "staff.only_staff"))]
        world = self._world()
        count, oldest = await cases.unfinished(tx, visible(world, member), LISTED)
        if not count:
            return [Reply(say(session.language, "case.none"))]
        offered = tuple(_to_card(world, case, session.language) for case in oldest)
        return [Reply(cases.listed(world, count, oldest, session.language), offered)]

    async def act(
        self, tx: SqlTx, effect: OnCase, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Show a case, write to its citizen, or change its state."""
        language, today = session.language, now.date()
        member = await tx.membership(incoming.channel, incoming.user)
        if member is None:
            return [Reply(say(language, "staff.only_staff"))]
        case = await tx.case(effect.case)
        world = self._world()
        handed = case is not None and not owns(world, member, case) and has_in_hand(world, member, case)
        if case is None or not (owns(world, member, case) or (handed and effect.what in _IN_HAND)):
            return [Reply(say(language, "case.gone"), buttons(language, ("cases", "case.list")))]
        match effect.what:
            case "show":
                return [await self._card(tx, case, language, today, handed=handed)]
            case "note" if case.reachable(today):
                return [asking_words(language, case.id)]
            case "note":
                return [_unreachable(language, case, today)]
            case "send":
                return [await self._send(tx, case, effect.text, language, today)]
            case "publish" | "hide":
                await tx.publish_case(case.id, published=effect.what == "publish")
                return [await self._card(tx, await tx.case(case.id) or case, language, today)]
            case _:
                return [await self._move(tx, case, effect, member, incoming, session, now)]

    async def mended(
        self, tx: SqlTx, effect: SayMended, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Take a citizen's answer to whether the outcome reported to them is true; No opens the case again."""
        language, on = session.language, buttons(session.language, ("ask", "button.ask"))
        case = await tx.take_question(effect.key, now.date() - CONTACT_KEPT)
        if case is None:
            return [Reply(say(language, "case.question_over"), on)]
        if not effect.mended:
            due = due_from(self._world(), case.unit, now.date())
            await tx.move_case(case.id, Step("open", now, "citizen", due=due))
            await self._alerts.reopened(tx, await tx.case(case.id) or case)
        return [Reply(say(language, "case.thanks_mended" if effect.mended else "case.thanks_not_mended"), on)]

    async def _card(self, tx: SqlTx, case: Case, language: str, today: date, *, handed: bool = False) -> Reply:
        steps = (await tx.case_steps([case.id])).get(case.id, [])
        return cases.card(self._world(), with_due(self._world(), case), steps, language, today, handed=handed)

    def _step(self, effect: OnCase, case: Case, member: Membership, now: datetime) -> Step | None:
        """Return the step that an effect leads to; None if a note or an office has to be asked for first.

        Raises Wrong for an invalid day.
        """
        world, state = self._world(), _STATES[effect.what]
        by = Step(state, now, f"{member.role} {member.unit}", member.channel, member.user)
        casework = world.casework(case.unit)
        usual = partial(due_from, world, case.unit, now.date())
        if state == "handled":
            usual_notes = world.casework(case.unit if owns(world, member, case) else case.handed_to).notes
            note = effect.text or _chosen(usual_notes, effect.number)
            return replace(by, note=note) if note else None
        if state == "noted":
            return replace(by, note=effect.text) if effect.text else None
        if state == "handed_over":
            named = effect.text or _chosen([office.name for office in casework.offices], effect.number)
            office, due = office_and_day(named, now.date(), usual)
            unit = casework.unit_of(office)
            return replace(by, office=office, due=due, unit=unit if unit in world.units else "") if office else None
        return replace(by, due=due_again(world, case, now.date())) if state == "open" else by

    async def _send(self, tx: SqlTx, case: Case, note: str, language: str, today: date) -> Reply:
        if case.reachable(today) and not self._alerts.reaches(case.channel):
            return Reply(say(language, "case.channel_off"), cases.case_buttons(language, case, today))
        contact = await tx.take_contact(case.id, today - CONTACT_KEPT)
        if contact is None:
            return _unreachable(language, case, today)
        await self._alerts.write(tx, Chat(*contact), cases.note_to_citizen(self._world().unit(case.unit).name, note))
        left = await tx.case(case.id)
        return Reply(say(language, "case.sent"), cases.case_buttons(language, left or case, today))

    async def _move(
        self,
        tx: SqlTx,
        case: Case,
        effect: OnCase,
        member: Membership,
        incoming: Incoming,
        session: Session,
        now: datetime,
    ) -> Reply:
        """Move a case to another state and say what came of it, or ask for the note or office that this needs."""
        language, today = session.language, now.date()
        handed = not owns(self._world(), member, case)
        buttons_of = partial(cases.case_buttons, language, shared=incoming.shared, handed=handed)
        if case.state not in BEFORE[_STATES[effect.what]]:
            return self._already(case, language, buttons_of(case, today))
        try:
            step = self._step(effect, case, member, now)
        except Wrong as wrong:
            return Reply(say(language, f"own.wrong.{wrong.key}", **wrong.values))
        if step is None:
            return self._asking(effect.what, language, case, member)
        moved, citizen_informed = True, False
        if step.state == "handled":
            moved, citizen_informed = await self._alerts.handled(tx, case, step, incoming.nonce[:KEY_LENGTH])
        else:
            moved = await tx.move_case(case.id, step)
        left = await tx.case(case.id) or case
        offered = buttons_of(left, today)
        if not moved:
            return self._already(left, language, offered)
        return await self._after_move(tx, left, step, citizen_informed, incoming, language, offered)

    def _asking(self, what: CaseDeed, language: str, case: Case, member: Membership) -> Reply:
        """Ask for what a deed needs: a note from the list of the unit that closes the case, an office, or progress."""
        world = self._world()
        if what == "progress":
            return asking_progress(language, case)
        if what != "handled":
            return asking_office(world, language, case)
        return asking_note(world, language, case, case.unit if owns(world, member, case) else case.handed_to)

    async def _after_move(
        self,
        tx: SqlTx,
        case: Case,
        step: Step,
        citizen_informed: bool,
        incoming: Incoming,
        language: str,
        offered: tuple[Button, ...],
    ) -> Reply:
        day, due = day_text(step.at.date()), day_text(step.due) if step.due else ""
        match step.state:
            case "handled":
                on = () if incoming.shared else buttons(language, ("cases", "case.list"))
                citizen = say(language, "case.citizen_told") if citizen_informed else ""
                return Reply(
                    Text.lines((say(language, "case.marked", day=day, note=step.note), citizen)), (*offered, *on)
                )
            case "noted":
                return Reply(say(language, "case.noted", note=step.note), offered)
            case "handed_over":
                await self._alerts.handed_over(tx, case)
                return Reply(say(language, "case.handed_over", office=step.office, due=due), offered)
            case "open":
                return Reply(say(language, "case.reopened", day=day, due=due), offered)
        count = await self._alerts.passed_on(tx, case, Chat(incoming.channel, incoming.user))
        if not count:
            return Reply(say(language, "case.passed_to_nobody", day=day), offered)
        return Reply(say(language, "case.passed", day=day, count=count), offered)

    def _already(self, case: Case, language: str, offered: tuple[Button, ...]) -> Reply:
        state, day = plain(language, f"case.state.{case.state}"), day_text(case.changed_on)
        return Reply(say(language, "case.already", state=state, day=day), offered)


def _chosen(listed: Sequence[str], number: int) -> str:
    """Return the entry that a button names by its number from 1; empty if the list has become shorter."""
    return "".join(listed[number - 1 : number]) if number else ""


def _unreachable(language: str, case: Case, today: date) -> Reply:
    offered = tuple(one for one in cases.case_buttons(language, case, today) if not one.id.endswith(":note"))
    return Reply(say(language, "case.unreachable", days=CONTACT_KEPT.days), offered)


def _to_card(world: World, case: Case, language: str) -> Button:
    short = {"day": f"{case.day:%d/%m}", "counter": cases.counter_name(world, case), "level": case.level}
    return button(language, f"case:{case.id}:show", "case.short", **short)
