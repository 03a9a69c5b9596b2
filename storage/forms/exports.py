"""Reading forms one after the other for an export, however many there are."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select, tuple_

from reports.satisfaction.answers_table import Asked, FilledForm, shuffled
from storage.counts.rows import ANSWER, COUNTED, RESPONSE, STRATUM
from storage.forms.answers import answer_of
from storage.places import QUESTIONNAIRE
from storage.transaction import Queries
from surveys.answers import Answer

AT_ONCE = 500
_PLAIN = (
    *("form", "version", "unit", "counter", "field", "source", "day", "round", "occasion"),
    *("assisted", "hasty", "complete"),
)


class Exports(Queries):
    """The part of a transaction that reads whole forms of a period."""

    async def asked(self, units: Sequence[str], first: date, last: date) -> list[Asked]:
        """Return which questions of which forms were answered between two days, both included."""
        statement = (
            select(RESPONSE.c.form, RESPONSE.c.version, ANSWER.c.question)
            .join(ANSWER, ANSWER.c.response == RESPONSE.c.id, isouter=True)
            .where(*_within(units, first, last))
            .distinct()
        )
        rows = await self._connection.execute(statement)
        return sorted(Asked(form, version, question or "") for form, version, question in rows)

    async def wordings(self, known: Collection[tuple[str, int]] = ()) -> dict[tuple[str, int], str]:
        """Return the sources of all questionnaire versions ever used except the `known` ones, by code and version."""
        versions = tuple_(QUESTIONNAIRE.c.code, QUESTIONNAIRE.c.version)
        rows = await self._connection.execute(select(QUESTIONNAIRE).where(versions.not_in(sorted(known))))
        return {(row.code, row.version): row.source for row in rows}

    async def without_answers(self) -> int:
        """Count the sent forms without any answer, which should not exist."""
        answered = select(ANSWER.c.response).where(ANSWER.c.response == RESPONSE.c.id).exists()
        counted = select(func.count()).select_from(RESPONSE).where(RESPONSE.c.complete, ~answered)
        return int((await self._connection.execute(counted)).scalar_one())

    async def filled_forms(
        self, units: Sequence[str], first: date, last: date, form: str = ""
    ) -> AsyncIterator[FilledForm]:
        """Yield the forms between two days, both included, ordered by day; within a day not in the order of arrival."""
        wanted = [*_within(units, first, last), *([RESPONSE.c.form == form] if form else [])]
        days = select(RESPONSE.c.day).where(*wanted).distinct().order_by(RESPONSE.c.day)
        for day in list((await self._connection.execute(days)).scalars()):
            found = await self._connection.execute(select(RESPONSE.c.id).where(*wanted, RESPONSE.c.day == day))
            identifiers = shuffled(found.scalars())
            for start in range(0, len(identifiers), AT_ONCE):
                for filled in await self._read(identifiers[start : start + AT_ONCE]):
                    yield filled

    async def _read(self, identifiers: Sequence[str]) -> list[FilledForm]:
        given: dict[str, dict[str, Answer]] = {}
        for row in await self._connection.execute(select(ANSWER).where(ANSWER.c.response.in_(identifiers))):
            given.setdefault(row.response, {})[row.question] = answer_of(row)
        statement = select(RESPONSE, STRATUM.label("stratum")).where(RESPONSE.c.id.in_(identifiers))
        rows: dict[str, Any] = {row.id: row for row in await self._connection.execute(statement)}
        return [
            FilledForm(
                **{name: getattr(rows[identifier], name) for name in _PLAIN},
                stratum=rows[identifier].stratum,
                answers=given.get(identifier, {}),
            )
            for identifier in identifiers
            # Somebody may take a form back while the export runs.
            if identifier in rows
        ]


def _within(units: Sequence[str], first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    return (RESPONSE.c.unit.in_(units), RESPONSE.c.day >= first, RESPONSE.c.day <= last, COUNTED)
