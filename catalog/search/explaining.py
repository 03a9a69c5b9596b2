"""Why procedures scored as they did."""

import numpy as np

from catalog.search.features import Names
from catalog.search.groups import Traits
from catalog.search.results import Hit, Reason
from catalog.search.scoring import Scored, likenesses


def reasons(names: Names, found: Scored, limit: int) -> list[Reason]:
    """Say why each of the best candidates scored as it did, rivals from outside the catalog among them."""
    question = found.question
    said_of = {number: term for term, number in names.table.numbers.items() if number in question.terms}
    listed = []
    for rank, position in enumerate(found.positions[:limit]):
        group = names.table.groups[position]
        likeness, _, matched, mass = likenesses(names.table, question, [group])
        best = int(np.argmax(likeness))
        shared = group.row_terms(best) & question.terms.keys()
        listed.append(
            Reason(
                hit=Hit(*_name(group.traits), round(found.scores[rank], 4)),
                said=group.said[best],
                shared=tuple(sorted(((said_of[n], question.terms[n]) for n in shared), key=lambda pair: -pair[1])),
                asked_only=float(question.total - matched[best]),
                named_only=float(mass[best] - matched[best]),
                likeness=found.likeness[rank],
                covered=found.covered[rank],
                bonus=group.traits.bonus,
            )
        )
    return listed


def _name(traits: Traits) -> tuple[str, str]:
    if traits.rival is None:
        return traits.code, traits.name
    return ("family" if traits.family else "outside"), traits.name
