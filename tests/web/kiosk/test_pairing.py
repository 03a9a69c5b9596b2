"""Pairing a screen: by its code, on the device itself, revoked again; and what strangers can do about it."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import pytest_asyncio
from yarl import URL

from bot.app import App
from bot.secret_key import secret_key
from handlers.world import Counter, Unit
from surveys.screens import MOST_WAITING, STILL_WAITING, digest_of
from tests.web.conftest import Answer, Visitor, pages_of, rows
from tests.web.kiosk.taps import JSON_SENT, count, device_token, kept, send, stored_and_refused, tapped
from web import attempts, pairing_codes
from web.screens import COOKIE
from web.signing import Signer

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOT_PAIRED = "Màn hình chưa được ghép"
ENDED = "Màn hình này đã được cho thôi dùng"
QUESTION = "Nhìn chung, Ông/Bà thấy việc phục vụ hôm nay thế nào?"
_numbers = iter(range(10**6))


@pytest_asyncio.fixture(loop_scope="session")
async def officer(app: App, another: Visitor) -> Visitor:
    """A browser where a member of staff of the sample ward is logged in."""
    return await logged_in(app, another)


async def logged_in(app: App, browser: Visitor, unit: str = "sa-dec", role: Any = "staff") -> Visitor:
    """Log a browser in by a link."""
    secret = f"login-{next(_numbers)}-of-the-screens"
    async with app.store.transaction() as tx:
        await tx.create_token("login", unit, role, secret, app.clock() + timedelta(hours=1))
    assert (await browser.post(f"/staff/login/{secret}", {})).status == 200
    return browser


async def waiting(visitor: Visitor, counter: str = "quay1") -> str:
    """Open a screen's page as a browser does, its script included; returns the code that it shows."""
    await visitor.get(f"/kiosk/{counter}")
    return str((await asked(visitor, counter))["code"])


async def asked(visitor: Visitor, counter: str = "quay1") -> dict[str, Any]:
    """What a page's script is told about its code and its pairing."""
    read: dict[str, Any] = json.loads((await visitor.get(f"/kiosk/{counter}/code")).body)
    return read


async def enter(officer: Visitor, code: str, name: str = "") -> Answer:
    """Type a code on the staff page."""
    return await officer.post("/staff/screens/pair", {"code": code, "name": name})


def states(app: App) -> list[str]:
    """The state of every screen, in the order in which they asked."""
    return [state for (state,) in rows(app, "SELECT state FROM screen ORDER BY id")]


@pytest_asyncio.fixture(loop_scope="session", scope="module", autouse=True)
async def neighbour(app: App) -> None:
    """Another ward with a counter of its own."""
    async with app.store.transaction() as tx:
        await tx.add_unit(Unit("cao-lanh", "Phường Cao Lãnh", "dong-thap"), app.clock())
        await tx.add_counter(Counter("cl1", "Quầy Cao Lãnh", "cao-lanh"))
    await app.live.refresh()


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def empty(app: App) -> None:
    """No screen is left over from the test before, and nobody is made to wait."""
    async with app.store.transaction() as tx:
        for one in await tx.screens(list(app.live().counters)):
            await tx.revoke_screen(one.number)


@pytest_asyncio.fixture(loop_scope="session")
async def clocked(app: App) -> AsyncIterator[tuple[str, Callable[[timedelta], None]]]:
    """The pages with a clock that goes on when it is told to."""
    passed = [timedelta()]
    async with pages_of(app, clock=lambda: app.clock() + passed[0]) as address:
        yield address, lambda more: passed.__setitem__(0, passed[0] + more)


# A device that nobody paired.


async def test_an_unpaired_device_shows_how_it_is_paired(app: App, visitor: Visitor) -> None:
    """A code in large digits, a picture for a phone, two sentences; no question, and nobody finds it in a search."""
    answer = await visitor.get("/kiosk/quay1")
    assert answer.status == 200
    assert answer.page.all("form") == []
    assert QUESTION not in answer.said
    assert NOT_PAIRED in answer.said
    digits = answer.page.one("p", id="code-digits").text
    assert len(digits) == 9
    assert digits.replace(" ", "").isdecimal()
    assert answer.page.one("img", id="picture")["src"].startswith("data:image/svg+xml;base64,")
    assert answer.page.one("meta", name="robots")["content"] == "noindex"
    assert (await asked(visitor))["code"] == digits
    cookie = answer.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert visitor.cookie(COOKIE) not in str(rows(app, "SELECT * FROM screen"))


async def test_it_is_not_told_the_code_for_phones(visitor: Visitor) -> None:
    """Who opens the page at home does not get the code that only the screen at the counter shows."""
    await visitor.get("/kiosk/quay1")
    read = await asked(visitor)
    assert not read["paired"]
    assert read["image"] == ""
    assert "address" not in read


@pytest.mark.parametrize("counter", ["quay1", "quay2"])
async def test_its_taps_are_refused_and_stay_on_the_device(counter: str, app: App, visitor: Visitor) -> None:
    """A sentence, and no tap is named: neither as stored nor as refused, so that the device keeps them.

    The version before took every tap for lost that came with an "error"; there is none.
    """
    await visitor.pair(app, "quay1")
    token, before = await device_token(visitor), count(app)
    visitor.client.cookie_jar.clear()
    for secret in ("", "x", "a" * 43):
        visitor.client.cookie_jar.update_cookies({COOKIE: secret}, URL(app.settings.address))
        answer = await send(visitor, tapped(app), counter=counter, token=token)
        read = json.loads(answer.body)
        assert (answer.status, set(read)) == (403, {"unpaired"})
        assert "chưa được ghép" in read["unpaired"]
    assert count(app) == before


async def test_a_tap_without_a_script_is_told_that_it_does_not_count(app: App, visitor: Visitor) -> None:
    """The plain form keeps nothing: the person reads at once that the tap was not recorded."""
    await visitor.pair(app, "quay1")
    first, before = await visitor.get("/kiosk/quay1"), count(app)
    visitor.client.cookie_jar.clear()
    answer = await visitor.send(first, press="2")
    assert (answer.status, count(app)) == (403, before)
    assert "Lần chạm vừa rồi chưa được ghi" in answer.said


async def test_looking_alone_takes_no_place(app: App, visitor: Visitor) -> None:
    """A crawler that keeps no cookie waits for nothing."""
    before = len(states(app))
    for _ in range(3):
        visitor.client.cookie_jar.clear()
        await visitor.get("/kiosk/quay1")
    visitor.client.cookie_jar.clear()
    assert "cookie" in (await asked(visitor))["text"]
    assert len(states(app)) == before


async def test_a_flood_of_devices_fills_no_database(app: App, clocked: tuple[str, Callable[[timedelta], None]]) -> None:
    """Beyond some nobody is given a code; staff can still pair on the device itself, and the places come free again."""
    address, go_on = clocked
    got_code = []
    for _ in range(MOST_WAITING + 2):
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
            await waiting(fake := Visitor(client, address), "quay9")
            got_code.append(bool((await asked(fake, "quay9"))["code"]))
    assert got_code == [True] * MOST_WAITING + [False] * 2
    go_on(STILL_WAITING)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        assert await waiting(Visitor(client, address), "quay9") != ""


# By code.


@pytest.mark.parametrize("typing", ["{}", "  {} ", "{}-", "0x"], ids=["as shown", "spaces", "a dash", "no code"])
async def test_staff_pair_it_by_its_code(typing: str, app: App, visitor: Visitor, officer: Visitor) -> None:
    """Typed as it is read; the screen then shows the question, and taps are stored."""
    code = await waiting(visitor)
    answer = await enter(officer, typing.format(code), "Cạnh cửa")
    if typing == "0x":
        assert answer.status == 400
        assert "Mã gồm tám chữ số" in answer.said
        return
    assert answer.status == 200
    assert "Đã ghép màn hình ở Quầy 1" in answer.said
    assert "Cạnh cửa" in answer.said
    assert (await asked(visitor))["paired"]
    assert QUESTION in (await visitor.get("/kiosk/quay1")).said
    tap = tapped(app)
    assert stored_and_refused(await send(visitor, tap)) == ([tap["id"]], {})


async def test_a_scanned_picture_leads_to_the_filled_in_page(visitor: Visitor, officer: Visitor, app: App) -> None:
    """The phone of somebody who is logged in has the code in its field already; looking pairs nothing."""
    code = (await waiting(visitor)).replace(" ", "")
    answer = await officer.get(f"/staff/screens?code={code}")
    assert answer.page.one("input", name="code")["value"] == code
    assert (await officer.get("/staff/screens?code=%22%3E%3Cscript%3E")).page.one("input", name="code")["value"] == ""
    assert not (await asked(visitor))["paired"]


@pytest.mark.parametrize(
    ("later", "good"),
    [(timedelta(minutes=9), True), (timedelta(minutes=20), False), (timedelta(days=1), False)],
)
async def test_a_code_ends(
    later: timedelta, good: bool, app: App, clocked: tuple[str, Callable[[timedelta], None]], visitor: Visitor
) -> None:
    """A note of it is worth nothing after twenty minutes, though the device still waits."""
    address, go_on = clocked
    code = await waiting(tablet := Visitor(visitor.client, address))
    go_on(later)
    await tablet.get("/kiosk/quay1")
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        desk = await logged_in(app, Visitor(client, address)) if later < timedelta(hours=2) else None
        if desk is None:
            signer = Signer(secret_key(app.settings))
            digest = digest_of(visitor.cookie(COOKIE), "quay1")
            assert not pairing_codes.is_good(signer, digest, code.replace(" ", ""), app.clock() + later)
            return
        answer = await enter(desk, code)
    assert answer.status == (200 if good else 400)


async def test_a_code_is_worth_nothing_twice_or_elsewhere(app: App, visitor: Visitor, officer: Visitor) -> None:
    """Not once it was used, not for staff of another unit, and not after the screen was revoked."""
    code = await waiting(visitor)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        stranger = await logged_in(app, Visitor(client, app.settings.address), "cao-lanh", "admin")
        assert (await enter(stranger, code)).status == 400
    assert (await enter(officer, code)).status == 200
    assert (await enter(officer, code)).status == 400


async def test_guessing_ends_soon(app: App, clocked: tuple[str, Callable[[timedelta], None]], visitor: Visitor) -> None:
    """Ten wrong codes, then even the right one has to wait; and not for ever."""
    address, go_on = clocked
    desk = await logged_in(app, Visitor(visitor.client, address))
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        tablet = Visitor(client, address)
        code = await waiting(tablet)
        wrong = f"{(int(code.replace(' ', '')) + 1) % 10**8:08d}"
        seen = [(await enter(desk, wrong)).status for _ in range(attempts.MOST)]
        assert seen == [400] * attempts.MOST
        locked = await enter(desk, code)
        assert locked.status == 429
        assert "Đã nhập sai 10 lần" in locked.said
        go_on(attempts.WITHIN)
        assert (await enter(desk, await waiting(tablet))).status == 200


@pytest.mark.parametrize("path", ["/staff/screens/pair", "/staff/screens/here", "/staff/screens/1"])
async def test_only_staff_pair_and_only_from_our_pages(path: str, app: App, visitor: Visitor, officer: Visitor) -> None:
    """Nobody who is not logged in, and no other site through the browser of somebody who is."""
    code = await waiting(visitor)
    before = states(app)
    fields = {"code": code, "counter": "quay1", "action": "revoke"}
    assert (await visitor.post(path, fields)).status == 403
    foreign = await officer.post(path, fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert (foreign.status, states(app)) == (403, before)


# On the device itself.


async def test_staff_who_are_logged_in_on_the_device_pair_it_with_one_button(app: App, visitor: Visitor) -> None:
    """The unpaired page leads there; afterwards the device shows the question and nobody is logged in on it."""
    first = await visitor.get("/kiosk/quay1")
    link = first.page.one("a", class_="main")["href"]
    assert (await visitor.get(link)).status == 403
    page = await (await logged_in(app, visitor)).get(link)
    form = next(form for form in page.page.all("form") if form["action"] == "/staff/screens/here")
    assert [button.text for button in form.all("button")] == ["Ghép màn hình này"]
    answer = await visitor.post("/staff/screens/here", form.fields())
    assert answer.url.path == "/kiosk/quay1"
    assert QUESTION in answer.said
    assert (await visitor.get("/staff")).status == 403
    assert rows(app, "SELECT state, paired_by FROM screen ORDER BY id DESC LIMIT 1") == [("paired", "staff")]


@pytest.mark.parametrize("counter", ["quay-khac", "", "cl1"])
async def test_nobody_pairs_a_device_with_another_units_counter(counter: str, app: App, officer: Visitor) -> None:
    """Nor with one that is not there; the page does not offer it either."""
    before = states(app)
    assert (await officer.post("/staff/screens/here", {"counter": counter})).status == 403
    page = await officer.get(f"/staff/screens?counter={counter}")
    assert [form["action"] for form in page.page.all("form")][:1] == ["/staff/screens/pair"]
    assert states(app) == before


# Afterwards.


async def test_a_screen_is_listed_renamed_and_revoked(app: App, visitor: Visitor, officer: Visitor) -> None:
    """Where it stands, who paired it, when it was seen; a revoked one takes nothing and has to be paired anew."""
    await enter(officer, await waiting(visitor), "Cửa trước")
    ((number,),) = rows(app, "SELECT max(id) FROM screen")
    page = await officer.get("/staff/screens")
    article = page.page.one("article", **{"aria-labelledby": f"screen-{number}"})
    for detail in ("Quầy 1", "Cửa trước", "Đang dùng", "bởi cán bộ", "thấy lần cuối"):
        assert detail in article.text
    typed = " <b>\x00 Cửa  sau " + "a" * 99
    renamed = await officer.post(f"/staff/screens/{number}", {"action": "rename", "name": typed})
    assert f"<b> Cửa sau {'a' * 47}" in renamed.said
    token = await device_token(visitor)
    assert "Đã thôi dùng" in (await officer.post(f"/staff/screens/{number}", {"action": "revoke"})).said
    tap = tapped(app)
    assert (await send(visitor, tap, token=token)).status == 403
    for _ in range(3):
        assert ENDED in (await visitor.get("/kiosk/quay1")).said
    assert ENDED not in (await visitor.get("/kiosk/quay2")).said
    await enter(officer, await waiting(visitor))
    assert stored_and_refused(await send(visitor, tap, token=token)) == ([tap["id"]], {})
    assert states(app)[number - 1 :] == ["revoked", "paired", "waiting"]
    assert ENDED not in (await visitor.get("/kiosk/quay1")).said
    visitor.client.cookie_jar.clear(lambda cookie: cookie.key == COOKIE)
    assert ENDED not in (await visitor.get("/kiosk/quay1")).said


@pytest.mark.parametrize(("action", "status"), [("revoke", 403), ("rename", 403)])
async def test_screens_of_other_units_are_out_of_reach(action: str, status: int, app: App, visitor: Visitor) -> None:
    """Staff of another unit neither see nor change them."""
    await visitor.pair(app, "quay1")
    ((number,),) = rows(app, "SELECT max(id) FROM screen")
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        stranger = await logged_in(app, Visitor(client, app.settings.address), "cao-lanh", "admin")
        assert f"screen-{number}" not in (await stranger.get("/staff/screens")).body
        answer = await stranger.post(f"/staff/screens/{number}", {"action": action, "name": "x"})
    assert (answer.status, states(app)[-1]) == (status, "paired")


async def test_a_screen_is_worth_nothing_at_another_counter(app: App, visitor: Visitor) -> None:
    """A tablet of one counter does not vote for the next, with whatever token."""
    await visitor.pair(app, "quay1")
    assert NOT_PAIRED in (await visitor.get("/kiosk/quay2")).said
    before = count(app)
    for token in (await device_token(visitor), "x"):
        assert (await send(visitor, tapped(app), counter="quay2", token=token)).status == 403
    assert count(app) == before


async def test_what_was_stored_is_named_again_to_another_screen(app: App, visitor: Visitor, another: Visitor) -> None:
    """A tap that is replayed by somebody with a screen of their own changes nothing."""
    await visitor.pair(app, "quay1")
    await another.pair(app, "quay1")
    tap = tapped(app, 2)
    await send(visitor, tap)
    assert stored_and_refused(await send(another, {**tap, "level": 5})) == ([tap["id"]], {})
    assert [row[-1] for row in kept(app, tap["id"])] == [2]


async def test_the_secret_lasts_as_long_as_it_is_used(app: App, visitor: Visitor) -> None:
    """A tablet that is on for years keeps its pairing: its cookie is set anew with each code."""
    secret = await visitor.pair(app, "quay1")
    for path in ("/kiosk/quay1", "/kiosk/quay1/code"):
        cookie = (await visitor.get(path)).cookies[COOKIE]
        assert (cookie.value, int(cookie["max-age"])) == (secret, 400 * 24 * 3600)


async def test_its_use_is_noted_now_and_then(
    app: App, clocked: tuple[str, Callable[[timedelta], None]], visitor: Visitor
) -> None:
    """Staff see when a screen was on for the last time; not every look at its page writes."""
    address, go_on = clocked
    await visitor.pair(app, "quay1")

    def seen() -> datetime:
        ((moment,),) = rows(app, "SELECT seen_at FROM screen ORDER BY id DESC LIMIT 1")
        return datetime.fromisoformat(moment)

    first = seen()
    await visitor.get(f"{address}/kiosk/quay1/code")
    assert seen() == first
    go_on(timedelta(minutes=30))
    await visitor.get(f"{address}/kiosk/quay1/code")
    assert timedelta(minutes=29) < seen() - first < timedelta(minutes=31)


async def test_the_staff_page_tells_that_screens_wait(app: App, visitor: Visitor, officer: Visitor) -> None:
    """After an upgrade a tablet that runs is not switched off in silence."""
    before = await officer.get("/staff")
    await waiting(visitor)
    after = await officer.get("/staff")
    link = next(link for link in after.page.all("a") if "màn hình tại quầy chờ ghép" in link.text)
    assert urlsplit(link["href"]).path == "/staff/screens"
    assert after.said != before.said
    assert "Quầy 1" in (await officer.get("/staff/screens")).page.one("section", **{"aria-labelledby": "pair"}).text


async def test_an_old_page_is_told_to_load_anew(visitor: Visitor) -> None:
    """The version before compares a stamp and hides a code that is empty; it finds both."""
    await visitor.get("/kiosk/quay1")
    read = await asked(visitor)
    assert (read["stamp"], read["image"]) == ("unpaired", "")
    assert {"next", "now"} <= set(read)


async def test_posting_with_the_wrong_type_is_refused_first(app: App, visitor: Visitor) -> None:
    """Whoever is not paired gets no further than others: another site and another type are refused alike."""
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Content-Type": "text/plain"}):
        answer = await visitor.ask("POST", "/kiosk/quay1/answers", data=b"{}", headers={**JSON_SENT, **headers})
        assert answer.status == 403
        assert "unpaired" not in answer.body
