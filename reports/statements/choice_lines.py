"""What was ticked, in words: why marks were bad, and how people answered the other questions with options."""

from collections.abc import Sequence

from handlers.messages import Text
from handlers.wording import plain, say
from reports import rates
from reports.satisfaction.choices import Choice, ChoiceRow, Ticked
from reports.satisfaction.report import LEAST_SHOWN, Report

BETWEEN = " · "
# By what it is said where a reason was ticked most: when, then where.
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
    """Why marks were bad, and where the first reason was ticked most: of each question that asks so, if enough were."""
    asked = [one for one in report.by_choice if one.asking.reason and one.whole.asked is not None]
    lines = [
        (say(language, "report.reasons", reasons=ranked(choice.whole, choice, language)), most_at(choice, language))
        for choice in asked
    ]
    return [line for pair in lines for line in pair if line]


def most_at(choice: Choice, language: str) -> Text:
    """Where the first reason was ticked most: "Chờ lâu nhiều nhất: Thứ Hai, Buổi sáng, Quầy 2"; nothing where none can.

    A row is named that has more than any other, even if one hidden row had all that is hidden.
    """
    if not choice.whole.shown:
        return Text()
    first = choice.whole.shown[0]
    places = [top for by in MOST_BY if by in choice.tables and (top := _most(choice.tables[by], first, by))]
    return say(language, "report.most_at", option=first.name, places=", ".join(places)) if places else Text()


def _most(rows: Sequence[ChoiceRow], option: Ticked, by: str) -> str:
    """The name of the row with the most forms of an option; empty where that is not certain, or no half is known."""
    counts = {row.name: one.forms for row in rows for one in row.options if one.key == option.key and one.forms}
    if not counts:
        return ""
    name, most = max(counts.items(), key=lambda one: one[1])
    hidden = (option.forms or 0) - sum(counts.values())
    if by == "half" and name in {row.name for row in rows if not row.key}:
        return ""
    return name if most > max(hidden, *(count for other, count in counts.items() if other != name), 0) else ""


def ranked(row: ChoiceRow, choice: Choice, language: str) -> str:
    """The options, most often ticked first: "Chờ lâu 14 trong 31 phiếu chưa hài lòng (45,16%) · Điều khác 6 (19,35%)".

    The first names what the numbers are of.
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
    """Reasons by each breakdown, under titles; nothing of those in which no row has enough forms."""
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
    """The other questions with options, under a title."""
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
