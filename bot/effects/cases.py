"""Effects on cases: what staff do, and a citizen's consent to be contacted once."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from handlers.messages import Button, Incoming, Reply
from handlers.ports import Chat
from handlers.rights import may_see, visible
from handlers.session import Session
from handlers.staff import cases
from handlers.staff.alerts import Alerts
from handlers.turn import AgreeToContact, OnCase, ShowCases
from handlers.wording import button, buttons, day_text, plain, say
from handlers.world import World
from storage.store import SqlTx
from surveys.cases import CONTACT_KEPT, Case, State

LISTED = 8


class CaseEffects:
    """Carries out effects on cases; without the right to a case the answer is as if it did not exist."""

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
        if case is None or not may_see(self._world(), member, case.unit):
            return [Reply(say(language, "case.gone"), buttons(language, ("cases", "case.list")))]
        match effect.what:
            case "show":
                return [cases.card(self._world(), case, language, today)]
            case "note" if case.reachable(today):
                return [cases.asking(language, case.id)]
            case "note":
                return [_unreachable(language, case, today)]
            case "send":
                return [await self._send(tx, case, effect.text, language, today)]
            case state:
                return [await self._move(tx, case, state, incoming, language, today)]

    async def _send(self, tx: SqlTx, case: Case, note: str, language: str, today: date) -> Reply:
        if case.reachable(today) and not self._alerts.reaches(case.channel):
            return Reply(say(language, "case.channel_off"), cases.case_buttons(language, case, today))
        contact = await tx.take_contact(case.id, today - CONTACT_KEPT)
        if contact is None:
            return _unreachable(language, case, today)
        await self._alerts.write(tx, Chat(*contact), cases.note_to_citizen(self._world().unit(case.unit).name, note))
        left = await tx.case(case.id)
        return Reply(say(language, "case.sent"), cases.case_buttons(language, left or case, today))

    async def _move(self, tx: SqlTx, case: Case, state: State, incoming: Incoming, language: str, today: date) -> Reply:
        moved = await tx.move_case(case.id, state, today)
        now = await tx.case(case.id) or case
        offered = cases.case_buttons(language, now, today, shared=incoming.shared)
        day = day_text(now.changed_on)
        if not moved:
            return Reply(
                say(language, "case.already", state=plain(language, f"case.state.{now.state}"), day=day), offered
            )
        if state == "handled":
            on = () if incoming.shared else buttons(language, ("cases", "case.list"))
            return Reply(say(language, "case.marked", day=day), on)
        told = await self._alerts.passed_on(tx, now, Chat(incoming.channel, incoming.user))
        if not told:
            return Reply(say(language, "case.passed_to_nobody", day=day), offered)
        return Reply(say(language, "case.passed", day=day, count=told), offered)


def _unreachable(language: str, case: Case, today: date) -> Reply:
    offered = tuple(one for one in cases.case_buttons(language, case, today) if not one.id.endswith(":note"))
    return Reply(say(language, "case.unreachable", days=CONTACT_KEPT.days), offered)


def _to_card(world: World, case: Case, language: str) -> Button:
    short = {"day": f"{case.day:%d/%m}", "counter": cases.counter_name(world, case), "level": case.level}
    return button(language, f"case:{case.id}:show", "case.short", **short)
