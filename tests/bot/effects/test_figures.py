"""Figures by buttons: periods, units by pages, documents; and the bulletins that staff turn off and on."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest

import locales
from handlers.messages import Button, Reply
from handlers.ports import Membership
from handlers.staff.bulletins import BULLETINS
from handlers.world import Unit
from reports import periods
from reports.bulletins import buttons
from tests.bot.effects import test_effects as neighbours
from tests.bot.office import ONLY_STAFF, Office
from tests.sample import NOW

office = neighbours.office

LONG = "xa-" + "x" * 29


def by_label(reply: Reply) -> dict[str, str]:
    """The ids of a reply's buttons by what they say."""
    return {button.label: button.id for button in reply.buttons}


async def tap(office: Office, button: Button | str, user: str = "lan") -> Reply:
    """Press a button."""
    return await office.says(button if isinstance(button, str) else button.id, user, "button")


# Periods


async def test_every_period_is_one_tap_away(office: Office) -> None:
    """Week, month, quarter, the reform report's quarter, half-year and year, running and past: each shows figures."""
    await office.employ("lan", "staff")
    card = await office.says("/baocao")
    choices = await tap(office, by_label(card)["Kỳ khác"])
    assert "Phường Sa Đéc" in choices.text.plain
    shown = {}
    for button in choices.buttons:
        shown[button.label] = (await tap(office, button)).text.plain.split("\n")[0].partition(" (")[0]
    assert shown == {
        "Tuần này": "Tuần 47",
        "Tuần trước": "Tuần 46",
        "Tháng này": "Tháng 11/2026",
        "Tháng trước": "Tháng 10/2026",
        "Quý này": "Quý 4/2026",
        "Quý trước": "Quý 3/2026",
        "Quý này (CCHC)": "Quý 4/2026",
        "Quý trước (CCHC)": "Quý 3/2026",
        "Nửa năm này": "6 tháng cuối năm 2026",
        "Nửa năm trước": "6 tháng đầu năm 2026",
        "Năm nay": "Năm 2026",
        "Năm trước": "Năm 2025",
    }
    assert [buttons.chosen(choice, NOW.date()).name for choice in ("this_cutoff", "last_cutoff")] == [
        "2026-Q4:cchc",
        "2026-Q3:cchc",
    ]


async def test_the_examples_of_other_periods_are_good_ones(office: Office) -> None:
    """What the words say can be typed, typed."""
    await office.employ("lan", "staff")
    answer = await office.answer_to("periods:sa-dec", kind="button")
    examples = re.findall(r"/baocao \S+?(?=[,. ]|$)", answer)
    assert len(examples) == 3
    for example in examples:
        assert "Chưa có phiếu nào trong kỳ." in await office.answer_to(example)


# Units


async def test_many_units_are_chosen_by_pages(office: Office) -> None:
    """Over eight below: one button leads to their list, eight on a page, and every unit is found once."""
    communes = [Unit(f"xa-{number:02d}", f"Xã {number}", "dong-thap") for number in range(20)]
    office.world = neighbours.units(*communes, Unit(LONG, "Xã có mã dài", "dong-thap"))
    async with office.store.transaction() as tx:
        for unit in (*communes, office.world.units[LONG]):
            await tx.add_unit(unit, NOW)
    await office.employ("lan", "admin", "dong-thap")
    card = await office.says("/baocao 2026-Q3:cchc")
    page = await tap(office, by_label(card)["Đơn vị khác (24)"])
    found: list[Button] = []
    while True:
        found += [button for button in page.buttons if button.id.startswith("figures:")]
        assert len([button for button in page.buttons if button.id.startswith("figures:")]) <= 8
        assert all(len(button.id) <= 64 for button in page.buttons)
        if "Trang sau" not in by_label(page):
            break
        page = await tap(office, by_label(page)["Trang sau"])
    assert sorted(button.label for button in found) == sorted(unit.name for unit in office.world.units.values())
    last = await tap(office, next(button for button in found if LONG in button.id))
    assert last.text.plain.startswith("Quý 3/2026 (15/6/2026 đến 14/9/2026)")
    assert "Xã có mã dài" in last.text.plain.split("\n")[0]
    first = page
    while "Trang trước" in by_label(first):
        first = await tap(office, by_label(first)["Trang trước"])
    assert first.buttons[0].id == "figures:dong-thap:2026-Q3:cchc"


@pytest.mark.parametrize("page", ["3", "9999"])
async def test_a_page_that_is_not_there_is_the_last(office: Office, page: str) -> None:
    """A late tap after units went shows what there is."""
    await office.employ("lan", "admin", "dong-thap")
    reply = await tap(office, f"units:{page}:2026-W47")
    assert [button.id.partition(":")[0] for button in reply.buttons] == ["figures"] * 4


async def test_staff_see_no_other_units(office: Office) -> None:
    """Neither a button nor a list of units above and beside."""
    await office.employ("lan", "staff")
    card = await office.says("/baocao")
    assert [button.id for button in card.buttons if button.id.startswith("units:")] == []
    reply = await tap(office, "units:0:2026-W47")
    assert [button.id for button in reply.buttons] == ["figures:sa-dec:2026-W47"]


# Documents


@pytest.mark.parametrize(("kind", "label"), [("docx", "Tải Word"), ("xlsx", "Tải Excel"), ("levels.png", "Biểu đồ")])
async def test_a_document_comes_with_the_figures_it_is_of(office: Office, kind: str, label: str) -> None:
    """Its heading, the moment of provisional figures, the file, and buttons to the other documents."""
    await office.employ("lan", "staff")
    await office.rate(5, 5, 4, 4, 4, 2)
    card = await office.says("/baocao")
    reply = await tap(office, by_label(card)[label])
    assert reply.text.plain.split("\n") == [
        "Tuần 47 (16/11/2026 đến 22/11/2026) · Phường Sa Đéc",
        "Số liệu tạm tính đến 09:00 ngày 20/11/2026",
    ]
    (file,) = reply.files
    assert (file.kind, file.name) == ("photo" if kind.endswith("png") else "document", f"sa-dec_2026-W47.{kind}")
    assert file.source == f"live:sa-dec:2026-W47:{kind}"
    assert "Số liệu tạm tính đến 09:00 ngày 20/11/2026" in file.alt
    assert len(reply.buttons) == 2
    assert label not in by_label(reply)


@pytest.mark.parametrize("asked", ["get:docx:sa-dec:2026-W46", "get:exe:sa-dec:2026-W47", "get:levels.png:sa-dec:2025"])
async def test_without_figures_or_of_an_unknown_kind_there_is_no_document(office: Office, asked: str) -> None:
    """That is said, and no empty file comes."""
    await office.employ("lan", "staff")
    await office.rate(5, 5, 4, 4, 4, 2)
    reply = await tap(office, asked)
    assert (reply.text.plain, reply.files) == (locales.text("vi", "staff.no_file"), ())


@pytest.mark.parametrize(
    "asked",
    [
        "get:xlsx:dong-thap:2026-W47",
        "get:xlsx:cao-lanh:2026-W47",
        "periods:dong-thap",
        "figures:dong-thap:2026-W47",
    ],
)
async def test_buttons_of_other_units_are_refused(office: Office, asked: str) -> None:
    """Whoever makes one up reads that they may not, and who is no staff that it is for staff."""
    await office.employ("lan", "staff")
    assert "không có quyền xem" in (await tap(office, asked)).text.plain
    assert (await tap(office, asked, "dân")).text.plain.endswith(ONLY_STAFF)


@pytest.mark.parametrize("asked", ["units:0:x", "get:xlsx:sa-dec:2026-W99", "figures:sa-dec:2026-W99"])
async def test_a_made_up_period_is_named(office: Office, asked: str) -> None:
    """With good examples, as when it is typed."""
    await office.employ("lan", "admin")
    assert (await tap(office, asked)).text.plain == locales.text(
        "vi", "staff.bad_period", period=asked.rpartition(":")[2]
    )


# Bulletins


def states(reply: Reply) -> dict[str, bool]:
    """Which bulletins are on, as the words say."""
    lines = [line for line in reply.text.plain.split("\n") if line.startswith("• ")]
    return {line.removeprefix("• ").rpartition(":")[0]: line.endswith("đang nhận") for line in lines}


async def test_bulletins_are_turned_off_and_on_by_buttons(office: Office) -> None:
    """Each by itself; a second tap on the same button changes nothing; the words say how it is turned back."""
    await office.employ("lan", "staff")
    listed = await office.says("/bantin")
    assert list(states(listed).values()) == [True] * len(BULLETINS)
    off = await tap(office, by_label(listed)["Ngừng nhận bản tin tuần"])
    assert "gửi /bantin" in off.text.plain
    assert states(off) == {**states(listed), "bản tin tuần": False}
    again = await tap(office, "mute:weekly")
    assert states(again) == states(off)
    member = await office.member("lan")
    assert member is not None
    assert member.muted == ("weekly",)
    assert "Bản tin đã ngừng: bản tin tuần." in await office.answer_to("/dulieu")
    on = await tap(office, by_label(off)["Nhận lại bản tin tuần"])
    assert states(on) == states(listed)
    for name in BULLETINS:
        await tap(office, f"mute:{name}")
    assert list(states(await office.says("bản tin")).values()) == [False] * len(BULLETINS)


@pytest.mark.parametrize("asked", ["/bantin", "mute:weekly", "hear:weekly"])
async def test_bulletins_are_for_staff(office: Office, asked: str) -> None:
    """A citizen who types the command or makes a button up changes nothing."""
    reply = await office.says(asked, "dân", "text" if asked.startswith("/") else "button")
    assert reply.text.plain.endswith(ONLY_STAFF)


@pytest.mark.parametrize(
    "asked", ["mute:everything", "mute:", "hear:weekly:x", "units:x:2026", "get:docx:sa-dec", "periods"]
)
async def test_a_button_that_means_nothing_is_stale(office: Office, asked: str) -> None:
    """As any other unknown button."""
    await office.employ("lan", "staff")
    assert (await tap(office, asked)).text.plain.endswith(locales.text("vi", "none.stale"))


# Leaving


async def test_leaving_the_unit_wants_a_second_word(office: Office) -> None:
    """Asked, explained, confirmed: no figures any more, and only a new code leads back."""
    await office.employ("lan", "staff")
    asked = await office.says("/roidonvi")
    assert list(by_label(asked)) == ["Rời đơn vị", "Ở lại"]
    assert await office.member("lan") == Membership("chat", "lan", "sa-dec", "staff")
    assert "không có gì thay đổi" in (await tap(office, by_label(asked)["Ở lại"])).text.plain
    late = await tap(office, "leave:yes")
    assert list(by_label(late)) == ["Rời đơn vị", "Ở lại"]
    assert await office.member("lan") is not None
    left = await tap(office, "leave:yes")
    assert "Đã rời đơn vị" in left.text.plain
    assert await office.member("lan") is None
    assert await office.answer_to("/baocao") == ONLY_STAFF
    await office.employ("lan", "staff")


async def test_everything_is_said_in_the_persons_language(office: Office) -> None:
    """Texts and buttons of figures, bulletins and leaving: nothing Vietnamese in English."""
    await office.employ("lan", "admin", "sa-dec")
    await office.rate(5, 5, 5, 4, 3)
    said: dict[str, set[str]] = {}
    for language, command in (("vi", "/tiengviet"), ("en", "/english")):
        await office.says(command)
        replies = [await office.says(text) for text in ("/baocao", "/bantin", "/roidonvi")]
        replies += [await tap(office, identifier) for identifier in ("periods:sa-dec", "get:xlsx:sa-dec:2026-W47")]
        said[language] = {button.label for reply in replies for button in reply.buttons}
        said[language] |= {line for reply in replies for line in reply.text.plain.split("\n")}
    assert said["vi"] & said["en"] <= {"Tổ tiếp nhận số 1"}


def test_choices_of_periods_are_in_the_order_of_their_length() -> None:
    """From the week to the year; running before past; on every day of two years none names a wrong stretch."""
    days = [NOW.date() + timedelta(days=number) for number in range(730)]
    for day in days:
        for this, last in pairwise(buttons.CHOICES):
            if not this.startswith("this_"):
                continue
            running, past = buttons.chosen(this, day), buttons.chosen(last, day)
            assert running.first <= day <= running.last
            assert past.last == running.first - timedelta(days=1)
            assert periods.parse(running.name) == running
