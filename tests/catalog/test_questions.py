"""Floors for the search on the project's own questions, for each way of typing."""

import pytest

from catalog.lexicon import lexicon
from tests.questions import RESTYLED, Asked, index, questions, restyled

STYLES = ("dau", "khong_dau", "teencode", "typo", "vung_mien")
FILES = ("phuong", "xa")
# A few points under what is reached today, so that a change for the worse is seen and noise is not.
FIRST_FLOOR, THREE_FLOOR = 0.78, 0.85
MOST_LOST = 0.08
NONE_FLOOR, AWAY_CEILING, WRONG_CEILING = 0.86, 0.03, 0.03


def answerable(style: str) -> list[Asked]:
    """The questions of a style that name a procedure the lexicon knows."""
    known = lexicon().known
    asked = [one for name in FILES for one in questions(name)]
    return [one for one in asked if one.style == style and any(code in known for code in one.codes)]


@pytest.mark.parametrize("style", STYLES)
def test_every_way_of_typing_finds_the_procedure(style: str) -> None:
    """The right procedure is first, and among the first three, often enough in every style."""
    asked = answerable(style)
    first = three = 0
    for one in asked:
        codes = [hit.code for hit in index().search(one.text, 3).hits]
        first += bool(codes) and codes[0] in one.codes
        three += not one.codes.isdisjoint(codes)
    assert len(asked) > 40
    assert first / len(asked) >= FIRST_FLOOR
    assert three / len(asked) >= THREE_FLOOR


@pytest.mark.parametrize("style", RESTYLED)
def test_the_same_question_typed_otherwise_finds_hardly_less(style: str) -> None:
    """Without diacritics, with the keys of Telex or VNI left in, with slips: close to what full diacritics find."""
    typed = restyled([one for style in STYLES for one in answerable(style)])

    def found(asked: list[Asked]) -> float:
        return sum(not one.codes.isdisjoint(h.code for h in index().search(one.text, 3).hits) for one in asked)

    assert len(typed[style]) > 150
    assert found(typed["with diacritics"]) - found(typed[style]) <= MOST_LOST * len(typed[style])


def test_what_is_not_the_catalogs_business_is_turned_away() -> None:
    """Small talk, courts, prices, danger: recognised, and hardly a right question goes with them."""
    asked = [one for name in FILES for one in questions(name)]
    outside = [one for one in asked if not one.codes]
    recognised = sum(index().search(one.text).decision == "none" for one in outside)
    inside = [one for style in STYLES for one in answerable(style)]
    away = sum(index().search(one.text).decision == "none" for one in inside)
    assert recognised / len(outside) >= NONE_FLOOR
    assert away / len(inside) <= AWAY_CEILING


def test_a_confident_answer_is_hardly_ever_wrong() -> None:
    """Where the decision is `answer`, the first procedure is the one meant."""
    asked = [one for style in STYLES for one in answerable(style)]
    results = [(one, index().search(one.text)) for one in asked]
    confident = [(one, result) for one, result in results if result.decision == "answer"]
    wrong = [one.text for one, result in confident if result.hits[0].code not in one.codes]
    assert len(confident) / len(asked) >= 0.4
    assert len(wrong) / len(confident) <= WRONG_CEILING
