"""Points as the reform reports write them, and as people type them."""

from decimal import Decimal

import pytest

from reports.self_score.points import Wrong, earned, pair, points, read_points, read_rate

# domain.md 3.4 and 4.2: what the Sa Đéc report prints.
PAIRS = {
    ("13.91", "16.50"): "13,91/16,50",
    ("3", "7"): "03/07",
    ("18.98", "29"): "18,98/29",
    ("6", "8"): "06/08",
    ("5.77", "14"): "5,77/14",
    ("2.5", "7"): "2,5/07",
    ("7.8", "14.5"): "7,8/14,5",
    ("57.96", "70"): "57,96/70",
    ("0", "30"): "0/30",
    ("10", "10"): "10/10",
}


@pytest.mark.parametrize(("given", "written"), PAIRS.items())
def test_points_out_of_a_maximum(given: tuple[str, str], written: str) -> None:
    """Whole points under ten bear a zero; fractions of a pair have the same number of decimals."""
    assert pair(*map(Decimal, given)) == written


@pytest.mark.parametrize(
    ("value", "written"), [("2", "02"), ("10", "10"), ("0", "0"), ("1.50", "1,5"), ("1234", "1.234")]
)
def test_points_alone(value: str, written: str) -> None:
    """As the survey's points that are not determined yet: "02 điểm", "10 điểm"."""
    assert points(Decimal(value)) == written


@pytest.mark.parametrize(
    ("maximum", "rate", "gained"),
    [("3", "99.87", "2.99"), ("2", "99.87", "1.99"), ("3", "100", "3.00"), ("2", "99.99", "1.99"), ("3", "0", "0.00")],
)
def test_a_rate_earns_no_more_than_it_is(maximum: str, rate: str, gained: str) -> None:
    """99,87% of 3 points is printed as 2,99 (domain.md 4, row 47), not rounded up to the full 3."""
    assert earned(Decimal(maximum), Decimal(rate)) == Decimal(gained)


CELLS: dict[str, tuple[object, str | None]] = {
    "a float": (13.91, "13.91"),
    "noise of a formula": (0.1 + 0.2, "0.3"),
    "a whole number": (7, "7"),
    "a comma": ("13,91", "13.91"),
    "a dot": (" 13.91 ", "13.91"),
    "nothing": (None, None),
    "a dash": ("-", None),
    "not determined": ("Chưa xác định", None),
}


@pytest.mark.parametrize(("cell", "value"), CELLS.values(), ids=CELLS)
def test_points_are_read(cell: object, value: str | None) -> None:
    """However a spreadsheet holds them; what is not determined is no zero."""
    assert read_points(cell) == (None if value is None else Decimal(value))


WRONG: dict[str, tuple[object, str]] = {
    "text": ("ba điểm", "ba điểm"),
    "a negative number": (-1, "số âm"),
    "a negative text": ("-2,5", "số âm"),
    "too much": (1001, "lớn hơn 1000"),
    "a thousand dot": ("1.234,5", "cần một số điểm"),
    "a failed formula": ("#REF!", "#REF!"),
    "no number": (float("nan"), "nan"),
    "endless": (float("inf"), "inf"),
    "true": (True, "True"),
}


@pytest.mark.parametrize(("cell", "reason"), WRONG.values(), ids=WRONG)
def test_what_is_no_number_of_points_is_refused(cell: object, reason: str) -> None:
    """The sentence names what stands there."""
    with pytest.raises(Wrong, match=reason):
        read_points(cell)


def test_rates_are_texts_with_a_percent_sign() -> None:
    """A number formatted as a percentage cannot be told from points, so it is taken as points."""
    assert read_rate("99,87%") == Decimal("99.87")
    assert read_rate("100 %") == 100
    assert read_rate(0.9987) is None
    for text in ("101%", "x%", "-1%", "%"):
        with pytest.raises(Wrong):
            read_rate(text)
