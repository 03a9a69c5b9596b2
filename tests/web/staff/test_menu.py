"""The menu of the staff pages: nobody is shown a way that they may not go, and it takes one row."""

import re
from collections import deque
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.async_api import expect

import locales
from bot.app import App
from tests.web.axe import found_by_axe
from tests.web.conftest import Node, Opener, Visitor, read_html
from tests.web.screens import TARGETS, focus_on, small_targets, wide
from tests.web.staff_pages import COOKIE, Role, log_in, secret_for
from web.staff.menu import ENTRIES

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROLES = pytest.mark.parametrize("role", ["staff", "admin"])
# How many addresses of one page are opened: a week and the next differ in nothing that matters here.
A_PAGE = 4


def ways(page: Node) -> list[list[Node]]:
    """The links of the menu, as it opens on a phone and as it stands across a desk."""
    bar = page.one("nav", class_="staff-pages")
    return [bar.one("details").all("a"), bar.one("div", class_="across").all("a")]


@ROLES
async def test_the_menu_has_what_its_reader_may_open_and_marks_what_is_open(
    role: Role, app: App, visitor: Visitor
) -> None:
    """Both forms of the menu say the same on every page, and each page that it is of a sample; admins see theirs."""
    await log_in(app, visitor, "sa-dec", role)
    allowed = [entry.path for entry in ENTRIES if role == "admin" or not entry.admins]
    for path in allowed:
        answer = await visitor.get(path)
        assert answer.status == 200
        assert locales.text("vi", "web.demo") in answer.page.one("header").text
        for links in ways(answer.page):
            assert [link["href"].partition("?")[0] for link in links] == allowed
            assert [link["href"].partition("?")[0] for link in links if link["aria-current"] == "page"] == [path]
    hidden = [entry.path for entry in ENTRIES if entry.path not in allowed]
    assert [(await visitor.get(path)).status for path in hidden] == [403] * len(hidden)


@ROLES
async def test_no_link_of_a_staff_page_leads_to_a_refusal(role: Role, app: App, visitor: Visitor) -> None:
    """Every page that is reached by links from the first is there for who was shown the link."""
    start = (await log_in(app, visitor, "sa-dec", role)).url.path
    waiting, seen, opened = deque([start]), {start}, dict[str, int]()
    refused = []
    while waiting:
        path = waiting.popleft()
        async with visitor.client.get(f"{visitor.address}{path}") as answer:
            refused += [(path, answer.status)] if answer.status >= 400 else []
            if answer.content_type != "text/html":
                continue
            shown = read_html(await answer.text())
        for link in shown.all("a"):
            led = urlsplit(urljoin(path, link["href"]))
            target = led._replace(fragment="").geturl()
            if led.netloc or not led.path.startswith("/staff") or target in seen:
                continue
            seen.add(target)
            opened[led.path] = opened.get(led.path, 0) + 1
            if opened[led.path] <= A_PAGE:
                waiting.append(target)
    assert {entry.path for entry in ENTRIES if role == "admin" or not entry.admins} <= {*opened, start}
    assert refused == []


@pytest.mark.parametrize("width", [360, 800, 1024, 1280])
@pytest.mark.parametrize("language", ["vi", "en"])
async def test_the_menu_takes_one_row(width: int, language: str, app: App, opener: Opener) -> None:
    """On each width: one row of 48 pixels and a line, nothing at the side, axe and keys content."""
    tab = await opener.tab(app.settings.address, width, 800)
    secret = await secret_for(app, "sa-dec", "admin", kind="browser")
    await tab.page.context.add_cookies([{"name": COOKIE, "value": secret, "url": app.settings.address}])
    await tab.go(f"/staff/dossiers?lang={language}")
    bar = tab.page.locator("nav.staff-pages")
    height = await bar.evaluate("one => one.getBoundingClientRect().height")
    assert 48 <= height < 60
    assert await wide(tab.page) == 0
    if await bar.locator("summary").is_visible():
        await focus_on(tab.page, ".staff-pages summary")
        await tab.page.keyboard.press("Enter")
        await focus_on(tab.page, ".staff-pages a[href*='/staff/missed']")
    assert await bar.locator("a:visible").count() == len(ENTRIES)
    assert small_targets(await tab.page.evaluate(TARGETS), 44) == []
    assert await wide(tab.page) == 0
    assert await found_by_axe(tab.page) == []


async def test_the_menu_opens_without_javascript(app: App, opener: Opener) -> None:
    """On a phone a tap shows the ways."""
    tab = await opener.tab(app.settings.address, 360, 740, java_script_enabled=False)
    secret = await secret_for(app, "sa-dec", "staff", kind="browser")
    await tab.page.context.add_cookies([{"name": COOKIE, "value": secret, "url": app.settings.address}])
    await tab.go("/staff")
    await tab.page.locator(".staff-pages summary").click()
    await tab.page.locator(".staff-pages a:visible", has_text="Ý kiến").click()
    await expect(tab.page).to_have_url(re.compile("/staff/cases"))
