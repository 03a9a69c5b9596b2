"""What is asked on: points of the open procedure, choosing in words, none of these, back to what was open before."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from catalog.lexicon import Phrase, Phrases, lexicon
from catalog.text import fold_word, folded_words, spelling, words

LONGEST_CHOICE = 8
_SENTENCE = re.compile(r"(?<=[.;:!?])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Point:
    """A question that no part of a record answers as such.

    `parts` may tell it, the likeliest first; `look` are the words by which they do.
    """

    name: str
    parts: tuple[str, ...]
    look: tuple[str, ...]


@dataclass(frozen=True)
class _Said:
    points: Phrases
    named: dict[str, Point]
    ordinals: Phrases
    picking: frozenset[str]
    neither: Phrases
    back: Phrases
    turning: Phrases


def points(text: str) -> list[Point]:
    """Return what a message asks about the open procedure, in the order in which it is said, each once."""
    said = _said()
    return [said.named[name] for name in dict.fromkeys(name for _, _, name in said.points.find(*_read(text)))]


def ordinal(text: str) -> int | None:
    """Return the place that a message chooses ("cái thứ hai": 2, "cái cuối": -1), None where it chooses none."""
    folded, spelled = _read(text)
    found = _said().ordinals.find(folded, spelled)
    if len({place for _, _, place in found}) != 1 or len(folded) > LONGEST_CHOICE:
        return None
    start, end, place = found[0]
    rest = [*folded[:start], *folded[end:]]
    return int(place) if all(word in _said().picking or word in lexicon().filler for word in rest) else None


def rejects(text: str) -> bool:
    """Tell whether a message says that nothing shown is meant, and nothing else."""
    folded, spelled = _read(text)
    found = _said().neither.find(folded, spelled)
    covered = {place for start, end, _ in found for place in range(start, end)}
    left = [word for place, word in enumerate(folded) if place not in covered]
    return bool(found) and all(word in _said().picking or word in lexicon().filler for word in left)


def without_points(text: str) -> str:
    """Return the message without the words that ask about a point: what it names besides."""
    rest = _without(text, _said().points)
    return text if rest is None else rest


def back(text: str) -> str | None:
    """Return the message without the words that lead back to what was open before; None where none do."""
    return _without(text, _said().back)


def turns(text: str) -> bool:
    """Tell whether a message begins by leaving the matter: "à mà nhân tiện …"."""
    folded, spelled = _read(text)
    return any(start <= 2 for start, _, _ in _said().turning.find(folded, spelled))


def sentences(text: str, sought: Iterable[str], most: int = 3) -> list[str]:
    """Return the sentences of a record's part that hold one of the words sought, as they stand; at most so many."""
    looked = [" ".join(folded_words(one)) for one in sought]
    found = []
    for sentence in _SENTENCE.split(text):
        padded = f" {' '.join(folded_words(sentence))} "
        if not sentence.rstrip().endswith(":") and any(f" {one} " in padded for one in looked):
            found.append(sentence.strip(" -•+\t"))
    return found[:most]


def _without(text: str, phrases: Phrases) -> str | None:
    raw = words(text)
    found = phrases.find([fold_word(word) for word in raw], [spelling(word) for word in raw])
    if not found:
        return None
    covered = {place for start, end, _ in found for place in range(start, end)}
    return " ".join(word for place, word in enumerate(raw) if place not in covered)


def _read(text: str) -> tuple[list[str], list[str]]:
    """The words of a message, shorthand written out: folded, and with their marks."""
    short = lexicon().short
    written = [out for word in words(text) for out in short.get(word, (word,))]
    return [fold_word(word) for word in written], [spelling(word) for word in written]


@cache
def _said() -> _Said:
    data = tomllib.loads(files("catalog.lexicon").joinpath("follow_ups.toml").read_text("utf-8"))
    return _Said(
        points=_phrases((said, point["name"]) for point in data["point"] for said in point["said"]),
        named={p["name"]: Point(p["name"], tuple(p["parts"]), tuple(p["look"])) for p in data["point"]},
        ordinals=_phrases((said, str(one["place"])) for one in data["ordinal"] for said in one["said"]),
        picking=frozenset(fold_word(word) for word in data["words"]["picking"]),
        **{key: _phrases((said, key) for said in data["words"][key]) for key in ("neither", "back", "turning")},
    )


def _phrases(pairs: Iterable[tuple[str, Any]]) -> Phrases:
    return Phrases(_phrase(said, meaning) for said, meaning in pairs)


def _phrase(said: str, meaning: str) -> Phrase:
    parts: Sequence[str] = words(said)
    return Phrase(tuple(map(fold_word, parts)), tuple(map(spelling, parts)), meaning)
