"""What the reform report says on procedures, dossiers and the survey: the paragraphs of its section 2.2."""

import re

import locales
from reports import rates
from reports.documents.details import CatalogFacts, Details
from reports.documents.phrasing import BLANK, few, method, of_target, restatement, spoken, text, unit_name
from reports.dossiers import sentences
from reports.dossiers.dossier import Flow, total
from reports.office.safe_cells import clean
from reports.periods import Period
from reports.rates import padded
from reports.satisfaction.report import LEAST_JUDGED, Report
from reports.statements import choice_lines
from reports.statements.statement import Statement
from reports.statements.summary import VERDICTS, moved, named_shares

_QUARTER = re.compile(r"\d{4}-Q\d")


def published(report: Report, facts: CatalogFacts | None) -> list[str]:
    """Say how many procedures are published, by level."""
    unit = unit_name(report)
    if facts is None:
        return [text("document.say.published", count=BLANK, unit=unit)]
    named = [(clean(name[:1].lower() + name[1:]), count) for name, count in facts.levels]
    levels = "; ".join(text("document.say.level", level=name, count=padded(count)) for name, count in named)
    key = "document.say.levels" if levels else "document.say.published"
    return [text(key, levels=levels, count=padded(facts.procedures), unit=unit)]


def settled(report: Report) -> list[str]:
    """Say how dossiers were settled: all, or the unit's own and those of the units below, each on a starred line."""
    figures = report.dossiers
    if figures is None:
        return [text("document.say.no_dossiers")]
    below = [flow for unit, flow in figures.by_unit.items() if unit != report.unit]
    if not below:
        flow = figures.total
        lines = [_settled(flow), sentences.received_sentence(flow), sentences.resolved_sentence(flow)]
    else:
        own_flow = figures.by_unit.get(report.unit)
        lines = [f"* {text('document.say.own', unit=unit_name(report))} {_settled(own_flow)}"] if own_flow else []
        lines.append(f"* {text('document.say.below', units=padded(len(below)))} {_settled(total(below))}")
    more = (sentences.late_sentence(figures), sentences.lacking_sentence(figures))
    return [*lines, *filter(None, more)]


def _settled(flow: Flow) -> str:
    """Say what became of all dossiers; the clerk is to fill in why some are late."""
    return sentences.settled_sentence(flow, reason=text("document.say.reason"))


def shortened(facts: CatalogFacts | None) -> list[str]:
    """Say which procedures take less time than the law allows."""
    if facts is None or not facts.shortened:
        return [text("document.say.no_shortened")]
    listed = [
        text("document.say.shortened_one", name=clean(s.name), lawful=clean(s.lawful), committed=clean(s.committed))
        for s in facts.shortened
    ]
    return [text("document.say.shortened", count=padded(len(listed)), listed="; ".join(listed))]


def surveyed(report: Report) -> list[str]:
    """Say how many forms came in, the rate, its levels, and how it compares with the target and the period before."""
    if report.rate is None:
        return [text("document.say.no_survey", period=spoken(report.period))]
    if not report.has_enough:
        return [few(report)]
    rate = rates.percent(report.rate.percent)
    first = text(
        "document.say.survey",
        period=spoken(report.period),
        forms=padded(report.forms),
        stratum=text(f"report.stratum_of.{report.stratum}"),
        unit=unit_name(report),
        rate=rate,
    )
    return [
        first,
        text("document.say.result", rate=rate, parts=parts(report), target=_target(report)),
        *_after_rate(report),
        *(f"{reason.plain}." for reason in choice_lines.reasons(report, locales.DEFAULT)),
    ]


def parts(report: Report) -> str:
    """Return the share of each level that was chosen, the best first: "84,80% rất hài lòng, 13,43% hài lòng"."""
    return ", ".join(
        text("document.alt.share", share=rates.percent(share), label=label[:1].lower() + label[1:])
        for label, share in named_shares(report, locales.DEFAULT)
        if share
    )


def reflected(report: Report, details: Details) -> list[str]:
    """Say how many complaints came with the forms, then how many petitions the register has."""
    period = spoken(report.period)
    if details.cases is None:
        first = text("document.say.cases", period=period, received=BLANK, handled=BLANK)
    elif not details.cases[0] and not report.forms:
        return [_petitions(details, report.period)]
    elif not details.cases[0]:
        first = text("document.say.no_cases", period=period)
    else:
        received, handled = details.cases
        first = text("document.say.cases", period=period, received=padded(received), handled=padded(handled))
    return [first, _petitions(details, report.period)]


def _petitions(details: Details, of: Period) -> str:
    """Say how many petitions came, even if none; blank if the register is not known."""
    if details.petitions is None:
        return text("document.say.petitions")
    received, answered = details.petitions
    period = text("document.this_quarter") if _QUARTER.fullmatch(of.name.partition(":")[0]) else spoken(of)
    if not received:
        return text("document.say.no_petitions", period=period)
    return text("document.say.some_petitions", period=period, received=padded(received), answered=padded(answered))


def notes(statement: Statement) -> list[str]:
    """Return the notes in small letters under the survey's paragraphs: the method, and which compilation this is."""
    return [note for note in (method(statement.report), restatement(statement)) if note]


def _target(report: Report) -> str:
    said = of_target(report)
    return f" {said}" if said else ""


def _after_rate(report: Report) -> list[str]:
    """Return the sentences after the rate: few answers, the previous period, and the other strata."""
    small = {"answers": rates.number(report.answers), "least": LEAST_JUDGED}
    said = [] if report.enough else [text("report.small", **small)]
    if report.change and report.previous and report.previous.rate:
        values = {"change": text("report.change", **moved(report.change)), "verdict": text(VERDICTS[report.verdict])}
        said.append(text("document.say.previous", rate=rates.percent(report.previous.rate.percent), **values))
    for one in report.by_stratum:
        if one.group.key != report.stratum and one.group.rate:
            rate, forms = rates.percent(one.group.rate.percent), rates.number(one.forms)
            said.append(text("report.other_stratum", name=one.group.name, forms=forms, rate=rate))
    return [" ".join(said)] if said else []
