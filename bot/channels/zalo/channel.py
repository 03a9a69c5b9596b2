"""The running channel of Zalo Official Accounts: events to turns, replies to calls, tokens kept fresh."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from aiohttp import web as http

from bot.channels.delivery import Pushing, SendError
from bot.channels.zalo.api import ZaloApi
from bot.channels.zalo.chats import SHOW, Chats
from bot.channels.zalo.event_files import EventFiles
from bot.channels.zalo.notes import Notes
from bot.channels.zalo.pace import Pace
from bot.channels.zalo.sending import Sending
from bot.channels.zalo.tokens import Tokens
from bot.channels.zalo.webhook import Signatures, Webhook
from bot.channels.zalo.wire import CHANNEL, TRAITS, Event, incoming, is_press
from bot.nursery import Nursery
from bot.settings import Settings
from handlers.ports import Files, Outgoing
from handlers.shell import Conversation
from storage.store import SqlStore

__all__ = ["CHANNEL", "TRAITS", "Zalo"]

MOST_REACTED = 10_000
NO_REACTION = "none"


class Zalo:
    """The channel of all accounts in the settings.

    A person is known by their id in the first account, in others by `account:id`.
    """

    def __init__(
        self,
        settings: Settings,
        conversation: Conversation,
        store: SqlStore,
        nursery: Nursery,
        delivery: Pushing,
        files: Files,
        api: ZaloApi,
        tokens: Tokens,
        notes: Notes,
        clock: Callable[[], datetime],
    ) -> None:
        accounts = settings.zalo_accounts
        self._conversation = conversation
        self._store = store
        self._nursery = nursery
        self._delivery = delivery
        self._api = api
        self._tokens = tokens
        self._notes = notes
        self._clock = clock
        self._accounts = accounts
        self._first = next(iter(accounts))
        self._groups = settings.zalo_groups
        self._icon = settings.zalo_reaction.removeprefix(NO_REACTION)
        self._reacted: OrderedDict[str, None] = OrderedDict()
        self._chats = Chats(store, clock, timedelta(seconds=settings.zalo_silence_seconds))
        self._sending = Sending(
            *(api, tokens, self._chats, files, notes),
            Pace(accounts, settings.zalo_calls_a_minute, time.monotonic),
            clock,
            paid=settings.zalo_paid_messages,
            files_at=f"{settings.address}/staff",
        )
        secret = settings.zalo_oa_secret.get_secret_value() if settings.zalo_oa_secret else ""
        self._signatures = Signatures(settings.zalo_app_id, accounts, secret, settings.zalo_signature, clock)
        kept = EventFiles(settings.data_dir / "zalo-events")
        self._webhook = Webhook(self._signatures, accounts, kept, nursery, self.take, self._react)

    async def keep_tokens(self) -> None:
        """Keep the tokens of all accounts fresh, until cancelled."""
        await asyncio.gather(*(self._tokens.keep(account, self._notes) for account in self._accounts))

    async def take_up(self) -> None:
        """Load the notes, and start on the events that an earlier process did not answer."""
        await self._notes.load()
        await self._webhook.take_up(self._clock())

    async def receive(self, request: http.Request) -> http.StreamResponse:
        """POST /zalo/webhook: one event."""
        return await self._webhook.receive(request)

    async def take(self, event: Event) -> None:
        """Do what an event asks for; when this returns, it is committed."""
        await self._notes.heard(event.account, ", ".join(sorted(self._signatures.seen)))
        address = event.chat if event.account == self._first else f"{event.account}:{event.chat}"
        if event.group:
            await self._answer_group(address, event)
        elif event.what == "takeover":
            await self._chats.leave_to_person(address, event.at)
        elif event.what == "erasure":
            await self._chats.erase(address, event.at)
        else:
            await self._answer(address, event)

    async def _answer(self, address: str, event: Event) -> None:
        message = incoming(event, address, self._accounts[event.account])
        if event.what == "greeting":
            (known,) = await self._store.recall([message])
            if known.session.greeted or known.session.survey:
                return
        if await self._chats.is_silent(address, event.at):
            return
        await self._chats.note_heard(address)
        if (message.kind, message.text) == ("button", SHOW):
            await self._chats.show_waiting(address, message.id)
            return
        handled = await self._conversation.handle(message)
        if not handled.repeated:
            self._delivery.push(handled.replies)
            self._react(event)

    async def _answer_group(self, address: str, event: Event) -> None:
        if not self._groups:
            return
        handled = await self._conversation.handle(incoming(event, address, self._accounts[event.account]))
        if not handled.repeated:
            self._delivery.push(handled.replies)

    def _react(self, event: Event) -> None:
        """React to a message to show that it was received, once."""
        if not self._icon or event.group or event.what != "message" or is_press(event) or event.id in self._reacted:
            return
        self._reacted[event.id] = None
        if len(self._reacted) > MOST_REACTED:
            self._reacted.popitem(last=False)
        self._nursery.start(self._sending.react(event.account, event.user, event.id, self._icon), name="zalo-reaction")

    async def send(self, outgoing: Outgoing) -> None:
        """Send one reply, or raise SendError. Each file is a separate reply."""
        account, _, user = outgoing.user.rpartition(":")
        account = account or self._first
        if account not in self._accounts:
            raise SendError("the account is not in ZALO_OA_ID", retryable=False)
        await self._sending.send(account, user, outgoing)

    async def close(self) -> None:
        """Close the connections to Zalo."""
        await self._api.close()
