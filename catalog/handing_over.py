"""Build a catalog in another process, and take it over from there as bytes.

Python runs one thread at a time: building the catalog of 6,646 procedures would hold up answers for 1.7 s; taking it
over takes a tenth of a second, in small pieces.
"""

import io
import pickle
from collections.abc import Sequence

from catalog.catalogs import Catalog, Gathered, searched, unpack
from catalog.deciding import outside_odds
from catalog.entries import from_json
from catalog.index import Index
from catalog.lexicon import lexicon as shipped_lexicon
from catalog.search.breath import Breath, no_pause
from catalog.search.features import Names
from catalog.search.table import Table

# So many procedures are taken over at once.
_PIECE = 200
_PROTOCOL = pickle.HIGHEST_PROTOCOL


def built(packed: Sequence[bytes]) -> bytes:
    """Build the catalog of packed entries with the shipped lexicon; return its parts, without the entries, as bytes."""
    entries = ((place, from_json(unpack(text))) for place, text in enumerate(packed))
    outlines = [(place, entry.outline()) for place, entry in entries if entry.name]
    names = Index.build(searched(outline) for _, outline in outlines).names
    groups = names.table.groups
    parts = io.BytesIO()
    known = {code: one.code for code, one in names.known.items()}
    rivals = [(group.traits, group.said) for group in groups[len(outlines) :]]
    pickle.dump((len(outlines), names.table.counted, known, names.siblings, names.rivals, rivals), parts, _PROTOCOL)
    for first in range(0, len(outlines), _PIECE):
        some = range(first, min(first + _PIECE, len(outlines)))
        pickle.dump([(*outlines[at], groups[at].traits, groups[at].said) for at in some], parts, _PROTOCOL)
    return parts.getvalue()


def taken_over(packed: Sequence[bytes], made: bytes, breath: Breath = no_pause) -> Catalog:
    """Return the catalog of packed entries from the parts that `built` returned of them."""
    lexicon = shipped_lexicon()
    parts = io.BytesIO(made)
    size, counted, known, siblings, rivals, last = pickle.load(parts)  # noqa: S301 -- our own process wrote it
    breath()
    gathered = Gathered()
    traits, said = [], []
    for _ in range(0, size, _PIECE):
        for at, outline, one, called in pickle.load(parts):  # noqa: S301 -- as above
            gathered.outlines[outline.code], gathered.packed[outline.code] = outline, packed[at]
            traits.append(one)
            said.append(called)
        breath()
    traits += [one for one, _ in last]
    said += [called for _, called in last]
    place = {code: position for position, code in enumerate(gathered.outlines)}
    named = {code: lexicon.known[one] for code, one in known.items()}
    table = Table(traits, said, breath, counted)
    breath()
    names = Names(table, place, named, siblings, outside_odds(lexicon), rivals)
    return gathered.catalog(Index.of(names, lexicon))
