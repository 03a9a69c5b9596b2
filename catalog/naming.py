"""Giving a procedure a name: what it changes for the questions that go elsewhere today (docs/decisions/0037)."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from catalog.catalogs import Catalog
from catalog.entries import Entry, names_in
from catalog.gist import gist
from catalog.text import fold

# The names of this many procedures, those that the search thinks nearest, are asked again.
NEAREST = 40
# Names of other procedures are asked again if they share this many content words with the new name.
SHARED = 2
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Moved:
    """A question that goes to another procedure than before, or no longer to one alone; by their codes."""

    question: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a name would do: the questions it moves away from other procedures, and which of its own it reaches."""

    moved: tuple[Moved, ...]
    reached: tuple[str, ...]
    missed: tuple[str, ...]

    @property
    def harmless(self) -> bool:
        """Whether it moves nothing and reaches something."""
        return not self.moved and bool(self.reached)

    @property
    def seal(self) -> str:
        """A short hash of what an admin has seen, which makes a yes count for this and nothing else."""
        content = "\n".join(f"{one.question}\t{one.after}" for one in self.moved) + f"\n{len(self.reached)}"
        return hashlib.sha256(content.encode()).hexdigest()[:8]


def called(entry: Entry, name: str) -> Entry:
    """Return an entry with one more name, unless it has it already."""
    known = names_in(entry.also)
    if fold(name) in map(fold, known):
        return entry
    return replace(entry, also="\n".join((*known, name)))


def nearest(catalog: Catalog, texts: Iterable[str], most: int) -> list[str]:
    """Return the codes that the search thinks nearest to some texts, those of the first texts first."""
    codes: dict[str, None] = {}
    for text in texts:
        codes.update((why.hit.code, None) for why in catalog.index.explain(text, 2 * most) if why.hit.code in catalog)
        if len(codes) >= most:
            break
    return list(codes)[:most]


def check(
    catalog: Catalog, entry: Entry, names: Sequence[str], questions: Sequence[str], others: Iterable[str]
) -> Checked:
    """Search today's questions again with an entry that has new names. Builds an index, so not on an event loop.

    `questions` are those that the names are for, `others` go to other procedures; the names of near procedures are
    added to `others`.
    """
    after = catalog.index_with(entry)
    moved = []
    for question in dict.fromkeys((*others, *_near_names(catalog, entry.code, names))):
        was, now = catalog.index.search(question), after.search(question)
        if was.decision == "none" or was.hits[0].code == entry.code:
            continue
        elsewhere = not now.hits or now.hits[0].code != was.hits[0].code
        if elsewhere or (was.decision == "answer" and now.decision != "answer"):
            moved.append(Moved(question, was.hits[0].code, now.hits[0].code if now.hits else ""))
    found = {text: after.search(text).hits for text in dict.fromkeys((*names, *questions))}
    reached = tuple(text for text, hits in found.items() if hits and hits[0].code == entry.code)
    return Checked(tuple(moved), reached, tuple(text for text in found if text not in reached))


def _near_names(catalog: Catalog, code: str, names: Sequence[str]) -> Iterable[str]:
    """The names of other procedures that the search thinks near to names, or that share content words with them."""
    near = {one for name in names for one in nearest(catalog, [name], NEAREST)}
    content_words = [set(gist(name).split()) for name in names]
    for other in catalog.codes():
        if other == code:
            continue
        for called_so in catalog.names_of(other) if other in near else catalog.outline(other).sayings:
            if other in near or any(len(words & set(gist(called_so).split())) >= SHARED for words in content_words):
                yield called_so
