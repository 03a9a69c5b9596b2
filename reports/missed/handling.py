"""What an admin does about a group of questions: gives a name, names another office, or puts it aside."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from catalog.entries import Entry
from catalog.gist import gist, phrase
from catalog.import_plan import chain_entry
from catalog.naming import LONGEST_NAME, Checked, called, check
from catalog.text import fold
from handlers.ports import Membership
from handlers.rights import visible
from handlers.staff.catalog.rights import scope_of
from handlers.unit_settings.settings import Author
from handlers.wording import plain
from handlers.world import World
from reports.missed.groups import Group, Handling, Missed, MissesTx, What, first_day, group_misses, id_of

STAFF_LANGUAGE = "vi"
# This many texts of a group, and this many other groups and names, are searched for again when a name is checked.
MOST_TEXTS, MOST_OTHERS = 30, 300


class HandlingTx(MissesTx, Protocol):
    """A transaction that stores what was done, and changes one procedure of a catalog."""

    async def handle_misses(self, handling: Handling) -> bool:
        """Store what was done about a group; False if the same was done on this day before."""

    async def hold_catalogs(self) -> None:
        """Let no other transaction change a catalog until this one ends."""

    async def stated_along(self, units: Sequence[str], code: str) -> dict[str, Entry]:
        """Return what each of some units itself states about a procedure, by unit."""

    async def put_stated(self, unit: str, source: str, entries: Sequence[Entry], now: datetime, author: Author) -> None:
        """Store what a unit itself states about procedures; `source` says in the history what was done."""


def handled_by(world: World, units: Sequence[str]) -> list[str]:
    """Return the units whose admins handle what citizens of `units` did not find: these units and those above them."""
    return sorted({code for unit in units for code in world.lineage(unit) if code})


async def missed_of(tx: MissesTx, world: World, member: Membership, now: datetime, unit: str = "") -> Missed:
    """Return what citizens did not find and nobody handled, in one unit or in all units that a member may see."""
    seen = [unit] if unit else visible(world, member)
    misses = await tx.missed_daily(seen, first_day(now.date()))
    handlings = await tx.handlings(handled_by(world, seen))
    covered = {code: frozenset(world.below(code)) for code in {one.unit for one in handlings}}
    return await asyncio.to_thread(group_misses, misses, handlings, covered)


async def check_name(world: World, member: Membership, missed: Missed, group: Group, code: str, name: str) -> Checked:
    """Search again for what is asked today, as if a procedure had a name; KeyError if the catalog lacks the code."""
    catalog = world.catalog(member.unit)
    entry = catalog.entry(code)
    if entry is None:
        raise KeyError(code)
    texts = [text for text, _ in group.texts[:MOST_TEXTS]]
    others = [text for text in asked_elsewhere(missed, code) if text != group.text]
    return await asyncio.to_thread(check, catalog, called(entry, name), [name], texts, others)


def asked_elsewhere(missed: Missed, code: str) -> list[str]:
    """Return questions about other procedures: those that are open, and the names that admins gave to others."""
    waiting = [one.text for one in missed.groups[:MOST_OTHERS]]
    return waiting + [one.text for one, _ in missed.handled if one.what == "name" and one.target != code][:MOST_OTHERS]


async def give_name(
    tx: HandlingTx, world: World, member: Membership, group: Group, code: str, name: str, now: datetime, author: Author
) -> bool:
    """Give a procedure a name in the catalog of a member's unit; False if the group was handled before."""
    await tx.hold_catalogs()
    chain = world.lineage(member.unit)
    stated = await tx.stated_along(chain, code)
    whole = chain_entry(stated, chain)
    if whole is None or not await tx.handle_misses(_handling(member, group, "name", name, now, code)):
        return False
    scope = scope_of(world, member.unit)
    own_entry = stated.get(scope) or Entry(code, "")
    title = plain(STAFF_LANGUAGE, "handling.history", name=name, code=code)
    await tx.put_stated(scope, title, [called(own_entry, name)], now, author)
    return True


async def set_aside(
    tx: HandlingTx, member: Membership, group: Group, what: What, now: datetime, office: str = "", matter: str = ""
) -> bool:
    """Note that a group is another office's matter, is missing, or is passed over; False if it was handled before.

    `matter` is the wording by which the office is found from now on.
    """
    return await tx.handle_misses(_handling(member, group, what, matter or group.text, now, office))


def _handling(member: Membership, group: Group, what: What, text: str, now: datetime, target: str) -> Handling:
    return Handling(member.unit, now.date(), what, text, group.gist, group.gists, group.count, target)


def name_for(text: str) -> str:
    """Return the name for a procedure that a question, or the commonest one of a group, suggests."""
    return phrase(text)[:LONGEST_NAME].strip()


def group_of_question(missed: Missed, text: str) -> Group:
    """Return the open group that a question belongs to, or a new group of this question alone."""
    question_gist = gist(text)
    found = missed.group(id_of(question_gist))
    return found or Group(question_gist, frozenset({question_gist}), ((text, 1),), (), (), 1)


def offices_of(world: World) -> list[str]:
    """Return the names of the known offices in alphabetical order."""
    return sorted(world.offices.names, key=fold)
