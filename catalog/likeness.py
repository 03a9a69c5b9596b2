"""Which questions are about the same thing, by their words alone (docs/decisions/0037)."""

from collections import Counter
from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz, process

# Chosen by trial: the words that both have make the likeness, as long as the rest does not outweigh them.
ALIKE, LEAST_WHOLE = 76, 55
# A question is compared with those that share one of this many of its rarest words.
RAREST = 3
# One word alone ("giấy") is like any question that has it.
FEWEST = 2


class Likeness:
    """Gists, one for each group of questions; finds the one that another gist is most like."""

    def __init__(self, common: Mapping[str, int]) -> None:
        """`common`: how often each word occurs, so that the rare ones are looked at."""
        self._common = common
        self._gists: list[str] = []
        self._same: dict[str, int] = {}
        self._having: dict[str, list[int]] = {}

    def add(self, gist: str) -> int:
        """Take a gist in; returns its number."""
        number = len(self._gists)
        self._gists.append(gist)
        self._same[gist] = number
        for word in sorted(set(gist.split())):
            self._having.setdefault(word, []).append(number)
        return number

    def nearest(self, gist: str) -> int | None:
        """Return the number of the gist that is most like another, the first of several; None where none is like it."""
        if gist in self._same:
            return self._same[gist]
        said = set(gist.split())
        if len(said) < FEWEST:
            return None
        rare = sorted(said, key=lambda word: (self._common.get(word, 0), word))[:RAREST]
        near = {number: self._gists[number] for word in rare for number in self._having.get(word, ())}
        found = process.extract(gist, near, scorer=fuzz.token_set_ratio, score_cutoff=ALIKE, limit=None)
        alike = (
            (-score, number)
            for other, score, number in found
            if " " in other and fuzz.token_sort_ratio(gist, other, score_cutoff=LEAST_WHOLE)
        )
        return min(alike, default=(0, None))[1]


def grouped(gists: Iterable[tuple[str, int]]) -> list[list[str]]:
    """Group gists with how often each came: each joins the group of the more frequent one it is most like.

    The same gists give the same groups in any order. The first gist of a group came most often.
    """
    ordered = [gist for gist, _ in sorted(gists, key=lambda one: (-one[1], len(one[0]), one[0]))]
    likeness = Likeness(Counter(word for gist in ordered for word in set(gist.split())))
    groups: list[list[str]] = []
    for gist in ordered:
        number = likeness.nearest(gist)
        if number is None:
            likeness.add(gist)
            groups.append([gist])
        else:
            groups[number].append(gist)
    return groups
