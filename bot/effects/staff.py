"""Effects for staff: joining, the list of due dossiers, and login links."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from handlers.messages import Incoming, Reply, Text
from handlers.retention import CHAT_PAGE as CHAT_KEPT
from handlers.rights import may_see
from handlers.session import Session
from handlers.turn import GiveLogin, JoinStaff, ShowDossiers
from handlers.wording import plain, say
from handlers.world import World
from reports.dossiers.due_list import IN_CHAT, below_text, due_counts, due_list, due_text
from storage.store import SqlTx
from web.citizen.chat import CHANNEL as CHAT_PAGE

LOGIN_LIFE = timedelta(minutes=15)


class StaffEffects:
    """Carries out effects of staff membership; `address` is that of the pages."""

    def __init__(self, world: Callable[[], World], address: str) -> None:
        self._world = world
        self._address = address

    async def join(
        self, tx: SqlTx, effect: JoinStaff, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Redeem an invitation code, and explain the next steps."""
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

    async def show_dossiers(
        self, tx: SqlTx, effect: ShowDossiers, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """List what is due or overdue in a unit, and count it in those below."""
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
        own_due = Text() if counts and due.imported_at is None else due_text(due, session.language)
        return [Reply(Text.lines((own_due, below_text(counts, names, session.language)), between="\n\n"))]

    async def give_login(
        self, tx: SqlTx, effect: GiveLogin, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Make a link to the staff page that works once."""
        member = await tx.membership(incoming.channel, incoming.user)
        if member is None:
            return [Reply(say(session.language, "staff.only_staff"))]
        secret = secrets.token_urlsafe(24)
        await tx.create_token("login", member.unit, member.role, secret, now + LOGIN_LIFE, owner=member)
        link = (plain(session.language, "staff.login_button"), login_link(self._address, secret))
        minutes = int(LOGIN_LIFE.total_seconds() // 60)
        return [Reply(say(session.language, "staff.login", minutes=minutes), links=(link,))]


def login_link(address: str, secret: str) -> str:
    """Return the address that logs a browser in once."""
    return f"{address}/staff/login/{secret}"
