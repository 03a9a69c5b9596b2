"""Dossiers that tests of figures, lists and commands share."""

import random
from datetime import datetime, timedelta
from typing import Any

from handlers.world import Unit
from reports.dossiers.dossier import Dossier
from reports.dossiers.export import Export
from reports.dossiers.importing import Outcome, take_in
from storage.store import SqlStore
from tests.clock import NOW, ZONE
from tests.sample import world


def at(written: str) -> datetime:
    """A moment of the unit's own clock."""
    return datetime.fromisoformat(written).replace(tzinfo=ZONE)


def dossier(code: str, received: str, due: str = "", resolved: str = "", **more: Any) -> Dossier:
    """A dossier with moments in the unit's own clock; handed over and closed as soon as settled unless `more` says."""
    done = at(resolved) if resolved else None
    return Dossier(
        code=code,
        received_at=at(received),
        received_on=at(received).date(),
        due_at=at(due) if due else None,
        due_on=at(due).date() if due else None,
        resolved_at=done,
        resolved_on=done.date() if done else None,
        **{"handed_at": done, "closed_at": done, "field": "Hộ tịch", **more},
    )


def listed(*dossiers: Dossier, sha: str = "") -> Export:
    """An export of a list."""
    return Export("ds.xlsx", sha or repr(dossiers), "list", {one.code: one for one in dossiers})


async def prepared(store: SqlStore) -> None:
    """Add the units."""
    async with store.transaction() as tx:
        for unit in (*world().units.values(), Unit("cao-lanh", "Phường Cao Lãnh", "dong-thap")):
            await tx.add_unit(unit, NOW)


async def take(store: SqlStore, *dossiers: Dossier, unit: str = "sa-dec", now: datetime = NOW) -> Outcome:
    """Import a list into a unit."""
    async with store.transaction() as tx:
        return await take_in(tx, unit, listed(*dossiers), now)


def some(seed: int, count: int = 200) -> list[Dossier]:
    """Dossiers of three months in every state there is."""
    chosen = random.Random(seed)
    made = []
    for number in range(count):
        came = at("2026-09-15 00:00") + timedelta(seconds=chosen.randrange(90 * 86400))
        due = came + timedelta(seconds=chosen.randrange(12 * 86400)) if chosen.random() < 0.9 else None
        done = came + timedelta(seconds=chosen.randrange(-86400, 20 * 86400)) if chosen.random() < 0.7 else None
        handed = done if done and chosen.random() < 0.8 else None
        made.append(
            Dossier(
                f"H{number:03d}",
                came,
                came.date(),
                due,
                due.date() if due else None,
                done,
                done.date() if done else None,
                handed,
                handed if chosen.random() < 0.8 else None,
                field=chosen.choice(["Hộ tịch", "Đất đai", ""]),
                channel=chosen.choice(["online", "direct", "post"]),
            )
        )
    return made
