"""The parts of a procedure's record: what it says on each, word for word."""

import re
from dataclasses import replace

from catalog.entries import Entry
from handlers.lookup import in_brief
from handlers.wording import plain

SUMMARY = ("time", "fee", "where")
FORM_PART = "form"
PARTS = ("documents", "time", "fee", "steps", "where", FORM_PART, "conditions", "result", "legal")
_KEYS = {"legal": "legal_basis", "form": "forms"}
_GLUED = re.compile(r"(?<=[\w.;])\((?=[^\W\d_]{2})")
# A remark in brackets as the publication has it: "7,000 Việt Nam Đồng( - …)", "Miễn phí((…))", "2,000 …(/trang)".
_BRACKET = re.compile(r"(?<=\w)\s*\(+\s*[-+•]?\s*")
_BRACKETS_END = re.compile(r"\){2,}")
_PER = re.compile(r"\s*\(\s*(/\s*\w[\w ]*)\)")
_AMOUNT = re.compile(r"\b(\d{1,3}(?:,\d{3})+)\s*(?=Việt Nam Đồng|VNĐ|VND|đồng|đ\b)", re.IGNORECASE)
_CURRENCY = re.compile(r"(?<=\d )(?:Việt Nam Đồng|VNĐ|VND)(?!\w)")
_UNIT = re.compile(r"(?<=\d )(?:Ngày|Giờ|Tháng|Năm)\b")


def value_of(language: str, entry: Entry, name: str) -> str:
    """Return what the record says on a part, word for word apart from how amounts and brackets are written.

    What is the same for all ways of handing in is said once, and an office that is named twice is named once. A bare
    number of days is followed by the unit that the record's steps give it, or by the remark that none is given.
    """
    value = str(getattr(entry, _KEYS.get(name, name))).strip()
    if name == "where":
        return "\n".join(filter(None, (value or each_once(entry.agency), entry.channels, *_ways(entry))))
    if name in ("time", "fee"):
        by_way = not value or any(value.startswith(f"{way.channel}: ") for way in entry.ways)
        value = (by_way and _by_way(entry, name)) or tidy(value)
    if name == "time":
        value = "\n".join(_with_unit(language, entry, line) for line in value.split("\n"))
        if entry.committed:
            value = _with_promise(language, entry, value)
    return value


def _with_promise(language: str, entry: Entry, value: str) -> str:
    """The published time with the one that the unit promises: in one line if the published one is short."""
    published = in_brief.time_in_brief(replace(entry, committed=""))
    if value and published.casefold() == value.strip(" .").casefold():
        return plain(language, "brief.both_times", published=published, committed=entry.committed)
    return "\n".join(filter(None, (value, plain(language, "card.committed", time=entry.committed))))


def doubtful(language: str, entry: Entry) -> list[str]:
    """Return the names of the parts that were not compared with an official record."""
    keyed = {_KEYS.get(name, name): name for name in PARTS}
    return [plain(language, f"part.lower.{keyed[key]}") for key in entry.unchecked if key in keyed]


def _with_unit(language: str, entry: Entry, value: str) -> str:
    if not in_brief.BARE_NUMBER.fullmatch(value):
        return value
    if completed := in_brief.completed(entry, value):
        return plain(language, "card.unit_in_steps", value=completed)
    return plain(language, "card.no_unit", value=value)


def each_once(offices: str) -> str:
    """Return a list of offices separated by semicolons, each office once."""
    return "; ".join(dict.fromkeys(office.strip(" .") for office in offices.split(";") if office.strip(" .")))


def tidy(value: str) -> str:
    """Return a time or a fee with its amounts, units and brackets written as usual: "7.000 đồng (nộp qua cổng)"."""
    value = _BRACKET.sub(" (", _PER.sub(r"\1", value))
    value = _AMOUNT.sub(lambda amount: amount[1].replace(",", ".") + " ", _BRACKETS_END.sub(")", value))
    return _UNIT.sub(lambda unit: unit[0].lower(), _CURRENCY.sub("đồng", value))


def _by_way(entry: Entry, name: str) -> str:
    """Return what the record says for each way of handing in; ways that say the same share a line."""
    channels: dict[str, list[str]] = {}
    for way in entry.ways:
        if value := tidy(str(getattr(way, name)).strip()):
            channels.setdefault(value, []).append(way.channel)
    if len(channels) == 1:
        return next(iter(channels))
    return "\n".join(f"{', '.join(dict.fromkeys(ways))}: {value}" for value, ways in channels.items())


def _ways(entry: Entry) -> list[str]:
    """Return one line for each way of handing in that has a note."""
    lines = []
    for way in entry.ways:
        said = "; ".join(
            filter(None, (_GLUED.sub(" (", way.time), _GLUED.sub(" (", way.fee), way.note.replace("\n", " ")))
        )
        if way.note and said:
            lines.append(f"• {way.channel}: {said}")
    return lines
