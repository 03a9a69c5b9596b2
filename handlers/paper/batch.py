"""A batch of paper ballots: stored as one, and added up to be compared with the pile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from handlers.lookup.response_field import with_field
from handlers.paper.ballot import SOURCE, Ballot
from handlers.rating.unfinished_forms import UnfinishedFormsTx
from handlers.world import World
from surveys.questionnaire import SCALE_LEVELS, Questionnaire
from surveys.responses import Filing, Refusal, Response
from surveys.slips import Round, Slip


class BatchTx(UnfinishedFormsTx, Protocol):
    """A transaction as paper ballots need it."""

    async def rounds(self) -> dict[str, Round]:
        """Return all rounds by name, oldest first."""

    async def slips_of(self, name: str) -> list[Slip]:
        """Return the slips of a round by serial number."""

    async def take_slips(self, answering: Mapping[str, str]) -> dict[str, str]:
        """Tie slips (code to response id) to what is being answered on them; returns the tie of each open slip."""

    async def file(self, filings: Sequence[Filing]) -> dict[str, Refusal]:
        """Store forms, or replace what stands under their ids; returns why those not stored were refused, by id."""

    async def entered(self, name: str, source: str, day: date) -> tuple[int, dict[tuple[str, int], int]]:
        """Count a round's responses of a source and day, and their answers by question and level."""


class Taken(Exception):
    """Raised if slips were used or revoked, or their round closed, in the meantime; nothing is stored."""

    def __init__(self, slips: Sequence[Slip], reason: Refusal = "used") -> None:
        super().__init__(", ".join(slip.code for slip in slips))
        self.slips = slips
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Totals:
    """How many ballots there are, and how often each level was given to each counted question."""

    ballots: int
    levels: Mapping[tuple[str, int], int]

    def rows(self, form: Questionnaire) -> list[tuple[str, list[int]]]:
        """Return each counted question with its sums from level 1 to 5."""
        return [
            (question, [self.levels.get((question, level), 0) for level in SCALE_LEVELS])
            for question in form.questions
            if question in form.counted
        ]


def add_up(ballots: Sequence[Ballot]) -> Totals:
    """Add ballots up."""
    levels: dict[tuple[str, int], int] = {}
    for ballot in ballots:
        for question, answer in ballot.answers.items():
            if isinstance(answer, int):
                levels[question, answer] = levels.get((question, answer), 0) + 1
    return Totals(len(ballots), levels)


async def keep_ballots(
    tx: BatchTx, world: World, round_: Round, form: Questionnaire, ballots: Mapping[str, Ballot]
) -> list[Response]:
    """Store ballots by the ids of their responses and use up their slips; Taken if any is not open any more.

    The caller's transaction must then be undone. Responses are stored in the order of their ids, so
    that not even the order of rows says which slip an answer came from.
    """
    taken = await tx.take_slips({ballot.slip.code: identifier for identifier, ballot in ballots.items()})
    lost = [ballot.slip for identifier, ballot in ballots.items() if taken.get(ballot.slip.code) != identifier]
    if lost:
        raise Taken(lost)
    listed = sorted(ballots.items())
    filings = [
        Filing(with_field(world, ballot.response(identifier, round_, form)), ballot.slip.code)
        for identifier, ballot in listed
    ]
    if refused := await tx.file(filings):
        reason = next(iter(refused.values()))
        raise Taken([ballots[one].slip for one in sorted(refused) if refused[one] == reason], reason)
    return [filing.response for filing in filings]


async def totals_of(tx: BatchTx, round_: Round, day: date) -> Totals:
    """Add up a round's paper ballots of a day that are stored."""
    return Totals(*await tx.entered(round_.name, SOURCE, day))
