"""Rows of a publication that head a section: they set field, level and action of the rows below."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from catalog.entries import is_code
from catalog.files.cells import cell_text
from catalog.files.sheet import Row
from catalog.text import fold

Action = Literal["", "new", "amended", "replaced", "abolished"]
_PART = r"(?:phần|phụ lục|mục|biểu|bảng)"
_COUNTED = r"\(?(?:[IVXLC]{1,7}|[A-ZĐ]|\d{1,3}(?:\.\d{1,2})*)"
_ORDINAL = re.compile(
    rf"^\s*(?:{_PART}\s+)?{_COUNTED}(?:[.)](?=[^\W\d])|\s*[.)/:–-]?\s+)(?=\S)",
    re.IGNORECASE,
)
_BARE_ORDINAL = re.compile(rf"{_PART}|(?:{_PART}\s+)?{_COUNTED}[.):]*", re.IGNORECASE)
_FIELD = re.compile(
    r"^(?:các\s+)?(?:thủ tục hành chính\s+(?:thuộc\s+)?|tthc\s+(?:thuộc\s+)?)?(?:nhóm\s+)?lĩnh vực\s*:?\s*(.+)$",
    re.IGNORECASE | re.DOTALL,
)
_TAIL = re.compile(r"\s*\(\s*\d{1,4}\s*(?:thủ tục|tthc)[^()]*\)\s*$", re.IGNORECASE)
_COUNT = re.compile(r"\(?\d{1,4}(?:\s+(?:thủ tục|tthc))?\)?", re.IGNORECASE)
_ACTIONS: tuple[tuple[tuple[str, ...], Action], ...] = (
    (
        *(("bai bo", "huy bo", "huy cong khai", "het hieu luc", "khong con hieu luc", "abolished", "repealed"),),
        "abolished",
    ),
    (("thay the", "replaced"), "replaced"),
    (
        ("sua doi", "bo sung", "cat giam", "rut ngan", "duoc dieu chinh", "sdbs", "amended", "modified", "reduced"),
        "amended",
    ),
    (("tthc moi", "thu tuc moi", "thu tuc hanh chinh moi", "moi ban hanh", "ban hanh moi", "cong bo moi"), "new"),
    (("chuan hoa moi", "duoc ban hanh"), "new"),
)
_LEVELS = {
    "cap trung uong": "Cấp bộ",
    "cap bo": "Cấp bộ",
    "cap tinh": "Cấp tỉnh",
    "cap thanh pho": "Cấp tỉnh",
    "cap huyen": "Cấp huyện",
    "cap xa": "Cấp xã",
}
_SHARED = "dung chung"
_ABOUT = re.compile(
    r"(?:phu luc\W+|phan\W+\w+\W+)?(?:cac |nhom )?"
    r"(?:thu tuc hanh chinh|tthc|danh muc|thu tuc (?:duoc|bi|moi|cap|dung chung|thay the|sua doi|bai bo|thuoc))\b"
)
_SHORT = 60
_MOST_CELLS = 2
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Section:
    """What holds for the rows below: field and level as they are written, and what is done with procedures."""

    field: str = ""
    level: str = ""
    action: Action = ""

    def below(self, row: Row, named: int | None = None) -> "Section | None":
        """Return what holds below a row; None if it heads no section.

        `named` is the column of names, where a numbered text is rather a procedure without a code. A new action ends
        the level and field so far, a new level ends the field.
        """
        found = _heading(row, named)
        return None if found is None else self.then(found)

    def then(self, found: "Section") -> "Section":
        """Return what holds below another heading: what it says, and what it leaves as it was."""
        if found.action:
            return found
        if found.level:
            return replace(found, action=self.action)
        return replace(self, field=found.field)


def is_count(text: str) -> bool:
    """Tell whether a cell counts the procedures of a section: "05", "(12 TTHC)"."""
    return _COUNT.fullmatch(text) is not None


def action_of(text: str) -> Action:
    """Return what a heading or a cell says is done with procedures, "" where it says nothing or several things."""
    found = _actions(text)
    return found.pop() if len(found) == 1 else ""


def _actions(text: str) -> set[Action]:
    folded = fold(text)
    return {action for words, action in _ACTIONS if any(word in folded for word in words)}


def _heads(text: str) -> Action:
    """Return the action of a heading; "amended and replaced in part" is amended, except for rows of pairs."""
    found = _actions(text)
    return "amended" if found == {"amended", "replaced"} else action_of(text)


def _heading(row: Row, named: int | None) -> Section | None:
    cells = [cell_text(cell) for _, cell in sorted(row.cells.items())]
    if len(cells) > 1 and is_count(cells[-1]) and not is_count(cells[-2]):
        del cells[-1]
    if len(cells) > _MOST_CELLS or len(cells[-1]) > _LONGEST or any(is_code(cell) for cell in cells):
        return None
    ordered = len(cells) == _MOST_CELLS
    if ordered and not _BARE_ORDINAL.fullmatch(cells[0]):
        return None
    text = _ORDINAL.sub("", " ".join(cells[-1].split()))
    folded = fold(text)
    numbered = ordered or text != " ".join(cells[-1].split())
    if match := _FIELD.match(text):
        return Section(field=_in_sentence_case(match[1]))
    if cells[0][:1].isdigit() and row.cells.get(named if named is not None else -1) and not text.isupper():
        return None
    about = _ABOUT.match(folded) is not None
    action = _heads(text) if about or (numbered and len(text) <= _SHORT) else ""
    level = level_of(text) if about or numbered or folded in _LEVELS else ""
    if action or level:
        return Section(level=level, action=action)
    alone = numbered and text.isupper() and not (ordered and cells[0][:1].isdigit())
    return Section(field=_in_sentence_case(text)) if alone else None


def _in_sentence_case(text: str) -> str:
    """A field as lists have it: "HỘ TỊCH (05 thủ tục)" is "Hộ tịch"."""
    bare = _TAIL.sub("", text).strip(" .:")
    return bare.capitalize() if bare.isupper() else bare[:1].upper() + bare[1:]


def level_of(text: str) -> str:
    """Return the levels of government that a heading names ("Cấp tỉnh, Cấp xã"), "" where it names none."""
    folded = fold(text)
    found = list(dict.fromkeys(name for words, name in _LEVELS.items() if words in folded))
    if _SHARED in folded:
        return ", ".join(found) or "Dùng chung"
    return ", ".join(found)
