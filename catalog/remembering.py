"""Remember the last answers of a method without keeping its object alive."""

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast
from weakref import WeakMethod

P = ParamSpec("P")
R = TypeVar("R")


def remembering(method: Callable[P, R], most: int) -> Callable[P, R]:
    """Return a method with its answers to the last `most` questions remembered; the method's object must hold it.

    A cache of the method itself would hold the object that holds the cache. Only the garbage collector ends such a
    circle, and it does not look at what was there when the server began.
    """
    found = WeakMethod(method)

    def ask(*given: P.args, **named: P.kwargs) -> R:
        if (asked := found()) is None:
            raise ReferenceError
        return asked(*given, **named)

    return cast(Callable[P, R], lru_cache(maxsize=most)(ask))
