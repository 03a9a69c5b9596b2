"""Questions that were left for a person, and their answers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from storage.tables.base import table
from storage.tables.questions_left import LeftQuestionRow
from storage.transaction import Queries
from surveys.questions_left import LeftQuestion

QUESTION = table(LeftQuestionRow)
_KEYS = tuple(name for name in LeftQuestion.__dataclass_fields__ if name != "id")
_OPEN = QUESTION.c.answered_at.is_(None)


class QuestionsLeft(Queries):
    """The part of a transaction that keeps questions for a person."""

    async def leave_question(self, question: LeftQuestion) -> int:
        """Keep a question; returns its number."""
        values = {key: getattr(question, key) for key in _KEYS}
        made = await self._connection.execute(insert(QUESTION).values(values).returning(QUESTION.c.id))
        return int(made.scalar_one())

    async def left_question(self, number: int) -> LeftQuestion | None:
        """Return a question by its number; None if there is none."""
        row = (await self._connection.execute(select(QUESTION).where(QUESTION.c.id == number))).one_or_none()
        return _question(row) if row else None

    async def answer_question(self, question: LeftQuestion, answer: str, now: datetime) -> bool:
        """Store the answer and delete who asked; False if the question was answered before."""
        values = {"answer": answer, "answered_at": now, "channel": "", "person": ""}
        statement = update(QUESTION).where(QUESTION.c.id == question.id, _OPEN)
        return bool((await self._connection.execute(statement.values(values))).rowcount)

    async def questions_left(self, units: Sequence[str], most: int, *, answered: bool) -> list[LeftQuestion]:
        """Return questions of units: open ones by the time they are due, or answered ones, the latest first."""
        state, order = (~_OPEN, QUESTION.c.answered_at.desc()) if answered else (_OPEN, QUESTION.c.due)
        wanted = select(QUESTION).where(QUESTION.c.unit.in_(units), state).order_by(order, QUESTION.c.id).limit(most)
        return [_question(row) for row in await self._connection.execute(wanted)]

    async def questions_between(self, units: Sequence[str], first: datetime, last: datetime) -> list[LeftQuestion]:
        """Return the questions that units received from `first` to before `last`, in order."""
        within = (QUESTION.c.unit.in_(units), QUESTION.c.at >= first, QUESTION.c.at < last)
        wanted = select(QUESTION).where(*within).order_by(QUESTION.c.at, QUESTION.c.id)
        return [_question(row) for row in await self._connection.execute(wanted)]

    async def open_questions(self, units: Sequence[str], now: datetime) -> tuple[int, int]:
        """Return how many questions of units nobody has answered yet, and how many of them are late."""
        late = func.count().filter(QUESTION.c.due < now)
        counted = select(func.count(), late).where(QUESTION.c.unit.in_(units), _OPEN)
        count, overdue = (await self._connection.execute(counted)).one()
        return int(count), int(overdue)

    async def any_question_late(self, now: datetime) -> bool:
        """Tell whether a question is late that admins were not told of."""
        late = select(QUESTION.c.id).where(_OPEN, QUESTION.c.due < now, QUESTION.c.head_told.is_(False)).limit(1)
        return (await self._connection.execute(late)).first() is not None

    async def take_late_questions(self, now: datetime) -> list[LeftQuestion]:
        """Return the late questions that admins were not told of, and mark them as told; so each is returned once."""
        late = update(QUESTION).where(_OPEN, QUESTION.c.due < now, QUESTION.c.head_told.is_(False))
        found = await self._connection.execute(late.values(head_told=True).returning(QUESTION))
        return sorted((_question(row) for row in found), key=lambda one: one.id)

    async def forget_questions(self, contacts: datetime, words: datetime) -> int:
        """Delete who asked before `contacts`, and questions from before `words`; returns how many of the latter."""
        old = (QUESTION.c.at < contacts, QUESTION.c.person != "")
        await self._connection.execute(update(QUESTION).where(*old).values(channel="", person=""))
        return int((await self._connection.execute(delete(QUESTION).where(QUESTION.c.at < words))).rowcount)


def _question(row: Any) -> LeftQuestion:
    return replace(LeftQuestion(row.id, "", "", "", row.at, row.due), **{key: getattr(row, key) for key in _KEYS})
