"""Effects for admins: notices of their unit, given, listed and taken away in chat."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime

from handlers.messages import Button, Incoming, Reply, Text
from handlers.ports import Chat, Membership
from handlers.session import Session
from handlers.split import shorten
from handlers.turn import DropNotice, GiveNotice
from handlers.unit_settings.announcing import notice_text
from handlers.unit_settings.notices import Notice, Wrong, typed_in_chat
from handlers.unit_settings.settings import NOTICE, Author
from handlers.wording import plain, say
from handlers.world import World
from storage.store import SqlTx

LONGEST_LABEL = 60


class NoticeEffects:
    """Carries out what admins ask about notices."""

    def __init__(self, world: Callable[[], World]) -> None:
        self._world = world

    async def give(
        self, tx: SqlTx, effect: GiveNotice, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Keep a notice and say on which days it is shown; without words, list the notices."""
        member = await tx.membership(incoming.channel, incoming.user)
        if member is None or member.role != "admin":
            return [Reply(say(session.language, "staff.only_admins"))]
        if not effect.words.strip():
            return [await self._listed(tx, member, session.language, now)]
        # The same message gives the same notice, however often it is carried out.
        named = f"{incoming.channel} {incoming.user} {incoming.id}"
        key = hashlib.blake2s(named.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
        try:
            notice = typed_in_chat(key, effect.words, now.date())
        except Wrong as wrong:
            return [Reply(say(session.language, f"own.wrong.{wrong.key}", **wrong.values))]
        await tx.put_setting(member.unit, f"{NOTICE}:{key}", 0, notice.to_json(), _author(member), now)
        said = notice_text(session.language, notice).plain
        return [Reply(say(session.language, "staff.noticed", notice=said), (_drop(session.language, notice, 1),))]

    async def drop(
        self, tx: SqlTx, effect: DropNotice, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Take a notice away, unless somebody else changed it."""
        member = await tx.membership(incoming.channel, incoming.user)
        if member is None or member.role != "admin":
            return [Reply(say(session.language, "staff.only_admins"))]
        subject = f"{NOTICE}:{effect.key}"
        known = next((one for one in await tx.settings(member.unit) if one.subject == subject and one.value), None)
        if known is None or not await tx.put_setting(member.unit, subject, effect.number, {}, _author(member), now):
            return [Reply(say(session.language, "staff.notice_moved"))]
        said = notice_text(session.language, Notice.from_json(effect.key, known.value)).plain
        return [Reply(say(session.language, "staff.unnoticed", notice=said))]

    async def _listed(self, tx: SqlTx, member: Membership, language: str, now: datetime) -> Reply:
        """The notices that are not over, each with a button that takes it away."""
        kept = [one for one in await tx.settings(member.unit) if one.subject.startswith(f"{NOTICE}:") and one.value]
        found = [(Notice.from_json(one.key, one.value), one.number) for one in kept]
        shown = [(notice, number) for notice, number in found if not notice.is_over(now.date())]
        unit = self._world().unit(member.unit).name
        heading = say(language, "staff.notices" if shown else "staff.no_notices", unit=unit)
        lines = [Text.of("• ", notice_text(language, notice)) for notice, _ in shown]
        text = Text.lines((heading, *lines, say(language, "staff.how_to_notice")))
        return Reply(text, tuple(_drop(language, notice, number) for notice, number in shown))


def _author(member: Membership) -> Author:
    return Author(f"{member.role} {member.unit}", Chat(member.channel, member.user))


def _drop(language: str, notice: Notice, number: int) -> Button:
    label = plain(language, "staff.drop_notice", notice=notice_text(language, notice).plain)
    return Button(f"unnotice:{notice.key}:{number}", shorten(label, LONGEST_LABEL))
