"""A question or a name as weighted terms: words, pairs of words, spellings with marks, concepts."""

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from operator import mul
from typing import NamedTuple

from catalog import english
from catalog.ages import Age, ages
from catalog.lexicon import Found, lexicon
from catalog.question_reading import Word
from catalog.text import fold_word, spelling, words

# What a kind of term is worth, compared with a single word of the same rarity.
PAIR, MARKS, CONCEPT = 0.5, 0.3, 1.2
# Acts count this much more: what is to be done tells procedures about the same thing apart.
ACT = 1.5
# What a kind of query word is worth, compared with an ordinary one.
WEAK, IN_PHRASE, BARE_PAIR = 0.6, 0.5, 0.3
# What a band of ages counts if a narrower one fits too: a child of three is first below six, only then below fourteen.
WIDER = 0.4
# In a question of at least STORY words, those between two punctuation marks where nothing is asked or wanted are said
# in passing, and count this much compared with the others.
STORY, IN_PASSING = 24, 0.7
# "How is it done": counts as a part only if no other part is asked for.
HOW = "how"


class Asked(NamedTuple):
    """A question read.

    Words with their weights, concepts as (start, end, name), positions without content and positions that say
    what is not meant, the ages said, and the parts of a procedure that are asked for, in order. `patterns` counts the
    phrases by which people ask about what is no procedure. `bare`: no word names a matter ("how much is it?").
    """

    words: Sequence[Word]
    weights: Sequence[float]
    concepts: Sequence[tuple[int, int, str]]
    empty: Collection[int]
    denied: Collection[int]
    ages: Sequence[Age]
    aspects: tuple[str, ...]
    aspect: str | None
    patterns: int
    marked: bool
    bare: bool

    @property
    def hints_alone(self) -> bool:
        """Whether no word counts more than a weak hint."""
        return max(self.weights, default=0.0) <= WEAK


_NOTHING_SAID = Asked((), (), (), (), (), (), (), None, 0, marked=False, bare=True)


def weighed(said: Sequence[Word]) -> Asked:
    """Find the phrases in words that were read, and weigh the words."""
    if not said:
        return _NOTHING_SAID
    folded, spelled, sure, marks, _ = zip(*said, strict=True)
    marked = True in marks
    found = lexicon().phrases.find(folded, spelled, marked=marked)
    concepts, aspects = found["same"], found["aspect"]
    aged = ages(folded)
    if aged:
        bands = {band for age in aged for band in lexicon().bands(age.years)}
        concepts = [found for found in concepts if found[2] not in lexicon().ages or found[2] in bands]
        concepts = [*concepts, *((age.start, age.end, band) for age in aged for band in lexicon().bands(age.years))]
    inside = _within(concepts)
    empty = _within(found["empty"]) - inside
    weights = list(map(mul, map(_weight_marked, spelled) if marked else map(_weight_folded, folded), sure))
    for i in inside:
        weights[i] *= IN_PHRASE
    for i in empty:
        weights[i] = 0.0
    if len(said) >= STORY:
        weights = _less_in_passing(said, weights, aspects)
    denials = found["denial"]
    return Asked(
        words=said,
        weights=weights,
        concepts=concepts,
        empty=empty,
        denied=_denied(said, denials, {start for start, _, _ in found["turn"]}) if denials else (),
        ages=aged,
        aspects=_in_order(aspects),
        aspect=_main(aspects),
        patterns=len(found["no_procedure"]),
        marked=marked,
        bare=not any(weights) or (bool(aspects) and not concepts and _asks_alone(folded, weights, _within(aspects))),
    )


def _less_in_passing(said: Sequence[Word], weights: list[float], aspects: Sequence[Found]) -> list[float]:
    """Return the weights of a story's words, lower for what is said in passing; unchanged if it asks for nothing."""
    wanting = lexicon().wanting
    asking = {said[start].piece for start, _, _ in aspects} | {one.piece for one in said if one.folded in wanting}
    if not asking:
        return weights
    return [weight if one.piece in asking else weight * IN_PASSING for one, weight in zip(said, weights, strict=True)]


def _within(phrases: Sequence[Found]) -> set[int]:
    """The positions of the words of phrases."""
    return {i for start, end, _ in phrases for i in range(start, end)}


def _asks_alone(folded: Sequence[str], weights: Sequence[float], asking: Collection[int]) -> bool:
    """Whether no word counts except those that ask for a part and those that measure."""
    measures = lexicon().measures
    return not any(
        weight and i not in asking and word not in measures
        for i, (word, weight) in enumerate(zip(folded, weights, strict=True))
    )


def weighed_in_english(said: Sequence[Word], typed: Sequence[str]) -> Asked:
    """Weigh what a question in English was read as; the parts asked for are found among its words as typed, folded."""
    aspects = lexicon().phrases.find(typed, typed, marked=False)["aspect"]
    asked = weighed(said)
    return asked._replace(aspects=_in_order(aspects), aspect=_main(aspects), bare=not any(asked.weights))


def _denied(said: Sequence[Word], denials: Sequence[Found], turns: Collection[int]) -> Collection[int]:
    """The words after "không phải", "chứ không", "đừng" … up to the next punctuation or turning word."""
    denied: set[int] = set()
    for start, end, concept in denials:
        if concept:
            for later in range(end, len(said)):
                if said[later].piece != said[start].piece or later in turns:
                    break
                denied.add(later)
    return denied


def _in_order(aspects: Sequence[Found]) -> tuple[str, ...]:
    """The parts asked for, each once; "how is it done" only where nothing else is asked."""
    if not aspects:
        return ()
    parts = dict.fromkeys(part for _, _, part in aspects)
    if len(parts) > 1:
        parts.pop(HOW, None)
    return tuple("steps" if part == HOW else part for part in parts)


def _main(aspects: Sequence[Found]) -> str | None:
    """The part that the longest phrase asks for."""
    if not aspects:
        return None
    specific = [phrase for phrase in aspects if phrase[2] != HOW] or aspects
    part = max(specific, key=lambda phrase: phrase[1] - phrase[0])[2]
    return "steps" if part == HOW else part


def named(asked: Asked) -> Iterator[tuple[str, float, int]]:
    """Yield each term of a question with its weight and the place of the word it comes from."""
    before, before_piece, before_weight = "", -1, 0.0
    empty, denied = asked.empty, asked.denied
    for place, ((folded, spelled, _, _, piece), weight) in enumerate(zip(asked.words, asked.weights, strict=True)):
        if weight:
            yield folded, weight, place
            if spelled != folded:
                yield f"={spelled}", weight, place
        if piece == before_piece:
            together = before_weight if before_weight > weight else weight
            if together < BARE_PAIR and not (place in empty and place - 1 in empty):
                together = BARE_PAIR
            if together:
                yield f"{before} {folded}", together, place if place in denied else place - 1
        before, before_piece, before_weight = folded, piece, weight
    narrower = lexicon().narrower if asked.ages else {}
    said = {concept for _, _, concept in asked.concepts} if narrower else set()
    for start, _, concept in asked.concepts:
        yield f"#{concept}", WIDER if said.intersection(narrower.get(concept, ())) else 1.0, start


@lru_cache(maxsize=20_000)
def _weight_marked(spelled: str) -> float:
    """What a word of a text with marks counts."""
    return _weight_folded(f"={spelled}")


@lru_cache(maxsize=20_000)
def _weight_folded(word: str) -> float:
    """Return what a folded word counts, or, after a "=", a word with its marks."""
    known = lexicon()
    if word in known.weak:
        return WEAK
    return 0.0 if word in known.filler else 1.0


def row_terms(text: str, *, in_english: bool = False) -> dict[str, float]:
    """The terms of a name, weighed as if it were asked for word by word: words, pairs, spellings (=), concepts (#)."""
    said = english.read(text, _written) if in_english or text in lexicon().english.said else _written(text)
    terms: dict[str, float] = {}
    for name, weight, _ in named(weighed(said)):
        if name not in terms or weight > terms[name]:
            terms[name] = weight
    return terms


def _written(text: str) -> list[Word]:
    return [*map(_word_of_a_name, words(text))]


@lru_cache(maxsize=20_000)
def _word_of_a_name(word: str) -> Word:
    return Word(fold_word(word), spelling(word), 1.0, marked=True, piece=0)


def kind_worth(term: str) -> float:
    """What a term counts, compared with a single word of the same rarity."""
    if term[0] == "#":
        return CONCEPT * ACT if term[1:] in lexicon().acts else CONCEPT
    return MARKS if term[0] == "=" else PAIR if " " in term else 1.0
