"""What libraries do again and again, done once, when it is needed, or in short: models, migrations, SQL, logs."""

import ssl
from functools import cache
from typing import Any

import structlog
from alembic.config import Config
from alembic.script import ScriptDirectory
from pydantic import BaseModel
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import LRUCache

from bot.channels.waiting_models import made_when_used
from storage.database import engine

waiting = made_when_used("aiogram.types")
_scripts = cache(ScriptDirectory)
compiled: LRUCache[Any, Any] = LRUCache(2000)


def create_engine(url: Any, **options: Any) -> AsyncEngine:
    """Make an engine that writes a statement as SQL once for all engines of its kind: each test has an engine."""
    return create_async_engine(url, execution_options={"compiled_cache": compiled}, **options)


def scripts(config: Config) -> ScriptDirectory:
    """Return the migrations of a folder, which are read, module by module, whenever tables are moved."""
    return _scripts(str(config.get_main_option("script_location")))


async def close(self: Any) -> None:
    """Close a session of aiogram."""
    if self._session is not None:
        await self._session.close()


def same_kind(dialect: Dialect, other: object) -> bool:
    """Tell whether two engines write SQL alike."""
    return type(dialect) is type(other)


def keep() -> None:
    """Let aiogram's models and methods wait; read certificates and migrations, and write each statement, once."""
    for kind in (SQLiteDialect_aiosqlite, PGDialect_asyncpg):
        kind.__eq__ = same_kind  # type: ignore[method-assign, assignment]
        kind.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign, assignment]
    engine.create_async_engine = create_engine
    ScriptDirectory.from_config = scripts  # type: ignore[method-assign]
    BaseModel.model_config["defer_build"] = True
    waiting.__enter__()
    ssl.create_default_context = cache(ssl.create_default_context)
    # The product's own way to write an error; with the library's, each takes seconds.
    *before, _ = structlog.get_config()["processors"]
    written = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*before, written])


def close_at_once() -> None:
    """Close aiogram's sessions without a quarter of a second for TLS, which no emulated Bot API speaks."""
    from aiogram.client.session.aiohttp import AiohttpSession

    AiohttpSession.close = close  # type: ignore[method-assign]
