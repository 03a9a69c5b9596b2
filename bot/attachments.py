"""The bytes of attachments: made when they are sent or opened, for readers who may have them."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

import structlog

from bot.workshop import NotMade, Workshop
from handlers.ports import Addressee, Membership, NoFile, Tx
from handlers.rights import may_see
from handlers.world import World
from reports import documents, periods
from reports.attached import Source, read_source
from reports.compiling import StatementsTx, statement_of, with_trend
from reports.documents.details import DEFAULT, details_of, kept_details
from reports.statements import Statement
from reports.trend import DayCounts

KEPT_BYTES = 20_000_000
log = structlog.get_logger(__name__)


class FilesTx(Tx, StatementsTx, DayCounts, Protocol):
    """A transaction that also knows kept statements."""

    async def statement(self, identifier: int) -> Statement | None:
        """Return a kept statement."""

    async def keep_facts(self, identifier: int, facts: str) -> str:
        """Keep what a statement's documents say beside its figures, unless that is known."""

    async def cases_between(self, units: Sequence[str], first: date, last: date) -> tuple[int, int]:
        """Count the cases of a period: received, handled."""


class FilesStore(Protocol):
    """A store whose transactions know kept statements."""

    def reading(self) -> AbstractAsyncContextManager[FilesTx]:
        """Open a transaction for reading alone."""

    def transaction(self) -> AbstractAsyncContextManager[FilesTx]:
        """Open a writing transaction."""


class Attachments:
    """Makes documents, one at a time and in a process apart. Those of kept statements are remembered."""

    def __init__(
        self,
        store: FilesStore,
        world: Callable[[], World],
        clock: Callable[[], datetime],
        data_dir: Path,
        place: str = "",
    ) -> None:
        self._store = store
        self._world = world
        self._clock = clock
        self._data_dir = data_dir
        self._place = place
        self._workshop = Workshop()
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
        statement, cases = await self._figures(wanted, reader)
        if known := self._known(source):
            return known
        async with self._making:
            if known := self._known(source):
                return known
            try:
                made = await self._make(wanted.kind, statement, cases)
            except Exception as error:
                log.exception("document_not_made", source=source)
                raise NoFile("a document cannot be made") from error
            if wanted.statement:
                self._remember(source, made)
            return made

    async def document(self, kind: str, statement: Statement, cases: tuple[int, int]) -> bytes:
        """Return a document of a statement and of the cases beside it.

        TemplateUnusable where a unit's own template is wrong, NoFile where making it takes too long.
        """
        try:
            return await self._make(kind, statement, cases)
        except NotMade as error:
            log.exception("document_not_made", kind=kind)
            raise NoFile(str(error)) from error

    async def close(self) -> None:
        """End the process that makes documents."""
        await self._workshop.close()

    def _known(self, source: str) -> bytes | None:
        known = self._made.get(source)
        if known is not None:
            self._made.move_to_end(source)
        return known

    async def _figures(self, wanted: Source, reader: Addressee) -> tuple[Statement, tuple[int, int]]:
        """Return the statement, and the cases beside it, after a look at the reader's rights."""
        # A period that is over since it was asked for is kept as it is compiled, which writes.
        async with self._store.reading() if wanted.statement else self._store.transaction() as tx:
            member = await tx.membership(reader.channel, reader.user)
            statement = await self._statement(tx, wanted, member)
            report, world = statement.report, self._world()
            member = self._allowed(member, report.unit)
            if statement.below and member.role != "admin" and len(world.below(report.unit)) > 1:
                raise NoFile("the reader may see the unit alone")
            units = world.below(report.unit) if member.role == "admin" else [report.unit]
            return statement, await tx.cases_between(units, report.period.first, report.period.last)

    async def _statement(self, tx: FilesTx, wanted: Source, member: Membership | None) -> Statement:
        if wanted.statement:
            kept = await tx.statement(wanted.statement)
            if kept is None:
                raise NoFile("the statement of an attachment is gone")
            return kept
        below = self._allowed(member, wanted.unit).role == "admin"
        period = periods.parse(wanted.period)
        return await statement_of(tx, self._world(), wanted.unit, period, self._clock(), below=below)

    async def _make(self, kind: str, statement: Statement, cases: tuple[int, int]) -> bytes:
        if kind not in documents.BESIDE:
            return await self._workshop.make(kind, statement, DEFAULT)
        async with self._store.reading() as tx:
            statement = await with_trend(tx, self._world(), statement, self._clock())
        report = statement.report
        asked = (self._world(), report.unit, self._data_dir, self._place, cases, report.period.last)
        current = await asyncio.to_thread(details_of, *asked)
        statement, details = await kept_details(self._store, statement, current)
        return await self._workshop.make(kind, statement, details)

    def _allowed(self, member: Membership | None, unit: str) -> Membership:
        if member is None or not may_see(self._world(), member, unit):
            raise NoFile("the reader may not see this unit")
        return member

    def _remember(self, source: str, made: bytes) -> None:
        self._made[source] = made
        while sum(map(len, self._made.values())) > KEPT_BYTES:
            self._made.popitem(last=False)
