"""Cases of bad service in chat: how they are shown to staff, and what staff can do."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from handlers.messages import Button, Reply, Text
from handlers.session import Session
from handlers.turn import OnCase, Turn, reply
from handlers.wording import button, buttons, day_text, plain, say
from handlers.world import World
from surveys.cases import UNFINISHED, Case, State
from surveys.masking import mask
from surveys.questionnaire import words_in

LONGEST_NOTE = 1000
LONGEST_EXCERPT = 80
STAFF_LANGUAGE = "vi"
_AWAITED = re.compile(r"case:([0-9]{1,9}):stop")


def not_sent(world: World, session: Session, case: int) -> Turn:
    """Write nothing to the citizen of a case after all."""
    return reply(session, say(session.language, "case.not_sent"), buttons(session.language, ("cases", "case.list")))


def awaited(session: Session) -> int:
    """Return the case whose citizen gets the next text, 0 if none."""
    found = [int(match[1]) for identifier, _ in session.offered if (match := _AWAITED.fullmatch(identifier))]
    return found[0] if found else 0


def asking(language: str, case: int, key: str = "case.ask") -> Reply:
    """Ask for the text to a citizen."""
    text = say(language, key, limit=LONGEST_NOTE) if key == "case.too_long" else say(language, key)
    return Reply(text, buttons(language, (f"case:{case}:stop", "case.stop")))


def written(session: Session, case: int, text: str) -> Turn:
    """Take the text to a citizen, with numbers masked."""
    note = mask(text)
    if note and len(note) <= LONGEST_NOTE:
        return Turn(session, effects=(OnCase(case, "send", note),))
    asked = asking(session.language, case, "case.too_long" if note else "case.ask")
    return reply(session, asked.text, asked.buttons)


def note_to_citizen(unit: str, note: str) -> Reply:
    """Return the message to the citizen."""
    return Reply(say(STAFF_LANGUAGE, "case.note", unit=unit, note=note))


def alert(world: World, case: Case, today: date, shared: bool = False) -> Reply:
    """Return the alert about a case with its buttons; in a group without the citizen's words."""
    language = STAFF_LANGUAGE
    heading = say(
        language,
        "case.alert_shared" if shared else "case.alert",
        level=case.level,
        counter=counter_name(world, case),
        day=plain(language, "case.today") if case.day == today else plain(language, "case.on", day=day_text(case.day)),
        **({} if shared else {"said": said(world, case, language)}),
    )
    text = Text.lines((heading, say(language, "case.may_write") if case.reachable(today) else ""))
    return Reply(text, case_buttons(language, case, today, shared=shared))


def gathered(
    world: World, found: Sequence[Case], count: int, contacts: int, minutes: int, link: str, *, shared: bool = False
) -> Reply:
    """What staff read about many cases that came fast: how many, the first ones, and where the others are.

    In a group not what the citizens wrote.
    """
    language = STAFF_LANGUAGE
    heading = say(language, "case.many", count=count, minutes=minutes) if count else ""
    quoted = [_quoted(world, case, language, shared=shared) for case in found]
    more = count - len(found)
    lines = (
        heading,
        *quoted,
        say(language, "case.more", count=more) if more > 0 else "",
        say(language, "case.many_may_write", count=contacts) if contacts else "",
        say(language, "case.words_alone") if shared else "",
    )
    links = ((plain(language, "case.list"), link),)
    offered = () if shared else buttons(language, ("cases", "case.list"))
    return Reply(Text.lines(lines), offered, links)


def _quoted(world: World, case: Case, language: str, *, shared: bool) -> Text:
    """One of many cases; in a group not what the citizen wrote."""
    known = {"counter": counter_name(world, case), "level": case.level}
    if shared:
        return say(language, "case.quoted_shared", **known)
    words = said(world, replace(case, comment=excerpt(case.comment)), language)
    return say(language, "case.quoted", **known, said=words)


def passed_on(world: World, case: Case, today: date, shared: bool = False) -> Reply:
    """The same for those it was passed on to."""
    told = alert(world, case, today, shared)
    return Reply(Text.lines((say(STAFF_LANGUAGE, "case.passed_to_you"), told.text)), told.buttons)


def contact_news(world: World, case: Case, today: date, shared: bool = False) -> Reply:
    """That the citizen of a case, of which staff have read, may be written to."""
    language = STAFF_LANGUAGE
    about = say(language, "case.about", level=case.level, counter=counter_name(world, case), day=day_text(case.day))
    offered = case_buttons(language, case, today, shared=shared)
    return Reply(Text.lines((about, say(language, "case.may_write"))), offered)


def card(world: World, case: Case, language: str, today: date) -> Reply:
    """One case with its state and date."""
    state = say(
        language, "case.state_line", state=plain(language, f"case.state.{case.state}"), day=day_text(case.changed_on)
    )
    about = say(language, "case.about", level=case.level, counter=counter_name(world, case), day=day_text(case.day))
    reachable = say(language, "case.may_write") if case.reachable(today) else ""
    return Reply(
        Text.lines((about, said(world, case, language), state, reachable)), case_buttons(language, case, today)
    )


def line(world: World, case: Case, language: str) -> Text:
    """One case in a list."""
    return say(
        language,
        "case.line",
        day=day_text(case.day),
        counter=counter_name(world, case),
        level=case.level,
        state=plain(language, f"case.state.{case.state}"),
        said=said(world, replace(case, comment=excerpt(case.comment)), language),
    )


def said(world: World, case: Case, language: str) -> str:
    """What was ticked, in a language, and what was written."""
    ticked = reasons(world, case, language)
    parts = (
        plain(language, "case.reasons", reasons=", ".join(ticked)) if ticked else "",
        plain(language, "case.comment", comment=case.comment) if case.comment else "",
    )
    return " ".join(filter(None, parts))


def reasons(world: World, case: Case, language: str) -> list[str]:
    """The options that were ticked as they are read in a language; by their values where the form lacks them now."""
    return [_label(world, *reason.split("."), language=language) for reason in case.reasons]


def _label(world: World, form: str, question: str, value: str, *, language: str) -> str:
    asked = world.forms[form].questions.get(question) if form in world.forms else None
    labels = {option.value: words_in(option.label, language) for option in asked.options} if asked else {}
    return labels.get(value, value)


def case_buttons(language: str, case: Case, today: date, *, shared: bool = False) -> tuple[Button, ...]:
    """Return the buttons of a case in its state; citizens are not contacted from a group."""
    possible = (
        (case.reachable(today) and not shared, "note", "case.write"),
        (case.state in ("open", "passed_on"), "handled", "case.handled"),
        (case.state == "open", "passed_on", "case.pass_on"),
    )
    return tuple(button(language, f"case:{case.id}:{what}", key) for can, what, key in possible if can)


def counter_name(world: World, case: Case) -> str:
    """The counter of a case as people call it; its unit where the slip named no counter."""
    counter = world.counter(case.counter)
    return counter.name if counter else case.counter or world.unit(case.unit).name


def excerpt(comment: str) -> str:
    """The beginning of a comment, on one line."""
    flat = " ".join(comment.split())
    return flat if len(flat) <= LONGEST_EXCERPT else f"{flat[:LONGEST_EXCERPT].rstrip()}…"


class CasesTx(Protocol):
    """A transaction that finds cases."""

    async def cases(
        self, units: Sequence[str], states: Sequence[State], most: int, *, latest: bool = False
    ) -> list[Case]:
        """Return cases of units that are in one of some states: the oldest first, or the latest changed first."""

    async def count_cases(self, units: Sequence[str], states: Sequence[State]) -> int:
        """Count the cases of units that are in one of some states."""


async def unfinished(tx: CasesTx, units: Sequence[str], most: int) -> tuple[int, list[Case]]:
    """Return how many cases of units are unfinished, and the oldest of them."""
    count = await tx.count_cases(units, UNFINISHED)
    return count, await tx.cases(units, UNFINISHED, most) if count else []


def listed(world: World, count: int, oldest: Sequence[Case], language: str = "vi") -> Text:
    """Return the list as a text; empty where there is none."""
    if not count:
        return Text()
    return Text.lines(
        (
            say(language, "case.count", count=count),
            *(line(world, case, language) for case in oldest),
            say(language, "case.rest", count=count - len(oldest)) if count > len(oldest) else "",
        )
    )
