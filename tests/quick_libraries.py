"""What libraries do at every start, done once or when it is needed: 590 models, certificates, statements in SQL."""

import ssl
import sys
from functools import cache
from typing import Any

from pydantic import BaseModel
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import LRUCache

from storage.database import engine

_rebuild = BaseModel.model_rebuild.__func__  # type: ignore[attr-defined]


def model_rebuild(
    cls: type[BaseModel],
    *,
    force: bool = False,
    raise_errors: bool = True,
    _parent_namespace_depth: int = 2,
    _types_namespace: dict[str, Any] | None = None,
) -> bool | None:
    """Make a model ready as pydantic does, but let those that aiogram makes ready on loading wait for their first use.

    They are made ready then by what their module knows, so it is told what aiogram would have told here.
    """
    if _types_namespace is not None and cls.__module__.startswith("aiogram.types."):
        vars(sys.modules[cls.__module__]).update(_types_namespace | vars(sys.modules[cls.__module__]))
        return None
    done: bool | None = _rebuild(
        cls,
        force=force,
        raise_errors=raise_errors,
        _parent_namespace_depth=_parent_namespace_depth + 1,
        _types_namespace=_types_namespace,
    )
    return done


compiled: LRUCache[Any, Any] = LRUCache(2000)


def create_engine(url: Any, **options: Any) -> AsyncEngine:
    """Make an engine that writes a statement as SQL once for all engines of its kind: each test has an engine."""
    return create_async_engine(url, execution_options={"compiled_cache": compiled}, **options)


def same_kind(dialect: Dialect, other: object) -> bool:
    """Tell whether two engines write SQL alike."""
    return type(dialect) is type(other)


def keep() -> None:
    """Let aiogram's models and methods wait, and read certificates and write each statement once."""
    for kind in (SQLiteDialect_aiosqlite, PGDialect_asyncpg):
        kind.__eq__ = same_kind  # type: ignore[method-assign, assignment]
        kind.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign, assignment]
    engine.create_async_engine = create_engine
    BaseModel.model_config["defer_build"] = True
    BaseModel.model_rebuild = classmethod(model_rebuild)  # type: ignore[assignment,method-assign]
    ssl.create_default_context = cache(ssl.create_default_context)
