"""Effects on the register of petitions: a citizen leaves one, staff enter, list and answer them."""

from collections.abc import Callable, Sequence
from datetime import datetime

from handlers.messages import Incoming, Reply
from handlers.rights import may_see, visible
from handlers.session import Session
from handlers.staff import petitions
from handlers.staff.alerts import Alerts
from handlers.staff.petitions import LeavePetition, OnPetitions
from handlers.wording import buttons, say
from handlers.world import World
from reports.casework.due import new_petition
from storage.store import SqlTx

LISTED = 8


class PetitionEffects:
    """Carries out effects on petitions; of staff who enter one, role and unit are kept, of a citizen nothing."""

    def __init__(self, world: Callable[[], World], alerts: Alerts) -> None:
        self._world = world
        self._alerts = alerts

    async def leave(
        self, tx: SqlTx, effect: LeavePetition, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Enter what a citizen left, without who it is from, and tell staff."""
        unit = effect.unit or self._world().home
        petition = new_petition(
            self._world(), unit, petitions.kind_of(effect.text), "chat", effect.text, now.date(), "citizen"
        )
        number = await tx.enter_petition(petition)
        await self._alerts.petition_entered(tx, unit, number, petition)
        on = buttons(session.language, ("ask", "button.ask"))
        return [Reply(petitions.entered(session.language, number, petition.due), on)]

    async def staff(
        self, tx: SqlTx, effect: OnPetitions, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """List the open petitions that a member may see, enter one for their unit, or answer one."""
        language, world = session.language, self._world()
        member = await tx.membership(incoming.channel, incoming.user)
        if member is None:
            return [Reply(say(language, "petition.ask_here"), buttons(language, ("petition", "petition.leave")))]
        who = f"{member.role} {member.unit}"
        if effect.number:
            found = await tx.petition(effect.number)
            if found is None or not may_see(world, member, found.unit):
                return [Reply(say(language, "petition.gone"))]
            done = await tx.answer_petition(effect.number, effect.words, now.date(), who)
            return [Reply(say(language, "petition.answered" if done else "petition.before", number=effect.number))]
        if not effect.words:
            found_open = await tx.petitions(visible(world, member), "open", LISTED)
            return [petitions.listed(language, found_open, now.date())]
        source, text = petitions.source_and_text(effect.words)
        petition = new_petition(world, member.unit, petitions.kind_of(text), source, text, now.date(), who)
        number = await tx.enter_petition(petition)
        await self._alerts.petition_entered(tx, member.unit, number, petition)
        return [Reply(petitions.entered(language, number, petition.due))]
