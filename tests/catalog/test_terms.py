"""What is found in a question that was read: what is not meant, ages, the parts asked for, asking words alone."""

import pytest

from catalog.terms import IN_PASSING, IN_PHRASE, WIDER, Asked, named, weighed
from tests.questions import index


def asked(text: str) -> Asked:
    """A question as the index of all known procedures reads it."""
    return index().asked(text)


@pytest.mark.parametrize(
    ("typed", "denied"),
    [
        ("khai sinh, không phải kết hôn", "ket hon"),
        ("không phải có yếu tố nước ngoài, khai sinh thôi", "co yeu to nuoc ngoai"),
        ("ko phải kết hôn đâu khai sinh", "ket hon"),
        ("khong phai ket hon, khai sinh", "ket hon"),
        ("khai sinh chứ không phải khai tử", "khai tu"),
        ("tạm trú ngoại trừ người nước ngoài", "nguoi nuoc ngoai"),
        ("đừng khai tử", "khai tu"),
        ("khai sinh có được không", ""),
        ("khai sinh không phải nộp gì", ""),
        ("đăng ký tạm trú cho con", ""),
        ("dang ky tam tru cho con", ""),
        ("xin phép dựng rạp đám cưới", ""),
        ("đăng ký giảm trừ gia cảnh cho mẹ", ""),
    ],
)
def test_what_is_not_meant_is_known(typed: str, denied: str) -> None:
    """The words after "không phải" up to the next sign or turning word, and never because a word looks alike."""
    read = asked(typed)
    assert " ".join(word.folded for place, word in enumerate(read.words) if place in read.denied) == denied


@pytest.mark.parametrize(
    ("typed", "years"),
    [
        ("con 15 tuổi", [15]),
        ("con mười bốn tuổi", [14]),
        ("cháu bảy mươi lăm tuổi", [75]),
        ("bà bảy lăm tuổi", [75]),
        ("bà em 77t", [77]),
        ("từ đủ 14 tuổi trở lên", [14]),
        ("dưới 6 tuổi", [5]),
        ("bé 18 tháng tuổi", [0]),
        ("học sinh lớp 3", [8]),
        ("mẹ tôi trên 80 thì được gì", [81]),
        ("vay 80 triệu", []),
        ("tuổi già", []),
    ],
)
def test_ages_are_read(typed: str, years: list[int]) -> None:
    """In digits, in words, glued, in months, as a class at school, as a limit."""
    assert [age.years for age in asked(typed).ages] == years


def test_an_age_tells_the_child_not_the_matter() -> None:
    """Its words count as those of any phrase with a meaning, a wider band of years less than the narrowest."""
    terms = {name: weight for name, weight, _ in named(asked("con 3 tuổi"))}
    assert terms["3"] == IN_PHRASE
    assert (terms["#child_under_6"], terms["#child_under_14"]) == (1.0, WIDER)
    assert {name: weight for name, weight, _ in named(asked("con 10 tuổi"))}["#child_under_14"] == 1.0


@pytest.mark.parametrize(
    ("typed", "aspects"),
    [
        ("khai sinh mất bao lâu và bao nhiêu tiền", ("time", "fee")),
        ("khai sinh ở đâu, cần giấy tờ gì", ("where", "documents")),
        ("khai sinh làm thế nào", ("steps",)),
        ("khai sinh làm thế nào, lệ phí bao nhiêu", ("fee",)),
        ("làm lại căn cước mất bao nhiêu tiền", ("fee",)),
        ("giấy chứng nhận đất phi nông nghiệp", ()),
        ("khai sinh", ()),
    ],
)
def test_every_part_asked_for_is_known_in_order(typed: str, aspects: tuple[str, ...]) -> None:
    """Several at once; "how" only where nothing else is asked; not because a word looks alike without marks."""
    assert asked(typed).aspects == aspects


@pytest.mark.parametrize(
    ("typed", "bare"),
    [
        ("hết bao nhiêu tiền", True),
        ("het bao nhieu tien", True),
        ("bn tiền z", True),
        ("bao lâu thì xong", True),
        ("giấy tờ cần mang", True),
        ("tốn nhiêu", True),
        ("mất bao lâu và bao nhiêu tiền", True),
        ("khai sinh hết bao nhiêu tiền", False),
        ("mất giấy tờ", False),
        ("tiền mai táng", False),
    ],
)
def test_asking_words_alone_name_no_matter(typed: str, bare: bool) -> None:
    """With marks, without, in shorthand."""
    assert asked(typed).bare == bare


def test_nothing_is_asked_by_no_words() -> None:
    """An empty question is bare."""
    assert weighed([]).bare


STORY = (
    "chồng tôi mất năm ngoái vì bệnh tim, hai đứa con còn đi học xa ở thành phố, nhà bán tạp hóa lời lãi đủ ăn",
    "giờ tôi muốn sang tên chiếc xe máy của anh ấy",
)


def test_what_a_story_tells_in_passing_counts_less() -> None:
    """Words of a stretch that asks or wants something keep their weight, the others' words lose a part of theirs."""
    whole, wanted = asked(", ".join(STORY)), asked(STORY[1])
    beginning = asked(STORY[0])
    boundary = len(beginning.words)
    assert list(whole.weights[boundary:]) == list(wanted.weights)
    assert sum(whole.weights[:boundary]) == pytest.approx(IN_PASSING * sum(beginning.weights))


def test_a_story_that_wants_nothing_is_read_as_it_is() -> None:
    """Where no stretch asks, none is in passing; nor in a short question."""
    beginning = asked(STORY[0])
    assert sum(asked(f"{STORY[0]}, {STORY[0]}").weights) == pytest.approx(2 * sum(beginning.weights))
    short = asked("con gái tôi mười tuổi, muốn làm căn cước")
    assert sum(short.weights) == pytest.approx(sum(asked("con gái tôi mười tuổi làm căn cước").weights))
