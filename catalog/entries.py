"""One published procedure as the catalog knows it."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from sys import intern
from typing import Any

from catalog.text import fold

_CODE = re.compile(r"[0-9]\.[0-9]{6}")
_SEPARATOR = re.compile(r"[;\n]")
_LEVEL = re.compile(r"\s*\((?:tthc )?(?:thực hiện (?:tại|ở) )?(cấp [^()]+|trung ương|địa phương)[().]*$", re.IGNORECASE)
_LONG_ASIDE = re.compile(r"\s*\([^()]{30,}\)")
# The text from here on says whose business it is or by which rule, not what is done.
_SCOPE = re.compile(
    r",?\s+(?:thuộc (?:thẩm quyền|phạm vi)|(?:theo )?quy định tại|theo (?:đề nghị|quyết định|nghị định|luật)|"
    r"do (?:chủ tịch|bộ))\s",
    re.IGNORECASE,
)
_FEWEST_WORDS = 4
_BOILERPLATE = re.compile(r"^\s*thủ\s+tục\s*:?\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to hand in a dossier, with its own time limit and fee as published."""

    channel: str
    time: str = ""
    fee: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A procedure as published. An empty text means that the publication does not state it.

    `unchecked` names the keys whose content was not compared with an official record; the screen
    says so. `updated` is the date of the publication as text (a year, month or day). `also` holds what
    people call it at this place, separated by semicolons or line ends. An entry without a name is what a unit states of
    a procedure that another publishes. `committed` is the time that the unit
    promises where that is shorter than the published one. `ended` is the day from which a procedure is abolished, and
    `successor` the code of the one that replaces it, `ended_by` the decision that says so; such a procedure is kept, to
    tell this to whoever asks for it. `since` is the day from which an announced procedure has force. Days are
    YYYY-MM-DD.
    """

    code: str
    name: str
    field: str = ""
    short: str = ""
    also: str = ""
    agency: str = ""
    level: str = ""
    subjects: str = ""
    time: str = ""
    committed: str = ""
    fee: str = ""
    documents: str = ""
    steps: str = ""
    channels: str = ""
    where: str = ""
    result: str = ""
    conditions: str = ""
    forms: str = ""
    legal_basis: str = ""
    decision: str = ""
    url: str = ""
    updated: str = ""
    ended: str = ""
    successor: str = ""
    ended_by: str = ""
    since: str = ""
    ways: tuple[Way, ...] = ()
    unchecked: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The name without the leading "Thủ tục", with a capital."""
        return official_title(self.name)

    @property
    def label(self) -> str:
        """The short name that the catalog gives it, or what is left of its name without the boilerplate."""
        return self.short or short_title(self.name)

    @property
    def sayings(self) -> list[str]:
        """What people call it, as the catalog states it."""
        return names_in(f"{self.short};{self.also}")

    @property
    def communal(self) -> bool:
        """Whether a commune takes part in it, by its stated level."""
        return "xa" in fold(self.level).replace(",", " ").split()

    @property
    def has_details(self) -> bool:
        """Whether more than the name is published."""
        return bool(self.documents or self.steps or self.time or self.fee)

    @property
    def published_time(self) -> str:
        """The published time limit: of the whole procedure, else the one that all ways to hand in share, else empty."""
        times = {way.time.strip() for way in self.ways if way.time.strip()}
        return self.time or (times.pop() if len(times) == 1 else "")

    def outline(self) -> "Entry":
        """What lists and reports need: names, field, level, whether there are details, and a shortened time.

        Procedures with the same field or level share one string.
        """
        return Entry(
            code=self.code,
            name=self.name,
            field=intern(self.field),
            short=self.short,
            also=self.also,
            level=intern(self.level),
            documents="…" if self.has_details else "",
            time=self.published_time if self.committed and self.has_details else "",
            committed=self.committed,
            ended=self.ended,
            successor=self.successor,
        )


# What a unit says itself of a procedure that a unit above it publishes.
OWN_KEYS = ("committed", "short", "also", "where", "forms")
TEXT_KEYS = tuple(f.name for f in fields(Entry) if f.name not in {"ways", "unchecked"})


def official_title(name: str) -> str:
    """Return an official name without the leading "Thủ tục", with a capital."""
    rest = _BOILERPLATE.sub("", name).strip() or name
    title = rest[:1].upper() + rest[1:]
    return name if title == name else title  # of thousands that are kept, most are the same


def short_title(name: str) -> str:
    """Return an official name without long asides and without whose business it is; a level stays, in brackets.

    "THỦ TỤC CẤP LẠI THẺ (THỰC HIỆN TẠI CẤP TỈNH)" becomes "Cấp lại thẻ (cấp tỉnh)".
    """
    title = official_title(name)
    level = _LEVEL.search(title)
    whole = _LONG_ASIDE.sub("", title[: level.start()] if level else title).rstrip(" .,;")
    whole = whole.capitalize() if whole.isupper() else whole
    head = _SCOPE.split(whole, maxsplit=1)[0]
    if len(head.split()) < _FEWEST_WORDS:
        head = whole
    return f"{head} ({level[1].lower()})" if level else head


def names_in(also: str) -> list[str]:
    """Return the names that stand in one text, parted by semicolons or line ends."""
    return [said.strip() for said in _SEPARATOR.split(also) if said.strip()]


def is_code(text: str) -> bool:
    """Tell whether text has the form of a national procedure code, d.dddddd."""
    return _CODE.fullmatch(text) is not None


def to_json(entry: Entry) -> str:
    """Return an entry as one line of JSON with its non-empty keys, in a stable order."""
    kept: dict[str, Any] = {key: value for key in TEXT_KEYS if (value := getattr(entry, key))}
    if entry.ways:
        kept["ways"] = [asdict(way) for way in entry.ways]
    if entry.unchecked:
        kept["unchecked"] = entry.unchecked
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def from_json(payload: str | bytes) -> Entry:
    """Rebuild an entry from what `to_json` wrote."""
    return from_mapping(json.loads(payload))


def from_mapping(values: Mapping[str, Any]) -> Entry:
    """Build an entry from a mapping with the keys of `Entry`; unknown keys are ignored."""
    texts = {key: str(values[key]) for key in TEXT_KEYS if values.get(key)}
    ways = tuple(Way(**way) for way in values.get("ways", ()))
    return Entry(**{"name": "", **texts}, ways=ways, unchecked=tuple(values.get("unchecked", ())))
