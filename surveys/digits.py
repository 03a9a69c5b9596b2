"""Digits as phones offer them: keycaps and the digits of other scripts, as the digits 0 to 9."""

import re
import unicodedata

# UTS #51, emoji keycap sequence: a digit, perhaps VS16 (to be drawn in colour), and the enclosing key.
_KEYCAP = re.compile("(\\d)\ufe0f?\u20e3")
_FOREIGN = re.compile(r"(?![0-9])\d")
_TEN = "\U0001f51f"
_ODD = re.compile(f"{_TEN}|\u20e3|(?![0-9])\\d")


def plain_digits(text: str) -> str:
    """Return a text with "1️⃣", "１" and "١" as "1"; everything else stays."""
    if text.isascii() or not _ODD.search(text):
        return text
    bare = _KEYCAP.sub(r"\1", text.replace(_TEN, "10"))
    return _FOREIGN.sub(lambda digit: str(unicodedata.decimal(digit[0])), bare)
