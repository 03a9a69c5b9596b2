"""The files attached to a reply about figures: their kinds, names, descriptions and sources."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from handlers.messages import Attachment
from handlers.wording import plain
from reports import documents, periods
from reports.documents.descriptions import alt
from reports.satisfaction.report import Report
from reports.statements.statement import Statement

# The kinds that are offered and sent, in this order.
CHART, TREND, WORD, SHEET = "levels.png", "trend.png", "docx", "xlsx"
_NAMES = {CHART: "levels", TREND: "trend", WORD: "docx", SHEET: "xlsx"}
_PICTURES = (CHART, TREND)
_SOURCE = re.compile(
    r"statement:(?P<number>[0-9]{1,12}):(?P<kept>[a-z.]+)|live:(?P<unit>[^:]+):(?P<period>[^:]+(?::cchc)?):(?P<made>[a-z.]+)"
)


@dataclass(frozen=True, slots=True)
class Source:
    """What a file is made from: the kept statement with this number, or the current figures of a unit and a period."""

    kind: str
    statement: int = 0
    unit: str = ""
    period: str = ""


def read_source(text: str) -> Source | None:
    """Read an attachment's source; None if the text is not a valid one."""
    match = _SOURCE.fullmatch(text)
    if match is None:
        return None
    if match["kept"]:
        return Source(match["kept"], int(match["number"]))
    return Source(match["made"], unit=match["unit"], period=match["period"])


def possible(report: Report, kinds: Iterable[str]) -> list[str]:
    """Return the kinds of files that can be made; charts are left out if there are no forms."""
    known = [kind for kind in kinds if kind in documents.MAKERS]
    if report.rate:
        return known
    return [kind for kind in known if kind not in _PICTURES] if report.dossiers else []


def attached(statement: Statement, kinds: Iterable[str], language: str, now: datetime) -> tuple[Attachment, ...]:
    """Return the files of a statement, of those kinds that can be made; `now` is an aware local time."""
    return tuple(
        Attachment(
            "photo" if kind in _PICTURES else "document",
            documents.file_name(kind, statement),
            _source(kind, statement),
            _alt(kind, statement, language, now),
        )
        for kind in possible(statement.report, kinds)
    )


def _source(kind: str, statement: Statement) -> str:
    if statement.id:
        return f"statement:{statement.id}:{kind}"
    return f"live:{statement.report.unit}:{statement.report.period.name}:{kind}"


def _alt(kind: str, statement: Statement, language: str, now: datetime) -> str:
    """Describe the file, and say whether its figures are provisional."""
    said = alt(kind, statement)
    return said if statement.number else f"{said}\n{provisional(language, now)}."


def getting(kind: str, language: str) -> str:
    """Return the label of the button that sends a kind of file."""
    return plain(language, f"staff.get.{_NAMES[kind]}")


def provisional(language: str, now: datetime) -> str:
    """Say that the figures are provisional."""
    return plain(language, "staff.provisional", time=f"{now:%H:%M}", day=periods.day(now.date()))
