"""Uncounted forms: says how many there are, and carries out what staff decide about them."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import structlog

from reports import periods, rates
from reports.satisfaction.report import LEAST_SHOWN
from surveys.uncounted import Decision, Group

log = structlog.get_logger(__name__)


class DecidingTx(Protocol):
    """A transaction that carries out decisions about forms kept apart."""

    async def decide_apart(self, decision: Decision) -> int:
        """Count the waiting forms of a counter and day or discard them, and note who did; returns how many."""


async def decide(tx: DecidingTx, decision: Decision) -> int:
    """Count or discard the waiting forms of a counter and day, and log who did; returns how many forms."""
    forms = await tx.decide_apart(decision)
    if forms:
        log.warning(
            "apart_decided",
            verdict=decision.verdict,
            unit=decision.unit,
            counter=decision.counter,
            day=decision.day.isoformat(),
            forms=forms,
            who=decision.who,
        )
    return forms


def waiting(groups: Sequence[Group]) -> list[Group]:
    """Return the groups that nobody has decided about."""
    return [group for group in groups if group.state == "waiting"]


def sentence(say: Callable[..., str], place: Callable[[str], str], group: Group) -> str:
    """Say how many forms of a group are kept apart, and what was decided about them."""
    return say(
        f"integrity.apart_{group.state}",
        place=place(group.counter or f"@{group.unit}"),
        day=periods.day(group.day),
        count=few_or(say, group.forms),
    )


def few_or(say: Callable[..., str], forms: int) -> str:
    """Write a number of forms, or "few" if it is too small to be shown."""
    return rates.number(forms) if forms >= LEAST_SHOWN else say("integrity.few", least=LEAST_SHOWN)


def decided(say: Callable[..., str], place: Callable[[str], str], decision: Decision) -> str:
    """Say what was decided, when and by whom."""
    return say(
        f"integrity.decided_{decision.verdict}",
        place=place(decision.counter or f"@{decision.unit}"),
        day=periods.day(decision.day),
        count=few_or(say, decision.forms),
        when=f"{decision.at:%H:%M} {periods.day(decision.at.date())}",
        who=decision.who,
    )


def as_json(groups: Sequence[Group], decisions: Sequence[Decision]) -> dict[str, Any]:
    """Return groups and decisions as JSON values; numbers too small to be shown are null."""
    return {
        "apart": [
            {
                "unit": group.unit,
                "counter": group.counter,
                "day": group.day.isoformat(),
                "state": group.state,
                "forms": group.forms if group.forms >= LEAST_SHOWN else None,
            }
            for group in groups
        ],
        "decisions": [
            {
                "unit": one.unit,
                "counter": one.counter,
                "day": one.day.isoformat(),
                "verdict": one.verdict,
                "forms": one.forms if one.forms >= LEAST_SHOWN else None,
                "who": one.who,
                "at": one.at.isoformat(timespec="seconds"),
            }
            for one in decisions
        ],
    }
