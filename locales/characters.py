"""Cleaning texts from people: the one place where characters that nobody sees are removed."""

import re
import unicodedata

MOST_MARKS = 4
JOINER = "\u200d"
# Letters and marks that fonts show as nothing, though their category does not say so (Unicode's Default_Ignorable).
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
# The characters of Vietnamese, with composed letters: a text of these alone needs no cleaning.
_PLAIN = re.compile("[\n -~\u00a0-\u00ac\u00ae-\u024f\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20ab]*")
_LINE_END = re.compile("\r\n?|[\u0085\u2028\u2029]")


def readable(text: str) -> str:
    """Compose a text (NFC) and leave out what nobody can see or no database can hold.

    Left out are control characters except the line end, characters that change the direction of writing (UAX 9) or
    have no width, and lone surrogates. Of stacked combining marks the first four stay, since composing takes time with
    the square of their number. A joiner stays between two pictures, which it makes one.
    """
    if _PLAIN.fullmatch(text):
        return text
    text = _LINE_END.sub("\n", text.replace("\t", " "))
    kept: list[str] = []
    heap = 0
    for letter in text:
        heap = heap + 1 if unicodedata.combining(letter) else 0
        joins = letter == JOINER and bool(kept) and _is_picture(kept[-1])
        unseen = letter != "\n" and unicodedata.category(letter) in _UNSEEN
        if heap <= MOST_MARKS and letter not in _BLANK and (joins or not unseen):
            kept.append(letter)
    return unicodedata.normalize("NFC", "".join(kept))


def _is_picture(letter: str) -> bool:
    return letter == "\ufe0f" or unicodedata.category(letter) in ("So", "Sk")
