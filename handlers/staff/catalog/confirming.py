"""Confirming and cancelling a file, and undoing a version: each in one transaction, all of it or nothing."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from catalog.entries import Entry
from catalog.history import ImportRecord, Restoration, returned, undone
from catalog.pending_files import Waiting
from catalog.preview.applying import Changes, changes
from catalog.preview.packing import line_of_values, line_values, unpacked
from catalog.preview.planning import Preview
from handlers.staff.catalog.ports import CatalogTx

# A file that ends more than one in this many procedures in force is confirmed by typing how many it ends.
MOST_ABOLISHED = 10
Outcome = Literal["done", "nothing", "again", "gone", "reading", "failed", "moved", "typed"]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who acts: their channel, who they are there, and the unit they act for."""

    channel: str
    person: str
    unit: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The result of a confirmation. `ended` is how many procedures end: the number to type if `outcome` is "typed".

    `left` is how many rows were not taken, because they are doubtful or refused.
    """

    outcome: Outcome
    version: int = 0
    added: int = 0
    changed: int = 0
    ended: int = 0
    waiting: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Prepared:
    """What confirming a file would store on a day, over catalogs of generation `base`.

    `in_force` is how many procedures the unit's own catalog has now that have not ended.
    """

    token: str
    base: int
    day: date
    made: Preview
    found: Changes
    in_force: int


async def store(
    tx: CatalogTx, record: ImportRecord, made: Preview, found: Changes, now: datetime, base: int | None = None
) -> Confirmed:
    """Store the changes of a preview as one version, and keep the lines that wait for their day."""
    plan = found.plan
    if not plan.to_store and not found.waiting:
        return Confirmed("nothing")
    doubtful = len(made.of("unclear")) + len(made.of("refused"))
    record = replace(
        record,
        added=len(plan.added),
        changed=len(plan.changed),
        unchanged=plan.unchanged,
        refused=doubtful,
        abolished=len(found.ended),
        waiting=len(found.waiting),
        decision=record.decision or made.decision,
        decided=record.decided or made.decided,
    )
    version = await tx.import_entries(record, plan.to_store, now, base=base)
    await tx.keep_waiting(
        [
            Waiting(
                version,
                record.unit,
                line.code,
                date.fromisoformat(line.effective),
                json.dumps(line_values(line), ensure_ascii=False),
            )
            for line in found.waiting
        ]
    )
    ended, waiting = len(found.ended), len(found.waiting)
    return Confirmed("done", version, len(plan.added), len(plan.changed), ended, waiting, doubtful)


async def prepared(tx: CatalogTx, scopes: Sequence[str], token: str, now: datetime) -> Prepared | None:
    """Return what confirming a shown file would store; None if no shown file has this token."""
    unit = scopes[0]
    pending = await tx.pending(unit, now)
    if pending is None or pending.token != token or pending.state != "shown":
        return None
    base = await generation(tx, scopes)
    stored = await tx.stored(unit)
    made, found = await asyncio.to_thread(_found, pending.made, stored, now.date())
    return Prepared(token, base, now.date(), made, found, sum(not entry.ended for entry in stored.values()))


async def confirm(
    tx: CatalogTx,
    scopes: Sequence[str],
    token: str,
    who: Sender,
    now: datetime,
    typed: int | None = None,
    link: str = "",
    *,
    ready: Prepared | None = None,
) -> Confirmed:
    """Carry out a shown file. `scopes` are the unit's own catalog and those under it; `typed` is the number typed.

    `link` is the address of the decision, for the history. `ready` was worked out before the transaction, which keeps
    others from writing: this halves the time that the confirmation of a whole catalog takes.

    Confirming twice has no further effect. If a catalog changed since the file was shown, the file is read again
    (`moved`).
    """
    unit = scopes[0]
    await tx.hold_catalogs()
    pending = await tx.pending(unit, now, whole=False)
    if pending is None or pending.token != token:
        known = await tx.confirmed(unit, token)
        return Confirmed("again", known.id, known.added, known.changed, known.abolished) if known else Confirmed("gone")
    if pending.state != "shown":
        return Confirmed("reading" if pending.state == "reading" else "failed")
    newest = await tx.generation_of(unit)
    if await generation(tx, scopes) != pending.base:
        if whole := await tx.pending(unit, now):
            await tx.keep_pending(replace(whole, state="reading", made=""))
        return Confirmed("moved")
    if ready is None or (ready.token, ready.base, ready.day) != (token, pending.base, now.date()):
        ready = await prepared(tx, scopes, token, now)
    if ready is None:
        return Confirmed("gone")
    found = ready.found
    if len(found.ended) * MOST_ABOLISHED > ready.in_force and ready.in_force and typed != len(found.ended):
        return Confirmed("typed", ended=len(found.ended))
    if not await tx.take_pending(unit, token):
        return Confirmed("gone")
    record = ImportRecord(
        *(unit, pending.file, pending.sha256, 0, 0, 0, 0),
        channel=who.channel,
        person=who.person,
        by_unit=who.unit,
        token=token,
        link=link,
    )
    return await store(tx, record, ready.made, found, now, base=newest)


def _found(packed: str, stored: dict[str, Entry], today: date) -> tuple[Preview, Changes]:
    made = unpacked(packed)
    return made, changes(made, stored, today)


async def generation(tx: CatalogTx, scopes: Sequence[str]) -> int:
    """Return the number of the last version of a chain of catalogs."""
    return max([await tx.generation_of(scope) for scope in scopes])


async def cancel(tx: CatalogTx, unit: str, token: str) -> bool:
    """Discard a file; False if it is gone already."""
    return await tx.take_pending(unit, token)


async def restore(
    tx: CatalogTx, unit: str, version: int, who: Sender, now: datetime, *, alone: bool
) -> tuple[Restoration, int]:
    """Undo a version `alone`, or bring the catalog back to its state after that version.

    Returns what was reversed and the number of the new version, 0 if nothing was reversed.
    """
    await tx.hold_catalogs()
    newest = await tx.generation_of(unit)
    stored = await tx.stored(unit)
    since = version if alone else version + 1
    made = await tx.changes(unit, since)
    found = undone(version, made, stored) if alone else returned(made, stored)
    await tx.drop_waiting(unit, versions=(since, version if alone else None))
    if not found.reversed:
        return found, 0
    record = ImportRecord(
        *(unit, "", "", 0, len(found.entries), len(found.kept), len(found.failed)),
        kind="restore",
        channel=who.channel,
        person=who.person,
        by_unit=who.unit,
        undoes=version,
        abolished=len(found.removed),
    )
    return found, await tx.import_entries(record, found.entries, now, removed=found.removed, base=newest)


async def bring_into_force(tx: CatalogTx, now: datetime) -> int:
    """Carry out the lines whose day has come, a version for each file; returns how many lines."""
    due = await tx.waiting(now.date())
    for unit in dict.fromkeys(one.unit for one in due):
        if not await tx.drop_waiting(unit, until=now.date()):
            continue
        for version in dict.fromkeys(one.version for one in due if one.unit == unit):
            lines = [json.loads(one.line) for one in due if (one.unit, one.version) == (unit, version)]
            source: Any = await tx.version(version)
            made = Preview([line_of_values(one) for one in lines], decision=source.decision, decided=source.decided)
            record = ImportRecord(unit, source.file, source.sha256, 0, 0, 0, 0, kind="due", undoes=version)
            await store(tx, record, made, changes(made, await tx.stored(unit), now.date()), now)
    return len(due)
