"""Procedures listed in a table: its sections, "-nt-" and merged cells, totals and notes around it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog import titles
from catalog.codes import plain_code
from catalog.entries import Entry, is_code
from catalog.files.cells import cell_text
from catalog.files.limits import Clock
from catalog.files.mistakes import Mistake
from catalog.files.notes import Notes
from catalog.files.other_rows import is_note, is_total
from catalog.files.records import Record, Wanted, records
from catalog.record import Place, Remarks, entry_of
from catalog.sections import Section, action_of
from catalog.text import fold

LACKING = "không thấy hàng tiêu đề có cột mã và cột tên thủ tục"
_DITTO = ("nt", "nhu tren")


def read_table(path: Path, told: Notes, clock: Clock, *, accept: bool) -> Iterator[tuple[int, str, Entry | Mistake]]:
    """Yield the entry or the mistake of each record of a table, with its row and sheet."""
    wanted = Wanted(_titles, LACKING, several=True)
    listing: _Listing | None = None
    for record in records(path, wanted, told, accept=accept, clock=clock):
        if listing is None or listing.header is not record.header:
            if listing:
                listing.tell(told)
            listing = _Listing(path.name, record, accept=accept)
        if (found := listing.take(record)) is not None:
            yield record.row, record.sheet, found
    if listing:
        listing.tell(told)


def _titles(row: Any) -> dict[int, str]:
    found = titles.columns(row)
    return found if titles.is_header(found) else {}


@dataclass
class _Rows:
    sections: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)


class _Listing:
    """The reading of one table."""

    def __init__(self, file: str, first: Record, *, accept: bool) -> None:
        self.header = first.header
        self._file = file
        self._sheet = first.sheet
        self._accept = accept
        self._section = _around(first)
        self._above: dict[str, Any] = {}
        self._rows = _Rows()
        self._remarks = Remarks()
        self._named = first.column("name")

    def take(self, record: Record) -> Entry | Mistake | None:
        """Return what a record is; None for a row that is no record."""
        if not is_code(plain_code(cell_text(record.cells.get("code")))):
            for are, rows in (
                (self._heads(record), self._rows.sections),
                (is_total(record.raw), self._rows.totals),
                (is_note(record.raw), self._rows.notes),
            ):
                if are:
                    rows.append(record.row)
                    return None
        cells = {key: self._above.get(key) if _is_ditto(cell) else cell for key, cell in record.cells.items()}
        self._above = cells
        section = self._section
        values = {**cells, "field": cells.get("field") or section.field, "level": cells.get("level") or section.level}
        values[titles.ACTION] = cells.get(titles.ACTION) or section.action
        formats = {key: form for key in cells if (form := record.number_format(key))}
        return entry_of(values, _TablePlace(self._file, record), self._remarks, accept=self._accept, formats=formats)

    def _heads(self, record: Record) -> bool:
        below = self._section.below(record.raw, self._named)
        self._section = below or self._section
        return below is not None

    def tell(self, told: Notes) -> None:
        """Say which rows were no records."""
        told.rows(self._sheet, "Dòng đầu mục (lĩnh vực, cấp, nội dung công bố)", self._rows.sections)
        told.rows(self._sheet, "Bỏ qua dòng tổng", self._rows.totals)
        told.rows(self._sheet, "Bỏ qua ghi chú, chữ ký", self._rows.notes)
        self._remarks.tell(told, self._sheet)


class _TablePlace(Place):
    """A record of a table: its mistakes name the column by its title, and the cell."""

    def __init__(self, file: str, record: Record) -> None:
        super().__init__(file, record.row, {}, record.sheet)
        self._record = record

    def wrong(self, key: str, reason: str, proposed: str = "") -> Mistake:
        return self._record.mistake(self.file, key, reason, proposed)


def _around(record: Record) -> Section:
    """What the sheet's name and the titles above the table say of all its rows."""
    action = action_of(record.sheet) or action_of(" ".join(record.header.above))
    return Section(action=action)


def _is_ditto(cell: object) -> bool:
    """Whether a cell says that the one above it holds here too: "-nt-", "như trên"."""
    return isinstance(cell, str) and len(cell) < 20 and fold(cell).strip(" -.'\"()") in _DITTO
