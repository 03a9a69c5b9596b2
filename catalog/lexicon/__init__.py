"""How citizens speak of procedures, kept as data beside this file and read once."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from catalog.text import fold, fold_word, folded_words, spelling, words


@dataclass(frozen=True, slots=True)
class Known:
    """What people call a procedure. `common`: 3 asked every day … 0 rare. `label` tells it from its neighbours.

    `name` is the official one, by which a procedure is known again under another code.
    """

    code: str
    name: str
    label: str
    common: int
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that together name a concept, folded and with marks."""

    folded: tuple[str, ...]
    spelled: tuple[str, ...]
    concept: str


@dataclass(frozen=True, slots=True)
class Family:
    """Procedures about the same thing, and what people say who name the thing and not what is to be done with it."""

    name: str
    about: tuple[str, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """What people write and no catalog answers; `see` is the code of a procedure that helps instead."""

    name: str
    said: tuple[str, ...]
    see: str = ""


class Phrases:
    """Finds phrases in a list of words, longest first."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._by_first: dict[str, list[Phrase]] = {}
        for phrase in sorted(phrases, key=lambda phrase: -len(phrase.folded)):
            self._by_first.setdefault(phrase.folded[0], []).append(phrase)

    def find(self, folded: Sequence[str], spelled: Sequence[str]) -> list[tuple[int, int, str]]:
        """Return (start, end, concept) of the phrases found; the longest at each place, and its parts not again.

        A word typed with marks must have the phrase's marks; a word typed without may have any.
        """
        found: list[tuple[int, int, str]] = []
        position = 0
        while position < len(folded):
            end = position + 1
            for phrase in self._by_first.get(folded[position], ()):
                stop = position + len(phrase.folded)
                if tuple(folded[position:stop]) == phrase.folded and _agree(
                    folded[position:stop], spelled[position:stop], phrase.spelled
                ):
                    found.append((position, stop, phrase.concept))
                    end = max(end, stop)
                    if end == stop:
                        break
            position = end
        return found


def _agree(folded: Sequence[str], typed: Sequence[str], right: Sequence[str]) -> bool:
    return all(t in (f, r) for f, t, r in zip(folded, typed, right, strict=True))


@dataclass(frozen=True)
class Lexicon:
    """All of it. `filler` and `weak` hold words both as spelled and folded; other words are folded."""

    filler: frozenset[str]
    weak: frozenset[str]
    smalltalk: Mapping[str, str]
    aspects: Phrases
    short: Mapping[str, tuple[str, ...]]
    spelling: Mapping[str, tuple[str, ...]]
    same: Phrases
    empty: Phrases
    vocabulary: frozenset[str]
    spelled: frozenset[str]
    known: Mapping[str, Known]
    outside: Mapping[str, Topic]
    families: tuple[Family, ...]
    going_on: tuple[str, ...]


@cache
def lexicon() -> Lexicon:
    """Read the shipped lexicon."""
    folder = files(__package__)
    asking = _read(folder, "asking.toml")
    typed = _read(folder, "words.toml")
    same = [_phrase(said, concept) for concept, listed in _read(folder, "same.toml").items() for said in listed]
    empty = [_phrase(said, "") for said in asking["phrases"]]
    aspects = [_phrase(said, aspect) for aspect, listed in _read(folder, "aspects.toml").items() for said in listed]
    known = [
        Known(item["code"], item["name"], item["label"], item["common"], tuple(item["said"]))
        for source in sorted(folder.joinpath("procedures").iterdir(), key=lambda source: source.name)
        if source.name.endswith(".toml")
        for item in tomllib.loads(source.read_text("utf-8"))["procedure"]
    ]
    filler, weak = _both_ways(asking["filler"]), _both_ways(asking["weak"])
    asked = folded_words(f"{asking['filler']} {asking['weak']}")
    said_with_marks = (
        asking["filler"],
        asking["weak"],
        *asking["phrases"],
        *typed["short"].values(),
        *typed["spelling"].values(),
    )
    vocabulary = {*asked, *(word for phrase in (*same, *empty) for word in phrase.folded)}
    return Lexicon(
        filler=filler,
        weak=weak,
        smalltalk={
            fold(line): topic for topic, lines in asking["smalltalk"].items() for line in lines.splitlines() if line
        },
        aspects=Phrases(aspects),
        short={key: tuple(words(value)) for key, value in typed["short"].items()},
        spelling={key: tuple(words(value)) for key, value in typed["spelling"].items()},
        same=Phrases(same),
        empty=Phrases(empty),
        vocabulary=frozenset(vocabulary),
        spelled=frozenset(spelling(word) for text in said_with_marks for word in words(text)),
        known={entry.code: entry for entry in known},
        going_on=tuple(map(fold, asking["going_on"])),
        families=tuple(
            Family(family["name"], tuple(family["about"]), tuple(family["codes"]))
            for family in _read(folder, "families.toml")["family"]
        ),
        outside={
            topic["name"]: Topic(topic["name"], tuple(topic["said"]), topic.get("see", ""))
            for topic in _read(folder, "outside.toml")["topic"]
        },
    )


def _phrase(said: str, concept: str) -> Phrase:
    parts = words(said)
    return Phrase(tuple(map(fold_word, parts)), tuple(map(spelling, parts)), concept)


def _both_ways(text: str) -> frozenset[str]:
    said = words(text)
    return frozenset((*map(fold_word, said), *(f"={spelling(word)}" for word in said)))


def _read(folder: Traversable, name: str) -> dict[str, Any]:
    return tomllib.loads(folder.joinpath(name).read_text("utf-8"))


def asked_aspect(folded: Sequence[str]) -> str | None:
    """Return the part of a procedure that a question's folded words ask for ("fee", "time" …), or None."""
    found = lexicon().aspects.find(folded, folded)
    return max(found, key=lambda phrase: phrase[1] - phrase[0])[2] if found else None


def smalltalk(text: str) -> str:
    """Return what a message is that asks nothing: "hello", "thanks", "bye", "identity"; empty where it asks."""
    return lexicon().smalltalk.get(" ".join(folded_words(text)), "")


def goes_on(text: str) -> bool:
    """Tell whether a question takes up the one before: "còn con dưới 14 tuổi?"."""
    padded = f"{' '.join(folded_words(text))} "
    return any(padded.startswith(f"{start} ") for start in lexicon().going_on)
