"""Documents of a statement: files of bytes that are the same each time they are made."""

from collections.abc import Callable, Mapping

from reports.documents.table import as_csv
from reports.statements import Statement

MAKERS: Mapping[str, Callable[[Statement], bytes]] = {"csv": as_csv}


def make(kind: str, statement: Statement) -> bytes:
    """Return a document of a statement: "csv"."""
    return MAKERS[kind](statement)


def file_name(kind: str, statement: Statement) -> str:
    """Return a name for the file that is plain ASCII and sorts by unit and period."""
    report = statement.report
    suffix = f"-{statement.number}" if statement.number > 1 else ""
    return f"{report.unit}_{report.period.name.replace(':', '-')}{suffix}.{kind}"
