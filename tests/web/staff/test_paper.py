"""Typing paper ballots in: by one's own unit, each slip once, nothing lost on a mistake, by keyboard alone."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio
from playwright.async_api import expect

import handlers.world as places
from bot.app import App
from reports import periods
from surveys.slips import Round, Slip, fresh
from tests.web.conftest import Answer, Node, Opener, Visitor, rows
from tests.web.screens import TARGETS, TEXTS, small_targets, wide

pytestmark = pytest.mark.asyncio(loop_scope="session")

OURS, OTHER, CLOSED, LONG = "Quý này", "Phường bạn", "Đã đóng", "Chín câu <b>"
_numbers = iter(range(1_000_000))


@pytest_asyncio.fixture(loop_scope="session", scope="module", autouse=True)
async def slips(app: App) -> dict[str, list[Slip]]:
    """Rounds of two units with slips: two open ones and a closed one in Sa Đéc, one in Cao Lãnh."""
    period = periods.quarter_of(app.clock().date())
    made = {}
    async with app.store.transaction() as tx:
        await tx.add_unit(places.Unit("cao-lanh", "Phường Cao Lãnh", "dong-thap"), app.clock())
        for name, unit, form in (
            (OURS, "sa-dec", "nhanh"),
            (LONG, "sa-dec", "phuong9"),
            (CLOSED, "sa-dec", "nhanh"),
            (OTHER, "cao-lanh", "nhanh"),
        ):
            await tx.open_round(Round(name, unit, form, 30, period.first, period.last), app.clock())
            made[name] = await tx.add_slips(name, [fresh() for _ in range(30)])
        await tx.close_round(CLOSED, app.clock())
    await app.live.refresh()
    return made


async def session(app: App, unit: str = "sa-dec", role: Any = "staff") -> str:
    """A login link that was not used yet."""
    secret = f"paper-{next(_numbers)}"
    async with app.store.transaction() as tx:
        await tx.create_token("login", unit, role, secret, app.clock() + timedelta(hours=1))
    return f"/staff/login/{secret}"


@pytest_asyncio.fixture(loop_scope="session")
async def officer(app: App, visitor: Visitor) -> AsyncIterator[Visitor]:
    """Somebody of Sa Đéc who is logged in."""
    await visitor.send(await visitor.get(await session(app)))
    yield visitor


def page_of(name: str) -> str:
    """The address of a round's entry page."""
    return f"/staff/paper?round={quote(name)}"


def ballot(answer: Answer) -> Node:
    """The form that a ballot is typed into."""
    return answer.page.one("form", class_="ballot")


async def enter(officer: Visitor, name: str, **typed: str) -> Answer:
    """Type a ballot in and save it."""
    form = ballot(await officer.get(page_of(name)))
    known = dict(form.fields())
    fields = {key if key in known or key == "assisted" else f"q-{key}": value for key, value in typed.items()}
    assert set(fields) - {"assisted"} <= set(known)
    return await officer.post("/staff/paper", {**known, **fields})


def sums(answer: Answer) -> list[list[str]]:
    """The table of sums."""
    return [[cell.text for cell in row.all("th") + row.all("td")] for row in answer.page.one("tbody").all("tr")]


def focused(answer: Answer) -> list[str]:
    """The names of the fields that the browser puts the cursor into."""
    return [node["name"] for node in answer.page.walk() if "autofocus" in node.attributes]


@pytest.mark.parametrize("path", ["/staff/paper", page_of(OURS)])
async def test_nobody_gets_in_without_a_login(path: str, visitor: Visitor) -> None:
    """403 and no form, also for whoever sends one."""
    answer = await visitor.get(path)
    sent = await visitor.post("/staff/paper", {"round": OURS, "slip": "1", "q-overall": "5"})
    assert [(a.status, a.page.all("form")) for a in (answer, sent)] == [(403, [])] * 2


async def test_the_staff_page_leads_to_the_entry(officer: Visitor) -> None:
    """One link, to the rounds that are open in the own unit."""
    link = next(a for a in (await officer.get("/staff")).page.all("a") if a.text == "Phiếu giấy")
    answer = await officer.get(link["href"])
    assert [option["value"] for option in answer.page.all("option")] == [OURS, LONG]


@pytest.mark.parametrize("name", [OTHER, "khong-co"])
async def test_another_units_round_and_an_unknown_one_are_refused(name: str, officer: Visitor, app: App) -> None:
    """By address and by a sent form; nothing is stored."""
    before = rows(app, "SELECT count(*) FROM response")
    assert (await officer.get(page_of(name))).status == 403
    sent = await officer.post("/staff/paper", {"round": name, "slip": "1", "day": "", "q-overall": "5"})
    assert sent.status == 403
    assert rows(app, "SELECT count(*) FROM response") == before


async def test_an_administrator_sees_the_units_below(app: App, another: Visitor) -> None:
    """The province may type for its communes."""
    await another.send(await another.get(await session(app, "dong-thap", "admin")))
    answer = await another.get("/staff/paper")
    assert [option["value"] for option in answer.page.all("option")] == [OURS, LONG, OTHER]
    assert (await enter(another, OTHER, slip="1", overall="3")).status == 200


async def test_a_form_from_another_site_is_refused(officer: Visitor) -> None:
    """As for every form of ours."""
    sent = await officer.post("/staff/paper", {"round": OURS, "slip": "1"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert sent.status == 403


async def test_a_ballot_is_stored_and_the_next_one_can_be_typed(
    officer: Visitor, app: App, slips: dict[str, list[Slip]]
) -> None:
    """The page names the slip, adds up what is typed in, and has the cursor in the field of the next number."""
    first = await enter(officer, OURS, slip="1", overall="5", attitude="4", comment="Gọi 0912345678")
    second = await enter(officer, OURS, slip=slips[OURS][1].code.lower(), overall="1", reasons="1, 3", assisted="x")
    assert "Đã nhập phiếu 001." in first.said
    assert "Đã nhập phiếu 002." in second.said
    assert sums(second) == [["1", "1", "0", "0", "0", "1"]]
    assert focused(second) == ["slip"]
    assert ballot(second).one("input", name="slip")["value"] == ""
    found = rows(
        app,
        "SELECT source, assisted, complete, question, level, chosen, text FROM response JOIN answer ON id = response "
        "WHERE round = ? ORDER BY question, level",
        OURS,
    )
    assert found == [
        ("paper", 0, 1, "attitude", 4, None, None),
        ("paper", 0, 1, "comment", None, None, "Gọi •••"),
        ("paper", 1, 1, "overall", 1, None, None),
        ("paper", 0, 1, "overall", 5, None, None),
        ("paper", 1, 1, "reasons", None, "wait,guidance", None),
    ]
    assert rows(app, "SELECT serial, state, response FROM slip WHERE round = ? AND serial < 3", OURS) == [
        (1, "used", None),
        (2, "used", None),
    ]


async def test_a_double_entry_is_refused_and_nothing_typed_is_lost(officer: Visitor, app: App) -> None:
    """409, the reason at the field, all fields as they were, the cursor at the number."""
    await enter(officer, OURS, slip="3", overall="4")
    before = rows(app, "SELECT count(*) FROM response")
    answer = await enter(officer, OURS, slip="003", overall="2", reasons="2", comment="<script>", assisted="x")
    assert answer.status == 409
    assert (
        answer.page.one("p", id="problem-slip").text == "Phiếu 003 đã có câu trả lời rồi, mỗi phiếu chỉ tính một lần."
    )
    kept = {name: value for name, value in ballot(answer).fields() if value}
    assert {key: kept[key] for key in ("slip", "q-overall", "q-reasons", "q-comment", "assisted")} == {
        "slip": "003",
        "q-overall": "2",
        "q-reasons": "2",
        "q-comment": "<script>",
        "assisted": "x",
    }
    assert focused(answer) == ["slip"]
    assert rows(app, "SELECT count(*) FROM response") == before


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"slip": "99", "overall": "5"}, "slip"),
        ({"slip": "", "overall": "5"}, "slip"),
        ({"slip": "10", "overall": "9"}, "overall"),
        ({"slip": "10"}, "overall"),
        ({"slip": "10", "overall": "1", "reasons": "1,9"}, "reasons"),
        ({"slip": "10", "overall": "4", "comment": "a" * 1001}, "comment"),
    ],
)
async def test_a_mistake_is_named_at_its_field(typed: dict[str, str], field: str, officer: Visitor, app: App) -> None:
    """400, one reason, the cursor there; the slip stays open."""
    answer = await enter(officer, OURS, **typed)
    assert (answer.status, focused(answer)) == (400, ["slip" if field == "slip" else f"q-{field}"])
    named = answer.page.one("p", id=f"problem-{field}")
    assert named.text != ""
    described = next(node for node in ballot(answer).walk() if node["aria-invalid"])
    assert named["id"] in described["aria-describedby"].split()
    assert rows(app, "SELECT state FROM slip WHERE round = ? AND serial = 10", OURS) == [("issued",)]


async def test_a_day_outside_of_the_round_is_refused(officer: Visitor, app: App) -> None:
    """In the address and in the form; tomorrow is no day for a ballot."""
    tomorrow = (app.clock().date() + timedelta(days=1)).isoformat()
    looked = await officer.get(f"{page_of(OURS)}&day={tomorrow}")
    sent = await enter(officer, OURS, slip="11", overall="5", day=tomorrow)
    assert [(a.status, bool(a.page.one("p", id="problem-day").text)) for a in (looked, sent)] == [(400, True)] * 2
    assert ["Chưa lưu phiếu này" in answer.said for answer in (looked, sent)] == [False, True]


async def test_an_answer_that_was_not_asked_for_is_told(officer: Visitor) -> None:
    """The ballot counts without it."""
    answer = await enter(officer, OURS, slip="12", overall="5", reasons="1")
    assert "Đã nhập phiếu 012. Không tính câu 2:" in answer.said


@pytest.mark.parametrize("query", ["entered=<b>1</b>", "entered=12&left_out=x", "day=abc", "day=" + "9" * 500])
async def test_what_stands_in_the_address_is_shown_only_as_numbers(query: str, officer: Visitor) -> None:
    """Nobody is sent a link that says something of its own."""
    answer = await officer.get(f"{page_of(OURS)}&{query.replace('<', '%3C')}")
    assert answer.status in (200, 400)
    assert [words for words in ("<b>1", "Không tính", "9" * 100) if words in answer.body] == []


@pytest.mark.parametrize("size", [(360, 640), (1280, 800)], ids=["phone", "desk"])
async def test_a_ballot_is_typed_in_with_the_keyboard_alone(size: tuple[int, int], app: App, opener: Opener) -> None:
    """Number, Enter, nine digits, Enter: no Tab, no mouse; then the cursor is at the number again."""
    serial = f"{1 if size[0] == 360 else 2:03d}"
    tab = await opener.tab(app.settings.address, *size)
    await tab.go(await session(app))
    await tab.page.keyboard.press("Tab")
    await tab.page.keyboard.press("Enter")
    await tab.page.wait_for_url("**/staff")
    await tab.go(page_of(LONG))
    await expect(tab.page.locator(":focus")).to_have_attribute("name", "slip")
    await tab.page.keyboard.type(f"{serial}\n")
    await tab.page.keyboard.type("Hộ tịch\n")
    await tab.page.keyboard.type("554433221")
    await tab.page.keyboard.type("2\n")
    await tab.page.keyboard.type("\n3\n")
    await expect(tab.page.locator(".done")).to_have_text(f"Đã nhập phiếu {serial}.")
    assert await tab.page.evaluate("document.activeElement.name") == "slip"
    found = rows(
        app,
        "SELECT question, coalesce(level, chosen, text) FROM response JOIN answer ON id = response "
        "WHERE round = ? ORDER BY response.rowid DESC LIMIT 12",
        LONG,
    )
    assert dict(found) == {
        "field": "Hộ tịch",
        **{f"q_{n}": level for n, level in enumerate((5, 5, 4, 4, 3, 3, 2, 2, 1), 1)},
        "gender": "female",
        "education": "upper",
    }
    assert small_targets([t for t in await tab.page.evaluate(TARGETS) if t[0] != "A"], 48) == []
    assert [text for text in await tab.page.evaluate(TEXTS) if text[1] < 16] == []
    assert await wide(tab.page) <= 0
    assert tab.faults == []


async def test_without_javascript_a_ballot_is_typed_in_with_tab(app: App, opener: Opener) -> None:
    """The page is a plain form."""
    tab = await opener.tab(app.settings.address, 1280, 800, java_script_enabled=False)
    await tab.go(await session(app))
    await tab.page.get_by_role("button").click()
    await tab.go(page_of(OURS))
    await expect(tab.page.locator(":focus")).to_have_attribute("name", "slip")
    await tab.page.keyboard.type("20")
    await tab.page.keyboard.press("Tab")
    await tab.page.keyboard.type("4\n")
    await expect(tab.page.locator(".done")).to_have_text("Đã nhập phiếu 020.")
