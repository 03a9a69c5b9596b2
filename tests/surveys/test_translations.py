"""A language file says the shipped questionnaires in its language, and is refused where it does not fit them."""

from typing import Any

import pytest

from surveys.questionnaire import DefinitionError, shipped, words_in
from surveys.translations import translated

FORM = shipped()["nhanh"]
GIVEN: dict[str, Any] = {
    "title": "t",
    "notice": "n",
    "thanks": "c",
    "scale": ["l1", "l2", "l3", "l4", "l5"],
    "pages": ["", "p2"],
    "question": {
        "overall": {"text": " q "},
        "reasons": {"text": "r", "labels": {"wait": "w", "other": "o"}},
    },
}


def test_every_wording_can_be_said() -> None:
    """Title, notice, thanks, levels, page titles, questions and options; nothing else changes."""
    said = translated(FORM, "km", GIVEN, "km.toml: forms.nhanh")
    assert [words_in(words, "km") for words in (said.title, said.notice, said.thanks)] == ["t", "n", "c"]
    assert [words_in(page.title, "km") for page in said.pages] == ["", "p2"]
    assert words_in(said.questions["overall"].text, "km") == "q"
    for scale in ("overall", "waiting"):
        assert [words_in(o.label, "km") for o in said.questions[scale].options] == ["l1", "l2", "l3", "l4", "l5"]
    labels = {option.value: words_in(option.label, "km") for option in said.questions["reasons"].options}
    assert (labels["wait"], labels["other"], labels["papers"]) == ("w", "o", "Phải bổ sung giấy tờ nhiều lần")
    assert (said.digest, said.version, list(said.questions)) == (FORM.digest, FORM.version, list(FORM.questions))
    assert said.counted == FORM.counted


def test_what_is_not_said_stays_vietnamese_and_other_languages_stay() -> None:
    """An empty table changes nothing; a given wording leaves the shipped ones as they are."""
    assert translated(FORM, "km", {}, "km.toml: forms.nhanh") == FORM
    said = translated(FORM, "km", GIVEN, "km.toml: forms.nhanh")
    assert {code: said.title[code] for code in ("vi", "en")} == FORM.title
    assert words_in(said.questions["comment"].text, "km") == words_in(FORM.questions["comment"].text, "vi")


BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "a mistyped key": ({"titel": "t"}, "km.toml: forms.nhanh: không có mục 'titel'"),
    "an unknown question": ({"question": {"overal": {}}}, "km.toml: forms.nhanh.question: không có mục 'overal'"),
    "a mistyped key of a question": (
        {"question": {"overall": {"txt": "x"}}},
        "km.toml: forms.nhanh.question.overall: không có mục 'txt'",
    ),
    "an unknown option": (
        {"question": {"reasons": {"labels": {"weight": "x"}}}},
        "km.toml: forms.nhanh.question.reasons.labels: không có mục 'weight'",
    ),
    "labels of a scale": (
        {"question": {"overall": {"labels": {"1": "x"}}}},
        "km.toml: forms.nhanh.question.overall.labels: không có mục '1'",
    ),
    "four levels": ({"scale": ["1", "2", "3", "4"]}, "km.toml: forms.nhanh.scale: phải là danh sách 5 câu"),
    "a page too many": ({"pages": ["", "", ""]}, "km.toml: forms.nhanh.pages: phải là danh sách 2 câu"),
    "a title that is a number": ({"title": 5}, "km.toml: forms.nhanh.title: phải là một câu"),
    "a text that is a list": (
        {"question": {"overall": {"text": ["x"]}}},
        "km.toml: forms.nhanh.question.overall.text: phải là một câu",
    ),
    "questions that are no table": ({"question": "x"}, "km.toml: forms.nhanh.question: phải là một bảng"),
    "a question that is no table": (
        {"question": {"overall": "x"}},
        "km.toml: forms.nhanh.question.overall: phải là một bảng",
    ),
}


@pytest.mark.parametrize(("given", "said"), BROKEN.values(), ids=BROKEN)
def test_a_translation_that_does_not_fit_is_refused_with_its_place(given: dict[str, Any], said: str) -> None:
    """File, key and reason."""
    with pytest.raises(DefinitionError) as refusal:
        translated(FORM, "km", given, "km.toml: forms.nhanh")
    assert str(refusal.value).startswith(said)
