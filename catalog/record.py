"""Make one record of a catalog file an entry, or refuse it with the cell that is wrong and why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.codes import LONGEST_CODE, is_own_code, padded_code, plain_code, proposed_code, whole_code
from catalog.entries import TEXT_KEYS, Entry, Way, from_mapping, is_code
from catalog.files.cells import FAILED_CELL, cell_text, is_moment, moment_shown
from catalog.files.legacy_fonts import converted, recognized
from catalog.files.limits import LONGEST_CELL
from catalog.files.mistakes import Mistake, quoted, shortened
from catalog.files.notes import Notes
from catalog.sections import action_of
from catalog.text import fold
from catalog.titles import ACTION
from locales.characters import readable

LONGEST_NAME = 2_000
LONGEST_TEXT = LONGEST_CELL
MOST_WAYS = 200
_WAY_KEYS = {"channel": "channel", "method": "channel", "time": "time", "fee": "fee", "note": "note"}
_EMPTY_LINES = re.compile(r"\n{3,}")
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_ONLY_NUMBER = re.compile(r"\d{1,4}(?:[.,]\d{1,2})?")
# Times and dates are expected here; in another column a spreadsheet made them of a text such as "3-5".
_DATED = frozenset(("updated",))
# "Không thực hiện cắt giảm" in the column of shortened times: the time is the one that is published.
_NOT_SHORTENED = ("khong thuc hien cat giam", "khong cat giam", "khong rut ngan")
_KINDS = {bool: "đúng hoặc sai", list: "danh sách", dict: "nhóm giá trị"}
_NOT_YET = {"abolished": "bãi bỏ", "replaced": "thay thế"}


@dataclass
class Place:
    """Where a record stands: its mistakes name the keys under which its values stood."""

    file: str
    row: int
    keys: Mapping[str, str]
    sheet: str = ""

    def wrong(self, key: str, reason: str, proposed: str = "") -> Mistake:
        """Say what is wrong with a value."""
        return Mistake(self.file, self.row, self.keys.get(key, key), reason, self.sheet, proposed=proposed)


@dataclass
class Remarks:
    """What is odd in records that were taken, by their rows."""

    unitless: list[int] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    fonts: list[int] = field(default_factory=list)

    def tell(self, notes: Notes, sheet: str) -> None:
        """Add the remarks on a sheet to the notes."""
        notes.rows(sheet, "Thời hạn chỉ có số, không ghi đơn vị", self.unitless)
        notes.rows(sheet, "Mã được nhận theo đề xuất (bỏ đuôi, bỏ dấu)", self.codes)
        notes.rows(sheet, "Chữ theo phông cũ đã đổi sang Unicode", self.fonts)


class _Wrong(Exception):
    def __init__(self, key: str, reason: str, proposed: str = "") -> None:
        super().__init__(reason)
        self.key, self.reason, self.proposed = key, reason, proposed


def entry_of(
    values: Mapping[str, Any],
    place: Place,
    remarks: Remarks,
    *,
    accept: bool,
) -> Entry | Mistake:
    """Return the entry of values given by its keys, or a mistake that says which value is wrong and why."""
    try:
        return _entry(values, place.row, remarks, accept=accept)
    except _Wrong as error:
        return place.wrong(error.key, error.reason, error.proposed)


def _entry(values: Mapping[str, Any], row: int, remarks: Remarks, *, accept: bool) -> Entry:
    texts: dict[str, str] = {}
    for key in (*TEXT_KEYS, ACTION):
        value = values.get(key)
        if value is not None and (text := _text(key, value)):
            texts[key] = text
    texts = _in_unicode(texts, row, remarks, accept=accept)
    texts = {key: clean(text) for key, text in texts.items()}
    _check_action(texts.pop(ACTION, ""))
    code = _code(texts, row, remarks, accept=accept)
    if not texts.keys() - {"code"}:
        raise _Wrong("name", f"thiếu tên của thủ tục {code}")
    if len(name := texts.get("name", "")) > LONGEST_NAME:
        raise _Wrong("name", f"tên dài {len(name)} chữ cái, quá {LONGEST_NAME}")
    texts["code"] = code
    if fold(texts.get("committed", "")[:LONGEST_CODE]).startswith(_NOT_SHORTENED):
        del texts["committed"]
    texts["updated"] = _date(texts.get("updated", ""))
    unchecked = values.get("unchecked", ())
    if not isinstance(unchecked, list | tuple) or not all(isinstance(k, str) and k in TEXT_KEYS for k in unchecked):
        raise _Wrong("unchecked", "cần là danh sách tên cột")
    ways = _ways(values.get("methods") or values.get("ways") or ())
    if _ONLY_NUMBER.fullmatch(texts.get("time", "")):
        remarks.unitless.append(row)
    return from_mapping({**texts, "ways": ways, "unchecked": unchecked})


def _text(key: str, value: Any) -> str:
    """The text of a value as it stands; what is no text, number or date is wrong, and so is a failed formula."""
    if is_moment(value) and key not in _DATED:
        shown = moment_shown(value)
        raise _Wrong(
            key, f"ô là ngày giờ {shown}, có lẽ bảng tính đã đổi chữ thành ngày; định dạng ô là chữ rồi gõ lại"
        )
    if isinstance(value, bool) or not (isinstance(value, str | int | float) or is_moment(value)):
        raise _Wrong(key, f"cần là chữ, đang là {_KINDS.get(type(value), 'giá trị khác')}")
    if key == "code" and not isinstance(value, str):
        return _code_of_number(value)
    text = value if isinstance(value, str) else _shown(value)
    if key == "code" and len(text) <= LONGEST_CODE:
        text = text.replace("\xa0", "")
    if len(text) > LONGEST_TEXT:
        raise _Wrong(key, f"dài {len(text)} chữ cái, quá {LONGEST_TEXT}")
    if len(text) < LONGEST_CODE and FAILED_CELL.fullmatch(text.strip()):
        raise _Wrong(key, f"ô {text.strip()} là lỗi của bảng tính hoặc không phải giá trị")
    return text


def _shown(value: Any) -> str:
    return cell_text(value) if is_moment(value) else str(value)


def _code_of_number(value: Any) -> str:
    """Return a code that became a number, if all six decimals are there and nothing is lost; else it is wrong."""
    if isinstance(value, float) and (whole := whole_code(value)):
        return whole
    proposed = padded_code(value) if isinstance(value, float) else ""
    said = f", có thể là {proposed}" if proposed else ""
    raise _Wrong(
        "code",
        f"mã {shortened(str(value))} bị bảng tính đổi thành số, có thể mất số 0 ở cuối{said}; "
        "định dạng ô là chữ rồi ghi lại",
        proposed,
    )


def _in_unicode(texts: dict[str, str], row: int, remarks: Remarks, *, accept: bool) -> dict[str, str]:
    """Return texts with an old font turned into Unicode, if that is accepted; a row is in one font."""
    for key, text in texts.items():
        found = recognized(text)
        if found is None:
            continue
        encoding, unicode = found
        if not accept:
            reason = (
                f"chữ theo phông cũ {encoding}, đổi sang Unicode là “{shortened(unicode)}”; nếu đúng, thêm --accept để "
                "nhận, hoặc đổi bằng UniKey rồi ghi lại"
            )
            raise _Wrong(key, reason, unicode)
        remarks.fonts.append(row)
        return {one: converted(other, encoding) for one, other in texts.items()}
    return texts


def _check_action(said: str) -> None:
    action = said if said in _NOT_YET else action_of(said)
    if action in _NOT_YET:
        raise _Wrong(
            "code", f"thuộc phần {_NOT_YET[action]}; lệnh nhập chỉ thêm và sửa, chưa {_NOT_YET[action]} thủ tục nào"
        )


def _code(texts: Mapping[str, str], row: int, remarks: Remarks, *, accept: bool) -> str:
    written = texts.get("code", "")
    if not written:
        name = texts.get("name", "")
        raise _Wrong("code", "thiếu mã thủ tục" + (f" của {quoted(name)}" if name else ""))
    code = plain_code(written)
    if is_code(code) or is_own_code(code):
        return code
    proposed = proposed_code(written)
    if proposed and accept:
        remarks.codes.append(row)
        return proposed
    said = f"; có phải là {proposed}? Nếu đúng, thêm --accept để nhận" if proposed else ""
    raise _Wrong("code", f"mã {quoted(written)} không có dạng 1.234567{said}", proposed)


def clean(text: str) -> str:
    """Return readable text (NFC) without trailing spaces, or more than one empty line in a row."""
    seen = readable("\n".join(text.replace("\xa0", " ").splitlines()))
    lines = (line.rstrip() for line in seen.split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def _date(text: str) -> str:
    """Keep the year, month or day that a date text starts with; remarks about its origin go."""
    match = _DATE.match(text)
    return match.group() if match else ""


def _ways(listed: Any) -> list[dict[str, str]]:
    wrong = _Wrong("methods", "cần là danh sách cách nộp, mỗi cách có tên")
    if not isinstance(listed, list | tuple) or not all(isinstance(way, Mapping) for way in listed):
        raise wrong
    if len(listed) > MOST_WAYS:
        raise _Wrong("methods", f"hơn {MOST_WAYS} cách nộp")
    ways = [{_WAY_KEYS[k]: str(v) for k, v in way.items() if k in _WAY_KEYS and v} for way in listed]
    if any("channel" not in way for way in ways):
        raise wrong
    if (longest := max((len(text) for way in ways for text in way.values()), default=0)) > LONGEST_TEXT:
        raise _Wrong("methods", f"dài {longest} chữ cái, quá {LONGEST_TEXT}")
    known = set(Way.__dataclass_fields__)
    return [{key: clean(value) for key, value in way.items() if key in known} for way in ways]
