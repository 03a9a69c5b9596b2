"""The search index: what is found, how sure it is, and that it never changes its mind."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo import sample_entries
from catalog.entries import Entry
from catalog.index import Index
from tests.sample import world

INDEX = world().catalog("sa-dec").index
BIRTH, DEATH, MARRIAGE, SINGLE = "1.001193", "1.000656", "1.000894", "1.004873"


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("đăng ký khai sinh", BIRTH),
        ("Đăng Ký KHAI SINH", BIRTH),
        ("dang ky khai sinh", BIRTH),
        (unicodedata.normalize("NFD", "đăng ký khai sinh"), BIRTH),
        ("ddawng kys khai sinh", BIRTH),
        ("dang9 ky1 khai sinh", BIRTH),
        ("dangkykhaisinh", BIRTH),
        ("đk khai sanh cho con", BIRTH),
        ("đăng ký kai sinh", BIRTH),
        ("con em mới đẻ làm giấy tờ gì", BIRTH),
        ("giấy độc thân", SINGLE),
        ("xn tthn", SINGLE),
        ("ba tôi mới qua đời, khai tử ở đâu", DEATH),
        ("hai đứa em sắp cưới", MARRIAGE),
        ("không phải khai sinh, tôi hỏi đăng ký kết hôn", MARRIAGE),
        ("rơi cccd ngoài chợ làm lại mất bn tiền", "1.014064"),
        ("khách ngủ lại qua đêm phải báo ai", "2.001159"),
        ("sao y bản chính", "2.000815"),
    ],
)
def test_people_s_words_find_the_procedure(question: str, code: str) -> None:
    """Both Unicode forms, no marks, Telex and VNI left-overs, glued words, shorthand, slips, life events."""
    assert INDEX.search(question).hits[0].code == code


@pytest.mark.parametrize(
    ("question", "decision"),
    [
        ("đăng ký khai sinh cho con cần gì", "answer"),
        ("tôi muốn làm giấy tờ cho con", "choose"),
        ("giấy phép xây dựng", "choose"),
        ("thủ tục ly hôn đơn phương nộp ở đâu", "none"),
        ("hôm nay trời có mưa không", "none"),
        ("bao nhiêu tiền", "none"),
        ("xin chào", "none"),
        ("", "none"),
        ("??? !!!", "none"),
        ("asdkjh qwpoeiru zxmcnv", "none"),
    ],
)
def test_the_decision_is_honest(question: str, decision: str) -> None:
    """One clear procedure, several to choose from, or none; no hits where there is none."""
    result = INDEX.search(question)
    assert result.decision == decision
    assert bool(result.hits) == (decision != "none")
    assert decision != "choose" or len(result.hits) > 1


@pytest.mark.parametrize(
    ("question", "aspect"),
    [
        ("khai sinh cần giấy tờ gì", "documents"),
        ("khai sinh mất bao lâu", "time"),
        ("khai sinh hết bao nhiêu tiền", "fee"),
        ("khai sinh làm ở đâu", "where"),
        ("các bước khai sinh", "steps"),
        ("khai sinh căn cứ pháp lý nào", "legal"),
        ("điều kiện kết hôn", "conditions"),
        ("mẫu tờ khai khai sinh", "form"),
        ("kết quả khai sinh nhận được gì", "result"),
        ("đăng ký khai sinh", None),
    ],
)
def test_the_part_that_was_asked_is_known(question: str, aspect: str | None) -> None:
    """Papers, time, fee, place, steps, legal basis, conditions, form, result, or none in particular."""
    assert INDEX.search(question).aspect == aspect


@pytest.mark.parametrize(
    ("typed", "right", "wrong"), [("mã số", "Mã số thuế", "Mả tổ"), ("mả tổ", "Mả tổ", "Mã số thuế")]
)
def test_marks_that_were_typed_count(typed: str, right: str, wrong: str) -> None:
    """Words that differ in their marks alone are told apart where marks were typed."""
    index = Index.build([Entry("1.000001", wrong), Entry("1.000002", right)])
    assert index.search(typed).hits[0].code == "1.000002"


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    """Nothing a person can send makes the search fail, and it decides the same each time."""
    first, second = INDEX.search(text), INDEX.search(text)
    assert (first.decision, first.hits, first.aspect) == (second.decision, second.hits, second.aspect)


def test_the_order_of_the_entries_does_not_matter() -> None:
    """The same procedures in another order give the same first hit and score."""
    turned = Index.build(reversed(sample_entries()))
    for question in ("đăng ký tạm trú", "chứng thực chữ ký", "trợ cấp người già", "khai tử"):
        assert turned.search(question).hits[0] == INDEX.search(question).hits[0]


def test_an_empty_index_finds_nothing() -> None:
    """Before any catalog is imported every question is answered with none."""
    assert Index.build([]).search("đăng ký khai sinh").decision == "none"


def test_one_entry_is_enough() -> None:
    """A catalog of one procedure finds it."""
    assert Index.build([Entry("1.000001", "Đăng ký khai sinh")]).search("khai sinh").hits[0].code == "1.000001"


@pytest.mark.parametrize("limit", [1, 3, 50])
def test_no_more_hits_than_asked_for(limit: int) -> None:
    """The limit holds, also above the number of procedures."""
    assert len(INDEX.search("giấy phép xây dựng nhà", limit).hits) <= limit


def test_an_explanation_adds_up() -> None:
    """Likeness, cover and bonus give the best one's score, and the shared terms are those of the saying."""
    from catalog.search.scoring import COVER

    reason = INDEX.explain("con mới đẻ làm giấy khai sinh")[0]
    assert reason.hit.code == BIRTH
    assert reason.hit.score == pytest.approx(
        (1 - COVER) * reason.likeness + COVER * reason.covered + reason.bonus, abs=1e-3
    )
    assert any(term == "#birth_registration" for term, _ in reason.shared)


def test_a_unit_adds_its_own_words() -> None:
    """A name that only people at this place use finds the procedure whose record states it, and nothing before."""
    plain = [Entry("1.001193", "Đăng ký khai sinh"), Entry("1.000894", "Đăng ký kết hôn")]
    taught = [replace(plain[0], also="sổ lọt lòng; giấy mụ vườn"), plain[1]]
    assert Index.build(plain).search("xin giấy mụ vườn").decision == "none"
    found = Index.build(taught).search("xin giấy mụ vườn")
    assert (found.decision, found.hits[0].code) == ("answer", "1.001193")


def test_what_fits_better_than_a_family_is_offered_with_it() -> None:
    """Here "khai sinh" names a family of lost papers, and the registration of a birth even more."""
    codes = [hit.code for hit in INDEX.search("khai sinh").hits]
    assert BIRTH in codes


ID_CARDS = [
    Entry("1.014061", "Cấp thẻ căn cước cho người từ đủ 14 tuổi trở lên", level="Cấp xã"),
    Entry("1.014062", "Cấp thẻ căn cước cho người dưới 14 tuổi", level="Cấp xã"),
    Entry("1.116410", "Cấp thẻ căn cước cho người dưới 06 tuổi", level="Cấp xã"),
    Entry("1.014064", "Cấp lại thẻ căn cước", level="Cấp xã"),
    Entry("1.012549", "Cấp thẻ căn cước cho người dưới 14 tuổi (thực hiện tại cấp tỉnh)", level="Cấp tỉnh"),
    Entry("1.000894", "Đăng ký kết hôn", level="Cấp xã"),
]


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("con 15 tuổi làm căn cước", "1.014061"),
        ("con mười bốn tuổi làm thẻ căn cước", "1.014061"),
        ("bé học lớp 3 làm cccd", "1.014062"),
        ("con 10 tuoi lam the can cuoc", "1.014062"),
        ("bé 4 tuổi làm thẻ căn cước", "1.116410"),
        ("bé 18 tháng tuổi làm căn cước", "1.116410"),
    ],
)
def test_an_age_decides_between_siblings(question: str, code: str) -> None:
    """In digits, in words, as a class at school."""
    assert Index.build(ID_CARDS).search(question).hits[0].code == code


def test_a_twin_of_another_level_is_no_rival() -> None:
    """Of two whose names differ by the level of government alone, the one that a commune takes part in is offered."""
    hits = [hit.code for hit in Index.build(ID_CARDS).search("con 10 tuổi làm thẻ căn cước").hits]
    assert "1.014062" in hits
    assert "1.012549" not in hits


@pytest.mark.parametrize(
    ("said", "code"),
    [("cái cho trẻ em", "1.014062"), ("còn con 10 tuổi thì sao", "1.014062"), ("cái bị mất", "1.014064")],
)
def test_words_choose_among_some(said: str, code: str) -> None:
    """What tells them apart counts, and nothing that they share."""
    codes = ["1.014061", "1.014064", "1.014062", "1.116410"]
    assert Index.build(ID_CARDS).among(said, codes)[0].code == code


def test_words_that_tell_nothing_apart_choose_none() -> None:
    """The name of the thing that all are about, or asking words."""
    index = Index.build(ID_CARDS)
    assert index.among("thẻ căn cước", ["1.014061", "1.014062"]) == ()
    assert index.among("bao nhiêu tiền", ["1.014061", "1.014062"]) == ()
    assert index.among("cái cho trẻ em", ["9.999999"]) == ()


def test_siblings_are_about_the_same_thing() -> None:
    """Those for other ages and other acts, not the twin of another level, nothing else."""
    siblings = Index.build(ID_CARDS).siblings("1.014062")
    assert set(siblings) == {"1.014061", "1.116410", "1.014064"}


def test_a_part_alone_names_no_procedure() -> None:
    """A question of asking words is about what was shown before; one that names a procedure tells of it."""
    bare, named = INDEX.search("bao lâu thì xong"), INDEX.search("đăng ký khai sinh mất bao lâu")
    assert bare.bare
    assert bare.decision == "none"
    assert bare.aspects == ("time",)
    assert named.tells > 0.9
    assert INDEX.search("bà ngoại đi nộp thay được chứ").tells < 0.5


def test_an_exact_name_is_answered_surely() -> None:
    """The official name and nothing else."""
    found = INDEX.search("Đăng ký kết hôn")
    assert found.decision == "answer"
    assert found.sure
    assert found.hits[0].code == MARRIAGE


def test_a_story_is_not_turned_away_for_its_length() -> None:
    """Five sentences of which one asks."""
    story = (
        "Ba tôi mất hôm kia tại nhà do tuổi già. Việc tang gia đình vừa lo xong. Anh em ở xa về được mấy bữa rồi phải "
        "đi làm lại. Tôi muốn báo tử cho ba thì ra đâu làm?"
    )
    found = INDEX.search(story)
    assert found.decision != "none"
    assert DEATH in [hit.code for hit in found.hits[:3]]
