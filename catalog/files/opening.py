"""What a file really is, whatever its name says, and whether it may be opened at all."""

import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.files.limits import MOST_BYTES, MOST_DOCUMENT, MOST_SHARED_TEXT, MOST_UNPACKED
from catalog.files.mistakes import DAMAGED, Unreadable, unusable
from catalog.files.notes import Notes
from locales.system_errors import reason

# The kinds of files that hold tables, by their suffix.
TABLES = (".csv", ".ods", ".tsv", ".xls", ".xlsx")
TEXTS = (".csv", ".tsv")
# Documents whose tables are read where an import asks for it.
DOCUMENTS = (".docx", ".pdf")
_SAVE = "mở bằng Excel hoặc LibreOffice, chọn Lưu thành «Excel Workbook (.xlsx)», rồi nhập tệp mới"
_OTHERS = {
    "html": f"là trang web (HTML) do phần mềm xuất ra, không phải bảng tính; {_SAVE}",
    "xml": f"là bảng tính XML 2003, không phải .xlsx; {_SAVE}",
    "mhtml": f"là trang web lưu một tệp (MHTML), không phải bảng tính; {_SAVE}",
    "rtf": "là văn bản RTF; chép bảng sang Excel, lưu dạng .xlsx, rồi nhập tệp đó",
    ".pdf": "là tệp PDF; hãy gửi tệp bảng tính mà bản PDF được làm từ đó",
    "doc": "là văn bản Word cũ (.doc); chép bảng sang Excel, lưu dạng .xlsx, rồi nhập tệp đó",
    ".docx": "là văn bản Word; chép bảng sang Excel, lưu dạng .xlsx, rồi nhập tệp đó",
    "xlsb": f"là bảng tính nhị phân (.xlsb); {_SAVE}",
    "locked": "có mật khẩu; mở bằng Excel, bỏ mật khẩu, rồi lưu lại",
    "zip": "là tệp nén; giải nén rồi nhập từng tệp bên trong",
}
_MACROS = ".xlsm"


@contextmanager
def readable(path: Path, kinds: Collection[str], most_bytes: int = MOST_BYTES) -> Iterator[None]:
    """Guard the reading of a file; Unreadable if it is of another kind (by its suffix), too large, or not readable."""
    if path.suffix.lower() == _MACROS:
        raise Unreadable(f"{path.name}: tệp có macro (.xlsm) không được nhận; lưu lại dạng .xlsx.")
    if path.suffix.lower() not in kinds:
        raise Unreadable(f"{path.name}: chưa đọc được loại tệp này; nhận {', '.join(kinds)}.")
    try:
        if path.stat().st_size > most_bytes:
            raise Unreadable(f"{path.name}: tệp lớn hơn {most_bytes / 1024 / 1024:g} MB.")
        if path.is_file() and not path.stat().st_size:
            raise Unreadable(f"{path.name}: tệp rỗng; hãy gửi lại.")
        yield
    except OSError as error:
        raise Unreadable(f"{path}: không mở được tệp: {reason(error)}.") from error


def kind_of(path: Path, notes: Notes, documents: Collection[str] = ()) -> str:
    """Return the suffix that a table's file should have; Unreadable for what is no table, with how to make it one.

    `documents` are those of DOCUMENTS that are read too.
    """
    named = path.suffix.lower()
    found = content_kind(path)
    if found in _OTHERS and found not in documents:
        raise Unreadable(f"{path.name}: tên là {named} nhưng thật ra {_OTHERS[found]}.")
    if found == "text":
        if named in TEXTS:
            return named
        if named in documents:
            raise unusable(path, named, f"{DAMAGED}, hoặc chép bảng sang một tệp .xlsx")
        raise Unreadable(f"{path.name}: không phải tệp {named} dùng được (bên trong không phải bảng tính); {_SAVE}.")
    if found != named:
        notes.say(f"Tệp tên là {named} nhưng thật ra là {found}; đã đọc như {found}.")
    return found


def content_kind(path: Path) -> str:
    """Return the kind of a file by its content: a suffix that is known here, or a word; Unreadable if it is broken."""
    with path.open("rb") as content:
        start = content.read(4096)
        if start.startswith(b"PK\x03\x04"):
            return _packed(path)
        if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
            return _compound(start + content.read())
    for sign, kind in ((b"%PDF", ".pdf"), (b"{\\rtf", "rtf"), (b"MIME-Version:", "mhtml")):
        if start.startswith(sign):
            return kind
    bare = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if bare.startswith(b"<?xml") and b"office:spreadsheet" in bare:
        return "xml"
    return (
        "html" if bare.startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<meta", b"<style")) else "text"
    )


def _packed(path: Path) -> str:
    """Return the kind of a zip file by its parts; Unreadable if it is damaged or would become too large unpacked."""
    try:
        with zipfile.ZipFile(path) as packed:
            sizes = {part.filename: part.file_size for part in packed.infolist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise unusable(path, path.suffix.lower()) from error
    if sum(sizes.values()) > MOST_UNPACKED:
        raise Unreadable(f"{path.name}: nội dung khi mở ra lớn hơn {MOST_UNPACKED // 1024 // 1024} MB.")
    if sizes.get("xl/sharedStrings.xml", 0) > MOST_SHARED_TEXT:
        raise Unreadable(f"{path.name}: chữ trong tệp lớn hơn {MOST_SHARED_TEXT // 1024 // 1024} MB.")
    if max(sizes.get("word/document.xml", 0), sizes.get("content.xml", 0)) > MOST_DOCUMENT:
        raise Unreadable(f"{path.name}: văn bản lớn hơn {MOST_DOCUMENT // 1024 // 1024} MB.")
    for part, kind in (
        ("xl/workbook.bin", "xlsb"),
        ("xl/workbook.xml", ".xlsx"),
        ("word/document.xml", ".docx"),
        ("content.xml", ".ods"),
    ):
        if part in sizes:
            return kind
    return ".xlsx" if any(part.startswith("xl/") for part in sizes) else "zip"


def _compound(content: bytes) -> str:
    """Return the kind of a file of Office before 2007, by the names of the streams inside."""
    for stream, kind in (
        ("EncryptedPackage", "locked"),
        ("WordDocument", "doc"),
        ("Workbook", ".xls"),
        ("Book", ".xls"),
    ):
        if stream.encode("utf-16-le") in content:
            return kind
    return ".xls"
