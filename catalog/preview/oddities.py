"""What looks wrong in a text that is taken as it is: split letters, a column that ran on, a fee without its zeros."""

import re
import unicodedata
from itertools import pairwise

from catalog.files.mistakes import shortened
from catalog.text import fold, fold_word, is_syllable, nfc

_WORD = re.compile(r"[^\W\d_]+")
_INITIAL = re.compile(r"(?:b|c|ch|d|đ|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|q|qu|r|s|t|th|tr|v|x)", re.IGNORECASE)
_HALF = re.compile(r"(?:b|c|ch|d|đ|g|gi|h|k|kh|l|m|n|ng|nh|ph|qu|r|s|t|th|tr|v|x)?(?:i|u|y|uy)", re.IGNORECASE)
_VOWELS = frozenset("aeiouy")
_MARKED = frozenset("\u0302\u0306\u031b")
_BASIS = re.compile(
    r"(?:nghị\s+định|thông\s+tư|luật|nghị\s+quyết|quyết\s+định)\s+(?:liên\s+tịch\s+)?(?:số\s*:?\s*)?\d{1,4}\s*/\s*\d{4}",
    re.IGNORECASE,
)
# Words after which a law belongs to the name itself.
_LEADING = frozenset(
    (
        "theo",
        "tai",
        "cua",
        "boi",
        "khi",
        "va",
        "ngay",
        "cac",
        "voi",
        "tu",
        "trong",
        "den",
        "hoac",
        "tuong",
        "truoc",
        "sau",
    )
)
_DIGIT = re.compile(r"\d")
_BELOW_ZERO = re.compile(
    r"\s*[-−–]\s*\d+(?:[.,]\d+)*\s*(?:ngày|giờ|tháng|năm|phút|tuần|đ|đồng|vnđ|vnd|làm việc)?\b[^:;\n]{0,20}$",
    re.IGNORECASE,
)
_TELLS_TIME = re.compile(r"\b(?:ngay|gio|thang|nam|phut|tuan|quy|luat|khong|chua|theo|thoi|hen|lap tuc|buoi|khi)\b")
_TELLS_FEE = re.compile(
    r"\b(?:phi|khong|mien|chua|theo|quy|nghi|thong|luat|nop|thu|muc|dong|thoa|gia|tuy|tien|no|hoi)\b"
)
_AMOUNT = re.compile(r"\d{1,3}(?:[.,]\d{3})+|\d+")
_SMALL = re.compile(r"\s*(\d{1,3})(?:[.,]0{1,2})?\s*(?:đ|đồng|vnđ|vnd)?\s*(?:/.*|\(.*)?", re.IGNORECASE | re.DOTALL)


def split_letters(text: str) -> str:
    """Return the first words of a text whose letters a conversion has split ("Công nh ận"), "" where none are."""
    found = list(_WORD.finditer(nfc(text)))
    for first, second in pairwise(found):
        between = text[first.end() : second.start()]
        if between in (" ", "\xa0") and _were_one(first[0], second[0]):
            start = max(0, text.rfind(" ", 0, max(0, first.start() - 1)) + 1)
            return shortened(text[start : second.end()])
    return ""


def _were_one(first: str, second: str) -> bool:
    letter = unicodedata.normalize("NFD", second[:1])
    if second[:1].isupper() or fold_word(letter)[:1] not in _VOWELS or not is_syllable(fold_word(first + second)):
        return False
    if _INITIAL.fullmatch(first) and not is_syllable(fold_word(first)):
        return first.islower() or len(first) > 1
    marked = len(second) > 1 and bool(set(letter[1:]) & _MARKED)
    return marked and unicodedata.normalize("NFD", first).isascii() and _HALF.fullmatch(first) is not None


def runs_into_basis(name: str) -> bool:
    """Tell whether a name ends in the number of a law, as if it had run into the next column."""
    for match in _BASIS.finditer(nfc(name)):
        before = fold(name[: match.start()]).split()
        if before and before[-1].isalpha() and before[-1] not in _LEADING:
            return True
    return False


def thousandth(fee: str, before: str) -> bool:
    """Tell whether a fee is a thousandth of what it was, or too small to be a fee: "135 VNĐ" meant 135.000."""
    match = _SMALL.fullmatch(nfc(fee))
    if match is None or int(match[1]) == 0:
        return False
    amount = int(match[1])
    amounts = {int(re.sub(r"\D", "", one)) for one in _AMOUNT.findall(before)}
    return amount * 1000 in amounts or amount not in amounts


def no_time(text: str) -> bool:
    """Tell whether a text cannot be a time limit: below zero, or with neither a number nor a word for times."""
    return _is_none(text, _TELLS_TIME)


def no_fee(text: str) -> bool:
    """Tell whether a text cannot be a fee: below zero, or with neither an amount nor a word for fees."""
    return _is_none(text, _TELLS_FEE)


def _is_none(text: str, wording: re.Pattern[str]) -> bool:
    if _BELOW_ZERO.match(text):
        return True
    # A dash alone stands for nothing stated.
    return bool(_WORD.search(text)) and not (_DIGIT.search(text) or wording.search(fold(text)))


def unlike(name: str, known: str) -> bool:
    """Tell whether a name is wholly different from the one that its code had."""
    from rapidfuzz import fuzz

    return fuzz.token_set_ratio(fold(name), fold(known)) < _UNLIKE


_UNLIKE = 45
