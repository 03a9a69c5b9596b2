"""The garbage collector of a process that serves: a pass over all objects holds everybody up."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_NEVER = 1_000_000
# Python's own are 700, 10 and 10.
_SELDOM = (20_000, 10, 10)


def settle() -> None:
    """Free what can be freed, look at none of the rest again, and look less often for what a turn leaves.

    Turns leave next to nothing that the collector alone can free, and it looked through what they hold after every
    few of them. Takes a quarter of a second.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)


@contextmanager
def building_much() -> Iterator[None]:
    """Make no pass over all objects while much is built, and look at none of that afterwards.

    What is built must not stand in circles of references that are given up: they would stay.
    """
    youngest, young, old = gc.get_threshold()
    gc.set_threshold(youngest, young, _NEVER)
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(youngest, young, old)
