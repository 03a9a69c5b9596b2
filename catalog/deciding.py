"""Four small logistic models over named features: does a question name a procedure at all, is the best one found the
one meant, does a message leave the open procedure, and does it go to a sibling of that procedure? Their weights are
data beside this file, made by `python -m benchmarks.fitting`.
"""

import math
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from operator import mul

from catalog import english
from catalog.lexicon import Lexicon
from catalog.text import folded_words

# Features of the procedure that fits best against the topics outside any catalog, and of how the question is asked.
NAMED = (
    *("likeness", "covered", "name_asked", "outside_lead", "outside_first", "outside_odds", "pattern", "unknown"),
    *("length", "concepts", "common", "aspect", "words", "family", "english"),
    *("likeness_of_several", "one_name"),
)
# Features of the procedure that fits best against the others.
RIGHT = (
    *("clear", "lead", "lead_over_all", "likeness_lead", "covered_lead", "covered", "name_asked", "name_covers"),
    *(
        "family",
        "outside_lead",
        "apart",
        "close",
        "length",
        "unknown",
        "pattern",
        "concepts",
        "denied",
        "rest",
        "rest_concepts",
        "english",
    ),
    *("likeness", "aspect", "likeness_of_several", "one_name", "communal", "act_of_another"),
)
# Features of the best procedure other than the open one, and of how the message is put (catalog/leaving.py).
LEAVES = (
    *("tells", "certain", "likeness", "covered", "open_covered", "open_first", "common"),
    *("telling", "words", "parts", "points", "yes_or_no", "wants", "goes_on", "turns", "outside"),
    *("recorded", "recorded_pairs", "asks", "changes", "sure", "lacks"),
    *("asked_on", "most_asked_on", "least_asked_on"),
    *("told", "told_covered", "told_open", "told_lead"),
)
REST, REST_CONCEPTS = RIGHT.index("rest"), RIGHT.index("rest_concepts")
# The same features, and those of the siblings of the open procedure.
MOVES = (
    *LEAVES,
    *("joined_lead", "joined_first", "fits_lead"),
    *("share", "open_share", "lead_over_open", "lead_over_others", "found_first", "found_elsewhere", "answer"),
    *("other_age", "denies", "already", "changed_lead", "denied_lead", "asked_lead", "changed_clearly"),
    *("told_changed", "told_done", "told_asked"),
)
_FEATURES = {"named": NAMED, "right": RIGHT, "leaves": LEAVES, "moves": MOVES}


@dataclass(frozen=True)
class Model:
    """A logistic model: the weight of each named feature, and the constant."""

    constant: float
    weights: Sequence[float]

    def odds(self, features: Sequence[float]) -> float:
        """The logarithm of the odds for features in the order of the weights."""
        weighted: float = sum(map(mul, self.weights, features))
        return self.constant + weighted

    def probability(self, features: Sequence[float]) -> float:
        """The probability, between 0 and 1, for features in the order of the weights."""
        return probability(self.odds(features))


def probability(odds: float) -> float:
    """The probability, between 0 and 1, of odds given as their logarithm."""
    return 1 / (1 + math.exp(-max(min(odds, 30.0), -30.0)))


@dataclass(frozen=True)
class Deciding:
    """The models, and the probabilities from which a question names a procedure, an answer is likely, and is sure."""

    named: Model
    right: Model
    leaves: Model
    moves: Model
    procedure: float
    likely: float
    sure: float


@cache
def deciding() -> Deciding:
    """Read the weights."""
    data = tomllib.loads(files("catalog").joinpath("deciding.toml").read_text("utf-8"))
    named, right, leaves, moves = (_model(data[name], features) for name, features in _FEATURES.items())
    return Deciding(named, right, leaves, moves, data["procedure"], data["likely"], data["sure"])


@cache
def asked_on_odds() -> Mapping[str, float]:
    """Return how much each folded word, and pair of words, points to a message about the open procedure: the logarithm
    of how often such messages have it over how often messages about a new matter do (naive Bayes, add-half smoothing).

    The table is data beside this file, made by `python -m benchmarks.fitting` with the weights.
    """
    lines = files("catalog").joinpath("asked_on.tsv").read_text("utf-8").splitlines()
    return {term: float(odds) for term, odds in (line.split("\t") for line in lines[1:])}


def _model(weights: Mapping[str, float], names: Sequence[str]) -> Model:
    """Return a model; a feature added after the weights were fitted weighs nothing until they are fitted anew."""
    return Model(weights["constant"], [weights.get(name, 0.0) for name in names])


SMOOTHING = 0.5


@lru_cache(maxsize=2)
def outside_odds(lexicon: Lexicon) -> dict[str, float]:
    """Return how much each folded word, and pair of words, points to a topic outside any catalog: the logarithm of how
    often the topics have it over how often people's names of procedures do (naive Bayes, add-half smoothing).
    """
    outside = [said for topic in lexicon.outside.values() for said in topic.said]
    inside = [said for known in lexicon.known.values() for said in (known.label, known.name, *known.said)]
    in_english = lexicon.english.said
    return {
        **_odds(
            [said for said in outside if said not in in_english],
            [said for said in inside if said not in in_english],
            folded_words,
        ),
        **_odds(
            [said for said in outside if said in in_english], [said for said in inside if said in in_english], _read
        ),
    }


def _odds(
    outside_said: Iterable[str], inside_said: Iterable[str], read: Callable[[str], Sequence[str]]
) -> dict[str, float]:
    outside, inside = _counted(map(read, outside_said)), _counted(map(read, inside_said))
    all_out, all_in = outside.total() + SMOOTHING, inside.total() + SMOOTHING
    return {
        term: math.log((outside[term] + SMOOTHING) / all_out) - math.log((inside[term] + SMOOTHING) / all_in)
        for term in outside | inside
    }


def _read(said: str) -> Sequence[str]:
    return [word.folded for word in english.read(said, lambda _: [])]


def _counted(sayings: Iterable[Sequence[str]]) -> Counter[str]:
    return Counter(term for said in sayings for term in words_and_pairs(said))


def words_and_pairs(folded: Sequence[str]) -> list[str]:
    """Words, and pairs of neighbours."""
    return [*folded, *(f"{one} {other}" for one, other in pairwise(folded))]
