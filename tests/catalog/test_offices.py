"""Who does what a catalog does not hold: by code, by what people call it, the unit's own first."""

import pytest

from catalog.offices import Office, OfficeError, Offices, parse, shipped

PASSPORT = "1.001456"


def nothing(code: str) -> bool:
    """A catalog that holds no procedure."""
    return False


def test_a_procedure_is_known_by_its_code() -> None:
    """And one that nobody claims has no office."""
    assert "xuất nhập cảnh" in Offices().of(PASSPORT)
    assert Offices().of("9.999999") == ""


def test_what_a_unit_adds_comes_first() -> None:
    """In place of what is shipped."""
    offices = Offices([Office("Điểm A", (PASSPORT,), ("đăng kiểm xe",))])
    assert offices.of(PASSPORT) == "Điểm A"
    assert offices.asked("dang kiem xe o dau", nothing) == ("Điểm A", "")


@pytest.mark.parametrize(
    ("question", "rest"),
    [("xin gplx", ""), ("đổi bằng lái ở đâu", ""), ("sao y công chứng bằng lái xe", "sao y cong chung")],
)
def test_a_question_names_the_matter_of_an_office(question: str, rest: str) -> None:
    """Shorthand too, and with other words it may mean something else."""
    office, left = Offices().asked(question, nothing)
    assert "Cảnh sát giao thông" in office
    assert left == rest


def test_the_catalog_that_holds_a_procedure_of_the_office_answers_itself() -> None:
    """Nobody is sent away from where it is done."""
    assert Offices().asked("đổi bằng lái", lambda code: code == "3.000347") == ("", "")


def test_no_code_and_no_saying_belongs_to_two_offices() -> None:
    """Of the shipped ones."""
    codes = [code for office in shipped() for code in office.codes]
    said = [phrase for office in shipped() for phrase in office.said]
    assert len(set(codes)) == len(codes)
    assert len(set(said)) == len(said)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("x", "không phải TOML"),
        ("a = 1", "[[office]]"),
        ("[[office]]\nsaid = ['a b']", "thiếu name"),
        ("[[office]]\nname = 'A'", "cần codes hoặc said"),
        ("[[office]]\nname = 'A'\ncodes = ['1']", "mã thủ tục"),
        ("[[office]]\nname = 'A'\nsaid = ['…']", "cách gọi"),
        ("[[office]]\nname = 'A'\nsay = ['a']", "chỉ có"),
    ],
)
def test_a_mistake_is_named(source: str, reason: str) -> None:
    """With the file and what is wanted."""
    with pytest.raises(OfficeError, match=r"tep\.toml") as failure:
        parse(source, "tep.toml")
    assert reason in str(failure.value)
