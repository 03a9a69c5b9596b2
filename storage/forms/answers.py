"""Responses and their answers."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from storage.counts.rollups import Rollups
from storage.counts.rows import ANSWER, RESPONSE
from storage.forms.cases import Cases
from storage.tables.base import table
from storage.tables.conversations import MissRow
from storage.tables.forms import RecentRow, SlipRow, VoteRow
from surveys.answers import Answer
from surveys.responses import Response

MISS = table(MissRow)
VOTE = table(VoteRow)
SLIP = table(SlipRow)
RECENT = table(RecentRow)
_BARE = (
    *("id", "unit", "counter", "form", "version", "digest", "source", "assisted", "day", "complete"),
    *("round", "occasion", "hasty", "field", "apart"),
)


class Answers(Cases, Rollups):
    """The part of a transaction that keeps survey answers and missed questions."""

    async def keep_responses(self, responses: Sequence[Response]) -> None:
        """Store responses, or replace what stands under their ids. The first day and source stay."""
        if not responses:
            return
        statement = self._insert(RESPONSE)
        statement = statement.on_conflict_do_update(
            index_elements=[RESPONSE.c.id],
            set_={name: statement.excluded[name] for name in ("complete", "field")},
        )
        await self._connection.execute(statement, [{name: getattr(r, name) for name in _BARE} for r in responses])
        identifiers = [response.id for response in responses]
        await self._unroll(identifiers)
        await self._connection.execute(delete(ANSWER).where(ANSWER.c.response.in_(identifiers)))
        rows = [_row(r.id, question, answer) for r in responses for question, answer in r.answers.items()]
        if rows:
            await self._connection.execute(insert(ANSWER), rows)

    async def responses(self, ids: Sequence[str]) -> dict[str, Response]:
        """Return stored responses with their answers by id."""
        rows = await self._connection.execute(select(ANSWER).where(ANSWER.c.response.in_(ids)))
        answers: dict[str, dict[str, Answer]] = {}
        for row in rows:
            answers.setdefault(row.response, {})[row.question] = answer_of(row)
        found = await self._connection.execute(select(RESPONSE).where(RESPONSE.c.id.in_(ids)))
        return {
            row.id: Response(**{name: getattr(row, name) for name in _BARE}, answers=answers.get(row.id, {}))
            for row in found
        }

    async def drop_unfinished(self, ids: Sequence[str]) -> None:
        """Delete responses that were not sent off yet; one that was is not given up any more, only withdrawn."""
        unfinished = select(RESPONSE.c.id).where(RESPONSE.c.id.in_(ids), RESPONSE.c.complete.is_(False))
        await self.drop_responses(list((await self._connection.execute(unfinished)).scalars()))

    async def drop_responses(self, ids: Sequence[str]) -> None:
        """Delete responses and their answers, and the cases they made; whoever gave them may answer anew."""
        await self._unroll(ids)
        await self.drop_cases(ids)
        await self._connection.execute(delete(VOTE).where(VOTE.c.response.in_(ids)))
        await self._connection.execute(delete(RECENT).where(RECENT.c.response.in_(ids)))
        await self._connection.execute(update(SLIP).where(SLIP.c.response.in_(ids)).values(response=None))
        await self._connection.execute(delete(ANSWER).where(ANSWER.c.response.in_(ids)))
        await self._connection.execute(delete(RESPONSE).where(RESPONSE.c.id.in_(ids)))

    async def note_misses(self, misses: Sequence[tuple[str, str]], day: date) -> None:
        """Count questions without an answer: (unit, masked text) pairs."""
        counted: dict[tuple[str, str], int] = {}
        for miss in misses:
            counted[miss] = counted.get(miss, 0) + 1
        statement = self._insert(MISS)
        statement = statement.on_conflict_do_update(
            index_elements=[MISS.c.unit, MISS.c.day, MISS.c.text],
            set_={"count": MISS.c.count + statement.excluded.count},
        )
        rows = [{"unit": unit, "day": day, "text": text, "count": n} for (unit, text), n in sorted(counted.items())]
        await self._connection.execute(statement, rows)

    async def misses(self, most: int) -> list[tuple[str, int]]:
        """Return the questions without an answer and how often they came, most frequent first."""
        total = func.sum(MISS.c.count)
        statement = select(MISS.c.text, total).group_by(MISS.c.text).order_by(total.desc(), MISS.c.text).limit(most)
        return [(text, int(count)) for text, count in await self._connection.execute(statement)]


def _row(response: str, question: str, answer: Answer) -> dict[str, Any]:
    return {
        "response": response,
        "question": question,
        "level": answer if isinstance(answer, int) else None,
        "chosen": ",".join(answer) if isinstance(answer, tuple) else None,
        "text": answer if isinstance(answer, str) else None,
    }


def answer_of(row: Any) -> Answer:
    """Return a stored row as the answer it was."""
    if row.level is not None:
        return int(row.level)
    return tuple(row.chosen.split(",")) if row.chosen is not None else str(row.text)
