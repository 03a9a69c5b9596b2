"""Questions that found nothing, grouped by likeness and counted by week, without those that were handled."""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol, TypeVar, get_args

from catalog.gist import gist
from catalog.likeness import Likeness, grouped
from handlers.turn import MissKind

Key = TypeVar("Key", bound=str)
What = Literal["name", "outside", "missing", "ignored"]
WHATS: tuple[What, ...] = get_args(What)
WEEKS = 8
# A record that has only a name is not a question; it is mended by hand.
GAP: MissKind = "name_only"


@dataclass(frozen=True, slots=True)
class Miss:
    """What citizens of a unit did not find on a day: the masked text, and how often it was asked."""

    unit: str
    day: date
    kind: MissKind
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Handling:
    """What an admin of `unit` did about a group on a day.

    `text` is the name or matter that the group became, else its first question; `target` is the code of the procedure
    or the office. `gist` is that of the group's first question, `gists` those of all; it came `count` times until then.
    """

    unit: str
    day: date
    what: What
    text: str
    gist: str
    gists: frozenset[str]
    count: int
    target: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that are alike: each text with how often it came, the most frequent first.

    `weeks` are the counts by week, the latest first; `kinds` count how the questions ended. `id` is made from the first
    text.
    """

    gist: str
    gists: frozenset[str]
    texts: tuple[tuple[str, int], ...]
    weeks: tuple[tuple[date, int], ...]
    kinds: tuple[tuple[MissKind, int], ...]
    count: int

    @property
    def id(self) -> str:
        """A name for addresses and buttons."""
        return id_of(self.gist)

    @property
    def text(self) -> str:
        """The text that came most often."""
        return self.texts[0][0]


@dataclass(frozen=True, slots=True)
class Missed:
    """The open groups, the most frequent first; and the handled ones, the latest first, each with its count since then.

    `gaps` are records that have only a name ("1.001193 Đăng ký khai sinh"), with how often they were asked for.
    """

    groups: tuple[Group, ...]
    handled: tuple[tuple[Handling, int], ...] = ()
    gaps: tuple[tuple[str, int], ...] = ()

    def group(self, identifier: str) -> Group | None:
        """Return the open group with the text of an id; None if there is no such group any more."""
        found = (one for one in self.groups if any(id_of(known_gist) == identifier for known_gist in one.gists))
        return next(found, None)


class MissesTx(Protocol):
    """A transaction that knows what was missed."""

    async def missed_daily(self, units: Sequence[str], first: date) -> list[Miss]:
        """Return what citizens of units did not find since a day."""

    async def handlings(self, units: Sequence[str]) -> list[Handling]:
        """Return what admins of units did about what was missed, the oldest first."""


def id_of(question_gist: str) -> str:
    """Return a short id of a gist, safe in addresses and buttons."""
    return hashlib.sha256(question_gist.encode()).hexdigest()[:12]


def first_day(today: date) -> date:
    """Return the Monday from which on questions are taken into account."""
    return today - timedelta(days=today.weekday(), weeks=WEEKS - 1)


def group_misses(
    misses: Sequence[Miss], handlings: Sequence[Handling], covered: Mapping[str, Collection[str]]
) -> Missed:
    """Group what was missed and not handled; `covered` are the units that each handling unit speaks for.

    Questions asked after their group became a name are open again, as the name was of no help. Those put aside in
    another way stay away, with all that are like them, and are counted with what was put aside.
    """
    asked = [one for one in misses if one.kind != GAP]
    gist_of = {text: gist(text) for text in {one.text for one in asked}}
    known = _Handled(handlings, covered)
    since = Counter[int]()
    left: dict[str, list[Miss]] = {}
    for one in asked:
        place = known.place_of(one, gist_of[one.text])
        if place is None:
            left.setdefault(gist_of[one.text], []).append(one)
        elif one.day > handlings[place].day:
            since[place] += one.count
    counts = [(key, sum(one.count for one in found)) for key, found in left.items()]
    groups = [_group(gists, [one for key in gists for one in left[key]]) for gists in grouped(counts)]
    handled = [(handling, since[place]) for place, handling in enumerate(handlings)]
    gaps = Counter[str]()
    for one in misses:
        if one.kind == GAP:
            gaps[one.text] += one.count
    return Missed(tuple(sorted(groups, key=lambda one: (-one.count, one.gist))), tuple(handled[::-1]), _often(gaps))


class _Handled:
    """What was handled, to find out which of it a question belongs to."""

    def __init__(self, handlings: Sequence[Handling], covered: Mapping[str, Collection[str]]) -> None:
        self._handlings = handlings
        self._covered = covered
        self._exact: dict[str, list[int]] = {}
        for place, handling in enumerate(handlings):
            for known_gist in handling.gists:
                self._exact.setdefault(known_gist, []).append(place)
        self._put_away = [place for place, one in enumerate(handlings) if one.what != "name" and one.text]
        common = Counter(word for place in self._put_away for word in set(handlings[place].gist.split()))
        self._alike = Likeness(common)
        for place in self._put_away:
            self._alike.add(handlings[place].gist)

    def place_of(self, miss: Miss, question_gist: str) -> int | None:
        """Return the index of the handling that a question belongs to; None if the question is open."""
        same = [place for place in self._exact.get(question_gist, ()) if self._covers(place, miss.unit)]
        if same:
            latest = self._handlings[same[-1]]
            return same[-1] if latest.what != "name" or miss.day <= latest.day else None
        near = self._alike.nearest(question_gist)
        return self._put_away[near] if near is not None and self._covers(self._put_away[near], miss.unit) else None

    def _covers(self, place: int, unit: str) -> bool:
        return unit in self._covered.get(self._handlings[place].unit, ())


def _group(gists: Sequence[str], misses: Sequence[Miss]) -> Group:
    texts, weeks, kinds = Counter[str](), Counter[date](), Counter[MissKind]()
    for one in misses:
        texts[one.text] += one.count
        weeks[one.day - timedelta(days=one.day.weekday())] += one.count
        kinds[one.kind] += one.count
    by_week = tuple(sorted(weeks.items(), reverse=True))
    # Of two texts that came equally often, the one with diacritics is first.
    ranked = sorted(texts.items(), key=lambda one: (-one[1], sum(map(str.isascii, one[0])) - len(one[0]), one[0]))
    return Group(gists[0], frozenset(gists), tuple(ranked), by_week, _often(kinds), texts.total())


def _often(counts: Counter[Key]) -> tuple[tuple[Key, int], ...]:
    """Return the counts, the greatest first."""
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
