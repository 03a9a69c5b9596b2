"""Events that Zalo posts: proved by signature, kept until answered, and taken in the order of each chat."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import structlog
from aiohttp import web as http

from bot.channels.zalo.event_files import EventFiles
from bot.channels.zalo.wire import NEWEST, OLDEST, Event, known_stamp, moment, read_event, signed_by, stamp_of
from bot.nursery import Nursery
from storage.database.unusable import DatabaseUnusable

VERIFIER = r"/{name:zalo_verifier[A-Za-z0-9_-]*\.html}"
# Zalo wants a response within two seconds: an event whose answer takes longer is first written to a file.
PROMPT_SECONDS, ANSWER_SECONDS = 0.6, 1.5
MOST_UNFINISHED = 5000
ATTEMPTS = 12
LONGEST_PAUSE = 30.0
log = structlog.get_logger(__name__)


def verifier(folder: Path) -> Callable[[http.Request], Awaitable[http.StreamResponse]]:
    """GET /zalo_verifier….html: the file in `folder` that proves to Zalo who owns the domain; 404 without it."""

    async def show(request: http.Request) -> http.StreamResponse:
        path = folder / request.match_info["name"]
        if not path.is_file():
            raise http.HTTPNotFound
        return http.FileResponse(path)

    return show


class Signatures:
    """Checks that Zalo signed an event. `wanted`: the variant of the signature that counts, or "any"."""

    def __init__(
        self, app_id: str, accounts: Mapping[str, str], secret: str, wanted: str, clock: Callable[[], datetime]
    ) -> None:
        self._app_id = app_id
        self._accounts = accounts
        self._secret = secret
        self._wanted = wanted
        self._clock = clock
        self.seen: set[str] = set()

    def moment(self, body: bytes, raw: Mapping[str, Any], headers: Mapping[str, str]) -> datetime | None:
        """Return the signed time of an event; None if the signature is wrong, or the time too old for a repeat."""
        header = headers.get("X-ZEvent-Signature", "")
        places = (("body", stamp_of(raw)), ("header", known_stamp(headers.get("X-ZEvent-Timestamp"))))
        stamps = {place: stamp for place, stamp in places if stamp}
        found = signed_by(body, header, self._app_id, self._accounts, self._secret, stamps)
        wanted = [one for one in found if self._wanted in ("any", one)]
        if not wanted:
            log.warning("zalo_not_signed", matched=found, signed=bool(header))
            return None
        if wanted[0] not in self.seen:
            self.seen.add(wanted[0])
            log.info("zalo_signature", matched=wanted[0])
        at, now = moment(stamps[wanted[0].partition("-")[2]]), self._clock()
        if at is None or not now - OLDEST <= at <= now + NEWEST:
            log.warning("zalo_timestamp_refused", age=str(now - at) if at else "")
            return None
        return at


class Webhook:
    """Takes events, those of a chat one after the other.

    `take` answers an event: when it returns, the answer is committed. `delayed` is called for events that take longer.
    """

    def __init__(
        self,
        signatures: Signatures,
        accounts: Mapping[str, str],
        files: EventFiles,
        nursery: Nursery,
        take: Callable[[Event], Awaitable[None]],
        delayed: Callable[[Event], None],
    ) -> None:
        self._signatures = signatures
        self._accounts = accounts
        self._files = files
        self._nursery = nursery
        self._take = take
        self._delayed = delayed
        self._unfinished = 0
        self._kept: set[Event] = set()
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def receive(self, request: http.Request) -> http.StreamResponse:
        """POST /zalo/webhook: one event. 200 once its answer is committed or the event is written to a file.

        401 if not signed, 503 if nothing can be kept; then Zalo sends it again.
        """
        body = await request.read()
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            return http.Response(status=400)
        if not isinstance(raw, dict):
            return http.Response(status=400)
        if not request.headers.get("X-ZEvent-Signature") and "event_name" not in raw:
            return http.Response()  # the probe when the address is saved
        at = self._signatures.moment(body, raw, request.headers)
        if at is None:
            return http.Response(status=401)
        event = read_event(raw, at)
        if event is None:
            return http.Response()
        if event.group and not event.account and len(self._accounts) == 1:
            event = replace(event, account=next(iter(self._accounts)))
        if event.account not in self._accounts:
            log.info("zalo_foreign_account", what=event.what)  # also the test in Zalo's console
            return http.Response()
        if self._unfinished >= MOST_UNFINISHED:
            return http.Response(status=503)
        return http.Response(status=200 if await self._is_safe(event) else 503)

    async def take_up(self, now: datetime) -> None:
        """Start on the events that an earlier process wrote to files and did not answer."""
        try:
            left = await self._files.left(now)
        except OSError as error:
            log.error("zalo_events_not_read", reason=str(error))
            return
        left = [event for event in left if event.account in self._accounts]
        for event in left:
            self._kept.add(event)
            self._start(event)
        if left:
            log.info("zalo_events_taken_up", events=len(left))

    async def _is_safe(self, event: Event) -> bool:
        """Answer an event, or if that takes too long write it to a file; returns whether either was done."""
        done = self._start(event)
        await asyncio.wait({done}, timeout=PROMPT_SECONDS)
        if done.done():
            return done.result()
        try:
            await self._files.keep(event)
        except OSError as error:
            log.error("zalo_event_not_kept", reason=str(error))
            await asyncio.wait({done}, timeout=ANSWER_SECONDS - PROMPT_SECONDS)
            return done.done() and done.result()
        if done.done() and done.result():
            await self._files.drop(event)
        else:
            self._kept.add(event)
            self._delayed(event)
        return True

    def _start(self, event: Event) -> asyncio.Future[bool]:
        """Work on an event in the background; the future tells whether it is answered."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        # Its place in the queue of its chat is taken now, in the order of arrival.
        turn = self._turns.setdefault((event.account, event.chat), asyncio.Lock())

        async def work() -> None:
            self._unfinished += 1
            answered = False
            try:
                async with turn:
                    answered = await self._insist(event)
            finally:
                self._unfinished -= 1
                done.set_result(answered)
            if answered:
                await self._finish(event)

        self._nursery.start(work(), name="zalo-event")
        return done

    async def _insist(self, event: Event) -> bool:
        """Take an event, and retry: without limit while the database is away, after other errors ATTEMPTS times."""
        pause, attempts = 0.2, 0
        while attempts < ATTEMPTS:
            try:
                await self._take(event)
            except Exception as error:
                log.exception("zalo_event_not_taken", what=event.what)
                attempts += not isinstance(error, DatabaseUnusable)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                return True
        log.error("zalo_event_given_up", what=event.what)
        return False

    async def _finish(self, event: Event) -> None:
        if event in self._kept:
            self._kept.discard(event)
            await self._files.drop(event)
