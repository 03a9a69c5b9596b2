"""Find the procedure of a group whose circumstance a message tells, by lexicon/circumstances.toml.

The file's words mean a procedure only while one of its group is open; therefore no search uses them.
"""

import math
import tomllib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from catalog.lexicon import spelt_out
from catalog.terms import Asked, kind_worth, named, row_terms


class CircumstanceMatch(NamedTuple):
    """How much of a circumstance a message tells, and how much of the message tells it: shares, from 0 to 1."""

    heard: float = 0.0
    covered: float = 0.0


class _Row(NamedTuple):
    """One way to tell a procedure's circumstance: its weight without its words' spellings (`mass`) and with them."""

    code: str
    mass: float
    marked_mass: float


@dataclass(frozen=True)
class _Group:
    """Procedures that circumstances tell apart: `rows` are ways to tell them, `having` the places of rows by term."""

    codes: Sequence[str]
    rows: Sequence[_Row]
    having: Mapping[str, Sequence[int]]


@dataclass(frozen=True)
class Circumstances:
    """The groups of each procedure; `worth`: how rare a term is among procedures; `unknown`: the worth of others."""

    groups: Mapping[str, Sequence[_Group]]
    worth: Mapping[str, float]
    unknown: float

    def kin(self, code: str) -> list[str]:
        """The other members of a procedure's groups."""
        return list(dict.fromkeys(one for group in self.groups.get(code, ()) for one in group.codes if one != code))

    def matches(self, asked: Asked, code: str) -> dict[str, CircumstanceMatch]:
        """Return by code how well a message tells the circumstances of a procedure and its kin, if it does at all."""
        best: dict[str, CircumstanceMatch] = {}
        if not (groups := self.groups.get(code)):
            return best
        said = {term: weight for term, weight, place in named(asked) if place not in asked.denied}
        known = [(term, weight, worth) for term, weight in said.items() if (worth := self.worth.get(term))]
        total = sum(weight * self.worth.get(term, self.unknown * kind_worth(term)) for term, weight in said.items())
        for group in groups:
            heard: defaultdict[int, float] = defaultdict(float)
            covered: defaultdict[int, float] = defaultdict(float)
            for term, weight, worth in known:
                for place in group.having.get(term, ()):
                    heard[place] += worth
                    covered[place] += worth * weight
            for place, shared in heard.items():
                row = group.rows[place]
                match = CircumstanceMatch(
                    shared / (row.marked_mass if asked.marked else row.mass), covered[place] / total
                )
                best[row.code] = max(match, best.get(row.code, match))
        return best


@cache
def circumstances() -> Circumstances:
    """Read the shipped groups."""
    read = tomllib.loads(files("catalog.lexicon").joinpath("circumstances.toml").read_text("utf-8"))
    groups = [
        {
            code: [*_ways(lines), *_ways(group.get("in_english", {}).get(code, ()), in_english=True)]
            for code, lines in group["told"].items()
        }
        for group in read["group"]
    ]
    tellers: defaultdict[str, set[str]] = defaultdict(set)
    for group in groups:
        for code, ways in group.items():
            for term in set().union(*ways):
                tellers[term].add(code)
    members = len({code for group in groups for code in group})
    worth = {term: kind_worth(term) * math.log(1 + members / len(codes)) for term, codes in tellers.items()}
    of_each: defaultdict[str, list[_Group]] = defaultdict(list)
    for group in groups:
        weighed = _weighed(group, worth)
        for code in group:
            of_each[code].append(weighed)
    return Circumstances(of_each, worth, math.log(1 + members))


def _ways(lines: Sequence[str], *, in_english: bool = False) -> list[Collection[str]]:
    """The terms of each way to tell a circumstance."""
    return [row_terms(one, in_english=in_english).keys() for line in lines for one in spelt_out(line)]


def _weighed(group: Mapping[str, Sequence[Collection[str]]], worth: Mapping[str, float]) -> _Group:
    """Return a group of procedures from the terms of each way to tell each one's circumstance, and the terms' worth."""
    rows: list[_Row] = []
    having: defaultdict[str, list[int]] = defaultdict(list)
    for code, ways in group.items():
        for terms in ways:
            for term in terms:
                having[term].append(len(rows))
            marked = sum(worth[term] for term in terms)
            rows.append(_Row(code, sum(worth[term] for term in terms if term[0] != "="), marked))
    return _Group(tuple(group), rows, having)
