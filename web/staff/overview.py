"""The first part of the staff page: four figures, the trend of the rate, levels, top reasons, and what needs action."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import locales
from handlers.staff.cases import unfinished
from handlers.staff.screens import count_waiting
from reports import periods, rates
from reports.bulletins.unread import unread, unread_line
from reports.casework.due import with_due
from reports.casework.waiting import waiting_now
from reports.dossiers.due_list import WAITS, DueTx, Waits, due_counts
from reports.integrity.integrity import integrity_for, rounds_for
from reports.satisfaction.report import LEAST_SHOWN, Report
from reports.satisfaction.trend import trend_for
from reports.statements.summary import VERDICTS, moved, sample_line, small_line, target_line
from surveys.slips import Counts, Round
from web.citizen.chat import CHANNEL
from web.site import PagesTx
from web.staff import figure_rows, trend_chart
from web.staff.board import Board

# Signs are counted from single forms; for longer periods only the integrity page shows them.
LONGEST_CHECKED = 100
# At most this many cases are checked for lateness.
MOST_CASES = 500


async def overview(tx: PagesTx, board: Board) -> dict[str, Any]:
    """Read what the first part shows."""
    view, world, report, now = board.view, board.world, board.report, board.site.clock()
    points = await trend_for(tx, world, report, view.today, below=view.below)
    cases = await _cases(tx, board, view.today)
    rounds = await rounds_for(tx, board.units, view.period)
    reasons = [one for one in board.ticked() if one.reason and one.bars]
    return {
        "head": _head(report),
        "before": _before(report),
        "forms": rates.number(report.forms),
        "response": _response(rounds),
        "sample": sample_line(report, "vi").plain,
        "finished": await _finished(tx, board),
        **cases,
        "lowest": _lowest(report),
        "due": await _due(tx, board.units, now, world.due_days),
        "flags": await _flags(tx, board),
        "left": await waiting_now(tx, board.units, now),
        "screens": await count_waiting(tx, world, board.units, now),
        "unread": unread_line(await unread(tx, view.unit.code, (CHANNEL,), now) if view.below else None, now).plain,
        "points": [figure_rows.point(point) for point in points],
        "monthly": any("W" not in point.period.name for point in points),
        "chart": trend_chart.drawn(points, report.target) if any(point.rate for point in points) else None,
        "reasons": reasons[:1],
    }


async def _cases(tx: PagesTx, board: Board, today: date) -> dict[str, Any]:
    """Return how many cases are unfinished, how many of them are late, and the day of the oldest."""
    count, found = await unfinished(tx, board.units, MOST_CASES)
    late = sum(due < today for case in found if (due := with_due(board.world, case).due))
    return {"cases": count, "late": late, "oldest": periods.day(found[0].day) if found else ""}


def _lowest(report: Report) -> str:
    """Return a sentence on the counter with the lowest rate; empty if there are fewer than two different rates."""
    rated = [(group.rate.percent, group) for group in report.by_counter if group.rate]
    if len({percent for percent, _ in rated}) < 2:
        return ""
    percent, group = min(rated, key=lambda one: (one[0], one[1].key))
    said = {"counter": group.name, "rate": rates.percent(percent), "answers": rates.number(group.answers or 0)}
    return locales.text("vi", "web.board.lowest", **said)


async def _flags(tx: PagesTx, board: Board) -> int | None:
    """Return how many signs are flagged; None if the period is too long to check."""
    view = board.view
    if (view.period.last - view.period.first).days >= LONGEST_CHECKED:
        return None
    signs = await integrity_for(tx, board.world, view.unit.code, view.period, view.today, below=view.below)
    return sum(finding.state == "flagged" for finding in signs.findings)


async def _finished(tx: PagesTx, board: Board) -> str:
    """Return how many started forms of several pages were finished; empty if few were, or the period is too long.

    It is counted from single forms, as signs are.
    """
    period = board.view.period
    if (period.last - period.first).days >= LONGEST_CHECKED:
        return ""
    forms = [code for code, form in board.world.forms.items() if len(form.pages) > 1]
    done, started = await tx.finished(board.units, period.first, period.last, forms)
    if started < LEAST_SHOWN:
        return ""
    values = {"done": rates.number(done), "begun": rates.number(started), "rate": rates.ratio(done, started)}
    return locales.text("vi", "web.board.finished", **values)


async def _due(tx: DueTx, units: Sequence[str], now: datetime, days: int) -> Mapping[Waits, int] | None:
    """Count the dossiers of units that are late or due within some working days; None if no list is known."""
    counts = await due_counts(tx, units, now, days)
    return {kind: sum(one[kind] for one in counts.values()) for kind in WAITS} if counts else None


def _response(rounds: Sequence[tuple[Round, Counts]]) -> str:
    """Return how many of the slips handed out were answered; small numbers are not shown."""
    issued, used = (sum(getattr(counts, name) for _, counts in rounds) for name in ("issued", "used"))
    if not issued:
        return locales.text("vi", "web.board.no_slips")
    if issued < LEAST_SHOWN or 0 < used < LEAST_SHOWN:
        return locales.text("vi", "web.board.few_slips", issued=rates.number(issued))
    values = {"used": rates.number(used), "issued": rates.number(issued), "rate": rates.ratio(used, issued)}
    return locales.text("vi", "web.board.response", **values)


def _head(report: Report) -> dict[str, Any] | None:
    """Return the figures of the heading, as printed; None if there are too few answers."""
    if report.rate is None or not report.has_enough:
        return None
    return {
        "rate": rates.percent(report.rate.percent),
        "low": rates.percent(report.rate.low),
        "high": rates.percent(report.rate.high),
        "answers": rates.number(report.answers),
        "reached": target_line(report, "vi").plain,
        "small": "" if report.enough else small_line(report, "vi").plain,
        "shares": [
            {
                "level": level,
                "share": rates.number(report.shares[level]),
                "width": float(report.shares[level]),
                "count": rates.number(report.levels[level]),
            }
            for level in reversed(rates.LEVELS)
        ],
    }


def _before(report: Report) -> dict[str, Any] | None:
    """Return the period before: name, forms, answers, the rate if it has enough answers, and how the rate moved."""
    if report.previous is None:
        return None
    rate = report.previous.rate if report.previous.has_enough else None
    return {
        "period": report.previous.period.name,
        "label": periods.label(report.previous.period, "vi"),
        "forms": rates.number(report.previous.forms),
        "answers": rates.number(report.previous.answers),
        "rate": rates.percent(rate.percent) if rate else "",
        "change": moved(report.change) if report.change else None,
        "verdict": VERDICTS[report.verdict],
    }
