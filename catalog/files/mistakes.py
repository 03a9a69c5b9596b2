"""What is wrong with a file or with one of its records, in sentences that stay short whatever the file holds."""

from dataclasses import dataclass
from pathlib import Path

LONGEST_QUOTE = 60
LONGEST_REASON = 400


DAMAGED = "tệp bị cắt ngang hoặc hỏng; mở tệp bằng phần mềm đã làm ra nó, lưu lại rồi gửi"
ENTITIES = "tệp khai báo thực thể XML, không được nhận"


class Unreadable(Exception):
    """A file that cannot be used at all; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A cell or a record that cannot be taken: where it stands, and why. `row` counts from 1.

    `sheet` is named where a workbook has several, `cell` ("D3") where one cell is meant. `proposed` is what the
    cell would be if somebody confirms it.
    """

    file: str
    row: int
    column: str
    reason: str
    sheet: str = ""
    cell: str = ""
    proposed: str = ""

    def __str__(self) -> str:
        sheet = f", trang «{shortened(self.sheet)}»" if self.sheet else ""
        cell = f" (ô {self.cell})" if self.cell else ""
        reason = shortened(self.reason, LONGEST_REASON)
        return f"{self.file}{sheet}, dòng {self.row}, cột «{shortened(self.column)}»{cell}: {reason}"


def unusable(path: Path, kind: str, why: str = DAMAGED) -> Unreadable:
    """Return the error for a file that is no usable file of its kind (".xlsx"); a library's error becomes its cause."""
    return Unreadable(f"{path.name}: không phải tệp {kind} dùng được ({why}).")


def damage(error: Exception) -> str:
    """Return why a file with XML in it is unusable, from the error that a library raised over it."""
    from defusedxml import DefusedXmlException

    declares = any(isinstance(one, DefusedXmlException) for one in (error, error.__cause__))
    return ENTITIES if declares else DAMAGED


def shortened(text: str, most: int = LONGEST_QUOTE) -> str:
    """Return a text that fits into a sentence: its beginning without line ends and control signs."""
    cut = text if len(text) <= most else f"{text[: most - 1]}…"
    return cut if cut.isprintable() else "".join(ch if ch.isprintable() else " " for ch in cut)


def quoted(value: object) -> str:
    """Return a value in quotes, cut where it is long: what a file holds is never echoed whole."""
    return repr(shortened(value if isinstance(value, str) else str(value)))


def listed(numbers: list[int], most: int = 10) -> str:
    """Return row numbers in words, only the first if there are many: "3, 4, 5 và 12 dòng nữa"."""
    first = ", ".join(map(str, numbers[:most]))
    return first if len(numbers) <= most else f"{first} và {len(numbers) - most} dòng nữa"
