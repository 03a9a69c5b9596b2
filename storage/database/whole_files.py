"""Writing files atomically: a temporary file in the same folder is written, flushed and renamed."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PRIVATE = 0o600


@contextmanager
def whole(out: Path, mode: int | None = None) -> Iterator[Path]:
    """Yield a temporary file to write; it replaces `out` at the end, or is deleted if anything fails.

    When the block has ended, the new file and its name are on the disk. `mode` is by default that of any new file.
    If `out` is a link, its target is replaced. Raises OSError and leaves what was at `out` untouched.
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
    """Wait until the content of a file, or the list of a folder, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
