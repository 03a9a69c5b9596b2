"""A report in words: the same text for the chat, the command line and the staff page's heading."""

from collections.abc import Sequence

from handlers.messages import Text
from handlers.wording import plain, say
from reports import dossier_text, periods, rates
from reports.report import LEAST_TELLING, Group, Report

VERDICTS = {1: "report.higher", -1: "report.lower", 0: "report.same"}
MOST_GROUPS = 12


def summary(report: Report, language: str = "vi") -> Text:
    """Return the short text that staff get: n, rate with its rule and interval, shares, the period before."""
    heading = say(language, "report.heading", period=periods.label(report.period, language), unit=report.unit_name)
    if report.rate is None:
        return Text.lines([heading, say(language, "report.none"), dossiers_part(report, language)])
    return Text.lines(
        [
            heading,
            forms_line(report, language),
            rate_line(report, language),
            shares_line(report, language),
            previous_line(report, language),
            *strata(report, language),
            *breakdown(report.by_counter, "report.counters", language),
            say(language, "report.small", least=LEAST_TELLING) if report.answers < LEAST_TELLING else "",
            dossiers_part(report, language),
        ]
    )


def full(report: Report, language: str = "vi") -> Text:
    """Return the summary with the breakdowns by question and source."""
    if report.rate is None:
        return summary(report, language)
    return Text.lines(
        [
            summary(report, language),
            *breakdown(report.by_question, "report.questions", language),
            *breakdown(report.by_source, "report.sources", language),
        ]
    )


def dossiers_part(report: Report, language: str) -> Text:
    """The dossier figures below an empty line; empty where there are none."""
    return Text.of("\n", dossier_text.lines(report.dossiers, language)) if report.dossiers else Text()


def forms_line(report: Report, language: str) -> Text:
    """How many forms, and how many the period before."""
    forms = say(
        language,
        "report.forms",
        forms=rates.number(report.forms),
        stratum=plain(language, f"report.stratum_of.{report.stratum}"),
    )
    if report.previous is None:
        return Text.of(forms, ".")
    before = say(language, "report.before", forms=rates.number(report.previous.forms))
    return Text.of(forms, " (", before, ").")


def rate_line(report: Report, language: str) -> Text:
    """The rate with its rule, n and interval."""
    if report.rate is None:
        return say(language, "report.none")
    rule = plain(language, f"report.rule_{report.rule}")
    return Text.of(
        say(language, "report.rate", rule=rule, rate=rates.percent(report.rate.percent)),
        " (",
        say(language, "report.interval", low=rates.percent(report.rate.low), high=rates.percent(report.rate.high)),
        "; ",
        say(language, "report.counted", answers=rates.number(report.answers)),
        ").",
    )


def shares_line(report: Report, language: str) -> Text:
    """The five shares, best level first."""
    return Text.lines(
        (
            say(
                language,
                "report.share",
                label=plain(language, f"level.{level}"),
                share=rates.number(report.shares[level]),
            )
            for level in reversed(rates.LEVELS)
        ),
        between=" · ",
    )


def previous_line(report: Report, language: str) -> Text:
    """The rate of the period before, and whether the change is more than chance."""
    if report.previous is None or report.previous.rate is None:
        return Text()
    return say(
        language,
        "report.previous_rate",
        rate=rates.percent(report.previous.rate.percent),
        verdict=plain(language, VERDICTS[report.verdict]),
    )


def strata(report: Report, language: str) -> list[Text]:
    """One line for each stratum beside the reported one; their figures are never added up."""
    return [
        say(
            language,
            "report.other_stratum",
            name=one.group.name,
            forms=rates.number(one.forms),
            rate=rates.percent(one.group.rate.percent),
        )
        if one.group.rate
        else say(language, "report.other_stratum_hidden", name=one.group.name, forms=rates.number(one.forms))
        for one in report.by_stratum
        if one.group.key != report.stratum
    ]


def breakdown(groups: Sequence[Group], title: str, language: str) -> list[Text]:
    """A titled list of groups, the lowest rates first, small groups without figures last."""
    if len(groups) < 2:
        return []
    shown = sorted((g for g in groups if g.rate), key=lambda g: (g.rate.percent if g.rate else 0, g.key))
    lines = [
        say(
            language,
            "report.group",
            name=g.name,
            rate=rates.percent(g.rate.percent),
            answers=rates.number(g.answers or 0),
        )
        for g in shown[:MOST_GROUPS]
        if g.rate
    ]
    lines += [say(language, "report.group_hidden", name=g.name) for g in groups if g.rate is None][:MOST_GROUPS]
    return [Text.of("\n", say(language, title), ":"), *(Text.of("• ", line) for line in lines)]
