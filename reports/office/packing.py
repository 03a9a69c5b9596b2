"""Makes office files the same bytes each time: the order and times in the archive, and the times in its parts."""

import io
import re
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

CORE = "docProps/core.xml"
FIRST = "[Content_Types].xml"
# The oldest moment that a zip archive can hold.
OLDEST = datetime(1980, 1, 1, tzinfo=UTC)
_TIMES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")


def repacked(data: bytes, moment: datetime) -> bytes:
    """Return an office file (a zip archive) with all its times set to `moment`, an aware time not before 1980."""
    out = io.BytesIO()
    _repack(io.BytesIO(data), out, moment)
    return out.getvalue()


def save(book: Any, path: Path) -> None:
    """Save an openpyxl workbook of any size under a path, without the time of saving."""
    book.properties.creator = "Một Cửa"
    raw = path.with_name(f"{path.name}.raw")
    try:
        book.save(raw)
        with raw.open("rb") as given, path.open("wb") as made:
            _repack(given, made, OLDEST)
    finally:
        raw.unlink(missing_ok=True)


def _repack(source: IO[bytes], target: IO[bytes], moment: datetime) -> None:
    at = moment.astimezone(UTC)
    written = at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(source) as given, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        # The list of types comes first, as in the files that office programs write.
        for part in sorted(given.infolist(), key=lambda part: (part.filename != FIRST, part.filename)):
            entry = zipfile.ZipInfo(part.filename, at.timetuple()[:6])
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 0, 0
            if part.filename == CORE:
                made.writestr(entry, _TIMES.sub(rb"\g<1>" + written + rb"\g<3>", given.read(part)))
                continue
            with given.open(part) as content, made.open(entry, "w", force_zip64=part.file_size > 2**31) as copy:
                shutil.copyfileobj(content, copy, 1 << 20)
