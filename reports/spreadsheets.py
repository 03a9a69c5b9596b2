"""Workbooks that come out the same, byte for byte, from the same content."""

import re
import shutil
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

# The oldest moment that a packed file can bear.
MOMENT = datetime(1980, 1, 1)  # noqa: DTZ001 -- a packed file knows no zones
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_PROPERTIES = "docProps/core.xml"


def save(book: Any, path: Path) -> None:
    """Save a workbook of openpyxl under a path, without the time at which that happens."""
    book.properties.creator = "Một Cửa"
    book.properties.created = MOMENT
    raw = path.with_name(f"{path.name}.raw")
    try:
        book.save(raw)
        _without_times(raw, path)
    finally:
        raw.unlink(missing_ok=True)


def _without_times(raw: Path, path: Path) -> None:
    with zipfile.ZipFile(raw) as given, zipfile.ZipFile(path, "w") as made:
        for part in given.infolist():
            info = zipfile.ZipInfo(part.filename, MOMENT.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            if part.filename == _PROPERTIES:
                stamp = MOMENT.isoformat().encode() + b"Z"
                made.writestr(info, _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", given.read(part)))
            else:
                with given.open(part) as source, made.open(info, "w", force_zip64=part.file_size > 2**31) as target:
                    shutil.copyfileobj(source, target, 1 << 20)
