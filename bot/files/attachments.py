"""The bytes of attachments: made when they are sent or opened, for readers who may have them."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

import structlog

from bot.files.workshop import NotMade, Workshop
from handlers.ports import Addressee, Membership, NoFile
from handlers.rights import may_see
from handlers.unit_settings.forms import stored_form
from handlers.world import World
from reports import documents, periods
from reports.bulletins.attachments import Source, read_source
from reports.documents.details import DEFAULT
from reports.documents.kept_details import DetailsTx, looked_up
from reports.statements.compiling import StatementsTx, statement_of
from reports.statements.scope import Scope
from reports.statements.statement import Statement

KEPT_BYTES = 20_000_000
log = structlog.get_logger(__name__)


class FilesTx(StatementsTx, DetailsTx, Protocol):
    """A transaction that also knows kept statements, and who belongs to the staff."""

    async def membership(self, channel: str, user: str) -> Membership | None:
        """Return the staff membership of a chat."""

    async def form_file(self, number: int) -> tuple[str, bytes] | None:
        """Return the name and the bytes of a form's file; None if there is none."""

    async def statement(self, identifier: int) -> Statement | None:
        """Return a kept statement."""


class FilesStore(Protocol):
    """A store whose transactions know kept statements."""

    def reading(self) -> AbstractAsyncContextManager[FilesTx]:
        """Open a transaction for reading alone."""

    def transaction(self) -> AbstractAsyncContextManager[FilesTx]:
        """Open a writing transaction."""


class Attachments:
    """Makes documents one at a time in a separate process. Those of stored statements are cached."""

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
        # Fifty members get one chart: it is made for the first and cached for the others.
        self._making = asyncio.Lock()

    async def content(self, source: str, reader: Addressee) -> bytes:
        """Return the bytes of an attachment by its source; NoFile if the reader may not have them.

        Rights are checked at this moment: a former member of staff gets neither a waiting file nor one opened later.
        A form to download is for everybody.
        """
        if (number := stored_form(source)) is not None:
            return await self._form(number)
        wanted = read_source(source)
        if wanted is None or wanted.kind not in documents.MAKERS:
            raise NoFile("an attachment of an unknown kind")
        statement = await self._figures(wanted, reader)
        if known := self._known(source):
            return known
        async with self._making:
            if known := self._known(source):
                return known
            try:
                made = await self._make(wanted.kind, statement)
            except Exception as error:
                log.exception("document_not_made", source=source)
                raise NoFile("a document cannot be made") from error
            if wanted.statement:
                self._remember(source, made)
            return made

    async def _form(self, number: int) -> bytes:
        async with self._store.reading() as tx:
            found = await tx.form_file(number)
        if found is None:
            raise NoFile("a form that is not stored")
        return found[1]

    async def document(self, kind: str, statement: Statement) -> bytes:
        """Return a document of a statement.

        Raises TemplateUnusable if the unit's own template is wrong, NoFile if making the document takes too long.
        """
        try:
            return await self._make(kind, statement)
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

    async def _figures(self, wanted: Source, reader: Addressee) -> Statement:
        """Return the statement; raises NoFile if the reader may not see it."""
        # A period that has ended since it was asked for is stored when compiled, which needs a writing transaction.
        async with self._store.reading() if wanted.statement else self._store.transaction() as tx:
            member = await tx.membership(reader.channel, reader.user)
            statement = await self._statement(tx, wanted, member)
            unit = statement.report.unit
            role = self._allowed(member, unit).role
            if statement.below and role != "admin" and len(self._world().below(unit)) > 1:
                raise NoFile("the reader may see the unit alone")
            return statement

    async def _statement(self, tx: FilesTx, wanted: Source, member: Membership | None) -> Statement:
        if wanted.statement:
            kept = await tx.statement(wanted.statement)
            if kept is None:
                raise NoFile("the statement of an attachment is gone")
            return kept
        below = self._allowed(member, wanted.unit).role == "admin"
        scope = Scope(wanted.unit, periods.parse(wanted.period), below=below)
        return await statement_of(tx, self._world(), scope, self._clock())

    async def _make(self, kind: str, statement: Statement) -> bytes:
        details, world = DEFAULT, self._world()
        if kind in documents.WITH_DETAILS:
            context = (self._data_dir, self._place, self._clock())
            statement, details = await looked_up(self._store, world, statement, *context)
        sample = world.is_sample(statement.report.unit, below=statement.below)
        return await self._workshop.make(kind, statement, replace(details, sample=sample))

    def _allowed(self, member: Membership | None, unit: str) -> Membership:
        if member is None or not may_see(self._world(), member, unit):
            raise NoFile("the reader may not see this unit")
        return member

    def _remember(self, source: str, made: bytes) -> None:
        self._made[source] = made
        while sum(map(len, self._made.values())) > KEPT_BYTES:
            self._made.popitem(last=False)
