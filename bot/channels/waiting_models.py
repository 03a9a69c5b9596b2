"""Models of a library that are built at their first use, though the library would build all of them on loading."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel


@contextmanager
def made_when_used(package: str) -> Iterator[None]:
    """Put off to their first use the models that a package would build in the block with given names.

    aiogram builds 590 models this way, of which a bot uses a few dozen: a second and 80 MB. pydantic builds such a
    model at its first use from the names in its module, so the given names are put into the module here.
    """
    rebuild = vars(BaseModel)["model_rebuild"]

    def model_rebuild(cls: type[BaseModel], /, *, _parent_namespace_depth: int = 2, **options: Any) -> bool | None:
        names = options.get("_types_namespace")
        if names is not None and cls.__module__.startswith(f"{package}."):
            module = vars(sys.modules[cls.__module__])
            module.update(names | module)
            return None
        # This function adds a frame between the caller's and pydantic's.
        done: bool | None = rebuild.__func__(cls, _parent_namespace_depth=_parent_namespace_depth + 1, **options)
        return done

    BaseModel.model_rebuild = classmethod(model_rebuild)  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        BaseModel.model_rebuild = rebuild  # type: ignore[method-assign]
