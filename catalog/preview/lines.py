"""One row of a preview: what a row of a file says of a procedure, and what is odd or wrong in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from catalog import titles
from catalog.entries import TEXT_KEYS, Entry, from_mapping, names_in
from catalog.files.cells import FAILED_CELL, UNCOMPUTED, UNCOMPUTED_SAID, cell_text, is_moment, moment_shown
from catalog.files.legacy_fonts import converted, recognized
from catalog.files.limits import LONGEST_CELL
from catalog.files.mistakes import shortened
from catalog.preview.code_cells import CodeCell, code_cell, codes_in, named_code, replaced_in
from catalog.preview.dates import day_of, in_force_from
from catalog.preview.oddities import no_fee, no_time, runs_into_basis, split_letters
from catalog.preview.reading import Listed
from catalog.preview.surroundings import Surroundings, laid_over
from catalog.record import clean
from catalog.sections import Action, action_of
from catalog.text import fold
from catalog.titles import UNCHECKED, meaning_of

Kind = Literal["new", "amended", "replaced", "abolished", "unclear", "refused"]
_DATED = frozenset(("updated",))
_ONE_LINE = frozenset(("name", "field", "level"))
_NOT_SHORTENED = re.compile(r"khong (?:thuc hien )?(?:cat giam|rut ngan)|giu nguyen|nhu quy dinh|theo quy dinh$")
_UNSAID = ("", "giu nguyen", "khong thay doi", "khong", "dang thuc hien", "dang ap dung", "hien hanh", "con hieu luc")
_SAID: Mapping[str, Action] = {"moi": "new", "new": "new", "them moi": "new", "cong bo": "new"}
# A remark that says what is done with the whole procedure, and besides at most by what and from when.
_REMARKED = re.compile(
    r"(?:(?:tthc|thu tuc(?: hanh chinh)?) )?(?:(?:duoc|bi|da) )?"
    r"(moi|moi ban hanh|ban hanh moi|cong bo moi|them moi|moi cong bo|sua doi|sua doi,? bo sung|bo sung|sdbs|cap nhat"
    r"|bai bo|huy bo|huy cong khai|het hieu luc|da het hieu luc|khong con hieu luc)"
    r"(?: (?:theo|ke tu|tu|tai|boi)\b[^;]*)?"
)
_MEANT: Mapping[str, Action] = {
    "moi": "new",
    "them moi": "new",
    "moi cong bo": "new",
    "cap nhat": "amended",
    "bo sung": "amended",
}
LEVELS: Mapping[str, str] = {"bo": "Cấp bộ", "tinh": "Cấp tỉnh", "huyen": "Cấp huyện", "xa": "Cấp xã"}
_LEVEL_WORDS = {
    "province": "Cấp tỉnh",
    "commune": "Cấp xã",
    "district": "Cấp huyện",
    "ministry": "Cấp bộ",
    "central": "Cấp bộ",
    "trung-uong": "Cấp bộ",
    "tinh": "Cấp tỉnh",
    "huyen": "Cấp huyện",
    "xa": "Cấp xã",
    "shared_including_commune": "Cấp bộ, Cấp tỉnh, Cấp xã (dùng chung)",
}
_NAMED = {"bo": r"\bbo\b|trung uong", "tinh": r"\btinh\b|thanh pho", "huyen": r"\bhuyen\b", "xa": r"\bxa\b|phuong"}
_FIELD = re.compile(r"^lĩnh\s+vực\s*:?\s*", re.IGNORECASE)
_ONLY_DAY = re.compile(r"\s*\d{1,4}[/-]\d{1,2}[/-]\d{2,4}(?: 00:00(?::00)?)?\s*")
_ONLY_NUMBER = re.compile(r"\d{1,4}(?:[.,]\d{1,2})?")
_LONGEST_NAME = 2_000
_QUOTED = 100


@dataclass
class Line:
    """A procedure of a file: what is to be done with it (`kind`), its texts, where it stands, and what to say of it.

    `code` is the text as written if it is doubtful. `unchecked` are the keys whose texts the file itself calls
    unchecked. `record` is the entry of a JSON record. `reason` says
    why a line is unclear or refused.
    """

    kind: Kind | Literal[""]
    code: str
    texts: dict[str, str]
    place: str
    row: int
    sheet: str
    effective: str = ""
    replaces: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    reason: str = ""
    proposed: str = ""
    said: Action = ""
    font: str = ""
    record: Entry | None = None

    @property
    def name(self) -> str:
        """The name as the file has it."""
        return self.texts.get("name", "")

    @property
    def levels(self) -> frozenset[str]:
        """The levels of government that the file states for it."""
        return levels_of(self.texts.get("level", ""))

    def doubt(self, kind: Literal["unclear", "refused"], reason: str) -> None:
        """Mark the line as unclear or refused; the first reason stands, except that a refusal replaces a doubt."""
        if self.kind != "refused" and (self.kind != "unclear" or kind == "refused"):
            self.kind, self.reason = kind, reason
        elif reason not in self.notes:
            self.notes.append(reason)

    def entry(self) -> Entry:
        """Return the entry to store."""
        return self.record or from_mapping({**self.texts, "code": self.code, "unchecked": self.unchecked})


def levels_of(text: str) -> frozenset[str]:
    """Return which of bo, tinh, huyen, xa a text names; shared procedures are of all that exist today."""
    folded = fold(text)
    found = frozenset(level for level, pattern in _NAMED.items() if re.search(pattern, folded))
    return found or (frozenset(("bo", "tinh", "xa")) if "dung chung" in folded else frozenset())


def line_of(listed: Listed, whole: Surroundings, *, accept: bool) -> Line:
    """Make a line of a row; its kind is the action that the file states, "" if it states none.

    `whole` is what the file says outside of its tables; it fills in what neither the row nor its table says.
    """
    line = Line("", "", {}, listed.place, listed.row, listed.sheet)
    _take_texts(line, listed, whole, accept=accept)
    found = _code(line, listed)
    line.code, line.replaces, line.proposed = found.code, found.replaces, found.proposed
    if found.note:
        line.notes.append(found.note)
    _take_action(line, listed)
    if found.doubt and not (accept and found.proposed):
        line.doubt(found.doubt, found.reason)
    elif found.doubt:
        line.code = found.proposed
        line.notes.append(f"mã nhận theo đề xuất: {found.reason}")
    _take_days(line, listed, whole)
    if listed.cut:
        line.doubt("unclear", "tệp bị cắt ngang ở dòng này")
    _tell_oddities(line)
    return line


def _take_texts(line: Line, listed: Listed, whole: Surroundings, *, accept: bool) -> None:
    for key in TEXT_KEYS:
        if key != "code" and (text := _text(line, listed, key, accept=accept)):
            line.texts[key] = text
    section = laid_over(laid_over(listed.section, listed.around.default()), whole.default())
    line.texts["field"] = _FIELD.sub("", line.texts.get("field", "")) or section.field
    if line.texts["field"].isupper():
        line.texts["field"] = line.texts["field"].capitalize()
    level = line.texts.get("level", "")
    marked = ", ".join(name for key, name in LEVELS.items() if listed.cells.get(f"level:{key}") is not None)
    line.texts["level"] = _LEVEL_WORDS.get(level.casefold(), level) or marked or section.level
    # In a JSON record this is a list, which its entry holds already.
    if isinstance(listed.cells.get(UNCHECKED), str):
        _take_doubts(line, _text(line, listed, UNCHECKED, accept=accept))
    if _NOT_SHORTENED.match(fold(line.texts.get("committed", "")[:_QUOTED])):
        line.texts["committed"] = ""


def _take_doubts(line: Line, stated: str) -> None:
    """Take the columns that the row itself calls unchecked, and note names that are no column's."""
    meant = {name: meaning_of(name) for name in names_in(stated)}
    keys = {found[0] for found in meant.values() if found}
    line.unchecked = tuple(key for key in TEXT_KEYS if key in keys)
    if other := [name for name, found in meant.items() if not found or found[0] not in TEXT_KEYS]:
        line.notes.append(f"cột chưa đối chiếu: không có cột «{shortened(', '.join(other))}»")


def _text(line: Line, listed: Listed, key: str, *, accept: bool) -> str:
    """Return a cell as text; a value that is no text is left out and noted, so that nothing is guessed."""
    value = listed.cells.get(key)
    title = shortened(listed.titles.get(key, key))
    cell = f" (ô {name})" if (name := listed.cells_of.get(key)) else ""
    if value is None:
        return ""
    if value is UNCOMPUTED:
        line.notes.append(f"cột «{title}»{cell} {UNCOMPUTED_SAID}; để trống")
        return ""
    if is_moment(value) and key not in _DATED:
        line.notes.append(
            f"cột «{title}»{cell} là ngày {moment_shown(value)}, có lẽ bảng tính đã đổi chữ thành ngày; để trống"
        )
        return ""
    if isinstance(value, bool) or not (isinstance(value, str | int | float) or is_moment(value)):
        line.notes.append(f"cột «{title}» không phải chữ; để trống")
        return ""
    text = value if isinstance(value, str) else cell_text(value, listed.forms.get(key, ""))
    if key in ("time", "committed", "fee") and _ONLY_DAY.fullmatch(text):
        line.notes.append(
            f"cột «{title}»{cell} là ngày {text.strip()}, có lẽ bảng tính đã đổi chữ thành ngày; để trống"
        )
        return ""
    if len(text) < _QUOTED and FAILED_CELL.fullmatch(text.strip()):
        line.notes.append(f"cột «{title}»{cell} là lỗi {text.strip()} của bảng tính; để trống")
        return ""
    if len(text) > LONGEST_CELL:
        line.doubt("refused", f"cột «{title}»{cell} dài {len(text)} chữ cái, quá {LONGEST_CELL}")
        return ""
    if found := recognized(text):
        line.font = found[0]
        if not accept:
            line.doubt(
                "unclear",
                f"cột «{title}»{cell}: chữ theo phông cũ {found[0]}, đổi sang Unicode là “{shortened(found[1])}”",
            )
        text = converted(text, found[0])
    text = clean(text)
    return " ".join(text.split()) if key in _ONE_LINE else text


def _code(line: Line, listed: Listed) -> CodeCell:
    """The code of a row, wherever it stands: in its cell, behind the name, or next to the code that it replaces."""
    found = code_cell(listed.cells.get("code"), listed.forms.get("code", ""))
    stated = listed.cells.get("name")
    name, behind = named_code(line.name)
    if not behind and isinstance(stated, str) and "\n" in stated and (last := named_code(stated.strip()))[1]:
        name, behind = " ".join(last[0].split()), last[1]
    if behind and behind != found.code and not found.doubt:
        line.texts["name"] = name.strip()
        if not found.code:
            return CodeCell(behind)
        if listed.section.action == "replaced":
            return CodeCell(behind, (found.code,))
    elif behind:
        line.texts["name"] = name.strip()
    old = codes_in(listed.cells.get(titles.OLD_CODE))
    said = " ".join([line.name, *listed.remarks, str(listed.cells.get(titles.ACTION) or "")])
    replaces = (*found.replaces, *old, *replaced_in(said))
    return CodeCell(
        found.code,
        tuple(dict.fromkeys(one for one in replaces if one != found.code)),
        found.doubt,
        found.reason,
        found.proposed,
        found.note,
    )


def _take_action(line: Line, listed: Listed) -> None:
    said = listed.cells.get(titles.ACTION)
    folded = fold(said).strip(" .") if isinstance(said, str) else ""
    action = _SAID.get(folded) or action_of(folded) if folded not in _UNSAID else ""
    if not folded and (remarked := _remarked(listed)):
        if remarked == "abolished" and listed.section.action not in ("", remarked):
            line.doubt("unclear", "ghi chú nói bãi bỏ, mà dòng nằm trong mục khác")
        action = listed.section.action or remarked
    line.said = action or listed.section.action
    if line.kind:
        return
    if folded not in _UNSAID and not action:
        line.doubt("unclear", f"không hiểu loại thay đổi «{shortened(str(said))}»")
    elif line.replaces and action in ("", "replaced") and listed.section.action in ("", "replaced", "new", "amended"):
        line.kind = line.said = "replaced"
    else:
        line.kind = line.said


def _remarked(listed: Listed) -> Action:
    """Return the action that the remarks, or a column that may hold one, state for a procedure; "" if none."""
    for text in (listed.cells.get(titles.PERHAPS_ACTION), *listed.remarks):
        if isinstance(text, str) and (match := _REMARKED.fullmatch(" ".join(fold(text).split()).strip(" .*()-–"))):
            return _MEANT.get(match[1]) or action_of(match[1])
    return ""


def _take_days(line: Line, listed: Listed, whole: Surroundings) -> None:
    """Set the day from which a row has force: its own, its section's, its sheet's, else the decision's."""
    stated = listed.cells.get(titles.EFFECTIVE)
    day = day_of(stated)
    if stated is not None and not day:
        day = in_force_from(str(stated), listed.around.signed)
        if not day:
            line.notes.append(f"không hiểu ngày có hiệu lực «{shortened(cell_text(stated))}»")
    texts = [*listed.remarks, str(listed.cells.get(titles.ACTION) or ""), line.name]
    day = day or next(filter(None, map(in_force_from, texts)), "")
    line.effective = day or listed.since or listed.around.effective or whole.effective


def _tell_oddities(line: Line) -> None:
    for key in ("name", "time", "committed", "fee"):
        if split := split_letters(line.texts.get(key, "")):
            line.notes.append(f"chữ có vẻ bị tách rời khi chuyển từ PDF: «{split}»; xin xem lại")
    if runs_into_basis(line.name):
        line.notes.append("tên có lẽ chạy sang cột căn cứ pháp lý; xin xem lại")
    if len(line.name) > _LONGEST_NAME:
        line.doubt("refused", f"tên dài {len(line.name)} chữ cái, quá {_LONGEST_NAME}")
    for key in ("time", "committed"):
        if _ONLY_NUMBER.fullmatch(line.texts.get(key, "")):
            line.notes.append(f"thời hạn «{line.texts[key]}» chỉ có số, không ghi đơn vị")
        elif (text := line.texts.get(key, "")) and no_time(text):
            line.notes.append(f"thời hạn «{shortened(text)}» không phải một thời hạn; xin xem lại")
    if (fee := line.texts.get("fee", "")) and no_fee(fee):
        line.notes.append(f"mức phí «{shortened(fee)}» không có số tiền, cũng không ghi là không thu; xin xem lại")
