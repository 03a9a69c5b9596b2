"""The search index: immutable, built from entries, no input or output."""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

from catalog.circumstances import CircumstanceMatch, circumstances
from catalog.deciding import deciding
from catalog.entries import Entry
from catalog.fitted_topics import DOUBTFUL, GRAVELY_DOUBTFUL
from catalog.lexicon import Known, Lexicon
from catalog.lexicon import lexicon as shipped_lexicon
from catalog.remembering import remembering
from catalog.search import siblings
from catalog.search.breath import Breath, no_pause
from catalog.search.building import build
from catalog.search.deciding import decide, hits
from catalog.search.explaining import reasons
from catalog.search.features import Names, Weighing
from catalog.search.mending import Mender
from catalog.search.overlay import overlay
from catalog.search.question import Question, Questions
from catalog.search.results import Best, Comparison, Decision, Evidence, Found, Hit, Reason, SearchResult
from catalog.search.scoring import Scored, fitting, without_twins
from catalog.terms import Asked
from catalog.topics import doubtful, likely_talk, outranks, topic_of

__all__ = ["Comparison", "Decision", "Evidence", "Hit", "Index", "Reason", "SearchResult"]

MOST_SIBLINGS_REMEMBERED = 1024
MOST_READ, FEWER_READ, MOST_FITTING = 256, 64, 2
# How many answers are remembered; fewer by an index laid over a common one, because many units may have one.
MOST_LATELY, FEWER_LATELY = 1024, 128


class Index:
    """All names of all procedures, official ones and people's, as rows of weighted terms.

    A row's likeness to a question is Tversky's index over the weights of their terms (words, pairs of
    neighbours, spellings with marks, concepts); a procedure's score is that of its best rows and of its
    official name, how much of the question all its rows cover together, and how often it is asked for.
    """

    def __init__(self, names: Names, questions: Questions, lexicon: Lexicon) -> None:
        self._names = names
        self._questions = questions
        self._lexicon = lexicon
        self._siblings = remembering(self._find_siblings, MOST_SIBLINGS_REMEMBERED)
        # A turn may ask for the same words more than once, and so do people.
        lately, read = (FEWER_LATELY, FEWER_READ) if names.table.own_groups else (MOST_LATELY, MOST_READ)
        self._lately = remembering(self._search, lately)
        self._compared = remembering(self._compare, lately)
        self._ranked = remembering(self._rank, read)
        # One turn looks at a text from several sides. Few fittings are kept, because each is as long as the catalog.
        self._asked = remembering(questions.asked, read)
        self._weighed = remembering(self._weigh, read)
        self._fitting = remembering(self._fit, MOST_FITTING)

    def __len__(self) -> int:
        return len(self._names.place)

    def __contains__(self, code: str) -> bool:
        return code in self._names.place

    @property
    def names(self) -> Names:
        """All names that are searched."""
        return self._names

    @property
    def known(self) -> Mapping[str, Known]:
        """What people call each procedure, by its code here."""
        return self._names.known

    @classmethod
    def build(cls, entries: Iterable[Entry], lexicon: Lexicon | None = None, breath: Breath = no_pause) -> "Index":
        """Build an index from entries; their order breaks ties. `lexicon`: what people say, by default the shipped one.

        `breath` is called often, to let other threads work.
        """
        lexicon = lexicon or shipped_lexicon()
        names = build(list(entries), lexicon, breath)
        breath()
        return cls.of(names, lexicon)

    @classmethod
    def of(cls, names: Names, lexicon: Lexicon) -> "Index":
        """Return the index of names that were gathered and counted."""
        return cls(names, Questions(names.table, Mender(names.table, names.table.numbers)), lexicon)

    def over(self, entries: Sequence[Entry], gone: Collection[str] = (), breath: Breath = no_pause) -> "Index":
        """Return an index with entries put in by their codes, replacing or added, and without the `gone` codes.

        It shares with this one all that stays; terms keep their worth. If no name changes, it is this index itself.
        """
        names = overlay(self._names, self._lexicon, entries, gone, breath)
        if names is self._names:
            return self
        before = self._names.table.new_terms
        return Index(names, self._questions.over(names.table, names.table.new_terms[len(before) :]), self._lexicon)

    @property
    def own_names(self) -> int:
        """How many procedures and rivals have names that are not shared with the index that this one lies over."""
        return len(self._names.table.own_groups)

    def search(self, text: str, limit: int = 5) -> SearchResult:
        """Find the procedures that a question in a citizen's words may mean, best first."""
        return self._lately(text, limit)

    def _search(self, text: str, limit: int) -> SearchResult:
        started = time.perf_counter()
        topic, asked = topic_of(text), self._asked(text)
        found = Found("none", topic=topic)
        if not topic and len(self) and not asked.bare:
            found = decide(self._names, self._fitting(text), limit)
            if doubtful(text, GRAVELY_DOUBTFUL if found.beyond_doubt else DOUBTFUL):
                found = found._replace(decision="none", hits=(), sure=False)
            elif found.decision == "none" and (outranks(found.topic) or not found.topic):
                found = found._replace(topic=likely_talk(text))
        return SearchResult(
            query=text,
            decision=found.decision,
            aspect=asked.aspect,
            aspects=asked.aspects,
            hits=found.hits,
            ms=round((time.perf_counter() - started) * 1000, 3),
            topic=found.topic,
            bare=asked.bare,
            sure=found.sure,
            tells=round(found.tells, 3),
        )

    def asked(self, text: str) -> Asked:
        """Read a question: its words, what each weighs, and the phrases in it."""
        return self._asked(text)

    def _weigh(self, text: str) -> Question:
        return self._questions.weighed(self._asked(text))

    def _fit(self, text: str) -> Scored:
        return fitting(self._names.table, self._weighed(text))

    def ranked(self, text: str, limit: int) -> tuple[Hit, ...]:
        """Return the procedures that share most with a text, best first, whatever the text is decided to mean."""
        return self._ranked(text, limit)

    def _rank(self, text: str, limit: int) -> tuple[Hit, ...]:
        found = fitting(self._names.table, self._questions.weighed(self._questions.asked(text)))
        return hits(found.inside(without_twins(found))[:limit], found)

    def among(self, text: str, codes: Sequence[str]) -> tuple[Hit, ...]:
        """Rank some procedures by the words of a text that tell them apart, best first: "cái cho trẻ em".

        A score is the share of those words that a procedure's names have, less a penalty for ages its name excludes.
        Procedures without a positive score are left out: all of them if no word tells them apart.
        """
        return siblings.among(self._names, self._weighed(text), codes)

    def content_words(self, text: str) -> tuple[str, ...]:
        """Return the folded words of a text that tell something."""
        asked = self.asked(text)
        return tuple(word.folded for word, weight in zip(asked.words, asked.weights, strict=True) if weight)

    def siblings(self, code: str) -> tuple[str, ...]:
        """The procedures about the same thing, nearest first: members of its families, names like its own, then those
        that another circumstance leads to.
        """
        return self._siblings(code)

    def _find_siblings(self, code: str) -> tuple[str, ...]:
        table = self._names.table
        name = table.groups[self._names.place[code]].said[0]
        alike = siblings.siblings(self._names, self._fitting(name), code)
        kin = circumstances().kin(self._lexicon_code(code))
        return tuple(dict.fromkeys((*alike, *(self._here[one] for one in kin if one in self._here))))

    @cached_property
    def _here(self) -> Mapping[str, str]:
        """The code in this catalog of each procedure that people have words for, by its code in the lexicon."""
        return {known.code: one for one, known in self.known.items()}

    def circumstance_matches(self, text: str, code: str) -> dict[str, CircumstanceMatch]:
        """Return by code how well a text tells the circumstances of a procedure and of its siblings."""
        matches = circumstances().matches(self.asked(text), self._lexicon_code(code))
        return {
            one: matches[as_known]
            for one in (code, *self.siblings(code))
            if (as_known := self._lexicon_code(one)) in matches
        }

    def _lexicon_code(self, code: str) -> str:
        """Return the code under which the lexicon keeps people's words for a procedure."""
        return known.code if (known := self.known.get(code)) else code

    def evidence(self, text: str) -> Evidence | None:
        """Return the features that the decision on a question weighs; None if there is nothing to weigh."""
        asked = self.asked(text)
        if topic_of(text) or asked.bare or not len(self):
            return None
        found = self._fitting(text)
        best = without_twins(found)
        inside = found.inside(best)
        if not inside:
            return None
        weighing = Weighing(self._names, found, best, inside)
        return Evidence(found.groups[inside[0]].traits.code, weighing.named(), weighing.right(*weighing.rest()))

    def compare(self, text: str, code: str) -> Comparison:
        """Compare what a text shares with a procedure and with the best of the others."""
        if self.asked(text).bare or code not in self._names.place:
            return Comparison()
        table, place = self._names.table, self._names.place[code]
        best, twin = self._compared(text), table.groups[place].traits.twin
        open_first = bool(best.first) and best.first[0].twin == twin
        others = [one for one in best.first if one.twin != twin]
        if not others:
            return Comparison(open_first=open_first)
        other = others[0]
        known = self.known.get(other.code)
        return Comparison(
            open_covered=min(table.shared_with(place, best.terms, denied=best.denied) / best.total, 1.0),
            open_first=open_first,
            likeness=other.likeness,
            covered=other.covered,
            certain=best.certain,
            common=known.common if known else 0,
        )

    def _compare(self, text: str) -> Best:
        found = self._fitting(text)
        best = without_twins(found)
        inside = found.inside(best)
        weighing = Weighing(self._names, found, best, inside) if inside else None
        return Best(
            terms=found.question.terms,
            total=found.question.total,
            denied=bool(found.question.asked.denied),
            first=[found.fitting(rank) for rank in inside[:2]],
            certain=deciding().right.probability(weighing.right(*weighing.rest())) if weighing else 0.0,
        )

    def explain(self, text: str, limit: int = 5) -> list[Reason]:
        """Say why each of the best candidates scored as it did, rivals from outside the catalog among them."""
        asked = self.asked(text)
        if not len(self) or asked.bare:
            return []
        return reasons(self._names, self._fitting(text), limit)
