"""The way of a file until its preview is shown: received, fetched from its channel, read, compared with the catalog."""

import asyncio
import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import PurePath

import structlog

from catalog.entries import Entry
from catalog.files.limits import MOST_BYTES
from catalog.files.mistakes import shortened
from catalog.pending_files import Pending
from catalog.preview.packing import outlines, packed, unpacked
from catalog.preview.planning import FILES
from handlers.channel import Traits, pieces
from handlers.messages import Incoming, Reply, SentFile
from handlers.ports import Chat
from handlers.staff.catalog.confirming import Sender, generation
from handlers.staff.catalog.current_catalog import current_catalog
from handlers.staff.catalog.ports import CatalogStore, CatalogTx, Fetch, NotRead, Reader
from handlers.staff.catalog.replies import preview_reply, problem_reply, progress_reply
from handlers.staff.catalog.rights import leave_above, published_by, scope_of, scopes_above
from handlers.world import World

LIFE = timedelta(days=1)
# A file that is still not read by then was left by a process that ended.
LEFT = timedelta(seconds=150)
# Seconds of reading after which the sender is told how far it is.
PROGRESS = (5.0, 30.0)
_SOON = (0.05, 0.1, 0.2, 0.5, 1, 2, 5)
log = structlog.get_logger(__name__)


class Desk:
    """Takes files in and reads them, one at a time.

    `fetchers` fetch files by channel; `address` is that of the pages.
    """

    def __init__(
        self,
        store: CatalogStore,
        world: Callable[[], World],
        clock: Callable[[], datetime],
        channels: Mapping[str, Traits],
        reader: Reader,
        address: str,
    ) -> None:
        self._store = store
        self._world = world
        self._clock = clock
        self._channels = channels
        self._address = address
        self.reader = reader
        self.fetchers: dict[str, Fetch] = {}
        self._reading = asyncio.Lock()
        self._read_so_far: dict[str, int] = {}

    def refusal(self, file: SentFile) -> str:
        """Return why a file is not taken in: "kind", "empty" or "size"; "" if it is taken in."""
        kind = PurePath(file.name).suffix.lower()
        if kind not in FILES:
            return "kind"
        if not file.content and not file.source:
            return "empty"
        return "size" if file.size > MOST_BYTES else ""

    async def receive(
        self, tx: CatalogTx, unit: str, who: Sender, name: str, content: bytes = b"", source: str = ""
    ) -> Pending:
        """Keep a file as the one that a unit has under way, replacing an earlier one; `read_soon` then reads it."""
        now = self._clock()
        pending = Pending(
            unit=scope_of(self._world(), unit),
            token=secrets.token_hex(6),
            state="reading",
            file=PurePath(name).name,
            sha256=hashlib.sha256(content).hexdigest() if content else "",
            channel=who.channel,
            person=who.person,
            by_unit=who.unit,
            at=now,
            expires_at=now + LIFE,
            content=base64.b64encode(content).decode(),
            source=source,
        )
        await tx.keep_pending(pending)
        return pending

    def read_so_far(self, token: str) -> int:
        """Return how many rows were read of a file that this process is reading; 0 if that is not known yet."""
        return self._read_so_far.get(token, 0)

    async def read_soon(self, unit: str, token: str) -> None:
        """Read a file once its transaction is committed."""
        for pause in _SOON:
            await asyncio.sleep(pause)
            async with self._store.reading() as tx:
                pending = await tx.pending(unit, self._clock())
            if pending and pending.token == token:
                await self._read(pending)
                return

    async def read_left(self) -> int:
        """Read the files that other processes left unread; returns how many."""
        async with self._store.reading() as tx:
            left = [one for one in await tx.unread() if self._clock() - one.at > LEFT]
        for pending in left:
            await self._read(pending)
        return len(left)

    async def _read(self, pending: Pending) -> None:
        async with self._reading:
            made, base, problem = "", 0, ""
            progress = asyncio.create_task(self._tell_progress(pending))  # noqa: TID251 -- awaited below
            try:
                made, base = await self._made(pending)
            except NotRead as error:
                problem = str(error)
            finally:
                progress.cancel()
                with suppress(asyncio.CancelledError):
                    await progress
                self._read_so_far.pop(pending.token, None)
            await self._finish(pending, made, base, problem)

    async def _tell_progress(self, pending: Pending) -> None:
        """Tell the chat that sent a large file how many rows are read, at each of the moments in PROGRESS."""
        traits = self._channels.get(pending.channel)
        if traits is None or not pending.person:
            return
        before = 0.0
        for moment in PROGRESS:
            await asyncio.sleep(moment - before)
            before = moment
            if rows := self.read_so_far(pending.token):
                chat, said = Chat(pending.channel, pending.person), progress_reply(pending, rows)
                async with self._store.transaction() as tx:
                    await tx.enqueue(chat, pieces(traits, said), self._clock(), pushed=traits.pushed)

    def _seen(self, pending: Pending, rows: int) -> None:
        self._read_so_far[pending.token] = rows

    async def _made(self, pending: Pending) -> tuple[str, int]:
        content = base64.b64decode(pending.content) if pending.content else await self._fetched(pending)
        world = self._world()
        scopes = self.scopes(world, pending)
        async with self._store.reading() as tx:
            base = await generation(tx, scopes)
            known = await current_catalog(tx, scopes)
        made = await self.reader.preview(
            pending.file, content, outlines(known.whole.values()), own=known.own, seen=partial(self._seen, pending)
        )
        if known.above:
            made = await asyncio.to_thread(_left_above, made, known.above, published_by(world, pending.by_unit))
        return made, base

    async def _fetched(self, pending: Pending) -> bytes:
        content = await self.fetchers[pending.channel](pending.source)
        if len(content) > MOST_BYTES:
            raise NotRead(f"{pending.file}: tệp lớn hơn {MOST_BYTES // 1024 // 1024} MB.")
        digest = hashlib.sha256(content).hexdigest()
        async with self._store.transaction() as tx:
            await tx.fetched(pending.unit, pending.token, digest, base64.b64encode(content).decode())
        return content

    @staticmethod
    def scopes(world: World, pending: Pending) -> list[str]:
        """Return the catalog that a file changes and those under it."""
        return [pending.unit, *scopes_above(world, pending.by_unit)]

    async def _finish(self, pending: Pending, made: str = "", base: int = 0, problem: str = "") -> None:
        """Keep the result of reading, and tell the chat that sent the file; once, whichever process reads."""
        replies = await asyncio.to_thread(self._replies, pending, made, problem)
        async with self._store.transaction() as tx:
            if problem:
                kept = await tx.fail_pending(pending.unit, pending.token, problem)
            else:
                kept = await tx.show_pending(pending.unit, pending.token, base, made)
            traits = self._channels.get(pending.channel)
            if kept and traits and pending.person:
                chat = Chat(pending.channel, pending.person)
                cut = [piece for one in replies for piece in pieces(traits, one)]
                await tx.enqueue(chat, cut, self._clock(), pushed=traits.pushed)
        log.info("catalog_file_read", unit=pending.unit, channel=pending.channel, kept=kept, refused=bool(problem))

    def _replies(self, pending: Pending, made: str, problem: str) -> Sequence[Reply]:
        if problem:
            return [problem_reply(problem)]
        return [preview_reply(replace(pending, made=""), unpacked(made), f"{self._address}/staff/catalog")]


def _left_above(made: str, above: Mapping[str, Entry], publisher: str) -> str:
    found = unpacked(made)
    leave_above(found, above, publisher)
    return packed(found)


def sender_of(incoming: Incoming, unit: str) -> Sender:
    """Return who a message is from, acting for a unit."""
    return Sender(incoming.channel, incoming.user, unit)


def shown_name(name: str) -> str:
    """Return a file's name as replies show it."""
    return shortened(PurePath(name).name)
