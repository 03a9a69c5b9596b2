"""Of fewer than five answers no document tells what they were."""

import io
import re

import openpyxl
import pytest

from reports.documents import make
from reports.documents.descriptions import alt
from reports.documents.word_report import context
from tests.reports.documents.sample import DETAILS, group, report, statement

FEW = {1: 0, 2: 0, 3: 1, 4: 0, 5: 3}
HIDDEN = [group("nhanh.overall", None, "Nhìn chung?")]
MADE = statement(report(FEW, forms=4, by_question=HIDDEN, by_counter=HIDDEN, previous=report(FEW, forms=4)))
# 3 of 4 and the rest, and the ends of the interval.
PRINTED = re.compile(r"75|25[,%]|30,06|95,44")


def test_the_table_has_names_alone() -> None:
    """Each row, also that of the whole, ends in nine empty cells."""
    rows = make("csv", MADE).decode("utf-8-sig").splitlines()[1:]
    assert len(rows) == 3
    assert all(row.endswith(";" * 9) for row in rows)


def test_the_annex_has_no_count_of_a_level() -> None:
    """Neither in the rows nor in a total or a remainder."""
    book = openpyxl.load_workbook(io.BytesIO(make("xlsx", MADE)))
    for name in ("Hài lòng", "Quầy"):
        cells = [cell for row in book[name].iter_rows(min_row=5) for cell in row if cell.value is not None]
        assert [cell.value for cell in cells if cell.data_type != "s"] == []


def test_the_word_file_says_why_there_is_no_rate() -> None:
    """In the paragraphs and for templates of a unit's own."""
    values = context(MADE, DETAILS)
    assert values["khao_sat"] == ["Mới có 04 lượt chấm, chưa đủ để tính tỷ lệ (cần từ 5)."]
    assert {values[key] for key in ("ty_le", "ty_le_tu", "muc_5", "muc_4", "dat_chi_tieu")} == {"……"}
    assert not PRINTED.search(" ".join([*values["khao_sat"], *values["ghi_chu"], values["cach_tinh"]]))


@pytest.mark.parametrize("kind", ["levels.png", "trend.png"])
def test_charts_and_their_words_hide_it_too(kind: str) -> None:
    """The picture is drawn all the same."""
    assert "không hiện, để không lộ nhóm nhỏ" in alt(kind, MADE)
    assert not PRINTED.search(alt(kind, MADE))
    assert make(kind, MADE)
