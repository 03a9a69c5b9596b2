"""Responses and their answers."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select, true, update

from handlers.turn import MissKind, NoteMiss
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
    *("round", "occasion", "hasty", "field", "apart", "half"),
)


class Answers(Cases, Rollups):
    """The part of a transaction that keeps survey answers and missed questions."""

    async def keep_responses(self, responses: Sequence[Response]) -> None:
        """Store responses; they replace those with the same ids, which keep their first day, half-day and source."""
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
        """Delete responses that were not sent off yet; a response that was can only be withdrawn."""
        unfinished = select(RESPONSE.c.id).where(RESPONSE.c.id.in_(ids), RESPONSE.c.complete.is_(False))
        await self.drop_responses(list((await self._connection.execute(unfinished)).scalars()))

    async def drop_responses(self, ids: Sequence[str]) -> None:
        """Delete responses with their answers, cases and votes; the people who gave them may answer again."""
        await self._unroll(ids)
        await self.drop_cases(ids)
        await self._connection.execute(delete(VOTE).where(VOTE.c.response.in_(ids)))
        await self._connection.execute(delete(RECENT).where(RECENT.c.response.in_(ids)))
        await self._connection.execute(update(SLIP).where(SLIP.c.response.in_(ids)).values(response=None))
        await self._connection.execute(delete(ANSWER).where(ANSWER.c.response.in_(ids)))
        await self._connection.execute(delete(RESPONSE).where(RESPONSE.c.id.in_(ids)))

    async def note_misses(self, misses: Sequence[NoteMiss], day: date) -> None:
        """Count what citizens did not find."""
        counted = Counter((miss.unit, miss.kind, miss.text) for miss in misses)
        statement = self._insert(MISS)
        statement = statement.on_conflict_do_update(
            index_elements=[MISS.c.unit, MISS.c.day, MISS.c.kind, MISS.c.text],
            set_={"count": MISS.c.count + statement.excluded.count},
        )
        rows = [
            {"unit": unit, "day": day, "kind": kind, "text": text, "count": n}
            for (unit, kind, text), n in sorted(counted.items())
        ]
        await self._connection.execute(statement, rows)

    async def misses(self, most: int, kind: MissKind | None = None) -> list[tuple[MissKind, str, int]]:
        """Return what citizens did not find, of one kind or all, as (kind, text, count), most frequent first."""
        total = func.sum(MISS.c.count)
        of_kind = MISS.c.kind == kind if kind else true()
        statement = select(MISS.c.kind, MISS.c.text, total).where(of_kind).group_by(MISS.c.kind, MISS.c.text)
        rows = await self._connection.execute(statement.order_by(total.desc(), MISS.c.text, MISS.c.kind).limit(most))
        return [(kind, text, int(count)) for kind, text, count in rows]


def _row(response: str, question: str, answer: Answer) -> dict[str, Any]:
    return {
        "response": response,
        "question": question,
        "level": answer if isinstance(answer, int) else None,
        "chosen": ",".join(answer) if isinstance(answer, tuple) else None,
        "text": answer if isinstance(answer, str) else None,
    }


def answer_of(row: Any) -> Answer:
    """Return the answer that a row stores."""
    if row.level is not None:
        return int(row.level)
    return tuple(row.chosen.split(",")) if row.chosen is not None else str(row.text)
