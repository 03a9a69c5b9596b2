"""Ticked options as rows of a table for documents: one row per option, for the whole unit and by each breakdown."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from reports.documents.phrasing import text
from reports.satisfaction.choices import Choice, ChoiceRow
from reports.satisfaction.report import Report


@dataclass(frozen=True, slots=True)
class OptionRow:
    """An option at a place: it was ticked on `forms` of `asked` forms; `base` says which forms were asked.

    `place` is the key of a counter, or of a row of another breakdown ("weekday"); `place` and `by` are empty for the
    whole unit. Numbers that may not be shown are None.
    """

    code: str
    question: str
    by: str
    place: str
    place_name: str
    option: str
    forms: int | None
    asked: int | None
    share: Decimal | None
    base: str


def option_rows(report: Report, *, reasons_only: bool = False) -> list[OptionRow]:
    """Return the rows by question: the whole unit first, then each breakdown; the most frequent option first."""
    chosen = [choice for choice in report.by_choice if choice.asking.reason or not reasons_only]
    return [
        row
        for choice in chosen
        for by, places in (("", [choice.whole]), *choice.tables.items())
        for where in places
        for row in _rows(choice, by, where)
    ]


def _rows(choice: Choice, by: str, where: ChoiceRow) -> Iterator[OptionRow]:
    place, name = (where.key, where.name) if by else ("", text("document.by.whole"))
    base = text(f"document.asked.{choice.asking.base}")
    if where.asked is None:
        yield OptionRow(choice.key, choice.name, by, place, name, text("document.ticked_few"), None, None, None, base)
    for one in where.options:
        code = f"{choice.key}.{one.key}"
        yield OptionRow(code, choice.name, by, place, name, one.name, one.forms, where.asked, one.share, base)
