"""What a unit does not carry out is answered with where it is done, in every way to come to it."""

from dataclasses import replace

import pytest

from handlers.unit_settings.settings import CurrentSettings
from handlers.world import World
from reports.documents.details import facts_of
from tests.sample import Talk, world

BIRTH, CENTRE = "1.001193", "Trung tâm Phục vụ hành chính công tỉnh"


def leaving_out(settings: CurrentSettings) -> World:
    """The sample, where a unit does not carry out everything."""
    return replace(world(), settings={"sa-dec": settings})


@pytest.mark.parametrize(
    "settings",
    [CurrentSettings(elsewhere={BIRTH: CENTRE}), CurrentSettings(fields={"Hộ tịch": CENTRE})],
    ids=["code", "field"],
)
@pytest.mark.parametrize("asked", ["đăng ký khai sinh cho con", f"p:{BIRTH}", f"p:{BIRTH}:fee", f"p:{BIRTH}:time,fee"])
def test_it_is_never_answered_as_the_units_own(settings: CurrentSettings, asked: str) -> None:
    """No card, no part of it; the place and the name of the procedure."""
    talk = Talk(leaving_out(settings))
    turn = talk.tap(asked) if asked.startswith("p:") else talk.say(asked)
    said = turn.replies[0].text.plain
    assert f"Nơi giải quyết: {CENTRE}" in said
    assert "Lệ phí" not in said
    assert turn.about.outcome == "outside"
    assert talk.session.topic == ""


def test_it_is_neither_listed_nor_counted() -> None:
    """In the fields, and among the procedures that the report says are published; others stay."""
    plain, using = world(), leaving_out(CurrentSettings(elsewhere={BIRTH: CENTRE}, fields={"Chứng thực": CENTRE}))
    before, after = plain.carried_out("sa-dec"), using.carried_out("sa-dec")
    assert set(before) - set(after) == {"Chứng thực"}
    assert set(before["Hộ tịch"]) - set(after["Hộ tịch"]) == {BIRTH}
    catalog = using.catalog("sa-dec")
    facts, all_facts = facts_of(catalog, after), facts_of(catalog)
    assert facts
    assert all_facts
    assert all_facts.procedures - facts.procedures == 1 + len(before["Chứng thực"])
    said = "\n".join(button.label for button in Talk(using).say("lĩnh vực").replies[0].buttons)
    assert "Hộ tịch" in said
    assert "Chứng thực" not in said
