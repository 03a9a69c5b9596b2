"""`python -m benchmarks.fitting_topics`: fit which topic a message is most like; print how good that is. One model is
for topics that outrank procedures, one for talk: messages that are neither a look-up nor a danger.

A ridge softmax regression (Hastie, Tibshirani, Friedman: The Elements of Statistical Learning, 4.4), minimised by
L-BFGS (Nocedal, Wright: Numerical Optimization, algorithm 7.5), on sentences drawn from topics/grammar.toml or
topics/talk.toml, on the project's utterances, dangers, talk, questions and follow-ups, and on what people call
procedures. Every figure printed is from five-fold cross-validation, in which one fold holds all sentences of a line.
The weights go to catalog/fitted_topics.tsv and fitted_talk.tsv; fit anew after the topics' groups or the sentences
changed.
"""

import argparse
import csv
import json
import random
import re
import sys
import time
import tomllib
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from catalog.fitted_topics import (
    CONSTANT,
    DOUBTFUL,
    LIKELY_TALK,
    NONE,
    SURE,
    TALK,
    Feature,
    FittedTopics,
    features,
    written,
)
from catalog.lexicon import lexicon
from catalog.text import fold
from catalog.topics import groups_in, read, shipped
from tests.questions import FOLDER
from tests.questions import read as questions_in

TOPICS, DIALOGUES = FOLDER.parent / "topics", FOLDER.parent / "dialogues"
WRITTEN, WRITTEN_OF_TALK = Path("catalog/fitted_topics.tsv"), Path("catalog/fitted_talk.tsv")
# The file of questions about what is no procedure, which are no examples of innocent messages.
NO_PROCEDURE = "ngoai"
# Topics that have another name in these models.
SAME = {"report": "complaint"}
# This topic is about accounts as well as dossiers, so its sentences are no examples of talk.
NEITHER = "portal"
FOLDS, A_LINE, STORIES, AROUND = 5, 25, 3000, 1500
# The share of sentences from the grammar, and of names that people give procedures, typed without marks.
BARE = 0.35
# The share of words added to a sentence that stand before it; the others stand behind it.
BEFORE = 0.6
IN_STORY = ("grammar", "danger", "question", "turn")
BOTH_WAYS = ("utterance", "danger", "talk", "question", "turn")
WEIGHTS = {
    "grammar": 1.0,
    "utterance": 1.5,
    "danger": 2.0,
    "topic": 0.7,
    "question": 3.0,
    "turn": 3.0,
    "saying": 0.5,
    "story": 1.0,
    "talk": 3.0,
    "around": 1.0,
}
RIDGE, STEPS, REMEMBERED, ENOUGH = 0.5, 80, 8, 1e-4
# A feature is kept if it occurs at least TWICE, and either in some topic or at least OFTEN.
TWICE, OFTEN = 2, 15
_CHOICE, _WORD = re.compile(r"\(([^()]*)\)"), re.compile(r"<(\w+)>")
Array = npt.NDArray[np.float32]


class Example(NamedTuple):
    """A sentence, its topic, where it comes from, and its fold."""

    text: str
    topic: str
    kind: str
    fold: int


def drawn(line: str, words: dict[str, list[str]], chance: random.Random) -> str:
    """Draw a sentence from a line of the grammar."""
    while _WORD.search(line):
        line = _WORD.sub(lambda found: chance.choice(words[found[1]]), line)
    while _CHOICE.search(line):
        line = _CHOICE.sub(lambda found: chance.choice(found[1].split("|")), line)
    return " ".join(line.replace(" ,", ",").split())


def examples() -> Iterator[Example]:
    """Yield all sentences that dangers are learned from."""
    grammar = _grammar("grammar")
    chance = random.Random(1)
    said = list(_singly(grammar, ("utterances", "dangers"), {*grammar["told"], "complaint"}, chance))
    yield from said
    yield from _stories(said, chance)


def examples_of_talk() -> Iterator[Example]:
    """Yield all sentences that talk is learned from."""
    grammar = _grammar("talk")
    chance = random.Random(1)
    said = list(_singly(grammar, ("utterances", "dangers", "talk"), {*grammar["told"], "insult"}, chance))
    yield from said
    yield from _around(said, grammar["around"], chance)


def _grammar(name: str) -> dict[str, Any]:
    return tomllib.loads((TOPICS / f"{name}.toml").read_text("utf-8"))


def _around(said: Sequence[Example], around: Mapping[str, Sequence[str]], chance: random.Random) -> Iterator[Example]:
    """Yield sentences with a call or thanks before or behind them, and names of procedures with the opening of a
    question before them or a question to the unit behind them.
    """
    named = [one for one in said if one.kind == "saying"]
    about = [Example(text, NONE, "saying", _fold(text)) for one in lexicon().families for text in one.about]
    asked = [one for one in said if one.kind in ("question", "talk") and one.topic == NONE]
    talk = [one for one in said if one.kind in ("grammar", "talk") and one.topic != NONE]
    for some, before, behind in (
        ([*named, *about], (), around["asks"]),
        (about, around["open"], around["after"]),
        (named, around["open"], around["after"]),
        ([*named, *asked], around["before"], around["after"]),
        (talk, around["before"], around["after"]),
    ):
        for one in chance.choices(some, k=AROUND):
            first = chance.choice(before) if before and chance.random() < BEFORE else ""
            text = " ".join(filter(None, (first, one.text, "" if first else chance.choice(behind))))
            yield Example(fold(text) if chance.random() < BARE else text, one.topic, "around", one.fold)


def _stories(said: Sequence[Example], chance: random.Random) -> Iterator[Example]:
    """Yield long innocent messages: several sentences of one fold joined together."""
    for number in range(STORIES):
        texts = [one.text for one in said if one.fold == number % FOLDS and one.topic == NONE and one.kind in IN_STORY]
        yield Example(". ".join(chance.sample(texts, chance.randint(2, 5))), NONE, "story", number % FOLDS)


def _singly(
    grammar: Mapping[str, Any], names: Sequence[str], topics: Set[str], chance: random.Random
) -> Iterator[Example]:
    yield from _of_grammar(grammar, chance)
    for text, topic, kind in (*_of_files(names), *((text, NONE, kind) for text, kind in _innocent())):
        bare = kind == "saying" and chance.random() < BARE
        for typed in {fold(text)} if bare else {text: 1, fold(text): 1} if kind in BOTH_WAYS else {text}:
            yield Example(typed, topic if topic in topics else NONE, kind, _fold(text))


def _fold(text: str) -> int:
    return zlib.crc32(text.encode()) % FOLDS


def _of_grammar(grammar: Mapping[str, Any], chance: random.Random) -> Iterator[Example]:
    """Yield sentences drawn from the grammar; those of a line are in one fold."""
    for topic, lines in grammar["told"].items():
        for line in lines:
            for text in sorted({drawn(line, grammar["words"], chance) for _ in range(A_LINE)}):
                typed = fold(text) if chance.random() < BARE else text
                yield Example(typed, topic, "grammar", _fold(line))


def _of_files(names: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield the sentences of files, each with its topic (which may be none) and its source."""
    for name in names:
        for row in rows(name):
            yield row["utterance"], row["topic"].split("|")[0], name.removesuffix("s")
    for other in lexicon().outside.values():
        if other.name != NEITHER or "talk" not in names:
            yield from ((text, SAME.get(other.name, other.name), "topic") for text in other.said)


def _innocent() -> Iterator[tuple[str, str]]:
    """Yield what is asked about procedures, each with its source."""
    for path in sorted(FOLDER.glob("*.tsv")):
        if not path.stem.startswith(("heldout", NO_PROCEDURE)):
            yield from ((one.text, "question") for one in questions_in(path) if one.codes)
    for name in ("follow_ups", "changes"):
        lines = (DIALOGUES / f"{name}.tsv").read_text("utf-8").splitlines()[1:]
        yield from ((line.split("\t")[-1], "turn") for line in lines)
    for line in (DIALOGUES / "working.jsonl").read_text("utf-8").splitlines():
        for turn in json.loads(line)["turns"]:
            if turn["want"].keys() & {"codes", "keep", "pick"} and "outcome" not in turn["want"]:
                yield turn["say"], "turn"
    known = lexicon()
    outside = {text for topic in known.outside.values() for text in topic.said}
    sayings = {said for one in known.known.values() for said in (one.name, one.label, *one.said)}
    yield from ((text, "saying") for text in sorted(sayings | set(known.english.said) - outside) if not _ruled(text))


def _ruled(text: str) -> bool:
    """Tell whether a name for a procedure speaks of a danger, so that it is no example of an innocent message."""
    found = groups_in(read(text))
    return any(rule.rest is None and rule.fits(found) for rule in shipped().promising(found))


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a file of utterances with their topics."""
    with (TOPICS / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def features_of(text: str) -> set[Feature]:
    """The features of a text."""
    said = read(text)
    return features(*said, groups_in(said))


class Table:
    """Which features each example has, in the order of examples and of features; every example has at least one."""

    def __init__(self, rows: Sequence[Sequence[int]], width: int) -> None:
        lengths = [len(row) for row in rows]
        self._width = width
        self._features = np.concatenate([np.array(row, dtype=np.int64) for row in rows])
        self._rows = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        order = np.argsort(self._features, kind="stable")
        ordered = self._features[order]
        self._examples = np.repeat(np.arange(len(rows)), lengths)[order]
        self._starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        self._held = ordered[self._starts]

    def odds(self, weights: Array) -> Array:
        """Return the sums of weights (features, topics) over the features of each example: (examples, topics)."""
        return np.add.reduceat(weights[self._features], self._rows)

    def gathered(self, by_example: Array) -> Array:
        """Return the sums of numbers (examples, topics) over the examples of each feature: (features, topics)."""
        found = np.zeros((self._width, by_example.shape[1]), dtype=np.float32)
        found[self._held] = np.add.reduceat(by_example[self._examples], self._starts)
        return found


def fit(given: Sequence[tuple[Example, set[Feature]]], topics: Sequence[str]) -> FittedTopics:
    """Fit the weights on examples with their features."""
    counts, of_topics = Counter[Feature](), Counter[Feature]()
    for example, found in given:
        counts.update(found)
        if example.topic != NONE:
            of_topics.update(found)
    kept = [one for one in counts if counts[one] >= TWICE and (of_topics[one] or counts[one] >= OFTEN)]
    place = {one: number for number, one in enumerate((CONSTANT, *sorted(kept, key=str)))}
    table = Table([[0, *sorted(place[one] for one in found if one in place)] for _, found in given], len(place))
    truth = np.array([topics.index(example.topic) for example, _ in given])
    weights = np.array([[WEIGHTS[example.kind]] for example, _ in given], dtype=np.float32)
    wanted = np.eye(len(topics), dtype=np.float32)[truth]
    penalty = np.full((len(place), 1), RIDGE, dtype=np.float32)
    penalty[0] = 1e-3

    def loss(found: Array) -> tuple[float, Array]:
        odds = table.odds(found)
        odds -= odds.max(1, keepdims=True)
        powers = np.exp(odds)
        total = powers.sum(1, keepdims=True)
        of_examples = weights * (np.log(total) - odds[np.arange(len(truth)), truth][:, None])
        slope = table.gathered((powers / total - wanted) * weights) + penalty * found
        return float(of_examples.sum() + (penalty * found * found).sum() / 2), slope

    return FittedTopics(topics, place, _minimised(loss, np.zeros((len(place), len(topics)), dtype=np.float32)))


def _minimised(loss: Callable[[Array], tuple[float, Array]], found: Array) -> Array:
    """Minimise a function that returns its value and slope, from a start, by L-BFGS with halved steps."""
    moves: list[tuple[Array, Array]] = []
    value, slope = loss(found)
    for _ in range(STEPS):
        way, shares = slope.copy(), []
        for move, change in reversed(moves):
            shares.append(float((move * way).sum() / (move * change).sum()))
            way -= shares[-1] * change
        way *= (
            float((moves[-1][0] * moves[-1][1]).sum() / (moves[-1][1] ** 2).sum()) if moves else 1 / np.abs(way).max()
        )
        for (move, change), share in zip(moves, reversed(shares), strict=True):
            way += move * (share - float((change * way).sum() / (move * change).sum()))
        step, falls = 1.0, float((slope * way).sum())
        while (there := loss(found - step * way))[0] > value - 1e-4 * step * falls and step > ENOUGH:
            step /= 2
        moves = [*moves, (-step * way, there[1] - slope)][-REMEMBERED:]
        gained = value - there[0]
        found, (value, slope) = found - step * way, there
        if gained < ENOUGH * value:
            break
    return found


def report(given: Sequence[tuple[Example, set[Feature]]], topics: Sequence[str]) -> None:
    """Print, cross-validated, how many messages of a topic are known and how many others are taken for one."""
    guesses: list[tuple[Example, str, float]] = []
    for out in range(FOLDS):
        fitted = fit([one for one in given if one[0].fold != out], topics)
        for example, held in given:
            if example.fold == out:
                none, *others = fitted.probabilities(held).tolist()
                guesses.append((example, topics[1 + others.index(max(others))], 1 - none))
    for level in (DOUBTFUL, LIKELY_TALK, SURE, TALK):
        print(f"from {level}:")
        for kind in WEIGHTS:
            of_topic = [one for one in guesses if one[0].kind == kind and one[0].topic != NONE]
            others = [one for one in guesses if one[0].kind == kind and one[0].topic == NONE]
            known = sum(sure >= level and topic == example.topic for example, topic, sure in of_topic)
            taken = sum(sure >= level for *_, sure in others)
            print(f"  {kind}: known {known} of {len(of_topic)}, taken {taken} of {len(others)}")


def main() -> int:
    """Fit, print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fitting_topics", description=__doc__)
    parser.add_argument("--only", choices=("topics", "talk"), help="one of the two models")
    parser.add_argument("--quick", action="store_true", help="no cross-validation")
    options = parser.parse_args()
    for path, learned in ((WRITTEN, examples), (WRITTEN_OF_TALK, examples_of_talk)):
        if options.only and options.only not in path.stem:
            continue
        given = [(example, features_of(example.text)) for example in learned()]
        topics = [NONE, *sorted({example.topic for example, _ in given} - {NONE})]
        print(path.name)
        if not options.quick:
            report(given, topics)
        fitted = fit(given, topics)
        lines = list(written(fitted))
        path.write_text("\n".join(lines) + "\n", "utf-8")
        print(f"{len(given)} sentences, {len(lines) - 1} features, {time.process_time():.0f} s of a processor")
    return 0


if __name__ == "__main__":
    sys.exit(main())
