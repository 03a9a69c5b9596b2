"""Writing files whole or not at all."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.commands.common import Refused
from locales.system_errors import reason
from storage.database.unusable import DatabaseUnusable
from storage.database.whole_files import whole


@contextmanager
def written(out: Path, mode: int | None = None) -> Iterator[Path]:
    """Yield a temporary file that replaces `out` at the end of the block, and is deleted on failure.

    On failure the file at `out` stays as it was, and Refused is raised with a sentence. `mode` is by default that
    of any new file. An `out` that is no regular file (/dev/stdout, a pipe) is written to at the end.
    """
    _refuse_folder(out)
    try:
        if out.exists() and not out.is_file():
            with _sent_on(out) as temporary:
                yield temporary
            return
        with whole(out, mode) as temporary:
            yield temporary
    except (Refused, DatabaseUnusable):
        raise
    except Exception as error:
        if (refusal := _refusal(error)) is None:
            raise
        kept = " Tệp đã có ở đó vẫn như cũ." if _is_there(out) else ""
        raise Refused(f"không ghi được {_short(out)}: {reason(refusal)}.{kept}") from error


def write_xlsx(out: Path, write: Callable[[Path], None]) -> None:
    """Write a workbook whole, or keep the old file."""
    check_ending(out, ".xlsx")
    with written(out) as temporary:
        write(temporary)


def write_bytes(out: Path, content: bytes) -> None:
    """Write a file whole, or keep the old file."""
    with written(out) as temporary:
        temporary.write_bytes(content)


def check_ending(out: Path, *endings: str) -> None:
    """Refuse the name of a file that has none of these endings."""
    if out.suffix.lower() not in endings:
        raise Refused(f"tệp {out.name[:80]} cần đuôi {' hoặc '.join(endings)}")


@contextmanager
def _sent_on(out: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        temporary = Path(folder) / f"out{out.suffix}"
        yield temporary
        with out.open("wb") as stream:
            stream.write(temporary.read_bytes())


def _refuse_folder(out: Path) -> None:
    try:
        folder = out.is_dir()
    except OSError as error:
        raise Refused(f"không ghi được {_short(out)}: {reason(error)}") from error
    if folder:
        raise Refused(f"{out} là một thư mục")


def _refusal(error: BaseException | None) -> OSError | None:
    """Return the OSError behind an error, even if a library raised another one after it; None if there is none."""
    while error is not None:
        if isinstance(error, OSError):
            return error
        error = error.__cause__ or error.__context__
    return None


def _is_there(out: Path) -> bool:
    try:
        return out.is_file()
    except OSError:
        return False


def _short(out: Path) -> str:
    """Return a path for display; an overlong name is cut."""
    text = str(out)
    return text if len(text) <= 200 else f"{text[:80]}…"
