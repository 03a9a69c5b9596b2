"""A question or a name as weighted terms: words, pairs of words, spellings with marks, concepts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from catalog.lexicon import lexicon
from catalog.question_reading import Word
from catalog.text import fold_word, spelling, words

# What a kind of term is worth beside a single word of the same rarity.
PAIR, MARKS, CONCEPT = 0.5, 0.3, 1.2
# What a kind of query word is worth beside an ordinary one.
WEAK, IN_PHRASE, BARE_PAIR = 0.6, 0.5, 0.3


@dataclass(frozen=True, slots=True)
class Asked:
    """A question read: words with their weights, concepts as (start, end, name), positions without content."""

    words: Sequence[Word]
    weights: Sequence[float]
    concepts: Sequence[tuple[int, int, str]]
    empty: frozenset[int]
    marked: bool

    @property
    def telling(self) -> bool:
        """Whether any word names a matter."""
        return bool(self.concepts) or any(self.weights)


def weighed(said: Sequence[Word]) -> Asked:
    """Find the phrases in words that were read, and weigh the words."""
    known = lexicon()
    marked = any(word.marked for word in said)
    folded, spelled = [word.folded for word in said], [word.spelled for word in said]
    concepts = known.same.find(folded, spelled)
    inside = {i for start, end, _ in concepts for i in range(start, end)}
    empty = frozenset(i for start, end, _ in known.empty.find(folded, spelled) for i in range(start, end)) - inside
    weights = [
        0.0 if i in empty else _word_weight(word, marked=marked) * (IN_PHRASE if i in inside else 1.0)
        for i, word in enumerate(said)
    ]
    return Asked(said, weights, concepts, empty, marked)


def named(asked: Asked) -> Iterator[tuple[str, float, Word]]:
    """Yield each term of a question with its weight and the word it comes from."""
    for word, weight in zip(asked.words, asked.weights, strict=True):
        if weight:
            yield word.folded, weight, word
            if word.spelled != word.folded:
                yield f"={word.spelled}", weight, word
    for (i, one), (j, other) in pairwise(enumerate(asked.words)):
        bare = 0.0 if i in asked.empty and j in asked.empty else BARE_PAIR
        if one.piece == other.piece and (weight := max(asked.weights[i], asked.weights[j], bare)):
            yield f"{one.folded} {other.folded}", weight, other if other.negated else one
    for start, _, concept in asked.concepts:
        yield f"#{concept}", 1.0, asked.words[start]


def _word_weight(word: Word, *, marked: bool) -> float:
    known = lexicon()
    key = f"={word.spelled}" if marked else word.folded
    if key in known.weak:
        return WEAK * word.sure
    return 0.0 if key in known.filler else word.sure


def row_terms(text: str) -> dict[str, float]:
    """The terms of a name, weighed as if it were asked for word by word: words, pairs, spellings (=), concepts (#)."""
    said = [Word(fold_word(word), spelling(word), 1.0, marked=True, negated=False, piece=0) for word in words(text)]
    terms: dict[str, float] = {}
    for name, weight, _ in named(weighed(said)):
        terms[name] = max(weight, terms.get(name, 0.0))
    return terms


def kind_worth(term: str) -> float:
    """What a term counts beside a single word of the same rarity."""
    return {"=": MARKS, "#": CONCEPT}.get(term[0], PAIR if " " in term else 1.0)
