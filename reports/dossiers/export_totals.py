"""Totals of dossiers by field, as in the settlement annex; each row is checked for the sums that must hold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.files.records import Record
from catalog.text import fold
from reports.dossiers.dossier import COUNTS, Flow, total
from reports.dossiers.export_cells import Wrong, count, is_blank, text
from reports.dossiers.export_columns import NUMBER
from reports.rates import number

SUMS = ("all_received", "all_resolved", "all_pending")
MANY = 20
_WHOLE = ("tong", "tong so", "tong cong", "cong", "toan bo")


@dataclass(slots=True)
class Totals:
    """A flow for each field, the mistakes (row, column, why), and what is suspicious but allowed."""

    flows: list[Flow] = field(default_factory=list)
    mistakes: list[tuple[int, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_totals(rows: Iterable[Record]) -> Totals:
    """Read rows of counts. The row of the total ("Tổng số", "Cộng") is checked against the sum and not kept."""
    read = Totals()
    first: dict[str, int] = {}
    whole: tuple[int, Flow] | None = None
    for record in rows:
        row, cells = record.row, record.cells
        if whole or all(is_blank(cells.get(key)) for key in (*COUNTS, *SUMS)):
            continue
        before = len(read.mistakes)
        label, is_whole = _label(read, row, cells)
        counts = {key: _count(read, row, key, cells.get(key)) for key in (*COUNTS, *SUMS)}
        if len(read.mistakes) > before:
            continue
        flow = Flow(label, **{key: counts[key] for key in COUNTS})
        given = {key: counts[key] for key in SUMS if not is_blank(cells.get(key))}
        read.mistakes += [(row, key, reason) for key, reason in broken(flow, given)]
        if is_whole:
            whole = (row, flow)
            continue
        same = first.setdefault(fold(label), row)
        if same != row:
            read.mistakes.append((row, "field", f"lĩnh vực {label!r} đã có ở dòng {same}"))
        read.flows.append(flow)
    if whole and not read.mistakes:
        read.mistakes += [(whole[0], key, reason) for key, reason in _unlike(total(read.flows), whole[1])]
    read.notes = suspicious(total(read.flows))
    return read


def _label(read: Totals, row: int, cells: Mapping[str, Any]) -> tuple[str, bool]:
    try:
        name, counting = text(cells.get("field")), text(cells.get(NUMBER))
    except Wrong as error:
        read.mistakes.append((row, "field", str(error)))
        return "", False
    if any(fold(one).strip(" .:") in _WHOLE for one in (name, counting)):
        return "", True
    if not name:
        read.mistakes.append((row, "field", "thiếu tên lĩnh vực"))
    return name, False


def _count(read: Totals, row: int, key: str, cell: Any) -> int:
    try:
        return count(cell)
    except Wrong as error:
        read.mistakes.append((row, key, str(error)))
        return 0


def broken(flow: Flow, given: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return the identities that a row breaks, as (column, sentence with the numbers).

    Received = settled + pending; settled = early + on time + late; received = online + direct + by post +
    carried over. `given` are the row's own totals (`all_received`, `all_resolved`, `all_pending`).
    """
    wrong = []
    received = given.get("all_received", flow.received)
    resolved, pending = given.get("all_resolved", flow.resolved), given.get("all_pending", flow.pending)
    for key, name, value, parts in (
        ("all_received", "tiếp nhận", received, _parts(flow, ("trực tuyến", "trực tiếp", "bưu chính", "kỳ trước"), 0)),
        ("all_resolved", "đã giải quyết", resolved, _parts(flow, ("trước hạn", "đúng hạn", "quá hạn"), 4)),
        ("all_pending", "đang giải quyết", pending, _parts(flow, ("trong hạn", "quá hạn"), 7)),
        ("all_received", "tiếp nhận", received, {"đã giải quyết": resolved, "đang giải quyết": pending}),
    ):
        if value != sum(parts.values()):
            said = " + ".join(f"{part} {number(size)}" for part, size in parts.items())
            wrong.append((key, f"{name} {number(value)} khác {said} = {number(sum(parts.values()))}"))
    return wrong


def _parts(flow: Flow, names: tuple[str, ...], start: int) -> dict[str, int]:
    return {name: getattr(flow, COUNTS[start + i]) for i, name in enumerate(names)}


def _unlike(summed: Flow, whole: Flow) -> list[tuple[str, str]]:
    return [
        (key, f"dòng tổng ghi {number(getattr(whole, key))}, các lĩnh vực cộng lại là {number(getattr(summed, key))}")
        for key in COUNTS
        if getattr(summed, key) != getattr(whole, key)
    ]


def suspicious(flow: Flow) -> list[str]:
    """Return sentences about values that are possible but suspicious."""
    if flow.early >= MANY and not flow.on_time:
        return [f"Đúng hạn 0 trong khi trước hạn {number(flow.early)}: xem lại, phần mềm có thể gộp đúng hạn vào đó."]
    return []
