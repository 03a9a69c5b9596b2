"""Ages in a question or a name: "15 tuổi", "mười bốn tuổi", "77t", "lên 8", "lớp 3", "dưới 6 tuổi"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.text import fold_word, folded_words

_UNITS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9}
_TENS = ("muoi", "chuc")
NUMBER_WORDS = frozenset((*_UNITS, *_TENS, "tuoi", "lop"))
GLUED = re.compile(r"(\d{1,3})(?:t|tuoi)")
_BELOW = frozenset(("duoi", "chua"))
_ABOVE = frozenset(("tren", "hon", "ngoai", "qua"))
_LIMIT_WORDS = frozenset(("du", "tu", "tro", "len", "den"))
_NO_UNIT = frozenset(("thi", "co", "duoc", "khong", "ma", "lam", "huong", "roi", "chua"))
_AGE_WORDS = frozenset(("tuoi", "lop", "len"))
# A number after this word is an age ("vừa tròn 14 hôm kia"), unless one of the other units follows it.
_REACHED = "tron"
_OTHER_UNITS = frozenset(
    ("ngay", "tuan", "thang", "nam", "lan", "trieu", "ngan", "nghin", "dong", "met", "m2", "nguoi")
)
_AGED_FROM, _OLDEST, _SCHOOL_BEGINS, _LAST_CLASS, _LAST_CHILD = 60, 120, 5, 12, 15


@dataclass(frozen=True, slots=True)
class Age:
    """An age in a text: whole years from `least` to `most`, at the words `start` to `end`; `number` is as typed."""

    number: int
    least: int
    most: int
    start: int
    end: int

    @property
    def years(self) -> int:
        """The year between `least` and `most` that is nearest to `number`."""
        return self.most if self.most < self.number else self.least


def ages(folded: Sequence[str]) -> list[Age]:
    """Find the ages said in folded words; a class at school counts as the age at which children begin it."""
    if _AGE_WORDS.isdisjoint(folded) and "".join(folded).isalpha():
        return []
    return list(_ages(folded))


def _ages(folded: Sequence[str]) -> Iterator[Age]:
    for position, word in enumerate(folded):
        if word not in _AGE_WORDS and not word[:1].isdecimal():
            continue
        if word == "tuoi" and position:
            months = folded[position - 1] == "thang"
            start, number = _number_before(folded, position - months)
            if number is not None:
                yield _age(folded, start, position + 1, 0 if months else number)
        elif word.isdecimal() and _AGED_FROM <= int(word) <= _OLDEST and position and folded[position - 1] in _ABOVE:
            if position + 1 == len(folded) or folded[position + 1] in _NO_UNIT:
                yield _age(folded, position, position + 1, int(word))
        elif match := GLUED.fullmatch(word):
            yield _age(folded, position, position + 1, int(match[1]))
        elif years := _years_of_a_child(word, folded[position + 1 : position + 3]):
            yield Age(years, years, years, position, position + 2)


def _years_of_a_child(word: str, after: Sequence[str]) -> int:
    """Return the age that "lớp 3" or "lên 8" states; 0 if it states none ("lên 2 tầng")."""
    number = _value(after[:1]) or 0
    if word == "lop" and number <= _LAST_CLASS:
        return number and number + _SCHOOL_BEGINS
    is_age = word == "len" and number <= _LAST_CHILD and _NO_UNIT.issuperset(after[1:])
    return number if is_age else 0


def _age(folded: Sequence[str], start: int, end: int, number: int) -> Age:
    before = folded[max(start - 2, 0) : start]
    if not _BELOW.isdisjoint(before):
        return Age(number, 0, number - 1, start, end)
    if not _ABOVE.isdisjoint(before[-1:]):
        return Age(number, number + 1, _OLDEST, start, end)
    if "tu" in before or tuple(folded[end : end + 2]) == ("tro", "len"):
        return Age(number, number, _OLDEST, start, end)
    return Age(number, number, number, start, end)


def _number_before(folded: Sequence[str], end: int) -> tuple[int, int | None]:
    """Return the start and value of the longest number, of at most three words, that ends at `end`; None for none."""
    for start in range(max(end - 3, 0), end):
        if (number := _value(folded[start:end])) is not None:
            return start, number
    return end, None


def _value(said: Sequence[str]) -> int | None:
    """Return the number that digits (up to 120) or folded words write: "mười bốn", "bảy mươi lăm"; None if none."""
    if len(said) == 1 and said[0].isdecimal() and int(said[0]) <= _OLDEST:
        return int(said[0])
    tens = [place for place, word in enumerate(said) if word in _TENS]
    if tens in ([0], [1]):
        before, after = said[: tens[0]], said[tens[0] + 1 :]
        if all(word in _UNITS for word in (*before, *after)) and len(after) <= 1 and "tu" not in before:
            return 10 * (_UNITS[before[0]] if before else 1) + (_UNITS[after[0]] if after else 0)
    elif not tens and 0 < len(said) <= 2 and all(word in _UNITS for word in said):
        return int("".join(str(_UNITS[word]) for word in said))
    return None


def with_age(text: str) -> str:
    """Return a text with "tuổi" put after its age, for when ages are the subject: "còn chị nó mười sáu thì sao"."""
    said = text.split()
    folded = [fold_word(word.strip(",.?!")) for word in said]
    if ages(folded):
        return text
    for end in range(len(said), 0, -1):
        start, number = _number_before(folded, end)
        plainly = number and (folded[end - 1].isdecimal() or not set(folded[start:end]).isdisjoint(_TENS))
        reached = folded[max(start - 1, 0)] == _REACHED and _OTHER_UNITS.isdisjoint(folded[end : end + 1])
        if plainly and (reached or _NO_UNIT.issuperset(folded[end : end + 1])):
            return " ".join((*said[:end], "tuổi", *said[end:]))
    return text


def age_span(title: str) -> tuple[int, int] | None:
    """Return the least and most age, in whole years, that a procedure's name states; None if it states no range."""
    said = ages(folded_words(title))
    return (said[0].least, said[0].most) if len(said) == 1 and said[0].least != said[0].most else None


def without_ages(title: str) -> str:
    """A folded name without the ages that it states."""
    folded = folded_words(title)
    aged = {place for age in ages(folded) for place in range(age.start, age.end)}
    left = " ".join(
        word for place, word in enumerate(folded) if place not in aged and word not in _BELOW | _LIMIT_WORDS
    )
    return title if left == title else left  # of thousands that are kept, most are the same
