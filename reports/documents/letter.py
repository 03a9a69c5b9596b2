"""The report as a Word file in the form of NĐ 30/2020."""

from reports.documents.details import Details
from reports.statements import Statement


class TemplateUnusable(Exception):
    """A template of the unit's own that cannot be filled in; the message names the file and the reason."""


def as_docx(statement: Statement, details: Details) -> bytes:
    """Later."""
    return b""
