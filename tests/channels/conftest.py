"""An emulated Bot API and the application on it, by polling and by webhook."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App
from tests.bot_api import BotApi
from tests.clock import Clock, Moment
from tests.running import post_update, running, telegram_on, telegram_settings


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """An emulated Bot API server; at the end the bot must have sent nothing that Telegram refuses."""
    server = await BotApi().start()
    yield server
    await server.stop()
    assert server.faults == []


async def at_rest(app: App, api: BotApi | None = None, kept: int = 0) -> None:
    """Wait until the bot has nothing more to say: no update is left, and nothing goes on behind.

    `kept`: so many replies, each in a chat of its own, may wait until they are tried again.
    """
    async with asyncio.timeout(60):
        while (  # noqa: ASYNC110 -- the database has no events
            (api and api.updates)
            or len(app.nursery._tasks) > kept
            or len(app.nursery._resting) < kept
            or await app.store.waiting() > kept
        ):
            await asyncio.sleep(0.01)


class Line:
    """One way of getting updates to the bot."""

    def __init__(self, app: App, api: BotApi) -> None:
        self.app = app
        self.api = api

    async def bring(self, *updates: dict[str, object]) -> None:
        """Bring updates to the bot."""
        if self.app.settings.telegram_mode == "polling":
            self.api.queue(*updates)
            return
        for update in updates:
            assert await post_update(self.app, update) == 200


@pytest.fixture(params=["polling", "webhook"])
async def line(request: pytest.FixtureRequest, api: BotApi, tmp_path: Path) -> AsyncIterator[Line]:
    """The application with Telegram on."""
    async with running(telegram_settings(tmp_path, api, request.param), poll=0.2) as app:
        await telegram_on(api)
        yield Line(app, api)


@pytest.fixture(autouse=True)
def begin_anew(run_moment: Moment, run_clock: Clock) -> None:
    """Set the clock back for each test, since these share nothing that has a time."""
    run_clock.run(run_moment.prepared)
