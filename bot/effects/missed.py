"""Effects on what citizens did not find: the list of groups, and what an admin does about one, tap by tap."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.effects.naming import Naming, Tap, done, gone
from bot.nursery import Nursery
from catalog.naming import nearest
from handlers.messages import Button, Incoming, Reply, Text
from handlers.ports import Chat, Membership
from handlers.session import Session
from handlers.split import shorten
from handlers.turn import OnMiss, ShowMisses
from handlers.wording import button, buttons, plain, say
from handlers.world import World
from reports.bulletins.missed import missed_buttons, missed_lines
from reports.missed.groups import Group
from reports.missed.handling import missed_of, name_for, offices_of, set_aside
from storage.store import SqlTx

NEAREST, OFFICES = 4, 8
MOST_TEXTS, LONGEST_LABEL = 5, 60


class MissEffects:
    """Carries out what admins want done about groups of missed questions."""

    def __init__(self, world: Callable[[], World], naming: Naming, nursery: Nursery) -> None:
        self._world = world
        self._naming = naming
        self._nursery = nursery

    async def show(
        self, tx: SqlTx, effect: ShowMisses, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """List the largest groups."""
        member = await tx.membership(incoming.channel, incoming.user)
        if member is None or member.role != "admin":
            return [_refusal(member, session)]
        return [await self._list(tx, member, session.language, now)]

    async def act(
        self, tx: SqlTx, effect: OnMiss, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Show a group, or do what was tapped about it."""
        language = session.language
        member = await tx.membership(incoming.channel, incoming.user)
        if member is None or member.role != "admin":
            return [_refusal(member, session)]
        missed = await missed_of(tx, self._world(), member, now)
        group = missed.group(effect.group)
        if group is None:
            return [gone(language)]
        match effect.what:
            case "show":
                return [await self._card(member, group, language)]
            case "name":
                chat = Chat(incoming.channel, incoming.talk)
                tap = Tap(f"miss:{group.id}", effect.code, effect.seal, group=effect.group)
                self._nursery.start(self._naming.name(chat, member, tap, language), name="check-name")
                return [Reply(say(language, "handling.looking", name=name_for(group.text)))]
            case "outside":
                return [self._offices(group, effect.page, language)]
            case "office":
                offices = offices_of(self._world())
                if effect.page >= len(offices):
                    return [self._offices(group, 0, language)]
                office = offices[effect.page]
                taken = await set_aside(tx, member, group, "outside", now, office, name_for(group.text))
                sentence = say(language, "handling.told_office", text=name_for(group.text), office=office)
            case decision:
                taken = await set_aside(tx, member, group, decision, now)
                sentence = say(language, f"handling.told_{decision}", text=group.text)
        return [done(sentence, language) if taken else gone(language)]

    async def _list(self, tx: SqlTx, member: Membership, language: str, now: datetime) -> Reply:
        missed = await missed_of(tx, self._world(), member, now)
        found = [(group, group.count) for group in missed.groups]
        if not found:
            return Reply(say(language, "handling.none"), buttons(language, ("known", "handling.answered")))
        offered = (*missed_buttons(found), button(language, "known", "handling.answered"))
        return Reply(missed_lines(found, (), language), offered)

    async def _card(self, member: Membership, group: Group, language: str) -> Reply:
        """Return a group with its wordings, and buttons for the nearest procedures and the other decisions."""
        catalog = self._world().catalog(member.unit)
        texts = [text for text, _ in group.texts[:MOST_TEXTS]]
        codes = await asyncio.to_thread(nearest, catalog, texts, NEAREST)
        lines = [
            say(language, "handling.card", text=group.text, count=group.count),
            *(
                Text.of("• ", plain(language, "missed.text", text=text, count=count))
                for text, count in group.texts[1:5]
            ),
            say(language, "handling.ask", name=name_for(group.text)) if codes else "",
        ]
        offered = [
            Button(f"miss:{group.id}:name:{code}", shorten(catalog.label(code), LONGEST_LABEL)) for code in codes
        ]
        offered += buttons(
            language,
            (f"miss:{group.id}:outside:0", "handling.outside"),
            (f"miss:{group.id}:missing", "handling.missing"),
            (f"miss:{group.id}:ignored", "handling.ignored"),
        )
        return Reply(Text.lines(lines), tuple(offered))

    def _offices(self, group: Group, page: int, language: str) -> Reply:
        """Return a page of the known offices as buttons, with a button to the next page."""
        offices = offices_of(self._world())
        first = page * OFFICES
        offered = [
            Button(f"miss:{group.id}:office:{number}", shorten(office, LONGEST_LABEL))
            for number, office in enumerate(offices[first : first + OFFICES], first)
        ]
        if first + OFFICES < len(offices):
            offered.append(button(language, f"miss:{group.id}:outside:{page + 1}", "handling.more_offices"))
        offered.append(button(language, f"miss:{group.id}:show", "web.missed.step_back"))
        return Reply(say(language, "handling.which_office", text=name_for(group.text)), tuple(offered))


def _refusal(member: Membership | None, session: Session) -> Reply:
    """Return the reply to somebody who is not an admin."""
    return Reply(say(session.language, "web.missed.admins_only" if member else "staff.only_staff"))
