"""Ticked options in words: reasons of bad marks, and the answers to other questions with options."""

from collections.abc import Sequence

from handlers.messages import Text
from handlers.wording import plain, say
from reports import rates
from reports.satisfaction.choices import Choice, ChoiceRow, Ticked
from reports.satisfaction.report import LEAST_SHOWN, Report

BETWEEN = " · "
# The breakdowns that say where a reason was ticked most: first when, then where.
MOST_BY = ("weekday", "half", "counter", "field")
TITLES = {
    "counter": "report.counters",
    "field": "report.fields",
    "occasion": "report.occasions",
    "week": "report.weeks",
    "weekday": "report.weekdays",
    "half": "report.halves",
    "stratum": "report.strata",
}


def reasons(report: Report, language: str) -> list[Text]:
    """Return the reasons of bad marks, and where the first was ticked most, for each question with enough forms."""
    asked = [one for one in report.by_choice if one.asking.reason and one.whole.asked is not None]
    lines = [
        (say(language, "report.reasons", reasons=ranked(choice.whole, choice, language)), most_at(choice, language))
        for choice in asked
    ]
    return [line for pair in lines for line in pair if line]


def most_at(choice: Choice, language: str) -> Text:
    """Say where the first reason was ticked most: "Chờ lâu nhiều nhất: Thứ Hai, Buổi sáng, Quầy 2"; empty if unclear.

    A row is named only if it has more than any other, even if a single hidden row had all the hidden ticks.
    """
    if not choice.whole.shown:
        return Text()
    first = choice.whole.shown[0]
    places = [top for by in MOST_BY if by in choice.tables and (top := _most(choice.tables[by], first, by))]
    return say(language, "report.most_at", option=first.name, places=", ".join(places)) if places else Text()


def _most(rows: Sequence[ChoiceRow], option: Ticked, by: str) -> str:
    """Return the name of the row with most ticks of an option; empty if uncertain, or if it is the unknown half-day."""
    counts = {row.name: one.forms for row in rows for one in row.options if one.key == option.key and one.forms}
    if not counts:
        return ""
    name, most = max(counts.items(), key=lambda one: one[1])
    hidden = (option.forms or 0) - sum(counts.values())
    if by == "half" and name in {row.name for row in rows if not row.key}:
        return ""
    return name if most > max(hidden, *(count for other, count in counts.items() if other != name), 0) else ""


def ranked(row: ChoiceRow, choice: Choice, language: str) -> str:
    """List the options, most often ticked first: "Chờ lâu 14 trong 31 phiếu chưa hài lòng (45,16%) · …".

    The first one says which forms the numbers are of.
    """
    asked = plain(language, f"report.asked.{choice.asking.base}", count=rates.number(row.asked or 0))
    if not row.shown:
        return plain(language, "report.ticked_few", asked=asked, least=LEAST_SHOWN)
    first, *others = row.shown
    values = [
        {"option": one.name, "forms": rates.number(one.forms or 0), "share": rates.percent(one.share)}
        for one in (first, *others)
        if one.share is not None
    ]
    parts = [
        plain(language, "report.ticked_of", asked=asked, **values[0]),
        *(plain(language, "report.ticked", **one) for one in values[1:]),
    ]
    if row.hidden:
        parts.append(plain(language, "report.ticked_hidden", options=", ".join(one.name for one in row.hidden)))
    return BETWEEN.join(parts)


def by_table(report: Report, language: str) -> list[Text]:
    """Return the reasons by each breakdown, under titles; breakdowns without a row of enough forms are left out."""
    asked = [choice for choice in report.by_choice if choice.asking.reason]
    return [
        line for choice in asked for by, rows in choice.tables.items() for line in _table(choice, by, rows, language)
    ]


def _table(choice: Choice, by: str, rows: Sequence[ChoiceRow], language: str) -> list[Text]:
    lines = [
        Text.of("• ", say(language, "report.reasons_at", place=row.name, reasons=ranked(row, choice, language)))
        for row in rows
        if row.asked is not None
    ]
    title = say(language, "report.reasons_by", by=plain(language, TITLES[by]).lower())
    return [Text.of("\n", title, ":"), *lines] if lines else []


def others(report: Report, language: str) -> list[Text]:
    """Return lines on the other questions with options, under a title."""
    lines = [
        Text.of(
            "• ",
            say(
                language,
                "report.reasons_at",
                place=choice.name.rstrip(" .?:"),
                reasons=ranked(choice.whole, choice, language),
            ),
        )
        for choice in report.by_choice
        if not choice.asking.reason and choice.whole.asked is not None
    ]
    return [Text.of("\n", say(language, "report.choices"), ":"), *lines] if lines else []
