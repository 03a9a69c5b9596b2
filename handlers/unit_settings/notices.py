"""Notices of a unit and the days on which each is in force."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import locales

# fmt: off
WrongKey = Literal[
    "kind", "text", "hours", "weekdays", "days", "day", "turned", "long", "no_shorter", "rows", "row", "twice",
    "no_rows", "no_code", "where", "form_name", "address", "file", "large", "both", "line",
    "office", "working_days", "note", "to_office", "emblem", "phone",
]
# fmt: on
KINDS = ("notice", "closed", "no_appointment", "no_writing", "reception")
# The name of these kinds is enough; the others need a text.
NAMED = ("closed", "no_appointment", "no_writing")
LONGEST_TEXT = 300
WEEK = 7
# From one 29th of February to the next, over the turn of a century that is no leap year.
WAIT_FOR_LEAP_DAY = 9
_DAY = r"\d{1,2}/\d{1,2}(?:/\d{4})?"
_IN_CHAT = re.compile(rf"(?P<first>{_DAY})(?:\s*[-–]\s*(?P<last>{_DAY}))?[\s:,]+(?P<text>.+)", re.DOTALL)
_WRITTEN_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


class Wrong(Exception):
    """Something typed that cannot be kept; `key` names the sentence that says why (locales: own.wrong.…)."""

    def __init__(self, key: WrongKey, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values

    def sentence(self, language: str) -> str:
        """Return why it cannot be kept, in words."""
        return locales.text(language, f"own.wrong.{self.key}", **self.values)


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice. It is in force from `first` to `last` (included), on `weekdays` (0 is Monday) if there are any.

    `kind` is one of KINDS; the text of a "reception" is its hours. With a `field` it concerns the procedures of that
    field alone. `below`: the units below show it too.
    """

    key: str
    kind: str
    text: str = ""
    first: date | None = None
    last: date | None = None
    weekdays: tuple[int, ...] = ()
    field: str = ""
    below: bool = False

    def is_on(self, day: date) -> bool:
        """Tell whether it is in force on a day."""
        started = self.first is None or self.first <= day
        return started and not self.is_over(day) and (not self.weekdays or day.weekday() in self.weekdays)

    def is_over(self, day: date) -> bool:
        """Tell whether its last day is past."""
        return self.last is not None and self.last < day

    def concerns(self, field: str) -> bool:
        """Tell whether it concerns the procedures of a field."""
        return self.field in ("", field)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values, without its key."""
        values = {
            "kind": self.kind,
            "text": self.text,
            "first": self.first.isoformat() if self.first else "",
            "last": self.last.isoformat() if self.last else "",
            "weekdays": list(self.weekdays),
            "field": self.field,
            "below": self.below,
        }
        return {name: value for name, value in values.items() if value}

    @classmethod
    def from_json(cls, key: str, values: Mapping[str, Any]) -> "Notice":
        """Rebuild what `to_json` gave."""
        first, last = (date.fromisoformat(values[name]) if values.get(name) else None for name in ("first", "last"))
        return cls(
            key,
            values["kind"],
            values.get("text", ""),
            first,
            last,
            tuple(values.get("weekdays", ())),
            values.get("field", ""),
            values.get("below", False),
        )


def typed_notice(key: str, typed: Mapping[str, str], weekdays: Sequence[str], fields: Sequence[str]) -> Notice:
    """Return the notice that was typed into a form; Wrong says what is missing. `fields` are the catalog's."""
    kind, text = typed.get("kind", ""), one_line(typed.get("text", ""))
    first, last = typed_day(typed.get("first", "")), typed_day(typed.get("last", ""))
    days = tuple(sorted({int(one) for one in weekdays if one.isdecimal() and int(one) < WEEK}))
    field = typed.get("field", "")
    if kind not in KINDS or (field and field not in fields):
        raise Wrong("kind")
    if not text and kind not in NAMED:
        raise Wrong("hours" if kind == "reception" else "text")
    if kind == "reception" and not days:
        raise Wrong("weekdays")
    if not days and not (first or last):
        raise Wrong("days")
    if first and last and last < first:
        raise Wrong("turned")
    if first and not last and not days:
        last = first
    return Notice(key, kind, text, first, last, days, field, bool(typed.get("below")))


def typed_day(text: str) -> date | None:
    """Read a day as browsers send it (2026-05-12) or as people write it (12/5/2026); None if nothing is typed."""
    text = text.strip()
    if not text:
        return None
    written = _WRITTEN_DAY.fullmatch(text)
    try:
        return date(int(written[3]), int(written[2]), int(written[1])) if written else date.fromisoformat(text)
    except ValueError:
        raise Wrong("day", text=text[:20]) from None


def typed_in_chat(key: str, words: str, today: date) -> Notice:
    """Read a notice from a line: a day or two ("12/5", "12/5-14/5/2026"), then its text; Wrong says what is missing.

    A day without a year is the next one of that date.
    """
    match = _IN_CHAT.fullmatch(words.strip())
    if match is None:
        raise Wrong("line")
    first = day_in_chat(match["first"], today)
    last = day_in_chat(match["last"], first) if match["last"] else first
    typed = {"kind": "notice", "text": match["text"], "first": first.isoformat(), "last": last.isoformat()}
    return typed_notice(key, typed, (), ())


def day_in_chat(text: str, earliest: date) -> date:
    """Read a day as people write it, "12/5" or "12/5/2026"; without a year the next one of that date."""
    if text.count("/") == 2:
        return typed_day(text) or earliest
    day, month = map(int, text.split("/"))
    for year in range(earliest.year, earliest.year + WAIT_FOR_LEAP_DAY):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= earliest:
            return found
    raise Wrong("day", text=text)


def one_line(text: str, most: int = LONGEST_TEXT) -> str:
    """Return a text with single spaces; Wrong if it is longer than `most` characters."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    if len(line) > most:
        raise Wrong("long", count=len(line), most=most)
    return line
