"""Compiled reports as they are kept: numbered, dated, with the hash of what they were computed from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reports.satisfaction.report import Report
from reports.satisfaction.trend import Point
from reports.statements.inputs import Inputs


@dataclass(frozen=True, slots=True)
class Statement:
    """A report as it was compiled. `number` 1 is the first of its period, higher ones are restatements.

    Number 0 is provisional: its period is not over, and it is not kept. `digest` is the SHA-256 of the
    inputs. `changes` says in words what a restatement changed and why. `below`: with the units under its unit.
    `trend` is what led up to it, where somebody looked that up.
    """

    report: Report
    number: int
    digest: str
    made_at: datetime
    changes: Sequence[str] = ()
    id: int = 0
    below: bool = True
    trend: Sequence[Point] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A statement as it is stored: what it was computed from."""

    number: int
    inputs: Inputs
    digest: str
    made_at: datetime
    changes: Sequence[str] = ()
    id: int = 0

    def statement(self) -> Statement:
        """Compute the report again, from the inputs as they were."""
        known = (self.number, self.digest, self.made_at, self.changes, self.id, self.inputs.scope.below)
        return Statement(self.inputs.report(), *known)
