"""Telegram, both directions: updates to messages, replies to Bot API calls; by polling or by webhook."""

import asyncio
import hmac
import html
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any, Protocol
from urllib.parse import urlsplit

import structlog
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ChatType, ContentType, ParseMode
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
from aiogram.types import BotCommand, BufferedInputFile, MaybeInaccessibleMessageUnion, Message, Update
from aiohttp import ClientError, ClientTimeout
from aiohttp import web as http
from pydantic import ValidationError

import locales
from bot.channels.delivery import Moved, Pushing, SendError
from bot.channels.groups import is_group
from bot.nursery import Nursery
from catalog.files.limits import MOST_BYTES
from handlers.channel import Traits
from handlers.messages import Attachment, Incoming, Reply, SentFile, Span, Text
from handlers.ports import Files, NoFile, Outgoing
from handlers.shell import Conversation, Handled
from handlers.split import shorten, split
from handlers.staff.catalog.ports import NotRead
from handlers.wording import say

CHANNEL = "telegram"
MAX_TEXT = 4096  # https://core.telegram.org/bots/api#sendmessage
MAX_CAPTION = 1024  # https://core.telegram.org/bots/api#sendphoto
MAX_PHOTO, MAX_FILE = 10_000_000, 50_000_000  # https://core.telegram.org/bots/api#sending-files
UPLOAD_SECONDS = 180
ROOM_FOR_OPTIONS = 900
LONG_LABEL = 34
PAIRED_LABEL = 15
POLL_SECONDS = 25
ALLOWED = ["message", "edited_message", "callback_query"]
UNREADABLE = {
    ContentType.ANIMATION,
    ContentType.AUDIO,
    ContentType.CHECKLIST,
    ContentType.CONTACT,
    ContentType.DICE,
    ContentType.DOCUMENT,
    ContentType.GAME,
    ContentType.LOCATION,
    ContentType.PAID_MEDIA,
    ContentType.PHOTO,
    ContentType.POLL,
    ContentType.STICKER,
    ContentType.STORY,
    ContentType.VENUE,
    ContentType.VIDEO,
    ContentType.VIDEO_NOTE,
    ContentType.VOICE,
}
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
    """sendMessage with its parameters as they travel: no models of its keyboard and of the message that comes back."""

    __returning__ = dict[str, Any]
    __api_method__ = "sendMessage"

    params: dict[str, Any]


# pydantic forgets a parametrised model that nobody holds, and making one takes longer than the request.
RESPONSES = (Response[dict[str, Any]], Response[list[dict[str, Any]]], Response[bool])


def measure(text: Text) -> int:
    """The length that counts against Telegram's limit: UTF-16 units of the HTML, the strictest reading."""
    return len(to_html(text).encode("utf-16-le")) // 2


def to_html(text: Text) -> str:
    """Write formatted text as the HTML that Telegram understands."""
    return "".join(_span(span) for span in text)


def _span(span: Span) -> str:
    escaped = html.escape(span.text, quote=False)
    return f"<b>{escaped}</b>" if span.bold and span.text.strip() else escaped


TRAITS = Traits(size=MAX_TEXT - ROOM_FOR_OPTIONS, measure=measure, pushed=True, is_shared=is_group)
# The fields of a message that say where it was written, by whom, and what.
TELLING = (
    "message_id",
    "date",
    "chat",
    "from",
    "sender_chat",
    "is_automatic_forward",
    "message_thread_id",
    "is_topic_message",
    "text",
    "caption",
    "media_group_id",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
)


def essence(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of an update what an answer needs, where the rest is newer than the library that reads it."""
    kept: dict[str, Any] = {"update_id": raw.get("update_id")}
    for kind in ("message", "edited_message"):
        if isinstance(message := raw.get(kind), dict):
            kept[kind] = _told(message)
            if isinstance(answered := message.get("reply_to_message"), dict) and "forum_topic_created" not in answered:
                kept[kind]["reply_to_message"] = {**_told(answered), "reply_markup": _keyboard(answered)}
    if isinstance(query := raw.get("callback_query"), dict):
        kept["callback_query"] = {name: query.get(name) for name in ("id", "from", "chat_instance", "data")}
        if isinstance(message := query.get("message"), dict):
            kept["callback_query"]["message"] = _told(message)
    return kept


def _keyboard(message: Mapping[str, Any]) -> dict[str, Any]:
    """The buttons under a message that say what a tap sends, each in a row, whatever else the keyboard holds."""
    markup = message.get("reply_markup")
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    keys = [key for row in rows if isinstance(row, list) for key in row] if isinstance(rows, list) else []
    named = [
        key["callback_data"] for key in keys if isinstance(key, dict) and isinstance(key.get("callback_data"), str)
    ]
    return {"inline_keyboard": [[{"text": one, "callback_data": one}] for one in named]}


def _told(message: Mapping[str, Any]) -> dict[str, Any]:
    return {"message_id": 0, "date": 0, **{name: message[name] for name in TELLING if name in message}}


def read_move(update: Update) -> tuple[str, str] | None:
    """Return the old and the new id of a group that became a supergroup; None for any other update.

    Both chats are told (https://core.telegram.org/bots/api#message), in either order.
    """
    message = update.message
    if message and message.migrate_to_chat_id:
        return str(message.chat.id), str(message.migrate_to_chat_id)
    if message and message.migrate_from_chat_id:
        return str(message.migrate_from_chat_id), str(message.chat.id)
    return None


def read_update(update: Update, bot_name: str = "", bot_id: int = 0) -> Incoming | None:
    """Turn an update into a message of ours; None for what needs no answer."""
    identifier = str(update.update_id)
    if query := update.callback_query:
        origin = _place(query.message) if query.message else {"user": str(query.from_user.id)}
        sender = str(query.from_user.id) if origin.get("shared") else ""
        return Incoming(CHANNEL, id=identifier, text=query.data or "", kind="button", sender=sender, **origin)
    message = update.message or update.edited_message
    if message is None or message.is_automatic_forward or _is_from_a_bot(message):
        return None
    origin = {**_place(message), "sender": _sender(message)}
    if message.document and not origin["shared"] and not update.edited_message:
        sent = message.document
        file = SentFile(sent.file_name or "", sent.file_size or 0, sent.file_id)
        return Incoming(CHANNEL, id=identifier, text=message.caption or "", kind="file", file=file, **origin)
    text = message.text or message.caption
    # An album arrives as one update for each picture and gets one answer.
    album = f"album:{message.media_group_id}" if message.media_group_id else identifier
    if text is None:
        if message.content_type not in UNREADABLE or origin["shared"] or update.edited_message:
            return None
        return Incoming(CHANNEL, id=album, text=str(message.content_type), kind="unreadable", **origin)
    if origin["shared"] and not _addressed(message, text, bot_name, bot_id):
        return None
    if update.edited_message:
        return Incoming(CHANNEL, id=identifier, text=text, kind="edited", **origin)
    head, *rest = text.split(None, 1) or [""]
    if head.partition("@")[0].lower() == "/start":
        return Incoming(CHANNEL, id=album, text=rest[0] if rest else "", kind="start", **origin)
    return Incoming(CHANNEL, id=album, text=text, quoted=_buttons_under(message.reply_to_message, bot_id), **origin)


def _buttons_under(message: Message | None, bot_id: int) -> tuple[str, ...]:
    """The ids of the buttons under a message of this bot."""
    if message is None or message.reply_markup is None or not message.from_user or message.from_user.id != bot_id:
        return ()
    return tuple(key.callback_data for row in message.reply_markup.inline_keyboard for key in row if key.callback_data)


def _place(message: MaybeInaccessibleMessageUnion) -> dict[str, Any]:
    """The chat of a message as an Incoming names it, with its topic where the chat has topics."""
    topic = isinstance(message, Message) and message.is_topic_message and message.message_thread_id
    shared = message.chat.type != ChatType.PRIVATE
    return {"user": str(message.chat.id), "shared": shared, "thread": str(topic) if topic else ""}


def _sender(message: Message) -> str:
    """The person who wrote in a group; empty for one who writes as the group or as a channel."""
    known = message.chat.type != ChatType.PRIVATE and message.from_user and not message.sender_chat
    return str(message.from_user.id) if known and message.from_user else ""


def _is_from_a_bot(message: Message) -> bool:
    """Whether a bot wrote. Who writes as a group or a channel seems to be one (GroupAnonymousBot, Channel_Bot)."""
    return bool(message.from_user and message.from_user.is_bot and not message.sender_chat)


def _addressed(message: Message, text: str, bot_name: str, bot_id: int) -> bool:
    """In groups commands to this bot are for us, and replies to what it said."""
    head = (text.split(None, 1) or [""])[0]
    if head.startswith("/"):
        _, _, name = head.partition("@")
        return not name or name.lower() == bot_name.lower()
    answered = message.reply_to_message
    ours = answered is not None and answered.from_user is not None and answered.from_user.id == bot_id
    return ours and answered is not None and answered.forum_topic_created is None


def write_reply(chat: str, reply: Reply) -> dict[str, Any]:
    """Turn a reply into the parameters of sendMessage.

    Labels too long for a phone's button are listed in the text, and the buttons carry their numbers.
    """
    listed = any(len(button.caption) > LONG_LABEL for button in reply.buttons)
    lines: list[str | Text] = [reply.text]
    if listed:
        options = (f"{n}. {button.label}" for n, button in enumerate(reply.buttons, 1))
        lines.append(Text.of("\n", shorten("\n".join(options), ROOM_FOR_OPTIONS - 1)))
    rows: list[list[dict[str, str]]] = []
    for number, button in enumerate(reply.buttons, 1):
        caption = shorten(f"{number}. {button.label}", LONG_LABEL) if listed else button.caption
        key = {"text": caption, "callback_data": button.id}
        if rows and len(rows[-1]) == 1 and max(len(caption), len(rows[-1][0]["text"])) <= PAIRED_LABEL:
            rows[-1].append(key)
        else:
            rows.append([key])
    for label, url in reply.links:
        if _is_public(url):
            rows.append([{"text": label, "url": url}])
        else:
            lines.append(f"{label}: {url}")
    call: dict[str, Any] = {"chat_id": int(chat), "text": to_html(Text.lines(lines)), "parse_mode": "HTML"}
    if reply.thread:
        call["message_thread_id"] = int(reply.thread)
    if rows:
        call["reply_markup"] = {"inline_keyboard": rows}
    return call


def write_file(chat: str, file: Attachment, content: bytes, thread: str = "") -> SendPhoto | SendDocument | None:
    """Turn an attachment into an upload; None where it is larger than a bot may send."""
    if len(content) > MAX_FILE:
        return None
    upload = BufferedInputFile(content, filename=file.name)
    caption = split(Text.of(file.alt), MAX_CAPTION, measure)[0].plain or None
    where: dict[str, Any] = {"chat_id": int(chat), "message_thread_id": int(thread) if thread else None}
    if file.kind == "photo" and len(content) <= MAX_PHOTO:
        return SendPhoto(photo=upload, caption=caption, parse_mode=None, **where)
    return SendDocument(document=upload, caption=caption, parse_mode=None, **where)


def without_file(chat: str, file: Attachment, thread: str = "") -> dict[str, Any]:
    """The parameters of sendMessage that stand for an attachment which cannot be sent: what it says, and why not."""
    missing = say(locales.DEFAULT, "staff.file_missing", name=file.name)
    return write_reply(chat, Reply(Text.lines((file.alt, missing)), thread=thread))


def _is_public(url: str) -> bool:
    """Telegram refuses a whole message whose button leads to an address without a public name."""
    host = urlsplit(url).hostname or ""
    return url.startswith(("http://", "https://")) and "." in host and not host.replace(".", "").isdigit()


class Deliverer(Pushing, Protocol):
    """What the channel needs of the delivery."""

    def idle(self, replies: Sequence[Outgoing]) -> bool:
        """Tell whether this is one reply to a chat that has no other on its way."""

    def carried(self, outgoing: Outgoing) -> AbstractAsyncContextManager[None]:
        """Hold back the other replies of a chat while one travels in the block; without an error it is delivered."""


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
        """Send one reply, or raise SendError or Moved. A file is a reply of its own.

        Where its topic is gone or closed the reply goes to the group.
        """
        call = await self._call(outgoing)
        try:
            if isinstance(call, RawMessage):
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

    async def _post(self, call: RawMessage) -> None:
        """Send a text as JSON over the bot's own connections, which would make a form of it; raises what it raises."""
        session = await self._session.create_session()
        address = self._session.api.api_url(token=self.bot.token, method=call.__api_method__)
        try:
            async with session.post(address, json=call.params, timeout=self._timeout) as response:
                content = await response.text()
        except TimeoutError as error:
            raise TelegramNetworkError(call, "Request timeout error") from error
        except ClientError as error:
            raise TelegramNetworkError(call, f"{type(error).__name__}: {error}") from error
        self._session.check_response(self.bot, call, response.status, content)

    async def _call(self, outgoing: Outgoing) -> TelegramMethod[Any]:
        if not outgoing.reply.files:
            return RawMessage.model_construct(params=write_reply(outgoing.user, outgoing.reply))
        (file,) = outgoing.reply.files
        try:
            content = await self._files.content(file.source, outgoing)
        except NoFile:
            call = None
        except Exception as error:
            raise SendError(f"file: {type(error).__name__}", retryable=True) from error
        else:
            call = write_file(outgoing.user, file, content, outgoing.reply.thread)
        return call or RawMessage.model_construct(params=without_file(outgoing.user, file, outgoing.reply.thread))

    async def fetch(self, source: str) -> bytes:
        """Return a file that somebody sent, by its file_id; NotRead with a sentence where Telegram does not give it."""
        try:
            file = await self.bot.get_file(source)
            if file.file_path is None or (file.file_size or 0) > MOST_BYTES:
                raise NotRead(say(locales.DEFAULT, "catalog_desk.not_fetched", channel="Telegram").plain)
            content = await self.bot.download_file(file.file_path, timeout=UPLOAD_SECONDS)
        except (AiogramError, ClientError, TimeoutError) as error:
            log.warning("file_not_fetched", reason=type(error).__name__)
            raise NotRead(say(locales.DEFAULT, "catalog_desk.not_fetched", channel="Telegram").plain) from error
        return content.read() if content else b""

    async def take(self, raw: Mapping[str, Any]) -> Handled | None:
        """Answer one update; when this returns the answer is committed. None for what needs no answer."""
        update = self._understood(raw) or self._understood(essence(raw))
        if update is None:
            log.warning("update_not_understood", update=raw.get("update_id"))
            return None
        if moved := read_move(update):
            await self._conversation.move_chat(CHANNEL, *moved)
            return None
        incoming = read_update(update, self.name, self.bot.id)
        if incoming is None:
            return None
        handled = await self._conversation.handle(incoming)
        if update.callback_query:
            self._nursery.start(self._answer_callback(update.callback_query.id), name="telegram-callback")
        return handled

    def _understood(self, raw: Mapping[str, Any]) -> Update | None:
        try:
            return Update.model_validate(raw, context={"bot": self.bot})
        except ValidationError:
            return None

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
