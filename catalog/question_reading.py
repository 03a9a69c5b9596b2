"""A typed question read as words: shorthand written out, glued words parted, slips mended."""

import re
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from catalog.ages import GLUED
from catalog.keys import hk_written_out, without_keys
from catalog.lexicon import lexicon
from catalog.remembering import remembering
from catalog.text import fold_word, nfc, spelling

_PIECE = re.compile(r"[^\W_]+(?:/[^\W_]+)?|[,.;:?!\n()…]")
_VNI = re.compile(r"(?<=[a-z])[1-9]{1,3}(?=[a-z]|$)")
_HELD_KEY = re.compile(r"([a-z])\1+")
LONGEST_WORD = 7
SHORTEST_GLUED = 5
MOST_WORDS = 160


class Word(NamedTuple):
    """One word read. `spelled` keeps the marks that were typed (equal to `folded` where none were).

    `sure` is below 1 for a mended slip; `piece` numbers the stretch between two punctuation marks.
    """

    folded: str
    spelled: str
    sure: float
    marked: bool
    piece: int


Nearest = Callable[[str, str, str], tuple[str, float] | None]


class Reader:
    """Reads questions.

    `vocabulary` holds folded words and `spelled` words with marks that exist; marks that make no known
    word are a slip and do not count. `nearest` mends an unknown word with a look at its neighbours.
    """

    def __init__(self, vocabulary: Collection[str], spelled: Collection[str], nearest: Nearest) -> None:
        self._vocabulary = vocabulary
        self._spelled = spelled
        self._nearest = nearest
        self._parted = remembering(self._part, 4096)
        self._words = remembering(self._words_of, 8192)

    def read(self, text: str) -> list[Word]:
        """Read a question; at most 160 words of it count."""
        raw: list[Word] = []
        piece = 0
        for match in _PIECE.findall(hk_written_out(nfc(text).lower())):
            if match[0].isalnum():
                raw += self._words(match, piece)
            else:
                piece += 1
            if len(raw) >= MOST_WORDS:
                break
        known = self._vocabulary
        return [word if word[0] in known else self._mended(raw, position) for position, word in enumerate(raw)]

    def _words_of(self, typed: str, piece: int) -> Sequence[Word]:
        """Return the words that one typed word is read as; `piece` is its stretch between two punctuation marks."""
        found = []
        for word in self._written_out(typed):
            folded, spelled = fold_word(word), spelling(word)
            if spelled not in self._spelled:
                spelled = folded
            found.append(Word(folded, spelled, 1.0, word == typed and folded != spelled, piece))
        return found

    def _written_out(self, typed: str) -> Sequence[str]:
        """The words that one typed piece stands for."""
        known = lexicon()
        typed = without_keys(typed)
        folded = fold_word(typed)
        if (aged := GLUED.fullmatch(folded)) and folded not in self._vocabulary:
            return [aged[1], "tuổi"]
        for table in (known.short, known.spelling):
            if written := table.get(typed) or (table.get(folded) if typed == folded else None):
                return written
        if "/" in typed:
            return [word for part in typed.split("/") for word in self._written_out(part)]
        if folded in self._vocabulary or folded in known.english.loans:
            return [typed]
        return self._parted(folded) or [typed]

    def _part(self, folded: str) -> Sequence[str]:
        """Return an unknown word without leftover VNI or held keys, or its parts if it is glued; else empty."""
        for plain in (_VNI.sub("", folded), _HELD_KEY.sub(r"\1", folded)):
            if plain != folded and plain in self._vocabulary:
                return [plain]
        if len(folded) < SHORTEST_GLUED or (len(folded) <= LONGEST_WORD and self._nearest(folded, "", "")):
            return []
        return self._unglued(_VNI.sub("", folded)) or []

    def _unglued(self, typed: str) -> list[str] | None:
        """Split "dangkykhaisinh" into known words, as few as possible; None where it cannot be done.

        Of equally few, take the words that mean something together: "kethon" is "ket hon" and not "ke thon".
        """
        best: list[list[str] | None] = [[]] + [None] * len(typed)
        for end in range(1, len(typed) + 1):
            for start in range(max(0, end - LONGEST_WORD), end - 1):
                before, known = best[start], self._known(typed[start:end])
                current = best[end]
                if before is None or not known or (current and len(before) + len(known) > len(current)):
                    continue
                parted = [*before, *known]
                if current is None or len(parted) < len(current) or _saying(parted) > _saying(current):
                    best[end] = parted
        return best[-1]

    def _known(self, piece: str) -> Sequence[str]:
        """The word or written-out shorthand that a piece of a glued word is; empty where it is none."""
        return (piece,) if piece in self._vocabulary else lexicon().short.get(piece, ())

    def _mended(self, raw: Sequence[Word], position: int) -> Word:
        word = raw[position]
        if word.folded.isdigit():
            return word
        before = raw[position - 1].folded if position else ""
        after = raw[position + 1].folded if position + 1 < len(raw) else ""
        near = self._nearest(word.folded, before, after)
        return word._replace(folded=near[0], spelled=near[0], sure=near[1]) if near else word


def _saying(folded: Sequence[str]) -> int:
    """How many words stand in phrases that mean something."""
    return sum(end - start for start, end, _ in lexicon().phrases.find(folded, folded, marked=False)["same"])
