"""Ticked options: which answers are options, and how they are counted from the rows for roll-ups."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from storage.counts.rows import ANSWER, COUNTED, RESPONSE, STRATUM
from storage.tables.base import table
from storage.tables.places import QuestionnaireRow
from storage.transaction import Queries

QUESTIONNAIRE = table(QuestionnaireRow)
# The options that one form ticked together; the option of a single choice is stored in the column of texts.
CHOSEN = func.coalesce(ANSWER.c.chosen, ANSWER.c.text)
_WHO = (RESPONSE.c.unit, RESPONSE.c.counter, STRATUM.label("stratum"), RESPONSE.c.form)


class Choices(Queries):
    """Queries that distinguish ticked options from typed words."""

    async def _single_choices(self) -> Mapping[tuple[str, int], frozenset[str]]:
        """Return the single-choice questions by form and version, read from the stored wordings."""
        rows = await self._connection.execute(
            select(QUESTIONNAIRE.c.code, QUESTIONNAIRE.c.version, QUESTIONNAIRE.c.source)
        )
        found = {(code, version): singles(source) for code, version, source in rows}
        return {key: questions for key, questions in found.items() if questions}


@lru_cache(maxsize=64)
def singles(source: str) -> frozenset[str]:
    """Return the questions of a wording that take one option; none where it cannot be read."""
    try:
        pages = tomllib.loads(source).get("page", ())
    except tomllib.TOMLDecodeError:
        # Such a form cannot be answered: stored definitions were checked before use.
        return frozenset()
    return frozenset(q["id"] for page in pages for q in page.get("question", ()) if q.get("kind") == "single")


def ticked(single: Mapping[tuple[str, int], frozenset[str]], extra: Sequence[Any] = ()) -> Select[Any]:
    """Select how many forms ticked which options, by unit, counter, stratum, form and question."""
    options = or_(
        ANSWER.c.chosen != "",
        *(
            and_(
                RESPONSE.c.form == form,
                RESPONSE.c.version == version,
                ANSWER.c.question.in_(sorted(questions)),
                ANSWER.c.text.is_not(None),
            )
            for (form, version), questions in sorted(single.items())
        ),
    )
    columns = (*_WHO, *extra, ANSWER.c.question)
    by = (*_WHO, *extra, ANSWER.c.question, CHOSEN)
    return (
        select(*columns, CHOSEN.label("chosen"), func.count().label("forms"))
        .join(ANSWER, ANSWER.c.response == RESPONSE.c.id)
        .where(options, COUNTED)
        .group_by(*by)
    )
