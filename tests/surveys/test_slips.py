"""Codes of slips: what people type is read, and what they mistype is noticed."""

import itertools
import random
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from surveys.responses import Opened, Response, week_of
from surveys.slips import (
    ALPHABET,
    LENGTH,
    LENGTHS,
    MOST_LUCK,
    Round,
    Slip,
    State,
    fresh,
    length_for,
    looks_like,
    read,
    shown,
)

CHANCE = random.Random(7)
CODES = [fresh(CHANCE.choice) for _ in range(200)]
ROUND = Round("quy-4", "sa-dec", "nhanh", 200, date(2026, 10, 1), date(2026, 12, 31))


def test_fresh_codes_are_ten_signs_that_cannot_be_confused() -> None:
    """No I, L, O, 0 or 1, and always a digit, so that no word is taken for a code."""
    assert len(ALPHABET) == 31
    for code in CODES:
        assert len(code) == LENGTH
        assert set(code) <= set(ALPHABET)
        assert any(sign.isdigit() for sign in code)
    assert len(set(CODES)) == len(CODES)


@pytest.mark.parametrize("code", CODES[:5])
def test_a_code_is_read_however_it_is_typed(code: str) -> None:
    """Small letters, spaces, dashes and dots make no difference."""
    spoken = f" {code[:3]} {code[3:6]}-{code[6:]}. "
    assert [read(text) for text in (code, shown(code), code.lower(), spoken)] == [code] * 4


def test_every_single_slip_and_every_swap_is_noticed() -> None:
    """The sum over a prime number of signs: 200 codes, each sign replaced by each other, each two swapped."""
    for code in CODES:
        for place, sign in itertools.product(range(LENGTH), ALPHABET):
            if sign != code[place]:
                assert read(code[:place] + sign + code[place + 1 :]) == ""
        for one, other in itertools.combinations(range(LENGTH), 2):
            swapped = list(code)
            swapped[one], swapped[other] = swapped[other], swapped[one]
            if swapped[one] != swapped[other]:
                assert read("".join(swapped)) == ""


@pytest.mark.parametrize(
    ("slips", "length"), [(1, 10), (1000, 10), (1001, 12), (25_000_000, 12), (30_000_000, 14), (10**10, 14)]
)
def test_large_rounds_have_longer_codes(slips: int, length: int) -> None:
    """A guess with the right check sign hits one of them with a chance below one in a thousand million."""
    assert length_for(slips) == length
    assert slips / len(ALPHABET) ** (length - 1) < MOST_LUCK


@pytest.mark.parametrize("length", LENGTHS)
def test_longer_codes_are_as_good_as_short_ones(length: int) -> None:
    """Read however they are typed; every wrong and every swapped sign is noticed."""
    for code in [fresh(CHANCE.choice, length) for _ in range(20)]:
        half = length // 2
        assert shown(code) == f"{code[:half]}-{code[half:]}"
        assert [read(text) for text in (code, shown(code), code.lower())] == [code] * 3
        assert looks_like(shown(code))
        for place, sign in itertools.product(range(length), ALPHABET):
            if sign != code[place]:
                assert read(code[:place] + sign + code[place + 1 :]) == ""
        for one, other in itertools.combinations(range(length), 2):
            swapped = list(code)
            swapped[one], swapped[other] = swapped[other], swapped[one]
            if swapped[one] != swapped[other]:
                assert read("".join(swapped)) == ""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("23456789AB", True),
        ("2345-6789-AB", True),
        ("0123456789", False),
        ("khai sinh", False),
        ("no 5 tuoi mac ao do", False),
        ("tach thua 2", False),
        ("đăng ký 12", False),
        ("giấy phép 2", False),
        ("1.001193", False),
        ("", False),
    ],
)
def test_what_was_meant_as_a_code_is_told_from_questions(typed: str, meant: bool) -> None:
    """A wrong code gets a word about codes, a question or a telephone number does not."""
    assert looks_like(typed) == meant


@pytest.mark.parametrize(
    ("state", "closed", "day", "refusal"),
    [
        ("issued", False, date(2026, 12, 31), None),
        ("issued", False, date(2027, 1, 1), "closed"),
        ("issued", True, date(2026, 11, 20), "closed"),
        ("used", False, date(2026, 11, 20), "used"),
        ("revoked", True, date(2026, 11, 20), "revoked"),
    ],
)
def test_why_a_slip_cannot_be_answered(state: State, closed: bool, day: date, refusal: str | None) -> None:
    """Used and revoked come first; then the round's last day and its closing."""
    within = replace(ROUND, closed_at=datetime(2026, 11, 1, tzinfo=UTC) if closed else None)
    assert Opened(Slip(CODES[0], "quy-4", 1, state), within).refusal(day) == refusal


@pytest.mark.parametrize(
    ("assisted", "name", "stratum"),
    [(False, "", "open"), (False, "quy-4", "slip"), (True, "", "assisted"), (True, "quy-4", "assisted")],
)
def test_the_stratum_of_a_form(assisted: bool, name: str, stratum: str) -> None:
    """Help decides first, then the slip."""
    form = Response("a" * 32, "sa-dec", "", "nhanh", 1, "x", "web", date(2026, 11, 20), assisted=assisted, round=name)
    assert form.stratum == stratum


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 11, 20), "2026-W47"),
        (date(2027, 1, 3), "2026-W53"),
        (date(2027, 1, 4), "2027-W01"),
        (date(2024, 12, 30), "2025-W01"),
    ],
)
def test_the_week_of_a_day(day: date, week: str) -> None:
    """ISO 8601, around the turn of a year."""
    assert week_of(day) == week
