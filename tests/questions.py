"""The project's own questions, and the procedures they mean, made of the lexicon's labels."""

import csv
import random
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from catalog.entries import Entry
from catalog.index import Index
from catalog.lexicon import lexicon

FOLDER = Path(__file__).parent.parent / "benchmarks" / "questions"
NONE = "NONE"


class Asked(NamedTuple):
    """One question and the codes that answer it; no codes where it is not the catalog's business."""

    text: str
    codes: frozenset[str]
    style: str


@cache
def questions(name: str) -> tuple[Asked, ...]:
    """Read one of the project's question files."""
    return read(FOLDER / f"{name}.tsv")


def read(path: Path) -> tuple[Asked, ...]:
    """Read a file with the columns question, code, also_right and, perhaps, style."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return tuple(
        Asked(
            row["question"],
            frozenset(filter(None, f"{row['code']}|{row['also_right'] or ''}".split("|"))) - {NONE},
            row.get("style") or "",
        )
        for row in rows
    )


@cache
def index() -> Index:
    """An index of every procedure that the lexicon knows, named by its label alone."""
    return Index.build(Entry(known.code, known.label, level="Cấp xã") for known in lexicon().known.values())


# What the keys of an input method leave behind when it is switched off, by combining mark.
_MARKS = {"telex": {"\u0302": "", "\u031b": "w", "\u0306": "w"}, "vni": {"\u0302": "6", "\u031b": "7", "\u0306": "8"}}
_TONES = ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
_TONE_KEYS = {"telex": "sfrxj", "vni": "12345"}


def unmarked(text: str) -> str:
    """A text without its diacritics."""
    parted = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in parted if not unicodedata.combining(letter))


def _as_keys(word: str, method: str) -> str:
    """A word as the keys pressed for it: "giấy" is "giaays" in Telex and "gia6y1" in VNI."""
    typed = tone = ""
    for letter in unicodedata.normalize("NFD", word):
        if letter in _TONES:
            tone = _TONE_KEYS[method][_TONES.index(letter)]
        elif letter in _MARKS[method]:
            typed += _MARKS[method][letter] or typed[-1]
        elif letter in "đĐ":
            typed += "dd" if method == "telex" else "d9"
        else:
            typed += letter
    return typed + tone


def _in_keys(text: str, method: str) -> str:
    return " ".join(_as_keys(word, method) for word in text.split())


def _half_in_telex(text: str) -> str:
    chance = random.Random(text)
    return " ".join(_as_keys(word, "telex") if chance.random() < 0.5 else word for word in text.split())


def _mistyped(text: str) -> str:
    """One slip for every six words begun: two letters in the wrong order, one left out, or one twice."""
    chance = random.Random(text)
    words = text.split()
    for _ in range(1 + len(words) // 6):
        place = chance.choice([i for i, word in enumerate(words) if len(word) > 3] or [0])
        word = words[place]
        at = chance.randrange(max(len(word) - 1, 1))
        slips = (word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :], word[:at] + word[at + 1 :])
        words[place] = chance.choice((*slips, word[: at + 1] + word[at:]))
    return " ".join(words)


RESTYLED: Mapping[str, Callable[[str], str]] = {
    "with diacritics": str,
    "without": unmarked,
    "half in Telex": _half_in_telex,
    "in Telex": lambda text: _in_keys(text, "telex"),
    "in VNI": lambda text: _in_keys(text, "vni"),
    "with slips": _mistyped,
}


def restyled(asked: Sequence[Asked]) -> dict[str, list[Asked]]:
    """The questions that were typed with diacritics, typed in every style."""
    marked = [one for one in asked if unmarked(one.text) != one.text]
    return {style: [one._replace(text=typing(one.text)) for one in marked] for style, typing in RESTYLED.items()}
