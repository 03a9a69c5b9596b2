"""Bring a database to the tables of this version."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engine import WRITING, DatabaseUnusable

if TYPE_CHECKING:
    from alembic.config import Config

# The advisory lock of PostgreSQL under which replicas that start together migrate one after the other.
ONE_AT_A_TIME = 0x6D6F7463
FOLDER = Path(__file__).parent / "migrations"
# The newest migration, written down so that a start with nothing to migrate does not load Alembic.
HEAD = "0004"
_SIGNS = {
    "locked": "Chương trình khác đang ghi vào đó; chờ một lát rồi thử lại.",
    "malformed": "Tệp đã hỏng; khôi phục từ bản sao lưu.",
    "not a database": "Tệp này không phải cơ sở dữ liệu SQLite; xem lại đường dẫn.",
    "already exists": "Cơ sở dữ liệu này của chương trình khác; đặt DATABASE_URL tới chỗ khác.",
    "does not exist": "Tạo người dùng và cơ sở dữ liệu trước (createuser, createdb), rồi chạy lại.",
    "readonly": "Tệp hoặc thư mục chỉ cho đọc; cấp quyền ghi.",
}


async def upgrade(engine: AsyncEngine) -> None:
    """Create or migrate all tables; DatabaseUnusable says why it could not be done."""
    if not await at_head(engine):
        await _run(engine, lambda connection: move(connection, "head"), writing=True)


async def at_head(engine: AsyncEngine) -> bool:
    """Tell whether the tables are those of this version."""
    found: list[str] = []
    await _run(engine, lambda connection: found.extend(revisions(connection)), writing=False)
    return found == [HEAD]


def config(connection: Connection) -> "Config":
    """Return Alembic's configuration on an open connection."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.attributes["connection"] = connection
    return settings


def known_revisions() -> list[str]:
    """Return the revisions that this version can bring forward, newest first."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    return [script.revision for script in ScriptDirectory.from_config(settings).walk_revisions()]


def move(connection: Connection, revision: str) -> None:
    """Bring the tables up to a revision or "head", or take them all away ("base"), in the open transaction."""
    from alembic import command
    from alembic.util import CommandError

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
    try:
        (command.downgrade if revision == "base" else command.upgrade)(config(connection), revision)
    except CommandError as error:
        url = connection.engine.url.render_as_string(hide_password=True)
        raise DatabaseUnusable(
            f"Cơ sở dữ liệu {url} thuộc phiên bản mới hơn chương trình này. Cài lại phiên bản mới rồi chạy."
        ) from error


def revisions(connection: Connection) -> list[str]:
    """Return what Alembic wrote down as done."""
    if not inspect(connection).has_table("alembic_version"):
        return []
    return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


async def _run(engine: AsyncEngine, work: Callable[[Connection], object], *, writing: bool) -> None:
    try:
        async with engine.execution_options(**{WRITING: writing}).begin() as connection:
            await connection.run_sync(work)
    except (OSError, DBAPIError) as error:
        raise DatabaseUnusable(advice(engine, error)) from error


def advice(engine: AsyncEngine, error: Exception) -> str:
    """Say why a database could not be used, and what to do."""
    url = engine.url.render_as_string(hide_password=True)
    reason = str(getattr(error, "orig", None) or error).splitlines()[0]
    for sign, sentence in _SIGNS.items():
        if sign in reason:
            return f"Cơ sở dữ liệu {url}: {reason}. {sentence}"
    if engine.url.get_backend_name() == "sqlite":
        return f"Không mở được cơ sở dữ liệu {url}: {reason}. Xem lại đường dẫn và quyền ghi của thư mục."
    return (
        f"Không kết nối được cơ sở dữ liệu {url}: {reason}. "
        "Xem máy chủ PostgreSQL đã chạy chưa và DATABASE_URL có đúng không."
    )
