"""What citizens wrote on their forms, as staff read it: the words, the day, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from handlers.turn import MissKind
from handlers.world import World
from reports.satisfaction.counts import Questions
from surveys.cases import State, is_comment


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, masked as it was stored. `level` is the lowest counted answer of its form, 0 if there is none.

    `state` is that of its case, empty if it made none. Neither a time of day nor a name is known.
    """

    unit: str
    counter: str
    day: date
    level: int
    text: str
    state: State | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which comments to find: of a counter, a level, with a case in a state, with a text; empty means any.

    A text is found regardless of case and diacritics.
    """

    counter: str = ""
    level: int = 0
    state: State | None = None
    text: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """Return the conditions that are set, by the names that addresses use for them."""
        level = str(self.level) if self.level else ""
        named = {"counter": self.counter, "level": level, "state": self.state or "", "text": self.text}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class Missed:
    """What citizens did not find, of one kind: how often, and the most common texts (masked), each with its count."""

    kind: MissKind
    count: int
    texts: tuple[tuple[str, int], ...]


ANY = Wanted()


class WordsTx(Protocol):
    """A transaction that reads the words of citizens."""

    async def comments(
        self,
        units: Sequence[str],
        first: date,
        last: date,
        asked: tuple[Questions, Questions],
        most: int,
        skipped: int,
        wanted: Wanted = ANY,
    ) -> list[Comment]:
        """Return the latest of the wanted comments of units between two days, both included."""

    async def missed(self, units: Sequence[str], first: date, last: date, most: int) -> list[Missed]:
        """Return what citizens of units did not find between two days, by kind, with `most` texts of each."""


def comment_questions(world: World) -> tuple[Questions, Questions]:
    """Return, by form, the questions that ask for a comment, and those whose level is shown with it."""
    forms = world.forms.items()
    return (
        {code: {q.id for q in form.questions.values() if is_comment(q)} for code, form in forms},
        {code: form.counted for code, form in forms},
    )
