"""Ticked options as rows of a table for documents: one row per option, for the whole unit and by counter."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from reports.documents.phrasing import text
from reports.satisfaction.choices import Choice, ChoiceRow
from reports.satisfaction.report import Report


@dataclass(frozen=True, slots=True)
class OptionRow:
    """An option at a place ("" is the whole unit): ticked on `forms` of `asked` forms; `base` says which those are.

    Numbers that may not be shown are None.
    """

    code: str
    question: str
    place: str
    place_name: str
    option: str
    forms: int | None
    asked: int | None
    share: Decimal | None
    base: str


def option_rows(report: Report, *, reasons_only: bool = False) -> list[OptionRow]:
    """Return the rows by question: the whole unit first, then each counter; the most frequent option first."""
    chosen = [choice for choice in report.by_choice if choice.asking.reason or not reasons_only]
    return [row for choice in chosen for where in (choice.whole, *choice.by_counter) for row in _rows(choice, where)]


def _rows(choice: Choice, where: ChoiceRow) -> Iterator[OptionRow]:
    whole = where is choice.whole
    place, name = ("", text("document.by.whole")) if whole else (where.key, where.name)
    base = text(f"document.asked.{choice.asking.base}")
    if where.asked is None:
        yield OptionRow(choice.key, choice.name, place, name, text("document.ticked_few"), None, None, None, base)
    for one in where.options:
        code = f"{choice.key}.{one.key}"
        yield OptionRow(code, choice.name, place, name, one.name, one.forms, where.asked, one.share, base)
