"""motcua responses export: the stored forms as a table for other programs."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

import locales
from bot import unit_files
from bot.commands.common import Refused, carry_out, open_existing, world_of
from bot.commands.outfile import check_ending, written
from bot.commands.usage import Commands
from bot.settings import Settings
from reports import periods
from reports.office import packing
from reports.office.safe_cells import Cell, as_text, defused
from reports.satisfaction import answers_table
from reports.satisfaction.answers_table import Column, FilledForm
from storage.store import SqlTx
from surveys.questionnaire import DefinitionError, Questionnaire, parse, words_in

app = Commands(help="Phiếu đã thu.")
LANGUAGE = locales.DEFAULT
MOST_ROWS = 1_048_575  # of an Excel sheet, without its header
DAYS = "dd/mm/yyyy"
WIDTHS = {"A": 8, "I": 12}


class Table(Protocol):
    """A table file that forms are added to one by one."""

    def add(self, filled: FilledForm) -> None:
        """Write a form's row."""

    def finish(self, notes: Sequence[str]) -> None:
        """Write the notes for readers."""


@app.command()
def export(
    unit: Annotated[str, typer.Option(help="Mã đơn vị; gồm các đơn vị cấp dưới")],
    period: Annotated[str, typer.Option(help="Kỳ, như của motcua report; thêm :cchc")],
    out: Annotated[Path, typer.Option(help="Tệp .csv hoặc .xlsx sẽ ghi")],
    form: Annotated[str, typer.Option(help="Chỉ một mẫu phiếu")] = "",
) -> None:
    """Ghi từng phiếu của một kỳ ra tệp để phân tích. Không có gì cho biết ai gửi phiếu.

    Tệp .xlsx: mỗi mẫu phiếu một trang tính. Tệp .csv: mọi mẫu chung một bảng, chú thích ở tệp .ghi-chu.txt cùng tên.
    """

    async def work(settings: Settings) -> None:
        wanted = periods.parse(period)
        check_ending(out, *MAKERS)
        make = MAKERS[out.suffix.lower()]
        async with open_existing(settings) as store:
            world = await world_of(settings, store, unit)
            units = world.below(unit)
            async with store.reading() as tx:
                asked = await tx.asked(units, wanted.first, wanted.last)
                known = sorted({one.form for one in asked} | world.forms.keys())
                if form and form not in known:
                    raise Refused(f"không có mẫu phiếu {form!r}; có: {', '.join(known)}")
                wordings = await _wordings(settings, tx)
                columns = answers_table.columns([one for one in asked if form in ("", one.form)], wordings)
                titles = {f: _title(wordings, f) for f in dict.fromkeys(column.form for column in columns)}
                days = f"{periods.day(wanted.first)} - {periods.day(wanted.last)}"
                with make(out, columns) as table:
                    rows = 0
                    async for filled in tx.filled_forms(units, wanted.first, wanted.last, form):
                        table.add(filled)
                        rows += 1
                    about = (LANGUAGE, world.units[unit].name, days, rows, titles)
                    table.finish(answers_table.notes(*about, sample=world.is_sample(unit, below=True)))
        print(f"Đã ghi {rows} phiếu vào {out}." if rows else f"Đã ghi {out}; kỳ này chưa có phiếu nào.")

    carry_out(work)


async def _wordings(settings: Settings, tx: SqlTx) -> dict[tuple[str, int], Questionnaire]:
    """Return all wordings of forms: the stored ones, then the files in use."""
    found = {(form.code, form.version): form for form in unit_files.load(settings.data_dir).values()}
    for (code, version), source in (await tx.wordings()).items():
        try:
            found[code, version] = parse(source, f"{code} {version}")
        except DefinitionError:
            # Written by an older version of the product; its questions keep their ids as headings.
            continue
    return found


def _title(wordings: Mapping[tuple[str, int], Questionnaire], code: str) -> str:
    newest = max((version for known, version in wordings if known == code), default=None)
    return words_in(wordings[code, newest].title, LANGUAGE) if newest is not None else code


class CsvTable:
    """All forms in one table, with ";" between cells as Excel in Vietnam reads it."""

    def __init__(self, file: Any, notes_file: Path, columns: Sequence[Column]) -> None:
        self._table = csv.writer(file, delimiter=";", lineterminator="\r\n")
        self._notes_file, self._columns, self._number = notes_file, columns, 0
        self._write(answers_table.header(columns, LANGUAGE, several=True))

    def add(self, filled: FilledForm) -> None:
        """Write a form's row."""
        self._number += 1
        self._write(answers_table.row(self._number, filled, self._columns))

    def finish(self, notes: Sequence[str]) -> None:
        """Write the notes into a separate file, so that programs can read the table."""
        self._notes_file.write_text("\n".join(notes) + "\n", encoding="utf-8")

    def _write(self, cells: Sequence[Cell]) -> None:
        self._table.writerow([defused(cell) if isinstance(cell, str) else cell for cell in cells])


@contextmanager
def _csv(out: Path, columns: Sequence[Column]) -> Iterator[Table]:
    notes = out.with_name(f"{out.stem}.ghi-chu.txt")
    with (
        written(out) as path,
        written(notes) as notes_file,
        path.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        yield CsvTable(file, notes_file, columns)


class XlsxTable:
    """A sheet for each form, after one with the notes."""

    def __init__(self, book: Any, columns: Sequence[Column]) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font

        self._cell, self._bold = WriteOnlyCell, Font(bold=True)
        self._notes = book.create_sheet(locales.text(LANGUAGE, "export.sheet"))
        self._notes.column_dimensions["A"].width = 140
        self._columns: dict[str, list[Column]] = {}
        for column in columns:
            self._columns.setdefault(column.form, []).append(column)
        self._sheets = {form: book.create_sheet(form) for form in self._columns}
        self._rows = dict.fromkeys(self._columns, 0)
        for form, sheet in self._sheets.items():
            sheet.freeze_panes = "B2"
            for letter, width in WIDTHS.items():
                sheet.column_dimensions[letter].width = width
            sheet.append([self._heading(sheet, text) for text in self._header(form)])

    def add(self, filled: FilledForm) -> None:
        """Write a form's row into the sheet of its kind."""
        self._rows[filled.form] += 1
        if self._rows[filled.form] > MOST_ROWS:
            raise Refused(f"mẫu {filled.form} có hơn {MOST_ROWS} phiếu, một trang tính không chứa hết; ghi ra tệp .csv")
        row = answers_table.row(self._rows[filled.form], filled, self._columns[filled.form])
        self._write(self._sheets[filled.form], row)

    def finish(self, notes: Sequence[str]) -> None:
        """Write the notes into the first sheet."""
        for note in notes:
            self._write(self._notes, [note])

    def _header(self, form: str) -> list[str]:
        return answers_table.header(self._columns[form], LANGUAGE, several=False)

    def _heading(self, sheet: Any, text: str) -> Any:
        cell = as_text(self._cell(sheet), text)
        cell.font = self._bold
        return cell

    def _write(self, sheet: Any, cells: Sequence[Cell]) -> None:
        sheet.append([self._made(sheet, cell) for cell in cells])

    def _made(self, sheet: Any, content: Cell) -> Any:
        """A cell in which texts stay texts, and days are dates as people here write them."""
        if isinstance(content, str):
            return as_text(self._cell(sheet), content)
        if not isinstance(content, date):
            return content
        cell = self._cell(sheet, content)
        cell.number_format = DAYS
        return cell


@contextmanager
def _xlsx(out: Path, columns: Sequence[Column]) -> Iterator[Table]:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    with written(out) as path:
        yield XlsxTable(book, columns)
        packing.save(book, path)


MAKERS = {".csv": _csv, ".xlsx": _xlsx}
