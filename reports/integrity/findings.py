"""Findings on how forms came in: one or more plain sentences about each sign, never an accusation."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import locales
from handlers.ports import Tally
from reports import periods, rates
from reports.integrity.uncounted import sentence, waiting
from reports.satisfaction.report import LEAST_JUDGED, LEAST_SHOWN
from surveys.screens import LATE, PLAUSIBLE_IN_TEN_MINUTES
from surveys.signs import HASTY, LEAST_BURST, MOST_A_DAY, SLOT, Signs, Slot, bursts, crowded, usual_day
from surveys.slips import STRATA, Counts, Round, Stratum
from surveys.uncounted import Group

Kind = Literal[
    "apart", "response", "open", "assisted", "speed", "bursts", "crowd", "devices", "screens", "late", "perfect"
]
State = Literal["flagged", "fine", "unknown"]
PAPER, KIOSK = "paper", "kiosk"

# Below this percentage, those who kept silent outnumber those who answered by more than two to one.
LEAST_RESPONSE = 30
# Anybody can answer by the open code; above this percentage, next to nothing is known about who was asked.
MOST_OPEN = 80
# People answer more kindly with an officer present; above this percentage, such answers dominate the figure.
MOST_ASSISTED = 30
# A few quick answers are nothing strange; above this percentage of forms they are.
MOST_HASTY = 20
# This many sentences of one kind can be read; the others are only counted.
MOST_SAID = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """The finding on one sign: `flagged` (should be looked at), `fine`, or `unknown` (too little data)."""

    kind: Kind
    state: State
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What findings are made from. `satisfied` are tallies of answers to counted questions; `place` names a counter.

    `apart` are the forms that are in no figure. `open_by_day` counts the forms without slips at all counters, including
    those kept apart, also in the weeks before `since`, the first day of the period.
    """

    signs: Signs
    satisfied: Sequence[Tally]
    rounds: Sequence[tuple[Round, Counts]]
    today: date
    language: str
    place: Callable[[str], str]
    apart: Sequence[Group] = ()
    open_by_day: Mapping[date, int] = field(default_factory=dict)
    since: date | None = None

    def say(self, key: str, **values: object) -> str:
        """Return a text in the reader's language."""
        return locales.text(self.language, key, **values)

    @property
    def forms(self) -> int:
        """The number of forms."""
        return sum(group.count for group in self.signs.forms)

    @property
    def strata(self) -> dict[Stratum, int]:
        """The number of forms in each stratum."""
        return {s: sum(group.count for group in self.signs.forms if group.stratum == s) for s in STRATA}


def all_findings(seen: Seen) -> list[Finding]:
    """Return a finding of each kind, in the order they are read."""
    looks = (
        *(_apart, _response, _open, _assisted, _speed, _bursts),
        *(_crowd, _devices, _screens, _late, _perfect),
    )
    return [look(seen) for look in looks]


def can_be_shown(groups: Mapping[Stratum, int]) -> bool:
    """Tell whether groups that add up to a total can be shown: none of them may be as small as a few people."""
    return all(count == 0 or count >= LEAST_SHOWN for count in groups.values())


def strata_shares(strata: Mapping[Stratum, int]) -> dict[Stratum, Decimal]:
    """Return the share of each stratum in percent; what is printed sums to 100."""
    printed = rates.shares(dict(enumerate(strata.values(), 1)))
    return {stratum: printed[place] for place, stratum in enumerate(strata, 1)}


def share(part: int, whole: int) -> str:
    """Write a share in percent; empty if the whole is 0."""
    found = rates.percent_of(part, whole)
    return "" if found is None else rates.percent(found)


def _first(seen: Seen, sentences: Sequence[str]) -> tuple[str, ...]:
    """Return the first sentences, and one that says how many more there are."""
    others = len(sentences) - MOST_SAID
    more = (seen.say("integrity.more", count=rates.number(others)),) if others > 0 else ()
    return (*sentences[:MOST_SAID], *more)


def _apart(seen: Seen) -> Finding:
    if not seen.apart:
        return Finding("apart", "fine", (seen.say("integrity.apart_none"),))
    undecided = waiting(seen.apart)
    sentences = [
        sentence(seen.say, seen.place, group) for group in (*undecided, *(g for g in seen.apart if g not in undecided))
    ]
    return Finding("apart", "flagged" if undecided else "fine", _first(seen, sentences))


def _crowd(seen: Seen) -> Finding:
    """Find days with far more forms at all counters together, although no single counter got too many."""
    usual = usual_day(seen.open_by_day, seen.since) if seen.since else None
    if usual is None or seen.since is None:
        return Finding("crowd", "unknown", (seen.say("integrity.crowd_new"),))
    found = crowded(seen.open_by_day, seen.since, usual)
    if not found:
        return Finding("crowd", "fine", (seen.say("integrity.crowd_fine", usual=rates.number(usual)),))
    sentences = [
        seen.say("integrity.crowd", day=periods.day(day), count=rates.number(count), usual=rates.number(usual))
        for day, count in found
    ]
    return Finding("crowd", "flagged", _first(seen, sentences))


def _response(seen: Seen) -> Finding:
    if not seen.rounds:
        return Finding("response", "unknown", (seen.say("integrity.no_round"),))
    judged = [(*_answered(opened, counts, seen.today), opened, counts) for opened, counts in seen.rounds]
    order: tuple[State, ...] = ("flagged", "fine", "unknown")
    judged.sort(key=lambda one: order.index(one[0]))
    sentences = [_round(seen, key, opened, counts) for _, key, opened, counts in judged]
    return Finding("response", judged[0][0], _first(seen, sentences))


def _round(seen: Seen, key: str, opened: Round, counts: Counts) -> str:
    return seen.say(
        key,
        name=opened.name,
        used=rates.number(counts.used),
        issued=rates.number(counts.issued),
        rate=share(counts.used, counts.issued),
        least=LEAST_SHOWN,
    )


def _answered(opened: Round, counts: Counts, today: date) -> tuple[State, str]:
    few = counts.issued < LEAST_SHOWN or 0 < counts.used < LEAST_SHOWN
    if opened.takes(today):
        return "unknown", "integrity.round_small" if few else "integrity.round_open"
    if counts.issued >= LEAST_SHOWN and counts.used * 100 < LEAST_RESPONSE * counts.issued:
        return "flagged", "integrity.round_few" if few else "integrity.round_low"
    return ("unknown", "integrity.round_small") if few else ("fine", "integrity.round_fine")


def _open(seen: Seen) -> Finding:
    strata = seen.strata
    if few := _few("open", seen):
        return few
    high = strata["open"] * 100 > MOST_OPEN * seen.forms
    key = "integrity.open_high" if high else "integrity.open_fine"
    shares = strata_shares(strata)
    text = seen.say(key, open=rates.percent(shares["open"]), slip=rates.percent(shares["slip"]))
    return Finding("open", "flagged" if high else "fine", (text,))


def _assisted(seen: Seen) -> Finding:
    if few := _few("assisted", seen):
        return few
    high = seen.strata["assisted"] * 100 > MOST_ASSISTED * seen.forms
    assisted = rates.percent(strata_shares(seen.strata)["assisted"])
    key = "integrity.assisted_high" if high else "integrity.assisted_fine"
    return Finding("assisted", "flagged" if high else "fine", (seen.say(key, share=assisted),))


def _few(kind: Kind, seen: Seen) -> Finding | None:
    """Return the finding that there are too few forms to judge shares of strata; None if there are enough."""
    if seen.forms < LEAST_JUDGED:
        return Finding(kind, "unknown", (seen.say("integrity.few_forms", least=LEAST_JUDGED),))
    if not can_be_shown(seen.strata):
        return Finding(kind, "unknown", (seen.say("integrity.small_group", least=LEAST_SHOWN),))
    return None


def _speed(seen: Seen) -> Finding:
    timed = [group for group in seen.signs.forms if group.source != PAPER]
    forms, hasty = sum(group.count for group in timed), sum(group.count for group in timed if group.hasty)
    seconds = int(HASTY.total_seconds())
    if forms < LEAST_JUDGED:
        return Finding("speed", "unknown", (seen.say("integrity.few_forms", least=LEAST_JUDGED),))
    if hasty * 100 > MOST_HASTY * forms:
        text = seen.say("integrity.speed_high", share=share(hasty, forms), forms=rates.number(forms), seconds=seconds)
        return Finding("speed", "flagged", (text,))
    if hasty < LEAST_SHOWN:
        return Finding("speed", "fine", (seen.say("integrity.speed_fine"),))
    text = seen.say("integrity.speed_some", share=share(hasty, forms), forms=rates.number(forms), seconds=seconds)
    return Finding("speed", "fine", (seen.say("integrity.speed_fine"), text))


def _bursts(seen: Seen) -> Finding:
    if not seen.signs.rhythm:
        return Finding("bursts", "unknown", (seen.say("integrity.nothing_counted"),))
    found = bursts(seen.signs)
    if not found:
        return Finding("bursts", "fine", (seen.say("integrity.bursts_fine", least=LEAST_BURST),))
    return Finding("bursts", "flagged", _first(seen, [_burst(seen, slot, normal) for slot, normal in found]))


def _burst(seen: Seen, slot: Slot, normal: int | None) -> str:
    return seen.say(
        "integrity.burst" if normal else "integrity.burst_new",
        place=seen.place(slot.counter),
        day=periods.day(slot.day),
        start=_clock(slot.number * SLOT),
        end=_clock((slot.number + 1) * SLOT),
        count=rates.number(slot.count),
        usual=rates.number(normal or 0),
    )


def _clock(since_midnight: timedelta) -> str:
    minutes = int(since_midnight.total_seconds()) // 60
    return f"{minutes // 60}:{minutes % 60:02d}"


def _devices(seen: Seen) -> Finding:
    signs = seen.signs
    if not signs.devices:
        return Finding("devices", "unknown", (seen.say("integrity.nothing_counted"),))
    if not signs.repeating:
        return Finding("devices", "fine", (seen.say("integrity.devices_fine", most=MOST_A_DAY),))
    kiosks = {group.counter for group in signs.forms if group.source == KIOSK}
    listed = [device for device in signs.repeated[:MOST_SAID] if device.count >= LEAST_SHOWN]
    sentences = [
        seen.say(
            "integrity.device_kiosk" if device.counter in kiosks else "integrity.device",
            count=rates.number(device.count),
            place=seen.place(device.counter),
            day=periods.day(device.day),
        )
        for device in listed
    ]
    if others := signs.repeating - len(listed):
        sentences.append(seen.say("integrity.devices_more", count=rates.number(others), most=MOST_A_DAY))
    return Finding("devices", "flagged", tuple(sentences))


def _screens(seen: Seen) -> Finding:
    if not seen.signs.taps:
        return Finding("screens", "unknown", (seen.say("integrity.no_taps"),))
    if not seen.signs.crowded:
        return Finding("screens", "fine", (seen.say("integrity.screens_fine", most=PLAUSIBLE_IN_TEN_MINUTES),))
    fullest = sorted(seen.signs.crowded, key=lambda slot: (-slot.count, slot.day, slot.number, slot.counter))
    sentences = [
        seen.say(
            "integrity.screen_crowded",
            place=seen.place(slot.counter),
            day=periods.day(slot.day),
            start=_clock(slot.number * SLOT),
            end=_clock((slot.number + 1) * SLOT),
            count=rates.number(slot.count),
        )
        for slot in fullest
    ]
    return Finding("screens", "flagged", _first(seen, sentences))


def _late(seen: Seen) -> Finding:
    hours = int(LATE / timedelta(hours=1))
    if not seen.signs.taps:
        return Finding("late", "unknown", (seen.say("integrity.no_taps"),))
    many = sorted(
        (late for late in seen.signs.late if late.count >= LEAST_SHOWN), key=lambda one: (-one.count, one.day)
    )
    if not many:
        return Finding("late", "fine", (seen.say("integrity.late_fine", hours=hours),))
    sentences = [
        seen.say(
            "integrity.late",
            count=rates.number(late.count),
            hours=hours,
            place=seen.place(late.counter),
            day=periods.day(late.day),
        )
        for late in many
    ]
    return Finding("late", "flagged", _first(seen, sentences))


def _perfect(seen: Seen) -> Finding:
    forms: dict[tuple[str, Stratum], Counter[tuple[str, str]]] = {}
    lower = set()
    for tally in seen.satisfied:
        forms.setdefault((tally.counter, tally.stratum), Counter())[tally.form, tally.question] += tally.count
        if tally.level not in rates.RULES["top2"]:
            lower.add((tally.counter, tally.stratum))
    # A form answers a question at most once, so the question with the most answers says how many forms there are.
    sizes = {group: max(questions.values()) for group, questions in forms.items()}
    enough = [group for group, size in sorted(sizes.items()) if size >= LEAST_JUDGED]
    if not enough:
        return Finding("perfect", "unknown", (seen.say("integrity.few_at_counters", least=LEAST_JUDGED),))
    perfect = [group for group in enough if group not in lower]
    if not perfect:
        return Finding("perfect", "fine", (seen.say("integrity.perfect_fine", least=LEAST_JUDGED),))
    sentences = [
        seen.say(
            "integrity.perfect",
            place=seen.place(group[0]),
            stratum=seen.say(f"report.stratum_of.{group[1]}"),
            forms=rates.number(sizes[group]),
        )
        for group in perfect
    ]
    return Finding("perfect", "flagged", _first(seen, sentences))
