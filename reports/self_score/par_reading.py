"""Reads the self-score back from a unit's spreadsheet: all of it, or the mistakes with row and column."""

import re
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import locales
from catalog.files.cells import UNCOMPUTED, UNCOMPUTED_SAID
from catalog.files.header import bare_title
from catalog.files.mistakes import Mistake, Unreadable
from catalog.files.notes import Notes
from catalog.files.opening import TABLES, readable
from catalog.files.records import Wanted, records
from catalog.text import fold
from reports.self_score.par_index import COLUMNS, ZERO, Area, Criterion
from reports.self_score.points import Wrong, earned, pair, points, read_points, read_rate, text_of

MOST_ROWS = 2_000
LONGEST_TEXT = 1_000
_NUMBERED = re.compile(r"\(?(\d{1,3}(?:\.\d{1,3})*)[.):]?\s+(?=\S)")
_TOTAL = "tong"


def title(column: str) -> str:
    """Return the heading of a column."""
    return locales.text(locales.DEFAULT, f"par.column.{column}")


def read(path: Path, notes: Notes) -> tuple[list[Area], list[Mistake]]:
    """Read the areas of a self-score and every mistake in it; Unreadable if the file cannot be used at all.

    Notes about what was left out or hidden are added to `notes`.
    """
    lacking = f"không thấy hàng tiêu đề có cột «{title('area')}», «{title('maximum')}» và «{title('score')}»"
    reading = _Reading(path.name)
    wanted = Wanted(_titles, lacking, deepest=1, numbered=False)
    with readable(path, TABLES), closing(records(path, wanted, notes)) as found:
        for count, record in enumerate(found, 1):
            if count > MOST_ROWS:
                raise Unreadable(f"{path.name}: hơn {MOST_ROWS} dòng.")
            reading.take(record.row, record.cells)
    areas = reading.finish()
    if not areas and not reading.mistakes:
        raise Unreadable(f"{path.name}: chưa có điểm tối đa nào ở cột «{title('maximum')}».")
    return areas, reading.mistakes


def _titles(row: Iterable[Any]) -> dict[int, str]:
    known = {bare_title(title(column)): column for column in COLUMNS}
    titles = {i: bare_title(str(cell)) for i, cell in enumerate(row) if cell is not None}
    found = {i: known[one] for i, one in titles.items() if one in known}
    return found if {"area", "maximum", "score"} <= set(found.values()) else {}


@dataclass
class _Reading:
    """What was read so far. An area's name may stand only in its first row, or in each row."""

    file: str
    mistakes: list[Mistake] = field(default_factory=list)
    areas: dict[str, list[Criterion]] = field(default_factory=dict)
    # By area, the row of the area as a whole, and what it gives as the maximum.
    wholes: dict[str, tuple[int, Criterion]] = field(default_factory=dict)
    area: str = ""

    def take(self, row: int, cells: Mapping[str, Any]) -> None:
        try:
            texts = {name: self._text(row, name, cells.get(name)) for name in ("area", "criterion", "note")}
            if fold(texts["area"] or texts["criterion"]).startswith(_TOTAL):
                return
            self.area = texts["area"] or self.area
            given = {name: cells.get(name) for name in ("maximum", "score", "survey", "survey_score")}
            maximum = self._points(row, "maximum", given["maximum"])
            if maximum is None and all(text_of(cell) == "" for cell in given.values()) and not texts["criterion"]:
                return
            if texts["criterion"]:
                self._refuse_uncomputed(row, given)
            self._keep(row, texts, given, maximum)
        except _NamedError:
            return

    def finish(self) -> list[Area]:
        for name, (row, whole) in self.wholes.items():
            listed = self.areas.setdefault(name, [])
            if not listed:
                listed.append(whole)
            elif (found := sum((one.maximum for one in listed), ZERO)) != whole.maximum:
                reason = f"{points(whole.maximum)} điểm, nhưng các tiêu chí cộng lại {points(found)} điểm"
                self.mistakes.append(Mistake(self.file, row, title("maximum"), reason))
        return [Area(name, tuple(listed)) for name, listed in self.areas.items() if listed]

    def _keep(self, row: int, texts: Mapping[str, str], given: Mapping[str, Any], maximum: Decimal | None) -> None:
        if not self.area:
            raise self._wrong(row, "area", "chưa ghi lĩnh vực")
        if maximum is None:
            # A sheet that was made with sums has formulas here, which nothing has computed yet.
            if not texts["criterion"] and self.areas.get(self.area) is not None:
                return
            said = UNCOMPUTED_SAID if given["maximum"] is UNCOMPUTED else "chưa ghi điểm tối đa"
            raise self._wrong(row, "maximum", said)
        survey = self._points(row, "survey", given["survey"]) or ZERO
        if survey > maximum:
            raise self._wrong(row, "survey", f"{points(survey)} lớn hơn điểm tối đa {points(maximum)}")
        self_maximum = maximum - survey
        score = self._score(row, given["score"], self_maximum)
        if score is not None and score > self_maximum:
            of_survey = f" (tối đa {points(maximum)}, trừ {points(survey)} điểm ĐTXHH)" if survey else ""
            raise self._wrong(row, "score", f"{pair(score, self_maximum)}: lớn hơn điểm tự chấm nhiều nhất{of_survey}")
        survey_score = self._points(row, "survey_score", given["survey_score"])
        if survey_score is not None and survey_score > survey:
            raise self._wrong(row, "survey_score", f"{pair(survey_score, survey)}: lớn hơn điểm ĐTXHH")
        listed = self.areas.setdefault(self.area, [])
        if not texts["criterion"]:
            if self.area in self.wholes:
                raise self._wrong(row, "area", f"lĩnh vực “{self.area}” có hai dòng không ghi tiêu chí")
            self.wholes[self.area] = (row, Criterion("", "", maximum, score, survey, survey_score, texts["note"]))
            return
        match = _NUMBERED.match(texts["criterion"])
        number = match[1] if match else str(len(listed) + 1)
        name = texts["criterion"][match.end() :] if match else texts["criterion"]
        listed.append(Criterion(number, name, maximum, score, survey, survey_score, texts["note"]))

    def _refuse_uncomputed(self, row: int, given: Mapping[str, Any]) -> None:
        for column, cell in given.items():
            if cell is UNCOMPUTED:
                raise self._wrong(row, column, UNCOMPUTED_SAID)

    def _score(self, row: int, cell: Any, self_maximum: Decimal) -> Decimal | None:
        try:
            rate = read_rate(cell)
            return read_points(cell) if rate is None else earned(self_maximum, rate)
        except Wrong as error:
            raise self._wrong(row, "score", str(error)) from error

    def _points(self, row: int, column: str, cell: Any) -> Decimal | None:
        try:
            return read_points(cell)
        except Wrong as error:
            raise self._wrong(row, column, str(error)) from error

    def _text(self, row: int, column: str, cell: Any) -> str:
        try:
            text = text_of(cell)
        except Wrong as error:
            raise self._wrong(row, column, str(error)) from error
        if len(text) > LONGEST_TEXT:
            raise self._wrong(row, column, f"dài hơn {LONGEST_TEXT} chữ")
        return text

    def _wrong(self, row: int, column: str, reason: str) -> "_NamedError":
        self.mistakes.append(Mistake(self.file, row, title(column), reason))
        return _NamedError()


class _NamedError(Exception):
    """Raised for a row that cannot be read; its mistake is in the list already."""
