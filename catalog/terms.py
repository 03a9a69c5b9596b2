"""A question or a name as weighted terms: words, pairs of words, spellings with marks, concepts."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from catalog import english
from catalog.ages import Age, ages
from catalog.lexicon import Found, lexicon
from catalog.question_reading import Word
from catalog.text import fold_word, spelling, words

# What a kind of term is worth beside a single word of the same rarity.
PAIR, MARKS, CONCEPT = 0.5, 0.3, 1.2
# What is to be done tells procedures about the same thing apart.
ACT = 1.5
# What a kind of query word is worth beside an ordinary one.
WEAK, IN_PHRASE, BARE_PAIR = 0.6, 0.5, 0.3
# "How is it done": a part of its own only where no other is asked for.
HOW = "how"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question read.

    Words with their weights, concepts as (start, end, name), positions without content and positions that say
    what is not meant, the ages said, and the parts of a procedure that are asked for, in order. `patterns` counts how
    often it asks as people ask about what is no procedure. `bare`: no word names a matter ("how much is it?").
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


def weighed(said: Sequence[Word]) -> Asked:
    """Find the phrases in words that were read, and weigh the words."""
    marked = any(word.marked for word in said)
    folded, spelled = [word.folded for word in said], [word.spelled for word in said]
    found = lexicon().phrases.find(folded, spelled, marked=marked)
    concepts, aspects = found["same"], found["aspect"]
    inside = {i for start, end, _ in concepts for i in range(start, end)}
    empty = {i for start, end, _ in found["empty"] for i in range(start, end)} - inside
    aged = ages(folded)
    weights = [
        0.0 if i in empty else _word_weight(word, marked=marked) * (IN_PHRASE if i in inside else 1.0)
        for i, word in enumerate(said)
    ]
    if aged:
        concepts = [*concepts, *((age.start, age.end, band) for age in aged for band in lexicon().bands(age.years))]
    asking = {i for start, end, _ in aspects for i in range(start, end)}
    measures = lexicon().measures
    return Asked(
        words=said,
        weights=weights,
        concepts=concepts,
        empty=empty,
        denied=_denied(said, found["denial"], {start for start, _, _ in found["turn"]}),
        ages=aged,
        aspects=_in_order(aspects),
        aspect=_main(aspects),
        patterns=len(found["no_procedure"]),
        marked=marked,
        bare=not any(weights)
        or (
            bool(aspects)
            and not concepts
            and not any(
                weight and i not in asking and word.folded not in measures
                for i, (word, weight) in enumerate(zip(said, weights, strict=True))
            )
        ),
    )


def weighed_in_english(said: Sequence[Word], typed: Sequence[str]) -> Asked:
    """Weigh what a question in English was read as; the parts asked for are found among its words as typed, folded."""
    aspects = lexicon().phrases.find(typed, typed, marked=False)["aspect"]
    asked = weighed(said)
    return replace(asked, aspects=_in_order(aspects), aspect=_main(aspects), bare=not any(asked.weights))


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
    parts = dict.fromkeys(part for _, _, part in aspects)
    if len(parts) > 1:
        parts.pop(HOW, None)
    return tuple("steps" if part == HOW else part for part in parts)


def _main(aspects: Sequence[Found]) -> str | None:
    """The part that the longest phrase asks for."""
    told = [phrase for phrase in aspects if phrase[2] != HOW] or aspects
    part = max(told, key=lambda phrase: phrase[1] - phrase[0])[2] if told else None
    return "steps" if part == HOW else part


def named(asked: Asked) -> Iterator[tuple[str, float, int]]:
    """Yield each term of a question with its weight and the place of the word it comes from."""
    before, before_piece, before_weight = "", -1, 0.0
    for place, ((folded, spelled, _, _, piece), weight) in enumerate(zip(asked.words, asked.weights, strict=True)):
        if weight:
            yield folded, weight, place
            if spelled != folded:
                yield f"={spelled}", weight, place
        if piece == before_piece:
            bare = 0.0 if place in asked.empty and place - 1 in asked.empty else BARE_PAIR
            if together := max(weight, before_weight, bare):
                yield f"{before} {folded}", together, place if place in asked.denied else place - 1
        before, before_piece, before_weight = folded, piece, weight
    for start, _, concept in asked.concepts:
        yield f"#{concept}", 1.0, start


def _word_weight(word: Word, *, marked: bool) -> float:
    known = lexicon()
    key = f"={word.spelled}" if marked else word.folded
    if key in known.weak:
        return WEAK * word.sure
    return 0.0 if key in known.filler else word.sure


def row_terms(text: str) -> dict[str, float]:
    """The terms of a name, weighed as if it were asked for word by word: words, pairs, spellings (=), concepts (#)."""
    said = english.read(text, _written) if text in lexicon().english.said else _written(text)
    terms: dict[str, float] = {}
    for name, weight, _ in named(weighed(said)):
        terms[name] = max(weight, terms.get(name, 0.0))
    return terms


def _written(text: str) -> list[Word]:
    return [Word(fold_word(word), spelling(word), 1.0, marked=True, piece=0) for word in words(text)]


def kind_worth(term: str) -> float:
    """What a term counts beside a single word of the same rarity."""
    if term[0] == "#":
        return CONCEPT * ACT if term[1:] in lexicon().acts else CONCEPT
    return MARKS if term[0] == "=" else PAIR if " " in term else 1.0
