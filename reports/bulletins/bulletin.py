"""What a member of staff is sent when a report is due: a short text, buttons, a chart and documents."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from handlers.messages import Button, Reply, Text
from handlers.ports import Membership
from handlers.rights import visible
from handlers.staff.bulletins import mute_button
from handlers.staff.cases import CasesTx, listed, unfinished
from handlers.staff.screens import LatelyTx, unpaired, unpaired_line
from handlers.wording import button, say
from handlers.world import World
from reports import periods
from reports.bulletins.attachments import CHART, SHEET, TREND, WORD, attached
from reports.bulletins.buttons import unit_buttons
from reports.bulletins.missed import MOST_GAPS, missed_buttons, missed_lines, of_week
from reports.bulletins.timetable import Deadlines, Kind
from reports.casework.waiting import WaitingTx, questions_of, waiting_now
from reports.casework.waiting import lines as left_lines
from reports.data_requests import Request, reminder
from reports.integrity.uncounted import waiting
from reports.missed.groups import MissesTx
from reports.missed.handling import missed_of
from reports.periods import Period
from reports.satisfaction.comments import WordsTx
from reports.satisfaction.trend import DayCounts
from reports.statements.compiling import StatementsTx, with_trend
from reports.statements.statement import Statement
from reports.statements.summary import mark, restated, summary
from surveys.uncounted import Group

OLDEST_CASES = 3
LANGUAGE = "vi"
FILES = {"weekly": (CHART, WORD, SHEET), "monthly": (TREND, WORD, SHEET), "periodic": (TREND, WORD, SHEET)}


class BulletinTx(CasesTx, StatementsTx, DayCounts, LatelyTx, WordsTx, MissesTx, WaitingTx, Protocol):
    """A transaction that also knows requests about personal data."""

    async def requests(self, *, open_only: bool = False) -> list[Request]:
        """Return the requests about personal data."""

    async def apart(self, units: Sequence[str], first: date, last: date) -> list[Group]:
        """Return the forms of units that are kept apart, by counter, day and state, latest first."""


async def bulletin(
    tx: BulletinTx,
    world: World,
    member: Membership,
    kind: Kind,
    statement: Statement,
    passed: Sequence[Period],
    now: datetime,
    deadlines: Deadlines,
) -> Reply:
    """Return what a member reads about a statement; `passed` are older periods whose reports are no longer sent."""
    period = statement.report.period
    lines: list[Text] = [restated(statement), summary(statement.report)]
    kept_apart = waiting(await tx.apart(visible(world, member), period.first, period.last))
    if kept_apart:
        lines.append(say(LANGUAGE, "staff.apart", count=sum(group.forms for group in kept_apart)))
    offered: list[Button] = []
    if kind == "periodic":
        lines.append(say(LANGUAGE, "staff.deadline", day=periods.day(deadlines.of(period))))
    if kind == "weekly":
        if member.role == "admin":
            lines.append(reminder(await tx.requests(open_only=True), now.date()))
            found = of_week((await missed_of(tx, world, member, now)).groups, period.first, period.last)
            gaps = await tx.missed(visible(world, member), period.first, period.last, MOST_GAPS)
            lines.append(missed_lines(found, gaps, LANGUAGE))
            offered += missed_buttons(found)
        count, oldest = await unfinished(tx, visible(world, member), OLDEST_CASES)
        lines.append(listed(world, count, oldest))
        units = visible(world, member)
        answered = await questions_of(tx, units, period, now)
        lines.append(left_lines(answered, await waiting_now(tx, units, now), LANGUAGE))
        lines.append(unpaired_line(await unpaired(tx, world, [member.unit], now), LANGUAGE))
        if count:
            offered.append(button(LANGUAGE, "cases", "case.list"))
    if passed:
        lines.append(_passed(passed))
    lines.append(mark(LANGUAGE, sample=world.is_sample(statement.report.unit, below=statement.below)))
    offered += unit_buttons(world, member, statement.report.unit, period, LANGUAGE)
    offered.append(mute_button(kind, LANGUAGE))
    files = attached(await with_trend(tx, world, statement, now), FILES[kind], LANGUAGE, now)
    return Reply(Text.lines(lines, between="\n\n"), tuple(offered), files=files)


def _passed(passed: Sequence[Period]) -> Text:
    first, last = passed[0], passed[-1]
    days = {"first": periods.day(first.first), "last": periods.day(last.last)}
    return say(LANGUAGE, "staff.passed", count=len(passed), period=last.name, **days)
