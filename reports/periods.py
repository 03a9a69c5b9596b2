"""Periods as people name them: 2026-11-20, 2026-W47, 2026-11, 2026-Q3, 2026-H1, 2026, with ":cchc" cut-offs; days."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

import locales

_FORM = re.compile(
    r"(?P<year>\d{4})(?:-(?:W(?P<week>\d{1,2})|Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<month>\d{2})(?:-(?P<day>\d{2}))?))?"
    r"(?P<cutoff>:cchc)?",
    re.ASCII,
)
# Any stretch of days: its first and last day.
_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", re.ASCII)
BETWEEN = ".."
FIRST_YEAR, LAST_YEAR = 1900, 2200


class PeriodError(ValueError):
    """A text that names no period; the message says so and gives examples."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"Kỳ {text!r} không đúng. Ví dụ: 2026-11-20 (ngày), 2026-W47 (tuần), 2026-11 (tháng), 2026-Q3 (quý), "
            "2026-H1 (6 tháng), 2026 (năm), 2026-11-03..2026-11-20 (từ ngày đến ngày); "
            "thêm :cchc cho kỳ số liệu báo cáo cải cách hành chính."
        )


@dataclass(frozen=True, slots=True)
class Period:
    """A named stretch of days, both ends included, in the unit's own calendar."""

    name: str
    first: date
    last: date

    def previous(self) -> "Period":
        """The period of the same kind just before."""
        return around(self.name, self.first - timedelta(days=1))


def parse(text: str) -> Period:
    """Read a period; PeriodError if the text names none.

    The reform report's cut-offs are those of công văn 581/BNV-CCHC: quarter 1 runs from 15/12 of the
    year before to 14/3, six months to 14/6, quarter 3 from 15/6 to 14/9, the year to 14/12.
    """
    period = _read(text)
    if not FIRST_YEAR <= int(period.name[:4]) <= LAST_YEAR:
        raise PeriodError(text)
    return period


def days(first: date, last: date) -> Period:
    """Return the period from one day to another, both included, named by these days; a single day has its own name.

    PeriodError if the last day is before the first.
    """
    if last < first:
        raise PeriodError(f"{first}{BETWEEN}{last}")
    return Period(f"{first}{BETWEEN}{last}" if first < last else first.isoformat(), first, last)


def _read(text: str) -> Period:
    if ends := _DAYS.fullmatch(text.strip()):
        try:
            return days(date.fromisoformat(ends[1]), date.fromisoformat(ends[2]))
        except ValueError as error:
            raise PeriodError(text) from error
    match = _FORM.fullmatch(text.strip().upper().replace(":CCHC", ":cchc"))
    if match is None:
        raise PeriodError(text)
    year = int(match["year"])
    try:
        first, last = _calendar_days(match, year)
        if match["cutoff"]:
            if match["week"] or match["day"] or match["month"]:
                raise PeriodError(text)
            first, last = _cut_off(first), _cut_off(last + timedelta(days=1)) - timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise PeriodError(text) from error
    name = f"{year:04d}-W{int(match['week']):02d}" if match["week"] else match.group()
    return Period(name, first, last)


def _calendar_days(match: "re.Match[str]", year: int) -> tuple[date, date]:
    if match["week"]:
        monday = date.fromisocalendar(year, int(match["week"]), 1)
        return monday, monday + timedelta(days=6)
    if match["quarter"]:
        return _months(year, int(match["quarter"]) * 3 - 2, 3)
    if match["half"]:
        return _months(year, int(match["half"]) * 6 - 5, 6)
    if match["day"]:
        day = date(year, int(match["month"]), int(match["day"]))
        return day, day
    if match["month"]:
        return _months(year, int(match["month"]), 1)
    return _months(year, 1, 12)


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    end = month + count - 1
    return date(year, month, 1), date(year, end, calendar.monthrange(year, end)[1])


def _cut_off(day: date) -> date:
    """Return the 15th of the month before a day."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=15)


def around(name: str, day: date) -> Period:
    """Return the period of the same kind as `name` that contains a day; a stretch of days is repeated at its length."""
    if BETWEEN in name:
        whole = _read(name)
        length = whole.last - whole.first + timedelta(days=1)
        first = whole.first + (day - whole.first) // length * length
        return days(first, first + length - timedelta(days=1))
    plain, _, suffix = name.partition(":")
    cutoff = f":{suffix}" if suffix else ""
    # With cut-offs a month's figures run from the 15th of the month before.
    shifted = (day.replace(day=1) + timedelta(days=32)).replace(day=1) if cutoff and day.day >= 15 else day
    if "W" in plain:
        iso = day.isocalendar()
        return _read(f"{iso.year}-W{iso.week:02d}")
    if "Q" in plain:
        return _read(f"{shifted.year}-Q{(shifted.month + 2) // 3}{cutoff}")
    if "H" in plain:
        return _read(f"{shifted.year}-H{(shifted.month + 5) // 6}{cutoff}")
    return _read({10: day.isoformat(), 7: day.isoformat()[:7], 4: f"{shifted.year}{cutoff}"}[len(plain)])


def week_of(day: date) -> Period:
    """Return the ISO week that contains a day."""
    return around("2026-W01", day)


def week_before(day: date) -> Period:
    """Return the last whole ISO week before a day."""
    return week_of(day - timedelta(days=7))


def month_of(day: date) -> Period:
    """Return the month that contains a day."""
    return around("2026-01", day)


def quarter_of(day: date) -> Period:
    """Return the quarter that contains a day."""
    return around("2026-Q1", day)


def label(period: Period, language: str) -> str:
    """Name a period in words, with its days."""
    plain, _, cutoff = period.name.partition(":")
    kind, number = _kind(plain)
    if kind == "half":
        number = locales.text(language, "report.first_half" if number == "1" else "report.second_half")
    worded = locales.text(
        language, f"report.{kind}", number=number, year=plain[:4], first=day(period.first), last=day(period.last)
    )
    return locales.text(language, "report.cutoff", label=worded) if cutoff else worded


def _kind(plain: str) -> tuple[str, str]:
    if BETWEEN in plain:
        return "days", ""
    for mark, kind in (("W", "week"), ("Q", "quarter"), ("H", "half")):
        if mark in plain:
            return kind, str(int(plain.partition(mark)[2]))
    if len(plain) == len("2026-11"):
        return "month", month(int(plain[5:]))
    return ("year", "") if plain.isdecimal() else ("day", "")


def day(moment: date) -> str:
    """Write a date as official Vietnamese texts do: the day, and the months 1 and 2, with a leading zero."""
    return f"{moment.day:02d}/{month(moment.month)}/{moment.year}"


def month(number: int) -> str:
    """Write a month's number, 1 and 2 with a leading zero."""
    return f"{number:02d}" if number <= 2 else str(number)
