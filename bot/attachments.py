"""The bytes of attachments: made when they are sent or opened, for readers who may have them."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

import structlog

from handlers.ports import Addressee, Membership, NoFile, Tx
from handlers.rights import may_see
from handlers.world import World
from reports import documents, periods
from reports.attached import Source, read_source
from reports.compiling import statement_of
from reports.dossier_figures import DossierCounts
from reports.statements import Statement

KEPT_BYTES = 20_000_000
log = structlog.get_logger(__name__)


class StatementsTx(Tx, DossierCounts, Protocol):
    """A transaction that also knows kept statements."""

    async def statement(self, identifier: int) -> Statement | None:
        """Return a kept statement."""


class StatementsStore(Protocol):
    """A store whose transactions know kept statements."""

    def reading(self) -> AbstractAsyncContextManager[StatementsTx]:
        """Open a transaction for reading alone."""

    def transaction(self) -> AbstractAsyncContextManager[StatementsTx]:
        """Open a writing transaction."""


class Attachments:
    """Makes documents, one at a time and in a thread. Those of kept statements are remembered for the next reader."""

    def __init__(self, store: StatementsStore, world: Callable[[], World], clock: Callable[[], datetime]) -> None:
        self._store = store
        self._world = world
        self._clock = clock
        self._made: OrderedDict[str, bytes] = OrderedDict()
        # One chart for fifty members: who comes second finds what the first had made.
        self._making = asyncio.Lock()

    async def content(self, source: str, reader: Addressee) -> bytes:
        """Return the bytes that an attachment's source stands for, for a reader who may have them; else NoFile.

        Rights are those of now: who left the staff gets nothing that waits or is opened later.
        """
        wanted = read_source(source)
        if wanted is None or wanted.kind not in documents.MAKERS:
            raise NoFile("an attachment of an unknown kind")
        async with self._making:
            statement = await self._statement(wanted, reader)
            if (known := self._made.get(source)) is not None:
                self._made.move_to_end(source)
                return known
            try:
                made = await asyncio.to_thread(documents.make, wanted.kind, statement)
            except Exception as error:
                log.exception("document_not_made", source=source)
                raise NoFile("a document cannot be made") from error
            if wanted.statement:
                self._remember(source, made)
            return made

    async def _statement(self, wanted: Source, reader: Addressee) -> Statement:
        """Return what a document is made from, after a look at the reader's rights."""
        if not wanted.statement:
            return await self._live(wanted, reader)
        async with self._store.reading() as tx:
            member = await tx.membership(reader.channel, reader.user)
            statement = await tx.statement(wanted.statement)
        if statement is None:
            raise NoFile("the statement of an attachment is gone")
        self._check(member, statement.report.unit)
        return statement

    async def _live(self, wanted: Source, reader: Addressee) -> Statement:
        # A period that is over meanwhile is kept as it is compiled, which writes.
        async with self._store.transaction() as tx:
            member = self._check(await tx.membership(reader.channel, reader.user), wanted.unit)
            period = periods.parse(wanted.period)
            below = member.role == "admin"
            return await statement_of(tx, self._world(), wanted.unit, period, self._clock(), below=below)

    def _check(self, member: Membership | None, unit: str) -> Membership:
        if member is None or not may_see(self._world(), member, unit):
            raise NoFile("the reader may not see this unit")
        return member

    def _remember(self, source: str, made: bytes) -> None:
        self._made[source] = made
        while sum(map(len, self._made.values())) > KEPT_BYTES:
            self._made.popitem(last=False)
