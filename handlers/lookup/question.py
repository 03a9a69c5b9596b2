"""One question in the conversation it stands in, and the two ways to answer it with procedures: one, or a choice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from catalog import follow_ups
from catalog.ages import age_span, with_age
from catalog.catalogs import Catalog
from catalog.index import SearchResult
from catalog.leaving import Said
from handlers.lookup.procedures import answer, name_of
from handlers.messages import Button, Text
from handlers.session import Session
from handlers.turn import About, Turn, reply
from handlers.wording import button, plain, say
from handlers.world import World
from surveys.masking import mask

NOTHING = Text()
MOST_CHOICES, MOST_ALTERNATIVES = 5, 2
LONGEST_KEPT = 500
# From this probability on a message leaves the open procedure: to stay wrongly costs as much as to leave wrongly.
# One that fits several others and does not say that something is wanted leaves surely only from a higher one on.
LEAVES, SURELY_LEAVES, MAY_LEAVE = 0.65, 0.9, 0.15
# The search is sure of another procedure, and no other circumstance of the open one is mentioned.
LEAVES_SURELY_NAMED = 0.5
# The open procedure covers at most this share of a message about another one; more if the message adds a wish.
HARDLY_COVERED, ADDED_COVERED = 0.15, 0.25
# From these probabilities on that procedures are named, a message asks about them: in any words, and in words that are
# put first or add a wish.
NAMES_A_FAMILY = (0.98, 0.85)
# In conversations, one in six of the messages that do not leave goes to a sibling, more than in the data fitted on.
# A message that clearly goes to a sibling needs no sign of leaving.
MOVES, SURELY_MOVES, CLEARLY_MOVES = 0.45, 0.5, 0.75


@dataclass(frozen=True)
class Asked:
    """One question with what the search makes of it, and the conversation it stands in."""

    world: World
    session: Session
    text: str
    found: SearchResult

    @cached_property
    def catalog(self) -> Catalog:
        """The catalog that this unit's citizens are answered from."""
        return self.world.catalog(self.session.unit)

    @property
    def kept(self) -> str:
        """The question as a session keeps it for the next message: numbers masked, only the end of a long one."""
        return mask(self.text)[-LONGEST_KEPT:]

    @cached_property
    def open(self) -> str:
        """The procedure that is open; empty if none is."""
        return self.session.topic if self.session.topic in self.catalog else ""

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """The procedures that were offered last, as long as none of them was chosen."""
        return tuple(code for code in self.session.choices if code in self.catalog)

    @cached_property
    def leaves(self) -> bool:
        """Whether the question is about another procedure than the one that is open."""
        if not self.open or self._asks_for_a_paper:
            return False
        if self.plainly_elsewhere:
            return True
        names = self.found.sure and not follow_ups.changes(self.text)
        return self.compared_with_open.leaving >= (LEAVES_SURELY_NAMED if names else LEAVES)

    @property
    def hardly_leaves(self) -> bool:
        """Whether the question leaves, but not surely: it fits several others and does not say that one is wanted."""
        several = self.found.decision == "choose" and not (follow_ups.wants(self.text) or follow_ups.turns(self.text))
        return self.leaves and several and self.compared_with_open.leaving < SURELY_LEAVES

    @property
    def may_leave(self) -> bool:
        """Whether the question may be about another procedure than the one that is open."""
        return bool(self.open) and self.compared_with_open.leaving >= MAY_LEAVE

    @property
    def moves(self) -> bool:
        """Whether the question is about a sibling of the procedure that is open."""
        if not self.open or self._asks_for_a_paper or self.plainly_elsewhere or self._surely_elsewhere:
            return False
        if self.may_leave:
            return self.compared_with_open.moving >= MOVES
        return self.compared_with_open.tells_another_circumstance and self.clearly_moves

    @property
    def clearly_moves(self) -> bool:
        """Whether the question is clearly about a sibling of the open procedure, whatever else it says."""
        return bool(self.open) and self.compared_with_open.moving >= CLEARLY_MOVES

    @property
    def surely_moves(self) -> bool:
        """Whether the question is more likely than not about some sibling of the open procedure."""
        return bool(self.open) and self.compared_with_open.moving >= SURELY_MOVES

    @property
    def _asks_for_a_paper(self) -> bool:
        """Whether the question asks if a paper is needed, which names no other matter: "có cần giấy độc thân không". Of
        63 such messages in the data fitted on, one leaves, by the words that lead back.
        """
        named = any(point.of_papers for point in self.points) and follow_ups.asks_yes_or_no(self.text)
        return named and not follow_ups.turns(self.text)

    @cached_property
    def plainly_elsewhere(self) -> bool:
        """Whether the question wants, or asks about, something unrelated to the open procedure."""
        return self._wants_another or self._asks_of_another

    @property
    def _wants_another(self) -> bool:
        """Whether the question wants something, has no words that may be about the open procedure, and the search is
        sure of an unrelated procedure. Of 259 such messages in the data fitted on, none stays.
        """
        if not self.found.sure or not follow_ups.wants(self.text) or follow_ups.may_be_of_the_open(self.text):
            return False
        return self._found_no_sibling and self.open not in [hit.code for hit in self.found.hits]

    @property
    def _asks_of_another(self) -> bool:
        """Whether the question asks about another matter that it names, or adds one, and hardly touches the open one:
        "tách hộ thì mất bao lâu", "mà em cũng mất luôn hộ chiếu". Of 161 such messages in the data fitted on, two stay.
        """
        points, first, adds = self.points, follow_ups.put_first(self.text), follow_ups.adds(self.text)
        in_a_case = follow_ups.asks_yes_or_no(self.text) or follow_ups.supposes(self.text)
        asks = bool(first) or ((bool(points) or adds) and not in_a_case)
        if not self.open or any(point.of_papers for point in points) or not asks:
            return False
        index, said = self.catalog.index, first or follow_ups.without_points(self.text)
        named = index.search(said)
        least = NAMES_A_FAMILY[bool(first) or adds]
        if named.decision == "none" or (named.decision == "choose" and named.tells < least):
            return False
        if named.hits[0].code in (self.open, *index.siblings(self.open)):
            return False
        # Siblings are weighed last, as that takes longest.
        most = ADDED_COVERED if adds else HARDLY_COVERED
        return index.compare(said, self.open).open_covered < most and self.compared_with_open.moving < MOVES

    @property
    def _surely_elsewhere(self) -> bool:
        """Whether the question surely leaves for a procedure that is no sibling, and no sibling need be looked for."""
        if not self.found.sure or self.compared_with_open.tells_another_circumstance:
            return False
        return self.compared_with_open.leaving >= SURELY_LEAVES and self._found_no_sibling

    @property
    def _found_no_sibling(self) -> bool:
        return self.found.hits[0].code not in self.catalog.index.siblings(self.open)

    @cached_property
    def compared_with_open(self) -> Said:
        """The question compared with the procedure that is open; KeyError if none is."""
        if (entry := self.catalog.entry(self.open)) is None:
            raise KeyError(self.open)
        text = with_age(self.text) if age_span(entry.title) else self.text
        return Said(self.catalog.index, text, entry, lambda code: self.catalog.outline(code).title)

    @property
    def points(self) -> list[follow_ups.Point]:
        """The points that the question asks about and that are not parts of a record."""
        return follow_ups.points(self.text)

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of a record that the question asks for, in order, each once."""
        plainly = (point.parts[0] for point in self.points if not point.look)
        return tuple(dict.fromkeys((*self.found.aspects, *plainly)))


def show(asked: Asked, code: str, alternatives: Sequence[str] = ()) -> Turn:
    """Show one procedure with the parts asked for, and offer under it the `alternatives` that may be meant instead."""
    return answer(asked.world, asked.session, code, asked.parts, alternatives=alternatives, confirm=code != asked.open)


def offer(
    asked: Asked, codes: Sequence[str], key: str, *, again: bool = False, above: Text = NOTHING, **values: object
) -> Turn:
    """Ask which of several procedures is meant, in the words of a text key, below a text about them (`above`).

    The next message is read together with this question; with `again`, together with the question before it.
    """
    session, codes = asked.session, codes[:MOST_CHOICES]
    labels = [name_of(asked.catalog, code, session.language) for code in codes]
    part_asked = f":{','.join(asked.found.aspects)}" if asked.found.aspects else ""
    offered = []
    for code, label in zip(codes, labels, strict=True):
        level = asked.catalog.outline(code).level
        alike = level and labels.count(label) > 1
        shown = plain(session.language, "choose.level", name=label, level=level) if alike else label
        offered.append(Button(f"p:{code}{part_asked}", shown))
    offered.append(button(session.language, "other", "button.other"))
    further = tuple(hit.code for hit in asked.found.hits if hit.code not in codes)
    incomplete = session.incomplete if again else asked.kept
    left = replace(session.opening(), further=further, incomplete=incomplete)
    text = Text.lines((above, say(session.language, key, count=len(codes), **values)))
    return reply(left, text, tuple(offered), about=About("choose", offered=tuple(codes)))
