"""Effects on personal data: the register of requests, showing stored data, withdrawing a form."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from handlers import privacy, retention
from handlers.messages import Button, Incoming, Reply
from handlers.session import Session
from handlers.turn import NoteRequest, ShowStored, Withdraw
from handlers.wording import button, plain, say
from handlers.world import World
from reports.data_requests import carried_out_at_once
from storage.store import SqlTx
from surveys.responses import Response
from web.citizen.chat import CHANNEL as CHAT_PAGE


class PersonalDataEffects:
    """Carries out requests of people about their stored data."""

    def __init__(self, world: Callable[[], World]) -> None:
        self._world = world

    async def note_request(
        self, tx: SqlTx, effect: NoteRequest, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Enter a request that is carried out in this very turn."""
        await tx.add_request(carried_out_at_once(effect.kind, now.date()))
        return []

    async def show_stored(
        self, tx: SqlTx, effect: ShowStored, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Return the reply that lists what is stored about the chat."""
        held = await tx.held(incoming.channel, incoming.user, now.date())
        member = await tx.membership(incoming.channel, incoming.user)
        life = retention.CHAT_PAGE if incoming.channel == CHAT_PAGE else retention.MESSENGERS
        return privacy.inventory(self._world(), session, held, member, life.days, now).replies

    async def withdraw(
        self, tx: SqlTx, effect: Withdraw, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Delete a form of this week; where there are several, ask which."""
        given = await tx.responses(await tx.votes_of(incoming.person, now.date()))
        wanted = [effect.response] if effect.response else list(given)
        if not given or not set(wanted) <= set(given):
            return [Reply(say(session.language, "survey.nothing_to_withdraw"))]
        if len(wanted) > 1:
            return [Reply(say(session.language, "survey.withdraw_which"), _to_withdraw(self._world(), given, session))]
        await tx.drop_responses(wanted)
        await tx.add_request(carried_out_at_once("withdraw", now.date()))
        return [Reply(say(session.language, "survey.withdrawn"), (button(session.language, "rate", "button.rate"),))]


def _to_withdraw(world: World, given: Mapping[str, Response], session: Session) -> tuple[Button, ...]:
    """One button for each form, newest first."""
    newest = sorted(given.values(), key=lambda response: (response.day, response.id), reverse=True)[:8]
    return tuple(
        Button(
            f"withdraw:{response.id}",
            plain(
                session.language,
                "survey.given",
                place=counter.name if (counter := world.counter(response.counter)) else world.unit(response.unit).name,
                day=response.day.strftime("%d/%m"),
            ),
        )
        for response in newest
    )
