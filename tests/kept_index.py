"""What a catalog and its index are made of, worked out once in a process of tests: to build one outlasts most tests."""

from collections.abc import Iterable
from functools import cache, lru_cache

from bot import demo
from catalog import catalogs
from catalog.entries import Entry, from_json
from catalog.index import Index
from catalog.lexicon import Lexicon
from catalog.search import laid_over, table
from catalog.search.breath import Breath, no_pause

_build = Index.build
_kept = lru_cache(maxsize=8)(_build)
_row_terms = table.row_terms
_read = cache(demo.sample_entries)


def build(entries: Iterable[Entry], lexicon: Lexicon | None = None, breath: Breath = no_pause) -> Index:
    """Build an index as `Index.build` does; the same entries in the same order have the same, immutable, index."""
    return _build(entries, lexicon, breath) if lexicon else _kept(tuple(entries))


def sample_entries() -> list[Entry]:
    """Return the shipped catalog as `bot.demo` does, read once."""
    return list(_read())


def keep() -> None:
    """Keep the sample, entries, indexes, and the terms of what people say, which nine of ten rows of any index are."""
    demo.sample_entries = sample_entries
    catalogs.from_json = lru_cache(maxsize=2000)(from_json)
    catalogs.pack = lru_cache(maxsize=2000)(catalogs.pack)
    table.row_terms = laid_over.row_terms = cache(_row_terms)
    Index.build = staticmethod(build)  # type: ignore[assignment,method-assign]
