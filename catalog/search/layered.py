"""Mappings and lists that share most of what they hold with another."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Layered(Mapping[K, V]):
    """A mapping laid over another: what it holds itself wins, what is `gone` is in neither.

    Over one that is laid over another itself, both layers become one, so that none grows deep.
    """

    def __init__(self, below: Mapping[K, V], own: Mapping[K, V], gone: Collection[K] = ()) -> None:
        self._gone: frozenset[K]
        if isinstance(below, Layered):
            kept = {key: value for key, value in below._own.items() if key not in gone}
            self._below: Mapping[K, V] = below._below
            self._own: dict[K, V] = {**kept, **own}
            gone = (*below._gone, *gone)
        else:
            self._below, self._own = below, dict(own)
        self._gone = frozenset(key for key in gone if key in self._below and key not in self._own)
        self._size = len(self._below) - len(self._gone) + sum(key not in self._below for key in self._own)

    def __getitem__(self, key: K) -> V:
        if key in self._own:
            return self._own[key]
        if key in self._gone:
            raise KeyError(key)
        return self._below[key]

    def __contains__(self, key: object) -> bool:
        return key in self._own or (key in self._below and key not in self._gone)

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[K]:
        yield from (key for key in self._below if key not in self._gone)
        yield from (key for key in self._own if key not in self._below)


class InPlace(Sequence[V]):
    """A list with others in the place of some of its items, and after them; `own` are those by place, without a gap.

    Over one that is so itself, both become one.
    """

    def __init__(self, below: Sequence[V], own: Mapping[int, V]) -> None:
        if isinstance(below, InPlace):
            self._below: Sequence[V] = below._below
            self._own: dict[int, V] = {**below._own, **own}
        else:
            self._below, self._own = below, dict(own)
        self._size = max(len(below), *(place + 1 for place in own), 0)

    def __getitem__(self, place: int) -> V:  # type: ignore[override]
        return self._own[place] if place in self._own else self._below[place]

    def __len__(self) -> int:
        return self._size


class Extended(Sequence[float]):
    """Numbers after those of another list."""

    def __init__(self, below: Sequence[float], own: Sequence[float]) -> None:
        self._below, self._own = below, own
        self._first = len(below)

    def __getitem__(self, place: int) -> float:  # type: ignore[override]
        return self._own[place - self._first] if place >= self._first else self._below[place]

    def __len__(self) -> int:
        return self._first + len(self._own)
