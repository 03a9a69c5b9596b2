"""Change, add or take away procedures in the names of an index, without building all anew."""

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import lru_cache

from catalog.entries import Entry, official_title
from catalog.lexicon import Known, Lexicon
from catalog.search.breath import Breath
from catalog.search.building import (
    absent_one,
    family,
    rival_traits,
    sayings,
    siblings_of,
    title_words,
    traits_of,
)
from catalog.search.features import Names
from catalog.search.groups import Group, Rival, Traits
from catalog.search.laid_over import LaidOver, Rows
from catalog.search.layered import Extended, Layered


@dataclass(slots=True)
class _Changes:
    """What changes by position: names with their traits, traits alone, what is gone."""

    size: int
    named: dict[int, tuple[Traits, Sequence[str], Group | None]] = field(default_factory=dict)
    traits: dict[int, Traits] = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)

    def put(self, group: Group | None, position: int | None, traits: Traits, said: Sequence[str]) -> int:
        """Put names at a position, or after all others; returns where."""
        if position is None:
            position, self.size = self.size, self.size + 1
        if group is None or list(group.said) != list(said):
            self.named[position] = (traits, said, group)
        elif group.traits != traits:
            self.traits[position] = traits
        return position

    def __bool__(self) -> bool:
        return bool(self.named or self.traits or self.gone)


def overlay(names: Names, lexicon: Lexicon, entries: Sequence[Entry], gone: Collection[str], breath: Breath) -> Names:
    """Put entries in place of those with their codes, or add them, and take away those with the `gone` codes.

    What people call a procedure of the lexicon is found by its code, or by its name where nothing here has the code.
    """
    groups, place = names.table.groups, names.place
    known = _known(names, lexicon, entries, gone)
    changes = _Changes(len(groups))
    added: dict[str, int] = {}
    for entry in entries:
        position = place.get(entry.code)
        called = known[entry.code]
        at = changes.put(
            None if position is None else groups[position], position, traits_of(entry, called), sayings(entry, called)
        )
        if position is None:
            added[entry.code] = at
        breath()
    changes.gone += [place[code] for code in gone if code in place]
    new_known = {code: one for code, one in known.items() if one and names.known.get(code) is not one}
    lost = [code for code, one in known.items() if one is None and code in names.known]
    now_known = Layered(names.known, new_known, lost) if new_known or lost else names.known
    now_place = Layered(place, added, gone) if added or gone else place
    rivals = _rivals(names, lexicon, now_known, changes)
    if not changes:
        return names
    table = _laid(names, changes)
    now_siblings = names.siblings
    if rivals is not names.rivals or gone:
        families = (table.groups[at].traits for at in rivals.values())
        now_siblings = siblings_of((one.rival for one in families if one.family and one.rival), now_place)
    return replace(names, table=table, place=now_place, known=now_known, siblings=now_siblings, rivals=rivals)


def _laid(names: Names, changes: _Changes) -> LaidOver:
    below = names.table
    rows = {at: Rows(traits, said, group) for at, (traits, said, group) in changes.named.items()}
    new = list(dict.fromkeys(term for one in rows.values() for term in one.new_terms(below.numbers)))
    numbers = Layered(below.numbers, {term: len(below.worth) + i for i, term in enumerate(new)})
    worth = Extended(below.worth, [below.worth_of_new(term) for term in new])
    groups = {at: one.numbered(numbers, worth) for at, one in rows.items()}
    return LaidOver(below, {**groups, **dict.fromkeys(changes.gone, Group.gone())}, changes.traits, new)


def _known(names: Names, lexicon: Lexicon, entries: Sequence[Entry], gone: Collection[str]) -> dict[str, Known | None]:
    """What people call the procedures that change, by code; None for those of which nothing is known."""
    found: dict[str, Known | None] = dict.fromkeys(gone)
    here = {one.code: code for code, one in names.known.items()}
    for entry in entries:
        meant = lexicon.known.get(entry.code)
        if meant is None and (called := _by_title(lexicon).get(title_words(entry.title))):
            elsewhere = here.get(called.code, entry.code) != entry.code or called.code in names.place
            meant = None if elsewhere else called
        elif meant and (other := here.get(entry.code, entry.code)) != entry.code:
            # Until now another code here had it, by its name.
            found[other] = None
        found[entry.code] = meant
    return found


@lru_cache(maxsize=2)
def _by_title(lexicon: Lexicon) -> Mapping[tuple[str, ...], Known]:
    return {title_words(official_title(known.name)): known for known in lexicon.known.values()}


def _rivals(names: Names, lexicon: Lexicon, known: Mapping[str, Known], changes: _Changes) -> Mapping[str, int]:
    """Change the rivals that depend on which procedures are here; returns where each is, the same where none moved."""
    if known is names.known:
        return names.rivals
    before = {one.code: code for code, one in names.known.items()}
    here = {one.code: code for code, one in known.items()}
    moved = {code for code in before.keys() | here.keys() if before.get(code) != here.get(code)}
    if not moved:
        return names.rivals
    added: dict[str, int] = {}
    gone: list[str] = []
    for twin, rival in _wanted(lexicon, here, moved):
        position = names.rivals.get(twin)
        if rival:
            group = None if position is None else names.table.groups[position]
            at = changes.put(group, position, rival_traits(rival), rival.said)
            if position is None:
                added[twin] = at
        elif position is not None:
            changes.gone.append(position)
            gone.append(twin)
    return Layered(names.rivals, added, gone)


def _wanted(lexicon: Lexicon, here: Mapping[str, str], moved: Set[str]) -> Iterator[tuple[str, Rival | None]]:
    """Yield the rivals that come or go as procedures go or come, by their `twin`; None for those that go."""
    for code in sorted(moved):
        absent = absent_one(lexicon.known[code])
        yield rival_traits(absent).twin, None if code in here else absent
    for one in lexicon.families:
        if not moved.isdisjoint(one.codes):
            rival = family(one, here)
            yield f"family: {one.name}", rival
