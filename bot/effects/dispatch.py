"""Effects that need more than the conversation's own tables: staff, figures, login links."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.effects import bulletins
from bot.effects.cases import CaseEffects
from bot.effects.figures import FigureEffects
from handlers import privacy, retention
from handlers.channel import Traits
from handlers.messages import Button, Incoming, Reply, Text
from handlers.ports import Tx
from handlers.retention import CHAT_PAGE as CHAT_KEPT
from handlers.rights import may_see
from handlers.session import Session
from handlers.staff.alerts import Alerts
from handlers.turn import (
    AgreeToContact,
    ChoosePeriod,
    ChooseUnit,
    Effect,
    GiveDocument,
    GiveLogin,
    JoinStaff,
    LeaveStaff,
    NoteRequest,
    OnCase,
    SetBulletin,
    ShowBulletins,
    ShowCases,
    ShowDossiers,
    ShowFigures,
    ShowStored,
    Withdraw,
)
from handlers.wording import button, plain, say
from handlers.world import World
from reports.data_requests import carried_out_at_once
from reports.dossiers.due_list import IN_CHAT, below_text, due_counts, due_list, due_text
from storage.store import SqlTx
from surveys.responses import Response
from web.citizen.chat import CHANNEL as CHAT_PAGE

LOGIN_LIFE = timedelta(minutes=15)
Worker = Callable[[SqlTx, Any, Incoming, Session, datetime], Awaitable[Sequence[Reply]]]


class Effects:
    """Carries out effects inside the turn's transaction, and words their outcome."""

    def __init__(
        self,
        world: Callable[[], World],
        address: str,
        channels: Mapping[str, Traits],
        clock: Callable[[], datetime],
    ) -> None:
        self._world = world
        self._address = address
        cases = CaseEffects(world, Alerts(world, channels, clock, address))
        figures = FigureEffects(world)
        self._workers: dict[type, Worker] = {
            JoinStaff: self._join,
            ShowFigures: figures.show,
            ChoosePeriod: figures.choose_period,
            ChooseUnit: figures.choose_unit,
            GiveDocument: figures.give,
            ShowBulletins: bulletins.show,
            SetBulletin: bulletins.turn,
            LeaveStaff: bulletins.leave,
            GiveLogin: self._login,
            AgreeToContact: cases.agree,
            ShowCases: cases.show,
            ShowDossiers: self._dossiers,
            OnCase: cases.act,
            NoteRequest: self._note_request,
            ShowStored: self._stored,
            Withdraw: self._withdraw,
        }

    async def __call__(
        self, tx: Tx, effect: Effect, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Carry out one effect; returns what is to be said about it."""
        if not isinstance(tx, SqlTx):
            raise TypeError("effects are carried out in the store's own transactions")
        return await self._workers[type(effect)](tx, effect, incoming, session, now)

    async def _join(
        self, tx: SqlTx, effect: JoinStaff, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        member = await tx.redeem(effect.code, incoming.channel, incoming.user, now)
        if member is None:
            return [Reply(say(session.language, "staff.bad_code"))]
        world = self._world()
        role = plain(session.language, f"staff.role.{member.role}")
        name = world.unit(member.unit).name
        key = "staff.joined_together" if incoming.shared else "staff.joined"
        text = say(session.language, key, role=role, unit=name, time=world.weekly_time)
        if incoming.channel == CHAT_PAGE:
            text = Text.lines(
                (text, say(session.language, "staff.page_remembers", days=CHAT_KEPT.days)), between="\n\n"
            )
        return [Reply(text)]

    async def _dossiers(
        self, tx: SqlTx, effect: ShowDossiers, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        member = await tx.membership(incoming.channel, incoming.user)
        if member is None:
            return [Reply(say(session.language, "staff.only_staff"))]
        world, unit = self._world(), effect.unit or member.unit
        if not may_see(world, member, unit):
            return [Reply(say(session.language, "staff.other_unit", unit=effect.unit))]
        due = await due_list(tx, unit, world.unit(unit).name, now, world.due_days, IN_CHAT)
        below = [code for code in world.below(unit) if code != unit and may_see(world, member, code)]
        counts = await due_counts(tx, below, now, world.due_days)
        names = {code: world.unit(code).name for code in counts}
        own = Text() if counts and due.imported_at is None else due_text(due, session.language)
        return [Reply(Text.lines((own, below_text(counts, names, session.language)), between="\n\n"))]

    async def _login(
        self, tx: SqlTx, effect: GiveLogin, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        member = await tx.membership(incoming.channel, incoming.user)
        if member is None:
            return [Reply(say(session.language, "staff.only_staff"))]
        secret = secrets.token_urlsafe(24)
        await tx.create_token("login", member.unit, member.role, secret, now + LOGIN_LIFE, owner=member)
        link = (plain(session.language, "staff.login_button"), login_link(self._address, secret))
        minutes = int(LOGIN_LIFE.total_seconds() // 60)
        return [Reply(say(session.language, "staff.login", minutes=minutes), links=(link,))]

    async def _note_request(
        self, tx: SqlTx, effect: NoteRequest, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        await tx.add_request(carried_out_at_once(effect.kind, now.date()))
        return []

    async def _stored(
        self, tx: SqlTx, effect: ShowStored, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        held = await tx.held(incoming.channel, incoming.user, now.date())
        member = await tx.membership(incoming.channel, incoming.user)
        life = retention.CHAT_PAGE if incoming.channel == CHAT_PAGE else retention.MESSENGERS
        return privacy.told(self._world(), session, held, member, life.days, now).replies

    async def _withdraw(
        self, tx: SqlTx, effect: Withdraw, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
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


def login_link(address: str, secret: str) -> str:
    """Return the address that logs a browser in once."""
    return f"{address}/staff/login/{secret}"
