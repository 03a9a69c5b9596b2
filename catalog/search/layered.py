"""Mappings and lists that share most of what they hold with another."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Layered(Mapping[K, V]):
    """A mapping laid over another: its own items win, and `gone` keys are in neither.

    If the one below is laid over another itself, both layers become one, so that none grows deep.
    """

    def __init__(self, below: Mapping[K, V], top: Mapping[K, V], gone: Collection[K] = ()) -> None:
        self._gone: frozenset[K]
        if isinstance(below, Layered):
            kept = {key: value for key, value in below._top.items() if key not in gone}
            self._below: Mapping[K, V] = below._below
            self._top: dict[K, V] = {**kept, **top}
            gone = (*below._gone, *gone)
        else:
            self._below, self._top = below, dict(top)
        self._gone = frozenset(key for key in gone if key in self._below and key not in self._top)
        self._size = len(self._below) - len(self._gone) + sum(key not in self._below for key in self._top)

    def __getitem__(self, key: K) -> V:
        if key in self._top:
            return self._top[key]
        if key in self._gone:
            raise KeyError(key)
        return self._below[key]

    def __contains__(self, key: object) -> bool:
        return key in self._top or (key in self._below and key not in self._gone)

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[K]:
        yield from (key for key in self._below if key not in self._gone)
        yield from (key for key in self._top if key not in self._below)


class InPlace(Sequence[V]):
    """A list with some items of another replaced, and more after them; `top` has these by place, without a gap.

    If the list below is of this kind itself, both become one.
    """

    def __init__(self, below: Sequence[V], top: Mapping[int, V]) -> None:
        if isinstance(below, InPlace):
            self._below: Sequence[V] = below._below
            self._top: dict[int, V] = {**below._top, **top}
        else:
            self._below, self._top = below, dict(top)
        self._size = max(len(below), *(place + 1 for place in top), 0)

    def __getitem__(self, place: int) -> V:  # type: ignore[override]
        return self._top[place] if place in self._top else self._below[place]

    def __len__(self) -> int:
        return self._size


class Extended(Sequence[float]):
    """A list of numbers, followed by more numbers."""

    def __init__(self, below: Sequence[float], more: Sequence[float]) -> None:
        self._below, self._more = below, more
        self._first = len(below)

    def __getitem__(self, place: int) -> float:  # type: ignore[override]
        return self._more[place - self._first] if place >= self._first else self._below[place]

    def __len__(self) -> int:
        return self._first + len(self._more)
