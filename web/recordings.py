"""Recordings of questions by a local speaker: files in DATA_DIR/audio, listed once at the start."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import structlog

TYPES = {".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".m4a": "audio/mp4"}
MOST_BYTES = 4 * 1024 * 1024
# A question's id never has a hyphen, so the notice cannot be taken for one.
NOTICE = "form-notice"
_FORM = re.compile(r"[a-z0-9_]{1,20}-[0-9]{1,6}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_NAME = re.compile(rf"[a-z0-9_]{{1,20}}|{NOTICE}")
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Recordings:
    """The recordings by "FORM-VERSION/LANGUAGE/QUESTION"; only files found at the start are served."""

    files: Mapping[str, Path] = field(default_factory=dict)

    @classmethod
    def found_in(cls, folder: Path) -> "Recordings":
        """List DATA_DIR/audio/FORM-VERSION/LANGUAGE/QUESTION.mp3 (.ogg, .m4a); what does not fit is logged."""
        found: dict[str, Path] = {}
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            parts = path.relative_to(folder).parts
            if reason := _refused(parts, path):
                log.warning("recording_refused", file="/".join(parts), reason=reason)
            else:
                found.setdefault(f"{parts[0]}/{parts[1]}/{path.stem}", path)
        return cls(found)

    def address(self, form: str, version: int, language: str, name: str) -> str:
        """Return the address of a recording; empty if there is none."""
        path = self.files.get(f"{form}-{version}/{language}/{name}")
        return f"/audio/{form}-{version}/{language}/{path.name}" if path else ""


def _refused(parts: tuple[str, ...], path: Path) -> str:
    """Return why a file is not a valid recording; empty if it is."""
    if path.suffix not in TYPES:
        return f"cần đuôi {', '.join(TYPES)}"
    if len(parts) != 3 or not (_FORM.fullmatch(parts[0]) and _LANGUAGE.fullmatch(parts[1])):
        return "đặt tại MÃ_PHIẾU-PHIÊN_BẢN/MÃ_NGÔN_NGỮ/MÃ_CÂU, ví dụ nhanh-1/vi/overall.mp3"
    if not _NAME.fullmatch(path.stem):
        return f"tên tệp phải là mã câu hoặc {NOTICE}"
    if not 0 < path.stat().st_size <= MOST_BYTES:
        return f"cần từ 1 đến {MOST_BYTES} byte"
    return ""
