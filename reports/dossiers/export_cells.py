"""Cells of the e-one-stop software's exports: moments, counts, channels, texts."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from catalog.files.cells import FAILED_CELL, UNCOMPUTED, UNCOMPUTED_SAID
from catalog.files.legacy_fonts import recognized
from catalog.files.mistakes import quoted, shortened
from catalog.text import fold, nfc
from reports.dossiers.dossier import Channel, Moment

FIRST_YEAR, LAST_YEAR = 2000, 2100
LARGEST = 10**9
LONGEST_TEXT = 500
END_OF_DAY = time(23, 59, 59)

_TIME = r"(?P<hour>\d{1,2})[:hg](?P<minute>\d{2})(?::?(?P<second>\d{2})(?:\.\d+)?)?(?:\s*(?P<half>SA|CH|AM|PM))?"
_DAY = r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})"
_FORMS = (
    re.compile(rf"{_DAY}(?:[\s,-]+{_TIME})?", re.ASCII | re.IGNORECASE),
    re.compile(rf"{_TIME}[\s,-]+(?:ngày\s+)?{_DAY}", re.ASCII | re.IGNORECASE),
)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T].*)?", re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}(?:[., ]\d{3})+", re.ASCII)
_NO_LIMIT = ("khong", "khong co", "khong co han", "khong xac dinh", "khong quy dinh", "khong thoi han")
_CHANNELS: Mapping[str, Channel] = {
    "truc tuyen": "online",
    "online": "online",
    "dich vu cong": "online",
    "dvc": "online",
    "qua mang": "online",
    "buu chinh": "post",
    "bcci": "post",
    "buu dien": "post",
    "truc tiep": "direct",
    "tai quay": "direct",
    "mot cua": "direct",
}


class Wrong(ValueError):
    """A cell that cannot be read; the message says why."""


def is_blank(cell: Any) -> bool:
    """Tell whether a cell is empty or holds only a dash."""
    return cell is None or (isinstance(cell, str) and cell.strip(" \xa0\t\r\n-–") == "")


def text(cell: Any) -> str:
    """Return the text of a cell on one line, "" if it is empty; Wrong if it is neither text nor number."""
    if is_blank(cell):
        return ""
    _refuse_uncomputed(cell)
    if isinstance(cell, bool | date | time | timedelta):
        raise Wrong(f"cần là chữ, đang là {cell}")
    if isinstance(cell, float):
        if not cell.is_integer() or abs(cell) >= 1e15:
            raise Wrong("bị bảng tính đổi thành số và mất chữ số; định dạng ô là chữ rồi xuất lại")
        cell = int(cell)
    found = " ".join(nfc(str(cell)).split())
    _refuse_failed(found)
    if font := recognized(found):
        raise Wrong(
            f"chữ theo phông cũ {font[0]}, đổi sang Unicode là “{shortened(font[1])}”; đổi bằng UniKey rồi xuất lại"
        )
    if found.startswith("="):
        raise Wrong("là công thức; lưu tệp với giá trị thay cho công thức")
    if len(found) > LONGEST_TEXT:
        raise Wrong(f"dài {len(found)} chữ cái, quá {LONGEST_TEXT}")
    if not found.isprintable():
        raise Wrong("có ký tự không in được")
    return found


def moment(cell: Any, zone: tzinfo, *, due: bool = False) -> Moment | None:
    """Read a date and time, None for an empty cell; Wrong if it is not one.

    A day without a time of day (or at midnight, as spreadsheets store days) is the start of that day; as a
    due moment (`due`) it is the end of that day, 23:59:59: whoever settles a dossier on its due day is in
    time (Civil Code 91/2015/QH13, Article 148: a time limit ends at 24:00 of its last day). A time in the
    cell counts to the second, as QĐ 766/QĐ-TTg measures.
    """
    if is_blank(cell) or (due and isinstance(cell, str) and fold(cell) in _NO_LIMIT):
        return None
    found = _local(cell)
    if found.tzinfo is not None:
        found = found.astimezone(zone)
    found = found.replace(tzinfo=None)
    if found.microsecond:  # Excel's fractions of a day fall a little short of whole seconds
        found = (found + timedelta(microseconds=500_000)).replace(microsecond=0)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Wrong(f"năm {found.year} không đúng")
    exact = found.time() != time.min
    if due and not exact:
        found = datetime.combine(found.date(), END_OF_DAY)
    return Moment(found.replace(tzinfo=zone), found.date(), exact)


def _local(cell: Any) -> datetime:
    _refuse_uncomputed(cell)
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time.min)
    if not isinstance(cell, str):
        raise Wrong(f"{shortened(str(cell))} không phải ngày; định dạng cột là ngày rồi xuất lại")
    typed = " ".join(nfc(cell).split())
    _refuse_failed(typed)
    try:
        if _ISO.fullmatch(typed):
            return datetime.fromisoformat(typed)
        for form in _FORMS:
            if match := form.fullmatch(typed):
                said = match.groupdict()
                half = (said.pop("half") or "").upper()
                parts = {name: int(value) for name, value in said.items() if value}
                if half:
                    parts["hour"] = _in_half(parts["hour"], half)
                return datetime(**parts)  # type: ignore[arg-type]  # noqa: DTZ001 -- the unit's own clock
    except ValueError:
        pass
    raise Wrong(f"{quoted(typed)} không phải ngày; viết như 20/11/2026 hoặc 20/11/2026 15:30")


def count(cell: Any) -> int:
    """Read a number of dossiers, 0 for an empty cell; Wrong for anything but a whole number from 0."""
    if is_blank(cell):
        return 0
    _refuse_uncomputed(cell)
    if isinstance(cell, str):
        typed = " ".join(cell.replace("\xa0", " ").split())
        _refuse_failed(typed)
        bare = re.sub(r"[., ]", "", typed) if _THOUSANDS.fullmatch(typed) else typed
        if not (bare.isascii() and bare.isdigit() and len(bare) <= 10):
            raise Wrong(f"{quoted(typed)} không phải số hồ sơ")
        number = int(bare)
    elif isinstance(cell, bool) or not isinstance(cell, int | float) or cell != cell // 1 or cell < 0:
        raise Wrong(f"{quoted(str(cell))} không phải số hồ sơ")
    else:
        number = int(cell)
    if number > LARGEST:
        raise Wrong(f"{quoted(str(number))} quá lớn")
    return number


def channel(cell: Any) -> Channel | None:
    """Read the way in which a dossier came, None for an empty cell; Wrong for an unknown way."""
    typed = text(cell)
    folded = fold(typed)
    known = next((way for words, way in _CHANNELS.items() if words in folded), None)
    if typed and known is None:
        raise Wrong(f"{quoted(typed)} chưa rõ là trực tuyến, trực tiếp hay bưu chính")
    return known


def _refuse_failed(typed: str) -> None:
    if FAILED_CELL.fullmatch(typed):
        raise Wrong(f"{typed} là lỗi của bảng tính")


def _refuse_uncomputed(cell: Any) -> None:
    if cell is UNCOMPUTED:
        raise Wrong(UNCOMPUTED_SAID)


def _in_half(hour: int, half: str) -> int:
    """Return the hour of the day for an hour with SA (morning) or CH (afternoon and evening); 12 SA is midnight."""
    if not 1 <= hour <= 12:
        if half in ("CH", "PM") and hour < 24:
            return hour
        raise ValueError(hour)
    return hour % 12 + (12 if half in ("CH", "PM") else 0)
