"""How documents write counts, periods and groups: only in Vietnamese, like the forms that they fill."""

import re
from datetime import datetime

import locales
from reports import rates
from reports.documents.details import is_territory
from reports.dossiers.dossier import DossierFigures
from reports.office.safe_cells import clean
from reports.periods import BETWEEN, Period, day, month
from reports.satisfaction.report import LEAST_SHOWN, Report
from reports.statements.statement import Statement

BLANK = "……"
_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV"}


def text(key: str, **values: object) -> str:
    """Return a text of the documents with its values filled in."""
    return locales.text(locales.DEFAULT, key, **values)


def spoken(period: Period) -> str:
    """Name a period as it stands in the middle of a sentence: "quý III năm 2026"."""
    plain = period.name.partition(":")[0]
    year, first = plain[:4], period.first
    if match := re.fullmatch(r"\d{4}-Q(\d)", plain):
        return text("document.quarter", number=_ROMAN[match[1]], year=year)
    if match := re.fullmatch(r"\d{4}-H(\d)", plain):
        return text("document.first_half" if match[1] == "1" else "document.second_half", year=year)
    if match := re.fullmatch(r"\d{4}-W(\d\d)", plain):
        return text("document.week", number=int(match[1]), year=year)
    if BETWEEN in plain:
        return text("document.days", first=day(first), last=day(period.last))
    if re.fullmatch(r"\d{4}-\d\d", plain):
        return text("document.month", number=month(int(plain[5:])), year=year)
    if re.fullmatch(r"\d{4}", plain):
        return text("document.year", year=year)
    return text("document.day", day=day(first))


def span(period: Period) -> str:
    """Say which days the figures are of: "số liệu tính từ ngày 15/6/2026 đến ngày 14/9/2026"."""
    return text("document.span", first=day(period.first), last=day(period.last))


def imported(statement: Statement, figures: DossierFigures) -> str:
    """Say when a statement's dossiers were imported, in the time zone of the statement, which is the unit's."""
    return text("document.dossier.as_of", moment=clock(figures.as_of.astimezone(statement.made_at.tzinfo)))


def clock(moment: datetime) -> str:
    """Write a moment: "9:05 ngày 20/11/2026"."""
    return text("document.moment", time=f"{moment.hour}:{moment.minute:02d}", day=day(moment.date()))


def unit_name(report: Report) -> str:
    """Return the unit's name as it stands in the middle of a sentence: "phường Sa Đéc"."""
    name = clean(report.unit_name)
    return name[:1].lower() + name[1:] if is_territory(name) else name


def rule_name(report: Report) -> str:
    """Name the levels that count as satisfied."""
    return text(f"report.rule_{report.rule}")


def method(report: Report) -> str:
    """Say how a rate was computed (rule, n, interval), or why none is shown."""
    if report.rate is None:
        return ""
    if not report.has_enough:
        return few(report)
    return text(
        "document.method",
        rule=rule_name(report),
        answers=rates.number(report.answers),
        forms=rates.number(report.forms),
        low=rates.percent(report.rate.low),
        high=rates.percent(report.rate.high),
    )


def few(report: Report) -> str:
    """Say that there are too few answers for a rate: with so few, it would reveal what one person said."""
    return text("report.few", answers=rates.padded(report.answers), least=LEAST_SHOWN)


def of_target(report: Report) -> str:
    """Say how much of the target the rate is: "đạt 111% chỉ tiêu (Chỉ tiêu 90%)"; or empty."""
    if report.of_target is None or not report.has_enough:
        return ""
    return text("document.of_target", part=rates.number(report.of_target), target=rates.number(report.target))


def against_target(report: Report) -> str:
    """Say the same as a sentence; empty without a rate or a target."""
    said = of_target(report)
    if not said or report.rate is None:
        return ""
    return text("document.against_target", rate=rates.percent(report.rate.percent), said=said)


def edition(statement: Statement) -> str:
    """Say which compilation of the period this is."""
    if not statement.number:
        return text("document.provisional", moment=clock(statement.made_at))
    return text("document.edition", number=statement.number)


def restatement(statement: Statement) -> str:
    """Return the note of a restatement with what it changed, or that figures are provisional; else empty."""
    if statement.number > 1:
        changes = "; ".join(map(clean, statement.changes)) or BLANK
        return text("document.restated", number=statement.number, before=statement.number - 1, changes=changes)
    return "" if statement.number else edition(statement)
