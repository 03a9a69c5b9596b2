"""A record of which only the name is known is shown as such, and counted for those who can complete it."""

from dataclasses import replace

from catalog.catalogs import Catalog, Catalogs
from catalog.entries import Entry
from handlers.turn import NoteMiss
from tests.sample import Talk, world

CODE = "1.001193"


def test_a_record_with_only_a_name_is_counted_as_a_gap() -> None:
    """By its code and name, under the unit that was asked; one that says more is none."""
    for entry, gaps in (
        (Entry(CODE, "Đăng ký khai sinh"), (NoteMiss("sa-dec", f"{CODE} Đăng ký khai sinh", "name_only"),)),
        (Entry(CODE, "Đăng ký khai sinh", documents="1. Tờ khai"), ()),
    ):
        talk = Talk(replace(world(), catalogs=Catalogs({"": Catalog.build([entry])}, {})))
        assert talk.tap(f"p:{CODE}").effects == gaps
