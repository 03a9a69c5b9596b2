"""The annex: LibreOffice computes the figures that the report prints, and no text becomes a formula."""

import io
import random
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from reports import rates
from reports.documents import make
from reports.dossiers.dossier import Flow
from reports.satisfaction.report import Group, Report
from reports.statements.statement import Statement
from tests.reports.documents.office import converted, needs_soffice
from tests.reports.documents.sample import (
    BA_BICH,
    NGA_NAM,
    SPLIT,
    dossiers,
    everything,
    group,
    report,
    statement,
)

EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0"]


def book(of: Statement) -> Any:
    """The workbook as it was written."""
    return openpyxl.load_workbook(io.BytesIO(make("xlsx", of)))


def percent(value: float) -> Decimal:
    """A share as the report has it."""
    return Decimal(str(round(value * 100, 2))).quantize(Decimal("0.01"))


def many(count: int) -> list[dict[int, int]]:
    """Counts of levels that were drawn by lot, small and large, with and without zeros; then some that are special."""
    draw = random.Random(2026)

    def drawn(level: int) -> int:
        return draw.choice((0, 1, 3, 17, draw.randrange(4000))) + (level == 5)

    lots = [{level: drawn(level) for level in rates.LEVELS} for _ in range(count)]
    special = [(0, 0, 0, 0, 800), (799, 0, 0, 0, 1), (1, 1, 1, 1, 1)]
    return [*lots, SPLIT, *(dict(zip(rates.LEVELS, counts, strict=True)) for counts in special)]


def by_rule(rule: str) -> tuple[list[Group], Group, Report]:
    """Groups of many counts, all of them together, and a report with them."""
    counts = many(120)
    whole = {level: sum(levels[level] for levels in counts) for level in rates.LEVELS}
    groups = [group(f"f.{n:03d}", levels, rule=rule) for n, levels in enumerate(counts)]
    return groups, group("", whole, rule=rule), report(whole, rule, by_question=groups)


BREAKDOWNS = {
    "by_question": "Hài lòng",
    "by_section": "Nhóm câu hỏi",
    "by_counter": "Quầy",
    "by_source": "Nguồn",
    "by_field": "Lĩnh vực",
    "by_unit": "Đơn vị",
    "by_week": "Tuần",
}
DOSSIER_CASES = {
    "Ngã Năm": (NGA_NAM, [1730, 500, 1200, 30, 1553, 1200, 351, 2, 177, 177, 0], 0.9987, "Khớp"),
    "Ba Bích": (BA_BICH, [289, 8, 281, 0, 289, 175, 0, 114, 0, 0, 0], 0.6055, "Khớp"),
    "does not add up": (Flow(direct=10, early=5), [10, 0, 10, 0, 5, 5, 0, 0, 0, 0, 0], 1, "Lệch 5"),
    "nothing settled": (Flow(direct=3, pending_in_time=3), [3, 0, 3, 0, 0, 0, 0, 0, 3, 3, 0], None, "Khớp"),
}
FIELDS = [Flow("Hộ tịch", direct=7, early=7), Flow("Đất đai", direct=5, late=5)]
TOTALS = {
    "Khớp": Flow(direct=12, early=7, late=5),
    "Khác tổng các lĩnh vực": Flow(direct=13, early=8, late=5),
}


def annexes() -> dict[str, Statement]:
    """What the tests below have LibreOffice compute, by name."""
    shares = {name: [group("g", levels)] for name, levels in zip(BREAKDOWNS, many(3), strict=True)}
    return {
        **{rule: statement(by_rule(rule)[2]) for rule in rates.RULES},
        "shares": statement(report(**shares)),
        "split": statement(report(by_question=[group("f.1", SPLIT)])),
        "everything": everything(),
        **{case: statement(report(dossiers=dossiers(flow))) for case, (flow, *_) in DOSSIER_CASES.items()},
        **{said: statement(report(dossiers=dossiers(whole, FIELDS))) for said, whole in TOTALS.items()},
    }


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Any]:
    """Gives a workbook with the values that LibreOffice computed, by its name in `annexes`."""
    made = annexes()
    files = {name: f"{number}.xlsx" for number, name in enumerate(made)}
    written = {files[name]: make("xlsx", of) for name, of in made.items()}
    found = converted(written, "xlsx", tmp_path_factory.mktemp("annexes"))
    return lambda name: openpyxl.load_workbook(found[files[name]], data_only=True)


@needs_soffice
@pytest.mark.parametrize("rule", rates.RULES)
def test_rates_and_intervals_are_computed_to_what_the_report_prints(rule: str, computed: Callable[[str], Any]) -> None:
    """A row for each of many counts: sum, rate and both ends of the interval, to the last digit."""
    groups, whole, made = by_rule(rule)
    rows = [[cell.value for cell in row] for row in computed(rule)["Hài lòng"].iter_rows(min_row=5, max_col=11)]
    for row, expected in zip(rows, [*groups, whole], strict=False):
        assert expected.rate is not None
        assert row[2:8] == [*(expected.levels or {}).values(), expected.answers]
        found = [percent(value) for value in row[8:11]]
        assert found == [expected.rate.percent, expected.rate.low, expected.rate.high], expected.levels
    total = rows[len(groups) + 1]
    assert total[1] == "Tỷ lệ từng mức"
    assert [percent(value) for value in total[2:7]] == [made.shares[level] for level in rates.LEVELS]


@needs_soffice
def test_shares_are_computed_by_largest_remainder(computed: Callable[[str], Any]) -> None:
    """Seven breakdowns, each of other counts: five shares as the report prints them, and their sum is 100%."""
    written = computed("shares")
    titles = list(BREAKDOWNS.values())
    found = [[percent(written[title].cell(7, column).value) for column in range(3, 8)] for title in titles]
    assert found == [list(rates.shares(levels).values()) for levels in many(3)]
    assert {written[title]["H7"].value for title in titles} == {1}


@needs_soffice
def test_the_split_of_the_source_report_comes_out(computed: Callable[[str], Any]) -> None:
    """240, 38 and 5 of 283 are 84,80%, 13,43% and 1,77%; changed counts would change them."""
    sheet = computed("split")["Hài lòng"]
    assert [sheet[place].value for place in ("G7", "F7", "E7", "H7", "I6")] == [0.848, 0.1343, 0.0177, 1, 0.9823]


@needs_soffice
def test_hidden_groups_have_no_figures_and_the_total_is_still_the_whole(computed: Callable[[str], Any]) -> None:
    """Two counters are hidden: what they have together stands in one line, and nothing about each."""
    sheet = computed("everything")["Quầy"]
    rows = {row[1].value: [cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=10, max_col=11)}
    assert rows["Quầy 2"][2:] == ["không hiện, để không lộ nhóm nhỏ", *[None] * 8]
    assert rows["Các nhóm không hiện riêng, cộng lại"][2:8] == [0, 0, 2, 18, 120, 140]
    assert rows["Tổng số"][2:8] == [0, 0, 5, 38, 240, 283]
    assert rows['=HYPERLINK("x")'][2] == "không hiện, để không lộ nhóm nhỏ"


@needs_soffice
@pytest.mark.parametrize("case", DOSSIER_CASES)
def test_dossiers_are_summed_and_checked(case: str, computed: Callable[[str], Any]) -> None:
    """Received, settled and pending are sums, the share in time is computed, and what does not add up is said."""
    _, counts, rate, check = DOSSIER_CASES[case]
    sheet = computed(case)["Giải quyết hồ sơ"]
    for row in (7, 8):
        values = [cell.value for cell in sheet[row]]
        assert values[2:13] == counts
        assert (values[13] or None, values[14]) == (rate, check)


@needs_soffice
@pytest.mark.parametrize("said", TOTALS)
def test_a_total_that_is_not_the_sum_of_the_fields_is_said(said: str, computed: Callable[[str], Any]) -> None:
    """The unit's own total stands below the sum, which is what counts."""
    sheet = computed(said)["Giải quyết hồ sơ"]
    assert [sheet["C9"].value, sheet["C10"].value, sheet["O10"].value] == [12, TOTALS[said].received, said]


@pytest.mark.parametrize("name", EVIL)
def test_a_text_is_a_text_whatever_it_begins_with(name: str) -> None:
    """Unit, counter, field and change: each stays a text, marked so that editing it does not make it a formula."""
    made = report(
        unit_name=name,
        by_counter=[group("q1", {1: 0, 2: 0, 3: 0, 4: 0, 5: 9}, name), group("q2", SPLIT)],
        dossiers=dossiers(NGA_NAM, [Flow(name, direct=1, early=1)]),
    )
    written = book(statement(made, number=2, changes=[name]))
    cells = [cell for sheet in written for row in sheet.iter_rows() for cell in row if cell.value == name]
    assert len(cells) >= 4
    assert {(cell.data_type, cell.quotePrefix) for cell in cells} == {("s", True)}


def test_formulas_are_our_own() -> None:
    """Each begins with one of the four functions that the annex needs."""
    formulas = [c.value for sheet in book(everything()) for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert len(formulas) > 50
    assert [formula for formula in formulas if not formula.startswith(("=SUM(", "=IF("))] == []


def test_programs_are_told_to_compute_when_they_open_the_file() -> None:
    """No values are stored, so a program that shows stored ones would show nothing."""
    with zipfile.ZipFile(io.BytesIO(make("xlsx", everything()))) as archive:
        assert 'fullCalcOnLoad="1"' in archive.read("xl/workbook.xml").decode()


def test_every_sheet_fits_on_paper() -> None:
    """A4 across, one page wide, the header again on each page; the sheets are those that were asked for."""
    written = book(everything())
    assert written.sheetnames == ["Hài lòng", "Quầy", "Nguồn", "Tuần", "Xu hướng", "Giải quyết hồ sơ", "Cách tính"]
    for sheet in written:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows


def test_the_last_sheet_says_how_it_was_computed() -> None:
    """Rule, n, interval, what is hidden, which compilation, the hash."""
    sheet = book(everything())["Cách tính"]
    said = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=5)}
    assert said["Cách tính hài lòng"] == "mức 4 và 5"
    assert said["Số câu trả lời"] == "283"
    assert "95,93% đến 99,24%" in said["Tỷ lệ hài lòng"]
    assert said["Nhóm không hiện"].endswith('Không hiện: Quầy: Quầy 2; Quầy: =HYPERLINK("x"); Tuần: 2026-W26.')
    assert (said["Bản tổng hợp"], said["Lập lúc"]) == ("Bản tổng hợp lần 2", "9:05 ngày 20/11/2026")
    assert said["Mã đối chiếu số liệu (SHA-256)"] == "a" * 64
    assert said["Thay đổi"] == "thêm 3 phiếu giấy nhập ngày 20/11/2026"
