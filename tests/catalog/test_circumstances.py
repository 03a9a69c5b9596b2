"""What tells another circumstance while a procedure is open."""

import tomllib
from collections import Counter
from importlib.resources import files

import pytest

from catalog.circumstances import CircumstanceMatch, circumstances
from catalog.lexicon import spelt_out
from tests.questions import index

STAY, SHORT_STAY, ID_CARD_DAMAGED, ID_CARD_LOST = "1.004194", "2.001159", "1.014063", "1.014064"


@pytest.mark.parametrize(
    ("opened", "text", "meant"),
    [
        (STAY, "khách nó qua chơi có hai bữa thôi", SHORT_STAY),
        (STAY, "nguoi thue don di roi", "1.010028"),
        (ID_CARD_DAMAGED, "tìm hoài không thấy thẻ", ID_CARD_LOST),
        (ID_CARD_LOST, "không mất chỉ bị gãy thôi", ID_CARD_DAMAGED),
        ("1.001612", "làm ăn ế quá chắc dẹp tiệm luôn", "1.001266"),
        ("1.012963", "chắc gộp hai trường lại", "1.004563"),
        ("1.014065", "tờ giấy đó rơi đâu mất", "1.014068"),
        ("3.000509", "anh ấy không qua khỏi rồi", "3.000510"),
        ("1.010091", "anh ấy không qua khỏi rồi", "1.010092"),
        ("1.013086", "ngồi nhà nộp trên mạng được không", "1.013083"),
        ("1.004088", "chu ghe don qua An Giang", "1.006391"),
    ],
)
def test_a_circumstance_is_told_best_of_the_procedure_it_is_of(opened: str, text: str, meant: str) -> None:
    """The sibling that a circumstance leads to is told better than the open one and every other."""
    found = index().circumstance_matches(text, opened)
    assert max(found, key=lambda code: found[code]) == meant
    assert found[meant].heard > found.get(opened, CircumstanceMatch()).heard


def test_what_is_denied_tells_nothing() -> None:
    """Who says that the card is not lost tells no loss."""
    found = index().circumstance_matches("chứ không phải bị mất", ID_CARD_DAMAGED)
    assert ID_CARD_LOST not in found


def test_a_part_of_a_circumstance_is_told_less_than_the_whole() -> None:
    """One word of several counts for less than all of them."""
    part, whole = (
        index().circumstance_matches(text, STAY)[SHORT_STAY].heard for text in ("qua chơi", "qua chơi cuối tuần")
    )
    assert 0 < part < whole <= 1


def test_a_circumstance_leads_to_siblings() -> None:
    """The members of a group are siblings of each other, under whichever names."""
    assert {SHORT_STAY, "1.004222"} <= {*index().siblings(STAY)}
    assert STAY in index().siblings(SHORT_STAY)


def test_a_group_tells_its_members_apart() -> None:
    """A group has several members, and each has ways to tell its circumstance."""
    groups = [group for listed in circumstances().groups.values() for group in listed]
    assert all(len(group.codes) > 1 and {*group.codes} == {row.code for row in group.rows} for group in groups)


def test_a_way_tells_one_member_of_a_group() -> None:
    """Two members that the same words tell could not be told apart."""
    read = tomllib.loads(files("catalog.lexicon").joinpath("circumstances.toml").read_text("utf-8"))
    for group in read["group"]:
        for sayings in (group["told"], group.get("in_english", {})):
            ways = [way for lines in sayings.values() for way in {one for line in lines for one in spelt_out(line)}]
            assert [way for way, times in Counter(ways).items() if times > 1] == [], group["name"]
        assert group.get("in_english", {}).keys() <= group["told"].keys(), group["name"]


def test_what_is_told_is_told_of_procedures_that_are_known() -> None:
    """Two members of each group at least have words in the lexicon."""
    groups = [group for listed in circumstances().groups.values() for group in listed]
    assert all(sum(code in index() for code in group.codes) > 1 for group in groups)
