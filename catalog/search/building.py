"""What an index is built from: procedures with all that they are called, and what competes with them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from catalog.ages import age_span, without_ages
from catalog.deciding import outside_odds
from catalog.entries import Entry, official_title
from catalog.lexicon import Family, Known, Lexicon
from catalog.search.breath import Breath
from catalog.search.features import Names
from catalog.search.groups import Rival, Traits
from catalog.search.table import Table
from catalog.text import fold, folded_words, words

COMMON_BONUS, COMMUNAL_BONUS = 0.04, 0.03
OUTSIDE_BONUS, FAMILY_BONUS, ABSENT_BONUS = 0.10, 0.20, -0.05
_SAYS_LEVEL = "cap "
_LEVEL = re.compile(
    r"\(?(?:thuc hien |giai quyet |tiep nhan )?(?:tai |o |thuoc tham quyen (?:giai quyet )?(?:cua )?|cua )?"
    r"(?:uy ban nhan dan |ubnd |cong an )?cap (?:trung uong|bo|tinh|huyen|xa)\)?"
)


def build(entries: Sequence[Entry], lexicon: Lexicon, breath: Breath) -> Names:
    """Gather the names of entries and of their rivals; the order of entries breaks ties."""
    known = known_here(entries, lexicon, breath)
    here = {meant.code: code for code, meant in known.items()}
    rivals = [*_topics(lexicon), *absent(lexicon, here), *filter(None, (family(one, here) for one in lexicon.families))]
    traits: list[Traits] = []
    said: list[Sequence[str]] = []
    for entry in entries:
        traits.append(traits_of(entry, known.get(entry.code)))
        said.append(sayings(entry, known.get(entry.code)))
        breath()
    traits += map(rival_traits, rivals)
    said += [rival.said for rival in rivals]
    place = {entry.code: position for position, entry in enumerate(entries)}
    table = Table(traits, said, breath)
    breath()
    where = {one.twin: position for position, one in enumerate(traits) if one.rival}
    return Names(table, place, known, siblings_of(rivals, place), outside_odds(lexicon), where)


def known_here(entries: Iterable[Entry], lexicon: Lexicon, breath: Breath) -> dict[str, Known]:
    """Return what people call each procedure, by its code here: found by that code, or by name under another code."""
    titles: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        titles[entry.code] = title_words(entry.title)
        breath()
    by_title = {title: code for code, title in reversed(titles.items())}
    known: dict[str, Known] = {}
    for meant in lexicon.known.values():
        code = meant.code if meant.code in titles else by_title.get(title_words(official_title(meant.name)), "")
        if code and (code == meant.code or code not in lexicon.known):
            known.setdefault(code, meant)
    return known


def title_words(title: str) -> tuple[str, ...]:
    """Return the words of a title, by which a procedure is recognised under another code."""
    return tuple(words(title))


def sayings(entry: Entry, known: Known | None) -> list[str]:
    """What a procedure is called: its official name, the same shortened, what its catalog adds, then people's words."""
    return list(dict.fromkeys((entry.title, entry.label, *entry.sayings, *(known.said if known else ()))))


def traits_of(entry: Entry, known: Known | None) -> Traits:
    """Return the traits of a procedure: what counts besides its names."""
    bonus = COMMON_BONUS * (known.common if known else 0) + COMMUNAL_BONUS * entry.communal
    twin = _without_level(entry.title)
    return Traits(entry.code, entry.name, bonus, entry.communal, twin, without_ages(twin), age_span(entry.title))


def rival_traits(rival: Rival) -> Traits:
    """Return the traits of a rival: what counts besides its names; it is nobody's twin."""
    family = bool(rival.codes)
    twin = f"{'family' if family else 'outside'}: {rival.name}"
    return Traits("", rival.name, rival.bonus, twin=twin, rival=rival, outside=not family, family=family)


def _topics(lexicon: Lexicon) -> Iterator[Rival]:
    return (Rival(topic.name, topic.said, OUTSIDE_BONUS) for topic in lexicon.outside.values())


def absent(lexicon: Lexicon, here: Mapping[str, str]) -> Iterator[Rival]:
    """Yield the procedures that people ask for and this catalog lacks; `here` has the codes of those it has."""
    for one in lexicon.known.values():
        if one.code not in here:
            yield absent_one(one)


def absent_one(known: Known) -> Rival:
    """Return the rival for a procedure that this catalog does not have."""
    return Rival(known.code, (known.label, *known.said), ABSENT_BONUS)


def family(one: Family, here: Mapping[str, str]) -> Rival | None:
    """Return the rival for a family that has several procedures here; else None."""
    present = tuple(here[code] for code in one.codes if code in here)
    return Rival(one.name, one.about, FAMILY_BONUS, present) if len(present) > 1 else None


def siblings_of(rivals: Iterable[Rival], place: Mapping[str, int]) -> dict[int, frozenset[int]]:
    """Return by position the positions of the other members of a procedure's families."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for rival in rivals:
        members = {place[code] for code in rival.codes}
        for member in members:
            found[member] |= members - {member}
    return {member: frozenset(others) for member, others in found.items()}


def _without_level(title: str) -> str:
    """A folded name without the level of government that it states."""
    folded = fold(title)
    return " ".join(folded_words(_LEVEL.sub(" ", folded) if _SAYS_LEVEL in folded else folded))
