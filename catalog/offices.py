"""The offices for what a unit's catalog does not hold: shipped as data, and added to by a unit."""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from catalog.entries import is_code
from catalog.lexicon import Phrase, Phrases
from catalog.text import fold_word, spelling, words
from catalog.topics import content_word_count, read

_KIND = "office"


class OfficeError(ValueError):
    """A file of offices that cannot be used; the message names the file, place and reason."""


@dataclass(frozen=True, slots=True)
class Office:
    """An office, the codes of the procedures that it does, and what people call matters that have no code."""

    name: str
    codes: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


class Offices:
    """Finds the office for a procedure or for a question; a unit's own come before the shipped ones."""

    def __init__(self, own: Iterable[Office] = ()) -> None:
        self._own = tuple(own)
        self._offices = (*self._own, *shipped())
        self._by_code = {code: office for office in reversed(self._offices) for code in office.codes}
        said: dict[str, str] = {}
        for position, office in enumerate(self._offices):
            for phrase in office.said:
                said.setdefault(phrase, str(position))
        self._phrases = Phrases([_phrase(phrase, position) for phrase, position in said.items()])

    @property
    def names(self) -> list[str]:
        """The names of all offices, each once."""
        return list(dict.fromkeys(office.name for office in self._offices))

    def with_more(self, more: Iterable[Office]) -> "Offices":
        """Return these offices with others before them."""
        return Offices((*more, *self._own))

    def of(self, code: str) -> str:
        """Return the name of the office that does a procedure; empty where none is known."""
        office = self._by_code.get(code)
        return office.name if office else ""

    def asked(self, question: str, holds: Callable[[str], bool]) -> tuple[str, str]:
        """Return the office whose matter a question names, and the other words that tell something; else an empty name.

        An office is passed over where the catalog `holds` one of its procedures.
        """
        said = read(question)
        found = self._phrases.find(said.folded, said.spelled, marked=said.exact)[_KIND]
        named = (self._offices[int(position)] for _, _, position in found)
        name = next((office.name for office in named if not any(map(holds, office.codes))), "")
        spans = [(start, end) for start, end, _ in found]
        if not name or not content_word_count(said, spans):
            return name, ""
        covered = {place for start, end in spans for place in range(start, end)}
        return name, " ".join(word for place, word in enumerate(said.folded) if place not in covered)


def _phrase(said: str, position: str) -> Phrase:
    parts = words(said)
    return Phrase(_KIND, tuple(map(fold_word, parts)), tuple(map(spelling, parts)), position)


def parse(source: str, place: str) -> tuple[Office, ...]:
    """Read a file of offices, [[office]] with name, codes and said; `place` names it in errors."""
    try:
        tree = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise OfficeError(f"{place}: không phải TOML đúng cách: {error}") from error
    listed = tree.get("office")
    if set(tree) != {"office"} or not isinstance(listed, list):
        raise OfficeError(f"{place}: chỉ gồm các bảng [[office]]")
    return tuple(_office(item, f"{place}: office {number}") for number, item in enumerate(listed, 1))


def _office(item: Any, place: str) -> Office:
    if not isinstance(item, dict) or not set(item) <= {"name", "codes", "said"}:
        raise OfficeError(f"{place}: chỉ có name, codes, said")
    name, codes, said = item.get("name"), item.get("codes", []), item.get("said", [])
    if not isinstance(name, str) or not name.strip():
        raise OfficeError(f"{place}: thiếu name, tên cơ quan")
    if not isinstance(codes, list) or not all(isinstance(code, str) and is_code(code) for code in codes):
        raise OfficeError(f'{place}: codes là danh sách mã thủ tục, ví dụ ["1.001456"]')
    if not isinstance(said, list) or not all(isinstance(phrase, str) and words(phrase) for phrase in said):
        raise OfficeError(f'{place}: said là danh sách cách gọi, ví dụ ["đăng kiểm xe"]')
    if not codes and not said:
        raise OfficeError(f"{place}: cần codes hoặc said")
    return Office(name.strip(), tuple(codes), tuple(said))


@cache
def shipped() -> tuple[Office, ...]:
    """Return the offices that the product knows."""
    return parse(files("catalog.lexicon").joinpath("offices.toml").read_text("utf-8"), "offices.toml")
