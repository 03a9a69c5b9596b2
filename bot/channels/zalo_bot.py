"""The Zalo Bot platform, both directions: one static token, text only, choices as numbered lines.

An event, by webhook or by getUpdates (values invented; the wrapper {ok, result} is not always there):
{"ok":true,"result":{"event_name":"message.text.received","message":{"message_id":"ab","date":1790000000000,
 "from":{"id":"0a1b","is_bot":false},"chat":{"id":"0a1b","chat_type":"PRIVATE"},"text":"Chào"}}}
"""

import asyncio
import hmac
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
import structlog
from aiohttp import web as http

from bot.channels.delivery import Pushing, SendError
from bot.channels.proxies import proxy_for
from bot.channels.zalo.notes import Notes
from bot.channels.zalo.sending import OPERATOR_SECONDS
from handlers.channel import Traits
from handlers.messages import Incoming, Reply, Text
from handlers.ports import Outgoing
from handlers.shell import Conversation, Handled
from handlers.split import shorten, utf16_length
from storage.database.whole_files import PRIVATE, whole

CHANNEL = "zalo_bot"
# The bot's name in notes, in place of an account's id.
ACCOUNT = "bot"
MAX_TEXT = 2000
ROOM_FOR_OPTIONS = 900
POLL_SECONDS = 30
CALL_SECONDS = 20
IDLE, NO_TOKEN = 408, 401
RETRIED = frozenset((IDLE, 429))
RETRY_SECONDS = 15.0
EVENTS = "message."
UNREADABLE = frozenset(("image", "sticker", "voice", "unsupported"))
log = structlog.get_logger(__name__)


def traits(files_at: str) -> Traits:
    """Return the traits of the channel; files are given as an address, since the platform carries none."""
    return Traits(size=MAX_TEXT - ROOM_FOR_OPTIONS, measure=utf16_length, pushed=True, files_at=files_at)


def read_event(raw: Mapping[str, Any]) -> Incoming | None:
    """Turn an event into a message of ours; None for one without an answer: from a group, a bot, or unknown."""
    event = raw.get("result", raw)
    message = event.get("message") if isinstance(event, dict) else None
    if not isinstance(event, dict) or not isinstance(message, dict):
        return None
    name, chat, sender = str(event.get("event_name", "")), message.get("chat"), message.get("from")
    identifier = message.get("message_id")
    if not isinstance(chat, dict) or not chat.get("id") or not identifier or chat.get("chat_type") == "GROUP":
        return None
    if isinstance(sender, dict) and sender.get("is_bot"):
        return None
    what = name.removeprefix(EVENTS).removesuffix(".received")
    text = message.get("text") or message.get("caption")
    if isinstance(text, str) and text.strip():
        return Incoming(CHANNEL, str(chat["id"]), str(identifier), text)
    if what not in UNREADABLE:
        return None
    return Incoming(CHANNEL, str(chat["id"]), str(identifier), what, kind="unreadable")


def write_reply(chat: str, reply: Reply) -> dict[str, Any]:
    """Turn a reply into the parameters of sendMessage."""
    options = "\n".join(f"{n}. {button.caption}" for n, button in enumerate(reply.buttons, 1))
    lines: list[str | Text] = [reply.text]
    if options:
        lines.append(Text.of("\n", shorten(options, ROOM_FOR_OPTIONS - 1)))
    lines += [f"{label}: {url}" for label, url in reply.links]
    return {"chat_id": chat, "text": Text.lines(lines).plain}


class _Refused(Exception):
    """The platform answered with an error: its code, or the HTTP status."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class ZaloBot:
    """The running channel. The token stands in the addresses of calls, which are therefore never logged."""

    def __init__(
        self,
        token: str,
        conversation: Conversation,
        delivery: Pushing,
        notes: Notes,
        fetched: Path,
        api_url: str,
        *,
        secret: str = "",
    ) -> None:
        """`fetched` is the file that holds the last event of getUpdates until it is answered."""
        self._notes = notes
        self._fetched = fetched
        self._address = f"{api_url}/bot{token}"
        self._proxy = proxy_for(api_url)
        self._conversation = conversation
        self._delivery = delivery
        self._secret = secret
        self._opened: aiohttp.ClientSession | None = None

    async def _call(self, method: str, seconds: float = CALL_SECONDS, **values: Any) -> Any:
        if self._opened is None:
            self._opened = aiohttp.ClientSession(proxy=self._proxy)
        limit = aiohttp.ClientTimeout(total=seconds)
        async with self._opened.post(
            f"{self._address}/{method}", json=values, timeout=limit, allow_redirects=False
        ) as response:
            if response.status != 200:
                raise _Refused(response.status)
            answer = await response.json(content_type=None)
        if not isinstance(answer, dict) or not answer.get("ok"):
            code = answer.get("error_code") if isinstance(answer, dict) else None
            raise _Refused(code if isinstance(code, int) else 500)
        return answer.get("result")

    async def send(self, outgoing: Outgoing) -> None:
        """Send one reply, or raise SendError, retryable after 408, 429 and server errors.

        If the token is refused, the operator is told and the reply waits.
        """
        try:
            await self._call("sendMessage", **write_reply(outgoing.user, outgoing.reply))
        except _Refused as error:
            await self._note(error)
            if error.code == NO_TOKEN:
                raise SendError(str(error), retryable=True, retry_after=OPERATOR_SECONDS) from error
            passing = error.code in RETRIED or error.code >= 500
            raise SendError(str(error), retryable=passing) from error
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise SendError(type(error).__name__, retryable=True) from None
        await self._note(None)

    async def _note(self, refused: _Refused | None) -> None:
        """Note whether the token is accepted; a failure must neither end the channel nor repeat a reply."""
        try:
            if refused is None:
                await self._notes.works(ACCOUNT)
            elif refused.code == NO_TOKEN:
                await self._notes.trouble(ACCOUNT, "bot_token", str(refused))
        except Exception:
            log.exception("zalo_bot_not_noted")

    async def take(self, raw: Mapping[str, Any]) -> None:
        """Answer one event; when this returns the answer is committed."""
        message = read_event(raw)
        if message is None:
            return
        handled: Handled = await self._conversation.handle(message)
        if not handled.repeated:
            self._delivery.push(handled.replies)

    async def poll(self) -> None:
        """Fetch events one by one until cancelled; 408 says that there is none."""
        webhook = True
        await self._begin()
        while True:
            try:
                if webhook:
                    await self._call("deleteWebhook")
                    webhook = False
                raw = await self._call("getUpdates", POLL_SECONDS + 15, timeout=str(POLL_SECONDS))
                if isinstance(raw, dict):
                    await self._insist(raw)
            except _Refused as error:
                await self._note(error if error.code != IDLE else None)
                if error.code != IDLE:
                    log.warning("zalo_bot_polling_failed", code=error.code)
                    await asyncio.sleep(RETRY_SECONDS if error.code == NO_TOKEN else 1)
            except Exception as error:
                log.warning("zalo_bot_polling_failed", reason=type(error).__name__)
                await asyncio.sleep(1)

    async def _insist(self, raw: Mapping[str, Any]) -> None:
        """Take an event, and retry until that works, since getUpdates gives each event only once.

        The event is first written to a file: if this process ends before the answer, the next one takes it.
        """
        await asyncio.to_thread(self._write, raw)
        while True:
            try:
                await self.take(raw)
            except Exception as error:
                log.warning("zalo_bot_event_not_taken", reason=type(error).__name__)
                await asyncio.sleep(1)
            else:
                await asyncio.to_thread(self._fetched.unlink, missing_ok=True)
                return

    def _write(self, raw: Mapping[str, Any]) -> None:
        try:
            with whole(self._fetched, PRIVATE) as file:
                file.write_text(json.dumps(raw), "utf-8")
        except OSError as error:
            log.error("zalo_bot_event_not_kept", reason=str(error))

    async def _begin(self) -> None:
        """Load whether the token was refused before, and take the event that an earlier process did not answer."""
        try:
            await self._notes.load()
        except Exception:
            log.exception("zalo_bot_not_noted")
        try:
            raw = json.loads(await asyncio.to_thread(self._fetched.read_bytes))
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            log.error("zalo_bot_event_not_read", reason=type(error).__name__)
            return
        if isinstance(raw, dict):
            await self._insist(raw)

    async def register(self, address: str) -> None:
        """Tell the platform the address of the webhook, and retry until that works."""
        await self._begin()
        while True:
            try:
                await self._call("setWebhook", url=address, secret_token=self._secret)
            except (_Refused, aiohttp.ClientError, TimeoutError, ValueError) as error:
                if isinstance(error, _Refused):
                    await self._note(error)
                log.error("zalo_bot_out_of_reach", reason=type(error).__name__, retry_seconds=RETRY_SECONDS)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return

    async def receive(self, request: http.Request) -> http.StreamResponse:
        """POST /zalo-bot/webhook: one event. Answered after its reply is committed; 401 without the secret."""
        given = request.headers.get("X-Bot-Api-Secret-Token", "")
        if not self._secret or not hmac.compare_digest(given.encode("utf-8", "replace"), self._secret.encode()):
            return http.Response(status=401)
        body = await request.read()
        try:
            raw = json.loads(body or b"{}")
        except (ValueError, RecursionError):
            return http.Response(status=400)
        if not isinstance(raw, dict):
            return http.Response(status=400)
        await self.take(raw)
        return http.Response()

    async def close(self) -> None:
        """Close the connections to the platform."""
        if self._opened:
            await self._opened.close()
