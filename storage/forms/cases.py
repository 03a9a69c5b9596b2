"""Cases of bad service, each with a state and a date, and how to write to a citizen who agreed to it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, update

from storage.tables.base import table
from storage.tables.forms import CaseRow, CaseStepRow, ResponseRow
from storage.transaction import Queries
from surveys.cases import BEFORE, UNFINISHED, Case, PublishedNote, State, Step, numbered

CASE = table(CaseRow)
STEP = table(CaseStepRow)
RESPONSE = table(ResponseRow)
# fmt: off
_KEYS = (
    "unit", "counter", "day", "level", "comment", "response", "changed_on", "state", "channel", "person",
    "note", "published", "office", "due", "reminded",
    "handed_to",
)
# fmt: on
_STEP_KEYS = ("state", "at", "who", "channel", "person", "note", "office", "due")
_SEPARATOR = ","
_NO_CONTACT = {"channel": "", "person": ""}


class Cases(Queries):
    """The part of a transaction that keeps cases."""

    async def keep_cases(self, cases: Sequence[Case]) -> list[Case]:
        """Open cases, or update the existing cases of their responses.

        Returns the cases that staff have to read: new ones, and unfinished ones that had only reasons and now have a
        comment. Must follow `keep_responses` in the same transaction: it locks the responses' rows, and so two
        processes that store the same response open only one case.
        """
        found = await self._connection.execute(
            select(CASE).where(CASE.c.response.in_([case.response for case in cases]))
        )
        known, opened = {row.response: _case(row) for row in found}, []
        for case in cases:
            if before := known.get(case.response):
                changed = {"level": case.level, "comment": case.comment, "reasons": _SEPARATOR.join(case.reasons)}
                await self._connection.execute(update(CASE).where(CASE.c.response == case.response).values(changed))
                if case.comment and not before.comment and before.state in UNFINISHED:
                    opened.append(replace(before, level=case.level, comment=case.comment, reasons=case.reasons))
            else:
                statement = insert(CASE).values(_values(case)).returning(CASE.c.id)
                opened.append(numbered(case, int((await self._connection.execute(statement)).scalar_one())))
        return opened

    async def drop_cases(self, responses: Sequence[str]) -> None:
        """Delete the cases of responses that were withdrawn or no longer complain."""
        await self._connection.execute(delete(CASE).where(CASE.c.response.in_(responses)))

    async def case(self, identifier: int) -> Case | None:
        """Return a case by its number; None if there is none."""
        row = (await self._connection.execute(select(CASE).where(CASE.c.id == identifier))).one_or_none()
        return _case(row) if row else None

    async def cases(
        self, units: Sequence[str], states: Sequence[State], most: int, *, latest: bool = False
    ) -> list[Case]:
        """Return cases of units, or handed over to them, in some states: the oldest first, or the latest changed."""
        order = (CASE.c.changed_on.desc(), CASE.c.id.desc()) if latest else (CASE.c.day, CASE.c.id)
        statement = select(CASE).where(_among(units, states)).order_by(*order).limit(most)
        return [_case(row) for row in await self._connection.execute(statement)]

    async def count_cases(self, units: Sequence[str], states: Sequence[State]) -> int:
        """Count the cases of units, or handed over to them, that are in one of some states."""
        counted = await self._connection.execute(select(func.count()).select_from(CASE).where(_among(units, states)))
        return int(counted.scalar_one())

    async def cases_between(self, units: Sequence[str], first: date, last: date) -> tuple[int, int]:
        """Return how many cases units have from the days `first` to `last`, both included, and how many are handled.

        Cases of forms that are kept apart are not counted.
        """
        within = (RESPONSE.c.unit.in_(units), RESPONSE.c.day >= first, RESPONSE.c.day <= last)
        apart = select(RESPONSE.c.id).where(*within, RESPONSE.c.apart != "")
        statement = (
            select(CASE.c.state, func.count())
            .where(CASE.c.unit.in_(units), CASE.c.day >= first, CASE.c.day <= last, CASE.c.response.not_in(apart))
            .group_by(CASE.c.state)
        )
        counts = {state: int(count) for state, count in await self._connection.execute(statement)}
        return sum(counts.values()), counts.get("handled", 0)

    async def move_case(self, identifier: int, step: Step) -> bool:
        """Put a case into another state and note who did it; False if its present state no longer allows that.

        A handled case forgets how to reach its citizen. A step with the state "noted" only adds a note.
        """
        if step.state == "noted":
            return await self._note_case(identifier, step)
        values: dict[str, Any] = {"state": step.state, "changed_on": step.at.date(), "asked": ""}
        values |= {"note": step.note, "published": step.published, "office": step.office}
        # The unit that handled a case goes on seeing it.
        values |= {"handed_to": step.unit} if step.state != "handled" else {}
        values |= {"due": step.due} if step.due else {}
        values |= _NO_CONTACT if step.state == "handled" else {}
        statement = update(CASE).where(CASE.c.id == identifier, CASE.c.state.in_(BEFORE[step.state]))
        if not (await self._connection.execute(statement.values(values))).rowcount:
            return False
        await self._keep_step(identifier, step)
        return True

    async def _note_case(self, identifier: int, step: Step) -> bool:
        unfinished = select(CASE.c.id).where(CASE.c.id == identifier, CASE.c.state.in_(BEFORE[step.state]))
        if (await self._connection.execute(unfinished.with_for_update())).one_or_none() is None:
            return False
        await self._keep_step(identifier, step)
        return True

    async def _keep_step(self, identifier: int, step: Step) -> None:
        row = {"case": identifier, **{key: getattr(step, key) for key in _STEP_KEYS}}
        await self._connection.execute(insert(STEP), [row])

    async def case_steps(self, cases: Sequence[int]) -> dict[int, list[Step]]:
        """Return by case what was done about it, in that order."""
        wanted = select(STEP).where(STEP.c.case.in_(cases)).order_by(STEP.c.id)
        found: dict[int, list[Step]] = {}
        for row in await self._connection.execute(wanted):
            found.setdefault(row.case, []).append(Step(**{key: getattr(row, key) for key in _STEP_KEYS}))
        return found

    async def publish_case(self, identifier: int, *, published: bool) -> bool:
        """Publish what was done about a handled case, or withdraw that; False if there is no such note."""
        noted = (CASE.c.id == identifier, CASE.c.state == "handled", CASE.c.note != "")
        return bool((await self._connection.execute(update(CASE).where(*noted).values(published=published))).rowcount)

    async def published_notes(self, unit: str, first: date, last: date) -> list[PublishedNote]:
        """Return the published notes on what a unit did between two days, both included; the latest first."""
        wanted = (CASE.c.unit == unit, CASE.c.state == "handled", CASE.c.published)
        days = (CASE.c.changed_on >= first, CASE.c.changed_on <= last)
        statement = select(CASE.c.changed_on, CASE.c.note).where(*wanted, *days)
        rows = await self._connection.execute(statement.order_by(CASE.c.changed_on.desc(), CASE.c.id.desc()))
        return [PublishedNote(row.changed_on, row.note) for row in rows]

    async def ask_if_mended(self, identifier: int, key: str) -> None:
        """Store the key of the question to the citizen whether a handled case is mended."""
        await self._connection.execute(update(CASE).where(CASE.c.id == identifier).values(asked=key))

    async def take_question(self, key: str, after: date) -> Case | None:
        """Return the case of an open question asked after the day `after`, and close the question; None if none."""
        asked = (CASE.c.asked == key, CASE.c.asked != "", CASE.c.changed_on > after)
        row = (
            await self._connection.execute(update(CASE).where(*asked).values(asked="").returning(CASE))
        ).one_or_none()
        return _case(row) if row else None

    async def note_reminded(self, identifier: int, due: date) -> bool:
        """Note that staff were reminded of the due day of a case; False if that was noted before."""
        fresh = (CASE.c.id == identifier, func.coalesce(CASE.c.reminded, date.min) != due)
        return bool((await self._connection.execute(update(CASE).where(*fresh).values(reminded=due))).rowcount)

    async def agree_to_contact(self, response: str, channel: str, person: str, after: date) -> Case | None:
        """Store how to write to the citizen of a response's unfinished case from a day after `after`; None if none."""
        statement = (
            update(CASE)
            .where(CASE.c.response == response, CASE.c.state.in_(UNFINISHED), CASE.c.day > after)
            .values(channel=channel, person=person)
            .returning(CASE)
        )
        row = (await self._connection.execute(statement)).one_or_none()
        return _case(row) if row else None

    async def take_contact(self, identifier: int, after: date) -> tuple[str, str] | None:
        """Return channel and person of a case from a day after `after`, and delete them: only one caller gets them."""
        wanted = and_(CASE.c.id == identifier, CASE.c.person != "", CASE.c.day > after)
        found = await self._connection.execute(select(CASE.c.channel, CASE.c.person).where(wanted).with_for_update())
        row = found.one_or_none()
        if row is None:
            return None
        await self._connection.execute(update(CASE).where(CASE.c.id == identifier).values(_NO_CONTACT))
        return row.channel, row.person

    async def forget_contacts(self, until: date) -> int:
        """Delete how to write to the citizens of cases up to a day; returns for how many cases.

        Questions that they were asked up to that day are closed too.
        """
        over = (CASE.c.asked != "", CASE.c.changed_on <= until)
        await self._connection.execute(update(CASE).where(*over).values(asked=""))
        statement = update(CASE).where(CASE.c.person != "", CASE.c.day <= until).values(_NO_CONTACT)
        return (await self._connection.execute(statement)).rowcount


def _among(units: Sequence[str], states: Sequence[State]) -> Any:
    handed = and_(CASE.c.handed_to.in_(units), CASE.c.handed_to != "")
    return and_(or_(CASE.c.unit.in_(units), handed), CASE.c.state.in_(states))


def _values(case: Case) -> dict[str, Any]:
    return {**{key: getattr(case, key) for key in _KEYS}, "reasons": _SEPARATOR.join(case.reasons)}


def _case(row: Any) -> Case:
    reasons = tuple(filter(None, row.reasons.split(_SEPARATOR)))
    return Case(id=row.id, **{key: getattr(row, key) for key in _KEYS}, reasons=reasons)
