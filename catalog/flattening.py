"""Turn records of the national portal, communes' sites and crawlers, with their lists, into the texts of an entry."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from catalog.codes import plain_code
from catalog.entries import TEXT_KEYS
from catalog.files.cells import tidied
from catalog.files.mistakes import LONGEST_QUOTE, quoted, shortened
from catalog.titles import ACTION, meaning_of_key

MOST_KEYS = 400
DEEPEST = 6
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ENTRY_LISTS = frozenset(("methods", "ways", "unchecked"))
_COUNTING = frozenset(("stt", "tt", "order"))
_WRAPPERS = frozenset(("procedure", "thu_tuc", "data", "detail", "thong_tin_chung"))
_WAY_LISTS = frozenset(("cach thuc thuc hien", "execution methods"))
_WAY_KEYS = {
    **dict.fromkeys(("channel", "method", "submission method", "hinh thuc nop", "hinh thuc"), "channel"),
    **dict.fromkeys(("time", "thoi gian", "thoi han", "thoi gian giai quyet", "processing time"), "time"),
    **dict.fromkeys(("fee", "fees", "phi le phi", "phi", "le phi"), "fee"),
    **dict.fromkeys(("note", "mo ta", "description"), "note"),
}
_UNIT = "processing time unit"
# The portal's own words.
_CHANNELS = {"ONLINE": "Trực tuyến", "DIRECT": "Trực tiếp", "OFFLINE": "Trực tiếp", "POSTAL": "Dịch vụ bưu chính",
             "POST": "Dịch vụ bưu chính"}  # fmt: skip
_UNITS = {"WORKING_DAY": "ngày làm việc", "DAY": "ngày", "HOUR": "giờ", "WORKING_HOUR": "giờ làm việc",
          "MINUTE": "phút", "MONTH": "tháng", "YEAR": "năm"}  # fmt: skip
_FEES = {"FEE": "Phí", "CHARGE": "Lệ phí"}
_PAGE_CODE = re.compile(r"Mã thủ tục\s*:?\s*(\d\.\d{6})")
_PROSE_KEY = re.compile(
    r"(?:name|title|description|content|ten|noi dung|mo ta|truong hop|so ky hieu|trich yeu|ghi chu)\b"
)


@dataclass(slots=True)
class Flat:
    """What was understood of a record, the record's key for each value, and the keys that were not understood.

    `ranks` say how usual each of those keys is for its value (the lower the better).
    """

    values: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    ranks: dict[str, int] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)


def flatten(record: Mapping[str, Any]) -> Flat:
    """Return the texts of a record by the keys of an entry; lists become lines, lists of ways become ways."""
    flat = Flat()
    _take(flat, record, "", 0)
    return flat


def looks_like_one(value: Any) -> bool:
    """Tell whether a JSON object is the record of a procedure: something in it is a name or a code."""
    return isinstance(value, Mapping) and not {"code", "name"}.isdisjoint(flatten(value).values)


def lists_of_records(value: Mapping[str, Any], path: str = "", depth: int = 0) -> Iterator[tuple[str, list[Any]]]:
    """Yield the lists inside an object that hold records, each with the path to it ("data.items")."""
    for key, inner in value.items():
        name = f"{path}{key}"
        if isinstance(inner, list) and inner and sum(map(looks_like_one, inner[:20])) * 2 >= len(inner[:20]):
            yield name, inner
        elif isinstance(inner, Mapping) and depth < DEEPEST:
            yield from lists_of_records(inner, f"{name}.", depth + 1)


def other_page(record: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    """Return a sentence if a crawler's record holds the page of another procedure than its code says; else ""."""
    page, code = record.get("raw_text"), values.get("code")
    match = _PAGE_CODE.search(page) if isinstance(page, str) else None
    if match is None or not isinstance(code, str) or match[1] == plain_code(code):
        return ""
    return f"mã ghi {quoted(code)} nhưng trang lấy về là của {match[1]}"


def _take(flat: Flat, record: Mapping[str, Any], path: str, depth: int) -> None:
    if len(record) > MOST_KEYS:
        flat.unknown[f"{path}… (các khóa sau khóa thứ {MOST_KEYS})"] += 1
    for key, value in islice(record.items(), MOST_KEYS):
        stated = tidied(value)
        if stated is not None and stated not in ([], {}):
            _take_one(flat, str(key), stated, path, depth)


def _take_one(flat: Flat, name: str, value: Any, path: str, depth: int) -> None:
    plain = _plain(name)
    if name in _ENTRY_LISTS:
        flat.values.setdefault(name, value)
    elif isinstance(value, list) and plain in _WAY_LISTS and all(isinstance(one, Mapping) for one in value):
        flat.values.setdefault("ways", [_way(flat, one, f"{path}{name}") for one in value])
    elif meaning := meaning_of_key(name):
        _keep(flat, meaning, name, value, path)
    elif isinstance(value, Mapping) and name.lower() in _WRAPPERS and depth < DEEPEST:
        _take(flat, value, f"{path}{name}.", depth + 1)
    elif plain == "fees" and isinstance(value, list):
        flat.values.setdefault("fee", _fees(flat, value, f"{path}{name}"))
    elif plain not in _COUNTING:
        flat.unknown[shortened(f"{path}{name}")] += 1


def _keep(flat: Flat, meaning: tuple[str, int], name: str, value: Any, path: str) -> None:
    """Keep a value; of two for the same text keep that under the more usual key, and list the other key as unknown."""
    key, rank = meaning
    if flat.values.get(key) and flat.ranks[key] <= rank:
        flat.unknown[shortened(f"{path}{name}")] += 1
        return
    if flat.values.get(key):
        flat.unknown[flat.keys[key]] += 1
    flat.values[key] = _text(flat, value, key, f"{path}{name}")
    flat.keys[key], flat.ranks[key] = name, rank


def _text(flat: Flat, value: Any, meaning: str, path: str) -> Any:
    """Return a list as lines; any other value stays as it is, to be taken or refused by its type."""
    if not isinstance(value, list) or meaning in ("code", "name", ACTION) or meaning not in TEXT_KEYS:
        return value
    return "\n".join(_lines(flat, value, path, 0)) or None


def _lines(flat: Flat, value: Any, path: str, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        if text := tidied(value):
            yield text
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, list) and depth < DEEPEST:
        for one in value:
            yield from _lines(flat, one, path, depth + 1)
    elif isinstance(value, Mapping) and depth < DEEPEST:
        yield from _object_lines(flat, value, path, depth)
    elif value is not None:
        flat.unknown[shortened(path)] += 1


def _object_lines(flat: Flat, value: Mapping[str, Any], path: str, depth: int) -> Iterator[str]:
    for key, inner in value.items():
        if inner in (None, "", [], {}):
            continue
        if isinstance(inner, list | Mapping) or (isinstance(inner, str) and _PROSE_KEY.match(_plain(str(key)))):
            yield from _lines(flat, inner, f"{path}.{key}", depth + 1)
        else:
            flat.unknown[shortened(f"{path}.{key}")] += 1


def _way(flat: Flat, way: Mapping[str, Any], path: str) -> dict[str, str]:
    unit = next((value for key, value in way.items() if _plain(str(key)) == _UNIT), "")
    found: dict[str, str] = {}
    for key, value in way.items():
        if value is None or value in ("", []):
            continue
        plain = _plain(str(key))
        meaning = _WAY_KEYS.get(plain, "")
        if plain == _UNIT:
            continue
        if not meaning or found.get(meaning):
            flat.unknown[shortened(f"{path}.{key}")] += 1
        elif meaning == "fee" and isinstance(value, list):
            found["fee"] = _fees(flat, value, f"{path}.{key}")
        elif meaning == "time" and unit:
            found["time"] = f"{value} {_UNITS.get(str(unit), unit)}"
        else:
            found[meaning] = _CHANNELS.get(str(value), "\n".join(_lines(flat, value, f"{path}.{key}", 0)))
    return {key: value for key, value in found.items() if value}


def _fees(flat: Flat, fees: list[Any], path: str) -> str:
    """Fees as the portal lists them: {"type": "FEE", "value": 20000} is "Phí: 20.000 đồng"."""
    lines = []
    for fee in fees:
        value = fee.get("value") if isinstance(fee, Mapping) else None
        if not isinstance(fee, Mapping) or not isinstance(value, int | float) or isinstance(value, bool):
            lines += list(_lines(flat, fee, path, 0))
            continue
        amount = f"{value:,}".replace(",", ".") if isinstance(value, int) else f"{value}"
        kind = _FEES.get(str(fee.get("type")), "Phí, lệ phí")
        rest = list(_lines(flat, {k: v for k, v in fee.items() if k not in ("type", "value", "id")}, path, 0))
        lines.append(f"{kind}: {amount} đồng" + (f" ({'; '.join(rest)})" if rest else ""))
    return "\n".join(lines)


def _plain(key: str) -> str:
    return "" if len(key) > LONGEST_QUOTE else _CAMEL.sub(" ", key).replace("_", " ").lower()
