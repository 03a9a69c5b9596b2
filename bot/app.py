"""Wiring: the one place that knows every part."""

import asyncio
import errno
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, cast

import structlog
from aiohttp import web as http

from bot.channels import console, telegram_wire
from bot.channels.delivery import Delivery, Sender
from bot.channels.waiting_models import made_when_used
from bot.channels.zalo.links import account_link
from bot.clock import Clock
from bot.collector import building_much, settle
from bot.effects.dispatch import Effects
from bot.effects.naming import Naming
from bot.effects.staff import login_link
from bot.files.attachments import Attachments
from bot.files.catalog_reader import CatalogReader
from bot.live_world import LiveWorld
from bot.nursery import Nursery
from bot.schedule import Clockwork, make_scheduler
from bot.secret_key import secret_key
from bot.settings import Settings
from catalog import topics
from catalog.circumstances import circumstances
from handlers.channel import Traits
from handlers.gate import Gate
from handlers.shell import Conversation
from handlers.staff.catalog.desk import Desk
from locales.system_errors import reason
from reports.bulletins.timetable import Deadlines
from storage.store import SqlStore
from web.app import create
from web.citizen import chat
from web.connections import Connections, allowed_files, name_server
from web.recordings import Recordings
from web.signing import Signer
from web.site import Accounts, Site

FIRST_LOGIN_LIFE = timedelta(hours=24)
RETRY_SECONDS = 15
PATIENCE_SECONDS = 1.5  # how long a messenger's request waits while the process starts
KEEP_SECONDS = 75  # longer than the 60 after which nginx closes an idle connection to us
log = structlog.get_logger(__name__)


class CannotServe(Exception):
    """The server cannot start; the message says why and what to do."""


class App:
    """Everything that runs, made from the settings."""

    def __init__(self, settings: Settings, store: SqlStore) -> None:
        self.settings = settings
        self.store = store
        self.live = LiveWorld.of(settings, store, lambda: self.conversation.busy)
        self.nursery = Nursery()
        self._clock = Clock(settings.zone)
        self.channels: dict[str, Traits] = {chat.CHANNEL: chat.TRAITS, console.CHANNEL: console.TRAITS}
        self.senders: dict[str, Sender] = {}
        self.bots: dict[str, str] = {}
        self.reader = CatalogReader()
        self.desk = Desk(store, self.live, self.clock, self.channels, self.reader, settings.address)
        effects = Effects(
            *(store, self.live, settings.address, self.channels, self.clock, self.desk, self.nursery),
            Naming(store, self.live, self.live.refresh, self.clock, self.channels),
        )
        self.conversation = Conversation(
            store,
            self.live,
            effects,
            self.clock,
            self.channels,
            settings.address,
            Gate(settings.chat_megabytes_a_day),
            effects.prepare,
        )
        self.attachments = Attachments(store, self.live, self.clock, settings.data_dir, settings.report_place)
        self.delivery = Delivery(store, self.senders, self.nursery, self.clock)
        if settings.telegram_token:
            self.channels[telegram_wire.CHANNEL] = telegram_wire.TRAITS
        self._telegram: Any = None
        self._zalo: Any = None
        self._zalo_office: Accounts | None = None
        self._zalo_bot: Any = None
        self._make_zalo()
        self._taking = asyncio.Event()

    def clock(self) -> datetime:
        """The time now in the unit's zone, the same for all processes on one database."""
        return self._clock()

    async def load(self) -> None:
        """Load the world; NoUnits if the store has no unit. The tables must be those of this version."""
        await self._clock.follow(self.store)
        async with self.store.transaction() as tx:
            clashing = await tx.keep_forms(self.live.forms)
        if clashing:
            names = ", ".join(clashing)
            raise CannotServe(
                f"Nội dung phiếu {names} đã đổi mà số phiên bản còn cũ. Tăng `version` trong tệp phiếu rồi chạy lại."
            )
        await self.live.refresh()
        home = self.settings.home_unit
        if home and home not in self.live().units:
            raise CannotServe(f"HOME_UNIT={home}: chưa có đơn vị này; xem: motcua unit list")
        await asyncio.to_thread(topics.shipped)  # the first message would wait for it
        await asyncio.to_thread(circumstances)  # as would the first one while a procedure is open

    async def serve(
        self, stopping: asyncio.Event, announce: Callable[["App", str], None], *, login: bool = True
    ) -> None:
        """Serve pages and channels until `stopping` is set. `announce` gets a login link if `login`."""
        site = Site(
            conversation=self.conversation,
            store=self.store,
            world=self.live,
            refresh=self.live.refresh,
            ready=lambda: self.live.ready,
            signer=Signer(secret_key(self.settings)),
            clock=self.clock,
            address=self.settings.address,
            bots=lambda: self.bots,
            files=self.attachments,
            desk=self.desk,
            start=self.nursery.start,
            proxies=self.settings.proxies,
            recordings=Recordings.found_in(self.settings.data_dir / "audio"),
            metrics_token=self.settings.metrics_token.get_secret_value() if self.settings.metrics_token else "",
            zalo=self._zalo_office,
            zalo_link=self._zalo_link,
        )
        pages = create(site)
        if self.settings.telegram_token and self.settings.telegram_mode == "webhook":
            pages.router.add_post("/telegram/webhook", self._when_taking(lambda: self._telegram))
        if self._zalo:
            from bot.channels.zalo.webhook import VERIFIER, verifier

            pages.router.add_post("/zalo/webhook", self._when_taking(lambda: self._zalo))
            pages.router.add_get(VERIFIER, verifier(self.settings.data_dir))
        if self._zalo_bot and self.settings.zalo_bot_mode == "webhook":
            pages.router.add_post("/zalo-bot/webhook", self._when_taking(lambda: self._zalo_bot))
        name_server()
        runner = http.AppRunner(pages, access_log=None, shutdown_timeout=5, keepalive_timeout=KEEP_SECONDS)
        await runner.setup()
        connections = Connections(cast(http.Server, runner.server), allowed_files())
        scheduler = make_scheduler(
            self.store,
            self.live,
            self.channels,
            self.clock,
            Deadlines(self.settings.report_due_day, self.settings.report_days_before),
            follow=lambda: self._clock.follow(self.store),
            address=self.settings.address,
            desk=self.desk,
        )
        try:
            await self._listen(connections)
            announce(self, await self.new_login() if login else "")
            async with asyncio.TaskGroup() as group:
                channels = group.create_task(self._open_channels(scheduler))
                await stopping.wait()
                channels.cancel()
        finally:
            if scheduler.running:
                await scheduler.finish()
            await connections.close()
            await runner.cleanup()
            await self.nursery.close()
            await self.attachments.close()
            await self.reader.close()
            await self.live.close()
            for channel in filter(None, (self._telegram, self._zalo, self._zalo_bot)):
                await channel.close()

    async def new_login(self) -> str:
        """Make a one-time login link to the staff page of the topmost unit, or of the ward in the sample."""
        world = self.live()
        tops = (unit.code for unit in world.units.values() if not unit.parent and not unit.successor)
        top = world.home if world.unit(world.home).demo else next(tops, world.home)
        secret = secrets.token_urlsafe(24)
        async with self.store.transaction() as tx:
            await tx.create_token("login", top, "admin", secret, self.clock() + FIRST_LOGIN_LIFE)
        return login_link(self.settings.address, secret)

    async def _listen(self, connections: Connections) -> None:
        host, port = self.settings.listen_host, self.settings.listen_port
        try:
            await connections.listen(host, port)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CannotServe(
                    f"Cổng {port} trên {host} đang có chương trình khác dùng. "
                    "Dừng chương trình đó, hoặc đặt LISTEN_PORT khác."
                ) from error
            raise CannotServe(
                f"Không mở được {host}:{port}: {reason(error)}. Xem LISTEN_HOST và LISTEN_PORT."
            ) from error

    def _when_taking(self, channel: Callable[[], Any]) -> Callable[[http.Request], Awaitable[http.StreamResponse]]:
        """Return a handler that passes requests to a channel, once the replies left undelivered are taken over."""

        async def webhook(request: http.Request) -> http.StreamResponse:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await self._taking.wait()
            except TimeoutError:
                raise http.HTTPServiceUnavailable from None
            response: http.StreamResponse = await channel().receive(request)
            return response

        return webhook

    async def _open_channels(self, scheduler: Clockwork) -> None:
        """Start delivery, the clock, and the messengers that are on.

        The clock starts only when every channel is known; earlier, a summary would miss its readers. A channel
        that is out of reach does not stop the others.
        """
        if token := self.settings.telegram_token:
            with building_much():
                await self._open_telegram(token.get_secret_value())
        await self.delivery.catch_up()
        if self._zalo:
            await self._zalo.take_up()
        settle()
        self._taking.set()
        scheduler.start()
        work = [self.delivery.run()]
        if self._telegram and self.settings.telegram_mode == "polling":
            work.append(self._telegram.poll())
        if self._telegram:
            work.append(self._introduce_telegram())
        if self._zalo:
            log.info("zalo_on", accounts=len(self.settings.zalo_accounts))
            work.append(self._zalo.keep_tokens())
        if self._zalo_bot:
            webhook = self.settings.zalo_bot_mode == "webhook"
            address = f"{self.settings.address}/zalo-bot/webhook"
            work.append(self._zalo_bot.register(address) if webhook else self._zalo_bot.poll())
        await asyncio.gather(*work)

    def _zalo_link(self, unit: str, words: str) -> str:
        return account_link(self.settings, self.live().units, unit, words)

    def _make_zalo(self) -> None:
        """Make the Zalo channels that are on; their modules are imported only then."""
        settings, files_at = self.settings, f"{self.settings.address}/staff"
        if settings.zalo_accounts:
            from bot.channels.zalo import channel as zalo
            from bot.channels.zalo.consent import Office
            from bot.channels.zalo.notes import Notes
            from bot.channels.zalo.tokens import zalo_client
            from bot.channels.zalo_files import ZaloFiles

            api, tokens = zalo_client(settings, self.store, self.nursery, secret_key(settings), self.clock)
            accounts, address = settings.zalo_accounts, settings.address
            notes = Notes(self.store, self.live, self.channels, self.clock, accounts, f"{address}/staff/zalo")
            self._zalo = zalo.Zalo(
                *(settings, self.conversation, self.store, self.nursery, self.delivery, self.attachments),
                *(api, tokens, notes, self.clock),
            )
            self._zalo_office = Office(settings, self.store, api, tokens, notes, self.clock)
            self.channels[zalo.CHANNEL] = zalo.TRAITS
            self.senders[zalo.CHANNEL] = self._zalo
            hosts = [host.strip().lower() for host in settings.zalo_file_hosts.split(",") if host.strip()]
            self.desk.fetchers[zalo.CHANNEL] = ZaloFiles(hosts).fetch
        if settings.zalo_bot_token:
            from bot.channels import zalo_bot
            from bot.channels.zalo.notes import Notes

            secret, home = settings.zalo_bot_webhook_secret, {zalo_bot.ACCOUNT: settings.home_unit}
            self._zalo_bot = zalo_bot.ZaloBot(
                settings.zalo_bot_token.get_secret_value(),
                *(self.conversation, self.delivery),
                Notes(self.store, self.live, self.channels, self.clock, home),
                settings.data_dir / "zalo-bot-event.json",
                settings.zalo_bot_api_url,
                secret=secret.get_secret_value() if secret else "",
            )
            self.channels[zalo_bot.CHANNEL] = zalo_bot.traits(files_at)
            self.senders[zalo_bot.CHANNEL] = self._zalo_bot

    async def _open_telegram(self, token: str) -> None:
        # aiogram takes a second to import; the pages answer meanwhile.
        with made_when_used("aiogram.types"):
            module = await asyncio.to_thread(import_module, "bot.channels.telegram")
        settings = self.settings
        self._telegram = module.Telegram(
            token,
            self.conversation,
            self.nursery,
            self.delivery,
            self.attachments,
            settings.telegram_api_url,
            secret=settings.telegram_webhook_secret.get_secret_value() if settings.telegram_webhook_secret else "",
            reply_in_response=settings.telegram_reply_in_response,
        )
        self.senders[telegram_wire.CHANNEL] = self._telegram
        self.desk.fetchers[telegram_wire.CHANNEL] = self._telegram.fetch

    async def _introduce_telegram(self) -> None:
        while True:
            try:
                self.bots[telegram_wire.CHANNEL] = await self._telegram.introduce()
                if self.settings.telegram_mode == "webhook":
                    await self._telegram.register(f"{self.settings.address}/telegram/webhook")
            except Exception as error:
                log.error("telegram_out_of_reach", reason=type(error).__name__, retry_seconds=RETRY_SECONDS)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                log.info("telegram_on", bot=self.bots[telegram_wire.CHANNEL], mode=self.settings.telegram_mode)
                return
