"""Real sockets against the server: half requests end, newcomers find room, and nothing tells the version."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import aiohttp
import pytest
from aiohttp import web as http

from bot.app import App
from tests.running import free_port, settings_for
from tests.web.conftest import Visitor, pages_of
from web import connections
from web.connections import Connections, Limits, allowed_files, timed

pytestmark = pytest.mark.asyncio(loop_scope="session")
SECONDS = 60
WHOLE = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
BRIEF = Limits(header=0.2, body=0.2, reading=0.2, closing=0.2, most=4, most_by_one=2, look_every=0.02)
PATIENT = Limits(most=4, most_by_one=2)


class Server:
    """A small application behind the limits."""

    def __init__(self, port: int, connections: Connections) -> None:
        self.port = port
        self.connections = connections
        self.busy = asyncio.Event()
        self.free = asyncio.Event()

    async def opened(self, sent: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a connection and send some bytes."""
        before = self.connections.count
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(sent)
        await writer.drain()
        if before < PATIENT.most:
            async with asyncio.timeout(SECONDS):
                while self.connections.count <= before:  # noqa: ASYNC110 -- a count, not an event
                    await asyncio.sleep(0.01)
        return reader, writer


@asynccontextmanager
async def serving(limits: Limits) -> AsyncIterator[Server]:
    """Serve until the block is left: /healthz answers at once, /slow when it is told to, /much sends a lot."""
    connections.name_server()

    async def alive(_request: http.Request) -> http.Response:
        return http.Response(text="alive")

    async def slow(request: http.Request) -> http.Response:
        server.busy.set()
        await server.free.wait()
        return http.Response(text="slow")

    async def read(request: http.Request) -> http.Response:
        return http.Response(text=str(len(await request.read())))

    async def much(_request: http.Request) -> http.Response:
        return http.Response(body=bytes(20_000_000))

    app = http.Application(middlewares=[timed])
    app.add_routes(
        [http.get("/healthz", alive), http.get("/slow", slow), http.post("/read", read), http.get("/much", much)]
    )
    runner = http.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    port = free_port()
    server = Server(port, Connections(cast(http.Server, runner.server), limits))
    await server.connections.listen("127.0.0.1", port)
    try:
        yield server
    finally:
        server.free.set()
        await server.connections.close()
        await runner.cleanup()


HALVES = {
    "nothing at all": b"",
    "half a header": b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ",
    "half a body": b"POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf",
    "a chunk that never ends": b"POST /read HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    "an answer that nobody reads": b"GET /much HTTP/1.1\r\nHost: a\r\n\r\n",
}


@pytest.mark.parametrize("half", HALVES)
async def test_half_a_request_is_closed(half: str) -> None:
    """Whatever part of it does not come: the server ends the connection by itself."""
    async with serving(BRIEF) as server, asyncio.timeout(SECONDS):
        _, writer = await server.opened(HALVES[half])
        while server.connections.count:  # noqa: ASYNC110 -- a count, not an event
            await asyncio.sleep(0.01)
        writer.close()


async def test_a_request_that_is_answered_slowly_is_not_closed() -> None:
    """The limits are for what the other side owes, not for the time that an answer takes."""
    async with serving(BRIEF) as server, asyncio.timeout(SECONDS):
        reader, writer = await server.opened(b"GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        _, half = await server.opened(HALVES["half a header"])
        while server.connections.count > 1:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        server.free.set()
        assert (await reader.read()).endswith(b"slow")
        for one in (writer, half):
            one.close()


async def test_the_longest_waiting_connection_makes_room() -> None:
    """With as many half-sent requests as the server takes, a whole one is answered; a busy one is not pushed out."""
    async with serving(PATIENT) as server, asyncio.timeout(SECONDS):
        busy, first = await server.opened(b"GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        await server.busy.wait()
        halves = [await server.opened(HALVES["half a header"]) for _ in range(3)]
        reader, writer = await server.opened(WHOLE)
        assert (await reader.readuntil(b"alive")).startswith(b"HTTP/1.1 200")
        assert await _ended(halves[0][0])
        assert server.connections.count == PATIENT.most
        server.free.set()
        assert (await busy.read()).endswith(b"slow")
        for one in (first, writer, *(half for _, half in halves)):
            one.close()


async def test_nobody_gets_in_where_all_are_busy() -> None:
    """The newcomer is refused at once instead of waiting for nothing."""
    async with serving(PATIENT) as server, asyncio.timeout(SECONDS):
        writers = []
        for _ in range(PATIENT.most):
            server.busy.clear()
            writers.append((await server.opened(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"))[1])
            await server.busy.wait()
        reader, writer = await server.opened(WHOLE)
        assert await _ended(reader)
        for one in (writer, *writers):
            one.close()


async def test_one_address_leaves_room_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own longest waiting connection goes; this machine, from where a proxy brings everybody, may have all."""
    monkeypatch.setattr(connections, "_is_local", lambda _address: False)
    async with serving(PATIENT) as server, asyncio.timeout(SECONDS):
        kept = [await server.opened(HALVES["half a header"]) for _ in range(PATIENT.most_by_one)]
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(WHOLE)
        assert (await reader.readuntil(b"alive")).startswith(b"HTTP/1.1 200")
        assert await _ended(kept[0][0])
        assert server.connections.count == PATIENT.most_by_one
        for one in (writer, *(half for _, half in kept)):
            one.close()


async def _ended(reader: asyncio.StreamReader) -> bool:
    try:
        return await reader.read() == b""
    except ConnectionError:
        return True


async def test_the_limits_leave_files_to_open() -> None:
    """There are more files than connections, so that taking one never fails."""
    limits = allowed_files()
    assert 64 <= limits.most <= connections.MOST
    assert limits.most_by_one <= limits.most


@pytest.mark.parametrize("sent", [WHOLE, b"GARBAGE\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n"])
async def test_nothing_tells_the_version(sent: bytes, app: App) -> None:
    """Pages, and what could not even be read."""
    reader, writer = await asyncio.open_connection("127.0.0.1", app.settings.listen_port)
    writer.write(sent)
    async with asyncio.timeout(SECONDS):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    writer.close()
    assert "server: motcua\r\n" in head
    assert "aiohttp" not in head
    assert "python" not in head


LONG = "a" * 5000
ODD = [LONG, "%00", "a%00b", "..%2f..%2fetc", "9" * 400, "%F0%9F%98%80", "%ED%A0%80"]
PATHS = [
    "/static/{}", "/static/{}.css", "/k/{}", "/k/quay1/{}", "/s/{}", "/kiosk/{}", "/kiosk/{}/thanks",
    "/audio/a/b/{}", "/audio/{}/vi/a.mp3", "/chat/files/1/{}", "/staff/cases/{}", "/staff/login/{}", "/{}",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd[:15])
async def test_an_odd_name_is_not_found(path: str, odd: str, visitor: Visitor) -> None:
    """Too long for a file, with a character that no database holds, out of the folder: never a failure of ours."""
    answer = await visitor.ask("GET", path.format(odd), allow_redirects=False)
    assert answer.status in (200, 303, 400, 403, 404, 405)
    if path.startswith("/static/"):
        assert answer.status == 404


TOKEN = "mat-khau-cua-prometheus"
BROUGHT = [{"X-Forwarded-For": "1.2.3.4"}, {"Forwarded": "for=1.2.3.4"}, {"Via": "1.1 a"}, {"X-Real-IP": "1.2.3.4"}]


@pytest.mark.parametrize(
    ("address", "token", "headers", "status"),
    [
        ("http://127.0.0.1:8080", "", {}, 200),
        *(("http://127.0.0.1:8080", "", brought, 404) for brought in BROUGHT),
        ("https://motcua.example.vn", "", {}, 404),
        ("https://motcua.example.vn", TOKEN, {}, 404),
        ("https://motcua.example.vn", TOKEN, {"Authorization": f"Bearer {TOKEN}x"}, 404),
        ("https://motcua.example.vn", TOKEN, {"Authorization": f"Bearer {TOKEN}"}, 200),
        ("http://127.0.0.1:8080", TOKEN, {}, 404),
    ],
)
async def test_who_may_read_what_is_counted(
    address: str, token: str, headers: dict[str, str], status: int, app: App
) -> None:
    """The own machine while no public address leads here, and whoever has the token; not what a proxy brings."""
    async with (
        pages_of(app, address=address, metrics_token=token) as pages,
        aiohttp.ClientSession() as client,
        client.get(f"{pages}/metrics", headers=headers) as answer,
    ):
        assert answer.status == status
        assert ("motcua_outbox_waiting" in await answer.text()) == (status == 200)


@pytest.mark.parametrize(("address", "strict"), [("https://motcua.example.vn", True), ("http://127.0.0.1", False)])
async def test_browsers_are_told_to_stay_with_https(address: str, strict: bool, app: App) -> None:
    """On every answer where the public address is https, and nowhere else."""
    async with pages_of(app, address=address) as pages, aiohttp.ClientSession() as client:
        for path in ("/", "/khong-co", "/static/style.css"):
            async with client.get(f"{pages}{path}") as answer:
                assert ("Strict-Transport-Security" in answer.headers) is strict


async def test_the_token_is_a_setting(tmp_path: Path) -> None:
    """Too short a one is refused by name."""
    with pytest.raises(ValueError, match="16"):
        settings_for(tmp_path, metrics_token="ngan")
