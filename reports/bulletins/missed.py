"""What citizens did not find in a week, as admins read it: the largest groups that nobody handled."""

from collections.abc import Sequence
from datetime import date, timedelta

from handlers.messages import Button, Text
from handlers.split import shorten
from handlers.wording import plain, say
from reports import rates
from reports.missed.groups import GAP, Group
from reports.satisfaction.comments import Missed

MOST_GROUPS, LONGEST_TEXT, LONGEST_LABEL = 5, 80, 40
MOST_GAPS = 3


def of_week(groups: Sequence[Group], first: date, last: date) -> list[tuple[Group, int]]:
    """Return the groups of questions asked between two days, each with how often; the most frequent first."""
    within = [
        (one, sum(count for monday, count in one.weeks if first - timedelta(days=6) <= monday <= last))
        for one in groups
    ]
    return sorted(((one, count) for one, count in within if count), key=lambda pair: (-pair[1], pair[0].gist))


def missed_lines(found: Sequence[tuple[Group, int]], gaps: Sequence[Missed], language: str) -> Text:
    """Return a line for each of the five largest groups, and for records with only a name; empty if there are none."""
    lines = [
        say(language, "missed.group", place=place, text=_flat(one.text), count=rates.number(count))
        for place, (one, count) in enumerate(found[:MOST_GROUPS], 1)
    ]
    if len(found) > MOST_GROUPS:
        total = rates.number(sum(count for _, count in found))
        lines.append(say(language, "missed.all", groups=rates.number(len(found)), count=total))
    lines += [
        say(
            language,
            "missed.line",
            kind=plain(language, f"missed.kind.{gap.kind}"),
            count=rates.number(gap.count),
            texts=", ".join(_quoted(language, *of_text) for of_text in gap.texts[:MOST_GAPS]),
        )
        for gap in gaps
        if gap.kind == GAP
    ]
    return Text.lines([say(language, "missed.heading"), *lines]) if lines else Text()


def missed_buttons(found: Sequence[tuple[Group, int]]) -> list[Button]:
    """Return a button for each of the largest groups, which opens it to be handled."""
    return [
        Button(f"miss:{one.id}:show", f"{place}. {shorten(_flat(one.text), LONGEST_LABEL)}")
        for place, (one, _) in enumerate(found[:MOST_GROUPS], 1)
    ]


def _flat(text: str) -> str:
    return shorten(" ".join(text.split()), LONGEST_TEXT)


def _quoted(language: str, text: str, count: int) -> str:
    return plain(language, "missed.text", text=_flat(text), count=rates.number(count))
