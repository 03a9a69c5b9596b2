"""What goes out to Zalo: texts, files and reactions, within the pace, the free time and the rights of an account."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import PurePath
from typing import Any, TypeVar

import structlog
from prometheus_client import Counter

import locales
from bot.channels.delivery import SendError
from bot.channels.zalo.api import PAUSES, OutOfReach, Refused, ZaloApi
from bot.channels.zalo.chats import FREE, Chats
from bot.channels.zalo.notes import Notes
from bot.channels.zalo.pace import Pace
from bot.channels.zalo.tokens import NoToken, Tokens
from bot.channels.zalo.wire import (
    GROUP,
    is_group,
    moment,
    write_file,
    write_group_reply,
    write_picture,
    write_reaction,
    write_reply,
)
from handlers.messages import Attachment, Reply, Text
from handlers.ports import Files, NoFile, Outgoing
from handlers.wording import say

SEND, SEND_GROUP, REACT = "/v3.0/oa/message/cs", "/v3.0/oa/group/message", "/v2.0/oa/message"
UPLOADED = frozenset((".pdf", ".doc", ".docx", ".csv"))
PICTURES = frozenset((".jpg", ".jpeg", ".png"))
MAX_FILE, MAX_PICTURE = 5_000_000, 1_000_000
OPERATOR_SECONDS = 60.0
# After "too many calls" no other call of the account is made for a moment.
TOO_MANY, HOLD_SECONDS = -32, 2.0
# The longest that a reply is held before it is sent: after that another process may have taken it over.
MOST_HELD = 3.0
MOST_PLACES = 20_000
CHARGED = Counter("motcua_zalo_charged_total", "Messages for which Zalo named no quota: they cost", ["account"])
T = TypeVar("T")
log = structlog.get_logger(__name__)


class Sending:
    """Sends replies of all accounts. `paid`: also those that Zalo charges for; `files_at`: address of files."""

    def __init__(
        self,
        api: ZaloApi,
        tokens: Tokens,
        chats: Chats,
        files: Files,
        notes: Notes,
        pace: Pace,
        clock: Callable[[], datetime],
        *,
        paid: bool,
        files_at: str,
    ) -> None:
        self._api = api
        self._tokens = tokens
        self._chats = chats
        self._files = files
        self._notes = notes
        self._pace = pace
        self._clock = clock
        self._paid = paid
        self._files_at = files_at
        # When each reply that had to wait may be sent, by the event loop's time.
        self._places: OrderedDict[int, float] = OrderedDict()

    async def send(self, account: str, user: str, outgoing: Outgoing) -> None:
        """Send one reply, or raise SendError. Each file is a separate reply."""
        try:
            in_group = is_group(outgoing.user)
            if not in_group and not await self._is_free(account, user, outgoing.user):
                self._chats.set_aside(outgoing.user)
                raise SendError("48 hours without a message", retryable=False, waits=True)
            await self._wait_for_turn(account, outgoing.id)
            data = await self._with_token(account, lambda token: self._sent(token, user, outgoing))
        except Refused as error:
            raise await self._refusal(error, account, outgoing.user) from error
        except NoToken as error:
            await self._notes.trouble(account, "consent", str(error))
            raise SendError("no token", retryable=True, retry_after=OPERATOR_SECONDS) from error
        except OutOfReach as error:
            raise SendError(f"out of reach: {error}", retryable=True) from error
        await self._note_sent(account, charged=not in_group and not data.get("quota"))

    async def react(self, account: str, user: str, message: str, icon: str) -> None:
        """React to a person's message to show that it was received, if that delays no other call; tried once."""
        if not self._pace.take_spare(account):
            return
        body = write_reaction(user, message, icon)
        try:
            await self._api.call(REACT, await self._tokens.access(account), body)
        except (Refused, OutOfReach, NoToken) as error:
            log.info("zalo_not_reacted", reason=str(error))

    async def _note_sent(self, account: str, *, charged: bool) -> None:
        """Note what a sent message shows about its account; failures are only logged, or it would be sent again."""
        if charged:
            CHARGED.labels(account).inc()
        try:
            await self._notes.works(account)
            if charged:
                await self._notes.charged(account, wanted=self._paid)
        except Exception:
            log.exception("zalo_not_noted", account=account, charged=charged)

    async def _wait_for_turn(self, account: str, reply: int) -> None:
        """Wait until the pace allows a reply; if that is far off, keep its time and raise SendError to retry then."""
        loop = asyncio.get_running_loop()
        due = self._places.pop(reply, None)
        if due is None:
            due = loop.time() + self._pace.take(account)
        ahead = due - loop.time()
        if ahead > MOST_HELD:
            self._places[reply] = due
            if len(self._places) > MOST_PLACES:
                self._places.popitem(last=False)
            raise SendError("the pace", retryable=True, retry_after=ahead - MOST_HELD / 2)
        await asyncio.sleep(ahead)

    async def _refusal(self, error: Refused, account: str, address: str) -> SendError:
        if error.remedy in ("operator", "token"):
            await self._notes.trouble(account, f"code{error.code}", str(error))
            return SendError(str(error), retryable=True, retry_after=OPERATOR_SECONDS)
        if error.remedy == "window":
            self._chats.set_aside(address)
            return SendError(str(error), retryable=False, waits=True)
        pause = PAUSES.get(error.code or 0)
        if error.code == TOO_MANY:
            self._pace.hold(account, HOLD_SECONDS)
        return SendError(str(error), retryable=error.remedy == "again", retry_after=pause)

    async def _with_token(self, account: str, work: Callable[[str], Awaitable[T]]) -> T:
        token = await self._tokens.access(account)
        try:
            return await work(token)
        except Refused as error:
            if error.remedy != "token":
                raise
        return await work(await self._tokens.renewed(account, token))

    async def _is_free(self, account: str, user: str, address: str) -> bool:
        """Tell whether a message is free now or may cost; if the person was not heard lately, Zalo is asked."""
        if self._paid or await self._chats.wrote_lately(address):
            return True
        try:
            asked = {"user_id": user}
            data = await self._with_token(account, lambda token: self._api.call("/v3.0/oa/quota/message", token, asked))
        except (Refused, OutOfReach) as error:
            log.info("zalo_quota_not_known", reason=str(error))
            return False
        last = moment(str(data.get("last_interaction", "")))
        return last is not None and self._clock() - last < FREE

    async def _sent(self, token: str, user: str, outgoing: Outgoing) -> dict[str, Any]:
        if is_group(outgoing.user):
            return await self._api.call(SEND_GROUP, token, self._to_group(user, outgoing.reply))
        if not outgoing.reply.files:
            return await self._api.call(SEND, token, write_reply(user, outgoing.reply))
        (file,) = outgoing.reply.files
        try:
            content = await self._files.content(file.source, outgoing)
        except NoFile:
            missing = Text.lines((file.alt, say(locales.DEFAULT, "staff.file_missing", name=file.name)))
            return await self._api.call(SEND, token, write_reply(user, Reply(missing)))
        except Exception as error:
            raise OutOfReach(f"file: {type(error).__name__}") from error
        return await self._api.call(SEND, token, await self._uploaded(token, user, file, content))

    def _to_group(self, group: str, reply: Reply) -> dict[str, Any]:
        links = tuple((file.alt or file.name, file.address or self._files_at) for file in reply.files)
        return write_group_reply(group.removeprefix(GROUP), replace(reply, files=(), links=(*reply.links, *links)))

    async def _uploaded(self, token: str, user: str, file: Attachment, content: bytes) -> dict[str, Any]:
        """Upload a file that Zalo takes; any other (a workbook, a file that is too large) becomes a link."""
        kind = PurePath(file.name).suffix.lower()
        if kind in PICTURES and len(content) <= MAX_PICTURE:
            data = await self._api.upload("/v2.0/oa/upload/image", token, file.name, content)
            return write_picture(user, str(data.get("attachment_id", "")), file.alt)
        if kind in UPLOADED and len(content) <= MAX_FILE:
            data = await self._api.upload("/v2.0/oa/upload/file", token, file.name, content)
            return write_file(user, str(data.get("token", "")))
        return write_reply(
            user, Reply(Text.of(file.alt or file.name), links=((file.name, file.address or self._files_at),))
        )
