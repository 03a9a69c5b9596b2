"""What a cell of codes says: one code, one that replaces another, a code that is doubtful, or none."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from catalog.codes import LONGEST_CODE, SAMPLE_CODE, is_own_code, padded_code, plain_code, proposed_code, whole_code
from catalog.entries import is_code
from catalog.files.cells import UNCOMPUTED, UNCOMPUTED_SAID, cell_text, is_moment
from catalog.files.mistakes import shortened
from catalog.text import fold

Doubt = Literal["", "unclear", "refused"]
_CODE = re.compile(r"(?<![\d.])(\d\.\d{6})(?!\d)(?:\.[\w.]+)?")
# How numbers of published series begin; a number cut short that would be outside of them is no code.
_SERIES = ("00", "01", "11")
_OWN_PREFIX = re.compile(r"lt[.\-_ ]")
_NEW_AFTER = re.compile(r"thay the (?:boi|bang)|thay bang|chuyen thanh|doi thanh|→|->|=>|»")
_OLD_AFTER = re.compile(r"thay the|thay cho|ma cu|truoc day|\bcu\b")
_NAMED_CODE = re.compile(
    r"\s*\(\s*(?:mã\s+(?:số\s+)?(?:tthc|thủ\s+tục(?:\s+hành\s+chính)?|mới)?\s*:?\s*)?(\d\.\d{6})[^()]*\)",
    re.IGNORECASE,
)
_BEFORE_NAME = re.compile(
    r"\s*(?:mã\s+(?:số\s+)?(?:tthc\s*)?:?\s*)?(\d\.\d{6})(?:\.[\w.]*)?\s*[-–:.]\s+", re.IGNORECASE
)
_BEHIND_NAME = re.compile(
    r"\s*(?:[-–;,.]\s*mã(?:\s+số)?(?:\s+tthc)?\s*:?|[-–:])\s*(\d\.\d{6})(?:\.[\w.]*)?\s*", re.IGNORECASE
)
_LAST_LINE = re.compile(r"\n\s*(?:mã[^\d\n]{0,20})?(\d\.\d{6})(?:\.[\w.]*)?\s*", re.IGNORECASE)
_NAMED_OLD = re.compile(
    r"thay\s+thế(?!\s+(?:bởi|bằng))[^.\d]{0,120}(\d\.\d{6}(?:\s*(?:,|;|và)(?:\s+mã(?:\s+số)?)?\s*\d\.\d{6})*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class CodeCell:
    """A code and the codes that it replaces; if it is doubtful, the text as written, and why.

    `proposed` may be accepted unseen; a code with a lost digit gets none, as that digit need not have been a zero.
    """

    code: str = ""
    replaces: tuple[str, ...] = ()
    doubt: Doubt = ""
    reason: str = ""
    proposed: str = ""
    note: str = ""


def code_cell(value: Any, number_format: str) -> CodeCell:
    """Read a cell of the column of codes; nothing is repaired in silence."""
    if value is None:
        return CodeCell()
    if value is UNCOMPUTED:
        return CodeCell(doubt="refused", reason=f"mã {UNCOMPUTED_SAID}")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _of_number(value, number_format)
    if is_moment(value) or not isinstance(value, str):
        return CodeCell(cell_text(value), doubt="refused", reason=f"mã là {cell_text(value)}, không phải mã thủ tục")
    return _of_text(" ".join(value.split()))


def _of_number(value: float, number_format: str) -> CodeCell:
    shown = cell_text(value, number_format)
    if number_format and is_code(shown) and float(shown) == value:
        return CodeCell(shown)
    if isinstance(value, float) and (whole := whole_code(value)):
        return CodeCell(whole)
    written = str(value)
    if isinstance(value, float) and (padded := padded_code(value)):
        reason = f"mã {written} là số, có thể đã mất số 0 ở cuối; có phải là {padded}?"
        return CodeCell(written, doubt="unclear", reason=reason)
    return CodeCell(written, doubt="refused", reason=f"{written} không phải mã thủ tục")


def _of_text(text: str) -> CodeCell:
    text = shortened(text, LONGEST_CODE)
    code = plain_code(text)
    if is_code(code):
        return CodeCell(code)
    if is_own_code(text):
        return CodeCell(text)
    if fold(text) == fold(SAMPLE_CODE):
        return CodeCell(text, doubt="refused", reason="dòng mẫu của tệp mẫu, không nhập; xóa dòng này")
    if _OWN_PREFIX.match(fold(text)):
        reason = f"mã {shortened(text)} là mã riêng của nhóm liên thông, không phải mã quốc gia"
        return CodeCell(text, doubt="refused", reason=reason)
    found = [match[1] for match in _CODE.finditer(text)]
    if len(found) > 1:
        return _pair(text, found)
    bare = "".join(text.split())
    if is_code(code := plain_code(bare)):
        return CodeCell(code, note=f"mã viết là «{shortened(text)}», có khoảng trắng bên trong")
    shown = shortened(text)
    digits = re.fullmatch(r"(\d)[.,](\d{3,5})", bare)
    if digits:
        padded = f"{digits[1]}.{digits[2]:0<6}"
        if digits[2][:2] in _SERIES and "," not in bare:
            reason = f"mã {shown} thiếu chữ số, có thể đã mất số 0 ở cuối; có phải là {padded}?"
            return CodeCell(text, doubt="unclear", reason=reason)
    elif proposed := proposed_code(text) or (found[0] if found else ""):
        reason = f"mã {shown} viết khác dạng 1.234567; có phải là {proposed}?"
        return CodeCell(text, doubt="unclear", reason=reason, proposed=proposed)
    return CodeCell(text, doubt="refused", reason=f"{shown} không phải mã thủ tục (dạng 1.234567)")


def _pair(text: str, found: list[str]) -> CodeCell:
    """Read a cell with several codes: the words between them say which are the old ones."""
    folded = fold(text)
    codes = list(dict.fromkeys(found))
    if len(codes) == 1:
        return CodeCell(codes[0])
    between = folded[folded.index(codes[0]) : folded.index(codes[1])]
    if _NEW_AFTER.search(between) or ("moi" in between and "cu" in folded[: folded.index(codes[0])]):
        return CodeCell(codes[-1], tuple(codes[:-1]))
    if _OLD_AFTER.search(between):
        return CodeCell(codes[0], tuple(codes[1:]))
    return CodeCell(text, doubt="unclear", reason=f"có {len(codes)} mã trong một ô: {shortened(text)}")


def codes_in(value: Any) -> tuple[str, ...]:
    """Return all the codes that a cell of old codes names."""
    if isinstance(value, float):
        return (code,) if (code := whole_code(value)) else ()
    return tuple(dict.fromkeys(match[1] for match in _CODE.finditer(value))) if isinstance(value, str) else ()


def named_code(name: str) -> tuple[str, str]:
    """Split a name from the code after or before it: "Đăng ký (Mã số TTHC: 1.234567)", "1.234567 - Đăng ký".

    A code alone on the last line is split off too. Of several codes only one in brackets is.
    """
    if len(_CODE.findall(name)) == 1:
        if match := _BEFORE_NAME.match(name):
            return name[match.end() :], match[1]
        for pattern in (_BEHIND_NAME, _LAST_LINE):
            if (match := pattern.search(name)) and match.end() == len(name):
                return name[: match.start()], match[1]
    match = _NAMED_CODE.search(name)
    return (name[: match.start()] + name[match.end() :], match[1]) if match else (name, "")


def replaced_in(text: str) -> tuple[str, ...]:
    """Return the codes that a text says are replaced."""
    return tuple(dict.fromkeys(code for match in _NAMED_OLD.finditer(text) for code in codes_in(match[1])))
