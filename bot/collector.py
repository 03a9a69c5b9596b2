"""The garbage collector of a process that serves: a pass over all objects holds everybody up."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_NEVER = 1_000_000
# Python's own are 700, 10 and 10.
_SELDOM = (20_000, 10, 10)


def settle() -> None:
    """Free what can be freed, exempt all other objects from later passes, and make those passes rarer.

    Turns leave next to nothing that only the collector can free, yet with Python's thresholds it runs after every few
    turns. Takes a quarter of a second.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)


@contextmanager
def building_much() -> Iterator[None]:
    """Make no pass over all objects in the block, and exempt what was built in it from later passes.

    The block must not leave unreachable cycles of references: they would never be freed.
    """
    youngest, young, old = gc.get_threshold()
    gc.set_threshold(youngest, young, _NEVER)
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(youngest, young, old)
