"""Telegram, both directions, by polling or by webhook; the format is in telegram_wire.py."""

import asyncio
import hmac
import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any, Protocol

import structlog
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
)
from aiogram.methods import (
    AnswerCallbackQuery,
    Response,
    SendDocument,
    SendPhoto,
    SetMyCommands,
    SetWebhook,
    TelegramMethod,
)
from aiogram.types import BotCommand, BufferedInputFile
from aiohttp import ClientError, ClientTimeout
from aiohttp import web as http

import locales
from bot.channels.delivery import Moved, Pushing, SendError
from bot.channels.telegram_wire import (
    CHANNEL,
    NotUnderstood,
    measure,
    read_move,
    read_update,
    without_file,
    write_reply,
)
from bot.nursery import Nursery
from catalog.files.limits import MOST_BYTES
from handlers.messages import Attachment, Text
from handlers.ports import Files, NoFile, Outgoing
from handlers.shell import Conversation, Handled
from handlers.split import split
from handlers.staff.catalog.ports import NotRead
from handlers.wording import say

MAX_CAPTION = 1024  # https://core.telegram.org/bots/api#sendphoto
MAX_PHOTO, MAX_FILE = 10_000_000, 50_000_000  # https://core.telegram.org/bots/api#sending-files
UPLOAD_SECONDS = 180
POLL_SECONDS = 25
ALLOWED = ["message", "edited_message", "callback_query"]
# What Telegram says of a topic that is deleted, closed, or was never one; the group itself is still there.
NO_TOPIC = ("message thread not found", "topic_deleted", "topic_closed", "topic_id_invalid")
COMMANDS = {
    "start": "Bắt đầu",
    "linhvuc": "Xem thủ tục theo lĩnh vực",
    "danhgia": "Đánh giá phục vụ",
    "canbo": "Gặp cán bộ",
    "trogiup": "Tôi giúp được gì",
    "english": "English",
    "dulieu": "Dữ liệu của tôi",
    "xoa": "Xóa dữ liệu của tôi",
    "dung": "Dừng",
}
log = structlog.get_logger(__name__)


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates without parsing, so that one odd update cannot spoil its neighbours."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int = POLL_SECONDS
    allowed_updates: list[str] = ALLOWED


class RawMessage(TelegramMethod[dict[str, Any]]):
    """sendMessage for aiogram's errors, without models of the keyboard and of the message that comes back."""

    __returning__ = dict[str, Any]
    __api_method__ = "sendMessage"

    params: dict[str, Any]


# Held here because pydantic drops unused parametrised models, and building one takes longer than the request.
RESPONSES = (Response[dict[str, Any]], Response[list[dict[str, Any]]], Response[bool])


def write_file(chat: str, file: Attachment, content: bytes, thread: str = "") -> SendPhoto | SendDocument | None:
    """Turn an attachment into an upload; None if it is larger than a bot may send."""
    if len(content) > MAX_FILE:
        return None
    upload = BufferedInputFile(content, filename=file.name)
    caption = split(Text.of(file.alt), MAX_CAPTION, measure)[0].plain or None
    where: dict[str, Any] = {"chat_id": int(chat), "message_thread_id": int(thread) if thread else None}
    if file.kind == "photo" and len(content) <= MAX_PHOTO:
        return SendPhoto(photo=upload, caption=caption, parse_mode=None, **where)
    return SendDocument(document=upload, caption=caption, parse_mode=None, **where)


def _accepted(status: int, content: str) -> bool:
    """Tell whether an answer of the Bot API says that all went well."""
    try:
        answer = json.loads(content)
    except ValueError:
        return False
    return status == 200 and isinstance(answer, dict) and answer.get("ok") is True


class Deliverer(Pushing, Protocol):
    """What the channel needs of the delivery."""

    def idle(self, replies: Sequence[Outgoing]) -> bool:
        """Tell whether this is one reply to a chat that has no other on its way."""

    def carried(self, outgoing: Outgoing) -> AbstractAsyncContextManager[None]:
        """Hold back a chat's other replies while the block delivers one; it counts as delivered without an error."""


class Telegram:
    """The running channel."""

    def __init__(
        self,
        token: str,
        conversation: Conversation,
        nursery: Nursery,
        delivery: "Deliverer",
        files: Files,
        api_url: str,
        *,
        secret: str = "",
        reply_in_response: bool = False,
    ) -> None:
        self._session = AiohttpSession(api=TelegramAPIServer.from_base(api_url))
        self._timeout = ClientTimeout(total=self._session.timeout)
        self._send_address = self._session.api.api_url(token=token, method=RawMessage.__api_method__)
        self.bot = Bot(token, session=self._session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))
        self.name = ""
        self._conversation = conversation
        self._nursery = nursery
        self._delivery = delivery
        self._files = files
        self._secret = secret
        self._reply_in_response = reply_in_response

    async def introduce(self) -> str:
        """Ask Telegram who we are and set the command menu; returns the bot's name."""
        self.name = (await self.bot.get_me()).username or ""
        commands = [BotCommand(command=name, description=text) for name, text in COMMANDS.items()]
        await self.bot(SetMyCommands(commands=commands))
        return self.name

    async def send(self, outgoing: Outgoing) -> None:
        """Send one reply, or raise SendError or Moved. Each file is a separate reply.

        If its topic is gone or closed, the reply goes to the group.
        """
        call = await self._call(outgoing)
        try:
            if isinstance(call, dict):
                await self._post(call)
            else:
                await self.bot(call, request_timeout=UPLOAD_SECONDS)
        except TelegramRetryAfter as error:
            raise SendError("429", retryable=True, retry_after=float(error.retry_after)) from error
        except TelegramMigrateToChat as error:
            raise Moved(str(error.migrate_to_chat_id)) from error
        except TelegramBadRequest as error:
            if not outgoing.reply.thread or not any(reason in error.message.lower() for reason in NO_TOPIC):
                raise SendError(f"{type(error).__name__}: {error.message}", retryable=False) from error
            await self.send(replace(outgoing, reply=replace(outgoing.reply, thread="")))
        except (TelegramForbiddenError, TelegramNotFound) as error:
            raise SendError(f"{type(error).__name__}: {error.message}", retryable=False) from error
        except (TelegramNetworkError, TelegramAPIError, ClientDecodeError, AiogramError) as error:
            raise SendError(type(error).__name__, retryable=True) from error

    async def _post(self, params: dict[str, Any]) -> None:
        """Send a text as JSON over the bot's connections, since aiogram would send a form; raises aiogram's errors."""
        session = await self._session.create_session()
        try:
            async with session.post(self._send_address, json=params, timeout=self._timeout) as response:
                status, content = response.status, await response.text()
        except TimeoutError as error:
            raise TelegramNetworkError(RawMessage(params=params), "Request timeout error") from error
        except ClientError as error:
            raise TelegramNetworkError(RawMessage(params=params), f"{type(error).__name__}: {error}") from error
        if not _accepted(status, content):
            self._session.check_response(self.bot, RawMessage(params=params), status, content)

    async def _call(self, outgoing: Outgoing) -> dict[str, Any] | SendPhoto | SendDocument:
        """Return the parameters of a sendMessage, or an upload."""
        if not outgoing.reply.files:
            return write_reply(outgoing.user, outgoing.reply)
        (file,) = outgoing.reply.files
        try:
            content = await self._files.content(file.source, outgoing)
        except NoFile:
            call = None
        except Exception as error:
            raise SendError(f"file: {type(error).__name__}", retryable=True) from error
        else:
            call = write_file(outgoing.user, file, content, outgoing.reply.thread)
        return call or without_file(outgoing.user, file, outgoing.reply.thread)

    async def fetch(self, source: str) -> bytes:
        """Return a file that somebody sent, by its file_id; raises NotRead with a sentence if Telegram fails."""
        try:
            file = await self.bot.get_file(source)
            if file.file_path is None or (file.file_size or 0) > MOST_BYTES:
                raise NotRead(say(locales.DEFAULT, "catalog_desk.not_fetched", channel="Telegram").plain)
            content = await self.bot.download_file(file.file_path, timeout=UPLOAD_SECONDS)
        except (AiogramError, ClientError, TimeoutError) as error:
            log.warning("file_not_fetched", reason=type(error).__name__)
            raise NotRead(say(locales.DEFAULT, "catalog_desk.not_fetched", channel="Telegram").plain) from error
        return content.read() if content else b""

    async def take(self, update: Mapping[str, Any]) -> Handled | None:
        """Answer one update; when this returns the answer is committed. None for what needs no answer."""
        try:
            moved = read_move(update)
            incoming = None if moved else read_update(update, self.name, self.bot.id)
        except NotUnderstood as part:
            log.warning("update_not_understood", update=update.get("update_id"), part=str(part))
            return None
        if moved:
            await self._conversation.move_chat(CHANNEL, *moved)
        if incoming is None:
            return None
        handled = await self._conversation.handle(incoming)
        if incoming.kind == "button":
            self._nursery.start(self._answer_callback(update["callback_query"]["id"]), name="telegram-callback")
        return handled

    async def _answer_callback(self, query: str) -> None:
        """Stop the button's spinner. Nothing depends on it, and old queries are refused."""
        try:
            await self.bot(AnswerCallbackQuery(callback_query_id=query))
        except AiogramError as error:
            log.info("callback_not_answered", reason=type(error).__name__)

    async def poll(self) -> None:
        """Fetch updates until cancelled. An update is acknowledged only after its answer is committed."""
        offset: int | None = None
        webhook = True
        while True:
            try:
                if webhook:
                    await self.bot.delete_webhook()
                    webhook = False
                raw = await self.bot(RawUpdates(offset=offset), request_timeout=POLL_SECONDS + 15)
                handled = await asyncio.gather(*(self.take(update) for update in raw))
                for outcome in handled:
                    self._push(outcome)
                seen = [update["update_id"] for update in raw if isinstance(update.get("update_id"), int)]
                offset = max(seen) + 1 if seen else offset
            except TelegramRetryAfter as error:
                await asyncio.sleep(error.retry_after)
            except Exception as error:
                log.warning("polling_failed", reason=type(error).__name__)
                await asyncio.sleep(1)

    def _push(self, handled: Handled | None) -> None:
        if handled and not handled.repeated:
            self._delivery.push(handled.replies)

    async def register(self, address: str) -> None:
        """Tell Telegram where to call; the address must be listening already."""
        await self.bot(SetWebhook(url=address, secret_token=self._secret, allowed_updates=ALLOWED))

    async def receive(self, request: http.Request) -> http.StreamResponse:
        """POST /telegram/webhook: one update. Answered after its reply is committed; 401 without the secret."""
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not self._secret or not hmac.compare_digest(given.encode("utf-8", "replace"), self._secret.encode()):
            return http.Response(status=401)
        try:
            raw = await request.json()
        except (ValueError, LookupError, RecursionError):
            return http.Response(status=400)
        if not isinstance(raw, dict):
            return http.Response(status=400)
        handled = await self.take(raw)
        if handled and self._reply_in_response and not handled.repeated and self._delivery.idle(handled.replies):
            return await self._respond(request, handled.replies[0])
        self._push(handled)
        return http.Response()

    async def _respond(self, request: http.Request, outgoing: Outgoing) -> http.StreamResponse:
        """Put the reply into the webhook's own response; if that cannot be written, send it separately."""
        call = write_reply(outgoing.user, outgoing.reply)
        response = http.json_response({"method": "sendMessage", **call})
        async with self._delivery.carried(outgoing):
            await response.prepare(request)
            await response.write_eof()
        return response

    async def close(self) -> None:
        """Close the connections to Telegram."""
        await self.bot.session.close()
