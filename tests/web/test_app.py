"""The web application as a whole: headers on every answer, nothing from outside, readable errors, health."""

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from yarl import URL

from bot.app import App
from bot.secret_key import secret_key
from handlers.ports import NothingKept
from tests.running import running, settings_for
from tests.web.conftest import JSON, Answer, Node, Visitor, pages_of
from web.citizen import chat
from web.signing import Signer
from web.staff import login as staff
from web.staff.view_address import TABS

pytestmark = pytest.mark.asyncio(loop_scope="session")

PROMISED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": {"no-referrer", "same-origin", "strict-origin-when-cross-origin"},
}
POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
ANSWERS = [
    ("GET", "/", 200),
    ("GET", "/chat/messages", 200),
    ("POST", "/chat", 303),
    ("POST", "/chat?json", 200),
    ("GET", "/chat", 405),
    ("GET", "/k/quay1", 200),
    ("POST", "/k/quay1", 400),
    ("GET", "/k/quay1/x.y", 303),
    ("GET", "/k/khong-co", 404),
    ("GET", "/staff", 403),
    ("GET", "/staff/login/x", 200),
    ("POST", "/staff/login/x", 403),
    ("POST", "/staff/logout", 303),
    ("GET", "/healthz", 200),
    ("GET", "/readyz", 200),
    ("GET", "/metrics", 200),
    ("GET", "/static/style.css", 200),
    ("GET", "/static/chat.js", 200),
    ("GET", "/static/icon.svg", 200),
    ("GET", "/static/khong-co.css", 404),
    ("GET", "/static/", 404),
    ("GET", "/khong-co", 404),
    ("GET", "/k", 404),
    ("GET", "/%FF", 404),
    ("PUT", "/", 405),
    ("DELETE", "/k/quay1", 405),
    ("OPTIONS", "/chat", 405),
    ("POST", "/healthz", 405),
]
MALFORMED: dict[str, tuple[str, bytes]] = {
    "not UTF-8": ("application/x-www-form-urlencoded", b"text=\xff\xfe"),
    "unknown charset": ("application/x-www-form-urlencoded; charset=klingon", b"text=a"),
    "no boundary": ("multipart/form-data", b"text=a"),
    "wrong boundary": ("multipart/form-data; boundary=b", b"--c\r\n\r\na\r\n--c--\r\n"),
    "cut off": ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\na'),
    "unknown transfer encoding": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="text"\r\nContent-Transfer-Encoding: foo\r\n\r\na\r\n--b--\r\n',
    ),
    "part without a name": ("multipart/form-data; boundary=b", b"--b\r\n\r\na\r\n--b--\r\n"),
}


async def sent(visitor: Visitor, method: str, path: str) -> Answer:
    """Send a request without following where it leads."""
    path, _, mode = path.partition("?")
    return await visitor.ask(method, path, allow_redirects=False, headers=JSON if mode else {})


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
async def test_every_kind_of_answer_has_the_security_headers(
    method: str, path: str, status: int, visitor: Visitor
) -> None:
    """Pages, JSON, redirects, errors and files: scripts and frames of others are shut out everywhere."""
    answer = await sent(visitor, method, path)
    assert answer.status == status
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
    assert {name: policy[name].split() for name in POLICY} == POLICY
    assert answer.headers["X-Content-Type-Options"] == PROMISED["X-Content-Type-Options"]
    assert answer.headers["Referrer-Policy"] in PROMISED["Referrer-Policy"]
    if not (path.startswith("/static/") and status == 200):
        assert re.search(r"\bno-(store|cache)\b", answer.headers["Cache-Control"])


@pytest.mark.parametrize(("method", "path", "status"), [case for case in ANSWERS if case[2] >= 400])
async def test_every_error_is_a_page_with_a_way_on(method: str, path: str, status: int, visitor: Visitor) -> None:
    """A person who meets an error reads a Vietnamese sentence and finds a link, never a bare status."""
    answer = await sent(visitor, method, path)
    assert (answer.status, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert answer.page.one("html")["lang"] == "vi"
    assert not answer.page.one("main").all("p")[0].text.isascii()
    assert answer.page.one("main").all("a") != []


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/chat", {"POST"}),
        ("PUT", "/", {"GET", "HEAD"}),
        ("DELETE", "/k/quay1", {"GET", "HEAD", "POST"}),
        ("POST", "/healthz", {"GET", "HEAD"}),
        ("GET", "/staff/logout", {"POST"}),
    ],
)
async def test_405_says_which_methods_there_are(method: str, path: str, allowed: set[str], visitor: Visitor) -> None:
    """RFC 9110, 15.5.6: the Allow header must be there."""
    answer = await visitor.ask(method, path)
    assert answer.status == 405
    assert {name.strip() for name in answer.headers.get("Allow", "").split(",")} == allowed


@pytest.mark.parametrize(
    ("path", "title", "sentence"),
    [
        ("/khong-co", "Xin lỗi", "Không có trang này."),
        ("/khong-co?lang=en", "Sorry", "There is no such page."),
        ("/khong-co?lang=xx", "Xin lỗi", "Không có trang này."),
        ("/static/?lang=en", "Sorry", "There is no such page."),
    ],
)
async def test_errors_are_told_in_the_language_of_the_address(
    path: str, title: str, sentence: str, visitor: Visitor
) -> None:
    """Vietnamese, unless the address asks for English."""
    answer = await visitor.get(path)
    assert (answer.page.one("h1").text, answer.page.one("main").all("p")[0].text) == (title, sentence)


@pytest.mark.parametrize(
    "path", ["/khong-co/%3Cscript%3Ealert(1)%3C/script%3E", "/k/%3Cimg%20src=x%3E", "/khong-co?lang=%3Cb%3E"]
)
async def test_an_error_does_not_repeat_the_address(path: str, visitor: Visitor) -> None:
    """What somebody puts into a link is not shown on our page."""
    answer = await visitor.get(path)
    assert answer.status == 404
    assert (answer.page.all("script"), answer.page.all("img"), answer.page.all("b")) == ([], [], [])
    assert "alert" not in answer.body


@pytest.mark.parametrize(("method", "path", "status"), [case for case in ANSWERS if case[0] == "GET"])
async def test_head_is_get_without_the_body(method: str, path: str, status: int, visitor: Visitor) -> None:
    """The same status and kind of content, no body."""
    got, head = await sent(visitor, "GET", path), await sent(visitor, "HEAD", path)
    assert (head.status, head.body) == (status, "")
    assert head.headers["Content-Type"] == got.headers["Content-Type"]


@pytest.mark.parametrize("case", MALFORMED)
@pytest.mark.parametrize("path", ["/chat", "/k/quay1"])
async def test_a_malformed_body_is_the_senders_mistake(path: str, case: str, visitor: Visitor) -> None:
    """A body that is no form is refused or read as an empty one; it is no failure of ours to be logged."""
    kind, body = MALFORMED[case]
    with structlog.testing.capture_logs() as logs:
        answer = await visitor.ask("POST", path, data=body, headers={"Content-Type": kind}, allow_redirects=False)
    assert answer.status in (303, 400, 415)
    assert [entry["event"] for entry in logs] == []


# Nothing from outside.


async def every_page(app: App, visitor: Visitor) -> AsyncIterator[tuple[str, Answer]]:
    """One of each page that a person can meet, with what stands on it."""
    for language in ("", "?lang=en"):
        for counter in ("quay1", "quay9"):
            first = await visitor.anew().get(f"/k/{counter}{language}")
            yield "survey", first
        second = await visitor.send(await visitor.anew().get(f"/k/quay1{language}"), {"overall": "1"})
        yield "optional page", second
        yield "thanks", await visitor.send(second, {"comment": "Tốt"})
        yield "expired", await visitor.post(f"/k/quay1{language}", {})
        yield "unknown", await visitor.get(f"/k/khong-co{language}")
    yield "greeting", await visitor.get("/")
    for text in ("đăng ký khai sinh", "lệ phí", "lĩnh vực", "đánh giá", "gặp cán bộ", "english"):
        yield text, await visitor.post("/chat", {"text": text})
    yield "procedure", await visitor.post("/chat", {"button": "p:1.001193"})
    yield "closed", await visitor.get("/staff")
    secret = f"tất cả {id(visitor)}".replace(" ", "-")
    async with app.store.transaction() as tx:
        await tx.create_token("login", "dong-thap", "admin", secret, app.clock() + timedelta(hours=1))
    login = await visitor.get(f"/staff/login/{URL(secret).raw_path}")
    yield "login", login
    yield "staff", await visitor.send(login)
    for tab in TABS:
        yield f"staff, {tab}", await visitor.get(f"/staff?period={app.clock().year}&tab={tab}")
    yield "bad period", await visitor.get("/staff?period=x")


def resources(page: Node) -> list[str]:
    """The addresses that a browser fetches by itself, or sends a form to."""
    found = []
    for node in page.walk():
        wanted = [
            name for name in ("src", "srcset", "poster", "data", "background", "action", "formaction") if node[name]
        ]
        if node.tag in ("link", "use", "image", "base") and node["href"]:
            wanted.append("href")
        found.extend(node[name] for name in wanted)
    return found


async def test_no_page_asks_for_anything_outside(app: App, visitor: Visitor) -> None:
    """Every style, script, picture and form target is a path of ours; nothing is written inline."""
    seen = []
    async for name, answer in every_page(app, visitor):
        seen.append(name)
        outside = [address for address in resources(answer.page) if not re.match(r"/(?!/)", address)]
        inline = [
            node.tag
            for node in answer.page.walk()
            if node.tag in ("style", "iframe", "object", "embed", "base")
            or any(attribute.startswith("on") or attribute == "style" for attribute in node.attributes)
            or (node.tag == "script" and (node.text or not node["src"]))
            or node["http-equiv"]
        ]
        assert (name, outside, inline) == (name, [], [])
    assert len(seen) == 30


async def test_no_link_is_dead(app: App, visitor: Visitor) -> None:
    """Every link to ourselves, on every page, leads to a page; every file that is named is there."""
    wanted = set()
    async for _, answer in every_page(app, visitor):
        addresses = [link["href"] for link in answer.page.all("a")] + [
            address for address in resources(answer.page) if address.startswith("/static/")
        ]
        ours = [address for address in addresses if "://" not in address and not address.startswith("#")]
        wanted |= {str(answer.url.join(URL(address))) for address in ours}
    # Of a file to download the answer's head says it.
    methods = {address: "HEAD" if "/staff/report." in address else "GET" for address in sorted(wanted)}
    statuses = {address: (await visitor.ask(method, address)).status for address, method in methods.items()}
    assert {address: status for address, status in statuses.items() if status != 200} == {}
    assert len(statuses) > 10


async def test_links_to_others_tell_them_nothing(app: App, visitor: Visitor) -> None:
    """Links away are https and give no access to our page."""
    away = [
        link async for _, answer in every_page(app, visitor) for link in answer.page.all("a") if "://" in link["href"]
    ]
    assert {(link["href"].partition("://")[0], link["rel"]) for link in away} == {("https", "noopener")}


async def test_every_control_has_a_name_to_be_read_aloud(app: App, visitor: Visitor) -> None:
    """Each field has a label, each button and link a text; each page has one heading of the first rank and a title."""
    async for name, answer in every_page(app, visitor):
        page = answer.page
        labelled = {label["for"] for label in page.all("label") if label.text}
        inside = [field for label in page.all("label") if label.text for field in label.walk()]
        unnamed = [
            (node.tag, node["name"] or node["href"])
            for node in page.walk()
            if (node.tag in ("button", "a") and not (node.text or node["aria-label"]))
            or (
                node.tag in ("input", "select", "textarea")
                and node["type"] != "hidden"
                and not (node["id"] in labelled or node["aria-label"] or any(field is node for field in inside))
            )
        ]
        assert unnamed == [], name
        assert len(page.all("h1")) == 1, name
        assert page.one("head").one("title").text, name


# Static files.


async def test_static_files_are_named_by_their_content_and_kept(visitor: Visitor) -> None:
    """The address changes with the content, so that browsers may keep the file for a year."""
    addresses = {address for address in resources((await visitor.get("/")).page) if address.startswith("/static/")}
    assert {address.partition("?")[0] for address in addresses} == {
        "/static/chat.js", "/static/icon.svg", "/static/style.css",
    }  # fmt: skip
    for address in addresses:
        path, _, mark = address.partition("?")
        content = files("web").joinpath(path.lstrip("/")).read_bytes()
        assert len(mark) >= 8
        assert hashlib.sha256(content).hexdigest().startswith(mark)
        answer = await visitor.get(address)
        assert answer.body.encode() == content
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("style.css", ["text/css"]),
        ("chat.js", ["text/javascript", "application/javascript"]),
        ("icon.svg", ["image/svg+xml"]),
    ],
)
async def test_static_files_say_what_they_are(name: str, kinds: list[str], visitor: Visitor) -> None:
    """With nosniff a browser believes the type alone."""
    assert (await visitor.get(f"/static/{name}")).headers["Content-Type"].partition(";")[0] in kinds


async def test_an_unchanged_file_is_not_sent_again(visitor: Visitor) -> None:
    """304 repeats how long the file may be kept."""
    first = await visitor.get("/static/style.css")
    again = await visitor.get("/static/style.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, "")
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]


async def test_a_missing_file_is_not_kept_as_missing(visitor: Visitor) -> None:
    """A file that is not there yet may be there after the next deployment."""
    answer = await visitor.get("/static/style-moi.css?0123456789")
    assert (answer.status, answer.headers["Cache-Control"]) == (404, "no-store")


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static//etc/passwd",
        "/static/a%00b",
        "/static/%5c..%5capp.py",
    ],
)
async def test_no_path_leads_out_of_the_static_folder(path: str, app: App) -> None:
    """The source of the pages and the machine's files stay where they are."""
    reader, writer = await asyncio.open_connection("127.0.0.1", app.settings.listen_port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = (await asyncio.wait_for(reader.read(), 60)).decode()
    writer.close()
    await writer.wait_closed()
    assert answer.split()[1] in ("403", "404")
    assert "root:" not in answer
    assert "import" not in answer


# Health.


async def test_a_living_program_says_so(visitor: Visitor) -> None:
    """/healthz and /readyz are JSON for the machine that watches."""
    alive, ready = await visitor.get("/healthz"), await visitor.get("/readyz")
    assert (alive.status, json.loads(alive.body)) == (200, {"alive": True})
    health = json.loads(ready.body)
    assert ready.status == 200
    assert health["database"]
    assert health["catalog"]
    # What is short is the room of the machine that runs the tests.
    assert set(health["troubles"]) <= {"space_low"}
    assert health["free_bytes"] > 0
    assert health["wanted_bytes"] > 0


async def test_the_figures_for_prometheus_can_be_read(visitor: Visitor) -> None:
    """/metrics is Prometheus' text format with our own gauge."""
    answer = await visitor.get("/metrics")
    assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (200, "text/plain")
    assert re.search(r"^motcua_outbox_waiting 0(\.0)?$", answer.body, re.MULTILINE)


class BrokenStore:
    """A store whose database is gone; every use of it fails with words that citizens must not read."""

    def __getattr__(self, name: str) -> Any:
        def fail(*_: object, **__: object) -> Any:
            raise ConnectionError("password=bí-mật host=10.0.0.7")

        return fail


@pytest.mark.parametrize(
    ("broken", "ready", "expected"),
    [
        (True, True, {"database": False, "catalog": True}),
        (False, False, {"database": True, "catalog": False}),
        (True, False, {"database": False, "catalog": False}),
    ],
)
async def test_a_program_that_cannot_answer_says_so(
    broken: bool, ready: bool, expected: dict[str, bool], app: App, visitor: Visitor
) -> None:
    """Without database or catalog /readyz is 503, while /healthz still answers."""
    async with pages_of(app, BrokenStore() if broken else None, ready=ready) as address:
        answer = await visitor.get(f"{address}/readyz")
        alive = await visitor.get(f"{address}/healthz")
    health = json.loads(answer.body)
    assert (answer.status, {name: health[name] for name in expected}, alive.status) == (503, expected, 200)
    assert ("unreachable" in health["troubles"]) == broken
    assert "bí-mật" not in answer.body


class FullStore:
    """A store that can read nothing and keep nothing, and says so to the operator."""

    def __getattr__(self, name: str) -> Any:
        def fail(*_: object, **__: object) -> Any:
            raise NothingKept("Ổ đĩa chứa /srv/bí-mật.db đã đầy.")

        return fail


@pytest.mark.parametrize(
    ("method", "path", "text"),
    [
        ("POST", "/chat", "Hiện chưa lưu được"),
        ("POST", "/k/quay1", "Hiện chưa lưu được"),
        ("GET", "/staff", "Máy chủ vừa gặp lỗi"),
    ],
)
async def test_what_cannot_be_kept_is_not_acknowledged(
    method: str, path: str, text: str, app: App, visitor: Visitor
) -> None:
    """503, kind words to the person, the reason to the log alone, and when to try again to programs."""
    signer = Signer(secret_key(app.settings))
    token = signer.fresh("survey:/k/quay1:nhanh:1")[1]
    cookies = {"Cookie": f"{chat.COOKIE}={signer.fresh(chat.COOKIE)[1]}; {staff.COOKIE}=x"}
    async with pages_of(app, FullStore()) as address:
        with structlog.testing.capture_logs() as logs:
            answer = await visitor.ask(
                method, address + path, headers=cookies,
                data={"token": token, "page": "0", "overall": "5", "text": "x"} if method == "POST" else None,
            )  # fmt: skip
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert text in answer.page.one("main").all("p")[0].text
    assert "bí-mật" not in answer.body
    ((entry),) = logs
    assert (entry["event"], entry["log_level"]) == ("nothing_kept", "error")
    assert "đã đầy" in entry["reason"]


async def test_answers_into_a_deleted_file_are_not_acknowledged(tmp_path: Path) -> None:
    """The file vanishes under the running program: a form and a message get 503, readiness too, the log says why."""
    settings = settings_for(tmp_path)
    async with running(settings), aiohttp.ClientSession() as client:
        visitor = Visitor(client, f"http://127.0.0.1:{settings.listen_port}")
        assert (await visitor.get("/readyz")).status == 200
        token = Signer(secret_key(settings)).fresh_at("survey:/k/quay1:nhanh:1", datetime.now(UTC))[1]
        form = {"token": token, "page": "0", "overall": "5"}
        for path in listed(tmp_path, "motcua.db*"):
            path.unlink()
        with structlog.testing.capture_logs() as logs:
            answers = [
                await visitor.ask("POST", "/k/quay1", data=form, allow_redirects=False),
                await visitor.ask("POST", "/chat", data={"text": "khai sinh"}, allow_redirects=False),
                await visitor.get("/readyz"),
            ]
        assert [answer.status for answer in answers] == [503] * 3
        assert json.loads(answers[-1].body)["troubles"] == ["file_replaced"]
        assert {"nothing_kept", "not_healthy"} <= {entry["event"] for entry in logs}
        assert listed(tmp_path, "motcua.db*") == []


def listed(folder: Path, pattern: str) -> list[Path]:
    """What is in a folder."""
    return list(folder.glob(pattern))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("POST", "/chat"),
        ("GET", "/chat/messages?after=0"),
        ("POST", "/k/quay1"),
        ("GET", "/k/quay1/TOKEN"),
        ("GET", "/staff"),
        ("POST", "/staff/login/x"),
        ("POST", "/staff/logout"),
        ("GET", "/metrics"),
    ],
)
async def test_a_failure_is_a_page_for_the_person_and_a_trace_for_the_log(
    method: str, path: str, app: App, visitor: Visitor
) -> None:
    """500 with a sentence and the security headers, no word of what went wrong; the log names the page alone."""
    signer = Signer(secret_key(app.settings))
    token = signer.fresh("survey:/k/quay1:nhanh:1")[1]
    cookies = {"Cookie": f"{chat.COOKIE}={signer.fresh(chat.COOKIE)[1]}; {staff.COOKIE}=x"}
    async with pages_of(app, BrokenStore()) as address:
        with structlog.testing.capture_logs() as logs:
            answer = await visitor.ask(
                method, address + path.replace("TOKEN", token), headers=cookies,
                data={"token": token, "page": "0", "overall": "5", "text": "x"} if method == "POST" else None,
            )  # fmt: skip
    assert answer.status == 500
    assert answer.page.one("main").all("p")[0].text == "Máy chủ vừa gặp lỗi. Xin thử lại sau ít phút."
    assert "Content-Security-Policy" in answer.headers
    assert "bí-mật" not in answer.body
    assert "Traceback" not in answer.body
    ((entry),) = logs
    assert (entry["event"], entry["log_level"]) == ("page_failed", "error")
    assert entry["page"].count("/") == path.partition("?")[0].count("/")
    assert token not in repr(entry["page"])
    assert "login/x" not in repr(entry["page"])
    assert entry["exc_info"]


async def test_behind_https_cookies_travel_by_https_alone(tmp_path: Path) -> None:
    """Where PUBLIC_URL is https, both cookies are Secure; without, a local trial works."""
    async with (
        running(settings_for(tmp_path, public_url="https://sadec.example")) as app,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client,
    ):
        async with app.store.transaction() as tx:
            await tx.create_token("login", "sa-dec", "staff", "x", app.clock() + timedelta(hours=1))
        visitor = Visitor(client, f"http://127.0.0.1:{app.settings.listen_port}")
        home = await visitor.get("/")
        moved = await visitor.post("/staff/login/x", {}, allow_redirects=False)
    assert home.cookies[chat.COOKIE]["secure"]
    assert moved.cookies[staff.COOKIE]["secure"]


async def test_behind_a_proxy_our_own_forms_are_accepted(tmp_path: Path) -> None:
    """The Origin is that of PUBLIC_URL, while the Host may be the machine's inner name."""
    async with (
        running(settings_for(tmp_path, public_url="https://sadec.example")) as app,
        aiohttp.ClientSession() as client,
    ):
        visitor = Visitor(client, f"http://127.0.0.1:{app.settings.listen_port}")
        statuses = [
            (await visitor.ask("POST", "/k/quay1", headers={"Origin": origin})).status
            for origin in ("https://sadec.example", "https://sadec.example.lua-dao.example", "http://khac.example")
        ]
    assert statuses == [400, 403, 403]


@pytest.mark.parametrize("path", ["/s", "/s/23456-789AB", "/k/quay1/x.y", "/staff", "/staff/login/x", "/kiosk/quay1"])
async def test_pages_of_one_person_or_of_staff_are_not_listed(path: str, visitor: Visitor) -> None:
    """Search engines are told so in the header; the page of a slip says it itself too."""
    answer = await visitor.get(path, allow_redirects=False)
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    if path.startswith("/s/"):
        assert answer.page.one("meta", name="robots")["content"] == "noindex, nofollow"


@pytest.mark.parametrize("path", ["/", "/k/quay1", "/privacy"])
async def test_public_pages_may_be_listed(path: str, visitor: Visitor) -> None:
    """The assistant and a counter's form can be found."""
    answer = await visitor.get(path)
    assert "X-Robots-Tag" not in answer.headers
    assert answer.page.all("meta", name="robots") == []


async def test_crawlers_are_told_where_nothing_is_for_them(visitor: Visitor) -> None:
    """Slips are not shut out: a crawler has to open them to see that they are not to be listed."""
    answer = await visitor.get("/robots.txt")
    assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (200, "text/plain")
    assert "Disallow: /staff" in answer.body
    assert "Disallow: /s\n" not in answer.body


async def test_the_link_printed_at_the_start_of_the_sample_opens_its_ward(app: App, visitor: Visitor) -> None:
    """Where the counters and forms are, not the empty province above it."""
    answer = await visitor.send(await visitor.get((await app.new_login()).removeprefix(app.settings.address)))
    assert (answer.status, answer.page.one("h1").text) == (200, "Phường Sa Đéc")
