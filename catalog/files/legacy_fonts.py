"""Text in the encodings of old Vietnamese fonts (TCVN3 or ABC, VNI): recognised by its words, turned into Unicode.

Such text is ordinary Latin characters that only the font shows as Vietnamese ("Hé tÞch" is "Hộ tịch"). The tables
are those of TCVN 5712:1993 (VN3) and of the VNI for Windows character set.
"""

import re
import unicodedata
from functools import lru_cache

from catalog.text import fold_word, is_syllable, words

TCVN3 = "TCVN3 (ABC)"
VNI = "VNI"

_TCVN3_CODES = (
    *(0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xAB, 0xAC, 0xAD, 0xAE),
    *(0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBB, 0xBC, 0xBD, 0xBE, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xCB),
    *(0xCC, 0xCE, 0xCF, 0xD0, 0xD1, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xDC, 0xDD, 0xDE),
    *(0xDF, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xEB, 0xEC, 0xED, 0xEE),
    *(0xEF, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE),
)
_TCVN3_LETTERS = "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
_TCVN3 = dict(zip(_TCVN3_CODES, _TCVN3_LETTERS, strict=True))

_VNI_PLAIN = dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_VNI_HAT = dict(zip("âáàåãä", ("\u0302", *(f"\u0302{t}" for t in "\u0301\u0300\u0309\u0303\u0323")), strict=True))
_VNI_BREVE = dict(zip("êéèúüë", ("\u0306", *(f"\u0306{t}" for t in "\u0301\u0300\u0309\u0303\u0323")), strict=True))
_VNI_ALONE = dict(zip("ôöñæóòî", "ơưđỉĩịỵ", strict=True))
_VNI_MARKS = {
    **{base + mark: base + marks for base in "aeouyôö" for mark, marks in _VNI_PLAIN.items()},
    **{base + mark: base + marks for base in "aeo" for mark, marks in _VNI_HAT.items()},
    **{"a" + mark: "a" + marks for mark, marks in _VNI_BREVE.items()},
}
_VNI = {
    pair: "".join(_VNI_ALONE.get(ch, ch) for ch in letters)
    for pair, letters in (*_VNI_MARKS.items(), *((one, one) for one in _VNI_ALONE))
}
_VNI |= {pair.upper(): letters.upper() for pair, letters in _VNI.items()}
_VNI |= {pair[0].upper() + pair[1:]: letters[0].upper() + letters[1:] for pair, letters in _VNI.items()}
_VNI_PATTERN = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))

# Signs that no Vietnamese text has inside a word.
_FOREIGN = re.compile(
    "[\xa1-\xbf\xc4-\xc7\xcb\xce-\xd1\xd6-\xd8\xdb\xdc\xde-\xdf\xe4-\xe7\xeb\xee-\xf1\xf6-\xf8\xfb\xfc\xfe\xff]"
)
_BEYOND = re.compile("[^\x00-\xff]")
_PIECE = re.compile(r"[^\s\d!-/:-@\[-`{-~]+")
_MOST_LOOKED_AT = 2_000
_LONGEST_WORD = 30
ENOUGH = 0.75


def from_tcvn3(text: str) -> str:
    """Return TCVN3 text, read as Latin-1, in Unicode."""
    return text.translate(_TCVN3)


def from_vni(text: str) -> str:
    """Return VNI text, read as Latin-1, in Unicode."""
    return unicodedata.normalize("NFC", _VNI_PATTERN.sub(lambda match: _VNI[match.group()], text))


_CONVERTED = ((TCVN3, from_tcvn3), (VNI, from_vni))


def recognized(text: str) -> tuple[str, str] | None:
    """Return the encoding that a text is in and its Unicode; None for text that is in none of them.

    A text is in one if enough of its words are Vietnamese after conversion, and more of them than before.
    """
    if text.isascii() or _BEYOND.search(text) or not _FOREIGN.search(text):
        return None
    as_it_is = share_of_words(text)
    share, name, converted = max((share_of_words(after := change(text)), name, after) for name, change in _CONVERTED)
    return (name, converted) if share >= ENOUGH and share > as_it_is else None


def converted(text: str, encoding: str) -> str:
    """Return a text converted from an old encoding; a text with letters beyond Latin-1 is in none and stays."""
    if text.isascii() or _BEYOND.search(text):
        return text
    return dict(_CONVERTED)[encoding](text)


def share_of_words(text: str) -> float:
    """Return the share, from 0 to 1, of a text's words with letters beyond ASCII that could be Vietnamese."""
    marked = [piece for piece in _PIECE.findall(text[:_MOST_LOOKED_AT]) if not piece.isascii()]
    return sum(len(one) <= _LONGEST_WORD and _is_vietnamese(one) for one in marked) / len(marked) if marked else 0.0


@lru_cache(maxsize=20_000)
def _is_vietnamese(piece: str) -> bool:
    found = words(piece)
    return found == [piece.lower()] and is_syllable(fold_word(piece))
