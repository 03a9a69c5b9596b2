"""Free text before it is read or stored: without control characters, and without numbers that identify a person."""

import re
import unicodedata

from surveys.digits import plain_digits

MASK = "•••"
MOST_MARKS = 4
_BETWEEN = r" .,/_·()\-\u00a0\u2000-\u200d\u2010-\u2015\u202f\u2060"
_GAP = rf"[{_BETWEEN}]{{0,3}}"
_DATE = r"(?!\d{1,2}[-./]\d{1,2}[-./]\d{4}(?!\d))"
_ALONE = r"(?<!\d)(?<!\d[.,])"
_NUMBER = re.compile(
    # Telephones and ID cards: 10 to 12 digits from a 0, or 84 with 9 or 10 digits after it, however they are parted.
    rf"{_ALONE}{_DATE}(?:\((?=\+?\d{{1,5}}\)))?(?:0(?:{_GAP}\d){{9,11}}|\+?84(?:{_GAP}\d){{9,10}})(?!\d)"
    # ID cards of 12 or 9 digits that begin with another digit: in one piece, or nine in threes; dots part money.
    rf"|{_ALONE}\d{{12}}(?!\d)|{_ALONE}\d{{9}}(?!\d)"
    rf"|{_ALONE}\d{{3}}(?:[ \u00a0]\d{{3}}){{2}}(?![ \u00a0]?\d)"
)


def readable(text: str) -> str:
    """Compose a text (NFC) and leave out what no database can hold: control characters but the line end, half pairs.

    Of a heap of combining marks the first four stay: composing takes time with the square of their number.
    """
    kept, heap = [], 0
    for letter in text.replace("\t", " "):
        heap = heap + 1 if unicodedata.combining(letter) else 0
        if heap <= MOST_MARKS and (letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cs")):
            kept.append(letter)
    return unicodedata.normalize("NFC", "".join(kept))


def mask(text: str) -> str:
    """Replace what looks like an ID-card or phone number by dots, also in keycaps and the digits of other scripts."""
    return _NUMBER.sub(MASK, plain_digits(text))
