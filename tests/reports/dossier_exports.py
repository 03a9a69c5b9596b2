"""Files as the e-one-stop software exports them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

TITLES = [
    *("STT", "Mã hồ sơ", "Họ tên người nộp", "Số CCCD", "Số điện thoại", "Tên thủ tục", "Lĩnh vực", "Ngày tiếp nhận"),
    *("Hạn trả", "Ngày có kết quả", "Ngày trả kết quả", "Ngày kết thúc", "Trạng thái", "Hình thức nộp"),
]
PERSON = ["Nguyễn Thị Bí Mật", "079190001234", "0912345678"]


def row(
    number: int, code: str, received: Any, due: Any, *ends: Any, field: str = "Hộ tịch", way: str = ""
) -> list[Any]:
    """A row of the usual list."""
    resolved, handed, closed = (*ends, None, None, None)[:3]
    return [
        *(number, code, *PERSON, "Đăng ký khai sinh", field, received, due, resolved, handed, closed),
        *("Đang xử lý", way or "Trực tiếp"),
    ]


def book(folder: Path, rows: Sequence[Sequence[Any]], name: str = "ds.xlsx", merged: Sequence[str] = ()) -> Path:
    """A workbook of one sheet."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for values in rows:
        sheet.append(list(values))
    for cells in merged:
        sheet.merge_cells(cells)
    made.save(folder / name)
    return folder / name


ANNEX = [
    ["PHỤ LỤC: TÌNH HÌNH GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH"],
    [
        *("STT", "Lĩnh vực", "Số hồ sơ tiếp nhận", None, None, None),
        *("Số hồ sơ đã giải quyết", None, None, None, "Số hồ sơ đang giải quyết", None, None),
    ],
    [
        *(None, None, "Tổng số", "Trong kỳ", None, "Từ kỳ trước"),
        *("Tổng số", "Trước hạn", "Đúng hạn", "Quá hạn", "Tổng số", "Trong hạn", "Quá hạn"),
    ],
    [None, None, None, "Trực tuyến", "Trực tiếp, dịch vụ bưu chính"],
    [
        *("(1)", "(2)", "(3)=(4)+(5)+(6)", "(4)", "(5)", "(6)"),
        *("(7)=(8)+(9)+(10)", "(8)", "(9)", "(10)", "(11)=(12)+(13)", "(12)", "(13)"),
    ],
]
BIRTHS = [1, "Hộ tịch", "1.000", 100, 880, 20, 950, 900, 49, 1, 50, 49, 1]
LAND = [2, "Đất đai", 730, 8, 700, 22, 603, 600, 2, 1, 127, 127, 0]
WHOLE = ["Tổng số", None, 1730, 108, 1580, 42, 1553, 1500, 51, 2, 177, 176, 1]
