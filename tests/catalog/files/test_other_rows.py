"""Rows around a table are told from its records."""

import pytest

from catalog.files.other_rows import is_note, is_total, numbers_columns
from catalog.files.sheet import Row


@pytest.mark.parametrize("text", ["Tổng cộng: 07", "TỔNG SỐ", "Cộng: 16 dòng", "Cộng", "Tổng 5", "Tổng số hồ sơ: 3"])
def test_a_total_is_a_total(text: str) -> None:
    """In any of its spellings."""
    assert is_total(Row(5, {2: text}))


@pytest.mark.parametrize("text", ["Cộng đồng dân cư tham gia", "Công nhận trường", "Tổng hợp ý kiến", "Cộng tác viên"])
def test_a_name_is_no_total(text: str) -> None:
    """Though it begins alike."""
    assert not is_total(Row(5, {2: text}))


@pytest.mark.parametrize("text", ["Nơi nhận:\n- Như trên", "TM. ỦY BAN", "(Đã ký)", "Người lập biểu", "Ghi chú: x"])
def test_what_stands_below_a_table_is_a_note(text: str) -> None:
    """Signatures and remarks."""
    assert is_note(Row(5, {0: text}))


def test_a_name_is_no_note() -> None:
    """Though it begins alike."""
    assert not is_note(Row(5, {0: "Ghi chú vào Sổ hộ tịch việc khai sinh"}))


@pytest.mark.parametrize(
    ("cells", "are"),
    [
        (["(1)", "(2)", "(3)=(4)+(5)", "(4)"], True),
        (["A", "B", "1", "2"], True),
        ([1, 2, 3], True),
        (["A", "3", "1"], False),
        (["1", "1.900001", "Một"], False),
        ([1, 5, 4], False),
    ],
)
def test_numbers_of_columns_are_counted_on(cells: list[object], are: bool) -> None:
    """Answers and points are none, though they are short."""
    assert numbers_columns(Row(2, dict(enumerate(cells)))) is are
