"""A backup file: a .zip with one part for each table (its rows as JSON lines) or file, and a manifest of all parts."""

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

FORMAT = 1
_LIST = "manifest.json"
_PIECE = 1 << 20


class Damaged(Exception):
    """The file is not a complete backup; the message names the file and the fault."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a backup: a table or a file. `rows` is 0 for a file; `sha256` is that of its unpacked bytes."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: tables at a revision of the migrations, and the unit's own files.

    `made_at` is an ISO moment. `highest` is, for tables whose rows are left out, the highest id that was given out.
    """

    revision: str
    made_at: str
    tables: tuple[Part, ...]
    files: tuple[Part, ...] = ()
    highest: Mapping[str, int] = field(default_factory=dict)


class Writer:
    """Writes parts into an open .zip, one after the other."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self._hash = hashlib.sha256()
        self._rows = 0

    def begin(self, table: str) -> Any:
        """Open a table's part; close it before the next."""
        self._hash, self._rows = hashlib.sha256(), 0
        return self._packed.open(_table(table), "w", force_zip64=True)

    def rows(self, part: Any, some: Sequence[Mapping[str, Any]]) -> None:
        """Write rows of plain JSON values."""
        lines = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in some).encode()
        self._hash.update(lines)
        self._rows += len(some)
        part.write(lines)

    def end(self, table: str) -> Part:
        """Return what was written of a table."""
        return Part(table, self._rows, self._hash.hexdigest())

    def file(self, name: str, content: bytes) -> Part:
        """Write a file's part; `name` is its path in DATA_DIR, with "/" between folders."""
        self._packed.writestr(_file(name), content)
        return Part(name, 0, hashlib.sha256(content).hexdigest())

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest; a backup without one is incomplete."""
        listed = {"format": FORMAT, **asdict(manifest)}
        self._packed.writestr(_LIST, json.dumps(listed, ensure_ascii=False, indent=1))


def verified(path: Path) -> Manifest:
    """Check a whole backup against its manifest and return that; Damaged names the first part that differs."""
    try:
        with zipfile.ZipFile(path) as packed:
            manifest = _manifest(path, packed)
            for part, inside, kind in (
                *((part, _table(part.name), "bảng") for part in manifest.tables),
                *((part, _file(part.name), "tệp") for part in manifest.files),
            ):
                _check(path, packed, part, inside, kind)
    except (zipfile.BadZipFile, EOFError) as error:
        raise Damaged(f"{path.name}: tệp hỏng hoặc không phải bản sao lưu ({error})") from error
    return manifest


def rows(packed: zipfile.ZipFile, table: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table of an open backup."""
    with packed.open(_table(table)) as part:
        for number, line in enumerate(part, 1):
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise Damaged(f"bảng {table}, dòng {number}: không đọc được") from error
            if not isinstance(row, dict):
                raise Damaged(f"bảng {table}, dòng {number}: cần là một đối tượng")
            yield row


def content(packed: zipfile.ZipFile, name: str) -> bytes:
    """Return a file of an open backup."""
    return packed.read(_file(name))


def _manifest(path: Path, packed: zipfile.ZipFile) -> Manifest:
    try:
        listed = json.loads(packed.read(_LIST))
        if listed.pop("format") != FORMAT:
            raise Damaged(
                f"{path.name}: bản sao lưu của phiên bản mới hơn chương trình này; cài phiên bản mới rồi chạy"
            )
        tables, files = (tuple(Part(**part) for part in listed.pop(kind)) for kind in ("tables", "files"))
        return _plausible(Manifest(tables=tables, files=files, **listed))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise Damaged(f"{path.name}: không phải bản sao lưu của Một Cửa, hoặc thiếu phần {_LIST}") from error


def _plausible(manifest: Manifest) -> Manifest:
    """Return the manifest; raise ValueError or TypeError if its values are of other types."""
    datetime.fromisoformat(manifest.made_at)
    if not all(isinstance(most, int) and 0 <= most < 2**62 for most in manifest.highest.values()):
        raise ValueError(manifest.highest)
    return manifest


def _check(path: Path, packed: zipfile.ZipFile, part: Part, inside: str, kind: str) -> None:
    digest, lines = hashlib.sha256(), 0
    try:
        with packed.open(inside) as opened:
            while piece := opened.read(_PIECE):
                digest.update(piece)
                lines += piece.count(b"\n")
    except KeyError as error:
        raise Damaged(f"{path.name}: thiếu {kind} {part.name}") from error
    except Exception as error:
        # A damaged stream fails in zipfile or in zlib, which raise different errors.
        raise Damaged(f"{path.name}: {kind} {part.name} hỏng ({error})") from error
    if digest.hexdigest() != part.sha256 or (kind == "bảng" and lines != part.rows):
        raise Damaged(f"{path.name}: {kind} {part.name} đã bị thay đổi, không khớp mã kiểm tra")


def _table(name: str) -> str:
    return f"tables/{name}.jsonl"


def _file(name: str) -> str:
    return f"files/{name}"
