"""What the process that reads catalog files does: a preview of a file, and the workbooks of a preview."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path, PurePath

from bot.files.catalog_books import preview_workbook, refused_workbook
from catalog.entries import Entry
from catalog.files.mistakes import Unreadable
from catalog.preview.keeping import packed, unpacked
from catalog.preview.planning import preview

_NAME = 100


def work(kind: str, *order: object) -> bytes:
    """Carry an order out: "preview" of a file, or a workbook, "all" or "refused", of a kept preview."""
    return _WORK[kind](*order)


def _preview(name: str, content: bytes, stored: Mapping[str, Entry], own: bool) -> bytes:
    """Return the kept preview of a file. Unreadable where it cannot be used."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (PurePath(name).name[-_NAME:] or "tep")
        path.write_bytes(content)
        try:
            return packed(preview(path, stored, own=own)).encode()
        except MemoryError:
            raise Unreadable(f"{path.name}: đọc cần quá nhiều bộ nhớ; chia thành nhiều tệp rồi gửi từng tệp.") from None


_WORK: Mapping[str, Callable[..., bytes]] = {
    "preview": _preview,
    "all": lambda made: preview_workbook(unpacked(made)),
    "refused": lambda made: refused_workbook(unpacked(made)),
}
