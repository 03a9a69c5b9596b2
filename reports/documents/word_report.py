"""The report as a Word file in the form of NĐ 30/2020, filled into the shipped template or the unit's own."""

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.resources import files
from typing import Any

from reports import rates
from reports.documents import word_paragraphs
from reports.documents.chart_levels import levels_png, trend_png
from reports.documents.chart_reasons import reasons_png, shown
from reports.documents.chart_trend import points
from reports.documents.descriptions import alt
from reports.documents.details import Details, heads_of
from reports.documents.option_rows import option_rows
from reports.documents.phrasing import (
    BLANK,
    imported,
    method,
    of_target,
    restatement,
    rule_name,
    span,
    spoken,
    text,
    unit_name,
)
from reports.dossiers.dossier import Flow
from reports.office.safe_cells import clean
from reports.office.word_filling import filled
from reports.satisfaction.choices import COUNTER
from reports.satisfaction.report import Group, Report
from reports.statements.statement import Statement

SHIPPED = "baocao.docx"
PICTURE_MM, HIGHEST_MM = 118, 150


# The tables of the annex, in their order; tables without rows are left out and get no number.
TABLES = ("bang_cau_hoi", "bang_quay", "bang_ly_do", "bang_ho_so", "bang_xu_huong")


class TemplateUnusable(Exception):
    """A unit's own template that cannot be filled in; the message names the file and the reason."""


def as_docx(statement: Statement, details: Details) -> bytes:
    """Return the filled template. TemplateUnusable if the unit's own cannot be read or uses an unknown name."""
    report = statement.report

    def values(template: Any) -> dict[str, Any]:
        pictures = {
            "bieu_do_muc": _picture(template, levels_png(statement, details), alt("levels.png", statement)),
            "bieu_do_ky": _picture(template, trend_png(statement, details), alt("trend.png", statement)),
        }
        if shown(report):
            drawn = reasons_png(statement, details)
            pictures["bieu_do_ly_do"] = _picture(template, drawn, alt("reasons.png", statement))
        return {**context(statement, details), **pictures}

    source = _template(details)
    try:
        return filled(
            source,
            values,
            title=_subject(report),
            author=clean(report.unit_name),
            moment=statement.made_at,
            sample=details.sample,
        )
    # A template can fail in any way, from a broken archive to a formula that divides by zero.
    except Exception as error:
        if details.template is None:
            raise
        reason = " ".join(str(error).split()) or type(error).__name__
        raise TemplateUnusable(f"mẫu {details.template}: {reason}") from error


def context(statement: Statement, details: Details) -> dict[str, Any]:
    """Return the values that a template may name, as they are printed, without pictures; see docs/mau-bao-cao.md."""
    report = statement.report
    heads = details.heads or heads_of(report.unit_name)
    values = {
        "co_quan_tren": clean(heads.upper).upper(),
        "co_quan": clean(heads.lower).upper(),
        "la_uy_ban": heads.committee,
        "ky_hieu": "BC-UBND" if heads.committee else f"BC-{BLANK}",
        "dia_danh": clean(details.place) or BLANK,
        "don_vi": unit_name(report),
        "don_vi_ten": clean(report.unit_name),
        "trich_yeu": _subject(report),
        "ky": spoken(report.period),
        "khoang": span(report.period),
        "cong_khai": word_paragraphs.published(report, details.catalog),
        "ho_so": word_paragraphs.settled(report),
        "rut_ngan": word_paragraphs.shortened(details.catalog),
        "khao_sat": word_paragraphs.surveyed(report),
        "phan_anh": word_paragraphs.reflected(report, details),
        "ghi_chu": word_paragraphs.notes(statement),
        "cach_tinh": method(report),
        "thay_doi": restatement(statement),
        "quy_tac": rule_name(report),
        **_figures(report),
        "bang_cau_hoi": _levels(report.by_question),
        "bang_quay": _levels(report.by_counter),
        "bang_ly_do": _ticked(report),
        "bang_xu_huong": _trend(statement),
        "bieu_do_ly_do": "",
        **_dossiers(statement),
    }
    there = [name for name in TABLES if values[name]]
    return {**values, "so_bang": {name: number for number, name in enumerate(there, 1)}}


def _subject(report: Report) -> str:
    return text("document.say.subject", period=spoken(report.period))


def _dossiers(statement: Statement) -> dict[str, Any]:
    """Return the table of settled dossiers: a row for each field (or one for all), the total, and their moment."""
    figures = statement.report.dossiers
    if figures is None:
        return {"bang_ho_so": [], "tong_ho_so": {}, "ho_so_luc": ""}
    rows = figures.by_field or [replace(figures.total, field=text("document.dossier.no_field"))]
    return {
        "bang_ho_so": [_flow(str(number), flow.field, flow) for number, flow in enumerate(rows, 1)],
        "tong_ho_so": _flow("", text("document.total"), figures.total),
        "ho_so_luc": imported(statement, figures),
    }


def _figures(report: Report) -> dict[str, str]:
    """Return the single figures, each as it is printed; a blank if there is none."""
    rate = report.rate if report.has_enough else None
    return {
        "so_phieu": rates.number(report.forms),
        "so_cau": rates.number(report.answers),
        "ty_le": rates.percent(rate.percent) if rate else BLANK,
        "ty_le_tu": rates.percent(rate.low) if rate else BLANK,
        "ty_le_den": rates.percent(rate.high) if rate else BLANK,
        "chi_tieu": rates.number(report.target) if report.target else BLANK,
        "dat_chi_tieu": of_target(report) or BLANK,
        **{f"muc_{level}": rates.percent(report.shares[level]) if rate else BLANK for level in rates.LEVELS},
    }


def _levels(groups: Sequence[Group]) -> list[dict[str, str]]:
    """Return the rows of a table of levels; a hidden group says so and has dashes."""
    rows = []
    for number, group in enumerate(groups, 1):
        levels = group.levels
        remarks = [
            *(() if levels else [text("document.hidden")]),
            *(() if group.counted else [text("document.uncounted")]),
        ]
        name = f"{clean(group.name)} ({'; '.join(remarks)})" if remarks else clean(group.name)
        rows.append(
            {
                "stt": str(number),
                "ten": name,
                **{f"muc_{level}": rates.number(levels[level]) if levels else "–" for level in rates.LEVELS},
                "so_cau": "–" if group.answers is None else rates.number(group.answers),
                "ty_le": rates.percent(group.rate.percent) if group.rate else "–",
            }
        )
    return rows


def _ticked(report: Report) -> list[dict[str, str]]:
    """Return the rows of the table of reasons; hidden options of the unit or a counter say so, others are left out."""
    listed = option_rows(report, reasons_only=True)
    rows = []
    for number, one in enumerate((row for row in listed if row.forms is not None or row.by in ("", COUNTER)), 1):
        hidden = one.forms is None
        rows.append(
            {
                "stt": str(number),
                "noi": clean(one.place_name),
                "ten": f"{clean(one.option)} ({text('document.hidden')})" if hidden else clean(one.option),
                "so_phieu": "–" if one.forms is None else rates.number(one.forms),
                "so_phieu_hoi": "–" if one.asked is None else rates.number(one.asked),
                "ty_le": "–" if one.share is None else rates.percent(one.share),
            }
        )
    return rows


def _trend(statement: Statement) -> list[dict[str, str]]:
    """Return the rows of the table of the trend, if any rate can be shown; a week with too few answers has dashes."""
    shown_points = points(statement)
    return [
        {
            "ky": clean(point.label),
            "so_cau": rates.number(point.rate.answers) if point.rate else "–",
            "ty_le": rates.percent(point.rate.percent) if point.rate else "–",
            "tu": rates.percent(point.rate.low) if point.rate else "–",
            "den": rates.percent(point.rate.high) if point.rate else "–",
        }
        for point in (shown_points if any(point.rate for point in shown_points) else ())
    ]


def _flow(number: str, name: str, flow: Flow) -> dict[str, str]:
    counts = {
        "tiep_nhan": flow.received,
        "truc_tuyen": flow.online,
        "truc_tiep": flow.direct + flow.post,
        "ky_truoc": flow.carried_over,
        "da_giai_quyet": flow.resolved,
        "truoc_han": flow.early,
        "dung_han": flow.on_time,
        "qua_han": flow.late,
        "dang_giai_quyet": flow.pending,
        "con_han": flow.pending_in_time,
        "dang_qua_han": flow.pending_late,
    }
    rate = rates.percent(flow.rate) if flow.rate is not None else "–"
    return {"stt": number, "ten": clean(name), **{k: rates.number(v) for k, v in counts.items()}, "ty_le": rate}


def _template(details: Details) -> bytes:
    if details.template is None:
        return files(__package__).joinpath(SHIPPED).read_bytes()
    try:
        return details.template.read_bytes()
    except OSError as error:
        raise TemplateUnusable(f"mẫu {details.template}: không đọc được ({error.strerror})") from error


class _Picture:
    """A picture that a template can show but not look into: the sandbox hides names that begin with "_"."""

    __slots__ = ("_drawn",)

    def __init__(self, drawn: Callable[[], str]) -> None:
        self._drawn = drawn

    def __str__(self) -> str:
        return self._drawn()

    def __html__(self) -> str:
        return self._drawn()


def _picture(template: Any, png: bytes, said: str) -> Any:
    """Return a picture with a description in words, for people who hear the document."""
    from docx.shared import Mm

    def drawn() -> str:
        part = template.current_rendering_part
        inline = part.new_pic_inline(io.BytesIO(png), Mm(PICTURE_MM), None)
        if inline.extent.cy > Mm(HIGHEST_MM):
            inline = part.new_pic_inline(io.BytesIO(png), None, Mm(HIGHEST_MM))
        inline.docPr.set("descr", said)
        return f'</w:t></w:r><w:r><w:drawing>{inline.xml}</w:drawing></w:r><w:r><w:t xml:space="preserve">'

    return _Picture(drawn)
