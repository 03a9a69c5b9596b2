"""Periods mean the same days to everybody: all forms, their neighbours, the reform report's cut-offs, and bad texts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import periods
from reports.periods import Period, PeriodError, around, label, parse

# Texts, first day, last day. Cut-offs after công văn 581/BNV-CCHC.
FORMS = [
    ("2026-11-20", date(2026, 11, 20), date(2026, 11, 20)),
    ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
    ("2026-W47", date(2026, 11, 16), date(2026, 11, 22)),
    ("2026-W01", date(2025, 12, 29), date(2026, 1, 4)),
    ("2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
    ("2024-W01", date(2024, 1, 1), date(2024, 1, 7)),
    ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
    ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
    ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
    ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
    ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
    ("2026-Q2", date(2026, 4, 1), date(2026, 6, 30)),
    ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
    ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
    ("2026-H1", date(2026, 1, 1), date(2026, 6, 30)),
    ("2026-H2", date(2026, 7, 1), date(2026, 12, 31)),
    ("2026", date(2026, 1, 1), date(2026, 12, 31)),
    ("2026-Q1:cchc", date(2025, 12, 15), date(2026, 3, 14)),
    ("2026-Q2:cchc", date(2026, 3, 15), date(2026, 6, 14)),
    ("2026-Q3:cchc", date(2026, 6, 15), date(2026, 9, 14)),
    ("2026-Q4:cchc", date(2026, 9, 15), date(2026, 12, 14)),
    ("2026-H1:cchc", date(2025, 12, 15), date(2026, 6, 14)),
    ("2026-H2:cchc", date(2026, 6, 15), date(2026, 12, 14)),
    ("2026:cchc", date(2025, 12, 15), date(2026, 12, 14)),
]
NAMES = [name for name, _, _ in FORMS]
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(("text", "first", "last"), FORMS, ids=NAMES)
def test_a_period_is_read_with_both_its_ends(text: str, first: date, last: date) -> None:
    """The days written out by hand from the calendar and the circular."""
    assert parse(text) == Period(text, first, last)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (" 2026-11 ", "2026-11"),
        ("2026-w47", "2026-W47"),
        ("2026-W7", "2026-W07"),
        ("2026-q3", "2026-Q3"),
        ("2026-h1", "2026-H1"),
        ("2026-Q3:CCHC", "2026-Q3:cchc"),
        ("2026:Cchc", "2026:cchc"),
        ("2026-11-20\n", "2026-11-20"),
    ],
)
def test_other_spellings_come_to_one_name(text: str, name: str) -> None:
    """A report is stored once under its name, so the name must not depend on how it was typed."""
    assert parse(text).name == name
    assert parse(text) == parse(name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "tuần này",
        "26",
        "202",
        "20266",
        "2026-",
        "2026-0",
        "2026-1",
        "2026-00",
        "2026-13",
        "2026-11-",
        "2026-11-31",
        "2026-02-29",
        "2026-11-1",
        "20-11-2026",
        "2026/11",
        "2026-W",
        "2026-W00",
        "2026-W54",
        "2025-W53",
        "2026-W123",
        "2026W47",
        "2026-Q0",
        "2026-Q5",
        "2026-Q",
        "2026-H0",
        "2026-H3",
        "2026-11:cchc",
        "2026-W47:cchc",
        "2026-11-20:cchc",
        "2026-Q3:",
        "2026-Q3:xyz",
        "2026-Q3:cchc:cchc",
        "0000",
        "0000-Q1",
        "9999:cchc",
        "-2026",
        "2026-11; drop table response",
        "2026-11-20..2026-11-03",
        "2026-11-03..2026-11-31",
        "2026-11-03..",
        "2026-11..2026-12",
    ],
)
def test_a_text_that_names_no_period_is_refused_with_examples(text: str) -> None:
    """The message repeats what was typed and shows every form that works."""
    with pytest.raises(PeriodError) as refusal:
        parse(text)
    assert str(refusal.value) == (
        f"Kỳ {text!r} không đúng. Ví dụ: 2026-11-20 (ngày), 2026-W47 (tuần), 2026-11 (tháng), 2026-Q3 (quý), "
        "2026-H1 (6 tháng), 2026 (năm), 2026-11-03..2026-11-20 (từ ngày đến ngày); "
        "thêm :cchc cho kỳ số liệu báo cáo cải cách hành chính."
    )


@pytest.mark.parametrize("text", ["0001", "0001-01", "0001-01-01", "0001-Q1", "0001-H1", "0001-W01"])
def test_a_period_with_nothing_before_it_is_refused(text: str) -> None:
    """The staff page links to the period before; typing the first year of the calendar must not break it."""
    with pytest.raises(PeriodError):
        parse(text).previous()


@pytest.mark.parametrize("text", ["２０２６", "٢٠٢٦-١١", "2026-Q３"])
def test_a_period_typed_in_other_digits_gets_no_name_of_its_own(text: str) -> None:
    """One period has one name; digits of other scripts are refused or brought to ours."""
    try:
        name = parse(text).name
    except PeriodError:
        return
    assert name.isascii()


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("2026-11-20", "2026-11-19"),
        ("2026-03-01", "2026-02-28"),
        ("2026-W47", "2026-W46"),
        ("2026-W01", "2025-W52"),
        ("2027-W01", "2026-W53"),
        ("2026-11", "2026-10"),
        ("2026-01", "2025-12"),
        ("2026-Q3", "2026-Q2"),
        ("2026-Q1", "2025-Q4"),
        ("2026-H2", "2026-H1"),
        ("2026-H1", "2025-H2"),
        ("2026", "2025"),
        ("2026-Q3:cchc", "2026-Q2:cchc"),
        ("2026-Q1:cchc", "2025-Q4:cchc"),
        ("2026-H1:cchc", "2025-H2:cchc"),
        ("2026:cchc", "2025:cchc"),
    ],
)
def test_the_previous_period_is_of_the_same_kind(name: str, before: str) -> None:
    """A report is compared with its own kind, across the turn of the year as well."""
    assert parse(name).previous() == parse(before)


@pytest.mark.parametrize("name", NAMES)
def test_periods_of_a_kind_leave_no_day_out_and_share_none(name: str) -> None:
    """The period before ends the day before, forty times over."""
    period = parse(name)
    for _ in range(40):
        before = period.previous()
        assert before.last == period.first - timedelta(days=1)
        assert before.first <= before.last
        period = before


@given(st.sampled_from(NAMES), DAYS)
def test_around_finds_the_period_of_a_kind_that_contains_a_day(name: str, day: date) -> None:
    """Every day has its period of every kind, with a name that reads back as the same days."""
    found = around(name, day)
    assert found.first <= day <= found.last
    assert parse(found.name) == found
    assert (":cchc" in found.name) == (":cchc" in name)
    assert len(found.name) == len(parse(name).name)


@pytest.mark.parametrize(
    ("name", "day", "found"),
    [
        ("2026-Q1:cchc", date(2026, 3, 14), "2026-Q1:cchc"),
        ("2026-Q1:cchc", date(2026, 3, 15), "2026-Q2:cchc"),
        ("2026-Q1:cchc", date(2026, 12, 14), "2026-Q4:cchc"),
        ("2026-Q1:cchc", date(2026, 12, 15), "2027-Q1:cchc"),
        ("2026-H1:cchc", date(2026, 6, 15), "2026-H2:cchc"),
        ("2026:cchc", date(2026, 12, 31), "2027:cchc"),
        ("2026:cchc", date(2026, 1, 1), "2026:cchc"),
        ("2026", date(2026, 12, 31), "2026"),
        ("2026-W01", date(2027, 1, 3), "2026-W53"),
    ],
)
def test_the_last_days_of_a_year_fall_where_the_cut_off_puts_them(name: str, day: date, found: str) -> None:
    """The year of the reform report ends on 14 December."""
    assert around(name, day) == parse(found)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (periods.week_of(date(2026, 11, 22)), "2026-W47"),
        (periods.week_of(date(2026, 11, 23)), "2026-W48"),
        (periods.week_before(date(2026, 11, 23)), "2026-W47"),
        (periods.week_before(date(2026, 11, 29)), "2026-W47"),
        (periods.week_before(date(2026, 1, 1)), "2025-W52"),
        (periods.month_of(date(2026, 11, 30)), "2026-11"),
        (periods.quarter_of(date(2026, 9, 30)), "2026-Q3"),
        (periods.quarter_of(date(2026, 10, 1)), "2026-Q4"),
    ],
)
def test_the_common_periods_of_a_day_have_names(found: Period, expected: str) -> None:
    """The current and the last week, the month, the quarter."""
    assert found == parse(expected)


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2023, 2, 9), "09/02/2023"),
        (date(2022, 3, 22), "22/3/2022"),
        (date(2022, 2, 11), "11/02/2022"),
        (date(2022, 7, 8), "08/7/2022"),
        (date(2023, 3, 31), "31/3/2023"),
        (date(2026, 1, 1), "01/01/2026"),
        (date(2026, 12, 10), "10/12/2026"),
    ],
)
def test_dates_are_written_as_official_texts_write_them(day: date, written: str) -> None:
    """Days under 10 and the months 1 and 2 have a leading zero, other months none."""
    assert periods.day(day) == written


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("2026-11-20", "Ngày 20/11/2026"),
        ("2026-W47", "Tuần 47 (16/11/2026 đến 22/11/2026)"),
        ("2026-W07", "Tuần 7 (09/02/2026 đến 15/02/2026)"),
        ("2026-11", "Tháng 11/2026 (01/11/2026 đến 30/11/2026)"),
        ("2026-02", "Tháng 02/2026 (01/02/2026 đến 28/02/2026)"),
        ("2026-09", "Tháng 9/2026 (01/9/2026 đến 30/9/2026)"),
        ("2026-Q3", "Quý 3/2026 (01/7/2026 đến 30/9/2026)"),
        ("2026-H1", "6 tháng đầu năm 2026 (01/01/2026 đến 30/6/2026)"),
        ("2026-H2", "6 tháng cuối năm 2026 (01/7/2026 đến 31/12/2026)"),
        ("2026", "Năm 2026 (01/01/2026 đến 31/12/2026)"),
        (
            "2026-Q3:cchc",
            "Quý 3/2026 (15/6/2026 đến 14/9/2026), kỳ số liệu báo cáo cải cách hành chính",
        ),
    ],
)
def test_a_period_is_named_in_words_with_its_days(name: str, words: str) -> None:
    """What stands above the figures says exactly which days they cover."""
    assert label(parse(name), "vi") == words


def test_any_days_are_a_period_that_others_of_its_length_stand_beside() -> None:
    """Their name leads back to them; one day alone is a day; a leap day is a day like others."""
    period = parse("2024-02-27..2024-03-04")
    assert (period.first, period.last, (period.last - period.first).days) == (date(2024, 2, 27), date(2024, 3, 4), 6)
    assert period.previous().name == "2024-02-20..2024-02-26"
    assert around(period.name, date(2024, 3, 5)).name == "2024-03-05..2024-03-11"
    assert around(period.name, date(2024, 3, 2)) == period
    assert parse("2024-03-01..2024-03-01").name == "2024-03-01"
    assert label(period, "vi") == "Từ 27/02/2024 đến 04/3/2024"
