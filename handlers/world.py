"""What every turn may look at: units, counters, questionnaires and catalogs, as one immutable value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from catalog.catalogs import Catalog, Catalogs, lineage
from catalog.offices import Offices
from handlers.unit_settings.casework import Casework
from handlers.unit_settings.notices import Notice
from handlers.unit_settings.settings import CurrentSettings, Form
from surveys.questionnaire import Questionnaire
from surveys.slips import Round

CONTACT_KEYS = ("phone", "address", "hours")


@dataclass(frozen=True, slots=True)
class Unit:
    """A people's committee or a part of one. `demo` marks the sample unit that the product ships.

    A unit that was merged into another has a `successor`, and `valid_to` is its last day as a separate unit.
    `former` are its earlier names, oldest first, each with the last day on which the unit bore it.
    """

    code: str
    name: str
    parent: str = ""
    phone: str = ""
    address: str = ""
    hours: str = ""
    demo: bool = False
    valid_to: date | None = None
    successor: str = ""
    former: tuple[tuple[date, str], ...] = ()

    @property
    def contact(self) -> dict[str, str]:
        """How citizens reach the unit, by CONTACT_KEYS; blank texts are unknown."""
        return {key: getattr(self, key) for key in CONTACT_KEYS}

    def name_on(self, day: date) -> str:
        """Return the name that the unit bore on a day."""
        return next((name for until, name in self.former if day <= until), self.name)

    def is_over(self, day: date) -> bool:
        """Tell whether the unit was no longer separate on a day."""
        return self.valid_to is not None and day > self.valid_to


@dataclass(frozen=True, slots=True)
class Counter:
    """A place where citizens are served; `form` is the questionnaire that its code opens."""

    code: str
    name: str
    unit: str
    form: str = "nhanh"


@dataclass(frozen=True)
class World:
    """A snapshot of the data; a change makes a new one. `home` is the unit of a chat that named none.

    `counters` are those in use; `closed` are the others, which old answers still name. `wordings` are all versions of
    questionnaires that were ever used, by code and version; `forms` are those in use. A dossier counts as due
    soon within `due_days` working days. `target` is the satisfaction rate that is wanted, in percent; 0 if there
    is none. `offices` say who does what the catalogs do not hold; `settings` are the settings of units that have any,
    `unit_offices` the offices of units whose admins named some. `address` is that of the pages.
    """

    units: Mapping[str, Unit]
    counters: Mapping[str, Counter]
    forms: Mapping[str, Questionnaire]
    catalogs: Catalogs
    home: str
    weekly_time: str = "07:30"
    due_days: int = 2
    bots: Mapping[str, str] = field(default_factory=dict)
    target: int = 0
    closed: Mapping[str, Counter] = field(default_factory=dict)
    wordings: Mapping[tuple[str, int], Questionnaire] = field(default_factory=dict)
    offices: Offices = field(default_factory=Offices)
    settings: Mapping[str, CurrentSettings] = field(default_factory=dict)
    address: str = ""
    unit_offices: Mapping[str, Offices] = field(default_factory=dict)

    def unit(self, code: str) -> Unit:
        """Return a unit by code, the home unit if the code is unknown."""
        return self.units.get(code) or self.units[self.home]

    def counters_of(self, unit: str) -> list[Counter]:
        """Return a unit's counters in the order of their codes."""
        return [counter for _, counter in sorted(self.counters.items()) if counter.unit == unit]

    def catalog(self, unit: str) -> Catalog:
        """Return the catalog that a unit's citizens are answered from."""
        return self.catalogs.of(unit)

    def notices(self, unit: str) -> list[Notice]:
        """Return the notices of a unit, and those that units above it give for all below them."""
        found: list[Notice] = []
        for code in self.lineage(unit):
            if code in self.settings:
                found += [one for one in self.settings[code].notices if one.below or code == (unit or self.home)]
        return found

    def published(self, unit: str) -> str:
        """Return the kind of period whose stored results everybody may read; empty if the unit publishes none."""
        return self.settings[unit].published if unit in self.settings and unit in self.units else ""

    def emblem(self, unit: str) -> str:
        """Return the address of the picture of a unit's emblem; empty if it has none."""
        return self.settings[unit].emblem if unit in self.settings else ""

    def casework(self, unit: str) -> Casework:
        """Return how a unit works off cases: by its own setting, or the nearest one above it, or as shipped."""
        found = (self.settings[code].casework for code in self.lineage(unit) if code in self.settings)
        return next((one for one in found if one), None) or Casework.from_json({})

    def elsewhere(self, unit: str, code: str, field_of_work: str) -> str:
        """Return where a procedure is done that a unit does not do, in the unit's words; empty if the unit does it."""
        settings = self.settings.get(unit or self.home)
        return (settings.elsewhere.get(code) or settings.fields.get(field_of_work, "")) if settings else ""

    def carried_out(self, unit: str) -> Mapping[str, tuple[str, ...]]:
        """Return the procedures that a unit carries out, by field of work, the most asked ones first."""
        fields, settings = self.catalog(unit).fields, self.settings.get(unit or self.home)
        if not settings or not (settings.elsewhere or settings.fields):
            return fields
        kept = (
            (field, tuple(code for code in codes if code not in settings.elsewhere)) for field, codes in fields.items()
        )
        return {field: codes for field, codes in kept if codes and field not in settings.fields}

    def forms_to_download(self, unit: str, code: str) -> list[Form]:
        """Return the forms of a procedure: the unit's own, then those of the units above it."""
        return [
            one
            for above in self.lineage(unit)
            if above in self.settings
            for one in self.settings[above].forms.get(code, ())
        ]

    def lineage(self, unit: str) -> list[str]:
        """Return a unit (the home unit if none is named) and the units above it, nearest first, ending with ""."""
        return lineage(unit or self.home, self._parents)

    @cached_property
    def _parents(self) -> Mapping[str, str]:
        return {code: unit.parent for code, unit in self.units.items()}

    def offices_of(self, unit: str) -> Offices:
        """Return who does what a unit's catalog does not hold, as its admins stated, or else those of a unit above."""
        return next((self.unit_offices[code] for code in self.lineage(unit) if code in self.unit_offices), self.offices)

    def counter(self, code: str) -> Counter | None:
        """Return a counter by code, also one that is closed."""
        return self.counters.get(code) or self.closed.get(code)

    def form(self, code: str, version: int = 0) -> Questionnaire | None:
        """Return a questionnaire in the wording of a version; for 0 the one in use, or else the last one in use."""
        used = self.forms.get(code)
        if used and version in (0, used.version):
            return used
        version = version or max((known for other, known in self.wordings if other == code), default=0)
        return self.wordings.get((code, version))

    def wording_of(self, round_: Round) -> Questionnaire | None:
        """Return the questionnaire of a survey round in the wording that the round is held in."""
        return self.form(round_.form, round_.version)

    def is_sample(self, unit: str, *, below: bool) -> bool:
        """Tell whether the figures of a unit, or with `below` of it and those below it, contain the sample's."""
        counted = self.below(unit) if below else [unit]
        return any(self.units[code].demo for code in counted if code in self.units)

    def successors(self, code: str) -> list[str]:
        """Return the units that a unit was merged into, in order; empty if it still exists."""
        found: list[str] = []
        while code in self.units and (code := self.units[code].successor) and code not in found:
            found.append(code)
        return found

    def standing(self, code: str) -> str:
        """Return the unit that exists today: the unit, or its last successor if it was merged."""
        return (self.successors(code) or [code])[-1]

    def below(self, unit: str) -> list[str]:
        """Return a unit and all units under it, in the order of their codes.

        A unit that was merged is under its successor too, whose reports of earlier days count its answers
        (docs/decisions/0021).
        """
        found = [unit]
        for code in sorted(self.units):
            if code not in found and self._is_under(code, unit):
                found.append(code)
        return found

    def _is_under(self, code: str, above: str) -> bool:
        seen: set[str] = set()
        ways = [code]
        while ways:
            code = ways.pop()
            if code in seen or code not in self.units:
                continue
            seen.add(code)
            ways += [self.units[code].parent, self.units[code].successor]
            if above in ways:
                return True
        return False
