"""What citizens wrote on their forms, as staff read it: the words, the day and what became of them."""

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
    """A comment, masked as it was stored. `level` is the lowest counted answer of its form, 0 where there is none.

    `state` is that of its case, empty where it made none. The time of day is not known, and no name.
    """

    unit: str
    counter: str
    day: date
    level: int
    text: str
    state: State | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which comments are looked for: of a counter, a level, with a case in a state, with a text; empty: any.

    A text is found without regard to capitals and diacritics.
    """

    counter: str = ""
    level: int = 0
    state: State | None = None
    text: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """What is wanted, by the names that an address has for it."""
        level = str(self.level) if self.level else ""
        named = {"counter": self.counter, "level": level, "state": self.state or "", "text": self.text}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class Missed:
    """What citizens did not find, of one kind: how often, and the commonest texts (masked) with how often each came."""

    kind: MissKind
    count: int
    texts: tuple[tuple[str, int], ...]


ANY = Wanted()


class WordsTx(Protocol):
    """Where the words of citizens are read."""

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
        """Return the latest comments of units between two days, both included, that are wanted."""

    async def missed(self, units: Sequence[str], first: date, last: date, most: int) -> list[Missed]:
        """Return what citizens of units did not find between two days, by kind, with `most` texts of each."""


def comment_questions(world: World) -> tuple[Questions, Questions]:
    """Return by form the questions that ask for a comment, and those whose level is shown with it."""
    forms = world.forms.items()
    return (
        {code: {q.id for q in form.questions.values() if is_comment(q)} for code, form in forms},
        {code: form.counted for code, form in forms},
    )
