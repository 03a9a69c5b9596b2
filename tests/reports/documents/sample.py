"""Statements with the figures of the source reports, and the hash of each document."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from reports import rates
from reports.documents import MAKERS, Details, make
from reports.documents.details import CatalogFacts, Heads, Shortened
from reports.dossiers.dossier import DossierFigures, Flow
from reports.periods import parse
from reports.satisfaction.report import Group, Report
from reports.statements.statement import Statement
from tests.clock import ZONE

NOW = datetime(2026, 11, 20, 9, 5, tzinfo=ZONE)
SPLIT = {1: 0, 2: 0, 3: 5, 4: 38, 5: 240}
NGA_NAM = Flow(online=500, direct=1200, post=0, carried_over=30, early=1200, on_time=351, late=2, pending_in_time=177)
BA_BICH = Flow(online=8, direct=281, early=175, on_time=0, late=114)
DETAILS = Details(
    catalog=CatalogFacts(
        413, (("Cấp xã", 274), ("Cấp tỉnh", 9)), (Shortened("Cấp giấy phép xây dựng", "15 ngày", "10 ngày"),)
    ),
    heads=Heads("Ủy ban nhân dân", "Phường Sa Đéc", committee=True),
    place="Sa Đéc",
    cases=(4, 3),
)


def group(key: str, levels: Mapping[int, int] | None, name: str = "", rule: str = "top2", **other: Any) -> Group:
    """One row of a breakdown; None is a hidden one."""
    if levels is None:
        return Group(key, name or key, None, None, None, **other)
    return Group(key, name or key, sum(levels.values()), rates.rate(levels, rule), levels, **other)


def report(levels: Mapping[int, int] = SPLIT, rule: str = "top2", forms: int = 283, **other: Any) -> Report:
    """A quarter's figures; breakdowns are empty unless they are given."""
    values: dict[str, Any] = {
        "unit": "sa-dec",
        "unit_name": "Phường Sa Đéc",
        "period": parse("2026-Q3:cchc"),
        "rule": rule,
        "stratum": "slip",
        "forms": forms,
        "levels": levels,
        "rate": rates.rate(levels, rule),
        "shares": rates.shares(levels),
        "by_question": (),
        "by_counter": (),
        "by_source": (),
        "by_stratum": (),
        "target": 90,
    }
    return Report(**{**values, **other})


def statement(made: Report | None = None, **other: Any) -> Statement:
    """The first compilation of a quarter unless something else is said."""
    values: dict[str, Any] = {"report": made or report(), "number": 1, "digest": "a" * 64, "made_at": NOW, "id": 5}
    return Statement(**{**values, **other})


def dossiers(total: Flow = NGA_NAM, by_field: Sequence[Flow] = (), **other: Any) -> DossierFigures:
    """Dossier figures as of this morning."""
    return DossierFigures(total, by_field, NOW, **other)


def everything() -> Statement:
    """A statement in which each part has something: hidden groups, weeks, dossiers by field, a restatement."""
    first, second, third = (
        {1: 0, 2: 0, 3: 3, 4: 20, 5: 120},
        {1: 0, 2: 0, 3: 2, 4: 15, 5: 118},
        {1: 1, 2: 2, 3: 3, 4: 4, 5: 0},
    )
    halves = [replace(NGA_NAM, field="Hộ tịch", early=700, direct=700), Flow("=1+1", direct=500, early=500)]
    return statement(
        report(
            by_question=[
                group("nhanh.overall", SPLIT, "Nhìn chung?"),
                group("nhanh.waiting", third, "Chờ?", counted=False),
            ],
            by_counter=[
                group("q1", first, "Quầy 1"),
                group("q2", None, "Quầy 2"),
                group("q3", None, '=HYPERLINK("x")'),
            ],
            by_source=[group("web", SPLIT, "Trang đánh giá")],
            by_week=[group("2026-W25", first), group("2026-W26", None), group("2026-W27", second)],
            previous=report(first, forms=143),
            dossiers=dossiers(NGA_NAM, halves, unsettled_late=1),
        ),
        number=2,
        changes=["thêm 3 phiếu giấy nhập ngày 20/11/2026"],
    )


def hashes() -> list[str]:
    """A line for each kind of document: its hash."""
    return [f"{kind} {hashlib.sha256(make(kind, everything(), DETAILS)).hexdigest()}" for kind in sorted(MAKERS)]
