"""What was asked lately is remembered, and nothing is kept alive by it."""

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast
from weakref import WeakMethod

P = ParamSpec("P")
R = TypeVar("R")


def remembering(method: Callable[P, R], most: int) -> Callable[P, R]:
    """Remember what a method gives for its last `most` questions; its object must hold what is returned here.

    A cache of the method itself would hold the object that holds it: such a circle is left to the garbage collector,
    which looks at nothing that was there when the server began.
    """
    found = WeakMethod(method)

    def ask(*given: P.args, **named: P.kwargs) -> R:
        if (asked := found()) is None:
            raise ReferenceError
        return asked(*given, **named)

    return cast(Callable[P, R], lru_cache(maxsize=most)(ask))
