"""The application on a free port, a browser without JavaScript made of aiohttp's client, and Chromium."""

import json
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web as http
from multidict import CIMultiDictProxy
from playwright.async_api import Browser, ConsoleMessage, Error, Page, async_playwright, expect
from playwright.async_api import Request as BrowserRequest
from yarl import URL

from bot.app import App
from bot.secret_key import secret_key
from handlers.world import World
from surveys.screens import digest_of
from tests.clock import Moment
from tests.running import free_port, running, settings_for
from web.app import create
from web.screens import COOKIE, fresh_secret
from web.signing import Signer
from web.site import Site

# So many seconds a test waits for what is to happen, on a machine that does other things too.
PATIENCE = 60
# The first is the same engine without a window's frame, and takes half the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PLAIN_HOST = "motcua.test"
LAUNCH_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Each context has its own cookies and storage in one process too, and none takes the time to start another.
    "--renderer-process-limit=1",
    # A name of another machine, as a town hall's own network has it; no name server is asked.
    f"--host-resolver-rules=MAP {PLAIN_HOST} 127.0.0.1",
)
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
JSON = {"Accept": "application/json"}
expect.set_options(timeout=PATIENCE * 1000)


@dataclass
class Node:
    """One element of a page."""

    tag: str
    attributes: dict[str, str]
    children: "list[Node | str]" = field(default_factory=list)

    def walk(self) -> "Iterator[Node]":
        """The element and all below it, in the order of the page."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def all(self, tag: str = "", **wanted: str) -> "list[Node]":
        """The elements below with a tag and attributes; `class_` names one of several classes."""
        return [node for node in self.walk() if node.matches(tag, wanted)]

    def one(self, tag: str = "", **wanted: str) -> "Node":
        """The only such element below."""
        (found,) = self.all(tag, **wanted)
        return found

    def matches(self, tag: str, wanted: Mapping[str, str]) -> bool:
        """Tell whether the element has a tag and attributes."""
        return tag in ("", self.tag) and all(
            value in self["class"].split() if name == "class_" else self.attributes.get(name) == value
            for name, value in wanted.items()
        )

    def __getitem__(self, attribute: str) -> str:
        return self.attributes.get(attribute, "")

    @property
    def text(self) -> str:
        """The text of the element and those below, with single spaces."""
        return " ".join("".join(self._pieces()).split())

    def _pieces(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child._pieces()

    def fields(self) -> list[tuple[str, str]]:
        """What a form sends before anybody touches it: hidden and typed fields, what is ticked, what is selected."""
        sent = []
        for node in self.walk():
            if node.tag == "input" and (node["type"] not in ("radio", "checkbox") or "checked" in node.attributes):
                sent.append((node["name"], node["value"]))
            elif node.tag == "textarea":
                sent.append((node["name"], "".join(node._pieces())))
            elif node.tag == "select":
                sent.extend((node["name"], option["value"]) for option in node.all("option", selected=""))
        return sent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def read_html(text: str) -> Node:
    """Read HTML whose tags are all closed."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader._open == [reader.root]
    return reader.root


@dataclass(frozen=True)
class Answer:
    """What the server answered, after redirects."""

    status: int
    url: URL
    headers: CIMultiDictProxy[str]
    body: str
    cookies: Mapping[str, Any]

    @property
    def page(self) -> Node:
        """The body as elements."""
        return read_html(self.body)

    @property
    def said(self) -> str:
        """The text of the page."""
        return self.page.one("body").text

    @property
    def form(self) -> Node:
        """The only form of the page."""
        return self.page.one("form")


class Visitor:
    """A browser without JavaScript: keeps cookies, follows links and sends forms."""

    def __init__(self, client: aiohttp.ClientSession, address: str) -> None:
        self.client = client
        self.address = address

    async def ask(self, method: str, path: str, **options: Any) -> Answer:
        """Send one request; `path` may be a whole address of ours."""
        target = URL(path if "://" in path else self.address + path, encoded=True)
        async with self.client.request(method, target, **options) as response:
            return Answer(
                response.status, response.url, response.headers, await response.text("utf-8"), response.cookies
            )

    async def get(self, path: str, **options: Any) -> Answer:
        """Open an address."""
        return await self.ask("GET", path, **options)

    async def post(self, path: str, fields: Any, **options: Any) -> Answer:
        """Send fields from one of our own pages, as Chromium announces it."""
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": "null", **options.pop("headers", {})}
        return await self.ask("POST", path, data=fields, headers=headers, **options)

    async def send(
        self, answer: Answer, filled: Mapping[str, str | Sequence[str]] | None = None, press: str = "", **options: Any
    ) -> Answer:
        """Fill in the only form of a page with fields or buttons, and send it."""
        fields = filled_in(answer.form, filled or {}, press)
        return await self.post(str(answer.url.join(URL(answer.form["action"]))), fields, **options)

    def anew(self) -> "Visitor":
        """The same browser as somebody else holds it: without the name by which it has one vote a day."""
        self.client.cookie_jar.clear(lambda cookie: cookie.key == "motcua_voter")
        return self

    async def turn(self, question: str, **fields: str) -> dict[str, Any]:
        """Ask something in the chat the way the page's script does."""
        sent = await self.post("/chat", {"text": question, **fields}, headers=JSON)
        assert sent.status == 200
        values: dict[str, Any] = json.loads(sent.body)
        return values

    async def pair(self, app: App, *counters: str) -> str:
        """Pair this browser with counters, as staff did long ago; returns its secret."""
        secret = await paired(app, *counters)
        self.client.cookie_jar.update_cookies({COOKIE: secret}, URL(app.settings.address))
        return secret

    def cookie(self, name: str, path: str = "/") -> str:
        """The value of a cookie that the server set."""
        found = self.client.cookie_jar.filter_cookies(URL(self.address + path)).get(name)
        return found.value if found else ""


async def paired(app: App, *counters: str) -> str:
    """A new device's secret, paired with counters."""
    secret = fresh_secret()
    async with app.store.transaction() as tx:
        for counter in counters:
            await tx.pair_screen(digest_of(secret, counter), counter, "", "staff", app.clock())
    return secret


def filled_in(form: Node, filled: Mapping[str, str | Sequence[str]], press: str = "") -> list[tuple[str, str]]:
    """What a form sends when it is filled in and one of its named buttons is pressed."""
    fields = [(name, value) for name, value in form.fields() if name and name not in filled]
    for name, values in filled.items():
        assert any(node["name"] == name for node in form.walk()), f"the form has no {name}"
        fields.extend((name, value) for value in ([values] if isinstance(values, str) else values))
    if press:
        button = next(node for node in form.all("button") if press in node.text)
        fields.append((button["name"], button["value"]))
    return fields


def rows(app: App, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
    """What another program finds in the database."""
    with closing(sqlite3.connect(app.settings.data_dir / "motcua.db")) as connection:
        return connection.execute(statement, parameters).fetchall()


def everything(app: App) -> list[tuple[Any, ...]]:
    """Every row of every table."""
    tables = [name for (name,) in rows(app, "SELECT name FROM sqlite_master WHERE type='table'")]
    return [row for name in tables for row in rows(app, f'SELECT * FROM "{name}"')]  # noqa: S608 -- names of our own


def stored(app: App, token: str) -> dict[str, object]:
    """The answers of a response by question, with whether it is finished; empty where nothing is stored."""
    identifier = token.partition("-")[0]
    found = rows(app, "SELECT complete FROM response WHERE id = ?", identifier)
    answers = rows(app, "SELECT question, level, chosen, text FROM answer WHERE response = ?", identifier)
    by_question = {
        question: next(value for value in values if value is not None)
        for question, *values in sorted(answers, key=lambda row: row[0])
    }
    assert found or not by_question
    return {**by_question, "complete": bool(found[0][0])} if found else {}


def token_of(answer: Answer) -> str:
    """The token of a survey page."""
    return answer.page.one("input", name="token")["value"]


@asynccontextmanager
async def pages_of(
    app: App,
    store: Any = None,
    *,
    ready: bool = True,
    world: Callable[[], World] | None = None,
    clock: Callable[[], datetime] | None = None,
    address: str = "http://127.0.0.1",
    metrics_token: str = "",
) -> AsyncIterator[str]:
    """The pages alone beside the application, with its key, on a store, world or clock of the test's choice."""
    site = Site(
        conversation=app.conversation,
        store=store or app.store,
        world=world or app.live,
        refresh=app.live.refresh,
        ready=lambda: ready,
        signer=Signer(secret_key(app.settings)),
        clock=clock or app.clock,
        address=address,
        bots=dict,
        files=app.attachments,
        desk=app.desk,
        start=app.nursery.start,
        metrics_token=metrics_token,
    )
    runner = http.AppRunner(create(site), access_log=None, shutdown_timeout=1)
    await runner.setup()
    port = free_port()
    await http.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def app(run_moment: Moment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[App]:
    """The application with the sample data; the tests of a module share it and bring their own visitors."""
    async with running(settings_for(tmp_path_factory.mktemp("pages"))) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(app: App) -> AsyncIterator[Visitor]:
    """Somebody who was never here before."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        yield Visitor(client, app.settings.address)


@pytest_asyncio.fixture(loop_scope="session")
async def another(app: App) -> AsyncIterator[Visitor]:
    """Somebody else."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        yield Visitor(client, app.settings.address)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def plain_app(run_moment: Moment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[App]:
    """The application as a town hall's own network reaches it: by http, at a name that is not this machine's."""
    port = free_port()
    settings = settings_for(
        tmp_path_factory.mktemp("plain"), listen_port=port, public_url=f"http://{PLAIN_HOST}:{port}"
    )
    async with running(settings) as started:
        yield started


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is; without it the browser tests are skipped."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(
            f"no browser: none of {', '.join(BROWSERS)} is installed (Debian: apt-get install chromium-headless-shell)"
        )
    return found


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def windows(chromium_path: str) -> AsyncIterator["Windows"]:
    """The windows of a running Chromium, one for all modules: to start it, with what drives it, takes a second."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=list(LAUNCH_ARGUMENTS))
        yield Windows(browser)
        await browser.close()


class Tab:
    """One page of a browser of its own, with everything that went wrong in it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.clocked = False
        self.requests: list[BrowserRequest] = []
        self.errors: list[str] = []
        page.on("request", self._asked)
        page.on("console", self._complained)
        page.on("pageerror", self._failed)

    def _asked(self, request: BrowserRequest) -> None:
        self.requests.append(request)

    def _complained(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.errors.append(said.text)

    def _failed(self, error: Error) -> None:
        self.errors.append(str(error))

    async def go(self, path: str) -> None:
        """Open an address of ours."""
        await self.page.goto(self.address + path)

    async def set_clock(self, moment: datetime) -> None:
        """Give the page a clock that the test can let run ahead."""
        self.clocked = True
        await self.page.clock.install(time=moment)

    async def answered_up_to(self, number: int) -> None:
        """Answer each scale and text of a long form's pages, from the one that is open up to another."""
        for page in range(int(await self.page.locator("[name=page]").get_attribute("value") or 0), number):
            for area in await self.page.locator("textarea").all():
                await area.fill("Đăng ký khai sinh")
            for group in await self.page.locator("fieldset:has([type=radio])").all():
                await group.locator("label").nth(3).click()
            await self.page.click("button.main")
            await self.page.wait_for_selector(f"[name=page][value='{page + 1}']", state="attached")

    @property
    def strangers(self) -> list[str]:
        """The addresses outside of ours that the page asked for."""
        return [request.url for request in self.requests if not request.url.startswith((f"{self.address}/", "data:"))]

    @property
    def faults(self) -> list[str]:
        """Console errors and requests to others."""
        return [*self.errors, *self.strangers]


@dataclass(frozen=True)
class Windows:
    """Chromium's windows, each with cookies and storage of its own.

    To open one takes Chromium four times as long as to open a page in one, so that windows are emptied and used
    again. A clock that was set cannot be taken away: its window is closed.
    """

    browser: Browser
    empty: dict[str, list[Page]] = field(default_factory=lambda: defaultdict(list))

    async def open(self, options: Mapping[str, Any]) -> Page:
        """The only page of a window in which nothing was done yet; `options` are Playwright's."""
        if found := self.empty[repr(options)]:
            return found.pop()
        context = await self.browser.new_context(**options)
        context.set_default_timeout(PATIENCE * 1000)
        return await context.new_page()

    async def leave(self, tab: Tab, options: Mapping[str, Any]) -> None:
        """Close a tab and empty its window."""
        context = tab.page.context
        for page in context.pages:
            # What is on its way through a test's own route may end after the test.
            await page.unroute_all(behavior="ignoreErrors")
        if tab.clocked:
            await context.close()
            return
        pages, blank = context.pages, await context.new_page()
        for page in pages:
            await page.close()
        await context.set_offline(False)
        await context.clear_cookies()
        devtools = await context.new_cdp_session(blank)
        await devtools.send("Network.clearBrowserCache")
        for origin in {str(URL(asked.url).origin()) for asked in tab.requests if asked.url.startswith("http")}:
            await devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        await devtools.detach()
        self.empty[repr(options)].append(blank)


@dataclass(frozen=True)
class Opener:
    """Opens tabs in Chromium, each with its own cookies."""

    windows: Windows
    opened: list[tuple[Tab, Mapping[str, Any]]] = field(default_factory=list)

    async def tab(self, address: str, width: int = 360, height: int = 740, *, screen: str = "", **options: Any) -> Tab:
        """A new tab of a size, on a paired `screen` if its secret is given; `options` are Playwright's."""
        page = await self.windows.open(options)
        await page.set_viewport_size({"width": width, "height": height})
        if screen:
            await page.context.add_cookies([{"name": COOKIE, "value": screen, "url": address}])
        tab = Tab(page, address)
        self.opened.append((tab, options))
        return tab

    async def close(self) -> None:
        """Close all tabs."""
        while self.opened:
            await self.windows.leave(*self.opened.pop())


@pytest_asyncio.fixture(loop_scope="session")
async def opener(windows: Windows) -> AsyncIterator[Opener]:
    """Opens tabs and closes them after the test."""
    opened = Opener(windows)
    yield opened
    await opened.close()
