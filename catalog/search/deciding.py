"""Decide what a question means."""

from collections.abc import Iterable, Sequence

from catalog.deciding import REST, REST_CONCEPTS, Model, deciding, probability
from catalog.entries import is_code
from catalog.search.features import CLOSE, WORTH_OFFERING, Names, Weighing, lead
from catalog.search.results import Found, Hit
from catalog.search.scoring import NAMED_IN_FULL, Scored, scored, without_twins

# A topic is named from FOUND on, a procedure that this catalog does not have from SURE on.
FOUND, SURE = 0.50, 0.60
NAMED_WELL = 0.8
# From these probabilities on (that a procedure is named, and that it is this one), a message that shares some words
# with dangers is answered, unless it is very like one (GRAVELY_DOUBTFUL).
SURELY_NAMED, SURELY_THIS = 0.98, 0.95


def decide(names: Names, found: Scored, limit: int) -> Found:
    """Say whether one procedure is meant, one of several, or none; at most `limit` are offered."""
    best = without_twins(found)
    inside = found.inside(best)
    if not inside:
        return Found("none", topic=_topic(best, found))
    top = found.scores[inside[0]]
    offered = [rank for rank in inside[:limit] if found.scores[rank] > WORTH_OFFERING * top]
    alone = [rank for rank in offered if found.named_alone(rank)]
    called = found.likeness[best[0]] >= NAMED_IN_FULL and lead(found, best) >= CLOSE
    if (len(alone) == 1 and alone[0] in (best[0], inside[0])) or (called and best[0] == inside[0]):
        return Found("answer", hits(offered, found), sure=True, tells=1.0, beyond_doubt=True)
    weighing, models = Weighing(names, found, best, inside), deciding()
    tells = models.named.probability(weighing.named())
    first = found.groups[best[0]].traits
    if not first.outside and found.likeness[best[0]] >= NAMED_WELL:
        tells = max(tells, models.procedure)
    if tells < models.procedure or first.outside:
        return Found("none", topic=_topic(best, found), tells=tells)
    certain = _certain(models.right, weighing, (models.likely, models.sure))
    if certain >= models.likely:
        beyond = tells >= SURELY_NAMED and certain >= SURELY_THIS
        return Found("answer", hits(offered, found), sure=certain >= models.sure, tells=tells, beyond_doubt=beyond)
    if first.rival:
        return Found("choose", _family(names, first.rival.codes, found, limit), tells=tells)
    return Found("choose", hits(offered, found), tells=tells)


def _certain(right: Model, weighing: Weighing, limits: Sequence[float]) -> float:
    """Return the probability that the best procedure is meant, or another on the same side of all limits.

    What only the rivals have is computed only if it can cross a limit.
    """
    odds, (rest, concepts) = right.odds(weighing.right(0.0, 0)), weighing.most_rest()
    of_rest, of_concepts = right.weights[REST] / weighing.total, right.weights[REST_CONCEPTS]
    by_rest, by_concepts = of_rest * rest, of_concepts * concepts
    least = probability(odds + min(by_rest, 0.0) + min(by_concepts, 0.0))
    most = probability(odds + max(by_rest, 0.0) + max(by_concepts, 0.0))
    if all((least >= limit) == (most >= limit) for limit in limits):
        return least
    rest, concepts = weighing.rest()
    return probability(odds + of_rest * rest + of_concepts * concepts)


def hits(ranks: Iterable[int], found: Scored) -> tuple[Hit, ...]:
    """The procedures of some ranks."""
    listed = []
    for rank in ranks:
        traits = found.groups[rank].traits
        listed.append(Hit(traits.code, traits.name, round(found.scores[rank], 4)))
    return tuple(listed)


def _topic(best: Sequence[int], found: Scored) -> str:
    """Return the topic of a question that the catalog does not answer; empty if it is not known."""
    if not best or found.scores[best[0]] < FOUND:
        return ""
    first = found.groups[best[0]].traits
    if not first.outside:
        return ""
    return "" if is_code(first.name) and found.scores[best[0]] < SURE else first.name


def _family(names: Names, codes: Sequence[str], found: Scored, limit: int) -> tuple[Hit, ...]:
    """The members of a family, and the procedures that fit better than any of them."""
    members = sorted(names.place[code] for code in codes)
    offered = scored(names.table, found.question, found.together, members)
    better = [
        position
        for position, score, group in zip(found.positions, found.scores, found.groups, strict=True)
        if score > offered.scores[0] and group.traits.rival is None
    ]
    if better:
        offered = scored(names.table, found.question, found.together, sorted({*members, *better}))
    return hits(without_twins(offered)[:limit], offered)
