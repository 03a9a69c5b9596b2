"""What a question tells, without the words that only ask: "cho em hỏi giấy chó mèo ở đâu" is about "giấy chó mèo"."""

import re
from collections.abc import Sequence

from catalog.lexicon import lexicon
from catalog.text import nfc
from catalog.topics import LONGEST, Said, read

_WORD = re.compile(r"\w+")
# Fewer words tell too little; then all words count.
FEWEST = 2


def gist(text: str) -> str:
    """Return the folded words of a question that tell something, shorthand written out; all where too few do."""
    said = read(text)
    content_words = [word for word, tells in zip(said.folded, _tells_something(said), strict=True) if tells]
    return " ".join(content_words if len(content_words) >= FEWEST else said.folded)


def phrase(text: str) -> str:
    """Return the words as typed from the first to the last that tells something: what may become a name.

    All words where shorthand stands among them, or where too few tell something.
    """
    typed = _WORD.findall(nfc(text))[:LONGEST]
    said = read(text)
    places = [place for place, tells in enumerate(_tells_something(said)) if tells]
    if len(typed) != len(said.folded) or len(places) < FEWEST:
        return " ".join(text.split())
    return " ".join(typed[places[0] : places[-1] + 1])


def _tells_something(said: Said) -> Sequence[bool]:
    """Which words tell something: neither fillers nor a part of an asking phrase."""
    known = lexicon()
    empty = known.phrases.find(said.folded, said.spelled, marked=said.exact)["empty"]
    asking = {place for start, end, _ in empty for place in range(start, end)}
    return [
        place not in asking and (f"={typed}" if said.exact else word) not in known.filler
        for place, (word, typed) in enumerate(zip(said.folded, said.spelled, strict=True))
    ]
