"""Two fitted softmax models that tell the topic a message is most like, if no rule of catalog/topics.py knows it. Their
features are its words, pairs of words, words with their marks, and the groups of lexicon/topics.toml found in it. One
model is for topics that outrank procedures, one for talk: what is neither a look-up nor a danger.

The weights are data beside this file, made by `python -m benchmarks.fitting_topics`.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
# A word (folded or with its marks), two neighbours, or GROUP and the name of a group.
Feature = str | tuple[str, str]
# The name for no topic, the feature of every message, and the first part of a group's feature.
NONE, CONSTANT, GROUP = "-", "", "@"
# From these probabilities on, a message is of some topic (SURE), and no procedure is shown for it without a choice
# (DOUBTFUL); cross-validated by benchmarks/fitting_topics.py.
SURE, DOUBTFUL = 0.8, 0.4
# From this on, a message may be of some topic even if it surely names a procedure ("tăng tuổi để đăng ký kết hôn").
GRAVELY_DOUBTFUL = 0.6
# From these on, a message is talk, or is talk if no procedure is found for it.
TALK, LIKELY_TALK = 0.9, 0.5
# Weights are written in tenths; left out are features without one of LEAST_FEATURE, and weights below LEAST_WEIGHT.
TENTHS, LEAST_FEATURE, LEAST_WEIGHT = 10, 3, 2


@dataclass(frozen=True, eq=False)
class FittedTopics:
    """`topics` names the columns of `weights`, the first no topic; `place` gives the row of a feature."""

    topics: Sequence[str]
    place: Mapping[Feature, int]
    weights: Array

    def odds(self, message_features: Iterable[Feature]) -> Array:
        """Return the logarithm of each topic's probability, up to a constant, in the order of `topics`."""
        # Sorted, as a set has no fixed order: two topics may be equally likely except for the rounding of sums.
        rows = sorted([row for row in map(self.place.get, message_features) if row is not None])
        found: Array = self.weights.take([self.place[CONSTANT], *rows], axis=0).sum(axis=0)
        return found

    def probabilities(self, message_features: Iterable[Feature]) -> Array:
        """The probability of each topic, in the order of `topics`, for the features of a message."""
        odds = self.odds(message_features)
        shares = np.exp(odds - odds.max())
        return np.asarray(shares / shares.sum(), dtype=np.float32)

    def likeliest(self, message_features: Iterable[Feature]) -> tuple[str, float]:
        """Return the likeliest topic of a message, and the logarithm of the odds that it is of any topic."""
        none, *others = self.odds(message_features).tolist()
        best = max(others)
        together = best + math.log(sum([math.exp(one - best) for one in others]))
        return self.topics[1 + others.index(best)], together - none


def features(folded: Sequence[str], spelled: Sequence[str], exact: bool, groups: Iterable[str]) -> set[Feature]:
    """What speaks for or against a topic in a message: folded words, pairs of them, words with marks where these count,
    and groups.
    """
    bare: set[Feature] = {*folded, *pairwise(folded), *((GROUP, group) for group in groups)}
    return bare.union(spelled) if exact else bare


@cache
def fitted_topics() -> FittedTopics:
    """Read the weights of what outranks procedures."""
    return _shipped("fitted_topics.tsv")


@cache
def fitted_talk() -> FittedTopics:
    """Read the weights of what is no look-up and no danger."""
    return _shipped("fitted_talk.tsv")


def _shipped(name: str) -> FittedTopics:
    first, *lines = files("catalog").joinpath(name).read_text("utf-8").splitlines()
    topics = first.split("\t")[1:]
    weights: Array = np.zeros((len(lines), len(topics)), dtype=np.float32)
    place: dict[Feature, int] = {}
    for row, line in enumerate(lines):
        feature, *cells = line.split("\t")
        place[_read(feature)] = row
        for cell in cells:
            column, weight = cell.split(":")
            weights[row, int(column)] = int(weight) / TENTHS
    return FittedTopics(topics, place, weights)


def _read(written: str) -> Feature:
    one, _, other = written.partition(" ")
    return (one, other) if other else one


def written(fitted: FittedTopics) -> Iterator[str]:
    """Write weights as the lines that `fitted_topics` reads; features and weights that hardly count are left out."""
    yield "\t".join(("feature", *fitted.topics))
    for feature, row in fitted.place.items():
        tenths = np.rint(fitted.weights[row] * TENTHS).astype(int).tolist()
        if max(map(abs, tenths)) >= LEAST_FEATURE or feature == CONSTANT:
            cells = [f"{column}:{weight}" for column, weight in enumerate(tenths) if abs(weight) >= LEAST_WEIGHT]
            yield "\t".join((feature if isinstance(feature, str) else " ".join(feature), *cells))
