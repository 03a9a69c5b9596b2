"""The shipped questionnaires are whole in every language, and a broken one is refused with file and place."""

import hashlib
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

import locales
from surveys import questionnaire
from surveys.questionnaire import DefinitionError, Questionnaire, Words, parse, shipped, words_in

FORMS = shipped()
CODES = sorted(FORMS)
LEVELS = ["Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"]

GOOD = """
code = "thu"
version = 3
title = "Phiếu thử"
notice = { vi = "Phiếu không hỏi tên.", en = "We do not ask for your name." }
thanks = "Xin cảm ơn!"

[scale]
vi = ["Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"]
faces = ["1", "2", "3", "4", "5"]

[[page]]
[[page.question]]
id = "overall"
kind = "scale"
required = true
counted = true
text = "Ông/Bà thấy thế nào?"

[[page]]
title = "Thêm"
[[page.question]]
id = "reasons"
kind = "multiple"
when = { question = "overall", most = 2 }
text = "Điều gì chưa được?"
option = [{ value = "wait", label = "Chờ lâu" }, { value = "other", label = "Điều khác" }]

[[page.question]]
id = "gender"
kind = "single"
text = "Giới tính"
option = [{ value = "male", label = "Nam" }, { value = "female", label = "Nữ" }]

[[page.question]]
id = "comment"
kind = "text"
limit = 300
text = "Ông/Bà muốn nói thêm điều gì?"
"""


def wordings(form: Questionnaire) -> Iterator[tuple[str, Words]]:
    """All wordings of a form with their places."""
    yield from (("title", form.title), ("notice", form.notice), ("thanks", form.thanks))
    for number, page in enumerate(form.pages, 1):
        if page.title:
            yield f"page {number}", page.title
        for question in page.questions:
            yield question.id, question.text
            for option in question.options:
                yield f"{question.id}={option.value}", option.label


def test_the_forms_the_product_needs_are_shipped_under_their_own_codes() -> None:
    """The short form and the ward's nine items come with the product, one definition file each."""
    names = [item.name for item in files("surveys").joinpath("definitions").iterdir() if item.name.endswith(".toml")]
    assert CODES == ["nhanh", "phuong9"]
    assert sorted(names) == [f"{code}.toml" for code in CODES]
    assert {code: form.code for code, form in FORMS.items()} == {code: code for code in CODES}


@pytest.mark.parametrize("code", CODES)
def test_every_wording_of_a_shipped_form_stands_in_every_language(code: str) -> None:
    """No citizen meets a half-translated form."""
    incomplete = [
        (place, language)
        for place, words in wordings(FORMS[code])
        for language in locales.LANGUAGES
        if not words.get(language, "").strip()
    ]
    assert incomplete == []


@pytest.mark.parametrize("code", CODES)
def test_no_language_of_a_shipped_form_is_a_copy_of_another(code: str) -> None:
    """A translation that was forgotten shows as the Vietnamese words."""
    copied = [place for place, words in wordings(FORMS[code]) if words["vi"] == words["en"]]
    assert copied == []


@pytest.mark.parametrize("code", CODES)
def test_every_scale_of_a_shipped_form_has_five_named_levels_with_faces(code: str) -> None:
    """Level 1 is the worst and 5 the best, in the official words, each with a face of its own."""
    for question in FORMS[code].questions.values():
        if question.kind == "scale":
            assert [option.value for option in question.options] == ["1", "2", "3", "4", "5"]
            assert [option.label["vi"] for option in question.options] == LEVELS
            assert len({option.face for option in question.options} - {""}) == 5


@pytest.mark.parametrize("code", CODES)
def test_a_shipped_form_names_its_exact_wording_by_a_digest(code: str) -> None:
    """The digest is the SHA-256 of the definition file, which anybody can check."""
    content = files("surveys").joinpath("definitions", f"{code}.toml").read_bytes()
    assert FORMS[code].digest == hashlib.sha256(content).hexdigest()
    assert FORMS[code].source.encode() == content


@pytest.mark.parametrize("code", CODES)
def test_the_notice_of_a_shipped_form_says_what_the_law_wants(code: str) -> None:
    """Before the first question: no name, telephone or ID number is asked, voluntary, for adults."""
    notice = FORMS[code].notice["vi"].lower()
    for part in ("phiếu không hỏi tên, số điện thoại hay số căn cước", "tự nguyện", "đủ 18 tuổi", "thống kê"):
        assert part in notice


def test_the_ward_form_counts_its_nine_items_and_nothing_else() -> None:
    """q_1 to q_9 make up the rate; field and demographics do not."""
    form = FORMS["phuong9"]
    assert form.counted == {f"q_{number}" for number in range(1, 10)}
    assert [(q.kind, q.required) for q in form.questions.values() if q.counted] == [("scale", True)] * 9


def test_the_ward_form_asks_three_demographics_that_may_be_skipped() -> None:
    """Gender, age and education with the ward's own groups; none is required."""
    form = FORMS["phuong9"]
    asked = {q.id: len(q.options) for q in form.questions.values() if q.kind == "single"}
    assert asked == {"gender": 2, "age": 5, "education": 6}
    assert [q.required for q in form.questions.values() if q.kind == "single"] == [False, False, False]
    assert [option.label["vi"] for option in form.questions["age"].options] == [
        "Từ 18 - 24 tuổi",
        "Từ 25-34 tuổi",
        "Từ 35-49 tuổi",
        "Từ 50-60 tuổi",
        "Trên 60 tuổi",
    ]


def test_the_ward_form_groups_its_items_as_the_paper_does() -> None:
    """The field first, then 3 + 2 + 4 items, then the person."""
    form = FORMS["phuong9"]
    assert [[q.id for q in page.questions] for page in form.pages] == [
        ["field"],
        ["q_1", "q_2", "q_3"],
        ["q_4", "q_5"],
        ["q_6", "q_7", "q_8", "q_9"],
        ["gender", "age", "education"],
    ]
    assert (form.questions["field"].kind, form.questions["field"].required, form.questions["field"].limit) == (
        "text",
        True,
        500,
    )


def test_the_short_form_counts_one_question_and_requires_no_other() -> None:
    """Ten seconds are enough: everything after the first tap may be left out."""
    form = FORMS["nhanh"]
    assert form.counted == {"overall"}
    assert [q.id for q in form.questions.values() if q.required] == ["overall"]


def test_a_definition_is_read_with_all_its_parts() -> None:
    """Every key of the file ends up in its place, and a bare text is Vietnamese."""
    form = parse(GOOD, "thu.toml")
    assert (form.code, form.version, form.title, form.thanks) == (
        "thu",
        3,
        {"vi": "Phiếu thử"},
        {"vi": "Xin cảm ơn!"},
    )
    assert form.notice == {"vi": "Phiếu không hỏi tên.", "en": "We do not ask for your name."}
    assert [page.title for page in form.pages] == [{}, {"vi": "Thêm"}]
    assert list(form.questions) == ["overall", "reasons", "gender", "comment"]
    overall, reasons, _, comment = form.questions.values()
    assert [(o.value, o.label["vi"], o.face) for o in overall.options] == [
        (str(level), label, str(level)) for level, label in enumerate(LEVELS, 1)
    ]
    assert reasons.when == questionnaire.Condition("overall", 1, 2)
    assert (reasons.limit, comment.limit) == (2, 300)
    assert form.counted == {"overall"}


def test_a_definition_is_read_from_a_file(tmp_path: Path) -> None:
    """A unit's own form is a file like the shipped ones; its name stands in what is wrong with it."""
    path = tmp_path / "rieng.toml"
    path.write_text(GOOD, "utf-8")
    assert questionnaire.read(path) == parse(GOOD, "rieng.toml")
    path.write_text(GOOD.replace('code = "thu"', ""), "utf-8")
    with pytest.raises(DefinitionError, match=r"^rieng\.toml: 'code' is missing$"):
        questionnaire.read(path)


def test_another_wording_has_another_digest() -> None:
    """One changed letter makes a different form."""
    assert parse(GOOD, "a").digest != parse(GOOD.replace("Thêm", "Nữa"), "a").digest
    assert parse(GOOD, "a").digest == parse(GOOD, "b").digest


BROKEN: dict[str, tuple[str, str, str]] = {
    "no TOML": ('code = "thu"', "code = thu", "thu.toml: not valid TOML: "),
    "no code": ('code = "thu"', "", "thu.toml: 'code' is missing"),
    "no version": ("version = 3", "", "thu.toml: 'version' is missing"),
    "no title": ('title = "Phiếu thử"', "", "thu.toml: 'title' is missing"),
    "no thanks": ('thanks = "Xin cảm ơn!"', "", "thu.toml: 'thanks' is missing"),
    "a title without Vietnamese": (
        'title = "Phiếu thử"',
        'title = { en = "Trial" }',
        "thu.toml: title: the Vietnamese text is missing",
    ),
    "a page title without Vietnamese": (
        'title = "Thêm"',
        'title = { en = "More" }',
        "thu.toml: page 2: the Vietnamese text is missing",
    ),
    "a question without Vietnamese": (
        'text = "Giới tính"',
        'text = { en = "Gender" }',
        "thu.toml: gender: the Vietnamese text is missing",
    ),
    "an option without Vietnamese": (
        'label = "Nữ"',
        'label = { en = "Female" }',
        "thu.toml: gender: the Vietnamese text is missing",
    ),
    "four faces": ('"4", "5"]', '"4"]', "thu.toml: scale: 5 faces and labels are needed"),
    "four labels": (', "Rất hài lòng"]', "]", "thu.toml: scale: 5 faces and labels are needed"),
    "no scale": (
        GOOD[GOOD.index("[scale]") : GOOD.index("[[page]]")],
        "",
        "thu.toml: question overall: a scale question needs options",
    ),
    "a bad id": (
        'id = "gender"',
        'id = "Giới tính"',
        "thu.toml: question id 'Giới tính': use 1 to 20 of a-z, 0-9 and _",
    ),
    "a long id": (
        'id = "gender"',
        'id = "abcdefghijklmnopqrstu"',
        "thu.toml: question id 'abcdefghijklmnopqrstu': use 1 to 20 of a-z, 0-9 and _",
    ),
    "an unknown kind": ('kind = "single"', 'kind = "stars"', "thu.toml: question gender: unknown kind 'stars'"),
    "a choice without options": (
        'option = [{ value = "male", label = "Nam" }, { value = "female", label = "Nữ" }]',
        "",
        "thu.toml: question gender: a single question needs options",
    ),
    "a text with options": (
        "limit = 300",
        'limit = 300\noption = [{ value = "a", label = "A" }]',
        "thu.toml: question comment: a text question takes no options",
    ),
    "a bad option value": (
        'value = "male"',
        'value = "nam giới"',
        "thu.toml: question gender: option value 'nam giới': use 1 to 20 of a-z, 0-9 and _",
    ),
    "an option value twice": ('value = "female"', 'value = "male"', "thu.toml: question gender: "),
    "a question twice": ('id = "gender"', 'id = "reasons"', "thu.toml: question reasons stands twice"),
    "a counted choice": (
        'kind = "single"',
        'kind = "single"\ncounted = true',
        "thu.toml: question gender: only a scale can be counted",
    ),
    "nothing counted": ("counted = true", "", "thu.toml: no question is counted"),
    "a text without a limit": ("limit = 300", "", "thu.toml: question comment: a text needs a limit"),
    "a condition on a later question": (
        'when = { question = "overall", most = 2 }',
        'when = { question = "comment", most = 2 }',
        "thu.toml: question reasons: its condition needs an earlier scale question",
    ),
    "a condition on a choice": (
        'id = "comment"',
        'id = "comment"\nwhen = { question = "gender" }',
        "thu.toml: question comment: its condition needs an earlier scale question",
    ),
    "a condition on itself": (
        'when = { question = "overall", most = 2 }',
        'when = { question = "reasons", most = 2 }',
        "thu.toml: question reasons: its condition needs an earlier scale question",
    ),
}


@pytest.mark.parametrize(("part", "instead", "said"), BROKEN.values(), ids=BROKEN)
def test_a_broken_definition_is_refused_with_file_place_and_reason(part: str, instead: str, said: str) -> None:
    """Whoever writes a form learns what to mend; a question's mistakes name the question."""
    assert GOOD.count(part) == 1
    with pytest.raises(DefinitionError) as refusal:
        parse(GOOD.replace(part, instead), "thu.toml")
    assert str(refusal.value).startswith(said)


PLACELESS: dict[str, tuple[str, str, str, str]] = {
    "no text": ('text = "Giới tính"', "", "gender", "text"),
    "no kind": ('kind = "single"', "", "gender", "kind"),
    "an option without a label": ('{ value = "female", label = "Nữ" }', '{ value = "female" }', "gender", "label"),
    "an option without a value": ('{ value = "female", label = "Nữ" }', '{ label = "Nữ" }', "gender", "value"),
    "a condition without a question": ('{ question = "overall", most = 2 }', "{ most = 2 }", "reasons", "question"),
    "a limit that is no number": ("limit = 300", 'limit = "dài"', "comment", "dài"),
    "a page without questions": (
        '[[page]]\ntitle = "Thêm"',
        '[[page]]\n\n[[page]]\ntitle = "Thêm"',
        "page 2",
        "question",
    ),
    "a question without an id": ('id = "gender"', "", "page 2", "id"),
    "a version that is no number": ("version = 3", 'version = "ba"', "version", "ba"),
    "a scale without Vietnamese": ("[scale]\nvi =", "[scale]\nen =", "scale", "Vietnamese"),
}


@pytest.mark.parametrize(("part", "instead", "place", "reason"), PLACELESS.values(), ids=PLACELESS)
def test_what_is_missing_is_named_with_the_place_where_it_is_missing(
    part: str, instead: str, place: str, reason: str
) -> None:
    """A form has dozens of texts: that one of them is missing helps only with the question or page."""
    assert GOOD.count(part) == 1
    with pytest.raises(DefinitionError) as refusal:
        parse(GOOD.replace(part, instead), "thu.toml")
    said = str(refusal.value)
    assert said.startswith("thu.toml: ")
    assert place in said
    assert reason in said


@pytest.mark.parametrize("source", ["", 'code = "thu"', 'page = "chữ"', "page = [1]", "page = []\n" + GOOD[:1]])
def test_what_is_no_form_at_all_is_refused(source: str) -> None:
    """Any TOML file gives a form or a DefinitionError with the file's name."""
    assert isinstance(tomllib.loads(source), dict)
    with pytest.raises(DefinitionError, match=r"^khac\.toml: "):
        parse(source, "khac.toml")


@pytest.mark.parametrize(
    ("words", "language", "said"),
    [
        ({"vi": "Có", "en": "Yes"}, "en", "Yes"),
        ({"vi": "Có", "en": "Yes"}, "vi", "Có"),
        ({"vi": "Có"}, "en", "Có"),
        ({"vi": "Có", "en": ""}, "en", "Có"),
        ({}, "en", ""),
    ],
)
def test_a_wording_that_is_not_translated_is_said_in_vietnamese(words: Words, language: str, said: str) -> None:
    """A missing language falls back, and an empty title stays empty."""
    assert words_in(words, language) == said
