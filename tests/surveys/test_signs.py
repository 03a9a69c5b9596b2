"""Speed, bursts and devices: what is counted, and from where on it is called unusual."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.responses import Filing, Response, week_of
from surveys.signs import (
    LEAST_BURST,
    LEAST_SLOTS,
    Arrival,
    Signs,
    Slot,
    arrivals,
    bursts,
    device_digest,
    is_hasty,
    slot_of,
    usual,
)
from tests.clock import NOW, ZONE

KEY = b"k" * 32
DAY = date(2026, 11, 20)


def form(counter: str = "quay1") -> Response:
    """A form given at a counter."""
    return Response("a1", "sa-dec", counter, "nhanh", 1, "0" * 64, "web", DAY)


def sent(place: str = "quay1", device: str = "web:10.0.0.7 Chrome", at: datetime = NOW) -> Arrival:
    """A form on its way in."""
    return Arrival("a1", "sa-dec", place, device, at)


@pytest.mark.parametrize(
    ("clock", "slot"),
    [("00:00:00", 0), ("00:09:59", 0), ("00:10:00", 1), ("09:00:00", 54), ("12:34:56", 75), ("23:59:59", 143)],
)
def test_a_day_has_144_slots_of_ten_minutes(clock: str, slot: int) -> None:
    """The slot is that of the local time of day."""
    assert slot_of(datetime.fromisoformat(f"2026-11-20T{clock}").replace(tzinfo=ZONE)) == slot


@pytest.mark.parametrize(
    ("seconds", "hasty"), [(-1, True), (0, True), (2.999, True), (3, False), (3.001, False), (90_000, False)]
)
def test_an_answer_within_three_seconds_is_hasty(seconds: float, hasty: bool) -> None:
    """Three seconds are enough, anything less is not."""
    assert is_hasty(NOW, NOW + timedelta(seconds=seconds)) is hasty


@pytest.mark.parametrize(
    ("day", "week"), [("2026-01-01", "2026-W01"), ("2026-11-22", "2026-W47"), ("2027-01-03", "2026-W53")]
)
def test_a_week_is_named_by_its_iso_year(day: str, week: str) -> None:
    """The first days of January may belong to the last week of the year before."""
    assert week_of(date.fromisoformat(day)) == week


@pytest.mark.parametrize(("counter", "place"), [("quay1", "quay1"), ("", "@sa-dec")])
def test_a_form_without_a_counter_is_counted_at_its_unit(counter: str, place: str) -> None:
    """Slips that are handed out anywhere name no counter, and those of two units stay apart."""
    given = Filing(form(counter), device="chat:1", at=NOW)
    assert arrivals([given, Filing(form(counter))]) == [Arrival("a1", "sa-dec", place, "chat:1", NOW)]


@pytest.mark.parametrize(
    "other",
    [sent(place="quay2"), sent(device="web:10.0.0.8 Chrome"), sent(at=NOW + timedelta(days=1))],
    ids=["counter", "device", "day"],
)
def test_a_device_cannot_be_followed(other: Arrival) -> None:
    """One device is the same all day at one counter, and another one elsewhere, tomorrow, or under next week's key."""
    hashed = device_digest(KEY, sent())
    assert hashed == device_digest(KEY, sent(at=NOW + timedelta(hours=5)))
    assert len({hashed, device_digest(KEY, other), device_digest(b"j" * 32, sent())}) == 3
    assert "10.0.0.7" not in hashed


def test_a_browser_name_that_is_no_text_is_hashed_too() -> None:
    """Bytes in a header that are no UTF-8 arrive as half pairs."""
    assert len(device_digest(KEY, sent(device="web:10.0.0.7 \udcff"))) == 64


@pytest.mark.parametrize(
    ("rhythm", "without", "expected"),
    [
        ({}, 20, None),
        ({20: 1}, 20, None),
        ({2: 5, 20: 1}, 20, None),
        ({2: 6, 20: 1}, 20, 2),
        ({1: 3, 2: 2, 4: 4, 30: 1}, 30, 2),
        ({12: 40}, 12, 12),
    ],
    ids=["nothing", "alone", "five others", "six others", "median", "a busy place"],
)
def test_what_is_usual_is_the_median_of_the_other_slots(
    rhythm: dict[int, int], without: int, expected: int | None
) -> None:
    """With fewer than six others nothing is usual yet."""
    assert usual(rhythm, without) == expected


@given(st.lists(st.integers(1, 40), min_size=LEAST_SLOTS), st.integers(1, 40))
def test_what_is_usual_lies_in_the_middle(others: list[int], full: int) -> None:
    """At least half of the other slots have no more, at least half no fewer."""
    rhythm = {count: others.count(count) for count in others}
    rhythm[full] = rhythm.get(full, 0) + 1
    middle = usual(rhythm, full)
    assert middle is not None
    assert 2 * sum(count <= middle for count in others) >= len(others)
    assert 2 * sum(count >= middle for count in others) >= len(others)


@pytest.mark.parametrize(
    ("count", "normal", "found"),
    [(LEAST_BURST, 3, True), (9, 2, False), (12, 4, False), (13, 4, True), (20, 7, False), (22, 7, True)],
)
def test_a_burst_is_ten_forms_and_more_than_three_times_the_usual(count: int, normal: int, found: bool) -> None:
    """Both are needed: a rush at a busy counter is none, nor are a few forms at a quiet one."""
    slot = Slot("quay1", DAY, 54, count)
    counted = Signs(rhythm={"quay1": {normal: 20, count: 1}}, full=[slot])
    assert bursts(counted) == ([(slot, normal)] if found else [])


def test_bursts_are_listed_fullest_first() -> None:
    """Each is held against its own counter."""
    rhythm = {"quay1": {2: 10, 11: 1, 15: 1}, "quay2": {9: 10, 25: 1}, "quay3": {30: 1}}
    full = [
        Slot("quay1", DAY, 60, 11),
        Slot("quay1", DAY, 61, 15),
        Slot("quay2", DAY, 61, 25),
        Slot("quay3", DAY, 1, 30),
    ]
    assert bursts(Signs(rhythm=rhythm, full=full)) == [(full[3], None), (full[1], 2), (full[0], 2)]
