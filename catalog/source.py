"""Reading catalog files of records, .json, .jsonl and .toml: each mistake named by file, row and key."""

import json
import re
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from catalog.entries import TEXT_KEYS, Entry
from catalog.files.limits import MOST_BYTES, Clock, Seen, Watch, unseen
from catalog.files.mistakes import Mistake, Unreadable, shortened
from catalog.files.notes import Notes
from catalog.files.opening import readable
from catalog.flattening import Flat, flatten, lists_of_records, looks_like_one, other_page
from catalog.record import Place, Remarks, entry_of
from locales.system_errors import reason

HOPELESS = 20
# A file of lines is read line by line: the published catalog is 25 MB, and is exported so.
MOST_LINES_BYTES = 50 * 1024 * 1024
MOST_LINES = 1_000_000
# A few large cells can stand in many rows ("-nt-", merged cells): all texts together are counted.
MOST_CHARACTERS = 60_000_000
LONGEST_LINE = 4 * 1024 * 1024
MOST_TOML_BYTES = 256 * 1024
# Reading a key of many parts takes time with the square of their number.
_LONG_KEY = re.compile(r"[\w\"'-]+(?:[ \t]*\.[ \t]*[\w\"'-]+){40}")
LIMITS = {".toml": MOST_TOML_BYTES, ".jsonl": MOST_LINES_BYTES}


def read(
    path: Path, notes: Notes | None = None, *, accept: bool = False, clock: Clock = time.monotonic
) -> Iterator[Entry | Mistake]:
    """Yield each record of a file as an entry or a mistake; Unreadable if the whole file cannot be used.

    A record under a code that came before is a mistake, so that no code stands twice. `notes` gets what there
    is to say: what was left out, hidden, guessed or not understood. With `accept` the proposals of codes without
    their suffix and of texts of old fonts are taken.
    """
    notes = Notes() if notes is None else notes
    first: dict[str, tuple[str, int, Entry]] = {}
    count = size = 0
    with readable(path, KINDS, LIMITS.get(path.suffix.lower(), MOST_BYTES)):
        for row, sheet, found, _ in placed(path, notes, clock, accept=accept):
            count += 1
            if isinstance(found, Entry):
                size += sum(len(getattr(found, key)) for key in TEXT_KEYS)
            if size > MOST_CHARACTERS:
                raise Unreadable(f"{path.name}: hơn {MOST_CHARACTERS} chữ cái; chia thành nhiều tệp.")
            yield _once(path.name, first, row, sheet, found) if isinstance(found, Entry) else found
    if not count:
        raise Unreadable(f"{path.name}: không có thủ tục nào trong tệp.")


def parse(file: str, row: int, record: Mapping[str, Any]) -> Entry | Mistake:
    """Make an entry of one record with any of the known key names, or say why it cannot be done."""
    flat = flatten(record)
    return entry_of(flat.values, Place(file, row, flat.keys), Remarks(), accept=False)


def _once(file: str, first: dict[str, tuple[str, int, Entry]], row: int, sheet: str, entry: Entry) -> Entry | Mistake:
    before_sheet, before, known = first.setdefault(entry.code, (sheet, row, entry))
    if known is entry:
        return entry
    same = "giống hệt" if known == entry else "với nội dung khác"
    where = f"dòng {before}" if before_sheet == sheet else f"trang «{before_sheet}», dòng {before}"
    return Mistake(file, row, "code", f"mã {entry.code} đã có ở {where}, {same}", sheet)


def placed(
    path: Path, notes: Notes, clock: Clock = time.monotonic, *, accept: bool = False, seen: Seen = unseen
) -> Iterator[tuple[int, str, Entry | Mistake, Flat | None]]:
    """Yield each record of JSON or TOML: row, part of the file, entry or mistake, and what was understood of it.

    The last is None for what is no record, or holds another procedure than its code says.
    """
    watch = Watch(path.name, clock, seen)
    remarks = Remarks()
    unknown: Counter[str] = Counter()
    for row, part, record in READERS[path.suffix.lower()](path, notes):
        watch.count(1)
        if isinstance(record, Mistake):
            yield row, part, record, None
            continue
        flat = flatten(record)
        unknown += flat.unknown
        place = Place(path.name, row, flat.keys, part)
        if other := other_page(record, flat.values):
            yield row, part, place.wrong("code", other), None
        else:
            yield row, part, entry_of(flat.values, place, remarks, accept=accept), flat
    remarks.tell(notes, "")
    notes.names("Khóa không hiểu, không nhập", [f"{key} ({count})" for key, count in unknown.most_common()])


def _jsonl(path: Path, notes: Notes) -> Iterator[tuple[int, str, Mapping[str, Any] | Mistake]]:
    good = 0
    with path.open("rb") as lines:
        for row, line in enumerate(lines, 1):
            if row > MOST_LINES:
                raise Unreadable(f"{path.name}: hơn {MOST_LINES} dòng.")
            if len(line) > LONGEST_LINE:
                raise Unreadable(f"{path.name}: dòng {row} dài hơn {LONGEST_LINE // 1024 // 1024} MB.")
            if not line.strip():
                continue
            record = _json_object(path.name, row, line)
            good += not isinstance(record, Mistake)
            if not good and row >= HOPELESS:
                raise Unreadable(f"{path.name}: không dòng nào trong {HOPELESS} dòng đầu là JSON.")
            yield row, "", record


def _json_object(file: str, row: int, line: bytes) -> Mapping[str, Any] | Mistake:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        cut = "" if line.endswith(b"\n") else "; tệp kết thúc giữa dòng, có lẽ bị cắt ngang và thiếu phần sau"
        return Mistake(file, row, "dòng", f"không phải JSON ({_broken(error)}){cut}")
    return value if isinstance(value, dict) else Mistake(file, row, "dòng", "cần là một đối tượng JSON")


def _json(path: Path, notes: Notes) -> Iterator[tuple[int, str, Mapping[str, Any] | Mistake]]:
    """Read a list of records, one record, or an object with lists of records in it, which are all read."""
    try:
        value = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{path.name}: không phải JSON ({_broken(error)}).") from error
    if isinstance(value, dict) and looks_like_one(value):
        value = [value]
    if isinstance(value, dict):
        lists = dict(lists_of_records(value))
        parts = {name if len(lists) > 1 else "": listed for name, listed in lists.items()}
        others = [key for key in value if not any(name == key or name.startswith(f"{key}.") for name in lists)]
        if lists:
            notes.names("Ngoài danh sách thủ tục, không đọc các khóa", others)
    else:
        parts = {"": value} if isinstance(value, list) else {}
    if not parts or not all(isinstance(item, dict) for listed in parts.values() for item in listed):
        raise Unreadable(f"{path.name}: cần một danh sách thủ tục.")
    for name, listed in parts.items():
        for row, item in enumerate(listed, 1):
            yield row, name, item


def _broken(error: Exception) -> str:
    match error:
        case RecursionError():
            return "các cấp lồng nhau quá sâu"
        case json.JSONDecodeError():
            return f"sai từ ký tự {error.pos + 1}"
        case UnicodeDecodeError():
            return reason(error)
        case ValueError() if type(error) is ValueError:
            # Python's own limit for the digits of a number.
            return "có số quá dài"
    return shortened(str(error))


def _toml(path: Path, notes: Notes) -> Iterator[tuple[int, str, Mapping[str, Any] | Mistake]]:
    try:
        text = path.read_text("utf-8-sig")
        if _LONG_KEY.search(text):
            raise Unreadable(f"{path.name}: có khóa quá nhiều cấp.")
        value = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"{path.name}: không phải TOML ({_broken(error)}).") from error
    listed = value.get("procedure")
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise Unreadable(f"{path.name}: không có khối [[procedure]] nào.")
    for row, item in enumerate(listed, 1):
        yield row, "", item


READERS: Mapping[str, Callable[[Path, Notes], Iterator[tuple[int, str, Mapping[str, Any] | Mistake]]]] = {
    ".json": _json,
    ".jsonl": _jsonl,
    ".toml": _toml,
}
KINDS = tuple(sorted(READERS))
