"""Reads the e-one-stop software's exports: a list of dossiers, or totals by field; mistakes are listed by cell."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, tzinfo
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from catalog.files.mistakes import Mistake, Unreadable
from catalog.files.notes import Notes
from catalog.files.opening import TABLES, readable
from catalog.files.other_rows import is_note, is_total
from catalog.files.records import Record, Wanted, records
from reports.dossiers.dossier import Dossier, Flow, Moment
from reports.dossiers.export_cells import Wrong, channel, is_blank, moment, text
from reports.dossiers.export_columns import Kind, Titles
from reports.dossiers.export_remarks import Remarks
from reports.dossiers.export_totals import read_totals

LONGEST_CODE = 100
MOST_MISTAKES = 100
LACKING = (
    "không thấy hàng tiêu đề của danh sách hồ sơ (cần cột «Mã hồ sơ», «Ngày tiếp nhận», «Hạn trả» và một trong "
    "«Ngày có kết quả», «Ngày trả kết quả», «Ngày kết thúc») hay của bảng tổng hợp theo lĩnh vực (cần «Lĩnh vực»; tiếp "
    "nhận «Trực tiếp»; đã giải quyết «Trước hạn», «Đúng hạn», «Quá hạn»; đang giải quyết «Trong hạn», «Quá hạn»)"
)
Value = TypeVar("Value")


@dataclass(slots=True)
class Export:
    """What a file holds: dossiers by code (`kind` list) or a flow for each field (`kind` totals), and its mistakes.

    `notes` say what is suspicious or not counted, and do not stop the import; `reading_notes` say how the file was
    read: hidden rows, unread sheets, a guessed encoding. `ignored` are the titles of the columns that were not read.
    `more` says that there are more mistakes than are listed.
    """

    file: str
    sha256: str
    kind: Kind = "list"
    dossiers: dict[str, Dossier] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    reading_notes: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    more: bool = False

    @property
    def rows(self) -> int:
        """How many dossiers or fields there are."""
        return len(self.dossiers) if self.kind == "list" else len(self.flows)


def read(path: Path, zone: tzinfo, today: date) -> Export:
    """Read an export (a workbook or text); times are of the unit's zone. Unreadable if it cannot be used at all."""
    notes = Notes()
    with readable(path, TABLES):
        with path.open("rb") as content:
            export = Export(path.name, hashlib.file_digest(content, "sha256").hexdigest())
        titles = Titles()
        rows = records(path, Wanted(titles, LACKING, unknown=""), notes)
        first = next(rows, None)
        if first is None:
            raise Unreadable(f"{path.name}: không có dòng nào dưới hàng tiêu đề.")
        export.kind, export.ignored = titles.kind, titles.ignored
        if export.kind == "list":
            _read_list(export, _dossier_rows(chain((first,), rows), notes), titles, zone, today)
        else:
            _read_totals(export, chain((first,), rows), titles)
        export.reading_notes = notes.sentences
    if not export.rows and not export.mistakes:
        raise Unreadable(f"{path.name}: không có hồ sơ nào dưới hàng tiêu đề.")
    return export


def _dossier_rows(rows: Iterator[Record], notes: Notes) -> Iterator[Record]:
    """Skip total rows and rows below the list, and note that they were skipped."""
    total_rows: list[int] = []
    note_rows: list[int] = []
    for record in rows:
        if record.cells.get("received") is None and is_total(record.raw):
            total_rows.append(record.row)
        elif record.cells.get("received") is None and not is_blank(record.cells.get("code")) and is_note(record.raw):
            note_rows.append(record.row)
        else:
            yield record
    notes.rows("", "Bỏ qua dòng tổng", total_rows)
    notes.rows("", "Bỏ qua ghi chú, chữ ký", note_rows)


class _Row:
    """Reads the cells of one row for a dossier, and adds its mistakes to the export."""

    def __init__(self, export: Export, titles: Titles, record: Record) -> None:
        self._export = export
        self._titles = titles
        self._record = record
        self.number = record.row
        self.cells = record.cells
        self.good = True

    def wrong(self, key: str, reason: str) -> None:
        """Note a mistake in a column."""
        self.good = False
        if len(self._export.mistakes) < MOST_MISTAKES:
            column = self._titles.names.get(key, key)
            self._export.mistakes.append(Mistake(self._export.file, self.number, column, reason, self._record.sheet))
        else:
            self._export.more = True

    def get(self, key: str, reading: Callable[[Any], Value], default: Value) -> Value:
        """Read a cell; a wrong one is noted and gives the default."""
        cell = self.cells.get(key)
        try:
            return reading(cell)
        except Wrong as error:
            self.wrong(key, str(error))
            return default


def _read_list(export: Export, rows: Iterator[Record], titles: Titles, zone: tzinfo, today: date) -> None:
    seen: dict[str, int] = {}
    remarks = Remarks(titles, today)
    for record in rows:
        number, cells = record.row, record.cells
        row = _Row(export, titles, record)
        if all(is_blank(cells.get(key)) for key in ("code", "received", "due")):
            remarks.no_dossier.append(number)
            continue
        dossier = _dossier(row, titles, zone, remarks)
        if dossier is None:
            continue
        before = seen.setdefault(dossier.code, number)
        if before == number:
            export.dossiers[dossier.code] = dossier
        elif export.dossiers[dossier.code] == dossier:
            remarks.repeated.append(number)
        else:
            row.wrong("code", f"mã {dossier.code} đã có ở dòng {before} với nội dung khác")
    export.notes = remarks.sentences(list(export.dossiers.values()))


def _dossier(row: _Row, titles: Titles, zone: tzinfo, remarks: Remarks) -> Dossier | None:
    """Return a row as a dossier, None if something is wrong with it.

    If the export has no column for a step, the step counts as done together with the step before it: no dossier is
    said to wait for its citizen only because a column is missing. A step that was done implies those before it.
    """

    def at(cell: Any) -> Moment | None:
        return moment(cell, zone)

    code = row.get("code", text, "")
    received = row.get("received", at, None)
    due = row.get("due", lambda cell: moment(cell, zone, due=True), None)
    ends = {key: row.get(key, at, None) for key in ("resolved", "handed", "closed")}
    way = row.get("channel", channel, None)
    texts = {key: row.get(key, text, "") for key in ("procedure", "name", "field", "state")}
    if not code and row.good:
        row.wrong("code", "thiếu mã hồ sơ")
    if len(code) > LONGEST_CODE:
        row.wrong("code", f"dài {len(code)} chữ cái, quá {LONGEST_CODE}")
    if received is None and row.good:
        row.wrong("received", f"hồ sơ {code} thiếu ngày tiếp nhận")
    if not row.good or received is None:
        return None
    resolved = ends["resolved"] or min(
        filter(None, (ends["handed"], ends["closed"])), key=lambda one: one.at, default=None
    )
    handed = ends["handed"] or ends["closed"] or (None if "handed" in titles.keys else resolved)
    closed = ends["closed"] or (None if "closed" in titles.keys else handed)
    remarks.look(row.number, received, due, resolved, way=way is not None, texts=texts)
    return Dossier(
        code=code,
        received_at=received.at,
        received_on=received.day,
        due_at=due.at if due else None,
        due_on=due.day if due else None,
        resolved_at=resolved.at if resolved else None,
        resolved_on=resolved.day if resolved else None,
        handed_at=handed.at if handed else None,
        closed_at=closed.at if closed else None,
        channel=way or "direct",
        **texts,
    )


def _read_totals(export: Export, rows: Iterator[Record], titles: Titles) -> None:
    read = read_totals(rows)
    export.flows = read.flows
    export.notes = read.notes
    for number, key, reason in read.mistakes:
        export.mistakes.append(Mistake(export.file, number, titles.names.get(key, "Lĩnh vực"), reason))
