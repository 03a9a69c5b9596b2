"""Describes documents in words, for people who hear them, and for places where a picture cannot be seen."""

from reports import rates
from reports.documents.chart_levels import bars
from reports.documents.chart_reasons import reasons_said
from reports.documents.chart_trend import points
from reports.documents.phrasing import rule_name, spoken, text, unit_name
from reports.office.safe_cells import clean
from reports.satisfaction.report import Group
from reports.statements.statement import Statement


def alt(kind: str, statement: Statement) -> str:
    """Describe a document in words: a chart with its figures, any other file by its kind."""
    report = statement.report
    about = {"unit": unit_name(report), "period": spoken(report.period)}
    if kind == "levels.png":
        return "\n".join((text("document.alt.levels", **about), *(_said(group) for group in bars(report))))
    if kind == "trend.png":
        said = [_point(point.label, point.rate) for point in points(statement)]
        return "\n".join((text("document.alt.trend", **about, rule=rule_name(report)), *said))
    if kind == "reasons.png":
        return "\n".join((text("document.alt.reasons", **about), *reasons_said(report)))
    return text(_FILES[kind], **about)


_FILES = {"csv": "document.alt.csv", "xlsx": "document.alt.xlsx", "docx": "document.alt.docx"}


def _said(group: Group) -> str:
    if not group.answers or group.rate is None or group.levels is None:
        return text("report.none") if group.answers == 0 else text("document.hidden")
    shares = rates.shares(group.levels)
    return text(
        "document.alt.bar",
        name=clean(group.name),
        answers=rates.number(group.answers),
        rate=rates.percent(group.rate.percent),
        shares=", ".join(
            text("document.alt.share", share=rates.number(shares[level]), label=text(f"level.{level}").lower())
            for level in reversed(rates.LEVELS)
        ),
    )


def _point(label: str, rate: rates.Rate | None) -> str:
    if rate is None:
        return text("document.alt.no_point", label=label)
    return text(
        "document.alt.point",
        label=label,
        rate=rates.percent(rate.percent),
        low=rates.percent(rate.low),
        high=rates.percent(rate.high),
        answers=rates.number(rate.answers),
    )
