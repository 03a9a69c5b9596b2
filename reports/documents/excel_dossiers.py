"""The sheet of settled dossiers: the columns of annex II.06, its totals and checks computed by the spreadsheet."""

from typing import Any

from reports.documents.phrasing import imported, span, spoken, text
from reports.dossiers.dossier import DossierFigures, Flow
from reports.office.sheet import PERCENT, frame, heading, note, on_paper, put_formula, put_number, put_text
from reports.statements.statement import Statement

# A number, B field; received: C all, D online, E at the counter and by post, F carried over; settled: G all, H early,
# I on time, J late; pending: K all, L in time, M late; N share settled in time; O check.
COLUMNS, HEADER, COUNTS = 15, 4, "DEFHIJLM"
WIDTHS = (5.0, 34.0, 9.0, 10.0, 13.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 11.0, 14.0)
SPANS = ("A4:A6", "B4:B6", "C4:F4", "G4:J4", "K4:M4", "N4:N6", "O4:O6", "C5:C6", "D5:E5", "F5:F6",
         "G5:G6", "H5:H6", "I5:I6", "J5:J6", "K5:K6", "L5:L6", "M5:M6")  # fmt: skip


def write_dossiers(sheet: Any, statement: Statement, figures: DossierFigures) -> None:
    """Write the rows of fields, the total, the checks, and the moment of the figures."""
    report = statement.report
    title = text("document.dossier.title")
    heading(sheet, title, f"{report.unit_name}, {spoken(report.period)} ({span(report.period)})", COLUMNS)
    _header(sheet)
    first = HEADER + 3
    listed = figures.by_field or [figures.total]
    for row, flow in enumerate(listed, first):
        _row(sheet, row, str(row - first + 1), flow.field or text("document.dossier.no_field"), flow)
    total = first + len(listed)
    _total(sheet, first, total)
    last = total
    if figures.by_field:
        last += 1
        _row(sheet, last, "", text("document.dossier.imported"), figures.total)
        same = ",".join(f"{letter}{total}={letter}{last}" for letter in COUNTS)
        _check(sheet, last, f"AND({same})", f'"{text("document.dossier.differs")}"')
    frame(sheet, HEADER, last, COLUMNS)
    notes = (imported(statement, figures), text("document.dossier.note"))
    for row, said in enumerate(notes, last + 2):
        note(sheet, row, said, WIDTHS)
    on_paper(sheet, WIDTHS, (HEADER, HEADER + 2))


def _header(sheet: Any) -> None:
    titles = {
        "A4": text("document.column.number"),
        "B4": text("document.dossier.field"),
        "C4": text("document.dossier.received"),
        "G4": text("document.dossier.resolved"),
        "K4": text("document.dossier.pending"),
        "N4": text("document.dossier.rate"),
        "O4": text("document.dossier.check"),
        "C5": text("document.total"),
        "D5": text("document.dossier.in_period"),
        "D6": text("document.dossier.online"),
        "E6": text("document.dossier.direct"),
        "F5": text("document.dossier.carried_over"),
        "G5": text("document.total"),
        "H5": text("document.dossier.early"),
        "I5": text("document.dossier.on_time"),
        "J5": text("document.dossier.late"),
        "K5": text("document.total"),
        "L5": text("document.dossier.pending_in_time"),
        "M5": text("document.dossier.late"),
    }
    for place, title in titles.items():
        cell = sheet[place]
        put_text(sheet, cell.row, cell.column, title, header=True)
    for span_ in SPANS:
        sheet.merge_cells(span_)


def _row(sheet: Any, row: int, number: str, name: str, flow: Flow) -> None:
    put_text(sheet, row, 1, number, across="center")
    put_text(sheet, row, 2, name)
    counts = (flow.online, flow.direct + flow.post, flow.carried_over, flow.early, flow.on_time, flow.late,
              flow.pending_in_time, flow.pending_late)  # fmt: skip
    for letter, count in zip(COUNTS, counts, strict=True):
        put_number(sheet, row, _column(letter), count)
    _sums(sheet, row, bold=False)


def _total(sheet: Any, first: int, row: int) -> None:
    put_text(sheet, row, 1, "")
    put_text(sheet, row, 2, text("document.total"), bold=True)
    for letter in COUNTS:
        put_formula(sheet, row, _column(letter), f"SUM({letter}{first}:{letter}{row - 1})", bold=True)
    _sums(sheet, row, bold=True)


def _sums(sheet: Any, row: int, *, bold: bool) -> None:
    for letter, parts in (("C", f"D{row}:F{row}"), ("G", f"H{row}:J{row}"), ("K", f"L{row}:M{row}")):
        put_formula(sheet, row, _column(letter), f"SUM({parts})", bold=bold)
    put_formula(sheet, row, _column("N"), f'IF(G{row}=0,"",ROUND((H{row}+I{row})/G{row},4))', PERCENT, bold=bold)
    difference = f"C{row}-G{row}-K{row}"
    _check(sheet, row, f"{difference}=0", f'"{text("document.dossier.unequal")} "&({difference})')


def _check(sheet: Any, row: int, holds: str, otherwise: str) -> None:
    put_formula(sheet, row, COLUMNS, f'IF({holds},"{text("document.dossier.fits")}",{otherwise})', across="center")


def _column(letter: str) -> int:
    return ord(letter) - ord("A") + 1
