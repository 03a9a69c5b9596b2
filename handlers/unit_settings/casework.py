"""How a unit works off cases: what it usually does about them, the offices it hands work to, and within which time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import locales
from handlers.unit_settings.notices import Wrong, one_line

NOTES_LANGUAGE = "vi"
DAYS, ANSWER_HOURS, PETITION_DAYS = 2, 8, 10
LONGEST_LINE, MOST_LINES = 200, 30
MOST_DAYS, MOST_HOURS = 60, 200
_PARTED = "|"


@dataclass(frozen=True, slots=True)
class Office:
    """An office that work is handed to. `fields` of work are in its charge; it answers within so many working `hours`.

    `unit` is the code of the unit below whose staff are the office; empty if the unit's own staff pass things on.
    """

    name: str
    fields: tuple[str, ...] = ()
    hours: int = ANSWER_HOURS
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Casework:
    """What a unit set: notes to choose from, offices, and working days for a case and for a petition."""

    notes: tuple[str, ...] = ()
    offices: tuple[Office, ...] = ()
    days: int = DAYS
    petition_days: int = PETITION_DAYS

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Casework":
        """Rebuild what `typed_casework` gave; an empty value gives the defaults."""
        notes = tuple(value.get("notes", "").splitlines()) or default_notes()
        offices = tuple(_office(line) for line in value.get("offices", "").splitlines())
        return cls(notes, offices, value.get("days", DAYS), value.get("petition_days", PETITION_DAYS))

    def office_for(self, field: str) -> Office | None:
        """Return the office in charge of a field of work: its own, else the first that names no fields."""
        in_charge = [office for office in self.offices if field and field in office.fields]
        return next(iter(in_charge or [office for office in self.offices if not office.fields]), None)

    def unit_of(self, name: str) -> str:
        """Return the code of the unit below whose staff are the office of a name; empty if there is none."""
        return next((office.unit for office in self.offices if office.name == name), "")


def default_notes() -> tuple[str, ...]:
    """Return the notes to choose from if a unit wrote none."""
    return tuple(locales.text(NOTES_LANGUAGE, "casework.default_notes").splitlines())


def typed_casework(typed: Mapping[str, str], fields: Sequence[str], units: Sequence[str]) -> dict[str, Any]:
    """Return what was typed into a form as a setting's value; Wrong names the line or number that is not allowed.

    A line of `offices` is "name | field; field | hours | unit"; all but the name may be left out. `fields` are those
    of the catalog, `units` the codes that may be named.
    """
    notes, offices = (_lines(typed.get(name, "")) for name in ("notes", "offices"))
    for number, line in enumerate(offices, 1):
        if not _is_office(line, fields, units):
            raise Wrong("office", row=number, text=line)
    value: dict[str, Any] = {"notes": "\n".join(notes), "offices": "\n".join(offices)}
    for name, usual in (("days", DAYS), ("petition_days", PETITION_DAYS)):
        given = typed.get(name, "").strip() or str(usual)
        if not (given.isdecimal() and 0 < int(given) <= MOST_DAYS):
            raise Wrong("working_days", text=given[:20], most=MOST_DAYS)
        value[name] = int(given)
    return value


def _lines(text: str) -> list[str]:
    lines = [line for part in text.splitlines() if (line := one_line(part, LONGEST_LINE))]
    if len(lines) > MOST_LINES:
        raise Wrong("rows", most=MOST_LINES)
    return lines


def _is_office(line: str, fields: Sequence[str], units: Sequence[str]) -> bool:
    parts = [part.strip() for part in line.split(_PARTED)]
    hours, unit = ([*parts, "", "", ""][place] for place in (2, 3))
    if len(parts) > 4 or not parts[0] or (hours and not (hours.isdecimal() and 0 < int(hours) <= MOST_HOURS)):
        return False
    return all(field in fields for field in _fields(parts)) and unit in ("", *units)


def _fields(parts: Sequence[str]) -> tuple[str, ...]:
    return tuple(field for part in parts[1:2] for field in map(str.strip, part.split(";")) if field)


def _office(line: str) -> Office:
    parts = [part.strip() for part in line.split(_PARTED)]
    name, _, hours, unit = [*parts, "", "", ""][:4]
    return Office(name, _fields(parts), int(hours or ANSWER_HOURS), unit)
