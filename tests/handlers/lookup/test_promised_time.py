"""The time that a unit promises stands beside the published one, and where none is promised nothing is added."""

from dataclasses import replace

import pytest

from catalog.catalogs import Catalog, Catalogs
from catalog.entries import Entry
from tests.sample import Talk, world

CODE = "1.001193"


@pytest.mark.parametrize(
    ("time", "committed", "expected", "unexpected"),
    [
        ("15 ngày", "10 ngày", ("15 ngày", "cam kết", "10 ngày"), "không có trong"),
        ("15 ngày", "", ("15 ngày",), "cam kết"),
        ("", "10 ngày", ("cam kết", "10 ngày"), "quy định"),
    ],
)
def test_a_promised_time_is_told_with_the_published_one(
    time: str, committed: str, expected: tuple[str, ...], unexpected: str
) -> None:
    """On the card and when it is asked for, in the unit's own name."""
    entry = Entry(CODE, "Đăng ký khai sinh", time=time, committed=committed, documents="1. Tờ khai")
    talk = Talk(replace(world(), catalogs=Catalogs({"": Catalog.build([entry])}, {})))
    for button in (f"p:{CODE}", f"p:{CODE}:time"):
        said = talk.tap(button).replies[0].text.plain
        assert [words for words in expected if words not in said] == []
        assert unexpected not in said
