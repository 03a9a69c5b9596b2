"""The text of a file that does not state its encoding: what its words look like tells the encoding."""

from catalog.files.legacy_fonts import ENOUGH, TCVN3, VNI, from_tcvn3, from_vni, share_of_words
from catalog.files.mistakes import Unreadable, shortened
from catalog.files.notes import Notes
from catalog.text import nfc

_LOOKED_AT = 200_000
CUT = "unexpected end of data"
_ADVICE = "hãy lưu lại tệp với bảng mã UTF-8 (trong Excel: Lưu thành, «CSV UTF-8»)"


def decoded(file: str, raw: bytes, notes: Notes, *, accept: bool | None = None) -> str:
    """Return the text of a file in UTF-8, UTF-16 (with or without its mark) or Windows-1258; a guess is noted.

    A file in the encoding of an old font is converted if `accept` is true; else it is Unreadable, and the message shows
    its first line converted. `accept` is None if an import has no way to accept.
    """
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _strict(file, raw, "utf-16")
    if wide := _wide(raw):
        notes.say(f"Chữ được đọc là {wide.upper()}, bảng mã tệp không ghi; xin xem lại dấu tiếng Việt.")
        return _strict(file, raw, wide)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start > 0 and error.end == len(raw) and error.reason == CUT:
            # The reader of the rows reports that this last row is cut.
            return raw[: error.start].decode("utf-8-sig")
        return _guessed(file, raw, notes, accept=accept)


def _strict(file: str, raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(f"{file}: không đọc được chữ; {_ADVICE}.") from error


def _wide(raw: bytes) -> str:
    """Return the UTF-16 of a file without its mark, "" if it is none: every other byte of ASCII characters is zero."""
    sample = raw[:4096]
    if len(sample) < 4 or len(raw) % 2:
        return ""
    low, high = sample[1::2].count(0), sample[0::2].count(0)
    half = len(sample) / 2
    if low > half / 5 and not high:
        return "utf-16-le"
    return "utf-16-be" if high > half / 5 and not low else ""


def _guessed(file: str, raw: bytes, notes: Notes, *, accept: bool | None) -> str:
    """Return the text in the one-byte encoding in which most words are Vietnamese; Unreadable if too few are in any."""
    sample = raw[:_LOOKED_AT]
    if b"\0" in sample:
        raise Unreadable(f"{file}: không đọc được chữ; {_ADVICE}.")
    latin = sample.decode("latin-1")
    ways = {
        "Windows-1258": nfc(sample.decode("cp1258", "replace")),
        TCVN3: from_tcvn3(latin),
        VNI: from_vni(latin),
    }
    shares = {name: share_of_words("\n".join(_marked_lines(text))) for name, text in ways.items()}
    best = max(shares, key=lambda name: shares[name])
    if shares[best] < ENOUGH:
        raise Unreadable(f"{file}: không đọc được chữ; {_ADVICE}.")
    if best == "Windows-1258":
        notes.say("Chữ được đọc theo bảng mã Windows-1258 (đoán, tệp không ghi); xin xem lại dấu tiếng Việt.")
        return nfc(_strict(file, raw, "cp1258"))
    whole = raw.decode("latin-1")
    text = from_tcvn3(whole) if best == TCVN3 else from_vni(whole)
    first = shortened(next(iter(_marked_lines(text)), "").strip())
    if not accept:
        how = "" if accept is None else " Nếu đúng, thêm --accept để đổi và đọc."
        raise Unreadable(
            f"{file}: chữ theo phông cũ {best}, đổi sang Unicode thì đọc là “{first}”.{how} "
            "Hoặc đổi bằng UniKey rồi lưu lại với bảng mã UTF-8."
        )
    notes.say(f"Chữ theo phông cũ {best} đã được đổi sang Unicode; xin xem lại.")
    return text


def _marked_lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.isascii()][:100]
