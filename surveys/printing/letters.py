"""Letters on paper: the typefaces, which signs they have, how wide a line is, where it is broken and made smaller."""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

Weight = Literal["normal", "bold", "code"]
# DejaVu has all letters of Vietnamese and comes with matplotlib, which charts need, under a free licence.
FACES: dict[Weight, str] = {"normal": "DejaVuSans", "bold": "DejaVuSans-Bold", "code": "DejaVuSansMono-Bold"}
POINT_MM = 25.4 / 72
LINE_SPACING = 1.25
# Heights above and below the baseline, as fractions of the type size (the fonts' own hhea table).
ASCENT, DESCENT = 0.928, 0.236
LEAST = 6.0
UNKNOWN = "\ufffd"
_RIGHT_TO_LEFT = ("R", "AL", "AN")
# A no-break space holds words together.
_WORD = re.compile(r"[^ \t\n]+")


@cache
def face(weight: Weight) -> str:
    """Register a typeface with the PDF library; returns its name there."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    pdfmetrics.registerFont(TTFont(FACES[weight], str(fonts_folder() / f"{FACES[weight]}.ttf")))
    return FACES[weight]


def fonts_folder() -> Path:
    """Return matplotlib's font folder, without importing matplotlib, which would take most of a second."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise FileNotFoundError("matplotlib, whose fonts are printed with, is not installed")
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"


@cache
def _signs(weight: Weight) -> frozenset[int]:
    from reportlab.pdfbase import pdfmetrics

    known: Any = pdfmetrics.getFont(face(weight)).face
    return frozenset(known.charToGlyph)


@lru_cache(maxsize=4096)
def printable(text: str, weight: Weight = "normal") -> str:
    """Return a text as it can be printed: "�" replaces signs that the typeface lacks or that run from right to left.

    Invisible signs are left out.
    """
    shown = (_printable(letter, weight) for letter in unicodedata.normalize("NFC", text))
    return "".join(shown)


def _printable(letter: str, weight: Weight) -> str:
    if letter in " \u00a0" or letter.isspace():
        return letter if letter == "\u00a0" else " "
    if unicodedata.category(letter) in ("Cc", "Cf") or "\ufe00" <= letter <= "\ufe0f":
        return ""
    # The library writes characters above U+FFFF in a way that they cannot be copied out of the file again.
    known = letter <= "\uffff" and ord(letter) in _signs(weight)
    return letter if known and unicodedata.bidirectional(letter) not in _RIGHT_TO_LEFT else UNKNOWN


@lru_cache(maxsize=8192)
def width_of(text: str, size: float, weight: Weight = "normal") -> float:
    """Measure a line in millimetres."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(printable(text, weight), face(weight), size)) * POINT_MM


def line_height(size: float) -> float:
    """Return the distance between lines in millimetres."""
    return size * POINT_MM * LINE_SPACING


def broken(text: str, fits: Callable[[str], bool]) -> list[str]:
    """Break a text into lines that fit; a word that does not fit alone is broken too."""
    lines = [""]
    for word in _WORD.findall(text):
        joined = f"{lines[-1]} {word}".strip()
        if fits(joined):
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        if fits(word):
            lines[-1] = word
            continue
        for letter in word:
            if lines[-1] and not fits(lines[-1] + letter):
                lines.append("")
            lines[-1] += letter
    return lines


def wrapped(text: str, width: float, size: float, weight: Weight = "normal") -> list[str]:
    """Break a text into lines that are no wider than `width` millimetres."""
    return broken(printable(text, weight), lambda line: width_of(line, size, weight) <= width)


def fitted(
    text: str, width: float, most: float, size: float, weight: Weight = "normal", least: float = LEAST
) -> tuple[list[str], float]:
    """Break a text into lines that together are no higher than `most` lines of a size; returns lines and size.

    Letters shrink if they must: to two thirds of the size before a word is broken, and to `least` points before the
    text is cut; a cut text ends in "…".
    """
    height, whole = most * line_height(size), size * 2 / 3
    text = printable(text, weight)
    words = _WORD.findall(text)
    while True:
        lines = wrapped(text, width, size, weight)
        is_low = len(lines) * line_height(size) <= height + 0.01
        if is_low and (size <= whole or all(width_of(word, size, weight) <= width for word in words)):
            return lines, size
        if size <= least:
            return (lines if is_low else _cut(lines, int(height / line_height(size)), width, size, weight)), size
        size = max(least, size * 0.95)


def _cut(lines: list[str], most: int, width: float, size: float, weight: Weight) -> list[str]:
    kept = lines[: max(1, most)]
    while width_of(f"{kept[-1]}…", size, weight) > width:
        kept[-1] = kept[-1][:-1]
    return [*kept[:-1], f"{kept[-1]}…"]
