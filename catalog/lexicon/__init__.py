"""How citizens speak of procedures, kept as data beside this file and read once."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain, product
from typing import Any

from catalog.ages import NUMBER_WORDS
from catalog.text import fold_word, folded_words, spelling, stem, words


@dataclass(frozen=True, slots=True)
class Known:
    """What people call a procedure. `common`: 3 asked every day … 0 rare. `label` tells it from its neighbours.

    `name` is the official one, by which a procedure is recognised under another code; `english` is a short one
    in English, empty if there is none. `said` holds what people say in both languages.
    """

    code: str
    name: str
    label: str
    common: int
    said: tuple[str, ...]
    english: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that together say something, folded and with marks. `kind` is the list that the phrase stands in.

    A `strict` word must be typed with its marks, because without them it is another word as well.
    """

    kind: str
    folded: tuple[str, ...]
    spelled: tuple[str, ...]
    concept: str = ""
    strict: bool = False

    def said(self, folded: tuple[str, ...], typed: tuple[str, ...]) -> bool:
        """Whether words are this phrase: a word typed with marks must have its marks, one without may have any."""
        return self.folded == folded and (
            typed in (self.spelled, folded)
            or all(t in (f, r) for f, t, r in zip(folded, typed, self.spelled, strict=True))
        )


@dataclass(frozen=True, slots=True)
class Family:
    """Procedures about the same thing, and what people say when they name the thing but not what to do with it."""

    name: str
    about: tuple[str, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """What people write about and no catalog answers; `see` is the code of a procedure that helps instead."""

    name: str
    said: tuple[str, ...]
    see: str = ""


LONGEST_SMALLTALK = 60
_ALTERNATIVES = re.compile(r"\(([^)]*)\)")
Found = tuple[int, int, str]
_Beginning = tuple[list[Phrase], dict[str, list[Phrase]]]


class Phrases:
    """Finds the phrases of every kind in a list of words, in one pass."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        # By the first word: the phrases of that word alone, and the longer ones by their second word.
        self._beginning: dict[str, _Beginning] = {}
        self._kinds = list(dict.fromkeys(phrase.kind for phrase in phrases))
        for phrase in sorted(phrases, key=lambda phrase: -len(phrase.folded)):
            single, longer = self._beginning.setdefault(phrase.folded[0], ([], {}))
            if len(phrase.folded) == 1:
                single.append(phrase)
            else:
                longer.setdefault(phrase.folded[1], []).append(phrase)

    def find(self, folded: Sequence[str], spelled: Sequence[str], *, marked: bool) -> dict[str, list[Found]]:
        """Return (start, end, concept) of the phrases found, by kind: the longest at each place, none inside another.

        `marked`: the text was typed with marks; then a phrase of one word must have its marks.
        """
        folded, spelled = tuple(folded), tuple(spelled)
        found: dict[str, list[Found]] = {kind: [] for kind in self._kinds}
        free = dict.fromkeys(self._kinds, 0)
        following = iter((*folded[1:], ""))
        for start, beginning in enumerate(map(self._beginning.get, folded)):
            after = next(following)
            if beginning is None:
                continue
            single, longer = beginning
            if after in longer:
                for phrase in longer[after]:
                    end = start + len(phrase.folded)
                    if (
                        phrase.folded == folded[start:end]
                        and free[phrase.kind] <= start
                        and phrase.said(folded[start:end], spelled[start:end])
                    ):
                        found[phrase.kind].append((start, end, phrase.concept))
                        free[phrase.kind] = end
            for phrase in single:
                if free[phrase.kind] <= start and (
                    spelled[start] == phrase.spelled[0] or not (marked or phrase.strict)
                ):
                    found[phrase.kind].append((start, start + 1, phrase.concept))
                    free[phrase.kind] = start + 1
        return found


@dataclass(frozen=True, slots=True)
class English:
    """How people ask in English: words as typed, and stems (`catalog.text.stem`).

    `words` holds every word that only tells the language or more, `stems` those of sayings; `filler`, `weak` and
    `strong` are stems that tell nothing, little or much, `loans` words that Vietnamese uses too; `same` finds phrases
    of stems; `in_vietnamese` tells what stems mean; `said` are the texts of the lexicon that are English.
    """

    words: frozenset[str]
    stems: frozenset[str]
    filler: frozenset[str]
    weak: frozenset[str]
    strong: frozenset[str]
    loans: frozenset[str]
    same: Phrases
    in_vietnamese: Mapping[str, str]
    said: frozenset[str]


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The whole lexicon. `filler` and `weak` hold words both as spelled and folded; other words are folded.

    `phrases` are of the kinds `same` (concepts), `empty` (no hint), `aspect` (the part asked for), `denial`
    (what follows is not meant; concept "" if it only looks so), `turn` (where a denial ends) and `no_procedure`
    (how people ask about what is no procedure). `ages` are bands of years, from the least to the most.
    """

    filler: frozenset[str]
    weak: frozenset[str]
    measures: frozenset[str]
    wanting: frozenset[str]
    smalltalk: Mapping[str, Sequence[Phrase]]
    short: Mapping[str, tuple[str, ...]]
    spelling: Mapping[str, tuple[str, ...]]
    phrases: Phrases
    vocabulary: frozenset[str]
    spelled: frozenset[str]
    known: Mapping[str, Known]
    outside: Mapping[str, Topic]
    families: tuple[Family, ...]
    going_on: tuple[Phrase, ...]
    acts: frozenset[str]
    ages: Mapping[str, tuple[int, int]]
    english: English

    def bands(self, years: int) -> list[str]:
        """The concepts that an age belongs to."""
        return [band for band, (least, most) in self.ages.items() if least <= years <= most]

    @cached_property
    def narrower(self) -> Mapping[str, frozenset[str]]:
        """For each band of ages, the other bands inside it."""
        return {
            band: frozenset(other for other, (low, high) in self.ages.items() if least <= low <= high <= most) - {band}
            for band, (least, most) in self.ages.items()
        }


@cache
def lexicon() -> Lexicon:
    """Read the shipped lexicon."""
    folder = files(__package__)
    asking = _read(folder, "asking.toml")
    typed = _read(folder, "words.toml")
    same = [phrase("same", said, concept) for concept, ways in _read(folder, "same.toml").items() for said in ways]
    empty = [phrase("empty", said) for said in asking["phrases"]]
    aspects = [
        phrase("aspect", one, part)
        for part, ways in _read(folder, "aspects.toml").items()
        for said in ways
        for one in spelt_out(said)
    ]
    denials = [
        *(phrase("denial", said, "denied", strict=" " not in said) for said in asking["denying"]),
        *(phrase("denial", said) for said in asking["not_denying"]),
        *(phrase("turn", said) for said in asking["turning"]),
    ]
    patterns = [phrase("no_procedure", said) for said in _read(folder, "no_procedure.toml")["patterns"]]
    english = _read(folder, "english.toml")
    in_english = {item["code"]: item for item in english["procedure"]}
    known = [
        _known(item, in_english.get(item["code"]))
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
        *asking["denying"],
        *asking["not_denying"],
        *asking["turning"],
        *typed["short"].values(),
        *typed["spelling"].values(),
    )
    vocabulary = {*asked, *NUMBER_WORDS, *(word for phrase in (*same, *empty, *aspects) for word in phrase.folded)}
    spelled = {spelling(word) for text in said_with_marks for word in words(text)}
    return Lexicon(
        filler=filler,
        weak=weak,
        measures=_both_ways(asking["measures"]),
        wanting=frozenset(map(fold_word, words(asking["wanting"]))),
        smalltalk={
            topic: [phrase("smalltalk", line, topic) for line in lines.splitlines() if line]
            for topic, lines in asking["smalltalk"].items()
        },
        short={key: tuple(words(value)) for key, value in typed["short"].items()},
        spelling={key: tuple(words(value)) for key, value in typed["spelling"].items()},
        phrases=Phrases([*same, *empty, *aspects, *denials, *patterns]),
        vocabulary=frozenset(vocabulary),
        spelled=frozenset(spelled.union(*(phrase.spelled for phrase in (*same, *aspects)))),
        known={entry.code: entry for entry in known},
        going_on=tuple(phrase("going_on", said) for said in asking["going_on"]),
        acts=frozenset(asking["acts"]),
        ages={band: (least, most) for band, (least, most) in asking["ages"].items()},
        families=tuple(
            Family(family["name"], tuple(family["about"]), tuple(family["codes"]))
            for family in _read(folder, "families.toml")["family"]
        ),
        outside={
            topic["name"]: Topic(
                topic["name"], (*topic["said"], *english["topics"].get(topic["name"], ())), topic.get("see", "")
            )
            for topic in _read(folder, "outside.toml")["topic"]
        },
        english=_english(english),
    )


def _known(item: Mapping[str, Any], english: Mapping[str, Any] | None) -> Known:
    name, said = (english["name"], english["said"]) if english else ("", [])
    called = (*item["said"], *filter(None, (name, *said)))
    return Known(item["code"], item["name"], item["label"], item["common"], called, name)


def _english(data: Mapping[str, Any]) -> English:
    said = {text for item in data["procedure"] for text in (item["name"], *item["said"])}
    said |= {text for texts in data["topics"].values() for text in texts}
    same = [(phrase, listed[0]) for listed in data["same"] for phrase in listed]
    same += [(national, "foreign") for national in words(data["nationals"])]
    for country in words(data["countries"]):
        same += [(country, "abroad"), *((f"{country} {who}", "foreign") for who in data["people"])]
        same.append((f"from {country}", "foreign"))
    listed_words = {
        word for text in (data["filler"], data["weak"], *said, *(p for p, _ in same)) for word in words(text)
    }
    # Names of places count nothing, but their syllables are no English words.
    same += [(place, words(data["filler"])[0]) for place in data["places"]]
    return English(
        words=frozenset((*listed_words, *words(data["common"]))),
        stems=frozenset(map(stem, listed_words)),
        filler=frozenset(map(stem, words(data["filler"]))),
        weak=frozenset(map(stem, words(data["weak"]))),
        strong=frozenset(map(stem, words(data["strong"]))),
        loans=frozenset(words(data["loans"])),
        same=Phrases([Phrase("same", _stems(phrase), _stems(phrase), stem(meant)) for phrase, meant in same]),
        in_vietnamese={stem(word): meant for word, meant in data["in_vietnamese"].items()},
        said=frozenset(said),
    )


def _stems(text: str) -> tuple[str, ...]:
    return tuple(map(stem, words(text)))


def spelt_out(said: str) -> list[str]:
    """Write out the alternatives of "(anh|chị) gọi"; an empty one leaves the place out."""
    pieces = _ALTERNATIVES.split(said)
    choices = [piece.split("|") if i % 2 else [piece] for i, piece in enumerate(pieces)]
    return [" ".join("".join(chosen).split()) for chosen in product(*choices)]


def phrase(kind: str, said: str, concept: str = "", *, strict: bool = False) -> Phrase:
    """Make a phrase of words with their marks."""
    parts = words(said)
    return Phrase(kind, tuple(map(fold_word, parts)), tuple(map(spelling, parts)), concept, strict)


def _both_ways(text: str) -> frozenset[str]:
    said = words(text)
    return frozenset((*map(fold_word, said), *(f"={spelling(word)}" for word in said)))


def _read(folder: Traversable, name: str) -> dict[str, Any]:
    return tomllib.loads(folder.joinpath(name).read_text("utf-8"))


def smalltalk(text: str) -> str:
    """Return the kind of a message of small talk: "hello", "thanks", "bye", "identity"; empty for any other message."""
    if len(text) > LONGEST_SMALLTALK:
        return ""
    said = words(text)
    lines = _smalltalk().get(tuple(map(fold_word, said)))
    if not lines:
        return ""
    folded, spelled = tuple(map(fold_word, said)), tuple(map(spelling, said))
    return next((line.concept for line in lines if line.said(folded, spelled)), "")


@cache
def _smalltalk() -> Mapping[tuple[str, ...], list[Phrase]]:
    by_words: dict[tuple[str, ...], list[Phrase]] = {}
    for line in chain.from_iterable(lexicon().smalltalk.values()):
        by_words.setdefault(line.folded, []).append(line)
    return by_words


def goes_on(text: str) -> bool:
    """Tell whether a question takes up the one before: "còn con dưới 14 tuổi?"."""
    said = words(text)
    folded, spelled = tuple(map(fold_word, said)), tuple(map(spelling, said))
    marked = folded != spelled
    return any(
        start.said(folded[: len(start.folded)], spelled[: len(start.folded)])
        and (not marked or spelled[: len(start.folded)] == start.spelled)
        for start in lexicon().going_on
    )
