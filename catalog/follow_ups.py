"""Follow-up messages: points of the open procedure, a choice in words, "none of these", a return to an earlier one."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from catalog.deciding import words_and_pairs
from catalog.keys import hk_written_out, without_keys
from catalog.lexicon import Found, Phrase, Phrases, goes_on, lexicon, phrase, spelt_out
from catalog.text import fold_word, spelling, words

LONGEST_CHOICE, LATEST_TURN, FEW_WORDS = 8, 2, 5
# In "X thì …" the question follows "thì", which comes after at most LONGEST_NAME words.
THEN, LONGEST_NAME = "thi", 6
# So many messages are remembered as they were read.
MOST_READ = 1024
PLAIN = (
    "neither",
    "back",
    "turning",
    "yes_or_no",
    "wanting",
    "adding",
    "changing",
    "what_then",
    "supposing",
    "yes",
    "no",
    "lost",
    "asking",
    "denying",
    "already",
    "over",
    "lacking",
    "thanking",
    "calling",
    "called",
)
# Words that without their marks are mostly another word: "này", "muốn".
_ALIKE = frozenset(("nãy", "muộn", "sẵn", "mà", "lỡ", "cấp", "mở", "còn"))
# A mark inside of brackets ends no sentence, and what stands in brackets after one belongs to it.
_SENTENCE = re.compile(r"(?<=[.;:!?])\s+(?!\(|[^()\n]*\))|\n+")


@dataclass(frozen=True, slots=True)
class Point:
    """A question that has no part of a record for itself.

    `parts` may hold the answer, the likeliest first; `look` are words that mark the answer there, the surest first.
    `of_papers`: anything else that the message names is a paper to bring.
    """

    name: str
    parts: tuple[str, ...]
    look: tuple[str, ...]
    of_papers: bool = False


@dataclass(frozen=True)
class _Said:
    phrases: Phrases
    points: dict[str, Point]
    picking: frozenset[str]
    ending: frozenset[str]
    after_ending: frozenset[str]
    opening: frozenset[str]
    case_words: frozenset[str]


def points(text: str) -> list[Point]:
    """Return what a message asks about the open procedure, in the order in which it is said, each once."""
    return [_said().points[name] for name in dict.fromkeys(name for _, _, name in _points(text))]


def ordinal(text: str) -> int | None:
    """Return the place that a message chooses ("cái thứ hai": 2, "cái cuối": -1), None where it chooses none."""
    said = _read(text)
    found = _heard(text)["ordinal"]
    if len({place for _, _, place in found}) != 1 or len(said) > LONGEST_CHOICE:
        return None
    return int(found[0][2]) if _says_nothing(_left(said, found)) else None


def rejects(text: str) -> bool:
    """Tell whether a message says that nothing shown is meant, and nothing else."""
    found = _heard(text)["neither"]
    return bool(found) and _says_nothing(_left(_read(text), found))


def says_yes(text: str) -> bool:
    """Tell whether a message says yes, and nothing else."""
    return _answers("yes", text)


def says_no(text: str) -> bool:
    """Tell whether a message says no, and nothing else."""
    return _answers("no", text)


def is_lost(text: str) -> bool:
    """Tell whether a message says that the answer was not understood or too long, and nothing else."""
    return _answers("lost", text)


def without_points(text: str) -> str:
    """Return the message without the words that ask about a point: what else it names."""
    said = _read(text)
    found = _points(text)
    return " ".join(_left(said, found)) if found else text


def without_what_then(text: str) -> str:
    """Return the message without the words that ask what happens in a case: "… thì sao"."""
    said = _read(text)
    found = _heard(text)["what_then"]
    return " ".join(_left(said, found)) if found else text


def back(text: str) -> str | None:
    """Return the message without the words that lead back to what was open before; None where none do."""
    said = _read(text)
    found = _heard(text)["back"]
    return " ".join(_left(said, found)) if found else None


def hinted(text: str) -> tuple[str, ...]:
    """Return the part of a record that single words of a message hint at ("ngàn": the fee); empty for none."""
    found = _heard(text)["hint"]
    return (found[-1][2],) if found else ()


def cases(text: str) -> frozenset[str]:
    """Return the cases that a message or a name tells: "first" for "chưa có" and "lần đầu"."""
    return frozenset(case for _, _, case in _heard(text)["case"])


def put_first(text: str) -> str:
    """Return what a message names before it asks about that ("còn bằng lái thì sao": "bằng lái"); empty if it names
    nothing there, or tells a case ("chưa có sổ thì sao").
    """
    said, known = _read(text), _said()
    folded = [fold_word(word) for word in said]
    start = next((place for place, word in enumerate(folded) if word not in known.opening), 0)
    if THEN not in folded[start + 1 : start + 1 + LONGEST_NAME]:
        return ""
    end = folded.index(THEN, start + 1)
    return "" if known.case_words.intersection(folded[start:end]) else " ".join(said[start:end])


def turns(text: str) -> bool:
    """Tell whether a message begins by leaving the matter: "à mà nhân tiện …"."""
    return any(start <= LATEST_TURN for start, _, _ in _heard(text)["turning"])


def asks_yes_or_no(text: str) -> bool:
    """Tell whether a message is put as a question for a yes or no: "… không ạ?", "do we both …".

    "… có khác không" asks what happens in a case.
    """
    known = _said()
    if _asks_what_then(text):
        return False
    if any(start == 0 for start, _, _ in _heard(text)["yes_or_no"]):
        return True
    said = list(_read(text))
    while len(said) > 1 and said[-1] in known.after_ending and said[-1] not in known.ending:
        said.pop()
    return bool(said) and said[-1] in known.ending


def changes(text: str) -> bool:
    """Tell whether a message puts another circumstance: "còn con 10 tuổi …", "thật ra …", "… thì sao"."""
    return any(start == 0 for start, _, _ in _heard(text)["changing"]) or supposes(text)


def supposes(text: str) -> bool:
    """Tell whether a message asks what happens in a case: "… thì sao", "lỡ …"."""
    if any(start == 0 for start, _, _ in _heard(text)["supposing"]):
        return True
    return _asks_what_then(text)


def _asks_what_then(text: str) -> bool:
    return any(end >= len(_read(text)) - 1 for _, end, _ in _heard(text)["what_then"])


def asks(text: str) -> bool:
    """Tell whether a message asks what, who, where, when, how much, or for a yes or no."""
    return bool(_heard(text)["asking"]) or asks_yes_or_no(text)


def wants(text: str) -> bool:
    """Tell whether a message says that a matter is wanted: "muốn …", "xin …", "đăng ký …"."""
    return bool(_heard(text)["wanting"])


def adds(text: str) -> bool:
    """Tell whether a message says that something else is wanted too: "cũng mất luôn hộ chiếu"."""
    return bool(_heard(text)["adding"])


def denies(text: str) -> bool:
    """Tell whether a message says that something is otherwise: "không mất, …", "chứ không phải …"."""
    return bool(_heard(text)["denying"])


def lacks(text: str) -> bool:
    """Tell whether a message begins with what is not there or not done: "chưa có …", "mẹ không về được"."""
    return any(start <= LATEST_TURN for start, _, _ in _heard(text)["lacking"])


def already(text: str) -> bool:
    """Tell whether a message says what has been done or is there: "có rồi", "cái cũ"."""
    return bool(_heard(text)["already"])


def is_over(text: str) -> bool:
    """Tell whether a message says that a danger has passed: "xe cấp cứu chở đi rồi", "tôi chặn số nó rồi"."""
    return bool(_heard(text)["over"])


def parted(text: str) -> list[str]:
    """Return the sentences of a message, as they stand; at least one."""
    return [one for one in _SENTENCE.split(text) if one] or [text]


def thanks(text: str) -> bool:
    """Tell whether a message thanks, and neither asks nor wants anything else."""
    found = _heard(text)["thanking"]
    if not found:
        return False
    rest = " ".join(_left(_read(text), found))
    return not (asks(rest) or wants(rest) or supposes(rest) or points(rest))


def without_address(text: str) -> str:
    """Return a message without the words that address somebody: "bao lâu hả cháu", "cô ơi cho con hỏi …".

    A message that says nothing else is returned as it is.
    """
    typed = text.split()
    if [fold_word(word) for one in typed for word in words(one)] != [fold_word(word) for word in _read(text)]:
        return text
    found = _heard(text)
    taken: set[int] = set()
    place = 0
    for start, end, _ in found["calling"]:
        if start == place:
            taken.update(range(start, end))
            place = end
    taken.update(*(range(start + 1, end) for start, end, _ in found["called"] if end == len(typed)))
    left = [word for place, word in enumerate(typed) if place not in taken]
    return " ".join(left).strip(" ,") if left and taken and len(left) > 1 else text


def may_be_of_the_open(text: str) -> bool:
    """Tell whether a message has words that are usual in follow-ups: a point, a case, a yes or no, a change."""
    asks = asks_yes_or_no(text) or supposes(text) or goes_on(text) or bool(points(text))
    return asks or changes(text) or denies(text) or lacks(text)


def terms(text: str) -> list[str]:
    """Return the folded words of a message, shorthand written out, and the pairs of neighbours."""
    return words_and_pairs([fold_word(word) for word in _read(text)])


@lru_cache(maxsize=MOST_READ)
def marked(text: str) -> bool:
    """Tell whether a message was typed with marks."""
    return any(fold_word(word) != word for word in words(text))


def sentences(text: str, sought: Iterable[str], *, spelled: bool = True) -> list[str]:
    """Return the sentences of a record's part that hold all of the words sought, as they stand.

    `spelled`: words are compared with their marks, else without. A line that only introduces others is no sentence.
    """
    form = spelling if spelled else fold_word
    padded_sought = [f" {' '.join(map(form, words(one)))} " for one in sought]
    if not padded_sought:
        return []
    return [
        sentence
        for sentence, padded in _sentences(text, spelled=spelled)
        if all(one in padded for one in padded_sought)
    ]


# Cached: a point is sought in all parts of a record in several ways.
@lru_cache(maxsize=64)
def _sentences(text: str, *, spelled: bool) -> Sequence[tuple[str, str]]:
    """Return the sentences of a text that do not only introduce others, as they stand and as the words to compare."""
    form = spelling if spelled else fold_word
    return [
        (sentence.strip(" -•+\t"), f" {' '.join(map(form, words(sentence)))} ")
        for sentence in _SENTENCE.split(text)
        if not sentence.rstrip().endswith(":")
    ]


# Cached: the rules of a turn each ask for the same message, and people ask the same questions.
@lru_cache(maxsize=MOST_READ)
def _read(text: str) -> tuple[str, ...]:
    """The words of a message as typed, shorthand and regional spellings written out."""
    known = lexicon()
    typed = [without_keys(word) for word in words(hk_written_out(text))]
    return tuple(out for word in typed for out in known.short.get(word) or known.spelling.get(word) or (word,))


@lru_cache(maxsize=MOST_READ)
def _heard(text: str) -> Mapping[str, Sequence[Found]]:
    """The phrases of each kind in a message."""
    said = _read(text)
    folded = tuple(map(fold_word, said))
    return _said().phrases.find(folded, [spelling(word) for word in said], marked=marked(text))


def _points(text: str) -> list[Found]:
    """Return the points of a message, without the longer words that only begin like one.

    In a short message, marks that hide its only point are taken for slips: "mất mây ngày".
    """
    found = [one for one in _heard(text)["point"] if one[2]]
    if found or len(_read(text)) > FEW_WORDS or not marked(text):
        return found
    folded = tuple(map(fold_word, _read(text)))
    return [
        one for one in _said().phrases.find(folded, folded, marked=False)["point"] if one[2] and one[1] - one[0] > 1
    ]


def _left(said: Sequence[str], found: Iterable[Found]) -> list[str]:
    """The words that no phrase found covers."""
    covered = {place for start, end, _ in found for place in range(start, end)}
    return [word for place, word in enumerate(said) if place not in covered]


def _answers(kind: str, text: str) -> bool:
    """Return whether a message is a phrase of a kind, with nothing else except words that address somebody."""
    found = _heard(text)[kind]
    return bool(found) and all(word in _said().after_ending for word in _left(_read(text), found))


def _says_nothing(said: Iterable[str]) -> bool:
    return all(fold_word(word) in _said().picking or fold_word(word) in lexicon().filler for word in said)


def _phrase(kind: str, said: str, name: str = "") -> Phrase:
    """A phrase; one word alone needs its marks where another word looks like it without them."""
    return phrase(kind, said, name, strict=said in _ALIKE)


@cache
def _said() -> _Said:
    data = tomllib.loads(files("catalog.lexicon").joinpath("follow_ups.toml").read_text("utf-8"))
    phrases = [
        # Of two that are alike without marks the first counts.
        *(phrase("point", said) for said in data["words"]["no_point"]),
        *(
            _phrase("point", one, point["name"])
            for point in data["point"]
            for said in point["said"]
            for one in spelt_out(said)
        ),
        *(phrase("ordinal", said, str(one["place"])) for one in data["ordinal"] for said in one["said"]),
        *(_phrase("case", said, case) for case, listed in data["cases"].items() for said in listed),
        *(_phrase("hint", said, part) for part, listed in data["hints"].items() for said in listed),
        *(_phrase(kind, one) for kind in PLAIN for said in data["words"][kind] for one in spelt_out(said)),
    ]
    return _Said(
        phrases=Phrases(phrases),
        points={
            p["name"]: Point(p["name"], tuple(p["parts"]), tuple(p["look"]), p.get("of_papers", False))
            for p in data["point"]
        },
        picking=frozenset(map(fold_word, data["words"]["picking"])),
        ending=frozenset(data["words"]["ending"]),
        after_ending=frozenset(data["words"]["after_ending"]),
        opening=frozenset(map(fold_word, data["words"]["opening"])),
        case_words=frozenset(map(fold_word, data["words"]["telling_a_case"])),
    )
