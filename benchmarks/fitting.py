"""`python -m benchmarks.fitting --catalog FILE`: fit the weights by which the search decides; say how good they are.

Ridge logistic regressions (iteratively reweighted least squares; Hastie, Tibshirani, Friedman: The Elements of
Statistical Learning, 4.4) on the project's own questions, on people's words that were left out of the index, on whole
topics that were left out, on what names a family and no member, and on turns of conversations. Every figure printed is
from five-fold cross-validation. The weights go to catalog/deciding.toml; fit anew after questions, topics or features
changed.
"""

import argparse
import json
import random
import sys
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.catalogs import made, real
from catalog.deciding import LEAVES, NAMED, RIGHT
from catalog.entries import Entry
from catalog.index import Index
from catalog.leaving import features
from catalog.lexicon import Lexicon, lexicon
from catalog.topics import topic_of
from tests.questions import FOLDER, read

DIALOGUES = FOLDER.parent / "dialogues"
VAGUE, OUTSIDE, MOST_COMMON = "mo_ho", "ngoai", 3
NO_NEW_TURN = ("heldout", VAGUE, "chuyen_dai", "noi_tiep")
FOLDS, LEFT_OUT, RIDGE = 5, 25, 3.0
# Whole questions count in full; bare sayings are more alike than questions are.
WEIGHTS = {"said": 0.05, "topic": 0.3, "family": 0.5, "question": 1.0}
# So many questions may be turned away. A wrong answer with others under it costs as much as asking back four times, a
# wrong one without as much as nineteen times: from these probabilities on an answer costs less than asking back.
PROCEDURES_AWAY, LIKELY, SURE = 0.007, 4 / 5, 19 / 20
WRITTEN = Path("catalog/deciding.toml")
Array = npt.NDArray[np.float64]


class Case(NamedTuple):
    """One question as the decisions see it. `asks`: names a procedure; `right`: the best one found is meant."""

    kind: str
    fold: int
    named: Sequence[float]
    right: Sequence[float]
    asks: bool
    meant: bool


class Turn(NamedTuple):
    """One message while a procedure is open, as the decision sees it. `leaves`: it is about another one."""

    weight: float
    fold: int
    features: Sequence[float]
    leaves: bool


def cases(entries: Sequence[Entry]) -> Iterator[Case]:
    """All cases over a catalog."""
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
    """The project's own questions but those held out."""
    for path in sorted(FOLDER.glob("*.tsv")):
        if path.stem.startswith("heldout"):
            continue
        for one in read(path):
            case = _case(index, "question", zlib.crc32(one.text.encode()) % FOLDS, one.text, one.codes)
            yield from _vague(case) if path.stem == VAGUE else case


def _vague(found: Iterable[Case]) -> Iterator[Case]:
    """A vague question means one of several, so that no answer to it is right."""
    return (case._replace(meant=False) for case in found)


def turns(index: Index) -> Iterator[Turn]:
    """Messages while a procedure is open: what is asked about it stays, a question of another leaves."""
    for line in (DIALOGUES / "follow_ups.tsv").read_text("utf-8").splitlines()[1:]:
        yield from _turn(index, 1.0, *line.split("\t"), leaves=False)
    opened = [code for code, known in lexicon().known.items() if code in index and known.common == MOST_COMMON]
    chance = random.Random(1)
    for one in read(FOLDER / "noi_tiep.tsv"):
        for code in chance.sample(opened, 2):
            yield from _turn(index, 0.5, code, one.text, leaves=False)
    for line in (DIALOGUES / "working.jsonl").read_text("utf-8").splitlines():
        yield from _of_a_dialogue(index, json.loads(line)["turns"])
    for path in sorted(FOLDER.glob("*.tsv")):
        for one in read(path) if not path.stem.startswith(NO_NEW_TURN) else ():
            code = chance.choice(opened)
            of_another = one.codes and not one.codes & {code, *index.siblings(code)}
            if of_another or (path.stem == OUTSIDE and not topic_of(one.text)):
                yield from _turn(index, 0.3, code, one.text, leaves=True)


def _of_a_dialogue(index: Index, said: Sequence[Mapping[str, Any]]) -> Iterator[Turn]:
    opened = ""
    for turn in said:
        want = turn["want"]
        codes = want.get("codes", ())
        if opened and want.get("keep"):
            yield from _turn(index, 1.0, opened, turn["say"], leaves=False)
        elif opened and codes and not want.keys() & {"picks", "outcome"}:
            yield from _turn(index, 1.0, opened, turn["say"], leaves=opened not in codes)
        opened = opened if want.get("keep") else next(iter(codes), "")


def _turn(index: Index, weight: float, opened: str, text: str, *, leaves: bool) -> Iterator[Turn]:
    if opened in index:
        yield Turn(weight, zlib.crc32(text.encode()) % FOLDS, features(index, text, opened), leaves)


def _without(shipped: Lexicon, fold: int) -> Lexicon:
    """The lexicon without what is asked in a fold."""

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
    """The case of a question; none where the catalog lacks its procedures, or it is decided without weighing."""
    seen = index.evidence(text)
    if seen and (not codes or any(code in index for code in codes)):
        yield Case(kind, fold, seen.named, seen.right, bool(codes), seen.code in codes)


def fit(features: Array, truth: Array, weights: Array) -> tuple[float, Array]:
    """The constant and the weight of each feature, for features (cases, features), truth 0 or 1 and case weights."""
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
    """The probability of each case by weights fitted without its fold."""
    expected = np.zeros(len(truth))
    for fold in range(FOLDS):
        out = folds == fold
        constant, found = fit(features[~out], truth[~out], weights[~out])
        expected[out] = 1 / (1 + np.exp(-(constant + features[out] @ found)))
    return expected


def fitted_turns(entries: Sequence[Entry]) -> tuple[float, Array]:
    """Fit when a message leaves the open procedure, and say how good that is."""
    seen = list(turns(Index.build(entries)))
    given, folds = np.array([one.features for one in seen]), np.array([one.fold for one in seen])
    leaves, weights = (np.array([float(getattr(one, name)) for one in seen]) for name in ("leaves", "weight"))
    expected = validated(given, leaves, weights, folds)
    for level in (0.4, 0.5, 0.6, 0.7):
        stays, goes = np.mean(expected[leaves == 0] < level), np.mean(expected[leaves == 1] >= level)
        print(f"leaves from {level:.2f}: {stays:.3f} of {int(np.sum(leaves == 0))} stay, {goes:.3f} leave rightly")
    return fit(given, leaves, weights)


def _table(title: str, names: Iterable[str], fitted: tuple[float, Array]) -> str:
    lines = [f"constant = {fitted[0]:.3f}", *(f"{n} = {w:.3f}" for n, w in zip(names, fitted[1], strict=True))]
    return "\n".join([f"[{title}]", *lines])


def main() -> int:
    """Fit, print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fitting", description=__doc__)
    parser.add_argument("--catalog", type=Path, help="a catalog file (.jsonl), instead of a made-up one")
    parser.add_argument("--dry", action="store_true", help="write nothing")
    options = parser.parse_args()
    entries = real(options.catalog) if options.catalog else made(6_646)
    seen = [*cases(entries), *cases([entry for entry in entries if entry.communal])]
    folds, questions = np.array([one.fold for one in seen]), np.array([one.kind == "question" for one in seen])
    asks, meant = (np.array([getattr(one, name) for one in seen], dtype=np.float64) for name in ("asks", "meant"))
    weights = np.array([WEIGHTS[one.kind] for one in seen])
    named, right = np.array([one.named for one in seen]), np.array([one.right for one in seen])
    ours = questions & (asks == 1)
    asked = validated(named, asks, weights, folds)
    procedure = float(np.quantile(asked[ours], PROCEDURES_AWAY))
    certain = validated(right, meant, weights, folds)
    open_to_answer = questions & (asked >= procedure)
    print(f"{len(seen)} cases, {int(ours.sum())} of them questions with a procedure")
    topics = np.array([one.kind == "topic" for one in seen])
    for share in sorted({0.002, 0.004, PROCEDURES_AWAY, 0.01, 0.015}):
        level = float(np.quantile(asked[ours], share))
        none, unseen = np.mean(asked[questions & (asks == 0)] < level), np.mean(asked[topics] < level)
        print(f"turned away {share:.3f}: NONE recognised {none:.3f} of questions, {unseen:.3f} of topics never seen")
    for level in sorted({0.5, 0.7, LIKELY, 0.9, SURE}):
        answered = open_to_answer & (certain >= level)
        share, wrong = np.sum(answered & ours) / ours.sum(), np.mean(meant[answered] == 0)
        print(f"answered from {level:.2f}: {share:.3f}, wrong {wrong:.4f}")
    going = fitted_turns(entries)
    text = "\n\n".join(
        [
            "# Written by `python -m benchmarks.fitting`. What the features are: catalog/deciding.py.\n"
            f"procedure = {procedure:.3f}\nlikely = {LIKELY:.3f}\nsure = {SURE:.3f}",
            _table("named", NAMED, fit(named, asks, weights)),
            _table("right", RIGHT, fit(right, meant, weights)),
            _table("leaves", LEAVES, going),
        ]
    )
    if not options.dry:
        WRITTEN.write_text(text + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
