"""What libraries do at every start, done once or when it is needed: aiogram readies 444 models, reads certificates."""

import ssl
import sys
from functools import cache
from typing import Any

from pydantic import BaseModel

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


def keep() -> None:
    """Let aiogram's models wait, and read the certificates of the world's authorities once."""
    BaseModel.model_rebuild = classmethod(model_rebuild)  # type: ignore[assignment,method-assign]
    ssl.create_default_context = cache(ssl.create_default_context)
