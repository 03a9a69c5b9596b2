"""The whole application, started in this process on loopback with the sample data."""

import asyncio
import secrets
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path

import aiohttp

from bot import app as application
from bot.app import App
from bot.channels.delivery import POLL
from bot.demo import load_sample
from bot.settings import Settings
from storage.database.engine import is_missing
from storage.database.upgrade import upgrade
from storage.store import SqlStore
from tests.at_hand import AtHand
from tests.bot_api import SECRET, TOKEN, BotApi
from tests.quick_libraries import close_at_once

# At each start of the application the product lets the garbage collector look through all objects once: here those of
# thousands of tests, a second each time. Programs that tests start do it.
application.settle = lambda: None
# Seconds before a failed send is tried again.
FIRST_PAUSE = 0.05
# Below those that systems give away: from 32,768 on Linux, 49,152 elsewhere.
PORTS = range(10_000, 32_768)
PATTERNS = tempfile.TemporaryDirectory(prefix="motcua-patterns-")


def free_port() -> int:
    """A port nobody listens on at the moment.

    No system gives it to a connection or to whoever takes any port, so that it stays free while a server starts again.
    """
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def settings_for(folder: Path, **changes: object) -> Settings:
    """Settings of an installation in a folder of its own, whatever the environment says."""
    values: dict[str, object] = {
        "database_url": f"sqlite:///{folder / 'motcua.db'}",
        "data_dir": folder,
        "listen_port": free_port(),
        **changes,
    }
    return Settings(_env_file=None, **values)  # type: ignore[call-arg,arg-type]


def telegram_settings(folder: Path, api: BotApi, mode: str, **changes: object) -> Settings:
    """Settings with Telegram on, its Bot API emulated."""
    port = free_port()
    return settings_for(
        folder,
        telegram_token=TOKEN,
        telegram_api_url=api.url,
        telegram_mode=mode,
        telegram_webhook_secret=SECRET,
        listen_port=port,
        public_url=f"http://127.0.0.1:{port}",
        **changes,
    )


async def with_sample(url: str, now: datetime) -> SqlStore:
    """Open a database and load the sample into it if it holds nothing yet."""
    store = SqlStore.open(url)
    await upgrade(store.engine)
    await load_sample(store, now)
    return store


async def copy_pattern(file: Path, now: datetime) -> None:
    """Copy the sample's database, made once for each day: making it takes longer than most tests do."""
    pattern = Path(PATTERNS.name) / f"{now:%Y-%m-%d}.db"
    if is_missing(url := f"sqlite:///{pattern}"):
        await (await with_sample(url, now)).close()
    shutil.copy(pattern, file)


@asynccontextmanager
async def running(settings: Settings, poll: float = POLL, *, apart: bool = False) -> AsyncIterator[App]:
    """Run the application as `motcua run --demo` does, until the block is left; a failed send is tried again at once.

    `poll`: seconds between two looks for replies that no turn has pushed. `apart`: documents are made in a process of
    their own, and files of a catalog read in one, as the product has it.
    """
    if settings.telegram_token:
        close_at_once()
    url, now = settings.database_url.get_secret_value(), datetime.now(settings.zone)
    if is_missing(url):
        await copy_pattern(Path(url.removeprefix("sqlite:///")), now)
    store = await with_sample(url, now)
    app = App(settings, store)
    app.delivery._poll, app.delivery._first_pause = poll, FIRST_PAUSE
    if not apart:
        app.attachments._workshop, app.reader._workshop = AtHand(), AtHand("catalog")
    await app.load()
    stopping, started = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(app.serve(stopping, lambda _app, _login: started.set()))  # noqa: TID251 -- awaited below
    waiting = asyncio.create_task(started.wait())  # noqa: TID251 -- awaited here
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    try:
        if serving.done():
            await serving
        yield app
    finally:
        stopping.set()
        waiting.cancel()
        await serving
        await store.close()


async def post_update(app: App, update: object, secret: str = SECRET) -> int:
    """Deliver an update to the webhook; returns the HTTP status."""
    async with (
        aiohttp.ClientSession() as client,
        client.post(
            f"{app.settings.address}/telegram/webhook",
            json=update,
            headers={"X-Telegram-Bot-Api-Secret-Token": secret},
        ) as response,
    ):
        return response.status


async def telegram_on(api: BotApi) -> None:
    """Wait until the bot has introduced itself to the Bot API."""
    await api.until(lambda: any(call.method == "setMyCommands" for call in api.calls))
