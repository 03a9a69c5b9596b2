"""Reading catalog files: .jsonl, .json, .toml, .csv and .xlsx, each mistake named by file, row and field."""

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from catalog.entries import TEXT_KEYS, Entry, Way, from_mapping, is_code
from catalog.sheets import FAILED_CELL, MOST_BYTES, Mistake, Unreadable, readable, records
from catalog.text import fold
from locales import characters

HOPELESS = 20
LONGEST_NAME = 2_000
LONGEST_TEXT = 200_000

# Column titles (folded) and keys of other collections, by the key of Entry that they fill.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "code": ("ma thu tuc", "ma tthc", "ma so tthc", "ma so", "ma"),
    "name": ("ten thu tuc hanh chinh", "ten thu tuc", "ten tthc", "thu tuc hanh chinh", "ten"),
    "field": ("linh vuc",),
    "agency": ("co quan thuc hien", "co quan giai quyet", "co quan co tham quyen"),
    "level": ("cap thuc hien", "cap"),
    "subjects": ("doi tuong thuc hien", "doi tuong"),
    "time": (
        "processing_time",
        "thoi han giai quyet",
        "thoi gian giai quyet",
        "thoi gian thuc hien",
        "thoi han",
        "thoi gian",
    ),
    "committed": (
        "thoi han cam ket",
        "thoi gian cam ket",
        "thoi han sau rut ngan",
        "thoi gian sau rut ngan",
        "thoi gian rut ngan con",
        "thoi han rut ngan con",
    ),
    "fee": ("phi, le phi", "phi le phi", "muc phi, le phi", "muc thu phi, le phi", "le phi", "phi"),
    "documents": ("thanh phan ho so", "ho so"),
    "steps": ("trinh tu thuc hien", "trinh tu"),
    "channels": ("cach thuc thuc hien", "hinh thuc nop"),
    "where": ("receiving_address", "dia diem thuc hien", "dia diem tiep nhan ho so", "noi tiep nhan"),
    "result": ("ket qua thuc hien", "ket qua"),
    "conditions": ("yeu cau, dieu kien", "yeu cau dieu kien", "dieu kien"),
    "forms": ("mau don, to khai", "mau don to khai"),
    "legal_basis": ("can cu phap ly",),
    "decision": ("decision_no", "quyet dinh cong bo"),
    "updated": ("data_date", "ngay cap nhat"),
    "short": ("ten ngan", "ten goi ngan"),
    "also": ("ten goi khac", "tu khoa", "cach goi khac"),
    "url": ("duong dan", "lien ket"),
}
_KEYS = {title: key for key, titles in SYNONYMS.items() for title in (key, *titles)}
_WAY_KEYS = {"channel": "channel", "method": "channel", "time": "time", "fee": "fee", "note": "note"}
_CODE_SUFFIX = re.compile(r"(?:\.000)*(?:\.00)*(?:\.H\d{1,2})?$")
_BRACKETS = re.compile(r"\([^()]*\)")
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


Record = tuple[int, Mapping[str, Any]]


def read(path: Path) -> Iterator[Entry | Mistake]:
    """Yield each record of a file as an entry or a mistake; Unreadable if the whole file cannot be used.

    A record under a code that came before is a mistake, so that no code stands twice.
    """
    rows: dict[str, tuple[int, Entry]] = {}
    for found in _records(path):
        if isinstance(found, Mistake):
            yield found
            continue
        row, record = found
        entry = parse(path.name, row, record)
        if isinstance(entry, Entry):
            first = rows.setdefault(entry.code, (row, entry))
            if first[1] is not entry:
                same = "giống hệt" if first[1] == entry else "với nội dung khác"
                entry = Mistake(path.name, row, "code", f"mã {entry.code} đã có ở dòng {first[0]}, {same}")
        yield entry


def parse(file: str, row: int, record: Mapping[str, Any]) -> Entry | Mistake:
    """Make an entry of one record with any of the known key names, or say why it cannot be done."""
    values: dict[str, Any] = {}
    for title, value in record.items():
        key = _KEYS.get(title if title in _KEYS else bare_title(str(title)))
        if key is None or value is None or values.get(key):
            continue
        text = _as_text(value)
        if text is None:
            return Mistake(file, row, str(title), f"cần là chữ, đang là {type(value).__name__}")
        if key == "code" and not isinstance(value, str):
            reason = f"mã {value} bị bảng tính đổi thành số, có thể mất số 0 ở cuối; định dạng ô là chữ rồi ghi lại"
            return Mistake(file, row, str(title), reason)
        if FAILED_CELL.fullmatch(text.strip()):
            return Mistake(file, row, str(title), f"ô {text.strip()} là lỗi của bảng tính hoặc không phải giá trị")
        values[key] = clean(text)
    if mistake := _refused(file, row, values):
        return mistake
    values["code"] = plain_code(values["code"])
    values["updated"] = _date(values.get("updated", ""))
    unchecked = record.get("unchecked", ())
    if not isinstance(unchecked, list | tuple) or not all(isinstance(k, str) and k in TEXT_KEYS for k in unchecked):
        return Mistake(file, row, "unchecked", "cần là danh sách tên cột")
    ways = _ways(record.get("methods") or record.get("ways") or ())
    if ways is None:
        return Mistake(file, row, "methods", "cần là danh sách cách nộp, mỗi cách có tên")
    return from_mapping({**values, "ways": ways, "unchecked": unchecked})


def _as_text(value: object) -> str | None:
    """The text of a cell; None for what is no text, number or date."""
    if isinstance(value, bool):
        return None
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    return str(value) if isinstance(value, str | int | float) else None


def _refused(file: str, row: int, values: Mapping[str, Any]) -> Mistake | None:
    if not values.get("code"):
        return Mistake(file, row, "code", "thiếu mã thủ tục")
    if not is_code(plain_code(values["code"])):
        return Mistake(file, row, "code", f"mã {values['code']!r} không có dạng 1.234567")
    if not values.get("name"):
        return Mistake(file, row, "name", f"thiếu tên của thủ tục {values['code']}")
    if len(values["name"]) > LONGEST_NAME:
        return Mistake(file, row, "name", f"tên dài {len(values['name'])} chữ cái, quá {LONGEST_NAME}")
    for key, value in values.items():
        if len(value) > LONGEST_TEXT:
            return Mistake(file, row, key, f"dài {len(value)} chữ cái, quá {LONGEST_TEXT}")
    return None


def plain_code(text: str) -> str:
    """Return a procedure code without the suffixes that provinces add ("2.001765.000.00.00.H44")."""
    return _CODE_SUFFIX.sub("", text.replace("\xa0", "").strip())


def clean(text: str) -> str:
    """Return readable text (NFC) without trailing spaces, or more than one empty line in a row."""
    lines = (characters.readable(line.replace("\xa0", " ")).rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _date(text: str) -> str:
    """Keep the year, month or day that a date text starts with; remarks about its origin go."""
    match = _DATE.match(text)
    return match.group() if match else ""


def _ways(listed: Any) -> list[dict[str, str]] | None:
    if not isinstance(listed, list | tuple) or not all(isinstance(way, Mapping) for way in listed):
        return None
    ways = [{_WAY_KEYS[k]: clean(str(v)) for k, v in way.items() if k in _WAY_KEYS and v} for way in listed]
    if any("channel" not in way for way in ways):
        return None
    known = set(Way.__dataclass_fields__)
    return [{key: value for key, value in way.items() if key in known} for way in ways]


def _records(path: Path) -> Iterator[Record | Mistake]:
    found = 0
    with readable(path, sorted(READERS), MOST_BYTES):
        for record in READERS[path.suffix.lower()](path):
            found += 1
            yield record
    if not found:
        raise Unreadable(f"{path.name}: không có thủ tục nào trong tệp.")


def _jsonl(path: Path) -> Iterator[Record | Mistake]:
    good = 0
    with path.open("rb") as lines:
        for row, line in enumerate(lines, 1):
            if not line.strip():
                continue
            record = _json_object(path.name, row, line)
            good += not isinstance(record, Mistake)
            if not good and row >= HOPELESS:
                raise Unreadable(f"{path.name}: không dòng nào trong {HOPELESS} dòng đầu là JSON.")
            yield record


def _json_object(file: str, row: int, line: bytes) -> Record | Mistake:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Mistake(file, row, "dòng", f"không phải JSON ({error})")
    return (row, value) if isinstance(value, dict) else Mistake(file, row, "dòng", "cần là một đối tượng JSON")


def _json(path: Path) -> Iterator[Record]:
    try:
        value = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{path.name}: không phải JSON ({error}).") from error
    listed = value.get("procedures") if isinstance(value, dict) else value
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise Unreadable(f"{path.name}: cần một danh sách thủ tục.")
    yield from enumerate(listed, 1)


def _toml(path: Path) -> Iterator[Record]:
    try:
        value = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"{path.name}: không phải TOML ({error}).") from error
    listed = value.get("procedure")
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise Unreadable(f"{path.name}: không có khối [[procedure]] nào.")
    yield from enumerate(listed, 1)


def _table(path: Path) -> Iterator[Record]:
    """A table's records; a cell that says so repeats the one above."""
    above: Mapping[str, Any] = {}
    for row, cells in records(path, _titles, "không thấy hàng tiêu đề có cột mã và cột tên thủ tục"):
        above = {title: above.get(title, cell) if _is_ditto(cell) else cell for title, cell in cells.items()}
        yield row, above


def _titles(row: Iterable[Any]) -> dict[int, str]:
    found = {i: str(c) for i, c in enumerate(row) if c is not None and bare_title(str(c)) in _KEYS}
    return found if {"code", "name"} <= {_KEYS[bare_title(title)] for title in found.values()} else {}


def _is_ditto(cell: object) -> bool:
    """Whether a cell says that the one above it holds here too: "-nt-", "như trên"."""
    return isinstance(cell, str) and fold(cell).strip(" -.'\"()") in ("nt", "nhu tren")


def bare_title(cell: str) -> str:
    """A column's title folded, without what stands in brackets: "Lệ phí (đồng)" is "le phi"."""
    return " ".join(fold(_BRACKETS.sub(" ", cell)).split()) or fold(cell)


READERS: Mapping[str, Callable[[Path], Iterator[Record | Mistake]]] = {
    ".jsonl": _jsonl,
    ".json": _json,
    ".toml": _toml,
    ".csv": _table,
    ".xlsx": _table,
}
