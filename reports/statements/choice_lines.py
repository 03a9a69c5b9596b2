"""What was ticked, in words: why marks were bad, and how people answered the other questions with options."""

from handlers.messages import Text
from handlers.wording import plain, say
from reports import rates
from reports.satisfaction.choices import Choice, ChoiceRow
from reports.satisfaction.report import LEAST_SHOWN, Report

BETWEEN = " · "


def reasons(report: Report, language: str) -> list[Text]:
    """Why marks were bad: a line for each question that asks so, of which enough forms were asked."""
    return [
        say(language, "report.reasons", reasons=ranked(choice.whole, choice, language))
        for choice in report.by_choice
        if choice.asking.reason and choice.whole.asked is not None
    ]


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
    told = [
        plain(language, "report.ticked_of", asked=asked, **values[0]),
        *(plain(language, "report.ticked", **one) for one in values[1:]),
    ]
    if row.hidden:
        told.append(plain(language, "report.ticked_hidden", options=", ".join(one.name for one in row.hidden)))
    return BETWEEN.join(told)


def by_counter(report: Report, language: str) -> list[Text]:
    """Reasons by counter, under a title; nothing where no counter has enough forms."""
    lines = [
        Text.of("• ", say(language, "report.reasons_at", place=row.name, reasons=ranked(row, choice, language)))
        for choice in report.by_choice
        if choice.asking.reason
        for row in choice.by_counter
        if row.asked is not None
    ]
    return [Text.of("\n", say(language, "report.reasons_by_counter"), ":"), *lines] if lines else []


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
