"""The words that names have, and which of them a misspelt one means."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from catalog.lexicon import lexicon
from catalog.remembering import remembering
from catalog.search.table import Table
from catalog.text import ENGLISH, is_syllable

UNFITTING = 0.7
SHORTEST_MENDED, MOST_CLOSE = 3, 12
MOST_REMEMBERED = 4096


class Joint(Collection[str]):
    """Words of two collections."""

    def __init__(self, first: Collection[str], second: Collection[str]) -> None:
        self._first, self._second = first, second

    def __contains__(self, word: object) -> bool:
        return word in self._first or word in self._second

    def __iter__(self) -> Iterator[str]:
        yield from self._first
        yield from self._second

    def __len__(self) -> int:
        return len(self._first) + len(self._second)


class Mender:
    """Knows the words of a table's terms, folded and as spelled; over another mender, it adds those of `new` terms."""

    def __init__(self, table: Table, new: Collection[str], below: "Mender | None" = None) -> None:
        self._table = table
        self._below = below
        self._words = [term for term in new if term[0] not in f"=#{ENGLISH}" and " " not in term]
        self._by_end = _by_ends(self._words)
        spelled = frozenset(term[1:] for term in new if term[0] == "=")
        words = frozenset(self._words)
        self.words: Collection[str] = Joint(below.words, words) if below else words | lexicon().vocabulary
        self.spelled: Collection[str] = Joint(below.spelled, spelled) if below else spelled | lexicon().spelled
        self._close = remembering(self._find_close, MOST_REMEMBERED)

    def nearest(self, word: str, before: str, after: str) -> tuple[str, float] | None:
        """The word of the catalog that a misspelt one means, preferring one that goes with its neighbours.

        A word that could be Vietnamese is taken for a slip only where another goes with its neighbours.
        """
        close = self._close(word)
        if not close:
            return None
        number_of, worth = self._table.numbers.get, self._table.worth

        def fits(candidate: str) -> float:
            """How common the candidate is next to a neighbour: pairs are worth less the more names have them."""
            pairs = (number_of(f"{before} {candidate}"), number_of(f"{candidate} {after}"))
            return max(0.0 if pair is None else 1 / worth[pair] for pair in pairs)

        found, likeness = max(close, key=lambda pair: (fits(pair[0]) > 0, pair[1], fits(pair[0])))
        if fits(found):
            return found, likeness
        return None if is_syllable(word) else (found, likeness * UNFITTING)

    def _find_close(self, word: str) -> list[tuple[str, float]]:
        """Words of the catalog one slip away, with their likeness between 0 and 1."""
        if len(word) < SHORTEST_MENDED or word.isdigit():
            return []
        found = process.extract(word, self._alike(word), scorer=OSA.distance, score_cutoff=1, limit=MOST_CLOSE)
        return [(candidate, 1 - distance / (len(word) + 1)) for candidate, distance, _ in found]

    def _alike(self, word: str) -> list[str]:
        """Return the words that begin or end as this one does, in their order: one slip does not change both ends."""
        places = {place for end in _ends(word) for place in self._by_end.get(end, ())}
        alike = [self._words[place] for place in sorted(places)]
        return [*self._below._alike(word), *alike] if self._below else alike


def _by_ends(words: Sequence[str]) -> Mapping[str, Sequence[int]]:
    """The places of words by their first letter, and by their last."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        for end in _ends(word):
            places.setdefault(end, []).append(place)
    return places


def _ends(word: str) -> tuple[str, str]:
    return f"{word[0]}…", f"…{word[-1]}"
