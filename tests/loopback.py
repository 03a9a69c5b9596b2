"""A server that a test emulates on loopback."""

from dataclasses import dataclass
from typing import Self

from aiohttp import web as http


@dataclass
class LoopbackServer:
    """Started and stopped by a test; what answers is added in `add_routes`."""

    url: str = ""
    _runner: http.AppRunner | None = None

    def add_routes(self, router: http.UrlDispatcher) -> None:
        """Add what the server answers."""
        raise NotImplementedError

    async def start(self) -> Self:
        """Listen on a free port."""
        app = http.Application(client_max_size=20_000_000)
        self.add_routes(app.router)
        self._runner = http.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await http.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner:
            await self._runner.cleanup()
