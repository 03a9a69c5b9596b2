"""Dossiers received, settled and pending: the columns of the settlement annex, by field."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


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
        """All that there was to settle: received in the period and carried over."""
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


@dataclass(frozen=True, slots=True)
class DossierFigures:
    """The dossiers of a unit and a period; `by_field` in the order of field names.

    Of the late ones: `unsettled_late` have no result yet, `not_handed` have one that the citizen does not
    have yet, `not_closed` were handed over and are unfinished in the software alone. `as_of` is the moment of the
    import they come from. `counted` says from what: a list of dossiers, or totals that the unit gave.
    """

    total: Flow
    by_field: Sequence[Flow]
    as_of: datetime
    counted: str = "list"
    unsettled_late: int = 0
    not_handed: int = 0
    not_closed: int = 0
