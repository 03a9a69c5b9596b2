"""What staff ask of the assistant: joining by a code, figures of units they may see, a login link that works once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

import locales
from bot.effects.staff import LOGIN_LIFE
from handlers.messages import Incoming
from handlers.ports import Membership, Role
from handlers.world import Unit
from reports import documents
from storage.store import SqlStore
from tests.bot.office import ADDRESS, LIFE, ONLY_STAFF, Office, units
from tests.running import running, settings_for
from tests.sample import NOW
from tests.storage import conftest as databases

# As far as they can be made.
DOCUMENTS = [
    label
    for kind, label in (("docx", "Tải Word"), ("xlsx", "Tải Excel"), ("levels.png", "Biểu đồ"))
    if kind in documents.MAKERS
]
BAD_CODE = locales.text("vi", "staff.bad_code")


@pytest.fixture
async def office(servers: databases.Servers) -> AsyncIterator[Office]:
    """An office with its units and nobody in it."""
    async with servers.sqlite_with_tables() as url:
        store = SqlStore.open(url)
        office = Office(store)
        async with store.transaction() as tx:
            for unit in office.world.units.values():
                await tx.add_unit(unit, NOW - LIFE)
        yield office
        await store.close()


# Joining


@pytest.mark.parametrize(
    ("role", "unit", "named"),
    [("staff", "sa-dec", ("cán bộ", "Phường Sa Đéc")), ("admin", "dong-thap", ("quản trị", "Tỉnh Đồng Tháp"))],
)
async def test_a_code_lets_its_reader_in(office: Office, role: Role, unit: str, named: tuple[str, str]) -> None:
    """The chat belongs to the unit from then on, and is told as what, and when the figures come."""
    await office.invite("ABCDE-FGHJK", role, unit)
    answer = await office.answer_to("/thamgia ABCDE-FGHJK")
    assert [words for words in (*named, "thứ Hai lúc 07:30") if words not in answer] == []
    assert await office.member("lan") == Membership("chat", "lan", unit, role)


@pytest.mark.parametrize("typed", ["abcde-fghjk", "ABCDEFGHJK", "abcde fghjk", " ABCDE - FGHJK ", "Abcde–Fghjk"])
async def test_a_code_may_be_typed_as_it_was_heard(office: Office, typed: str) -> None:
    """Case, dashes and spaces do not matter."""
    await office.invite("ABCDE-FGHJK")
    assert "Đã nhận Ông/Bà" in await office.answer_to(f"/thamgia {typed}")


async def test_a_code_arrives_by_a_link_too(office: Office) -> None:
    """The deep link of the invitation, as messengers deliver it."""
    await office.invite("ABCDE-FGHJK")
    await office.says("i_ABCDE-FGHJK", kind="start")
    assert await office.member("lan") == Membership("chat", "lan", "sa-dec", "staff")


async def test_a_used_code_lets_nobody_in(office: Office) -> None:
    """Neither another chat nor the same one again; who is in stays in."""
    await office.invite("ABCDE-FGHJK")
    await office.says("/thamgia ABCDE-FGHJK")
    assert (await office.answer_to("/thamgia ABCDE-FGHJK", "tư")).endswith(BAD_CODE)
    assert await office.member("tư") is None
    assert await office.answer_to("/thamgia ABCDE-FGHJK") == BAD_CODE
    assert await office.member("lan") is not None


async def test_one_code_brought_by_ten_people_at_once_lets_one_in(office: Office) -> None:
    """A forwarded invitation: the first is in, the others are refused."""
    await office.invite("ABCDE-FGHJK")
    answers = await asyncio.gather(*(office.answer_to("/thamgia ABCDE-FGHJK", f"người {n}") for n in range(10)))
    assert sum("Đã nhận Ông/Bà" in words for words in answers) == 1
    assert sum(BAD_CODE in words for words in answers) == 9
    assert [await office.member(f"người {n}") is not None for n in range(10)].count(True) == 1


@pytest.mark.parametrize("code", ["ABCDE-FGHJX", "ABCDE", "'; DROP TABLE token; --", "x" * 1000, "—"])
async def test_a_wrong_code_lets_nobody_in(office: Office, code: str) -> None:
    """The refusal does not tell what is wrong, and the right code still works."""
    await office.invite("ABCDE-FGHJK")
    assert BAD_CODE in await office.answer_to(f"/thamgia {code}")
    assert await office.member("lan") is None
    assert "Đã nhận Ông/Bà" in await office.answer_to("/thamgia ABCDE-FGHJK")


async def test_a_code_expires(office: Office) -> None:
    """After seven days it is as good as none."""
    await office.invite("ABCDE-FGHJK")
    office.now = NOW + LIFE
    assert BAD_CODE in await office.answer_to("/thamgia ABCDE-FGHJK")
    assert await office.member("lan") is None


async def test_a_login_secret_is_no_invitation(office: Office) -> None:
    """A secret opens only what it was made for."""
    async with office.store.transaction() as tx:
        await tx.create_token("login", "sa-dec", "admin", "ABCDEFGHJK", NOW + LIFE)
    assert BAD_CODE in await office.answer_to("/thamgia ABCDEFGHJK")


async def test_a_second_code_moves_the_chat_to_its_unit(office: Office) -> None:
    """Somebody who changed office sees the new unit and no longer the old one."""
    await office.employ("lan", "admin", "dong-thap")
    await office.invite("MOI", "staff", "sa-dec")
    await office.says("/thamgia MOI")
    assert await office.member("lan") == Membership("chat", "lan", "sa-dec", "staff")
    assert await office.answer_to("/baocao dong-thap") == locales.text("vi", "staff.other_unit", unit="dong-thap")


async def test_joining_is_answered_in_the_persons_language(office: Office) -> None:
    """English throughout."""
    await office.invite("ABCDE-FGHJK")
    await office.says("/english")
    assert await office.answer_to("/thamgia ABCDE-FGHJK") == locales.text(
        "en", "staff.joined", role=locales.text("en", "staff.role.staff"), unit="Phường Sa Đéc", time="07:30"
    ).replace("**", "")


# Figures


async def test_figures_are_for_staff_alone(office: Office) -> None:
    """A citizen who knows the command or a button's id reads who it is for, and no figure."""
    await office.rate(5, 5, 5, 5, 5)
    for text, kind in (("/baocao", "text"), ("/baocao sa-dec 2026", "text"), ("figures:sa-dec:2026-W47", "button")):
        answer = await office.answer_to(text, "dân", kind)  # type: ignore[arg-type]
        assert answer.endswith(ONLY_STAFF)


async def test_staff_see_this_weeks_figures_of_their_unit(office: Office) -> None:
    """Without arguments: n, the rate with its rule and interval, and buttons to other periods."""
    await office.employ("lan", "staff")
    await office.rate(5, 5, 4, 4, 4, 2)
    reply = await office.says("/baocao")
    lines = reply.text.plain.split("\n")
    assert lines[0] == "Tuần 47 (16/11/2026 đến 22/11/2026) · Phường Sa Đéc"
    assert lines[1] == "6 phiếu qua mã QR đặt tại quầy."
    assert lines[2].startswith("Hài lòng (mức 4 và 5): 83,33% (khoảng tin cậy 95%: 43,65 đến 96,99; 6 câu trả lời")
    assert [button.label for button in reply.buttons] == ["Tuần trước", "Tháng này", "Quý này", "Kỳ khác", *DOCUMENTS]


@pytest.mark.parametrize(
    ("asked", "heading"),
    [
        ("2026-11-20", "Ngày 20/11/2026 · Phường Sa Đéc"),
        ("2026-W46", "Tuần 46 (09/11/2026 đến 15/11/2026) · Phường Sa Đéc"),
        ("2026-11", "Tháng 11/2026 (01/11/2026 đến 30/11/2026) · Phường Sa Đéc"),
        ("2026-Q4", "Quý 4/2026 (01/10/2026 đến 31/12/2026) · Phường Sa Đéc"),
        ("2026", "Năm 2026 (01/01/2026 đến 31/12/2026) · Phường Sa Đéc"),
        ("sa-dec 2026-W46", "Tuần 46 (09/11/2026 đến 15/11/2026) · Phường Sa Đéc"),
        (
            "2026-Q4:cchc",
            "Quý 4/2026 (15/9/2026 đến 14/12/2026), kỳ số liệu báo cáo cải cách hành chính · Phường Sa Đéc",
        ),
    ],
)
async def test_staff_ask_for_any_period(office: Office, asked: str, heading: str) -> None:
    """Each kind of period by its short name; with none rated, that is said."""
    await office.employ("lan", "staff")
    assert (await office.answer_to(f"/baocao {asked}")).split("\n") == [heading, "Chưa có phiếu nào trong kỳ."]


@pytest.mark.parametrize(
    "asked", ["2026-W60", "2026-13", "2026-02-30", "2026-Q5", "2026w47", "1600", "20261120", "9999-W99"]
)
async def test_a_bad_period_is_named_with_good_examples(office: Office, asked: str) -> None:
    """The person reads what was not understood, and how it is written."""
    await office.employ("lan", "staff")
    assert await office.answer_to(f"/baocao {asked}") == locales.text("vi", "staff.bad_period", period=asked)


@pytest.mark.parametrize(
    ("role", "unit", "asked", "allowed"),
    [
        ("staff", "sa-dec", "sa-dec", True),
        ("staff", "sa-dec", "to-1", False),
        ("staff", "sa-dec", "dong-thap", False),
        ("staff", "dong-thap", "sa-dec", False),
        ("admin", "sa-dec", "sa-dec", True),
        ("admin", "sa-dec", "to-1", True),
        ("admin", "sa-dec", "dong-thap", False),
        ("admin", "to-1", "sa-dec", False),
        ("admin", "dong-thap", "sa-dec", True),
        ("admin", "dong-thap", "to-1", True),
    ],
)
async def test_staff_see_their_unit_and_admins_those_below(
    office: Office, role: Role, unit: str, asked: str, allowed: bool
) -> None:
    """By command and by button alike; upwards and sideways nothing is seen."""
    await office.rate(1, 2, 3, 4, 5, unit=asked if asked in office.world.units else "sa-dec")
    await office.employ("lan", role, unit)
    by_command = await office.answer_to(f"/baocao {asked}")
    by_button = await office.answer_to(f"figures:{asked}:2026-W47", kind="button")
    assert by_command == by_button
    assert (locales.text("vi", "staff.other_unit", unit=asked) == by_command) is not allowed
    assert ("5 phiếu" in by_command) is allowed


async def test_a_unit_with_a_state_code_is_asked_for_like_any_other(office: Office) -> None:
    """Commune codes of the state are five digits; /baocao 30601 means the commune."""
    office.world = units(Unit("30601", "Xã Tân Khánh Trung", "dong-thap"))
    await office.employ("lan", "admin", "dong-thap")
    tap = "figures:30601:2026-W47"
    answers = [await office.answer_to("/baocao 30601 2026-W47"), await office.answer_to(tap, kind="button")]
    heading = "Tuần 47 (16/11/2026 đến 22/11/2026) · Xã Tân Khánh Trung"
    assert [words.split("\n")[0] for words in answers] == [heading] * 2


@pytest.mark.parametrize("asked", ["", "2026-11", "2026-Q4:cchc", "sa-dec 2026-W47"])
async def test_every_button_under_the_figures_leads_to_figures(office: Office, asked: str) -> None:
    """For an admin: other periods, and the units below in the same period; none is refused or stale."""
    await office.employ("lan", "admin", "dong-thap")
    first = await office.says(f"/baocao {asked}".strip())
    assert "Kỳ khác" in [button.label for button in first.buttons]
    wanted = [button for button in first.buttons if button.label != "Kỳ khác"]
    found = {button.label: await office.answer_to(button.id, kind="button") for button in wanted}
    assert len(found) >= 5
    assert {label: "Chưa có phiếu nào trong kỳ." in text for label, text in found.items()} == dict.fromkeys(found, True)


async def test_figures_are_told_in_the_persons_language(office: Office) -> None:
    """Words, question texts and periods in English."""
    await office.employ("lan", "staff")
    await office.rate(5, 5, 5, 5, 5)
    await office.says("/english")
    answer = await office.answer_to("/baocao")
    assert answer.startswith("Week 47")
    assert "phiếu" not in answer


# Login


async def test_a_login_link_is_for_staff_alone(office: Office) -> None:
    """A citizen gets none."""
    reply = await office.says("/dangnhap", "dân")
    assert reply.text.plain.endswith(ONLY_STAFF)
    assert reply.links == ()


@pytest.mark.parametrize(("role", "unit"), [("staff", "sa-dec"), ("admin", "dong-thap")])
async def test_a_login_link_carries_the_members_unit_and_role_once(office: Office, role: Role, unit: str) -> None:
    """It stands in the reply as a link; its secret is good once, for what the member may see and nothing more."""
    await office.employ("lan", role, unit)
    reply = await office.says("/dangnhap")
    ((label, link),) = reply.links
    assert (label, link.rpartition("/")[0]) == ("Mở trang cán bộ", f"{ADDRESS}/staff/login")
    secret = link.rpartition("/")[2]
    assert secret not in reply.text.plain
    async with office.store.transaction() as tx:
        found = [await tx.use_token("login", secret, office.now) for _ in range(2)]
    assert found == [(unit, role), None]


async def test_a_login_link_expires_as_it_says(office: Office) -> None:
    """The minutes in the text are those it lives."""
    await office.employ("lan", "staff")
    reply = await office.says("/dangnhap")
    assert f"trong {LOGIN_LIFE.total_seconds() / 60:.0f} phút" in reply.text.plain
    secret = reply.links[0][1].rpartition("/")[2]
    async with office.store.reading() as tx:
        assert await tx.find_token("login", secret, NOW + LOGIN_LIFE - timedelta(seconds=1)) == ("sa-dec", "staff")
        assert await tx.find_token("login", secret, NOW + LOGIN_LIFE) is None


async def test_every_login_link_is_another(office: Office) -> None:
    """Asking twice gives two links, both good."""
    await office.employ("lan", "staff")
    links = [(await office.says("/dangnhap")).links[0][1] for _ in range(2)]
    assert links[0] != links[1]
    async with office.store.transaction() as tx:
        found = [await tx.use_token("login", link.rpartition("/")[2], office.now) for link in links]
    assert found == [("sa-dec", "staff")] * 2


async def test_the_link_opens_the_staff_page_once(tmp_path: Path) -> None:
    """In a browser: a preview does not use it up, the button does, the next browser stays outside."""
    async with running(settings_for(tmp_path)) as app:
        async with app.store.transaction() as tx:
            await tx.create_token("invitation", "sa-dec", "staff", "ABCDE", app.clock() + LIFE)
        await app.conversation.handle(Incoming("webchat", "lan", "1", "/thamgia ABCDE"))
        handled = await app.conversation.handle(Incoming("webchat", "lan", "2", "/dangnhap"))
        ((_, link),) = handled.replies[0].reply.links
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser,
            aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as stranger,
        ):
            previews = [(await one.get(link)).status for one in (browser, stranger, browser)]
            opened = await browser.post(link)
            refused = await stranger.post(link)
            seen = [await one.get(f"{app.settings.address}/staff") for one in (browser, stranger)]
            page = await seen[0].text()
    assert previews == [200] * 3
    assert (opened.status, opened.url.path, refused.status) == (200, "/staff", 403)
    assert [response.status for response in seen] == [200, 403]
    assert "Phường Sa Đéc" in page
    assert "Tỉnh Đồng Tháp" not in page


async def test_a_word_that_is_no_unit_gets_the_examples(office: Office) -> None:
    """After "/baocao tuần này" what can be asked for is shown, not a refusal."""
    await office.employ("lan", "admin", "dong-thap")
    assert await office.answer_to("/baocao này") == locales.text("vi", "staff.bad_period", period="này")


async def test_staff_of_an_upper_unit_see_no_counters_below(office: Office) -> None:
    """An admin's figures take in the units below; a member's own do not."""
    await office.rate(5, 5, 5, 5, 5, unit="sa-dec")
    await office.employ("lan", "admin", "dong-thap")
    await office.employ("tư", "staff", "dong-thap")
    assert "5 phiếu" in await office.answer_to("/baocao", user="lan")
    assert "5 phiếu" not in await office.answer_to("/baocao", user="tư")
