"""How much of what a message tells stands in the text of a procedure's record."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from catalog.entries import Entry
from catalog.text import folded_words


class Recorded(NamedTuple):
    """The folded words of a record, and its pairs of neighbours."""

    words: frozenset[str]
    pairs: frozenset[tuple[str, str]]


def in_record(entry: Entry, content_words: Sequence[str]) -> tuple[float, float]:
    """Return the shares, from 0 to 1, of some folded content words, and of their pairs of neighbours, that a record
    holds; 0 if there are none.
    """
    known = _recorded(entry)
    pairs = list(pairwise(content_words))
    held = sum(word in known.words for word in content_words) / (len(content_words) or 1)
    return held, sum(pair in known.pairs for pair in pairs) / (len(pairs) or 1)


@lru_cache(maxsize=256)
def _recorded(entry: Entry) -> Recorded:
    texts = (entry.name, entry.documents, entry.steps, entry.conditions, entry.result, entry.subjects, entry.fee)
    words = folded_words("\n".join((*texts, *(way.note for way in entry.ways))))
    return Recorded(frozenset(words), frozenset(pairwise(words)))
