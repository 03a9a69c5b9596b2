"""What a unit's notices add to answers: those of the day, and the days and hours if these are asked for."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby

from catalog.text import nfc
from handlers.messages import Text
from handlers.turn import Turn
from handlers.unit_settings.notices import NAMED, Notice
from handlers.wording import day_text, plain, say
from handlers.world import World

# Answers in which the unit itself is asked about, and how far ahead they look.
ABOUT_THE_UNIT = ("hours", "contact", "person")
AHEAD = timedelta(days=14)
LEAST_RUN = 3


def announced(world: World, turn: Turn, day: date) -> Turn:
    """Return a turn with what the unit has to say on a day.

    A greeting and an answer about the unit tell all of it. A procedure's answer tells what concerns its field, each
    notice once a day in a conversation.
    """
    outcome, session = turn.about.outcome, turn.session
    if outcome not in ("hello", "procedure", *ABOUT_THE_UNIT) or not turn.replies or session.survey:
        return turn
    given = world.notices(session.unit)
    if outcome == "procedure":
        return _with_a_procedure(world, turn, given, day)
    today = [one for one in given if one.is_on(day) and one.kind != "reception"]
    lines = _today(session.language, today, day)
    if outcome in ABOUT_THE_UNIT:
        lines += _schedule(session.language, given, day)
    *before, last = turn.replies
    extended = replace(last, text=Text.lines((last.text, Text.lines(lines)), between="\n\n"))
    return replace(turn, replies=(*before, extended)) if lines else turn


def _with_a_procedure(world: World, turn: Turn, given: Sequence[Notice], day: date) -> Turn:
    session, catalog = turn.session, world.catalog(turn.session.unit)
    entry = catalog.outline(turn.about.code) if turn.about.code in catalog else None
    field = entry.field if entry else ""
    known = session.noticed[1:] if session.noticed[:1] == (day.isoformat(),) else ()
    fresh = [one for one in given if one.key not in known and one.concerns(field)]
    today = [one for one in fresh if one.kind != "reception" and one.is_on(day)]
    hours = [one for one in fresh if one.kind == "reception" and one.field and not one.is_over(day)]
    lines = [*_today(session.language, today, day), *(notice_text(session.language, one) for one in hours)]
    if not lines:
        return turn
    noticed = (day.isoformat(), *known, *(one.key for one in (*today, *hours)))
    return replace(turn.saying_first(Text.lines(lines)), session=replace(session, noticed=noticed))


def _today(language: str, notices: Sequence[Notice], day: date) -> list[Text]:
    if not notices:
        return []
    weekday = plain(language, f"own.weekday.{day.weekday()}")
    heading = say(language, "own.today", weekday=weekday, day=day_text(day))
    return [heading, *(Text.of("• ", notice_text(language, one, dated=False)) for one in notices)]


def _schedule(language: str, given: Sequence[Notice], day: date) -> list[Text]:
    """The days and hours of reception, what comes every week, and what begins within two weeks."""
    hours = [one for one in given if one.kind == "reception" and not one.is_over(day)]
    coming = [
        one
        for one in given
        if one.kind != "reception" and not one.is_over(day) and (one.weekdays or (one.first and one.first > day))
    ]
    soon = [one for one in coming if one.first is None or one.first <= day + AHEAD]
    return [notice_text(language, one) for one in (*hours, *soon)]


def notice_text(language: str, one: Notice, *, dated: bool = True) -> Text:
    """Return a notice in words, with its days unless `dated` is false."""
    days = days_text(language, one) if dated else ""
    if one.kind == "reception":
        key = "own.reception_of" if one.field else "own.reception"
        return say(language, key, field=one.field, days=days_text(language, one), hours=one.text)
    named = _kind(language, one)
    parts = [part for part in (named, one.field and plain(language, "own.in_field", field=one.field)) if part]
    head = " · ".join((*parts, *filter(None, (days,))))
    return Text.of(f"{head}: {one.text}" if head and one.text else head or one.text)


def _kind(language: str, one: Notice) -> str:
    """Return the name of a notice's kind; empty if the kind says nothing, or the text of a closed office says it."""
    if one.kind not in NAMED:
        return ""
    name = plain(language, f"own.kind.{one.kind}")
    said, first = (re.findall(r"\w+", nfc(text).casefold()) for text in (one.text, name))
    return "" if one.kind == "closed" and first[0] in said else name


def days_text(language: str, one: Notice) -> str:
    """Say on which days a notice is in force: "thứ Năm", "12/05/2026", "từ 12/05/2026 đến 14/05/2026"."""
    weekdays = ", ".join(_runs(language, one.weekdays))
    if one.first and one.first == one.last:
        dates = day_text(one.first)
    elif one.first and one.last:
        dates = plain(language, "own.from_to", first=day_text(one.first), last=day_text(one.last))
    elif one.first:
        dates = plain(language, "own.from", first=day_text(one.first))
    else:
        dates = plain(language, "own.until", last=day_text(one.last)) if one.last else ""
    return ", ".join(filter(None, (weekdays, dates)))


def _runs(language: str, weekdays: Sequence[int]) -> list[str]:
    """Return weekdays by name, three or more in a row as "first to last"."""
    said: list[str] = []
    for _, run in groupby(enumerate(weekdays), lambda pair: pair[1] - pair[0]):
        names = [plain(language, f"own.weekday.{day}") for _, day in run]
        if len(names) >= LEAST_RUN:
            names = [plain(language, "own.run", first=names[0], last=names[-1])]
        said += names
    return said
