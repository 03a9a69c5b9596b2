"""What the process that reads catalog files does: a preview of a file, and workbooks."""

import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path, PurePath
from typing import Any

from bot.files.catalog_books import preview_workbook, refused_workbook
from bot.files.catalog_workbook import catalog_workbook
from catalog.entries import Entry
from catalog.files.limits import Seen, unseen
from catalog.files.mistakes import Unreadable
from catalog.preview.packing import packed, unpacked
from catalog.preview.planning import preview

_NAME = 100
_REPORTED = 1.0


def work(kind: str, *order: Any, report: Seen = unseen) -> bytes:
    """Return the "preview" of a file, the workbook "all" or "refused" of a kept preview, or that of a "catalog".

    `report` is called at most once a second with how many rows were read.
    """
    return _preview(*order, seen=_seldom(report)) if kind == "preview" else _BOOKS[kind](*order)


def _seldom(report: Seen) -> Seen:
    """Return a function that calls `report` at most once a second, and not in the first second."""
    last = time.monotonic()

    def seen(rows: int) -> None:
        nonlocal last
        if time.monotonic() - last > _REPORTED:
            last = time.monotonic()
            report(rows)

    return seen


def _preview(name: str, content: bytes, stored: Mapping[str, Entry], own: bool, *, seen: Seen) -> bytes:
    """Return the preview of a file in the form in which it is kept; raises Unreadable if it cannot be used."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (PurePath(name).name[-_NAME:] or "tep")
        path.write_bytes(content)
        try:
            return packed(preview(path, stored, own=own, seen=seen)).encode()
        except MemoryError:
            raise Unreadable(f"{path.name}: đọc cần quá nhiều bộ nhớ; chia thành nhiều tệp rồi gửi từng tệp.") from None


_BOOKS: Mapping[str, Callable[..., bytes]] = {
    "catalog": catalog_workbook,
    "all": lambda made: preview_workbook(unpacked(made)),
    "refused": lambda made: refused_workbook(unpacked(made)),
}
