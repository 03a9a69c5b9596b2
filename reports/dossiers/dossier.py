"""Dossiers received, settled and pending: the columns of the settlement annex, by field."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from reports import rates

Channel = Literal["online", "direct", "post"]


@dataclass(frozen=True, slots=True)
class Flow:
    """One row of the annex: how many dossiers of a field (or, with field "", of all) went where in a period.

    Received in the period by channel (`online`, `direct`, `post`) or `carried_over` from the period before;
    settled `early`, `on_time`, `late`; still `pending_in_time` or `pending_late` at its end.
    """

    field: str = ""
    online: int = 0
    direct: int = 0
    post: int = 0
    carried_over: int = 0
    early: int = 0
    on_time: int = 0
    late: int = 0
    pending_in_time: int = 0
    pending_late: int = 0

    @property
    def received(self) -> int:
        """All that was to be settled: received in the period and carried over."""
        return self.online + self.direct + self.post + self.carried_over

    @property
    def resolved(self) -> int:
        """Settled in the period."""
        return self.early + self.on_time + self.late

    @property
    def in_time(self) -> int:
        """Settled before or on the due day."""
        return self.early + self.on_time

    @property
    def pending(self) -> int:
        """Still being settled at the end of the period."""
        return self.pending_in_time + self.pending_late

    @property
    def rate(self) -> Decimal | None:
        """Those settled before or on the due day, in percent of all settled, 2 decimals; None if none is settled."""
        return rates.percent_of(self.in_time, self.resolved)


COUNTS = tuple(one.name for one in fields(Flow) if one.name != "field")


def total(flows: Iterable[Flow], of: str = "") -> Flow:
    """Return the sum of flows as one flow, with `of` as its field."""
    sums = dict.fromkeys(COUNTS, 0)
    for flow in flows:
        for name in COUNTS:
            sums[name] += getattr(flow, name)
    return Flow(of, **sums)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment as a spreadsheet gives it. `exact`: with a time of day; `day` is that of the unit's own calendar."""

    at: datetime
    day: date
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier as the e-one-stop software has it, without anything about who filed it.

    Moments are aware. `due_at` is None if there is no time limit; `resolved_at` (there is a result), `handed_at` (the
    citizen has it) and `closed_at` (finished in the software) are None until then. The days are those of the unit's
    own calendar.
    """

    code: str
    received_at: datetime
    received_on: date
    due_at: datetime | None = None
    due_on: date | None = None
    resolved_at: datetime | None = None
    resolved_on: date | None = None
    handed_at: datetime | None = None
    closed_at: datetime | None = None
    procedure: str = ""
    name: str = ""
    field: str = ""
    channel: Channel = "direct"
    state: str = ""


@dataclass(frozen=True, slots=True)
class DossierImport:
    """One import of a file into a unit. `kind`: list (a row for each dossier), totals (of a period, by field)."""

    unit: str
    file: str
    sha256: str
    kind: Literal["list", "totals"]
    at: datetime
    rows: int
    period: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts of one field of a unit; the three counts of late ones are as of now, not of the period's end."""

    unit: str
    flow: Flow
    unsettled_late: int = 0
    not_handed: int = 0
    not_closed: int = 0


@dataclass(frozen=True, slots=True)
class DossierFigures:
    """The dossiers of a unit and a period; `by_field` in the order of field names, `by_unit` in that of unit codes.

    Three counts are of dossiers past their due moment: `unsettled_late` have no result yet, `not_handed` have one that
    the citizen does not have yet, `not_closed` were handed over and are unfinished only in the software. These counts
    are as of `as_of`, the moment of the import they come from (the oldest, if of several units). `counted` says what
    the figures come from: a list of dossiers, totals that units gave, or both. `without` names the units without any.
    """

    total: Flow
    by_field: Sequence[Flow]
    as_of: datetime
    counted: Literal["list", "totals", "both"] = "list"
    unsettled_late: int = 0
    not_handed: int = 0
    not_closed: int = 0
    by_unit: Mapping[str, Flow] = field(default_factory=dict)
    without: Sequence[str] = ()


def as_json(figures: DossierFigures) -> dict[str, Any]:
    """Return the figures as JSON values, with the rate of those settled in time also as it is printed."""
    return {
        **_flow(figures.total),
        "unsettled_late": figures.unsettled_late,
        "not_handed": figures.not_handed,
        "not_closed": figures.not_closed,
        "by_field": [{"field": flow.field, **_flow(flow)} for flow in figures.by_field],
        "by_unit": {unit: _flow(flow) for unit, flow in figures.by_unit.items()},
        "without": list(figures.without),
        "counted": figures.counted,
        "as_of": figures.as_of.isoformat(),
    }


def _flow(flow: Flow) -> dict[str, Any]:
    return {
        "received": flow.received,
        **{name: getattr(flow, name) for name in COUNTS[:4]},
        "resolved": flow.resolved,
        **{name: getattr(flow, name) for name in COUNTS[4:7]},
        "pending": flow.pending,
        **{name: getattr(flow, name) for name in COUNTS[7:]},
        "on_time_rate": float(flow.rate) if flow.rate is not None else None,
        "on_time_rate_text": rates.percent(flow.rate) if flow.rate is not None else "",
    }
