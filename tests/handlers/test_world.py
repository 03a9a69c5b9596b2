"""The world knows what units were called and what became of them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from handlers.counters import no_counter
from handlers.world import Unit
from tests.handlers.merged_world import LAST, merged
from tests.sample import Talk, world


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(1999, 1, 1), "Làng C"),
        (date(2020, 1, 1), "Làng C"),
        (date(2020, 1, 2), "Thị trấn C"),
        (LAST, "Thị trấn C"),
        (LAST + timedelta(days=1), "Xã C"),
        (date.max, "Xã C"),
    ],
)
def test_a_unit_has_the_name_of_the_day(day: date, name: str) -> None:
    """The last day of a name still bears it."""
    assert merged().units["c"].name_on(day) == name


@pytest.mark.parametrize(
    ("unit", "below"),
    [("c", "cabd"), ("a", "abd"), ("b", "bd"), ("d", "d"), ("p", "pabcdxy"), ("x", "xy")],
)
def test_merged_units_are_under_their_successor(unit: str, below: str) -> None:
    """With what was merged into them and is under them; once each, also where data goes in a ring."""
    assert merged().below(unit) == list(below)


@pytest.mark.parametrize(("code", "now"), [("b", "c"), ("a", "c"), ("c", "c"), ("d", "d"), ("nowhere", "nowhere")])
def test_the_last_successor_stands_for_a_unit(code: str, now: str) -> None:
    """Along all mergers; a ring ends."""
    assert merged().standing(code) == now
    assert merged().standing("x") in "xy"


def test_a_closed_counter_says_where_to_go() -> None:
    """To the successor of its unit; one whose unit still stands is only closed."""
    assert "Quầy A của Xã A nay thuộc Xã C" in no_counter(merged(), "qa", "vi")
    assert "Xã C" in no_counter(merged(), "qa", "en")
    assert "thôi dùng" in no_counter(merged(), "qx", "vi")
    assert "thôi dùng" in no_counter(merged(), "la", "vi")


def test_a_chat_of_a_merged_unit_goes_on_with_its_successor() -> None:
    """The next message is answered for the unit that stands now; a code from an old counter leads there too."""
    before = world()
    talk = Talk(before)
    talk.say("", "start")
    assert talk.session.unit == "sa-dec"
    units = {
        **before.units,
        "moi": Unit("moi", "Phường Mới", phone="0277 1"),
        "sa-dec": replace(before.units["sa-dec"], valid_to=LAST, successor="moi"),
    }
    closed = before.counters
    talk.world = replace(before, units=units, home="moi", counters={}, closed=closed)
    assert "0277 1" in str(talk.say("gặp cán bộ").replies)
    assert talk.session.unit == "moi"
    turn = talk.say("k_quay1", "start")
    assert "nay thuộc Phường Mới" in str(turn.replies)
