"""Office files as the same bytes each time: the archive's order and times, and the times inside."""

import io
import re
import zipfile
from datetime import UTC, datetime

CORE = "docProps/core.xml"
FIRST = "[Content_Types].xml"
_TIMES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")


def repacked(data: bytes, moment: datetime) -> bytes:
    """Return an office file (a zip archive) whose every time is `moment`, an aware time not before 1980."""
    at = moment.astimezone(UTC)
    written = at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        # The list of types comes first, as in the files that office programs write.
        for name in sorted(given.namelist(), key=lambda name: (name != FIRST, name)):
            content = given.read(name)
            if name == CORE:
                content = _TIMES.sub(rb"\g<1>" + written + rb"\g<3>", content)
            entry = zipfile.ZipInfo(name, at.timetuple()[:6])
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 0, 0
            made.writestr(entry, content)
    return out.getvalue()
