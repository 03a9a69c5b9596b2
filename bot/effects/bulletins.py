"""Which bulletins a member of staff gets, and leaving the staff."""

from collections.abc import Sequence
from datetime import datetime

from handlers.messages import Incoming, Reply
from handlers.session import Session
from handlers.staff import bulletins
from handlers.turn import LeaveStaff, SetBulletin, ShowBulletins
from handlers.wording import buttons, plain, say
from storage.store import SqlTx


async def show(
    tx: SqlTx, effect: ShowBulletins, incoming: Incoming, session: Session, now: datetime
) -> Sequence[Reply]:
    """Say which bulletins are on."""
    member = await tx.membership(incoming.channel, incoming.user)
    if member is None:
        return [Reply(say(session.language, "staff.only_staff"))]
    return [bulletins.shown(member, session.language)]


async def set_bulletin(
    tx: SqlTx, effect: SetBulletin, incoming: Incoming, session: Session, now: datetime
) -> Sequence[Reply]:
    """Turn a bulletin on or off, and say how to undo that."""
    member = await tx.membership(incoming.channel, incoming.user)
    if member is None:
        return [Reply(say(session.language, "staff.only_staff"))]
    rest = [name for name in member.muted if name != effect.bulletin]
    await tx.mute(member.channel, member.user, rest if effect.on else [*rest, effect.bulletin])
    name = plain(session.language, f"staff.bulletin.{effect.bulletin}")
    said = say(session.language, "staff.heard" if effect.on else "staff.muted", name=name)
    changed = await tx.membership(incoming.channel, incoming.user)
    return [bulletins.shown(changed or member, session.language, said)]


async def leave(tx: SqlTx, effect: LeaveStaff, incoming: Incoming, session: Session, now: datetime) -> Sequence[Reply]:
    """End the membership; what was sent stays in the chat."""
    left = await tx.leave(incoming.channel, incoming.user)
    said = say(session.language, "staff.left" if left else "staff.only_staff")
    return [Reply(said, buttons(session.language, ("ask", "button.ask")))]
