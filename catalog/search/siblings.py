"""Procedures about the same thing, and what tells some of them apart."""

from collections.abc import Sequence

import numpy as np

from catalog.search.features import Names
from catalog.search.groups import Group
from catalog.search.question import Question
from catalog.search.results import Hit
from catalog.search.scoring import Scored, scored, too_old_or_young, without_twins
from catalog.search.table import Table

# A procedure whose name covers this share of another name is a sibling.
ALIKE, MOST_SIBLINGS = 0.6, 12


def siblings(names: Names, near: Scored, code: str) -> tuple[str, ...]:
    """Return the codes of a procedure's siblings, nearest first: members of its families, and names like its own;
    `near` is what fits its own name.
    """
    place = names.place[code]
    traits = names.table.groups[place].traits
    family = names.siblings.get(place, frozenset())
    alike = {
        position
        for rank, (position, group) in enumerate(zip(near.positions, near.groups, strict=True))
        if (other := group.traits).rival is None
        and (near.name_covers(rank) >= ALIKE or other.variant == traits.variant)
    }
    ranked = scored(names.table, near.question, near.together, sorted((family | alike) - {place}))
    best = (ranked.groups[rank].traits for rank in without_twins(ranked))
    return tuple([other.code for other in best if other.twin != traits.twin][:MOST_SIBLINGS])


def among(names: Names, question: Question, codes: Sequence[str]) -> tuple[Hit, ...]:
    """Rank some procedures by the words of a question that tell them apart, best first: "cái cho trẻ em".

    A score is the share of those words that a procedure's names have, less a penalty for ages its name excludes.
    Procedures without a positive score are left out: all of them if no word tells them apart.
    """
    groups = [names.table.groups[names.place[code]] for code in dict.fromkeys(codes) if code in names.place]
    shared_terms = _shared_terms(names.table, groups, question)
    common = set.intersection(*shared_terms) if shared_terms else set()
    some = set().union(*shared_terms)
    distinctive = {term: weight for term, weight in question.terms.items() if term in some - common}
    total = sum(weight for weight in distinctive.values() if weight > 0) or 1.0
    scores = [
        sum([distinctive.get(term, 0.0) for term in one]) / total - too_old_or_young(group, question)
        for group, one in zip(groups, shared_terms, strict=True)
    ]
    ranked = sorted((place for place, score in enumerate(scores) if score > 0), key=lambda place: -scores[place])
    return tuple(Hit(groups[i].traits.code, groups[i].traits.name, round(scores[i], 4)) for i in ranked)


def _shared_terms(table: Table, groups: Sequence[Group], question: Question) -> list[set[int]]:
    """The terms of a question, by number, that each of some groups has."""
    found: list[set[int]] = [set() for _ in groups]
    if groups:
        held = np.concatenate([group.terms for group in groups])
        (shared,) = table.weights.of(held, question.numbers, np.ones_like(question.weights)).nonzero()
        ends = np.cumsum([len(group.terms) for group in groups])
        for place, term in zip(ends.searchsorted(shared, side="right").tolist(), held[shared].tolist(), strict=True):
            found[place].add(term)
    return [{term for term in question.terms if term in one} for one in found]
