"""The scope of a report: its unit and period, and how answers are counted."""

from dataclasses import dataclass

from handlers.world import World
from reports.periods import Period
from reports.rates import DEFAULT_RULE
from surveys.slips import Stratum


@dataclass(frozen=True, slots=True)
class Scope:
    """A unit, a period, and how its answers are counted: everything that a report is asked for by.

    `rule` names the levels that count as satisfied; `stratum` None means the one with the most forms; `below` includes
    the units under the unit.
    """

    unit: str
    period: Period
    rule: str = DEFAULT_RULE
    stratum: Stratum | None = None
    below: bool = True

    @property
    def variant(self) -> str:
        """Return the key that distinguishes stored statements of one unit and period: "top2:largest:below"."""
        return f"{self.rule}:{self.stratum or 'largest'}:{'below' if self.below else 'alone'}"

    def units(self, world: World) -> list[str]:
        """Return the codes of the units whose answers are counted."""
        return world.below(self.unit) if self.below else [self.unit]
