"""The settings of a unit: each a value under a subject, with a number that every change makes one greater."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from catalog.entries import Entry
from handlers.ports import Chat
from handlers.unit_settings.casework import Casework
from handlers.unit_settings.notices import Notice

NOTICE, CONTACT, LEFT_OUT, LEFT_OUT_FIELD, FORM, PROCEDURE, PUBLISHED, CASEWORK, EMBLEM = (
    "notice",
    "contact",
    "left_out",
    "field",
    "form",
    "procedure",
    "published",
    "casework",
    "emblem",
)


SUBJECTS = (NOTICE, CONTACT, LEFT_OUT, LEFT_OUT_FIELD, FORM, PROCEDURE, PUBLISHED, CASEWORK, EMBLEM)


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes something: the role and unit ("admin sa-dec"), and the chat if that is known."""

    who: str
    chat: Chat | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """The value of a subject ("notice:…") after its change number `number`; an empty value means it was taken away."""

    unit: str
    subject: str
    number: int
    value: Mapping[str, Any]
    who: str
    at: datetime

    @property
    def kind(self) -> str:
        """What it is about: the part of the subject before the colon."""
        return self.subject.partition(":")[0]

    @property
    def key(self) -> str:
        """Which of its kind it is."""
        return self.subject.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Form:
    """A form to download for a procedure: at an `address` elsewhere, or the stored `file` of this `number`."""

    key: str
    code: str
    name: str
    address: str = ""
    number: int = 0
    file: str = ""


@dataclass(frozen=True, slots=True)
class CurrentSettings:
    """The current settings of a unit. `elsewhere` (by code) and `fields` (by field) say which office does it instead.

    The values of both are offices in words, as the unit wrote them. `published` is the kind of period ("month") whose
    stored results everybody may read; empty if the unit publishes none. `casework` is None if none was set.
    `emblem` is the address of its picture.
    """

    notices: tuple[Notice, ...] = ()
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, tuple[Form, ...]] = field(default_factory=dict)
    published: str = ""
    casework: Casework | None = None
    emblem: str = ""

    @classmethod
    def of(cls, settings: Iterable[Setting]) -> "CurrentSettings":
        """Read the current settings of one unit."""
        notices: list[Notice] = []
        forms: dict[str, tuple[Form, ...]] = {}
        places: dict[str, dict[str, str]] = {LEFT_OUT: {}, LEFT_OUT_FIELD: {}}
        published, casework, emblem = "", None, ""
        for one in settings:
            if not one.value:
                continue
            if one.kind == NOTICE:
                notices.append(Notice.from_json(one.key, one.value))
            elif one.kind in places:
                places[one.kind][one.key] = one.value["where"]
            elif one.kind == FORM:
                form = Form(one.key, **one.value)
                forms[form.code] = (*forms.get(form.code, ()), form)
            elif one.kind == PUBLISHED:
                published = one.value["step"]
            elif one.kind == CASEWORK:
                casework = Casework.from_json(one.value)
            elif one.kind == EMBLEM:
                emblem = f"/forms/{one.value['number']}/{one.value['file']}"
        return cls(tuple(notices), places[LEFT_OUT], places[LEFT_OUT_FIELD], forms, published, casework, emblem)


class SettingsTx(Protocol):
    """A transaction that knows what units set themselves."""

    async def settings(self, unit: str = "") -> list[Setting]:
        """Return the current settings of a unit, or of all; those that were taken away too, with an empty value."""

    async def put_setting(
        self, unit: str, subject: str, seen: int, value: Mapping[str, Any], author: Author, now: datetime
    ) -> bool:
        """Set a value over the one with the number that was `seen` (0 for none); False if somebody changed it since."""

    async def setting_changes(self, unit: str, most: int) -> list[tuple[Setting, Mapping[str, Any]]]:
        """Return the last changes of a unit's settings, newest first, each with the value before it."""

    async def stated(self, unit: str, codes: Sequence[str]) -> dict[str, Entry]:
        """Return what a unit itself states of some procedures, by code."""

    async def put_stated(self, unit: str, source: str, entries: Sequence[Entry], now: datetime, author: Author) -> None:
        """Store what a unit itself states of procedures; `source` says where it was typed."""

    async def keep_form(self, unit: str, name: str, content: bytes, now: datetime) -> int:
        """Store the file of a form; returns its number."""

    async def form_file(self, number: int) -> tuple[str, bytes] | None:
        """Return the name and the bytes of a form's file; None if there is none."""


def to_text(value: Mapping[str, Any]) -> str:
    """Write a value as one line of JSON in a stable order; an empty value gives an empty text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if value else ""
