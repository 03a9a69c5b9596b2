"""Zalo Official Accounts, both directions: signed events to messages, replies to calls of message/cs."""

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path, PurePath
from typing import Any, TypeVar

import structlog
from aiohttp import web as http
from prometheus_client import Counter

import locales
from bot.channels.delivery import Pushing, SendError
from bot.channels.zalo_api import PAUSES, OutOfReach, Refused, ZaloApi
from bot.channels.zalo_tokens import NoToken, Tokens
from bot.channels.zalo_wire import (
    CHANNEL,
    NEWEST,
    OLDEST,
    TRAITS,
    Event,
    incoming,
    moment,
    read_event,
    signed_by,
    stamp_of,
    write_file,
    write_picture,
    write_reply,
)
from bot.nursery import Nursery
from handlers.messages import Attachment, Reply, Text
from handlers.ports import Chat, Files, NoFile, Outgoing
from handlers.shell import Conversation
from handlers.wording import say
from reports.data_requests import carried_out_at_once
from storage.store import SqlStore

__all__ = ["CHANNEL", "TRAITS", "VERIFIER", "Zalo", "verifier"]

VERIFIER = r"/{name:zalo_verifier[A-Za-z0-9_-]*\.html}"

SEND = "/v3.0/oa/message/cs"
UPLOADED = frozenset((".pdf", ".doc", ".docx", ".csv"))
PICTURES = frozenset((".jpg", ".jpeg", ".png"))
MAX_FILE, MAX_PICTURE = 5_000_000, 1_000_000
# Messages are free for so long after the person's last one.
FREE = timedelta(hours=48)
# Zalo wants its answer within two seconds.
ANSWER_SECONDS = 1.5
MOST_UNFINISHED = 5000
ATTEMPTS = 12
OPERATOR_SECONDS = 60.0
MOST_HEARD = 50_000
CHARGED = Counter("motcua_zalo_charged_total", "Messages for which Zalo named no quota: they cost", ["account"])
T = TypeVar("T")
log = structlog.get_logger(__name__)


def verifier(folder: Path) -> Callable[[http.Request], Awaitable[http.StreamResponse]]:
    """GET /zalo_verifier….html: the file that proves to Zalo whose the domain is, from a folder; 404 without it."""

    async def show(request: http.Request) -> http.StreamResponse:
        path = folder / request.match_info["name"]
        if not path.is_file():
            raise http.HTTPNotFound
        return http.FileResponse(path)

    return show


class Zalo:
    """The running channel. `accounts` are the ids of the accounts with the codes of the units they speak for.

    A person is known by their id in the first account, in others by `account:id`.
    """

    def __init__(
        self,
        conversation: Conversation,
        store: SqlStore,
        nursery: Nursery,
        delivery: Pushing,
        files: Files,
        api: ZaloApi,
        tokens: Tokens,
        clock: Callable[[], datetime],
        accounts: Mapping[str, str],
        *,
        app_id: str,
        secret: str,
        signature: str,
        silence: timedelta,
        paid: bool,
        files_at: str,
    ) -> None:
        self._conversation = conversation
        self._store = store
        self._nursery = nursery
        self._delivery = delivery
        self._files = files
        self._api = api
        self._tokens = tokens
        self._clock = clock
        self._accounts = accounts
        self._app_id = app_id
        self._secret = secret
        self._signature = signature
        self._silence = silence
        self._paid = paid
        self._files_at = files_at
        self._first = next(iter(accounts))
        self._logged: set[str] = set()
        self._unfinished = 0
        # When each chat was last heard here, and the silences, where no other process can begin one.
        self._heard: OrderedDict[str, datetime] = OrderedDict()
        self._silent: dict[str, datetime] | None = None

    async def keep_tokens(self) -> None:
        """Keep the tokens of all accounts fresh, until cancelled."""
        await asyncio.gather(*(self._tokens.keep(account) for account in self._accounts))

    async def receive(self, request: http.Request) -> http.StreamResponse:
        """POST /zalo/webhook: one event. Answered after its reply is committed, or after a while; 401 if not signed."""
        body = await request.read()
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            return http.Response(status=400)
        if not isinstance(raw, dict):
            return http.Response(status=400)
        header = request.headers.get("X-ZEvent-Signature", "")
        if not header and "event_name" not in raw:
            return http.Response()  # the probe when the address is saved
        at = self._signed_at(body, raw, header, request.headers.get("X-ZEvent-Timestamp", ""))
        if at is None:
            return http.Response(status=401)
        event = read_event(raw, at)
        if event is None:
            return http.Response()
        if event.account not in self._accounts:
            log.info("zalo_foreign_account", what=event.what)  # the console's test among them
            return http.Response()
        if self._unfinished >= MOST_UNFINISHED:
            return http.Response(status=503)
        await self._taken(event)
        return http.Response()

    def _signed_at(self, body: bytes, raw: Mapping[str, Any], header: str, header_stamp: str) -> datetime | None:
        """Return the moment that a signature vouches for; None where it is wrong, or too old to be a repeat."""
        stamps = {place: stamp for place, stamp in (("body", stamp_of(raw)), ("header", header_stamp)) if stamp}
        found = signed_by(body, header, self._app_id, self._accounts, self._secret, stamps)
        wanted = [one for one in found if self._signature in ("any", one)]
        if not wanted:
            log.warning("zalo_not_signed", matched=found, signed=bool(header))
            return None
        if wanted[0] not in self._logged:
            self._logged.add(wanted[0])
            log.info("zalo_signature", matched=wanted[0])
        at, now = moment(stamps[wanted[0].partition("-")[2]]), self._clock()
        if at is None or not now - OLDEST <= at <= now + NEWEST:
            log.warning("zalo_timestamp_refused", age=str(now - at) if at else "")
            return None
        return at

    async def _taken(self, event: Event) -> None:
        """Wait until what an event asks for is committed, not longer than Zalo does: then it goes on by itself."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def work() -> None:
            self._unfinished += 1
            try:
                await self._insist(event)
            finally:
                self._unfinished -= 1
                done.set_result(None)

        self._nursery.start(work(), name="zalo-event")
        await asyncio.wait({done}, timeout=ANSWER_SECONDS)

    async def _insist(self, event: Event) -> None:
        pause = 0.2
        for _ in range(ATTEMPTS):
            try:
                await self._take(event)
            except Exception:
                log.exception("zalo_event_not_taken", what=event.what)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 30)
            else:
                return
        log.error("zalo_event_given_up", what=event.what)

    async def _take(self, event: Event) -> None:
        address = event.user if event.account == self._first else f"{event.account}:{event.user}"
        if event.what == "takeover":
            await self._be_silent(address, event.at + self._silence)
        elif event.what == "erasure":
            await self._erase(address, event)
        else:
            await self._answer(address, event)

    async def _answer(self, address: str, event: Event) -> None:
        message = incoming(event, address, self._accounts[event.account])
        if event.what == "greeting":
            (known,) = await self._store.recall([message])
            if known.session.greeted or known.session.survey:
                return
        if await self._is_silent(address, event.at):
            return
        await self._resume(address)
        handled = await self._conversation.handle(message)
        if not handled.repeated:
            self._delivery.push(handled.replies)

    async def _resume(self, address: str) -> None:
        """Note that a person wrote; what could not be sent before goes first now."""
        now = self._clock()
        before = self._heard.get(address)
        if before is None or now - before > FREE - timedelta(hours=1):
            async with self._store.transaction() as tx:
                if count := await tx.resume(CHANNEL, address):
                    log.info("zalo_resumed", replies=count)
        self._heard[address] = now
        self._heard.move_to_end(address)
        if len(self._heard) > MOST_HEARD:
            self._heard.popitem(last=False)

    async def _silences(self) -> dict[str, datetime]:
        if self._silent is None or not self._store.single_process:
            async with self._store.reading() as tx:
                self._silent = await tx.silences(CHANNEL)
        return self._silent

    async def _be_silent(self, address: str, until: datetime) -> None:
        """A person writes from Zalo's own page: leave the chat to them for a while."""
        if not self._silence or (await self._silences()).get(address, until) > until:
            return
        async with self._store.transaction() as tx:
            await tx.keep_silence(CHANNEL, address, until)
        (await self._silences())[address] = until

    async def _is_silent(self, address: str, at: datetime) -> bool:
        """Tell whether a person has the chat; the assistant that comes back says so first."""
        until = (await self._silences()).get(address)
        if until is None:
            return False
        if at < until:
            return True
        async with self._store.transaction() as tx:
            if await tx.end_silence(CHANNEL, address):
                back = Reply(say(locales.DEFAULT, "greeting.back"))
                await tx.enqueue(Chat(CHANNEL, address), [back], self._clock(), pushed=True)
        (await self._silences()).pop(address, None)
        return False

    async def _erase(self, address: str, event: Event) -> None:
        """A person withdrew their consent: delete what is stored, and enter that in the register, once."""
        now = self._clock()
        told = hashlib.sha256(f"{address} {event.at.isoformat()}".encode()).hexdigest()
        async with self._store.transaction() as tx:
            if await tx.note_event(CHANNEL, f"erasure:{told}", now):
                await tx.erase(CHANNEL, address, now.date())
                await tx.add_request(carried_out_at_once("erase", now.date()))
        self._heard.pop(address, None)
        (await self._silences()).pop(address, None)

    async def send(self, outgoing: Outgoing) -> None:
        """Send one reply, or raise SendError. A file is a reply of its own."""
        account, _, user = outgoing.user.rpartition(":")
        account = account or self._first
        if account not in self._accounts:
            raise SendError("the account is not in ZALO_OA_ID", retryable=False)
        try:
            if not await self._is_free(account, user, outgoing.user):
                raise SendError("48 hours without a message", retryable=False, aside=True)
            data = await self._with_token(account, lambda token: self._sent(token, user, outgoing))
        except Refused as error:
            raise self._refusal(error, account, outgoing.user) from error
        except NoToken as error:
            log.error("zalo_needs_operator", account=account, what=str(error))
            raise SendError("no token", retryable=True, retry_after=OPERATOR_SECONDS) from error
        except OutOfReach as error:
            raise SendError(f"out of reach: {error}", retryable=True) from error
        if not data.get("quota"):
            CHARGED.labels(account).inc()
            log.warning("zalo_charged", account=account, reply=outgoing.id)

    def _refusal(self, error: Refused, account: str, address: str) -> SendError:
        if error.remedy in ("operator", "token"):
            log.error("zalo_needs_operator", account=account, code=error.code, reason=str(error))
            return SendError(str(error), retryable=True, retry_after=OPERATOR_SECONDS)
        if error.remedy == "window":
            self._heard.pop(address, None)
            return SendError(str(error), retryable=False, aside=True)
        again = error.remedy == "again"
        return SendError(str(error), retryable=again, retry_after=PAUSES.get(error.code or 0))

    async def _with_token(self, account: str, work: Callable[[str], Awaitable[T]]) -> T:
        token = await self._tokens.access(account)
        try:
            return await work(token)
        except Refused as error:
            if error.remedy != "token":
                raise
        return await work(await self._tokens.renewed(account, token))

    async def _is_free(self, account: str, user: str, address: str) -> bool:
        """Whether a message costs nothing now; where we did not hear the person lately, Zalo is asked."""
        if self._paid:
            return True
        heard, now = self._heard.get(address), self._clock()
        if heard is None:
            async with self._store.reading() as tx:
                heard = await tx.last_turn(CHANNEL, address)
        if heard and now - heard < FREE:
            return True
        try:
            asked = {"user_id": user}
            data = await self._with_token(account, lambda token: self._api.call("/v3.0/oa/quota/message", token, asked))
        except (Refused, OutOfReach) as error:
            log.info("zalo_quota_not_known", reason=str(error))
            return False
        last = moment(str(data.get("last_interaction", "")))
        return last is not None and now - last < FREE

    async def _sent(self, token: str, user: str, outgoing: Outgoing) -> dict[str, Any]:
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

    async def _uploaded(self, token: str, user: str, file: Attachment, content: bytes) -> dict[str, Any]:
        """Upload what Zalo takes; the rest (workbooks, what is too large) becomes a link."""
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

    async def close(self) -> None:
        """Close the connections to Zalo."""
        await self._api.close()
