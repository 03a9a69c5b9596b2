"""A report in words: the same text for the chat, the command line and the heading of the staff page."""

from collections.abc import Sequence
from decimal import Decimal

from handlers.messages import Text
from handlers.wording import plain, say
from reports import periods, rates
from reports.dossiers import sentences
from reports.rates import Change
from reports.satisfaction.report import LEAST_JUDGED, LEAST_SHOWN, Group, Report
from reports.statements import choice_lines
from reports.statements.statement import Statement

VERDICTS = {1: "report.higher", -1: "report.lower", 0: "report.same"}
MOST_GROUPS = 12


def summary(report: Report, language: str = "vi") -> Text:
    """Return the short text that staff get: n, rate with its rule and interval, shares, the period before."""
    heading = say(language, "report.heading", period=periods.label(report.period, language), unit=report.unit_name)
    if report.rate is None:
        return Text.lines([heading, say(language, "report.none"), dossiers_part(report, language)])
    if not report.has_enough:
        few = (forms_line(report, language), few_line(report, language), *strata(report, language))
        return Text.lines([heading, *few, dossiers_part(report, language)])
    several = len(report.by_unit) > 1
    places = (report.by_unit, "report.units") if several else (report.by_counter, "report.counters")
    return Text.lines(
        [
            heading,
            forms_line(report, language),
            rate_line(report, language),
            target_line(report, language),
            shares_line(report, language),
            previous_line(report, language),
            sample_line(report, language),
            *choice_lines.reasons(report, language),
            *strata(report, language),
            *breakdown(*places, language),
            "" if report.enough else small_line(report, language),
            dossiers_part(report, language),
        ]
    )


def full(report: Report, language: str = "vi") -> Text:
    """Return the summary with the other breakdowns."""
    if not report.has_enough:
        return summary(report, language)
    return Text.lines(
        [
            summary(report, language),
            *(breakdown(report.by_counter, "report.counters", language) if len(report.by_unit) > 1 else ()),
            *breakdown(report.by_section, "report.sections", language),
            *breakdown(report.by_question, "report.questions", language),
            *breakdown(report.by_field, "report.fields", language),
            *breakdown(report.by_source, "report.sources", language),
            *breakdown(report.by_occasion, "report.occasions", language),
            *breakdown(report.by_weekday, "report.weekdays", language),
            *breakdown(report.by_half, "report.halves", language),
            *choice_lines.by_table(report, language),
            *choice_lines.others(report, language),
        ]
    )


def dossiers_part(report: Report, language: str) -> Text:
    """Return the dossier figures below an empty line; empty if there are none."""
    return Text.of("\n", sentences.lines(report.dossiers, language)) if report.dossiers else Text()


def report_text(statement: Statement, language: str = "vi", *, sample: bool = False) -> Text:
    """Return the full text of a statement; a restatement says first what it changed, a sample last that it is one."""
    parts = (restated(statement, language), full(statement.report, language), mark(language, sample=sample))
    return Text.lines(parts, between="\n\n")


def mark(language: str, *, sample: bool) -> Text:
    """Return the mark of a sample; empty for other figures."""
    return say(language, "sample.mark") if sample else Text()


def restated(statement: Statement, language: str = "vi") -> Text:
    """Say which restatement this is, of which day, and what changed; empty for the first statement."""
    if statement.number < 2:
        return Text()
    head = say(language, "statement.restated", number=statement.number, day=periods.day(statement.made_at.date()))
    return Text.lines([head, *statement.changes])


def few_line(report: Report, language: str) -> Text:
    """Say why no rate is shown: with so few answers it would reveal what one person said."""
    return say(language, "report.few", answers=rates.padded(report.answers), least=LEAST_SHOWN)


def small_line(report: Report, language: str) -> Text:
    """Say that there are too few answers to judge by."""
    return say(language, "report.small", answers=rates.number(report.answers), least=LEAST_JUDGED)


def target_line(report: Report, language: str) -> Text:
    """Say whether the target is reached, and if not, by how many points it is missed; empty without rate or target."""
    if report.to_target is None:
        return Text()
    key = "report.target_reached" if report.to_target >= 0 else "report.target_missed"
    return say(language, key, points=rates.percent(abs(report.to_target)), target=report.target)


def sample_line(report: Report, language: str) -> Text:
    """Say how many forms are wanted and how many there are; empty if no dossiers are known."""
    if report.sample is None:
        return Text()
    wanted, dossiers, reached = report.sample.wanted, report.sample.dossiers, report.sample.reached
    numbers = {"wanted": rates.number(wanted), "dossiers": rates.number(dossiers), "reached": rates.number(reached)}
    return say(language, "report.sample", **numbers)


def forms_line(report: Report, language: str) -> Text:
    """Say how many forms there are, and how many there were in the period before."""
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
    """Say the rate with its rule, n and interval."""
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


def named_shares(report: Report, language: str) -> list[tuple[str, Decimal]]:
    """Return the shares with their names, best level first: five, or three by the rule `three`."""
    if report.rule == "three":
        three = rates.three_shares(report.levels)
        return [(plain(language, f"report.three.{name}"), share) for name, share in three.items()]
    return [(plain(language, f"level.{level}"), report.shares[level]) for level in reversed(rates.LEVELS)]


def shares_line(report: Report, language: str) -> Text:
    """Return the shares on one line, best level first."""
    return Text.lines(
        (
            say(language, "report.share", label=label, share=rates.number(share))
            for label, share in named_shares(report, language)
        ),
        between=" · ",
    )


def previous_line(report: Report, language: str) -> Text:
    """Say the rate of the period before, the change since then with its interval, and if it is more than chance."""
    if report.change is None or report.previous is None or report.previous.rate is None:
        return Text()
    return say(
        language,
        "report.previous_rate",
        rate=rates.percent(report.previous.rate.percent),
        change=plain(language, "report.change", **moved(report.change)),
        verdict=plain(language, VERDICTS[report.verdict]),
    )


def moved(change: Change) -> dict[str, str]:
    """Return a change as it is printed: "points", "low" and "high" with their signs."""
    return {name: rates.signed(getattr(change, name)) for name in ("points", "low", "high")}


def strata(report: Report, language: str) -> list[Text]:
    """Return one line for each stratum other than the reported one; their figures are never added up."""
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
    """Return a titled list of groups, the lowest rates first, and at the end the small groups without figures."""
    if len(groups) < 2:
        return []
    shown = sorted((g for g in groups if g.rate), key=lambda g: (g.rate.percent if g.rate else 0, g.key))
    lines = [
        say(
            language,
            "report.group",
            name=g.name.rstrip(" .?:"),
            rate=rates.percent(g.rate.percent),
            answers=rates.number(g.answers or 0),
        )
        for g in shown[:MOST_GROUPS]
        if g.rate
    ]
    lines += [say(language, "report.group_hidden", name=g.name) for g in groups if g.rate is None][:MOST_GROUPS]
    if len(lines) < len(groups):
        lines.append(say(language, "report.group_rest", count=rates.number(len(groups) - len(lines))))
    return [Text.of("\n", say(language, title), ":"), *(Text.of("• ", line) for line in lines)]
