"""What a document holds besides the figures: letterhead, place, facts of the catalog, and the unit's template."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from catalog.catalogs import Catalog
from catalog.entries import Entry
from catalog.text import fold
from handlers.world import World

TEMPLATE = Path("templates") / "baocao.docx"
COMMITTEE = "Ủy ban nhân dân"
_TERRITORY = re.compile(r"(?:xã|phường|thị trấn|đặc khu|quận|huyện|thị xã|thành phố|tỉnh)\s", re.IGNORECASE)
_COMMITTEE = re.compile(r"(?:ủy ban nhân dân|uỷ ban nhân dân|ubnd)\s+", re.IGNORECASE)
_LEVELS = re.compile(r"[,;/\n]")
_DAYS = re.compile(r"(\d{1,3}) (ngày(?: làm việc)?)\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shortened:
    """A procedure that the unit settles sooner than the law demands; both times as they are printed ("05 ngày")."""

    name: str
    lawful: str
    committed: str


@dataclass(frozen=True, slots=True)
class CatalogFacts:
    """Counts of the published catalog: its procedures, those at each level, and the shortened ones."""

    procedures: int
    levels: Sequence[tuple[str, int]] = ()
    shortened: Sequence[Shortened] = ()


@dataclass(frozen=True, slots=True)
class Heads:
    """The two lines above a document's number. `committee`: it is issued and signed for a people's committee."""

    upper: str
    lower: str
    committee: bool


@dataclass(frozen=True, slots=True)
class Details:
    """Details that are not figures. None or empty means unknown, and is printed as a visible blank.

    `heads` None: they are derived from the unit's name. `cases` and `petitions` are numbers of the period: cases of bad
    service (received, handled), and petitions in the register (received, answered). `template` is the unit's own.
    `sample`: the figures are made up, which every kind of document says.
    """

    catalog: CatalogFacts | None = None
    heads: Heads | None = None
    place: str = ""
    cases: tuple[int, int] | None = None
    petitions: tuple[int, int] | None = None
    template: Path | None = None
    sample: bool = False


DEFAULT = Details()


def details_of(
    world: World,
    unit: str,
    data_dir: Path,
    place: str = "",
    cases: tuple[int, int] | None = None,
    on: date = date.max,
) -> Details:
    """Return the details of a unit, under the name it had on a day.

    Its own template is DATA_DIR/templates/baocao.docx, if that exists.
    """
    known = world.unit(unit)
    above = world.units.get(known.parent)
    template = data_dir / TEMPLATE
    return Details(
        catalog=facts_of(world.catalog(unit), world.carried_out(unit)),
        heads=heads_of(known.name_on(on), above.name_on(on) if above else ""),
        place=place,
        cases=cases,
        template=template if template.is_file() else None,
    )


def heads_of(name: str, above: str = "") -> Heads:
    """Return the letterhead of a unit from its name and that of the unit above it (NĐ 30/2020, Phụ lục I).

    A commune's or province's committee fills both lines; an office of one stands under its committee.
    """
    plain = " ".join(name.split())
    territory = _COMMITTEE.sub("", plain)
    if is_territory(territory):
        return Heads(COMMITTEE, territory, committee=True)
    over = _COMMITTEE.sub("", " ".join(above.split()))
    upper = f"{COMMITTEE} {over}" if is_territory(over) else over
    return Heads(upper, plain, committee=False)


def is_territory(name: str) -> bool:
    """Whether a name is that of a commune, province or another territory, rather than that of an office."""
    return _TERRITORY.match(name) is not None


def facts_of(catalog: Catalog, fields: Mapping[str, Sequence[str]] | None = None) -> CatalogFacts | None:
    """Return the facts of a catalog; None if it is empty. A procedure may count at several levels.

    `fields` are the codes that count, by field of work; all codes if it is None.
    """
    if not len(catalog):
        return None
    codes = sorted(code for listed in (catalog.fields if fields is None else fields).values() for code in listed)
    levels: Counter[str] = Counter()
    for code in codes:
        levels.update({part.strip() for part in _LEVELS.split(catalog.outline(code).level) if part.strip()})
    ordered = sorted(levels.items(), key=lambda level: (-level[1], fold(level[0])))
    listed = [shortened for code in codes if (shortened := _shortened(catalog.outline(code)))]
    return CatalogFacts(len(codes), tuple(ordered), tuple(listed))


def _shortened(entry: Entry) -> Shortened | None:
    """Return both times of a procedure as printed; None if the promised one is missing or known not to be shorter."""
    if not entry.time or not entry.committed:
        return None
    times = [_DAYS.fullmatch(said.strip()) for said in (entry.time, entry.committed)]
    if all(times):
        lawful, committed = (int(match[1]) for match in times if match)
        if committed >= lawful:
            return None
    printed = [_printed(match, said) for match, said in zip(times, (entry.time, entry.committed), strict=True)]
    return Shortened(entry.title, *printed)


def _printed(match: "re.Match[str] | None", said: str) -> str:
    if match:
        return f"{int(match[1]):02d} {match[2].lower()}"
    return " ".join(said.split()).rstrip(".")
