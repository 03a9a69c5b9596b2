"""Vietnamese text as people type it, brought to forms that can be compared."""

import re
import unicodedata
from functools import lru_cache
from itertools import filterfalse

_TONES = {"\u0300": "2", "\u0301": "1", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
_RIMES = (
    "a ac ach ai am an ang anh ao ap at au ay e ec em en eng eo ep et eu ech enh i ia ich iec iem ien ieng iep iet ieu "
    "im in inh ip it iu o oa oac oach oai oam oan oang oanh oao oap oat oay oc oe oen oeo oet oi om on ong ooc oong op "
    "ot u ua uan uang uat uay uac uc ue uech uenh ui um un ung uo uoc uoi uom uon uong uop uot uou up ut uu uy uya "
    "uych uyen uyet uynh uyt uyu y yem yen yeng yet yeu"
)
_SYLLABLE = re.compile(
    r"gi|(?:(?:k|gh|ngh)(?=[eiy])|(?:c|g|ng)(?![eiy])|gi|qu|ch|kh|nh|ph|th|tr|[bdhlmnprstvx])?"
    rf"(?:{'|'.join(sorted(_RIMES.split(), key=len, reverse=True))})"
)
_WORD = re.compile(r"[^\W_]+")
_ENDING = re.compile(r"(?<=[a-z]{3})(?:ing|ed|es|e|s)$")
# The prefix of English words among Vietnamese ones.
ENGLISH = "~"


def nfc(text: str) -> str:
    """Return text in Unicode NFC, the form everything is stored in."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return text in lower case without Vietnamese marks: "Đăng KÝ" becomes "dang ky".

    The result is the same for both Unicode forms and for both tone placements, and
    fold(fold(x)) == fold(x). White space runs become one space. Signs stay as they are.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    lowered = unicodedata.normalize("NFKD", text.casefold()).replace("đ", "d")
    bare = "".join(filterfalse(unicodedata.combining, lowered))
    return " ".join(bare.casefold().split())


def words(text: str) -> list[str]:
    """Split text into words (letters and digits) in lower case NFC, marks kept."""
    return _WORD.findall(nfc(text).lower())


def split(lowered: str) -> list[str]:
    """Split text that is in lower case NFC already into words."""
    return _WORD.findall(lowered)


@lru_cache(maxsize=20_000)
def fold_word(word: str) -> str:
    """Fold one word; remembered, because a language has few thousand syllables."""
    return fold(word)


def folded_words(text: str) -> list[str]:
    """Split text into folded words."""
    return [fold_word(word) for word in words(text)]


@lru_cache(maxsize=20_000)
def spelling(word: str) -> str:
    """Return a word with its tone as a trailing digit, so that "hòa" and "hoà" are equal.

    The vowel's own mark stays on the vowel: spelling("đường") == "đương2". A word typed without a
    tone has no digit, which is how ngang (level) tone and "not typed" look alike in Vietnamese.
    """
    tone = ""
    kept: list[str] = []
    for ch in unicodedata.normalize("NFD", word.lower()):
        if ch in _TONES:
            tone = _TONES[ch]
        else:
            kept.append(ch)
    return nfc("".join(kept)) + tone


def is_syllable(folded: str) -> bool:
    """Tell whether a folded word has the shape of a Vietnamese syllable: an initial sound and a rime that exist."""
    return _SYLLABLE.fullmatch(folded) is not None


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return an English word without its ending: "marriages", "marriage"; "renting", "rented", "rents", "rent".

    The ends are those of Harman's S stemmer (How effective is suffixing?, JASIS 42, 1991), -ing, -ed and a silent e.
    """
    if word.endswith(("ss", "us", "is")):
        return word
    bare = _ENDING.sub("", word)
    if len(bare) > 3 and bare != word and bare[-1] == bare[-2] and bare[-1] not in "slz":
        bare = bare[:-1]
    return f"{bare[:-1]}y" if bare.endswith("i") and len(bare) > 3 else bare
