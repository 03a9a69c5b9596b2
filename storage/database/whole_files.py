"""Writing files atomically: a temporary file in the same folder is written, flushed and renamed."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PRIVATE = 0o600


@contextmanager
def whole(out: Path, mode: int | None = None) -> Iterator[Path]:
    """Give a file to write that takes the place of `out` at the end, or is gone if anything fails.

    The new file and its name are on the disk when this returns. `mode` by default is that of any new file.
    A link keeps leading where it led. Raises OSError; what was at `out` before is then untouched.
    """
    place = out.resolve()
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.stem[:40]}-", suffix=place.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask() if mode is None else mode)
        flush(temporary)
        temporary.replace(place)
        flush(place.parent)
    finally:
        temporary.unlink(missing_ok=True)


def flush(path: Path) -> None:
    """Have a file, or what a folder lists, on the disk before going on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
