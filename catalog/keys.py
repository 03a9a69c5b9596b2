"""Mend words typed with the input method switched off ("tiefn" is "tiền"), or with two letters swapped."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from catalog.lexicon import lexicon
from catalog.text import fold_word, is_syllable, nfc, spelling

# At the end of a question "hk" is "không" and not "hộ khẩu", except after words for what is done with the latter.
_ENDS_IN_HK = re.compile(
    r"\b(?P<before>(?!hk\b)\w+)\s+hk(?=(?:\s+(?:a|ạ|ad|ak|e|em|c|chị|v|vậy|z|dạ|nha|shop))*\s*[?.!…]*\s*$)",
    re.IGNORECASE,
)
_ASKS = frozenset(["can", "co", "phai", "duoc", "dc", "dk", "bi", "con", "thu", "ton", "mat"])
_MAY = frozenset(["duoc", "dc", "dk"])
_TAKES_HK = frozenset(
    fold_word(word)
    for word in ("nhập", "tách", "cắt", "làm", "lm", "chuyển", "sổ", "xóa", "chủ", "cùng", "chung", "theo", "vô", "vào")
) | frozenset(["rut", "giay", "doi", "mang", "dem", "can", "mat"])
# A syllable has at most seven letters ("nghiêng"), and a key for each of two marks, each tone typed twice.
SHORTEST, LONGEST = 3, 12
_VOWELS = "aeiouy"
_TONES = {
    "s": "\u0301",
    "f": "\u0300",
    "r": "\u0309",
    "x": "\u0303",
    "j": "\u0323",
    "1": "\u0301",
    "2": "\u0300",
    "3": "\u0309",
    "4": "\u0303",
    "5": "\u0323",
}
# Before another letter "iê" and "yê" have their mark whatever was typed.
_IE = re.compile(r"([iy]e)(?=[\u0300\u0301\u0303\u0309\u0323]?[a-z])")
_CIRCUMFLEX, _HORN, _BREVE = "\u0302", "\u031b", "\u0306"


def hk_written_out(text: str) -> str:
    """Return a message with "hk" at the end of a question written out as "không": "online dc hk", "cần ảnh hk ad"."""
    found = _ENDS_IN_HK.search(text) if "hk" in text.lower() else None
    if not found:
        return text
    last, before = fold_word(found["before"]), {fold_word(word) for word in text[: found.start()].split()}
    if last in _TAKES_HK or not (last in _MAY or before & _ASKS):
        return text
    return f"{text[: found.end('before')]} không{text[found.end() :]}"


@lru_cache(maxsize=20_000)
def without_keys(word: str) -> str:
    """Return a lower-case word as it was meant: Telex and VNI keys turned into marks, two swapped letters put right.

    A word stays as it is if it could be Vietnamese, if people write so, if it is English, or if no key and no swap
    makes it a syllable.
    """
    known = lexicon()
    folded = fold_word(word)
    if not SHORTEST <= len(word) <= LONGEST or is_syllable(folded) or word.isdigit() or not word.isalnum():
        return word
    if (
        folded in known.vocabulary
        or folded in known.english.words
        or {word, folded} & (known.short.keys() | known.spelling.keys())
    ):
        return word
    if (meant := _decoded(word)) and is_syllable(fold_word(meant)):
        return _as_spelled(meant)
    swapped = {one for one in map(_decoded, _swapped(word)) if one and fold_word(one) in known.vocabulary}
    return _as_spelled(swapped.pop()) if len(swapped) == 1 else word


def _as_spelled(meant: str) -> str:
    """Return a word with its marks if the lexicon has that spelling, else without them."""
    return meant if spelling(meant) in lexicon().spelled else fold_word(meant)


def _swapped(word: str) -> Iterator[str]:
    """Yield a word with each pair of neighbouring letters swapped in turn."""
    for place in range(1, len(word) if len(word) > SHORTEST else 0):
        before, one, other, after = word[: place - 1], word[place - 1], word[place], word[place + 1 :]
        if one != other:
            yield f"{before}{other}{one}{after}"


def _decoded(word: str) -> str:
    """Return a word with its keys turned into marks, in NFC; empty if a key marks nothing or two tones are typed."""
    letters: list[str] = []
    tone = ""
    for typed in word:
        vowels = [place for place, letter in enumerate(letters) if _base(letter) in _VOWELS]
        if typed in _TONES and vowels:
            if tone:
                return ""
            tone = _TONES[typed]
        elif not _marks(typed, letters, vowels):
            if typed.isdigit():
                return ""
            letters.append(typed)
    if tone:
        vowels = [place for place, letter in enumerate(letters) if _base(letter) in _VOWELS]
        marked = [place for place in vowels if letters[place] not in _VOWELS]
        ends_open = len(vowels) > 1 and vowels[-1] == len(letters) - 1
        letters[marked[-1] if marked else vowels[-2 if ends_open else -1]] += tone
    return nfc(_IE.sub("\\1\u0302", unicodedata.normalize("NFD", "".join(letters))))


def _marks(typed: str, letters: list[str], vowels: list[int]) -> bool:
    """Apply a key to a letter before it; tell whether it was such a key."""
    last = letters[-1] if letters else ""
    if typed in "d9" and letters[:1] == ["d"] and (typed == "9" or last == "d"):
        letters[0] = "đ"
    elif typed == last and typed not in "aeod":
        pass
    elif typed in "aeo" and last == typed:
        letters[-1] += _CIRCUMFLEX
    elif typed == "6" and vowels and letters[vowels[-1]] in ("a", "e", "o"):
        letters[vowels[-1]] += _CIRCUMFLEX
    elif typed in "w7" and (horned := [place for place in vowels[-3:] if letters[place] in ("u", "o")]):
        for place in horned:
            letters[place] += _HORN
    elif typed in "w8" and vowels and letters[vowels[-1]] == "a":
        letters[vowels[-1]] += _BREVE
    else:
        return False
    return True


def _base(letter: str) -> str:
    """A letter without its marks."""
    return unicodedata.normalize("NFD", letter)[:1]
