"""The entries that a confirmed preview stores: nothing is taken away, what is abolished stays, marked as ended.

One code may stand at several levels of government. The catalog keeps it as one entry that names them all; where a
time or a fee differs between them, each level has its line.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from catalog.entries import Entry
from catalog.import_plan import Plan, merge
from catalog.preview.lines import LEVELS, Line, levels_of
from catalog.preview.planning import Preview
from catalog.text import nfc

_OF_LEVEL = re.compile(rf"({'|'.join(LEVELS.values())}): (.*)")


@dataclass(frozen=True, slots=True)
class Changes:
    """What is stored, which procedures end by it, and the lines that wait for their day.

    A new procedure that has force later is stored as an announced one, and waits for its day too.
    """

    plan: Plan
    ended: tuple[str, ...]
    waiting: tuple[Line, ...]


def changes(made: Preview, stored: Mapping[str, Entry], today: date) -> Changes:
    """Return what a preview stores today; what has force later waits, as it must not be quoted before its day."""
    working: dict[str, Entry] = dict(stored)
    touched: dict[str, None] = {}
    waiting: list[Line] = []
    for line in made.lines:
        if line.kind in ("unclear", "refused"):
            continue
        later = line.effective > today.isoformat()
        if later:
            waiting.append(line)
            if line.kind != "abolished" and line.code not in working and line.entry().name:
                touched[line.code] = None
                working[line.code] = replace(_entry(line, made), since=line.effective)
        else:
            touched |= dict.fromkeys((line.code, *line.replaces))
            _do(working, line, made, today)
    fresh = [working[code] for code in touched if code in working and code not in stored]
    # A unit's first statement over a procedure published above it has no name, and adds no procedure.
    added = [entry for entry in fresh if entry.name]
    changed = [entry for entry in fresh if not entry.name]
    changed += [working[code] for code in touched if code in stored and working[code] != stored[code]]
    kept = sum(code in stored and working[code] == stored[code] for code in touched)
    ended = [entry.code for entry in (*added, *changed) if entry.ended]
    return Changes(Plan(tuple(added), tuple(changed), kept), tuple(ended), tuple(waiting))


def _do(working: dict[str, Entry], line: Line, made: Preview, today: date) -> None:
    """Carry out a line that has force today."""
    signed = made.decided if made.decided <= today.isoformat() else ""
    ended = Entry(
        *("", ""),
        ended=line.effective or signed or today.isoformat(),
        ended_by=line.texts.get("decision") or made.decision,
    )
    if line.kind == "abolished":
        _end(working, line.code, line, ended)
        return
    entry = _entry(line, made)
    for old in line.replaces:
        entry = _called_as_before(entry, working.get(old))
        _end(working, old, line, replace(ended, successor=line.code))
    known = working.get(line.code)
    working[line.code] = entry if known is None else _laid_over(known, entry, line.levels)


def _entry(line: Line, made: Preview) -> Entry:
    entry = line.entry()
    # A unit's statement over a procedure published above keeps the decision of those who published it.
    return replace(entry, decision=entry.decision or made.decision) if entry.name else entry


def _end(working: dict[str, Entry], code: str, line: Line, end: Entry) -> None:
    """Mark a procedure as ended; if it stands at other levels too, only take the line's levels from it."""
    known = working.get(code)
    if known is None:
        if not end.successor and line.name:
            working[code] = _ended(line.entry(), end)
        return
    levels = levels_of(known.level)
    if line.levels and levels - line.levels:
        working[code] = replace(known, level=_written(levels - line.levels))
    elif not known.ended:
        working[code] = _ended(known, end)


def _ended(entry: Entry, end: Entry) -> Entry:
    return replace(entry, ended=end.ended, ended_by=end.ended_by, successor=end.successor)


def _called_as_before(entry: Entry, old: Entry | None) -> Entry:
    """Return an entry that people also find by the name of the one it replaces."""
    if old is None or old.name == entry.name or old.name in entry.also:
        return entry
    return replace(entry, also="\n".join(filter(None, (entry.also, old.name))))


def _laid_over(known: Entry, entry: Entry, levels: frozenset[str]) -> Entry:
    """Return the stored entry with what a line states over it; other levels keep their own time and fee."""
    merged = replace(
        merge(known, entry), ended=entry.ended, successor=entry.successor, ended_by=entry.ended_by, since=entry.since
    )
    before = levels_of(known.level)
    others = before - levels
    if not levels or not others:
        return merged
    return replace(
        merged,
        level=known.level if levels <= before else _written(before | levels),
        time=_by_level(known.time, entry.time, before, levels),
        committed=_by_level(known.committed, entry.committed, before, levels),
        fee=_by_level(known.fee, entry.fee, before, levels),
    )


def _by_level(known: str, stated: str, before: frozenset[str], levels: frozenset[str]) -> str:
    """Return a text with a line for each level, or one text if all levels agree."""
    if not stated:
        return known
    found = [_OF_LEVEL.fullmatch(line) for line in nfc(known).splitlines()]
    texts = dict.fromkeys((LEVELS[one] for one in LEVELS if one in before), known)
    if found and all(found):
        texts |= {match[1]: match[2] for match in found if match}
    texts |= {LEVELS[one]: " ".join(stated.split()) for one in LEVELS if one in levels}
    if len(set(texts.values())) == 1:
        return stated
    order = [name for name in LEVELS.values() if texts.get(name)]
    return "\n".join(f"{name}: {' '.join(texts[name].split())}" for name in order)


def _written(levels: frozenset[str]) -> str:
    return ", ".join(name for level, name in LEVELS.items() if level in levels)
