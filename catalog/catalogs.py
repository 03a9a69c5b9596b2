"""The catalog a running process answers from: an index and the full texts, swapped whole."""

import zlib
from collections.abc import Iterable, Mapping
from functools import cache, cached_property

from catalog.earlier_texts import EarlierTexts, version_of
from catalog.entries import Entry, from_json, to_json
from catalog.index import Index
from catalog.lexicon import Known
from catalog.remembering import remembering
from catalog.search.breath import Breath, no_pause
from catalog.search.layered import Layered

_PACKING = 1
# How many full texts are kept unpacked: those that are asked for often.
MOST_UNPACKED = 256
# A catalog laid over another is built anew once its own names exceed this share of all, and this number.
MOST_LAID_OVER, FEWEST_BUILT = 0.25, 20
ENDED = "(đã bãi bỏ)"


class Catalog:
    """Entries that can be searched, looked up by code and browsed by field. Immutable.

    Ended procedures are found, to tell whoever asks that they ended; they are not counted, browsed, or `in` it.
    One that has a successor is found by its code alone: its name leads to the successor.
    The texts are kept packed: 6,646 real procedures take 40 MB as objects and 9 MB packed.
    """

    def __init__(
        self, index: Index, packed: Mapping[str, bytes], outlines: Mapping[str, Entry], ended: frozenset[str]
    ) -> None:
        self.index = index
        self._ended = ended
        self._packed = packed
        self._outlines = outlines
        self._unpacked = remembering(self._unpack, MOST_UNPACKED)

    def __len__(self) -> int:
        return len(self._outlines) - len(self._ended)

    def __contains__(self, code: str) -> bool:
        return code in self._packed and code not in self._ended

    @classmethod
    def build(cls, entries: Iterable[Entry]) -> "Catalog":
        """Build from entries."""
        return Gathered(map(to_json, entries)).build()

    def over(self, changed: "Gathered", breath: Breath = no_pause) -> "Catalog":
        """Return a catalog with the gathered entries laid over this one's; both share everything that stays.

        If many of its names are its own, it is built anew, and its names are weighed by all that it holds.
        """
        packed = Layered(self._packed, changed.packed, changed.gone)
        outlines = Layered(self._outlines, changed.outlines, changed.gone)
        renamed = [searched(entry) for code, entry in changed.outlines.items() if self._outlines.get(code) != entry]
        index = self.index.over(renamed, changed.gone, breath)
        ended = (self._ended - changed.gone - changed.outlines.keys()) | _ended(changed.outlines)
        if index.own_names > max(MOST_LAID_OVER * len(packed), FEWEST_BUILT):
            ordered = {code: outlines[code] for code in sorted(outlines)}
            return Catalog(Index.build(map(searched, ordered.values()), breath=breath), dict(packed), ordered, ended)
        return Catalog(index, packed, outlines, ended)

    @cached_property
    def fields(self) -> Mapping[str, tuple[str, ...]]:
        """The codes of each field, what is asked most first; the fields with most commune procedures first."""
        outlines = (entry for code, entry in self._outlines.items() if code not in self._ended)
        return _by_field(outlines, self.index.known)

    def entry(self, code: str) -> Entry | None:
        """Return a procedure by its code, None if the catalog does not have it."""
        return self._unpacked(code) if code in self._packed else None

    def version(self, code: str) -> str:
        """Return a checksum that tells a procedure's text from earlier ones; empty if the catalog does not have it."""
        return version_of(self._packed[code]) if code in self._packed else ""

    def packed(self, codes: Iterable[str]) -> dict[str, bytes]:
        """Return the packed texts of those codes that the catalog has."""
        return {code: self._packed[code] for code in codes if code in self._packed}

    def _unpack(self, code: str) -> Entry:
        return from_json(unpack(self._packed[code]))

    def outline(self, code: str) -> Entry:
        """Return a procedure's names, field and level; KeyError if the catalog does not have it."""
        return self._outlines[code]

    def index_with(self, entry: Entry) -> Index:
        """Return the index as it would be with this entry."""
        return self.index.over([entry.outline()], ())

    def names_of(self, code: str) -> list[str]:
        """Return all names of a procedure: its title, and those that its catalog and the lexicon know."""
        known = self.index.known.get(code)
        outline = self._outlines[code]
        return [outline.title, *outline.sayings, *((known.label, *known.said) if known else ())]

    def codes(self) -> Iterable[str]:
        """Return the codes of all procedures."""
        return self._outlines.keys()

    def label(self, code: str) -> str:
        """Return what people call a procedure, else its short name, marked if it ended; KeyError as in `outline`."""
        known = self.index.known.get(code)
        label = known.label if known else self._outlines[code].label
        return f"{label} {ENDED}" if code in self._ended else label


class Gathered:
    """Entries for a new catalog: only their packed texts and their outlines are kept.

    `gone` holds the codes of procedures that are no longer answered.
    """

    def __init__(
        self, payloads: Iterable[str | bytes] = (), gone: Iterable[str] = (), breath: Breath = no_pause
    ) -> None:
        self.packed: dict[str, bytes] = {}
        self.outlines: dict[str, Entry] = {}
        self.gone: set[str] = set(gone)
        self.add(payloads, breath)

    def add(self, payloads: Iterable[str | bytes], breath: Breath = no_pause) -> None:
        """Add entries given as JSON; one without a name, which nobody publishes, counts as gone."""
        for payload in payloads:
            entry = from_json(payload)
            if not entry.name:
                self.gone.add(entry.code)
            else:
                self.gone.discard(entry.code)
                self.packed[entry.code] = pack(payload)
                self.outlines[entry.code] = entry.outline()
            breath()

    def build(self, breath: Breath = no_pause) -> Catalog:
        """Build the catalog; takes about a second for 10,000 entries, so not on the event loop."""
        return self.catalog(Index.build(map(searched, self.outlines.values()), breath=breath))

    def catalog(self, index: Index) -> Catalog:
        """Return the catalog of these entries with their index."""
        return Catalog(index, self.packed, self.outlines, _ended(self.outlines))


def pack(payload: str | bytes) -> bytes:
    """Return the JSON of an entry as a catalog keeps it."""
    return zlib.compress(payload.encode() if isinstance(payload, str) else payload, _PACKING)


def unpack(packed: bytes) -> bytes:
    """Return the JSON of an entry that was packed."""
    return zlib.decompress(packed)


def searched(outline: Entry) -> Entry:
    """Return an entry as an index holds it: one that was replaced is found only by its code."""
    return Entry(outline.code, outline.code) if outline.ended and outline.successor else outline


def _ended(outlines: Mapping[str, Entry]) -> frozenset[str]:
    return frozenset(code for code, entry in outlines.items() if entry.ended)


def _by_field(entries: Iterable[Entry], known: Mapping[str, Known]) -> dict[str, tuple[str, ...]]:
    """The codes of each field, what is asked most first; the fields with most commune procedures first."""
    codes: dict[str, list[str]] = {}
    communal: dict[str, int] = {}

    def asked(entry: Entry) -> tuple[int, bool, str]:
        common = known[entry.code].common if entry.code in known else 0
        return -common, not entry.communal, entry.title

    for entry in sorted(entries, key=asked):
        codes.setdefault(entry.field, []).append(entry.code)
        communal[entry.field] = communal.get(entry.field, 0) + entry.communal
    order = sorted(codes, key=lambda field: (-communal[field], -len(codes[field]), field))
    return {field: tuple(codes[field]) for field in order}


class Catalogs:
    """The catalog of each unit: its own where it has one, else the nearest above it, else the common one.

    `earlier_texts` holds texts that changed a short while ago.
    """

    def __init__(
        self, by_unit: Mapping[str, Catalog], parents: Mapping[str, str], earlier_texts: EarlierTexts | None = None
    ) -> None:
        self._by_unit = by_unit
        self._parents = parents
        self.earlier_texts = earlier_texts or EarlierTexts()
        self._found = {unit: self._find(unit) for unit in (*parents, *by_unit)}

    def of(self, unit: str) -> Catalog:
        """Return the catalog that a unit's citizens are answered from."""
        found = self._found.get(unit)
        return self._find(unit) if found is None else found

    def _find(self, unit: str) -> Catalog:
        for scope in lineage(unit, self._parents):
            if scope in self._by_unit:
                return self._by_unit[scope]
        return empty()


def lineage(unit: str, parents: Mapping[str, str]) -> list[str]:
    """Return a unit and the units above it, nearest first, ending with "" (the common catalog)."""
    chain: list[str] = []
    while unit and unit not in chain:
        chain.append(unit)
        unit = parents.get(unit, "")
    return [*chain, ""]


@cache
def empty() -> Catalog:
    """The catalog of a unit that has none yet."""
    return Catalog.build(())
