"""What a file would do to a catalog: its rows compared with what is stored, one another, and what the file declares."""

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from catalog.codes import is_own_code
from catalog.entries import Entry, official_title
from catalog.files.limits import MOST_BYTES, Clock, Seen, unseen
from catalog.files.mistakes import Unreadable, shortened
from catalog.files.notes import Notes
from catalog.files.opening import DOCUMENTS, TABLES, readable
from catalog.preview.lines import Kind, Line, levels_of, line_of
from catalog.preview.oddities import thousandth, unlike
from catalog.preview.reading import Listed, Part, Reading, read_tables
from catalog.preview.surroundings import Surroundings
from catalog.source import KINDS as RECORDED
from catalog.source import LIMITS, MOST_CHARACTERS, placed
from catalog.text import fold

FILES = tuple(sorted((*RECORDED, *TABLES, *DOCUMENTS)))
KINDS: tuple[Kind, ...] = ("new", "amended", "replaced", "abolished", "unclear", "refused")
WORDS: Mapping[str, str] = {
    "new": "mới",
    "amended": "sửa đổi, bổ sung",
    "replaced": "thay thế",
    "abolished": "bãi bỏ",
    "unclear": "cần xem lại",
    "refused": "từ chối",
}
_NEAR = 90
_MOST_NEAR = 3
_DECLARED = re.compile(r"\(\s*(\d{1,4})\s*(?:thủ tục|tthc)[^()]*\)", re.IGNORECASE)


@dataclass
class Preview:
    """The rows of a file with what each would do, in the file's order, and the sentences that go with them.

    `decision` and `decided` are number and day (YYYY-MM-DD) of the decision that the file names; `titles` are those of
    the file's columns by the key of an entry.
    """

    lines: list[Line] = field(default_factory=list)
    skipped: int = 0
    notes: Notes = field(default_factory=Notes)
    decision: str = ""
    decided: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)

    def of(self, kind: Kind) -> list[Line]:
        """Return the lines of a kind."""
        return [line for line in self.lines if line.kind == kind]

    @property
    def counts(self) -> dict[str, int]:
        """How many lines there are of each kind, and how many rows were left out."""
        return {kind: len(self.of(kind)) for kind in KINDS} | {"skipped_rows": self.skipped}


def preview(
    path: Path,
    stored: Mapping[str, Entry],
    *,
    accept: bool = False,
    own: bool = False,
    clock: Clock = time.monotonic,
    seen: Seen = unseen,
) -> Preview:
    """Say what a file would change in a catalog; Unreadable if the whole file cannot be used.

    With `accept`, proposals for doubtful codes and texts of old fonts are taken. A unit's `own` catalog takes
    the unit's own codes ("LT.01") from any file, the common catalog only from an export. `seen` gets the count of rows.
    """
    made = Preview()
    suffix = path.suffix.lower()
    with readable(path, FILES, LIMITS.get(suffix, MOST_BYTES)):
        if suffix in (*TABLES, *DOCUMENTS):
            reading = read_tables(path, made.notes, accept=accept, clock=clock, seen=seen)
            lines = _within(path, (line_of(one, reading.around, accept=accept) for one in reading.rows))
            made.skipped = reading.skipped
            made.decision, made.decided = reading.around.decision, reading.around.signed
            made.titles = {key: title for one in reading.rows[:1] for key, title in one.titles.items()}
        else:
            reading, own = Reading(), True
            lines = _within(path, _recorded(path, made.notes, clock, seen, accept=accept))
    if not lines:
        raise Unreadable(f"{path.name}: không có thủ tục nào trong tệp.")
    fonts = [line.font for line in lines if line.font and not accept]
    if len(fonts) > 1 and len(fonts) * 2 > len(lines):
        raise Unreadable(
            f"{path.name}: chữ theo phông cũ {fonts[0]}. Nếu đúng, thêm --accept để đổi sang Unicode và đọc. "
            "Hoặc đổi bằng UniKey rồi lưu lại."
        )
    names = _Names(stored)
    known = _Known()
    for line in lines:
        if is_own_code(line.code) and not own and line.code not in stored:
            line.doubt("refused", f"mã {line.code} là mã riêng của nhóm liên thông, không phải mã quốc gia")
        _find(line, names)
        if (again := known.again(line)) is None:
            _compare(line, stored)
            made.lines.append(line)
        elif again.reason:
            line.doubt("unclear", again.reason)
            made.lines.append(line)
        else:
            made.skipped += 1
            made.notes.say(f"Bỏ qua {line.place}, giống hệt {again.first.place}.")
    _tell_unknown(made, stored)
    _tell_declared(made, reading, lines)
    return made


def _within(path: Path, lines: Iterable[Line]) -> list[Line]:
    """Take lines up to the limit of all their texts: one large cell can stand in many rows ("-nt-")."""
    taken: list[Line] = []
    size = 0
    for line in lines:
        size += sum(map(len, line.texts.values()))
        if size > MOST_CHARACTERS:
            raise Unreadable(f"{path.name}: hơn {MOST_CHARACTERS} chữ cái; chia thành nhiều tệp.")
        taken.append(line)
    return taken


def _recorded(path: Path, notes: Notes, clock: Clock, seen: Seen, *, accept: bool) -> Iterator[Line]:
    """The lines of a file of records, JSON or TOML."""
    around = Surroundings()
    for row, part, found, flat in placed(path, notes, clock, accept=accept, seen=seen):
        place = f"{part}!{row}"
        if flat is None:
            yield Line("refused", "", {}, place, row, part, reason=str(getattr(found, "reason", "")))
            continue
        line = line_of(Listed(place, row, part, flat.values, titles=flat.keys, around=around), around, accept=accept)
        line.record = found if isinstance(found, Entry) else None
        yield line


class _Names:
    """The procedures of a catalog by their folded names."""

    def __init__(self, stored: Mapping[str, Entry]) -> None:
        self.stored = stored
        self._by_name: dict[str, list[Entry]] = {}
        for entry in stored.values():
            self._by_name.setdefault(_named(entry.name), []).append(entry)

    def exact(self, line: Line) -> list[Entry]:
        """Return the procedures of a line's name and level."""
        found = self._by_name.get(_named(line.name), [])
        return [one for one in found if _at_level(one, line)] or found

    def near(self, line: Line) -> list[Entry]:
        """Return the few procedures whose names are nearly the line's, the nearest first."""
        from rapidfuzz import fuzz, process

        found = process.extract(
            _named(line.name), list(self._by_name), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=_MOST_NEAR
        )
        return [entry for name, _, _ in found for entry in self._by_name[name]][:_MOST_NEAR]


def _named(name: str) -> str:
    return fold(official_title(name)).strip(" .;,")


def _at_level(entry: Entry, line: Line) -> bool:
    """Whether a stored procedure stands at a level of a line; either may state none."""
    levels = levels_of(entry.level)
    return not levels or not line.levels or bool(levels & line.levels)


def _find(line: Line, names: _Names) -> None:
    """Find the procedure that a line without a code means, and the name for a line with a code alone."""
    if line.kind == "refused":
        return
    if not line.code:
        _find_by_name(line, names)
    elif not line.name and line.kind != "unclear":
        known = names.stored.get(line.code)
        if known:
            line.texts["name"] = known.name
            line.notes.append("tên lấy từ danh mục")
        elif line.kind != "abolished":
            line.doubt("unclear", f"thiếu tên của thủ tục {line.code}")


def _find_by_name(line: Line, names: _Names) -> None:
    if not line.name:
        line.doubt("refused", "không có mã và không có tên thủ tục")
        return
    found = names.exact(line)
    if len(found) == 1 and line.kind not in ("new", "unclear"):
        line.code = found[0].code
        line.notes.append(f"không có mã; mã {line.code} lấy theo tên trùng khớp, xin xem lại")
        return
    near = found or names.near(line)
    proposed = "; ".join(f"{one.code} {shortened(one.name)}" for one in near)
    if not near:
        line.doubt("refused", "không có mã, và danh mục không có thủ tục nào tên như vậy")
    elif len(found) == 1:
        line.doubt("unclear", f"không có mã, nêu là mới nhưng trùng tên {proposed}")
    else:
        line.doubt("unclear", f"không có mã; tên {'trùng' if found else 'gần giống'} {proposed}")


@dataclass(frozen=True, slots=True)
class _Again:
    first: Line
    reason: str = ""


class _Known:
    """The lines of a file so far, to tell those that come again."""

    def __init__(self) -> None:
        self._by_code: dict[str, list[Line]] = {}

    def again(self, line: Line) -> _Again | None:
        """Return the earlier line that a line repeats, with a reason if its content differs; None if there is none."""
        others = self._by_code.setdefault(line.code or f"={_named(line.name)}", [])
        for other in others:
            if _content(other) == _content(line) and (line.code or line.name):
                return _Again(other)
        if line.kind not in ("unclear", "refused"):
            for other in others:
                same = not other.levels or not line.levels or other.levels == line.levels
                if same and other.replaces == line.replaces and other.kind != "unclear":
                    others.append(line)
                    return _Again(other, f"mã {line.code} đã có ở {other.place} với nội dung khác")
        others.append(line)
        return None


def _content(line: Line) -> tuple[object, ...]:
    texts = {key: text for key, text in line.texts.items() if text}
    return line.said, line.code, texts, line.replaces, line.effective


def _compare(line: Line, stored: Mapping[str, Entry]) -> None:
    """Decide what a line does if the file does not say it, and note what looks odd beside the stored entry."""
    known = stored.get(line.code)
    if not line.kind:
        line.kind = "amended" if known and _at_level(known, line) else "new"
    fee, before = line.texts.get("fee", ""), known.fee if known else ""
    if thousandth(fee, before):
        was = f", trước là «{shortened(before)}»" if before else ""
        line.notes.append(f"mức phí «{shortened(fee)}» nhỏ khác thường, có lẽ thiếu ba số 0{was}")
    if known is None or line.kind in ("unclear", "refused"):
        return
    if line.name and known.name and unlike(line.name, known.name):
        line.notes.append(f"tên khác hẳn tên đang có của {line.code}: «{shortened(known.name)}»")


def _tell_unknown(made: Preview, stored: Mapping[str, Entry]) -> None:
    """Name the lines whose action does not fit the catalog; the file's word stands."""
    for kind, stands, said in (
        ("new", True, "Nêu là mới nhưng đã có trong danh mục"),
        ("amended", False, "Nêu là sửa đổi nhưng chưa có trong danh mục"),
        ("abolished", False, "Nêu là bãi bỏ nhưng chưa có trong danh mục"),
    ):
        odd = [line for line in made.lines if line.kind == kind and (line.code in stored) == stands]
        odd = [line for line in odd if not stands or _at_level(stored[line.code], line)]
        made.notes.names(said, [line.code for line in odd])


def _tell_declared(made: Preview, reading: Reading, lines: Sequence[Line]) -> None:
    """Compare what the file declares with what was read; a code at two levels may count once or twice."""
    declared = reading.around.declared
    wrong = False
    for action in WORDS:
        if (number := declared.get(action)) is not None:
            group = [line for line in made.lines if line.said == action]
            wrong |= _differs(made.notes, number, f"thủ tục {WORDS[action]}", [group], group)
    total = declared.get("")
    if total is not None and not wrong:
        groups = [made.lines, [line for line in made.lines if line.said != "abolished"], lines]
        _differs(made.notes, total, "thủ tục", groups, made.lines)
    for position, part in enumerate(reading.parts):
        if match := _DECLARED.search(part.text):
            end = next((one.start for one in reading.parts[position + 1 :] if _rank(one) <= _rank(part)), len(lines))
            group = list(lines[part.start : end])
            _differs(made.notes, int(match[1]), f"thủ tục ở mục «{shortened(part.text)}»", [group], group)


def _rank(part: Part) -> int:
    """Return the rank of a heading: 0 if it states an action, 1 if a level, 2 if only a field."""
    folded = fold(part.text)
    if any(word in folded for word in ("bai bo", "moi ban hanh", "ban hanh moi", "sua doi", "thay the")):
        return 0
    return 1 if levels_of(folded) and "linh vuc" not in folded else 2


def _differs(notes: Notes, number: int, what: str, groups: Iterable[Sequence[Line]], read: Sequence[Line]) -> bool:
    fitting: set[int] = set()
    for group in groups:
        sure = [line for line in group if line.kind not in ("unclear", "refused")]
        for one in (group, sure):
            fitting |= {len(one), len({line.code or line.name for line in one})}
    if number in fitting:
        return False
    notes.say(f"Văn bản nêu {number:02d} {what}, đọc được {len(read):02d}: không khớp, xin xem lại.")
    return True


def as_object(made: Preview) -> dict[str, object]:
    """Return a preview as scripts read it: counts, rows, sentences, refusals."""
    return {
        "counts": made.counts,
        "rows": [_row(line) for line in made.lines if line.kind != "refused"],
        "told": made.notes.sentences,
        "refused": [
            {"where": line.place, "reason": "; ".join([line.reason, *line.notes])} | _stated(line)
            for line in made.of("refused")
        ],
    }


def _stated(line: Line) -> dict[str, str]:
    return {"code": line.code} if line.code else {}


def _row(line: Line) -> dict[str, object]:
    row: dict[str, object] = {"action": line.kind, "code": line.code}
    row |= {
        key: " ".join(line.texts.get(key, "").split()) for key in ("level", "name", "field", "time", "committed", "fee")
    }
    row |= {"effective_from": line.effective, "where": line.place}
    if line.replaces:
        row["replaces"] = list(line.replaces)
    if also := line.texts.get("also"):
        row["also"] = " ".join(also.split())
    if notes := [*filter(None, [line.reason]), *line.notes]:
        row["notes"] = notes
    return row
