"""What stands around the tables of a file: titles and paragraphs that hold for the rows below."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from catalog.files.mistakes import Unreadable
from catalog.files.sheet import Row
from catalog.preview.dates import decision_number, in_force_from, signed_on
from catalog.sections import Action, Section, action_of, level_of
from catalog.text import fold, nfc

_BEGINS = re.compile(
    r"\s*(?:[(\-+•*]|[IVXLC]{1,6}[.)]|[A-ZĐ][.)]\s|\d{1,2}[.)]"
    r"|phụ lục|quyết định|tổng|công bố|danh mục|thủ tục|tthc|lĩnh vực|cộng hòa|độc lập|ủy ban|ubnd|bộ |sở )",
    re.IGNORECASE,
)
_INTERNAL = re.compile(r"quy trinh (?:noi bo|giai quyet noi bo)|quy trinh noi bo, quy trinh dien tu|luu do giai quyet")
_TITLE_FIELD = re.compile(
    r"lĩnh vực\s*:?\s*(.+?)(?=\s*(?:\bthuộc\b|\btrong phạm vi\b|\btrên địa bàn\b|\bcấp\b|[(;.\n]|$))", re.IGNORECASE
)
_FOUNDING = re.compile(r"^thành lập và hoạt động (?:của )?", re.IGNORECASE)
_TOTAL = re.compile(r"(?:tổng (?:số|cộng)|công bố[^.;:]{0,40}?)\s*:?\s*(\d{1,4})\s*(?:thủ tục|tthc)", re.IGNORECASE)
_PART = re.compile(
    r"(?P<number>\d{1,4})\s*(?:thủ tục hành chính|thủ tục|tthc)?\s*(?:được\s+|bị\s+)?"
    r"(?P<said>mới ban hành|ban hành mới|mới|sửa đổi,? bổ sung|sửa đổi|bổ sung|thay thế|bãi bỏ|hủy bỏ)",
    re.IGNORECASE,
)
_AFTER = re.compile(r"bãi bỏ\s+(\d{1,4})\s*(?:thủ tục|tthc)", re.IGNORECASE)
_TITLE = ("danh muc", "phu luc", "thu tuc hanh chinh", "tthc")
_ACTIONS: dict[str, Action] = {"moi": "new"}


@dataclass
class Surroundings:
    """What a file says outside of its rows; `declared` counts procedures in all ("") and by action."""

    signed: str = ""
    effective: str = ""
    decision: str = ""
    levels: dict[str, None] = field(default_factory=dict)
    fields: dict[str, None] = field(default_factory=dict)
    declared: dict[str, int] = field(default_factory=dict)

    def read(self, file: str, texts: Iterable[str]) -> Section | None:
        """Take in lines of text; returns the section that the last heading among them opens.

        Unreadable where they say that the file holds internal processes, which carry the same codes.
        """
        section: Section | None = None
        for text in joined(texts):
            folded = fold(text)
            if _INTERNAL.search(folded) and (len(text) < _LONG or folded.startswith(("quy trinh", "phu luc"))):
                raise Unreadable(f"{file}: là quy trình nội bộ giải quyết thủ tục, không công bố danh mục; không nhập.")
            if (found := self._heading(text)) is not None:
                section = (section or Section()).then(found)
            self.signed = self.signed or signed_on(text)
            self.decision = self.decision or decision_number(text)
            self.effective = self.effective or in_force_from(text, self.signed)
            self._count(text)
        return section

    def _heading(self, text: str) -> Section | None:
        folded = fold(text)
        below = Section().below(Row(1, {0: text}))
        if below is None and folded.startswith(_TITLE):
            below = Section(action=action_of(text), level=level_of(text))
        if below is None:
            return None
        if folded.startswith(_TITLE):
            # A title over everything: its level and field hold wherever a section says none.
            head = text.split("(", 1)[0]
            if level := level_of(head):
                self.levels[level] = None
            if match := _TITLE_FIELD.search(head):
                self.fields[titled(match[1])] = None
            action, alone = action_of(head), level if "," not in level or "dùng chung" in head.lower() else ""
            return Section(action=action, level=alone) if action or alone else None
        return below

    def _count(self, text: str) -> None:
        text = nfc(text)
        if match := _TOTAL.search(text):
            self.declared.setdefault("", int(match[1]))
            for part in (*_PART.finditer(text),):
                folded = fold(part["said"])
                if action := _ACTIONS.get(folded) or action_of(folded):
                    self.declared.setdefault(action, int(part["number"]))
        if match := _AFTER.search(text):
            self.declared.setdefault("abolished", int(match[1]))

    def default(self) -> Section:
        """Return the level and field for rows whose section states none: each only if the file names exactly one."""
        return Section(
            level=next(iter(self.levels)) if len(self.levels) == 1 and "," not in next(iter(self.levels)) else "",
            field=next(iter(self.fields)) if len(self.fields) == 1 else "",
        )


_LONG = 300


def joined(texts: Iterable[str]) -> list[str]:
    """Return the lines of titles and paragraphs, a title that runs over several lines as one."""
    lines: list[str] = []
    for text in texts:
        for line in filter(None, map(str.strip, text.splitlines())):
            if lines and not _BEGINS.match(line) and lines[-1].isupper() and line.isupper():
                lines[-1] = f"{lines[-1]} {line}"
            else:
                lines.append(line)
    return lines


def titled(written: str) -> str:
    """A field as a title names it: "THÀNH LẬP VÀ HOẠT ĐỘNG HỘ KINH DOANH" is "Hộ kinh doanh"."""
    bare = _FOUNDING.sub("", " ".join(written.split()).strip(" .,:"))
    return bare.capitalize() if bare.isupper() else bare[:1].upper() + bare[1:]


def laid_over(section: Section, default: Section) -> Section:
    """Return a section with the default's level and field where it states none."""
    return replace(section, level=section.level or default.level, field=section.field or default.field)
