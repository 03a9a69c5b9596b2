"""`python -m benchmarks.fitting --catalog FILE`: fit the weights by which the search decides; print how good they are.

Ridge logistic regressions (iteratively reweighted least squares; Hastie, Tibshirani, Friedman: The Elements of
Statistical Learning, 4.4) on the project's own questions, on people's words and whole topics that were left out of
the index, on messages that name a family but no member, and on turns of conversations. Every figure printed is
from five-fold cross-validation. The weights go to catalog/deciding.toml; fit anew after questions, topics or features
changed.
"""

import argparse
import json
import math
import random
import sys
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.catalogs import made, real
from bot.demo import sample_entries
from catalog.ages import age_span, with_age
from catalog.deciding import LEAVES, MOVES, NAMED, RIGHT, SMOOTHING, Model, deciding
from catalog.entries import Entry
from catalog.follow_ups import terms
from catalog.index import Index
from catalog.leaving import Said
from catalog.lexicon import Lexicon, lexicon
from catalog.topics import topic_of
from tests.questions import FOLDER, read

DIALOGUES = FOLDER.parent / "dialogues"
VAGUE, OUTSIDE, MOST_COMMON = "mo_ho", "ngoai", 3
NO_NEW_TURN = ("heldout", VAGUE, "chuyen_dai", "noi_tiep")
FOLDS, LEFT_OUT, RIDGE = 5, 25, 3.0
# Whole questions count in full; bare sayings count less, since they are more alike.
WEIGHTS = {"said": 0.05, "topic": 0.3, "family": 0.5, "question": 1.0}
# Which procedure is meant is learned from messages that name one: those of a topic do not count, questions that name
# none count little.
WEIGHTS_RIGHT = {"said": 0.01, "topic": 0.0, "family": 0.5, "question": 1.0}
NAMES_NONE = 0.25
# The share of questions that may be turned away, and the probabilities from which an answer is given with other choices
# (LIKELY) or alone (SURE). A wrong answer costs as much as asking back 13 or 24 times, so that from there on an answer
# costs less than asking back; one in a hundred is wrong.
PROCEDURES_AWAY, LIKELY, SURE = 0.007, 0.93, 0.96
WRITTEN, ASKED_ON = Path("catalog/deciding.toml"), Path("catalog/asked_on.tsv")
# How many names of a procedure are drawn as messages while it is open.
NAMED_AGAIN = 2
# The weight of rows that name another circumstance: there are some for every procedure, but people do so more rarely.
RARER = 0.5
# Words and pairs get odds if they were seen at least this often.
LEAST_SEEN = 3
Array = npt.NDArray[np.float64]
Fitted = tuple[float, Array]


class Case(NamedTuple):
    """One question: its features `named` predict whether it `asks` for a procedure, `right` if the best is `meant`."""

    kind: str
    fold: int
    named: Sequence[float]
    right: Sequence[float]
    asks: bool
    meant: bool


class Turn(NamedTuple):
    """One message while a procedure is open. `others`: what it is about instead; `moves`: one is a sibling."""

    weight: float
    open: str
    text: str
    others: Collection[str]
    moves: bool

    @property
    def fold(self) -> int:
        """The fold of the cross-validation, the same for the same text."""
        return zlib.crc32(self.text.encode()) % FOLDS


def cases(entries: Sequence[Entry]) -> Iterator[Case]:
    """Yield all cases for a catalog."""
    shipped = lexicon()
    yield from _questions(Index.build(entries))
    for fold in range(FOLDS):
        index = Index.build(entries, _without(shipped, fold))
        for known in shipped.known.values():
            for said in known.said[fold::LEFT_OUT]:
                yield from _case(index, "said", fold, said, {known.code})
        for topic in list(shipped.outside.values())[fold::FOLDS]:
            for said in topic.said:
                yield from _case(index, "topic", fold, said, ())
        for family in shipped.families:
            for said in family.about[fold::FOLDS]:
                yield from _vague(_case(index, "family", fold, said, family.codes))


def _questions(index: Index) -> Iterator[Case]:
    """Yield the project's own questions except those held out."""
    for path in sorted(FOLDER.glob("*.tsv")):
        if path.stem.startswith("heldout"):
            continue
        for one in read(path):
            case = _case(index, "question", zlib.crc32(one.text.encode()) % FOLDS, one.text, one.codes)
            yield from _vague(case) if path.stem == VAGUE else case


def _vague(found: Iterable[Case]) -> Iterator[Case]:
    """Mark cases of a vague question, which means one of several procedures, so that no single answer is right."""
    return (case._replace(meant=False) for case in found)


def turns(opening: "Opening") -> Iterator[Turn]:
    """Yield messages while a procedure is open: a question about it stays, a question about another one leaves, and
    another circumstance goes to a sibling.
    """
    for line in (DIALOGUES / "follow_ups.tsv").read_text("utf-8").splitlines()[1:]:
        yield from opening.turn(1.0, *line.split("\t"))
    for name, weight in (("changes.tsv", RARER), ("switches.tsv", 1.0)):
        for line in (DIALOGUES / name).read_text("utf-8").splitlines()[1:]:
            code, other, text = line.split("\t")
            yield from opening.turn(weight, code, text, {other})
    for path in sorted(DIALOGUES.glob("working*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            yield from opening.dialogue(json.loads(line)["turns"])
    yield from _drawn_turns(opening, random.Random(1))


def _drawn_turns(opening: "Opening", chance: random.Random) -> Iterator[Turn]:
    """Yield messages drawn by chance while one of the most common procedures is open: questions that may follow any
    procedure, its own names, and questions about others.
    """
    opened = [code for code, names in lexicon().known.items() if code in opening.known and names.common == MOST_COMMON]
    for one in read(FOLDER / "noi_tiep.tsv"):
        for code in chance.sample(opened, 2):
            yield from opening.turn(0.5, code, one.text)
    for code in opened:
        for said in chance.sample(lexicon().known[code].said, NAMED_AGAIN):
            yield from opening.turn(0.5, code, said)
    for path in sorted(FOLDER.glob("*.tsv")):
        for one in read(path) if not path.stem.startswith(NO_NEW_TURN) else ():
            code = chance.choice(opened)
            of_another = one.codes and not one.codes & {code, *opening.index.siblings(code)}
            if of_another or (path.stem == OUTSIDE and not topic_of(one.text)):
                yield from opening.turn(0.3, code, one.text, one.codes or {""})


class Opening(NamedTuple):
    """A catalog in which procedures are open."""

    index: Index
    known: Mapping[str, Entry]

    def turn(self, weight: float, opened: str, text: str, others: Collection[str] = ()) -> Iterator[Turn]:
        """Yield a message that stays on the open procedure or is about `others`, if the index has the open one."""
        if opened in self.index:
            moves = not set(others).isdisjoint(self.index.siblings(opened))
            yield Turn(weight, opened, text, others, moves)

    def dialogue(self, said: Sequence[Mapping[str, Any]]) -> Iterator[Turn]:
        """Yield the turns of a conversation before which a procedure is open."""
        opened = ""
        for turn in said:
            want = turn["want"]
            codes = want.get("codes", ())
            if opened and want.get("keep"):
                yield from self.turn(1.0, opened, turn["say"])
            elif opened and codes and not want.keys() & {"picks", "outcome"}:
                yield from self.turn(1.0, opened, turn["say"], () if opened in codes else codes)
            opened = opened if want.get("keep") else next(iter(codes), "")

    def said(self, turn: Turn, odds: Mapping[str, float]) -> Said:
        """Return a message as the decisions see it; `odds`: see `odds_of_words`."""
        entry = self.known[turn.open]
        text = with_age(turn.text) if age_span(entry.title) else turn.text
        return Said(self.index, text, entry, lambda code: self.known[code].title, odds)


def odds_of_words(seen: Iterable[Turn]) -> dict[str, float]:
    """Return the log odds of each word and pair that a message is on what is open (catalog.deciding.asked_on_odds)."""
    staying, leaving = Counter[str](), Counter[str]()
    stay = leave = 0
    for turn in seen:
        if turn.others:
            leaving.update(set(terms(turn.text)))
            leave += 1
        else:
            staying.update(set(terms(turn.text)))
            stay += 1
    for said in (said for known in lexicon().known.values() for said in (known.label, *known.said)):
        leaving.update(set(terms(said)))
        leave += 1
    return {
        term: math.log((staying[term] + SMOOTHING) / (stay + 2 * SMOOTHING))
        - math.log((leaving[term] + SMOOTHING) / (leave + 2 * SMOOTHING))
        for term in staying | leaving
        if staying[term] + leaving[term] >= LEAST_SEEN
    }


def _without(shipped: Lexicon, fold: int) -> Lexicon:
    """Return the lexicon without the words that are asked in a fold."""

    def kept(said: Sequence[str], step: int) -> tuple[str, ...]:
        return tuple(one for place, one in enumerate(said) if place % step != fold)

    topics = list(shipped.outside.values())
    return replace(
        shipped,
        known={code: replace(known, said=kept(known.said, LEFT_OUT)) for code, known in shipped.known.items()},
        outside={topic.name: topic for place, topic in enumerate(topics) if place % FOLDS != fold},
        families=tuple(replace(family, about=kept(family.about, FOLDS)) for family in shipped.families),
    )


def _case(index: Index, kind: str, fold: int, text: str, codes: Collection[str]) -> Iterator[Case]:
    """Yield the case of a question, unless the catalog lacks its procedures or it is decided without weights."""
    seen = index.evidence(text)
    if seen and (not codes or any(code in index for code in codes)):
        yield Case(kind, fold, seen.named, seen.right, bool(codes), seen.code in codes)


def fit(features: Array, truth: Array, weights: Array) -> Fitted:
    """Return the constant and feature weights fitted to features (cases, features), truth 0 or 1 and case weights."""
    middle, spread = features.mean(0), features.std(0) + 1e-9
    scaled = np.column_stack([np.ones(len(features)), (features - middle) / spread])
    penalty = RIDGE * np.eye(scaled.shape[1])
    penalty[0, 0] = 0
    found = np.zeros(scaled.shape[1])
    for _ in range(30):
        expected = 1 / (1 + np.exp(-scaled @ found))
        slope = scaled.T @ (weights * (truth - expected)) - penalty @ found
        curve = (scaled * (weights * expected * (1 - expected))[:, None]).T @ scaled + penalty
        found += (step := np.linalg.solve(curve, slope))
        if np.abs(step).max() < 1e-8:
            break
    return float(found[0] - (found[1:] * middle / spread).sum()), found[1:] / spread


def validated(features: Array, truth: Array, weights: Array, folds: npt.NDArray[np.int64]) -> Array:
    """Return the probability of each case, from weights fitted without its fold."""
    expected = np.zeros(len(truth))
    for fold in range(FOLDS):
        out = folds == fold
        constant, found = fit(features[~out], truth[~out], weights[~out])
        expected[out] = 1 / (1 + np.exp(-(constant + features[out] @ found)))
    return expected


def fitted_turns(entries: Sequence[Entry]) -> tuple[list[Fitted], dict[str, float]]:
    """Fit when a message leaves the open procedure, and when it goes to a sibling; print how good that is.

    A message is weighed with the odds of words from the other folds; the odds from all folds are returned.
    """
    opening = Opening(Index.build(entries), {entry.code: entry for entry in (*entries, *sample_entries())})
    seen = list(turns(opening))
    odds = [odds_of_words(one for one in seen if one.fold != fold) for fold in range(FOLDS)]
    turns_seen = [opening.said(one, odds[one.fold]) for one in seen]
    folds, weights = np.array([one.fold for one in seen]), np.array([one.weight for one in seen])
    fitted = []
    for what, features, goes in (
        ("leaves", [one.leaves for one in turns_seen], np.array([float(bool(one.others)) for one in seen])),
        ("moves", [one.moves for one in turns_seen], np.array([float(one.moves) for one in seen])),
    ):
        given = np.array(features, dtype=np.float64)
        expected = validated(given, goes, weights, folds)
        ours = weights == 1
        for level in (0.4, 0.5, 0.6, 0.7):
            stays, away = np.mean(expected[ours & (goes == 0)] < level), np.mean(expected[ours & (goes == 1)] >= level)
            count = np.sum(ours & (goes == 0)), np.sum(ours & (goes == 1))
            print(f"{what} from {level:.2f}: {stays:.3f} of {count[0]} do not, {away:.3f} of {count[1]} rightly do")
        fitted.append(fit(given, goes, weights))
    return fitted, odds_of_words(seen)


def _table(title: str, names: Iterable[str], fitted: Fitted) -> str:
    lines = [f"constant = {fitted[0]:.3f}", *(f"{n} = {w:.3f}" for n, w in zip(names, fitted[1], strict=True))]
    return "\n".join([f"[{title}]", *lines])


def _fitted_questions(entries: Sequence[Entry]) -> tuple[float, Fitted, Fitted]:
    """Fit whether a question names a procedure and whether the best one found is meant; print how good that is.

    Returns the probability from which a question counts as naming one, and the two fits.
    """
    seen = [*cases(entries), *cases([entry for entry in entries if entry.communal])]
    folds, questions = np.array([one.fold for one in seen]), np.array([one.kind == "question" for one in seen])
    asks, meant = (np.array([getattr(one, name) for one in seen], dtype=np.float64) for name in ("asks", "meant"))
    weights, to_right = (np.array([table[one.kind] for one in seen]) for table in (WEIGHTS, WEIGHTS_RIGHT))
    to_right = np.where(questions & (asks == 0), NAMES_NONE * to_right, to_right)
    named, right = np.array([one.named for one in seen]), np.array([one.right for one in seen])
    ours = questions & (asks == 1)
    asked = validated(named, asks, weights, folds)
    procedure = float(np.quantile(asked[ours], PROCEDURES_AWAY))
    certain = validated(right, meant, to_right, folds)
    open_to_answer = questions & (asked >= procedure)
    print(f"{len(seen)} cases, {int(ours.sum())} of them questions with a procedure")
    topics = np.array([one.kind == "topic" for one in seen])
    for share in sorted({0.002, 0.004, PROCEDURES_AWAY, 0.01, 0.015}):
        level = float(np.quantile(asked[ours], share))
        none, unseen = np.mean(asked[questions & (asks == 0)] < level), np.mean(asked[topics] < level)
        print(f"turned away {share:.3f}: NONE recognised {none:.3f} of questions, {unseen:.3f} of topics never seen")
    for level in sorted({0.5, 0.7, LIKELY, 0.8, 0.9, SURE}):
        answered = open_to_answer & (certain >= level)
        share, wrong = np.sum(answered & ours) / ours.sum(), np.mean(meant[answered] == 0)
        print(f"answered from {level:.2f}: {share:.3f}, wrong {wrong:.4f}")
    return procedure, fit(named, asks, weights), fit(right, meant, to_right)


def main() -> int:
    """Fit, print and write; the second fit uses the results of the first, unless nothing is written."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fitting", description=__doc__)
    parser.add_argument("--catalog", type=Path, help="a catalog file (.jsonl), instead of a made-up one")
    parser.add_argument("--turns", action="store_true", help="fit anew only what is decided while a procedure is open")
    parser.add_argument("--dry", action="store_true", help="write nothing")
    options = parser.parse_args()
    entries = real(options.catalog) if options.catalog else made(6_646)
    if not options.turns:
        procedure, named, right = _fitted_questions(entries)
        if not options.dry:
            # The decisions while a procedure is open use the decisions on a question by itself.
            _write(procedure, named, right, _weights(deciding().leaves), _weights(deciding().moves))
            deciding.cache_clear()
    (going, moving), odds = fitted_turns(entries)
    if not options.dry:
        known = deciding()
        _write(known.procedure, _weights(known.named), _weights(known.right), going, moving)
        lines = (f"{term}\t{value:.2f}" for term, value in sorted(odds.items()))
        ASKED_ON.write_text("\n".join(["term\todds", *lines]) + "\n", "utf-8")
    return 0


def _write(procedure: float, named: Fitted, right: Fitted, going: Fitted, moving: Fitted) -> None:
    first = (
        "# Written by `python -m benchmarks.fitting`. What the features are: catalog/deciding.py.\n"
        f"procedure = {procedure:.3f}\nlikely = {LIKELY:.3f}\nsure = {SURE:.3f}"
    )
    fitted = (("named", NAMED, named), ("right", RIGHT, right), ("leaves", LEAVES, going), ("moves", MOVES, moving))
    WRITTEN.write_text("\n\n".join([first, *(_table(*one) for one in fitted)]) + "\n", "utf-8")


def _weights(model: Model) -> Fitted:
    return model.constant, np.array(model.weights)


if __name__ == "__main__":
    sys.exit(main())
