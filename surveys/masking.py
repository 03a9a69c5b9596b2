"""Free text before it is read or stored: without control characters, and without numbers that identify a person."""

import re
import unicodedata

MASK = "•••"
_GAP = r"[ \u00a0.\-()]{0,2}"
_DATE = r"(?!\d{1,2}[-./]\d{1,2}[-./]\d{4}(?!\d))"
_ALONE = r"(?<!\d)(?<!\d[.,])"
_NUMBER = re.compile(
    # Telephones: 10 or 11 digits from a 0, or 84 with 9 or 10 digits after it.
    rf"{_ALONE}{_DATE}(?:\((?=\+?\d{{1,5}}\)))?\+?(?:84|0)(?:{_GAP}\d){{9,10}}(?!\d)"
    # ID cards: 12 or 9 digits, in one piece or in groups of three or four; dots part the twelve alone, nine are money.
    r"|(?<!\d)(?<!\d[.,])\d{12}(?!\d)|(?<!\d)(?<!\d[.,])\d{9}(?!\d)"
    r"|(?<!\d)(?<!\d[.,])0\d{2}(?:[ \u00a0.\-]\d{3}){3}(?!\d)|(?<!\d)0\d{3}(?:[ \u00a0.\-]\d{4}){2}(?!\d)"
    r"|(?<!\d)(?<!\d[.,])\d{3}(?:[ \u00a0]\d{3}){2}(?![ \u00a0]?\d)"
)


def readable(text: str) -> str:
    """Compose a text (NFC) and leave out what no database can hold: control characters but the line end, half pairs."""
    composed = unicodedata.normalize("NFC", text.replace("\t", " "))
    return "".join(ch for ch in composed if ch == "\n" or unicodedata.category(ch) not in ("Cc", "Cs"))


def mask(text: str) -> str:
    """Replace what looks like an ID-card or phone number by dots."""
    return _NUMBER.sub(MASK, text)
