"""Loading the sample units, counters and catalog into an empty database."""

import hashlib
import tomllib
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from catalog.entries import Entry
from catalog.source import read
from handlers.world import Counter, Unit
from storage.catalog import ImportRecord
from storage.store import SqlStore

FOLDER = Path(str(files("data").joinpath("units.toml"))).parent


def sample_entries() -> list[Entry]:
    """Read the shipped catalog."""
    entries: list[Entry] = []
    for path in sorted((FOLDER / "catalog").glob("*.toml")):
        for found in read(path):
            if not isinstance(found, Entry):
                raise ValueError(str(found))  # noqa: TRY004 -- the file is wrong, not a type
            entries.append(found)
    return entries


async def load_sample(store: SqlStore, now: datetime) -> bool:
    """Load the sample if there is no unit yet; returns whether it was loaded."""
    places = tomllib.loads((FOLDER / "units.toml").read_text("utf-8"))
    async with store.transaction() as tx:
        if await tx.units():
            return False
        for unit in places["unit"]:
            await tx.add_unit(Unit(**unit, demo=True), now)
        for counter in places["counter"]:
            await tx.add_counter(Counter(**counter))
        if await tx.generation() == 0:
            entries = sample_entries()
            digest = hashlib.sha256(repr(entries).encode()).hexdigest()
            record = ImportRecord("", "data/catalog", digest, added=len(entries), changed=0, unchanged=0, refused=0)
            await tx.import_entries(record, entries, now)
    return True
