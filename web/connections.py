"""Limits on connections to the web server: their number, and the time of each, against unfinished requests."""

import asyncio
import resource
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from aiohttp import StreamReader, web_response
from aiohttp import web as http
from prometheus_client import Counter as Count

NAME = "motcua"
MOST = 4096
BACKLOG = 256
SPARE_FILES = 128  # for the database, Telegram, static files
CLOSED = Count("motcua_connections_closed_total", "Connections that the server ended, by reason", ["reason"])
Handler = Callable[[http.Request], Awaitable[http.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Most seconds for a header, a body, a reader's next read and a close; most connections in all and by one address.

    `most_by_one` does not apply to this machine, from which a reverse proxy connects for everybody.
    """

    header: float = 10
    body: float = 30
    reading: float = 60
    closing: float = 10
    most: int = MOST
    most_by_one: int = MOST // 2
    look_every: float = 1


def allowed_files() -> Limits:
    """Return limits that leave this process enough file handles; raises its own limit as far as allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST + BACKLOG + SPARE_FILES
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    most = max(min(MOST, soft - BACKLOG - SPARE_FILES), 64)
    return Limits(most=most, most_by_one=most // 2)


class Connection(asyncio.Protocol):
    """One connection: passes everything to aiohttp's protocol, and records what it waits for and since when."""

    def __init__(self, inner: asyncio.Protocol, connections: "Connections") -> None:
        self._inner = inner
        self._connections = connections
        self._body: StreamReader | None = None
        self.transport: asyncio.Transport | None = None
        self.address = ""
        self._header_read_at: float | None = None
        self._opened_at = self._paused_at = self._closing_at = 0.0

    def connection_made(self, transport: Any) -> None:
        """Admit the connection if there is room."""
        self.transport = transport
        self._opened_at = self._connections.now()
        self.address = (transport.get_extra_info("peername") or ("",))[0]
        self._inner.connection_made(transport)
        if not self._connections.admit(self):
            self.end("full")

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the connection has ended."""
        self._connections.forget(self)
        self._inner.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Pass on the data."""
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """Pass on the end of the data."""
        return self._inner.eof_received()

    def pause_writing(self) -> None:
        """Note that the peer reads too slowly."""
        self._paused_at = self._connections.now()
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Note that the peer reads again."""
        self._paused_at = 0.0
        self._inner.resume_writing()

    def begin(self, body: StreamReader) -> None:
        """Note that a header is complete: the request is being answered; its body may still be arriving."""
        self._header_read_at = self._connections.now()
        self._body = body
        self._connections.busy(self)

    def answered(self) -> None:
        """Note that the request has its response: the connection is waiting, and may be closed to make room."""
        self._connections.idle(self)

    def overdue(self, now: float, limits: Limits) -> str:
        """Return what this connection has waited for too long; empty if nothing."""
        if self.transport is None:
            return ""
        if self._header_read_at is None and now - self._opened_at > limits.header:
            return "header"
        if self._body and not self._body.is_eof() and now - (self._header_read_at or now) > limits.body:
            return "body"
        if self._paused_at and now - self._paused_at > limits.reading:
            return "reading"
        if self.transport.is_closing():
            self._closing_at = self._closing_at or now
            return "closing" if now - self._closing_at > limits.closing else ""
        return ""

    def end(self, reason: str) -> None:
        """Close the connection at once; count the reason."""
        if self.transport:
            CLOSED.labels(reason).inc()
            self.transport.abort()


class Connections:
    """All connections of a server. If it is full, the longest waiting one is closed, never a busy one."""

    def __init__(self, server: Callable[[], asyncio.Protocol], limits: Limits) -> None:
        self._server = server
        self._limits = limits
        self._loop = asyncio.get_running_loop()
        self._all: set[Connection] = set()
        self._by_address: Counter[str] = Counter()
        self._waiting: dict[str, dict[Connection, None]] = {}
        self._in_order: dict[Connection, None] = {}
        self._listening: asyncio.Server | None = None
        self._next: asyncio.TimerHandle | None = None

    @property
    def count(self) -> int:
        """How many connections are open."""
        return len(self._all)

    def now(self) -> float:
        """The loop's time."""
        return self._loop.time()

    async def listen(self, host: str, port: int) -> None:
        """Listen; OSError if the address is in use."""
        self._listening = await self._loop.create_server(
            lambda: Connection(self._server(), self), host, port, backlog=BACKLOG
        )
        self._look()

    async def close(self) -> None:
        """Stop listening; the server closes the open connections."""
        if self._next:
            self._next.cancel()
        if self._listening:
            self._listening.close()

    def admit(self, connection: Connection) -> bool:
        """Admit a connection; if there is no room, close the longest waiting one. Return False if all are busy."""
        local = _is_local(connection.address)
        if not local and self._by_address[connection.address] >= self._limits.most_by_one:
            room = self._make_room(self._waiting.get(connection.address, {}))
        else:
            room = len(self._all) < self._limits.most or self._make_room(self._in_order)
        if room:
            self._all.add(connection)
            self._by_address[connection.address] += 1
            self.idle(connection)
        return room

    def _make_room(self, waiting: dict[Connection, None]) -> bool:
        oldest = next(iter(waiting), None)
        if oldest is None:
            return False
        self.forget(oldest)
        oldest.end("room")
        return True

    def forget(self, connection: Connection) -> None:
        """Forget a connection that is over."""
        self.busy(connection)
        if connection in self._all:
            self._all.discard(connection)
            self._by_address[connection.address] -= 1
            if not self._by_address[connection.address]:
                del self._by_address[connection.address]

    def busy(self, connection: Connection) -> None:
        """Note that a connection is being answered."""
        self._in_order.pop(connection, None)
        there = self._waiting.get(connection.address, {})
        there.pop(connection, None)
        if not there:
            self._waiting.pop(connection.address, None)

    def idle(self, connection: Connection) -> None:
        """Note that a connection waits for a request."""
        if connection in self._all:
            self._in_order[connection] = None
            self._waiting.setdefault(connection.address, {})[connection] = None

    def _look(self) -> None:
        now = self.now()
        for connection in list(self._all):
            if reason := connection.overdue(now, self._limits):
                connection.end(reason)
        self._next = self._loop.call_later(self._limits.look_every, self._look)


def _is_local(address: str) -> bool:
    try:
        return ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return True


@http.middleware
async def timed(request: http.Request, handler: Handler) -> http.StreamResponse:
    """Middleware that notes in the connection when a header is complete and when the response is sent."""
    transport = request.transport
    connection = transport.get_protocol() if transport else None
    if not isinstance(connection, Connection):
        return await handler(request)
    connection.begin(request.content)
    try:
        return await handler(request)
    finally:
        connection.answered()


def name_server() -> None:
    """Set aiohttp's Server header without its version, also for unreadable requests."""
    web_response.SERVER_SOFTWARE = NAME  # type: ignore[attr-defined]
