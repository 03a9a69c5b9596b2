"""Compiled reports as they are kept: numbered, dated, with the hash of what they were computed from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reports.report import Report


@dataclass(frozen=True, slots=True)
class Statement:
    """A report as it was compiled. `number` 1 is the first of its period, higher ones are restatements.

    Number 0 is provisional: its period is not over, and it is not kept. `digest` is the SHA-256 of the
    inputs. `changes` says in words what a restatement changed and why.
    """

    report: Report
    number: int
    digest: str
    made_at: datetime
    changes: Sequence[str] = ()
    id: int = 0
