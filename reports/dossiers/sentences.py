"""Dossier figures in the sentences of the reform report."""

from collections.abc import Sequence

from handlers.messages import Text
from handlers.wording import plain, say
from reports.dossiers.dossier import DossierFigures, Flow
from reports.rates import number, padded, percent

MOST_FIELDS = 12


def settled_sentence(flow: Flow, language: str = "vi", reason: str = "") -> str:
    """Return how many were received, settled, in time, late (`reason` says why) and pending, with the rate in time."""
    if not flow.resolved:
        return plain(
            language,
            "dossier.nothing_settled",
            received=padded(flow.received),
            pending=_pending(flow, language),
        )
    return plain(
        language,
        "dossier.settled",
        received=padded(flow.received),
        resolved=padded(flow.resolved),
        in_time=padded(flow.in_time),
        rate=percent(flow.rate) if flow.rate is not None else "",
        late=plain(language, "dossier.late", count=padded(flow.late), reason=reason)
        if flow.late
        else plain(language, "dossier.none_late"),
        pending=_pending(flow, language),
    )


def received_sentence(flow: Flow, language: str = "vi") -> str:
    """Return how many were received, and in which ways."""
    ways = [
        plain(language, f"dossier.by.{name}", count=number(count))
        for name, count in (
            ("online", flow.online),
            ("direct", flow.direct),
            ("post", flow.post),
            ("carried_over", flow.carried_over),
        )
        if count or name in ("online", "direct")
    ]
    return plain(language, "dossier.received", count=number(flow.received), ways=", ".join(ways))


def resolved_sentence(flow: Flow, language: str = "vi") -> str:
    """Return how many were settled: early, on time, late."""
    return plain(
        language,
        "dossier.resolved",
        count=number(flow.resolved),
        early=number(flow.early),
        on_time=number(flow.on_time),
        late=number(flow.late),
    )


def late_sentence(figures: DossierFigures, language: str = "vi") -> str:
    """Return what the late ones wait for; empty if there are none."""
    kinds = [
        plain(language, f"dossier.waiting.{name}", count=padded(count))
        for name, count in (
            ("unsettled_late", figures.unsettled_late),
            ("not_handed", figures.not_handed),
            ("not_closed", figures.not_closed),
        )
        if count
    ]
    return plain(language, "dossier.waiting_now", kinds="; ".join(kinds)) if kinds else ""


def lacking_sentence(figures: DossierFigures, language: str = "vi") -> str:
    """Return how many of the units below gave no figures; empty if all did."""
    return plain(language, "dossier.without", count=padded(len(figures.without))) if figures.without else ""


def lines(figures: DossierFigures, language: str = "vi", *, titled: bool = True) -> Text:
    """Return the figures as the lines that a report's text shows, under their title or without it."""
    flow = figures.total
    return Text.lines(
        [
            say(language, "dossier.title") if titled else "",
            settled_sentence(flow, language),
            received_sentence(flow, language),
            resolved_sentence(flow, language) if flow.resolved else "",
            late_sentence(figures, language),
            *field_lines(figures.by_field, language),
            lacking_sentence(figures, language),
        ]
    )


def field_lines(flows: Sequence[Flow], language: str) -> list[str]:
    """Return one line for each field that has late dossiers, the most late first."""
    late = sorted((f for f in flows if f.late + f.pending_late), key=lambda f: (-f.late - f.pending_late, f.field))
    return [
        plain(
            language,
            "dossier.field_line",
            field=flow.field,
            late=number(flow.late),
            resolved=number(flow.resolved),
            pending_late=number(flow.pending_late),
        )
        for flow in late[:MOST_FIELDS]
    ]


def _pending(flow: Flow, language: str) -> str:
    if not flow.pending:
        return plain(language, "dossier.none_pending")
    if not flow.pending_late:
        return plain(language, "dossier.pending_in_time", count=padded(flow.pending))
    return plain(language, "dossier.pending", count=padded(flow.pending), late=padded(flow.pending_late))
