"""Giving a procedure a name that was tapped in chat; checked in the background, since the check builds an index."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from catalog.catalogs import Catalog
from catalog.naming import Checked
from handlers.channel import Traits, pieces
from handlers.messages import Reply, Text
from handlers.ports import Chat, Membership
from handlers.unit_settings.settings import Author
from handlers.wording import buttons, say
from handlers.world import World
from reports.missed.handling import check_name, give_name, group_of_question, missed_of, name_for
from storage.store import SqlStore

MOST_MOVED = 6


@dataclass(frozen=True, slots=True)
class Tap:
    """A procedure tapped to get a new name: the words of a missed `group`, or of an answered `question`.

    `way` is the prefix of the ids of the buttons that follow ("miss:0123456789ab", "left:7"); `seal` shows that the
    admin has seen what the name takes from other procedures.
    """

    way: str
    code: str
    seal: str = ""
    group: str = ""
    question: str = ""


class Naming:
    """Checks names outside of any turn, gives them, and tells the chat that asked."""

    def __init__(
        self,
        store: SqlStore,
        world: Callable[[], World],
        refresh: Callable[[], Awaitable[None]],
        clock: Callable[[], datetime],
        channels: Mapping[str, Traits],
    ) -> None:
        self._store = store
        self._world = world
        self._refresh = refresh
        self._clock = clock
        self._channels = channels

    async def name(self, chat: Chat, member: Membership, tap: Tap, language: str) -> None:
        """Give the name if it takes nothing from other procedures or the admin has seen what; else show that."""
        world, now = self._world(), self._clock()
        catalog = world.catalog(member.unit)
        async with self._store.reading() as tx:
            missed = await missed_of(tx, world, member, now)
        group = group_of_question(missed, tap.question) if tap.question else missed.group(tap.group)
        if group is None or tap.code not in catalog:
            await self._send(chat, gone(language))
            return
        name = name_for(tap.question or group.text)
        checked = await check_name(world, member, missed, group, tap.code, name)
        if not checked.harmless and checked.seal != tap.seal:
            await self._send(chat, _asked_first(catalog, name, tap, checked, language))
            return
        author = Author(f"{member.role} {member.unit}", chat)
        async with self._store.transaction() as tx:
            taken = await give_name(tx, world, member, group, tap.code, name, now, author)
        await self._refresh()
        sentence = say(language, "handling.told_name", name=name, title=catalog.label(tap.code))
        await self._send(chat, done(sentence, language) if taken else gone(language))

    async def _send(self, chat: Chat, reply: Reply) -> None:
        traits = self._channels[chat.channel]
        async with self._store.transaction() as tx:
            await tx.enqueue(chat, pieces(traits, reply), self._clock(), pushed=traits.pushed)


def done(sentence: Text, language: str) -> Reply:
    """Return a reply that says what was done, with a button back to the list."""
    return Reply(sentence, buttons(language, ("misses", "handling.list")))


def gone(language: str) -> Reply:
    """Return the reply that a group is no longer open."""
    return done(say(language, "handling.gone"), language)


def _asked_first(catalog: Catalog, name: str, tap: Tap, checked: Checked, language: str) -> Reply:
    """Return a reply that shows what a name would take from other procedures and asks whether to give it anyway."""

    def label(of: str) -> str:
        return catalog.label(of) if of in catalog else "–"

    lines = [say(language, "web.missed.check_what", name=name, title=label(tap.code), code=tap.code)]
    if checked.moved:
        lines.append(say(language, "web.missed.moved", count=len(checked.moved)))
        lines += [
            say(language, "handling.moved", text=one.question, before=label(one.before), after=label(one.after))
            for one in checked.moved[:MOST_MOVED]
        ]
    if not checked.reached:
        lines.append(say(language, "web.missed.reaches_nothing"))
    return Reply(
        Text.lines(lines),
        buttons(
            language,
            (f"{tap.way}:name:{tap.code}:{checked.seal}", "handling.anyway"),
            (f"{tap.way}:show", "web.missed.step_back"),
        ),
    )
