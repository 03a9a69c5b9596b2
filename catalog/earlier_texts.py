"""Earlier texts of procedures that changed: conversations under way go on with the text that they began with."""

import zlib
from collections.abc import Mapping

from catalog.entries import Entry, from_json

# How long a text is kept after it changed: longer than people talk about one matter without a pause.
KEPT_SECONDS = 3600.0


class EarlierTexts:
    """Packed texts by code and version, each with the time, in seconds, at which it was replaced."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[bytes, float]] = {}

    def keep(self, packed: Mapping[str, bytes], now: float) -> None:
        """Keep texts that are being replaced."""
        self._kept |= {(code, version_of(text)): (text, now) for code, text in packed.items()}

    def forget(self, now: float) -> None:
        """Forget what was replaced long ago."""
        self._kept = {key: held for key, held in self._kept.items() if now - held[1] < KEPT_SECONDS}

    def entry(self, code: str, version: str) -> Entry | None:
        """Return a procedure as it was in a version; None where that is not kept."""
        held = self._kept.get((code, version))
        return from_json(zlib.decompress(held[0])) if held else None


def version_of(packed: bytes) -> str:
    """Return a checksum that tells one packed text of a procedure from another."""
    return f"{zlib.crc32(packed):08x}"
