"""Sheets of levels by group, whose totals, rates and intervals the spreadsheet computes itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports import rates
from reports.documents.breakdowns import Breakdown, remainder
from reports.documents.phrasing import method, rule_name, span, spoken, text
from reports.office.sheet import COUNT, PERCENT, frame, heading, note, on_paper, put_formula, put_number, put_text
from reports.satisfaction.report import Group, Report

# A: number, B: name, C to G: levels 1 to 5, H: their sum, I: rate, J and K: its interval.
LEVEL_COLUMNS: Mapping[int, str] = dict(zip(rates.LEVELS, "CDEFG", strict=True))
COLUMNS, HEADER = 11, 4
WIDTHS = (6.0, 42.0, 11.0, 11.0, 11.0, 11.0, 11.0, 10.0, 12.0, 12.0, 12.0)


class Levels:
    """A sheet that is being written: rows of groups below each other."""

    def __init__(self, sheet: Any, report: Report, title: str) -> None:
        self.sheet, self.report, self.row = sheet, report, HEADER
        heading(sheet, title, f"{report.unit_name}, {spoken(report.period)} ({span(report.period)})", COLUMNS)
        titles = [
            text("document.column.number"),
            text("document.column.name"),
            *(text("document.column.level", label=text(f"level.{level}"), level=level) for level in rates.LEVELS),
            text("document.column.answers"),
            text("document.column.rate_by", rule=rule_name(report)),
            text("document.column.low"),
            text("document.column.high"),
        ]
        for column, name in enumerate(titles, 1):
            put_text(sheet, HEADER, column, name, header=True)

    def breakdown(self, breakdown: Breakdown) -> None:
        """Write the groups, the sum of the hidden ones, and the total; the last two only if they may be shown."""
        first = self.row + 1
        for number, group in enumerate(breakdown.groups, 1):
            self._group(number, group)
        rest = remainder(self.report, breakdown)
        if rest is not None:
            self._levels("", text("document.rest"), rest)
        if breakdown.disjoint and self.report.has_enough:
            self._total(first, self.row)

    def title(self, name: str) -> None:
        """Write a line between two blocks."""
        self.row += 1
        put_text(self.sheet, self.row, 1, name, bold=True)
        self.sheet.merge_cells(start_row=self.row, end_row=self.row, start_column=1, end_column=COLUMNS)

    def end(self, notes: Sequence[str]) -> None:
        """Frame the table, write notes under it and set the paper."""
        frame(self.sheet, HEADER, self.row, COLUMNS)
        self.row += 1
        for said in filter(None, (method(self.report), *notes)):
            self.row += 1
            note(self.sheet, self.row, said, WIDTHS)
        on_paper(self.sheet, WIDTHS, (HEADER, HEADER))

    def _group(self, number: int, group: Group) -> None:
        if group.levels is not None:
            self._levels(str(number), group.name, group.levels)
            return
        self.row += 1
        put_text(self.sheet, self.row, 1, str(number), across="center")
        put_text(self.sheet, self.row, 2, group.name)
        put_text(self.sheet, self.row, 3, text("document.hidden"), italic=True, across="center")
        self.sheet.merge_cells(start_row=self.row, end_row=self.row, start_column=3, end_column=COLUMNS)

    def _levels(self, number: str, name: str, levels: Mapping[int, int]) -> None:
        self.row += 1
        put_text(self.sheet, self.row, 1, number, across="center")
        put_text(self.sheet, self.row, 2, name)
        for column, level in enumerate(rates.LEVELS, 3):
            put_number(self.sheet, self.row, column, levels[level])
        self._computed(bold=False)

    def _total(self, first: int, last: int) -> None:
        self.row += 1
        put_text(self.sheet, self.row, 1, "")
        put_text(self.sheet, self.row, 2, text("document.total"), bold=True)
        for column, letter in enumerate(LEVEL_COLUMNS.values(), 3):
            put_formula(self.sheet, self.row, column, f"SUM({letter}{first}:{letter}{last})", bold=True)
        self._computed(bold=True)
        total = self.row
        self.row += 1
        put_text(self.sheet, self.row, 1, "")
        put_text(self.sheet, self.row, 2, text("document.shares"), italic=True)
        for column, letter in enumerate(LEVEL_COLUMNS.values(), 3):
            put_formula(self.sheet, self.row, column, share_formula(letter, total), "0.00%", italic=True)
        put_formula(self.sheet, self.row, 8, f"SUM(C{self.row}:G{self.row})", PERCENT, italic=True)

    def _computed(self, *, bold: bool) -> None:
        """Write the sum of the row's levels, its rate and the interval."""
        row = self.row
        put_formula(self.sheet, row, 8, f"SUM(C{row}:G{row})", COUNT, bold=bold)
        for column, formula in zip((9, 10, 11), rate_formulas(row, self.report.rule), strict=True):
            put_formula(self.sheet, row, column, f'IF(H{row}=0,"",{formula})', PERCENT, bold=bold)


def rate_formulas(row: int, rule: str) -> tuple[str, str, str]:
    """Return formulas of a row's rate and its 95% Wilson interval, as fractions of 1 with 4 decimals (rates.wilson)."""
    n, z = f"H{row}", repr(rates.Z95)
    p = f"(({'+'.join(f'{LEVEL_COLUMNS[level]}{row}' for level in sorted(rates.RULES[rule]))})/{n})"
    centre = f"({p}+{z}^2/(2*{n}))"
    half = f"({z}*SQRT({p}*(1-{p})/{n}+{z}^2/(4*{n}^2)))"
    scale = f"(1+{z}^2/{n})"
    return (
        f"ROUND({p},4)",
        f"IF({p}=0,0,ROUND(({centre}-{half})/{scale},4))",
        f"IF({p}=1,1,ROUND(({centre}+{half})/{scale},4))",
    )


def share_formula(letter: str, row: int) -> str:
    """Return the formula of a level's share by largest remainder (rates.shares), so that the five sum to 1.

    The missing hundredths of a percent go to the greatest remainders; the key below puts them in order: remainder,
    then count, then level (its column).
    """
    total, cells = f"$H{row}", f"$C{row}:$G{row}"

    def key(of: str) -> str:
        return f"((MOD({of}*10000,{total})*({total}+1)+{of})*10+COLUMN({of}))"

    missing = f"(10000-SUMPRODUCT(INT({cells}*10000/{total})))"
    before = f"SUMPRODUCT(--({key(cells)}>{key(f'{letter}{row}')}))"
    return f'IF({total}=0,"",(INT({letter}{row}*10000/{total})+IF({before}<{missing},1,0))/10000)'
