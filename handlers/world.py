"""What every turn may look at: units, counters, questionnaires and catalogs, as one immutable value."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.live import Catalog, Catalogs
from surveys.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True)
class Unit:
    """A people's committee or a part of one. `demo` marks the sample unit that the product ships."""

    code: str
    name: str
    parent: str = ""
    phone: str = ""
    address: str = ""
    hours: str = ""
    demo: bool = False


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

    A dossier counts as due soon within `due_days` working days. `target` is the satisfaction rate that is
    wanted, in percent; 0 where none is.
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

    def unit(self, code: str) -> Unit:
        """Return a unit by code, the home unit where the code is unknown."""
        return self.units.get(code) or self.units[self.home]

    def counters_of(self, unit: str) -> list[Counter]:
        """Return a unit's counters in the order of their codes."""
        return [counter for _, counter in sorted(self.counters.items()) if counter.unit == unit]

    def catalog(self, unit: str) -> Catalog:
        """Return the catalog that a unit's citizens are answered from."""
        return self.catalogs.of(unit)

    def below(self, unit: str) -> list[str]:
        """Return a unit and all units under it, in the order of their codes."""
        found = [unit]
        for code in sorted(self.units):
            if code not in found and self._is_under(code, unit):
                found.append(code)
        return found

    def _is_under(self, code: str, above: str) -> bool:
        seen: set[str] = set()
        while code and code not in seen:
            seen.add(code)
            code = self.units[code].parent if code in self.units else ""
            if code == above:
                return True
        return False
