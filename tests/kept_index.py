"""What an index is made of, worked out once in a process of tests: to build one takes longer than most tests do."""

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from catalog import index
from catalog.entries import Entry
from catalog.terms import row_terms

_build = index.Index.build
_kept = lru_cache(maxsize=8)(_build)


def build(entries: Iterable[Entry], *told: Any) -> index.Index:
    """Build an index as `Index.build` does; the same entries in the same order have the same, immutable, index."""
    return _build(entries, *told) if told else _kept(tuple(entries))


def keep() -> None:
    """Keep indexes, and the terms of what people say, which nine of ten rows of any index are."""
    index.row_terms = cache(row_terms)
    index.Index.build = staticmethod(build)  # type: ignore[assignment,method-assign]
