"""The staff page's tables of ticked options: a bar for each option, and a line for each counter, week and so on."""

from collections.abc import Sequence
from dataclasses import dataclass

import locales
from reports import rates
from reports.satisfaction.choices import Choice, ChoiceRow
from reports.satisfaction.report import Report
from reports.statements.choice_lines import TITLES, most_at, ranked

LANGUAGE = "vi"


@dataclass(frozen=True, slots=True)
class Bar:
    """An option as printed; numbers that may not be shown are empty. `width` is its share in percent."""

    name: str
    forms: str
    share: str
    width: float


@dataclass(frozen=True, slots=True)
class Table:
    """What was ticked at several places or times: the name of each, with its options as a sentence, or empty."""

    title: str
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its options; `asked` says on how many forms it was asked. There are no bars if on too few.

    `reason`: it asks why a mark was bad; `most` says where its first option was ticked most.
    """

    anchor: str
    title: str
    reason: bool
    asked: str
    bars: Sequence[Bar]
    tables: Sequence[Table]
    most: str = ""


def questions(report: Report) -> list[Question]:
    """Return the questions of which something was ticked, reasons first."""
    return [_question(choice) for choice in report.by_choice]


def _question(choice: Choice) -> Question:
    asked = choice.whole.asked
    base = locales.text(LANGUAGE, f"report.asked.{choice.asking.base}", count=rates.number(asked or 0))
    tables = [
        Table(TITLES[by], [(row.name, _ranked(row, choice)) for row in rows]) for by, rows in choice.tables.items()
    ]
    anchor = f"choice-{choice.key.replace('.', '-')}"
    most = most_at(choice, LANGUAGE).plain if choice.asking.reason else ""
    said = base if asked is not None else ""
    return Question(anchor, choice.name, choice.asking.reason, said, _bars(choice.whole), tables, most)


def _bars(row: ChoiceRow) -> list[Bar]:
    return [
        Bar(one.name, "", "", 0.0)
        if one.forms is None or one.share is None
        else Bar(one.name, rates.number(one.forms), rates.percent(one.share), float(one.share))
        for one in row.options
    ]


def _ranked(row: ChoiceRow, choice: Choice) -> str:
    return ranked(row, choice, LANGUAGE) if row.asked is not None else ""
