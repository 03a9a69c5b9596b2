"""Compiled reports as they are kept: numbered, dated, with the hash of their inputs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reports.satisfaction.report import Report
from reports.satisfaction.trend import Point
from reports.statements.inputs import Inputs


@dataclass(frozen=True, slots=True)
class Statement:
    """A report as it was compiled. `number` 1 is the first of its period, higher numbers are restatements.

    Number 0 is provisional: its period is not over, and it is not kept. `digest` is the SHA-256 of the
    inputs. `changes` says in words what a restatement changed and why. `below`: the units under its unit are included.
    `trend` has the weeks or months up to it, if they were looked up.
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
    """A statement as it is stored: its inputs."""

    number: int
    inputs: Inputs
    digest: str
    made_at: datetime
    changes: Sequence[str] = ()
    id: int = 0

    def statement(self) -> Statement:
        """Compute the statement again from its stored inputs."""
        known = (self.number, self.digest, self.made_at, self.changes, self.id, self.inputs.scope.below)
        return Statement(self.inputs.report(), *known)
