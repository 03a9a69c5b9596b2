"""What a record says, in few words: its time, its fee, its place, and its papers, one line each."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from catalog.entries import Entry
from catalog.text import fold
from handlers.split import shorten

FEW_WORDS, ONE_LINE = 60, 110
LEAST_FEE = 1000
COMMUNE = "cấp xã"
MOST_WAYS = 3
# Each cache of brief texts holds this many.
REMEMBERED = 1000
_REMARK_IN_BRACKETS = re.compile(r"\s*\([^()]{40,}\)")
_AMOUNT = re.compile(
    r"(?P<number>\d{1,3}(?:[.,]\d{3})+|\d+)\s*(?:Việt Nam Đồng|VNĐ|VND|đồng|đ\b)"
    r"(?:\s*\(?\s*(?P<per>/\s*[^\W\d_][\w ]{1,20}))?",
    re.IGNORECASE,
)
_NO_FEE = re.compile(
    r"^(?:phí|lệ phí)?\s*:?\s*(?:miễn phí|miễn lệ phí|không thu|không mất phí|không đồng|không$|0\s*đồng)",
    re.IGNORECASE,
)
_SET_ELSEWHERE = re.compile(
    r"hội đồng nhân dân|hđnd|mức (?:thu|phí|lệ phí)|[1-9][\d.,]*\s*(?:đồng|vnđ|việt nam đồng)", re.IGNORECASE
)
# What a remark on a fee says that the amount before it does not: whom it is for, a discount, another fee.
_MORE_ON_FEE = re.compile(
    r"%|\bgiảm|\bmiễn (?!phí\b|lệ phí\b)|miễn (?:phí|lệ phí) (?:cho|đối với)|danh sách|trường hợp|phí cấp bản sao",
    re.IGNORECASE,
)
_UNIT = re.compile(r"(?<=\d )(?:Ngày|Giờ|Tháng|Năm)\b")
BARE_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_BULLET = re.compile(r"^(?:\s*(?:[-+•*–]|\(?[0-9ivx]{1,3}(?:\.[0-9]+)*[.)]|[a-zđ][.)])\s*)+", re.IGNORECASE)
_COUNT = re.compile(
    r"\s*\(\s*(?:(\d+)\s*bản chính\s*(?:,\s*(\d+)\s*bản sao\s*)?|Bản chính:\s*(\d+)\s*,\s*Bản sao:\s*(\d+)\s*)\)\s*$",
    re.IGNORECASE,
)
_MOST_COPIES = 50
_FILE = re.compile(r"(?<=[);.])\s*[^);.]{0,80}(?:\.[^);.]{0,60})?\.(?:docx?|pdf|xlsx?|rtf|zip|rar)\b.*$", re.IGNORECASE)
_FORM_FIRST = re.compile(r"^(?:tờ khai|đơn|phiếu|giấy đề nghị|văn bản đề nghị|bản khai|mẫu)\b", re.IGNORECASE)
_CONDITIONAL = re.compile(r"^(?:trường hợp|nếu|đối với|văn bản ủy quyền|giấy ủy quyền)\b", re.IGNORECASE)
_REMARK = re.compile(r"^(?:lưu ý|ghi chú|chú ý|ví dụ)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Group:
    """The papers under one heading of a record ("Phải nộp"), one line each; `heading` is empty if there is none."""

    heading: str
    lines: tuple[str, ...]


@lru_cache(maxsize=REMEMBERED)
def time_in_brief(entry: Entry) -> str:
    """Return the time limit in few words: the unit's committed time, or else that of the record; empty if none.

    A number without a unit gets the unit that the record's steps or notes give that number, and is left out if they
    give none or several.
    """
    if entry.committed:
        return few_words(entry.committed)
    brief = _by_way([(way.channel, way.time) for way in entry.ways]) or _whole(entry.time)
    if BARE_NUMBER.fullmatch(brief):
        return completed(entry, brief)
    return _UNIT.sub(lambda unit: unit.group().lower(), brief)


@lru_cache(maxsize=REMEMBERED)
def completed(entry: Entry, number: str) -> str:
    """Return a number with the unit that the record's steps, notes or conditions give it; empty for none or two."""
    text = "\n".join((entry.steps, entry.conditions, entry.result, *(way.note for way in entry.ways)))
    pattern = re.compile(rf"(?<!\d)0?{re.escape(number)}\s+(ngày làm việc|ngày|giờ làm việc|giờ|tháng)", re.IGNORECASE)
    units = {unit.lower() for unit in pattern.findall(text)}
    return f"{number} {units.pop()}" if len(units) == 1 else ""


@lru_cache(maxsize=REMEMBERED)
def fee_in_brief(entry: Entry) -> str:
    """Return the fee in few words: free, the amounts (by way of handing in if they differ), or its first clause.

    "(xem chi tiết)" follows if the record's remarks mention a discount, those it is for, or another fee.
    """
    fees = (entry.fee, *(way.fee for way in entry.ways))
    by_way = _by_way([(way.channel, amount_in_brief(way.fee)) for way in entry.ways])
    amount = by_way or amount_in_brief(entry.fee)
    if amount:
        return f"{amount} (xem chi tiết)" if any(map(_MORE_ON_FEE.search, fees)) else amount
    return "" if any(_AMOUNT.match(fee) or _NO_FEE.match(fee) for fee in fees) else _whole(entry.fee)


def _by_way(said: Sequence[tuple[str, str]]) -> str:
    """Return the one value of all ways of handing in, or each way's value if the ways are few and have one each."""
    by_channel = list(dict.fromkeys((channel, value.strip()) for channel, value in said if value.strip()))
    values = dict.fromkeys(value for _, value in by_channel)
    if len(values) == 1:
        return next(iter(values))
    if len({channel for channel, _ in by_channel}) < len(by_channel) or len(by_channel) > MOST_WAYS:
        return ""
    return ", ".join(f"{channel.lower()} {value}" for channel, value in by_channel)


def _whole(value: str) -> str:
    """Return the first clause of a value, with "…" if the value goes on; empty if the clause is long."""
    first, rest = _first_clause(value.strip())
    if len(first) > FEW_WORDS:
        return ""
    return f"{first}…" if rest else first


def amount_in_brief(value: str) -> str:
    """Return an amount as it is said ("7,000 Việt Nam Đồng(…)": "7.000 đồng"), "miễn phí", or empty for other texts.

    An amount below any fee has lost its zeros in the publication, and is not repeated; nor is "free" if a remark
    says that the province sets the fee.
    """
    value = value.strip()
    if _NO_FEE.match(value):
        return "" if _SET_ELSEWHERE.search(value) else "miễn phí"
    found = _AMOUNT.match(value.removeprefix("Phí :").removeprefix("Lệ phí :").strip())
    if not found:
        return ""
    number = int(re.sub(r"[.,]", "", found["number"]))
    per = re.sub(r"\s*/\s*", "/", found["per"] or "").strip()
    if 0 < number < LEAST_FEE:
        return ""
    return f"{number:,} đồng{per}".replace(",", ".") if number else "miễn phí"


@lru_cache(maxsize=REMEMBERED)
def place_in_brief(entry: Entry) -> str:
    """Return where to go in few words: the commune's own office first if the commune takes part."""
    offices = [office.strip(" .") for office in re.split(r"[;,]\s*(?=[A-ZĐỦÚ])", entry.agency) if office.strip(" .")]
    commune_offices = [office for office in offices if _is_communes(office)]
    if commune_offices:
        return _short_office(commune_offices[0])
    if not offices:
        return few_words(entry.where)
    other = _short_office(offices[0])
    return f"{COMMUNE}, {other}" if entry.communal else other


def few_words(value: str, most: int = FEW_WORDS) -> str:
    """Return the first clause of a value, cut at a word if it is longer than `most` characters."""
    return shorten(_first_clause(value.strip())[0], most)


def _first_clause(value: str) -> tuple[str, str]:
    """Return the text up to its first mark outside of brackets, and the rest, both without long remarks in brackets."""
    value = _REMARK_IN_BRACKETS.sub("", value).strip()
    depth = 0
    for position, sign in enumerate(value):
        depth += (sign == "(") - (sign == ")")
        ends = sign in ";\n" or (sign == "." and value[position + 1 : position + 2].isspace())
        if ends and depth <= 0:
            return value[:position].rstrip(" ."), value[position + 1 :].strip(" .")
    return value.rstrip(" ."), ""


@lru_cache(maxsize=REMEMBERED)
def papers(value: str) -> list[Group]:
    """Return the papers of a record, the form first in each group, one line each; remarks are left out.

    Equal lines are merged. Lines that ask for nothing ("0 bản chính") are remarks; so is what stands
    under "Lưu ý". If most lines say how many copies are asked for, one that does not is the heading of a case.
    """
    groups: list[tuple[str, list[str]]] = [("", [])]
    remarks = False
    lines = [line for raw in value.split("\n") if (line := raw.strip())]
    counted = 2 * sum(_COUNT.search(line) is not None for line in lines) > len(lines)
    for line in lines:
        uncounted = _COUNT.sub("", line)
        if uncounted.endswith(":") or (counted and uncounted == line):
            heading = _BULLET.sub("", uncounted).strip(" :*")
            remarks = _REMARK.match(heading) is not None
            groups.append((shorten(heading, ONE_LINE), []))
        elif not remarks and (paper := _paper(line)):
            groups[-1][1].append(paper)
    return [Group(heading, tuple(_form_first(dict.fromkeys(lines)))) for heading, lines in groups if lines]


def is_cut(value: str, most: int) -> bool:
    """Tell whether `most` lines of papers leave out something that the record says."""
    lines = [line for group in papers(value) for line in group.lines]
    return len(lines) > most or any("…" in line for line in lines) or sum(map(len, lines)) * 4 < len(value) * 3


def as_quoted(line: str) -> str:
    """Return a line without the name of a form's file, and with the number of copies at its end in few words."""
    counted = _COUNT.search(line)
    return (_FILE.sub("", _COUNT.sub("", line)).strip(" ;") + (_copies(counted) if counted else "")).strip()


def _paper(line: str) -> str:
    counted = _COUNT.search(line)
    if counted and not any(int(number) for number in counted.groups() if number):
        return ""
    text = _BULLET.sub("", _FILE.sub("", _COUNT.sub("", line))).strip()
    if _REMARK.match(text):
        return ""
    if not text:
        return ""
    copies = _copies(counted) if counted else ""
    return shorten(_first_clause(text)[0], ONE_LINE - len(copies)) + copies


def _copies(counted: re.Match[str]) -> str:
    originals, copies = int(counted[1] or counted[3] or 0), int(counted[2] or counted[4] or 0)
    counts = ((originals, "bản chính"), (copies, "bản sao"))
    said = [f"{number} {kind}" for number, kind in counts if 0 < number <= _MOST_COPIES]
    return f" ({', '.join(said)})" if said else ""


def _form_first(lines: Iterable[str]) -> list[str]:
    """Return the forms to fill in first, then what everybody brings, then what only some bring; each in given order."""
    return sorted(lines, key=lambda line: 0 if _FORM_FIRST.match(line) else 2 if _CONDITIONAL.match(line) else 1)


def _is_communes(office: str) -> bool:
    return bool({"xa", "phuong"} & set(fold(office).replace(",", " ").split()))


def _short_office(office: str) -> str:
    said = re.sub(r"(?:Ủy|Uỷ) ban [Nn]hân dân", "UBND", office)
    return shorten(re.sub(r"\bcấp Xã\b", "cấp xã", said), FEW_WORDS)
