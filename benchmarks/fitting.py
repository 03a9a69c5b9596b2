"""`python -m benchmarks.fitting --catalog FILE`: fit the weights by which the search decides, and say how good they are.

Two ridge logistic regressions (iteratively reweighted least squares; Hastie, Tibshirani, Friedman: The Elements of
Statistical Learning, 4.4) on the project's own questions, on people's words that were left out of the index, on whole
topics that were left out, and on what names a family and no member. Every figure printed is from five-fold
cross-validation. The weights go to catalog/deciding.toml; fit anew after questions, topics or features changed.
"""

import argparse
import sys
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.catalogs import made, real
from catalog.deciding import NAMED, RIGHT
from catalog.entries import Entry
from catalog.index import Index
from catalog.lexicon import Lexicon, lexicon
from tests.questions import FOLDER, read

FOLDS, LEFT_OUT, RIDGE = 5, 25, 3.0
# Whole questions count in full; bare sayings are more alike than questions are.
WEIGHTS = {"said": 0.05, "topic": 0.3, "family": 0.5, "question": 1.0}
PROCEDURES_AWAY, WRONG_LIKELY, WRONG_SURE = 0.006, 0.012, 0.005
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


def cases(entries: Sequence[Entry]) -> Iterator[Case]:
    """All cases over a catalog."""
    shipped = lexicon()
    index = Index.build(entries)
    for path in sorted(FOLDER.glob("*.tsv")):
        if not path.stem.startswith("heldout"):
            for one in read(path):
                yield from _case(index, "question", zlib.crc32(one.text.encode()) % FOLDS, one.text, one.codes)
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
                for case in _case(index, "family", fold, said, family.codes):
                    yield case._replace(meant=False)


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


def _threshold(expected: Array, wrong: npt.NDArray[np.bool_], share: float) -> float:
    """The lowest probability from which on at most a share of the cases is wrong."""
    order = np.argsort(-expected, kind="stable")
    within = np.flatnonzero(np.cumsum(wrong[order]) <= share * np.arange(1, len(order) + 1))
    return float(expected[order[within[-1]]]) if len(within) else 1.0


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
    asked = validated(named, asks, weights, folds)
    procedure = float(np.quantile(asked[questions & (asks == 1)], PROCEDURES_AWAY))
    certain = validated(right, meant, weights, folds)
    open_to_answer = questions & (asked >= procedure)
    wrong = meant[open_to_answer] == 0
    likely, sure = (_threshold(certain[open_to_answer], wrong, share) for share in (WRONG_LIKELY, WRONG_SURE))
    ours = questions & (asks == 1)
    print(f"{len(seen)} cases, {int(ours.sum())} of them questions with a procedure")
    print(f"NONE recognised: questions {np.mean(asked[questions & (asks == 0)] < procedure):.3f}, "
          f"topics never seen {np.mean(asked[np.array([one.kind == 'topic' for one in seen])] < procedure):.3f}; "
          f"turned away {np.mean(asked[ours] < procedure):.4f}")  # fmt: skip
    for name, threshold in (("likely", likely), ("sure", sure)):
        share = np.mean((certain >= threshold)[ours] & (asked >= procedure)[ours])
        print(f"{name} from {threshold:.3f}: answered {share:.3f}")
    for share in (0.55, 0.65, 0.75, 0.8):
        level = float(np.quantile(np.where(asked >= procedure, certain, 0)[ours], 1 - share))
        print(
            f"answered {share}: from {level:.3f}, wrong {np.mean(meant[open_to_answer & (certain >= level)] == 0):.4f}"
        )
    text = "\n\n".join(
        [
            "# Written by `python -m benchmarks.fitting`. What the features are: catalog/deciding.py.\n"
            f"procedure = {procedure:.3f}\nlikely = {likely:.3f}\nsure = {sure:.3f}",
            _table("named", NAMED, fit(named, asks, weights)),
            _table("right", RIGHT, fit(right, meant, weights)),
        ]
    )
    if not options.dry:
        WRITTEN.write_text(text + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
