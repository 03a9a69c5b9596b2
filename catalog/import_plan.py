"""What an import would change: nothing is taken away, an empty cell does not erase what is known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from catalog.entries import TEXT_KEYS, Entry, names_in
from catalog.text import fold


@dataclass(frozen=True, slots=True)
class Plan:
    """Entries to store, and how many stay as they are."""

    added: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    unchanged: int

    @property
    def to_store(self) -> tuple[Entry, ...]:
        """New and changed entries."""
        return (*self.added, *self.changed)


def plan(stored: Mapping[str, Entry], incoming: Iterable[Entry]) -> Plan:
    """Compare the entries of a file with the stored ones by code."""
    added, changed, unchanged = [], [], 0
    for entry in incoming:
        known = stored.get(entry.code)
        if known is None:
            added.append(entry)
        elif (merged := merge(known, entry)) == known:
            unchanged += 1
        else:
            changed.append(merged)
    return Plan(tuple(added), tuple(changed), unchanged)


def merge(known: Entry, entry: Entry) -> Entry:
    """Return a known entry with a new record's texts over it; these count as checked, unless the record says not."""
    stated = {key: getattr(entry, key) for key in (*TEXT_KEYS, "ways") if getattr(entry, key)}
    doubtful = {key for key in known.unchecked if key not in stated}.union(entry.unchecked)
    same = doubtful == set(known.unchecked)
    unchecked = known.unchecked if same else tuple(key for key in TEXT_KEYS if key in doubtful)
    return replace(known, **stated, unchecked=unchecked)


def over(farther: Entry, nearer: Entry) -> Entry:
    """Return what a unit states laid over what one above it states; people's names of both are kept, each once."""
    names: dict[str, str] = {}
    for name in names_in(f"{nearer.also}\n{farther.also}"):
        names.setdefault(fold(name), name)
    return replace(merge(farther, nearer), also="\n".join(names.values()))


def chain_entry(stated: Mapping[str, Entry], units: Sequence[str]) -> Entry | None:
    """One entry from what a chain of units states, nearest first; None where none states anything."""
    farthest_first = [stated[unit] for unit in reversed(units) if unit in stated]
    return reduce(over, farthest_first) if farthest_first else None
