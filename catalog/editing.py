"""Changing one procedure by hand: what a unit may say of it, what is new in it, and which version was looked at."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from catalog.codes import is_own_code, plain_code
from catalog.entries import OWN_KEYS, Entry, is_code, names_in, to_json
from catalog.files.limits import LONGEST_CELL
from catalog.import_plan import over
from catalog.text import fold

SHORT_KEYS = ("name", "short", "field", "level", "agency", "subjects", "decision", "url")
# All keys that are written by hand, in the order of the form; the committed time has a page for itself.
KEYS = (
    *("name", "short", "also", "field", "level", "agency", "subjects", "time", "fee", "documents", "steps"),
    *("channels", "where", "result", "conditions", "forms", "legal_basis", "decision", "url"),
)
LONGEST_SHORT = 500

Problem = Literal["code", "code_taken", "name", "too_long", "address"]


@dataclass(frozen=True, slots=True)
class Stated:
    """A procedure as a unit sees it: what the unit states (`own`), and what all units above it state together."""

    code: str
    own: Entry | None
    above: Entry | None

    @property
    def whole(self) -> Entry:
        """What citizens of the unit are answered with."""
        if self.own and self.above:
            return over(self.above, self.own)
        return self.own or self.above or Entry(self.code, "")

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that the unit may write: all for its own procedures, only its own part for others."""
        return tuple(key for key in KEYS if key in OWN_KEYS) if self.above else KEYS

    @property
    def version(self) -> str:
        """A short hash of what was looked at; it changes with any change to the procedure."""
        content = "\n".join(to_json(one) if one else "" for one in (self.own, self.above))
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def shown(self) -> dict[str, str]:
        """Return the form's texts by key: the unit's own names, one a line; for others the text that holds today."""
        own_names = "\n".join(names_in(self.own.also)) if self.own else ""
        return {key: own_names if key == "also" else str(getattr(self.whole, key)) for key in self.keys}

    def edited(self, texts: Mapping[str, str]) -> Entry:
        """Return what the unit states by the texts of a form; texts equal to those of the units above are left out."""
        entry = self.own or Entry(self.code, "")
        written: dict[str, Any] = {key: _clean(key, texts.get(key, "")) for key in self.keys}
        if self.above:
            written = {key: "" if text == str(getattr(self.above, key)) else text for key, text in written.items()}
        doubtful = tuple(key for key in entry.unchecked if written.get(key, "") in ("", getattr(entry, key)))
        return replace(entry, **written, unchecked=doubtful)


def cleaned(stated: Stated, texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of a form as they would be kept."""
    return {key: _clean(key, texts.get(key, "")) for key in stated.keys}


def problems(stated: Stated, texts: Mapping[str, str]) -> dict[str, Problem]:
    """Return what is wrong with the texts of a form, by key."""
    found: dict[str, Problem] = {}
    for key in stated.keys:
        if len(texts.get(key, "")) > (LONGEST_SHORT if key in SHORT_KEYS else LONGEST_CELL):
            found[key] = "too_long"
    if "name" in stated.keys and not texts.get("name", "").strip():
        found["name"] = "name"
    url = texts.get("url", "").strip()
    if url and not url.startswith(("https://", "http://")):
        found["url"] = "address"
    return found


def code_of(text: str) -> str:
    """Return the code that was typed for a new procedure: a national one, or one of a unit's own; empty for neither."""
    bare = plain_code(text)
    return bare if is_code(bare) or is_own_code(bare) else ""


def changed(stated: Stated, edited: Entry) -> list[tuple[str, str, str]]:
    """Return the fields that would change for citizens: key, old and new text of each."""
    after = Stated(stated.code, edited, stated.above).whole
    pairs = ((key, str(getattr(stated.whole, key)), str(getattr(after, key))) for key in stated.keys)
    return [(key, old, new) for key, old, new in pairs if old != new]


def new_names(stated: Stated, edited: Entry) -> list[str]:
    """Return the names that a procedure would get."""
    known = {fold(name) for name in (stated.whole.name, *stated.whole.sayings)}
    after = Stated(stated.code, edited, stated.above).whole
    return [name for name in after.sayings if fold(name) not in known]


def _clean(key: str, text: str) -> str:
    """Return a form's text as it is kept: names one a line, short fields on one line, others with plain line ends."""
    if key == "also":
        return "\n".join(dict.fromkeys(names_in(text)))
    if key in SHORT_KEYS:
        return " ".join(text.split())
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()
