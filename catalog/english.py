"""Questions in English: recognising them, and reading them as words that the index has."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA

from catalog.keys import without_keys
from catalog.lexicon import lexicon
from catalog.question_reading import MOST_WORDS, Word
from catalog.text import ENGLISH, fold_word, is_syllable, stem, words

Kind = Literal["english", "either", "vietnamese", "neither"]

# What a word counts, compared with an ordinary one that the lexicon has.
STRONG, WEAK, UNHEARD = 1.5, 0.5, 0.3
# So many Vietnamese words make a text Vietnamese.
PLAINLY = 2
# Words of so many letters have one slip mended, longer ones two.
MENDED, MENDED_TWICE = 5, 9
# Words with the shape of a Vietnamese syllable that only English has.
ENGLISH_ALONE = ("i", "is", "how")
OF_AGE_FOR_CARD, OLD = 14, 75
_DIGIT = re.compile(r"\d")
_AGE = re.compile(
    r"\b(\d{1,3})[ -]*(?:(?:years?|yrs?)[ -]+(?:old|of age)|y[./]?o\b)"
    r"|\b(?:is|turn(?:s|ed|ing)?|aged?)\s+(\d{1,3})\b(?!\s*(?:%|m\b|weeks?|months?|days?|km))"
)
_APOSTROPHES = re.compile(r"['’ʼ`]")
_ENDINGS = re.compile(r"[a-z]{3,}(?:tion|sion|ment|ness|ing|ance|ence|able|ship|ally|ful|ous|ity|ted|ned|red|ked|led)")


# Cached: the rules of a turn each ask for the same message, and people ask the same questions.
@lru_cache(maxsize=1024)
def is_english(text: str) -> bool:
    """Tell whether a question is asked in English, perhaps with Vietnamese names of things in it.

    Words that only English has weigh double; words that Vietnamese without marks has too ("to", "my", "can") prove
    nothing by themselves. Vietnamese words with their marks weigh three times.
    """
    typed = words(_APOSTROPHES.sub("", text))
    kinds = [*map(_kind, typed)]
    english = kinds.count("english")
    if not english:
        return False
    marked = sum([not word.isascii() for word in typed])
    return 2 * english + kinds.count("either") >= kinds.count("vietnamese") + 2 * marked


def names_matter(text: str) -> bool:
    """Tell whether a few words of English name a matter: all are known, and none is of a greeting or thanks."""
    known = lexicon().english
    typed = words(_APOSTROPHES.sub("", text.lower()))
    stems = {*map(_stemmed, typed)}
    return "english" in map(_kind, typed) and stems <= known.stems and stems.isdisjoint(known.filler)


def is_vietnamese(text: str) -> bool:
    """Tell whether a text is plainly Vietnamese: it has marks, or several words that are Vietnamese and not English."""
    kinds = [_kind(word) for word in words(text)]
    return not is_english(text) and (not text.isascii() or kinds.count("vietnamese") >= PLAINLY)


def read(text: str, in_vietnamese: Callable[[str], Sequence[Word]]) -> list[Word]:
    """Read a text in English: words of the same meaning become one, asking words are left out.

    `in_vietnamese` reads the Vietnamese words among them ("dang ky tam tru for foreigner"), and those English ones
    whose meaning is known; a single syllable without marks is a name or a slip.
    """
    known = lexicon().english
    parts = list(_parts(_typed(text)[:MOST_WORDS]))
    mixed = True in [vietnamese for vietnamese, _ in parts]
    said: list[Word] = []
    for vietnamese, name in parts:
        if vietnamese or (mixed and name in known.in_vietnamese):
            said += in_vietnamese(name if vietnamese else known.in_vietnamese[name])
        elif name not in known.filler:
            said.append(_word(name))
    return said


def _parts(typed: Sequence[str]) -> Iterator[tuple[bool, str]]:
    """Yield the Vietnamese stretches of a text, as typed, and the stems of all other words."""
    stems = tuple(map(_stemmed, typed))
    found = lexicon().english.same.find(stems, stems, marked=False)["same"]
    meant = {start: (end, concept) for start, end, concept in found}
    vietnamese = [kind == "vietnamese" for kind in map(_kind, typed)]
    position = 0
    while position < len(typed):
        if position in meant:
            position, name = meant[position]
            yield False, name
            continue
        end = position + 1
        if vietnamese[position]:
            end = next((later for later in range(end, len(typed)) if not vietnamese[later]), len(typed))
        if vietnamese[position] and (end - position > 1 or not stems[position].isascii()):
            yield True, " ".join(typed[position:end])
        else:
            yield False, stems[position]
        position = end


@lru_cache(maxsize=20_000)
def _word(name: str) -> Word:
    """A stem as a word that the index has."""
    word = ENGLISH + name
    return Word(word, word, _weight(name), marked=False, piece=0)


def _weight(name: str) -> float:
    known = lexicon().english
    if name in known.strong:
        return STRONG
    if name in known.weak:
        return WEAK
    return 1.0 if name in known.stems else UNHEARD


def _typed(text: str) -> list[str]:
    plain = _APOSTROPHES.sub("", text.lower())
    return words(_AGE.sub(_age_words, plain) if _DIGIT.search(plain) else plain)


def _age_words(match: re.Match[str]) -> str:
    """An age as the words that distinguish procedures: ID cards from 14, money for old people from 75."""
    age = int(match[1] or match[2])
    return " under14 " if age < OF_AGE_FOR_CARD else " elderly " if age >= OLD else " from14 "


@lru_cache(maxsize=20_000)
def _kind(word: str) -> Kind:
    """Return which language a word belongs to."""
    known = lexicon()
    if word in known.english.loans or word.isdigit():
        return "neither"
    if fold_word(word) != word:
        return "vietnamese"
    syllable = is_syllable(word) or is_syllable(fold_word(without_keys(word)))
    if word in known.english.words or (not syllable and stem(word) in known.english.stems):
        return "either" if syllable and word not in ENGLISH_ALONE else "english"
    if syllable or not word.isalpha() or word in known.short or word in known.spelling:
        return "vietnamese"
    return "english" if _ENDINGS.fullmatch(word) else "neither"


@lru_cache(maxsize=20_000)
def _stemmed(word: str) -> str:
    """The stem of a word, without its slip."""
    return stem(_mended(word))


def _mended(word: str) -> str:
    """The word of the lexicon that a misspelt one means; the word itself where there is none."""
    known = lexicon().english
    if len(word) < MENDED or word in known.words or stem(word) in known.stems or is_syllable(word):
        return word
    slips = 2 if len(word) >= MENDED_TWICE else 1
    found = process.extractOne(word, known.words, scorer=OSA.distance, score_cutoff=slips)
    return found[0] if found else word
