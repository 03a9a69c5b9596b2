"""The results of a search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Decision = Literal["answer", "choose", "none"]


class Hit(NamedTuple):
    """One procedure found, and its score (higher is better, about 1 for a perfect match)."""

    code: str
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a query means to the catalog.

    `answer`: the first hit is meant, `sure` or only likely (then the next ones are to be offered under it); `choose`:
    the citizen must pick among the hits;
    `none`: not a catalog question, no hits; `topic` then names what it is about, where that is known
    (a topic outside any catalog, or the code of a procedure that this catalog does not have), and
    `bare` says that no word of it names a matter ("how much is it?"). `tells` is the probability, from 0 to 1, that it
    names a procedure of its own. `aspects` are the parts asked for, in order; `aspect` is the main one.
    `ms` is the time the search took, in milliseconds.
    """

    query: str
    decision: Decision
    aspect: str | None
    hits: tuple[Hit, ...]
    ms: float
    topic: str = ""
    bare: bool = False
    aspects: tuple[str, ...] = ()
    sure: bool = False
    tells: float = 0.0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a procedure scored as it did.

    `said` is the name or saying that is most like the question, `shared` the terms it shares with it
    and their weights (= spelling with marks, # concept), `asked_only` and `named_only` the weights
    that only the question or only the name has. The score is (1 - COVER)·likeness + COVER·covered + bonus; procedures
    are ranked among themselves by their other names too, which decides how far each is behind the best.
    """

    hit: Hit
    said: str
    shared: tuple[tuple[str, float], ...]
    asked_only: float
    named_only: float
    likeness: float
    covered: float
    bonus: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """The code of the procedure that fits a question best, and its features as in `deciding.NAMED` and `.RIGHT`."""

    code: str
    named: Sequence[float]
    right: Sequence[float]


class Fitting(NamedTuple):
    """A procedure that fits a question, by the `twin` of its traits and its code: how alike its best name is, and how
    much of the question all its names together cover.
    """

    twin: str
    code: str
    likeness: float
    covered: float


class Best(NamedTuple):
    """What is needed of a question to compare it with a procedure.

    Its terms by number with their weights, what it weighs altogether, whether it says what is not meant; the two
    procedures that fit it best, no twins, and the probability, from 0 to 1, that the first of them is meant.
    """

    terms: Mapping[int, float]
    total: float
    denied: bool
    first: Sequence[Fitting]
    certain: float


class Found(NamedTuple):
    """What was decided on a question that names something; `beyond_doubt`: it names a procedure and nothing else."""

    decision: Decision
    hits: tuple[Hit, ...] = ()
    topic: str = ""
    sure: bool = False
    tells: float = 0.0
    beyond_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much of a question one procedure covers, and how likely the best of the others is meant.

    All are from 0 to 1, except `common`, how often the other is asked for (0 to 3).
    """

    open_covered: float = 0.0
    open_first: bool = False
    likeness: float = 0.0
    covered: float = 0.0
    certain: float = 0.0
    common: int = 0
