"""Cases of bad service in chat: how they are shown to staff, and what staff can do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from handlers.messages import Button, Reply, Text
from handlers.wording import button, buttons, day_text, plain, say
from handlers.world import World
from surveys.cases import BEFORE, UNFINISHED, Case, State, Step
from surveys.questionnaire import words_in

LONGEST_EXCERPT = 80
MOST_REMINDED = 5
STAFF_LANGUAGE = "vi"


def note_to_citizen(unit: str, note: str) -> Reply:
    """Return the message to the citizen that staff wrote."""
    return Reply(say(STAFF_LANGUAGE, "case.note", unit=unit, note=note))


def outcome(unit: str, note: str, key: str) -> Reply:
    """Return what the citizen reads when their case is handled, with the question whether it is mended."""
    language = STAFF_LANGUAGE
    asked = buttons(language, (f"mended:{key}:yes", "case.mended"), (f"mended:{key}:no", "case.not_mended"))
    return Reply(say(language, "case.outcome", unit=unit, note=note), asked)


def reopened(world: World, case: Case, today: date, shared: bool = False) -> Reply:
    """Return what staff read when the citizen says that their case is not mended."""
    reply = alert(world, case, today, shared)
    return Reply(Text.lines((say(STAFF_LANGUAGE, "case.reopened_by_citizen"), reply.text)), reply.buttons)


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
    """Return what staff read about many cases that came fast: how many, the first ones, and where the others are.

    In a group it leaves out what the citizens wrote.
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
    """Return one of many cases; in a group without what the citizen wrote."""
    known = {"counter": counter_name(world, case), "level": case.level}
    if shared:
        return say(language, "case.quoted_shared", **known)
    words = said(world, replace(case, comment=excerpt(case.comment)), language)
    return say(language, "case.quoted", **known, said=words)


def overdue_reply(world: World, late: Sequence[Case], today: date, *, shared: bool = False) -> Reply:
    """What staff read about cases whose due day is over: how many, and the first ones; no words in a group."""
    language = STAFF_LANGUAGE
    shown = late[:MOST_REMINDED]
    lines = [
        say(language, "case.late", count=len(late)),
        *(
            say(
                language,
                "case.late_line",
                number=case.id,
                counter=counter_name(world, case),
                due=due_line(case, language, today),
                state=plain(language, f"case.state.{case.state}"),
                office=case.office and f" ({case.office})",
            )
            for case in shown
        ),
        say(language, "case.more", count=len(late) - len(shown)) if len(late) > len(shown) else "",
    ]
    offered = (
        () if shared else tuple(button(language, f"case:{one.id}:show", "case.open", number=one.id) for one in shown)
    )
    return Reply(Text.lines(lines), offered)


def handed_to_you(world: World, case: Case, today: date, shared: bool = False) -> Reply:
    """Return the alert for the staff of the unit that a case was handed over to, with the day it is due."""
    language = STAFF_LANGUAGE
    reply = alert(world, replace(case, person=""), today, shared)
    came = say(language, "case.handed_to_you", unit=world.unit(case.unit).name)
    text = Text.lines((came, reply.text, due_line(case, language, today)))
    return Reply(text, case_buttons(language, case, today, shared=shared, handed=True))


def passed_on(world: World, case: Case, today: date, shared: bool = False) -> Reply:
    """Return the alert for those whom a case was passed on to."""
    reply = alert(world, case, today, shared)
    return Reply(Text.lines((say(STAFF_LANGUAGE, "case.passed_to_you"), reply.text)), reply.buttons)


def contact_news(world: World, case: Case, today: date, shared: bool = False) -> Reply:
    """Say that the citizen of a case, which staff know already, may be written to."""
    language = STAFF_LANGUAGE
    about = say(language, "case.about", level=case.level, counter=counter_name(world, case), day=day_text(case.day))
    offered = case_buttons(language, case, today, shared=shared)
    return Reply(Text.lines((about, say(language, "case.may_write"))), offered)


def card(world: World, case: Case, steps: Sequence[Step], language: str, today: date, *, handed: bool = False) -> Reply:
    """Return a case with its state, what was done so far, and its due day; `handed`: it was handed to the reader."""
    about = say(language, "case.about", level=case.level, counter=counter_name(world, case), day=day_text(case.day))
    state = say(
        language, "case.state_line", state=plain(language, f"case.state.{case.state}"), day=day_text(case.changed_on)
    )
    lines = (
        about,
        said(world, case, language),
        state,
        due_line(case, language, today),
        *(step_line(world, step, language) for step in steps),
        say(language, "case.no_note") if case.state == "handled" and not case.note else "",
        say(language, "case.published") if case.published else "",
        say(language, "case.may_write") if case.reachable(today) and not handed else "",
    )
    return Reply(Text.lines(lines), case_buttons(language, case, today, handed=handed))


def due_line(case: Case, language: str, today: date) -> str:
    """Return the due day of an unfinished case, and whether it is over; empty if nothing is due."""
    if case.due is None or case.state not in UNFINISHED:
        return ""
    return plain(language, "case.overdue" if case.due < today else "case.due", day=day_text(case.due))


def step_line(world: World, step: Step, language: str) -> str:
    """What was done about a case, by whom and when, on one line."""
    role, _, unit = step.who.partition(" ")
    named = plain(language, f"case.who.{role}")
    known = world.units.get(unit)
    done = plain(
        language, f"case.step.{step.state}", office=step.office, note=step.note or plain(language, "case.none_noted")
    )
    return plain(
        language,
        "case.step_line",
        day=day_text(step.at.date()),
        who=f"{named} {known.name}" if known else named,
        done=done,
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
    """Return what the citizen ticked, in a language, and wrote."""
    ticked = reasons(world, case, language)
    parts = (
        plain(language, "case.reasons", reasons=", ".join(ticked)) if ticked else "",
        plain(language, "case.comment", comment=case.comment) if case.comment else "",
    )
    return " ".join(filter(None, parts))


def reasons(world: World, case: Case, language: str) -> list[str]:
    """Return the labels of the ticked options in a language; the values of options that the form no longer has."""
    return [_label(world, *reason.split("."), language=language) for reason in case.reasons]


def _label(world: World, form: str, question: str, value: str, *, language: str) -> str:
    asked = world.forms[form].questions.get(question) if form in world.forms else None
    labels = {option.value: words_in(option.label, language) for option in asked.options} if asked else {}
    return labels.get(value, value)


def case_buttons(
    language: str, case: Case, today: date, *, shared: bool = False, handed: bool = False
) -> tuple[Button, ...]:
    """Return the buttons of a case in its state; citizens are not contacted from a group.

    Those to whom it was `handed` over can only close it and note progress; others note progress only while an office
    has it in hand.
    """
    possible = (
        (case.state in BEFORE["handled"], "handled", "case.handled"),
        (case.state in BEFORE["noted"] and (handed or bool(case.office)), "progress", "case.progress"),
    )
    owners = (
        (case.reachable(today) and not shared, "note", "case.write"),
        (case.state in BEFORE["passed_on"], "passed_on", "case.pass_on"),
        (case.state in BEFORE["handed_over"], "office", "case.hand_over"),
        (case.state in BEFORE["open"], "reopen", "case.reopen"),
        (_publishable(case) and not case.published and not shared, "publish", "case.publish"),
        (_publishable(case) and case.published and not shared, "hide", "case.hide"),
    )
    offered = possible if handed else (*owners[:1], *possible, *owners[1:])
    return tuple(button(language, f"case:{case.id}:{what}", key) for can, what, key in offered if can)


def _publishable(case: Case) -> bool:
    return case.state == "handled" and bool(case.note)


def counter_name(world: World, case: Case) -> str:
    """Return the counter of a case as people call it; its unit if the slip named no counter."""
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
    """Return a list of cases as a text; empty if there are none."""
    if not count:
        return Text()
    return Text.lines(
        (
            say(language, "case.count", count=count),
            *(line(world, case, language) for case in oldest),
            say(language, "case.rest", count=count - len(oldest)) if count > len(oldest) else "",
        )
    )
