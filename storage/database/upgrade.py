"""Upgrades a database to the tables of this version without losing rows."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.database import census
from storage.database.copies import keep_copy
from storage.database.engine import WRITING
from storage.database.unusable import DatabaseUnusable
from storage.database.why_unusable import advice, place_of

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

# The advisory lock of PostgreSQL under which replicas that start together migrate one after the other.
ONE_AT_A_TIME = 0x6D6F7463
FOLDER = Path(__file__).parent.parent / "migrations"
# The newest migration, repeated here so that a start with nothing to migrate does not load Alembic.
HEAD = "0019"
Age = Literal["none", "older", "current", "newer"]


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The result of an upgrade: the revision before it, and the path of the copy of an SQLite file as it was before."""

    before: str
    copy: Path | None


async def upgrade(engine: AsyncEngine, now: datetime | None = None) -> Upgrade | None:
    """Create or migrate all tables; returns the Upgrade if there were older tables, else None.

    `now` is part of the name of the copy of an SQLite file, by default by the machine's clock. Raises DatabaseUnusable
    with the reason if the upgrade fails; nothing is changed then.
    """
    if await at_head(engine):
        return None
    moment = now or datetime.now(UTC)
    with _explained(engine):
        async with remaking(engine) as connection:
            return await connection.run_sync(_bring_forward, moment)


async def at_head(engine: AsyncEngine) -> bool:
    """Tell whether the tables are those of this version."""
    return await _read(engine, revisions) == [HEAD]


async def age(engine: AsyncEngine) -> Age:
    """Return whether the tables are older or newer than this version's, current, or missing."""
    found = await _read(engine, revisions)
    if not found:
        return "none"
    if found == [HEAD]:
        return "current"
    return "older" if set(found) <= set(known_revisions()) else "newer"


@asynccontextmanager
async def remaking(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Open a writing transaction in which tables may be deleted and made again.

    On SQLite foreign keys are not enforced meanwhile: deleting a table deletes no rows of other tables
    (https://www.sqlite.org/lang_altertable.html#otheralter). The caller has to check for dangling references.
    """
    async with engine.execution_options(**{WRITING: True}).connect() as connection:
        await _bind(connection, bound=False)
        try:
            async with connection.begin():
                yield connection
        finally:
            if not connection.invalidated:
                await _bind(connection, bound=True)


def config(connection: Connection) -> "Config":
    """Return Alembic's configuration on an open connection."""
    settings = _settings()
    settings.attributes["connection"] = connection
    return settings


def known_revisions() -> list[str]:
    """Return the revisions that this version can bring forward, newest first."""
    return [script.revision for script in _scripts().walk_revisions()]


def move(connection: Connection, revision: str) -> None:
    """Upgrade the tables to a revision or "head", or remove them all ("base"), in the open transaction.

    An upgrade keeps every row of every table, except of tables that a revision names in `folds`. Otherwise it raises
    DatabaseUnusable, and the caller must not commit the transaction.
    """
    from alembic import command

    _alone(connection)
    if revision == "base":
        command.downgrade(config(connection), "base")
        return
    found = revisions(connection)
    if set(found) - set(known_revisions()):
        raise DatabaseUnusable(newer(connection.engine.url))
    if found and connection.dialect.name == "sqlite" and _scalar(connection, "PRAGMA foreign_keys"):
        raise RuntimeError("tables with rows are remade in a transaction of `remaking` alone")
    before = census.count(connection)
    command.upgrade(config(connection), revision)
    if lost := census.count(connection).differences(before, _folds(found, revision)):
        raise DatabaseUnusable(
            f"Nâng cấp cơ sở dữ liệu {place_of(connection.engine.url)} làm thay đổi dữ liệu đang có "
            f"({'; '.join(lost)}), nên đã hủy: mọi dữ liệu còn nguyên như trước. "
            "Chạy lại phiên bản cũ của chương trình, và báo lỗi này cho người phát triển."
        )


def newer(url: Any) -> str:
    """Return a sentence that a database is of a newer version than this program."""
    return f"Cơ sở dữ liệu {place_of(url)} thuộc phiên bản mới hơn chương trình này. Cài lại phiên bản mới rồi chạy."


def older(url: Any) -> str:
    """Return a sentence that a database is of an older version than this program, and what to do."""
    return (
        f"Cơ sở dữ liệu {place_of(url)} thuộc phiên bản cũ hơn chương trình này. "
        "Dừng motcua run nếu đang chạy, rồi nâng cấp: motcua db upgrade"
    )


def revisions(connection: Connection) -> list[str]:
    """Return the revisions that Alembic has recorded as applied."""
    if not inspect(connection).has_table(census.BOOKKEEPING):
        return []
    return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


def _bring_forward(connection: Connection, now: datetime) -> Upgrade | None:
    _alone(connection)
    found = revisions(connection)
    copy = None
    if found == [HEAD]:
        return None
    if found and connection.dialect.name == "sqlite" and not set(found) - set(known_revisions()):
        copy = keep_copy(Path(str(connection.engine.url.database)), found[0], now)
    try:
        move(connection, "head")
    except BaseException:
        # The database is unchanged, so the copy is not needed; repeated failing starts must not fill the disk with
        # copies.
        if copy:
            copy.unlink(missing_ok=True)
        raise
    return Upgrade(found[0], copy) if found else None


def _alone(connection: Connection) -> None:
    """Block other writers until the end of the transaction, so that rows can be counted; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
    quote = connection.dialect.identifier_preparer.quote
    if tables := ", ".join(map(quote, census.names(connection))):
        connection.execute(text(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE"))


def _folds(found: list[str], revision: str) -> set[str]:
    """Return the tables whose rows the pending revisions change on purpose."""
    steps = _scripts().iterate_revisions(revision, found[0] if found else "base")
    return {name for step in steps for name in getattr(step.module, "folds", ())}


def _settings() -> "Config":
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    return settings


def _scripts() -> "ScriptDirectory":
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_settings())


async def _bind(connection: AsyncConnection, *, bound: bool) -> None:
    """Make SQLite enforce foreign keys or not; it accepts this setting only outside of a transaction."""
    if connection.dialect.name != "sqlite":
        return
    raw: Any = (await connection.get_raw_connection()).driver_connection
    await (await raw.execute(f"PRAGMA foreign_keys={'ON' if bound else 'OFF'}")).close()


def _scalar(connection: Connection, statement: str) -> Any:
    return connection.exec_driver_sql(statement).scalar_one()


async def _read(engine: AsyncEngine, work: Callable[[Connection], list[str]]) -> list[str]:
    with _explained(engine):
        async with engine.connect() as connection:
            return await connection.run_sync(work)


@contextmanager
def _explained(engine: AsyncEngine) -> Iterator[None]:
    try:
        yield
    except (OSError, DBAPIError) as error:
        raise DatabaseUnusable(advice(engine, error)) from error
