"""Models of a library that wait for their first use, where the library would make all of them ready on loading."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel


@contextmanager
def made_when_used(package: str) -> Iterator[None]:
    """Let the models of a package wait for their first use where it would make them ready meanwhile, with given names.

    aiogram makes 590 models ready so, of which a bot uses a few dozen: a second and 80 MB. A model that waits is made
    ready by pydantic at its first use, from the names in its module; so those names are put into the module here.
    """
    rebuild = vars(BaseModel)["model_rebuild"]

    def model_rebuild(cls: type[BaseModel], /, *, _parent_namespace_depth: int = 2, **options: Any) -> bool | None:
        names = options.get("_types_namespace")
        if names is not None and cls.__module__.startswith(f"{package}."):
            module = vars(sys.modules[cls.__module__])
            module.update(names | module)
            return None
        # The frame of this function lies between those of the caller and of pydantic.
        done: bool | None = rebuild.__func__(cls, _parent_namespace_depth=_parent_namespace_depth + 1, **options)
        return done

    BaseModel.model_rebuild = classmethod(model_rebuild)  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        BaseModel.model_rebuild = rebuild  # type: ignore[method-assign]
