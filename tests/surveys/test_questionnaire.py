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

# A page that is shown to those who waited.
LATER = """
[[page]]
[[page.question]]
id = "later"
kind = "text"
limit = 30
when = { question = "reasons", is = ["wait"] }
text = "Chờ bao lâu?"
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
    """The short form, the ward's nine items and the 22 criteria come with the product, one definition file each."""
    names = [item.name for item in files("surveys").joinpath("definitions").iterdir() if item.name.endswith(".toml")]
    assert CODES == ["nhanh", "phuong9", "tieuchi22"]
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


def test_the_22_criteria_stand_in_five_numbered_sections() -> None:
    """4 + 5 + 6 + 3 + 4 items with one number each; all counted, and none has to be answered."""
    form = FORMS["tieuchi22"]
    assert [len(page.questions) for page in form.pages] == [4, 5, 6, 3, 4]
    assert [page.title["vi"].partition(".")[0] for page in form.pages] == ["I", "II", "III", "IV", "V"]
    assert form.counted == set(form.questions) == {f"c_{number}" for number in range(1, 23)}
    for number, question in enumerate(form.questions.values(), 1):
        assert question.kind == "scale"
        assert not question.required
        assert [text.partition(" ")[0] for text in question.text.values()] == [f"{number}."] * 2


def test_wordings_of_the_22_criteria_that_were_not_compared_are_marked() -> None:
    """Whoever uses the form officially finds in the file which items to compare with the decision first."""
    form = FORMS["tieuchi22"]
    marked = [q.id for q in form.questions.values() if q.unverified]
    assert marked == ["c_3", "c_4", "c_6", "c_7", "c_8", "c_11", "c_14"]
    assert [q.id for code in ("nhanh", "phuong9") for q in FORMS[code].questions.values() if q.unverified] == []


@pytest.mark.parametrize("code", CODES)
def test_no_shipped_form_borrows_the_name_of_the_ministry_s_index(code: str) -> None:
    """What a unit counts itself is not SIPAS, in no language."""
    assert [place for place, words in wordings(FORMS[code]) if "sipas" in " ".join(words.values()).lower()] == []


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
    assert form.questions["field"].kind == "text"
    assert form.questions["field"].required
    assert form.questions["field"].limit == 500


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


def test_a_condition_on_chosen_options_is_read() -> None:
    """`is` names options of a single or multiple choice; levels of a scale may be named so too."""
    form = parse(GOOD + LATER, "thu.toml")
    assert form.questions["later"].when == questionnaire.Condition("reasons", among=("wait",))
    levels = parse(GOOD.replace("most = 2", "is = [1, 5]"), "thu.toml").questions["reasons"].when
    assert levels == questionnaire.Condition("overall", among=("1", "5"))


def test_the_mark_of_an_unverified_wording_is_read() -> None:
    """The mark belongs to one question, and is off where nothing is said."""
    form = parse(GOOD.replace("required = true", "required = true\nunverified = true"), "thu.toml")
    assert [q.id for q in form.questions.values() if q.unverified] == ["overall"]


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_file_that_cannot_be_read_is_refused(content: bytes | None, tmp_path: Path) -> None:
    """Another encoding, or a file that is gone: its name and what to do."""
    path = tmp_path / "rieng.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DefinitionError, match=r"^rieng\.toml: không đọc được .*UTF-8$"):
        questionnaire.read(path)


def test_a_definition_is_read_from_a_file(tmp_path: Path) -> None:
    """A unit's own form is a file like the shipped ones; its name stands in what is wrong with it."""
    path = tmp_path / "rieng.toml"
    path.write_text(GOOD, "utf-8")
    assert questionnaire.read(path) == parse(GOOD, "rieng.toml")
    path.write_text(GOOD.replace('code = "thu"', ""), "utf-8")
    with pytest.raises(DefinitionError, match=r"^rieng\.toml: thiếu 'code'$"):
        questionnaire.read(path)


def test_another_wording_has_another_digest() -> None:
    """One changed letter makes a different form."""
    assert parse(GOOD, "a").digest != parse(GOOD.replace("Thêm", "Nữa"), "a").digest
    assert parse(GOOD, "a").digest == parse(GOOD, "b").digest


BROKEN: dict[str, tuple[str, str, str]] = {
    "no TOML": ('code = "thu"', "code = thu", "thu.toml: không phải TOML đúng cách: "),
    "no code": ('code = "thu"', "", "thu.toml: thiếu 'code'"),
    "no version": ("version = 3", "", "thu.toml: thiếu 'version'"),
    "no title": ('title = "Phiếu thử"', "", "thu.toml: thiếu 'title'"),
    "no thanks": ('thanks = "Xin cảm ơn!"', "", "thu.toml: thiếu 'thanks'"),
    "a title without Vietnamese": (
        'title = "Phiếu thử"',
        'title = { en = "Trial" }',
        "thu.toml: title: thiếu câu tiếng Việt",
    ),
    "a page title without Vietnamese": (
        'title = "Thêm"',
        'title = { en = "More" }',
        "thu.toml: trang 2: thiếu câu tiếng Việt",
    ),
    "a question without Vietnamese": (
        'text = "Giới tính"',
        'text = { en = "Gender" }',
        "thu.toml: câu gender: thiếu câu tiếng Việt",
    ),
    "an option without Vietnamese": (
        'label = "Nữ"',
        'label = { en = "Female" }',
        "thu.toml: câu gender: lựa chọn female: thiếu câu tiếng Việt",
    ),
    "four faces": ('"4", "5"]', '"4"]', "thu.toml: scale: cần đủ 5 mặt và 5 tên mức"),
    "four labels": (', "Rất hài lòng"]', "]", "thu.toml: scale: cần đủ 5 mặt và 5 tên mức"),
    "no scale": (
        GOOD[GOOD.index("[scale]") : GOOD.index("[[page]]")],
        "",
        "thu.toml: câu overall: câu loại scale cần có lựa chọn",
    ),
    "a bad id": (
        'id = "gender"',
        'id = "Giới tính"',
        "thu.toml: câu Giới tính: mã câu: dùng 1 đến 20 ký tự a-z, 0-9 và _",
    ),
    "a long id": (
        'id = "gender"',
        'id = "abcdefghijklmnopqrstu"',
        "thu.toml: câu abcdefghijklmnopqrstu: mã câu: dùng 1 đến 20 ký tự a-z, 0-9 và _",
    ),
    "an unknown kind": ('kind = "single"', 'kind = "stars"', "thu.toml: câu gender: không có loại câu 'stars'"),
    "a choice without options": (
        'option = [{ value = "male", label = "Nam" }, { value = "female", label = "Nữ" }]',
        "",
        "thu.toml: câu gender: câu loại single cần có lựa chọn",
    ),
    "a text with options": (
        "limit = 300",
        'limit = 300\noption = [{ value = "a", label = "A" }]',
        "thu.toml: câu comment: câu loại text không có lựa chọn",
    ),
    "a bad option value": (
        'value = "male"',
        'value = "nam giới"',
        "thu.toml: câu gender: giá trị lựa chọn 'nam giới': dùng 1 đến 20 ký tự a-z, 0-9 và _",
    ),
    "an option value twice": (
        'value = "female"',
        'value = "male"',
        "thu.toml: câu gender: một giá trị lựa chọn viết hai lần",
    ),
    "a question twice": ('id = "gender"', 'id = "reasons"', "thu.toml: câu reasons viết hai lần"),
    "a counted choice": (
        'kind = "single"',
        'kind = "single"\ncounted = true',
        "thu.toml: câu gender: chỉ câu loại scale mới được tính",
    ),
    "nothing counted": ("counted = true", "", "thu.toml: chưa có câu nào được tính"),
    "a text without a limit": ("limit = 300", "", "thu.toml: câu comment: câu loại text cần limit"),
    "a condition on a later question": (
        'when = { question = "overall", most = 2 }',
        'when = { question = "comment", most = 2 }',
        "thu.toml: câu reasons: when: 'comment' không phải câu lựa chọn ở một trang trước",
    ),
    "a condition on the same page": (
        'id = "comment"',
        'id = "comment"\nwhen = { question = "gender", is = ["male"] }',
        "thu.toml: câu comment: when: 'gender' không phải câu lựa chọn ở một trang trước",
    ),
    "a condition on itself": (
        'when = { question = "overall", most = 2 }',
        'when = { question = "reasons", most = 2 }',
        "thu.toml: câu reasons: when: 'reasons' không phải câu lựa chọn ở một trang trước",
    ),
    "a condition on levels of a choice": (
        GOOD,
        GOOD + LATER.replace('is = ["wait"]', "most = 2"),
        "thu.toml: câu later: when: câu reasons không phải loại scale; viết is = [...]",
    ),
    "a condition on an option that is not there": (
        GOOD,
        GOOD + LATER.replace("wait", "weight"),
        "thu.toml: câu later: when: câu reasons không có lựa chọn 'weight'",
    ),
    "a condition on no option": (
        GOOD,
        GOOD + LATER.replace('["wait"]', "[]"),
        "thu.toml: câu later: when: is phải là danh sách lựa chọn",
    ),
    "a condition on one option without brackets": (
        GOOD,
        GOOD + LATER.replace('["wait"]', '"wait"'),
        "thu.toml: câu later: when: is phải là danh sách lựa chọn",
    ),
    "a condition on text": (
        GOOD,
        GOOD + LATER.replace("reasons", "comment"),
        "thu.toml: câu later: when: 'comment' không phải câu lựa chọn ở một trang trước",
    ),
    "a condition on options and levels": (
        GOOD,
        GOOD + LATER.replace('is = ["wait"]', 'is = ["wait"], most = 2'),
        "thu.toml: câu later: when: dùng hoặc is, hoặc least và most",
    ),
    "a condition on levels that do not exist": (
        "most = 2",
        "least = 0, most = 6",
        "thu.toml: câu reasons: when: least và most phải từ 1 đến 5",
    ),
    "a condition that is never met": (
        "most = 2",
        "least = 4, most = 2",
        "thu.toml: câu reasons: when: least và most phải từ 1 đến 5, least không lớn hơn most",
    ),
    "a mistyped condition": ("most = 2", "max = 2", "thu.toml: câu reasons: when: không có mục 'max'"),
    "a mistyped key": ("required = true", "requird = true", "thu.toml: câu overall: không có mục 'requird'"),
    "a mistyped key of an option": (
        'label = "Nữ"',
        'label = "Nữ", face = "x"',
        "thu.toml: câu gender: không có mục 'face'",
    ),
    "a mistyped key of a page": ('title = "Thêm"', 'tittle = "Thêm"', "thu.toml: trang 2: không có mục 'tittle'"),
    "a mistyped key of the form": ("version = 3", "version = 3\nverison = 4", "thu.toml: không có mục 'verison'"),
    "a flag in words": ("required = true", 'required = "không"', "thu.toml: câu overall: required phải là true"),
    "more choices than there are": (
        'kind = "multiple"',
        'kind = "multiple"\nlimit = 3',
        "thu.toml: câu reasons: limit phải từ 1 đến 2, không phải 3",
    ),
    "no choice at all": (
        'kind = "multiple"',
        'kind = "multiple"\nlimit = 0',
        "thu.toml: câu reasons: limit phải từ 1 đến 2, không phải 0",
    ),
    "a limit on a single choice": (
        'kind = "single"',
        'kind = "single"\nlimit = 1',
        "thu.toml: câu gender: câu loại single không dùng limit",
    ),
    "a scale with options of its own": (
        'text = "Ông/Bà thấy thế nào?"',
        'text = "Ông/Bà thấy thế nào?"\noption = [{ value = "a", label = "A" }]',
        "thu.toml: câu overall: câu loại scale dùng các mức ở [scale]",
    ),
    "a text that is a number": ('text = "Giới tính"', "text = 5", "thu.toml: câu gender: cần một câu"),
    "a bad code": ('code = "thu"', 'code = "../thu"', "thu.toml: code '../thu': dùng 1 đến 20 ký tự"),
    "version zero": ("version = 3", "version = 0", "thu.toml: version phải từ 1 trở lên, không phải 0"),
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
        "trang 2",
        "question",
    ),
    "a question without an id": ('id = "gender"', "", "trang 2", "id"),
    "a version that is no number": ("version = 3", 'version = "ba"', "version", "ba"),
    "a scale without Vietnamese": ("[scale]\nvi =", "[scale]\nen =", "scale", "tiếng Việt"),
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
