"""Questions that found nothing: which are alike, what comes back, what stays away, and how each week counts."""

from collections import Counter
from datetime import date, timedelta
from itertools import combinations

import pytest

from catalog.gist import gist, phrase
from catalog.likeness import grouped
from handlers.turn import MissKind
from reports.missed.groups import Handling, Miss, What, first_day, group_misses, id_of

MONDAY = date(2026, 11, 16)
COVERED = {"dong-thap": {"dong-thap", "sa-dec"}, "sa-dec": {"sa-dec"}}
# Each line is one thing, as different people ask for it.
ALIKE = """
giấy chó mèo ở đâu|lam giay cho meo|cho em hỏi giấy chó mèo làm sao|xin giấy nuôi chó mèo
đăng ký nuôi chim yến|muốn nuôi chim yến thì xin phép ai|nuoi chim yen xin phep o dau
xin số đẹp cho xe máy|bien so dep xe may
giấy xác nhận dân sự|xac nhan dan su|xin giấy xác nhận dân sự để đi xin việc
vay vốn nuôi bò|muốn vay vốn nuôi bò|vay von nuoi bo o xa
vay vốn sinh viên|cho con vay vốn sinh viên
bắn pháo hoa đám cưới|xin bắn pháo hoa đám cưới
mất sổ đỏ làm lại|bị mất sổ đỏ phải làm sao
mất sổ hộ khẩu làm lại
thuê vỉa hè buôn bán|xin thuê vỉa hè để bán hàng|thue via he
dựng rạp đám cưới trên đường|xin dựng rạp đám cưới lòng đường|dung rap dam cuoi
hát karaoke nhà hàng xóm ồn|hàng xóm hát karaoke ồn ào
giấy giới thiệu đi bệnh viện|giay gioi thieu benh vien|xin giấy giới thiệu để đi bệnh viện
cấp phép quảng cáo bảng hiệu|xin phép treo bảng hiệu
tiêm phòng chó dại|tiem phong dai cho cho
"""


def test_most_that_are_alike_stand_together_and_hardly_anything_else() -> None:
    """Of the pairs that are put together 19 of 20 belong together, of those that belong together 3 of 4 are found."""
    meant = {text: number for number, line in enumerate(ALIKE.split("\n")) for text in line.split("|") if text}
    counts = Counter(map(gist, meant))
    place = {words: number for number, group in enumerate(grouped(counts.items())) for words in group}
    pairs = list(combinations(meant, 2))
    together = [pair for pair in pairs if place[gist(pair[0])] == place[gist(pair[1])]]
    same = [pair for pair in pairs if meant[pair[0]] == meant[pair[1]]]
    right = len(set(together) & set(same))
    assert right >= 0.95 * len(together)
    assert right >= 0.75 * len(same)


def test_the_order_of_what_is_grouped_changes_nothing() -> None:
    """The groups are those of the questions, not of how they came."""
    counted = [(gist(text), len(text) % 5) for line in ALIKE.split("\n") for text in line.split("|") if text]
    assert grouped(counted) == grouped(counted[::-1])


@pytest.mark.parametrize(
    ("question", "expected", "name"),
    [
        ("cho em hỏi giấy chó mèo làm sao", "giay cho meo", "giấy chó mèo"),
        ("làm sao", "lam sao", "làm sao"),
        ("Xin giấy độc thân đi Nhật ạ?", "giay doc than nhat", "giấy độc thân đi Nhật"),
        ("", "", ""),
    ],
)
def test_what_only_asks_is_no_part_of_a_name(question: str, expected: str, name: str) -> None:
    """Where nothing else is left the words stay as they are."""
    assert (gist(question), phrase(question)) == (expected, name)


def miss(text: str, day: int = 0, count: int = 1, kind: MissKind = "missed", unit: str = "sa-dec") -> Miss:
    """What was missed on a day after a Monday."""
    return Miss(unit, MONDAY + timedelta(days=day), kind, text, count)


def handled(what: What, text: str, unit: str = "sa-dec") -> Handling:
    """What was done on the second day."""
    return Handling(unit, MONDAY + timedelta(days=1), what, text, gist(text), frozenset({gist(text)}), 2)


def test_a_group_counts_by_week_and_kind() -> None:
    """Across units and days; a record that has its name alone stands apart."""
    gap = miss("1.001193 Khai sinh", 0, 4, "name_only")
    found = group_misses(
        [miss("nuôi chim yến", 0, 2), miss("xin nuôi chim yến", -3, 1, "not_taken", "dong-thap"), gap], [], COVERED
    )
    (group,) = found.groups
    assert group.text == "nuôi chim yến"
    assert group.weeks == ((MONDAY, 2), (MONDAY - timedelta(days=7), 1))
    assert dict(group.kinds) == {"missed": 2, "not_taken": 1}
    assert found.gaps == (("1.001193 Khai sinh", 4),)
    assert found.group(id_of(gist("xin nuôi chim yến"))) == group


@pytest.mark.parametrize(
    ("what", "later", "open_", "since"),
    [("name", "nuôi chim yến", 1, 0), ("missing", "nuôi chim yến", 0, 3), ("ignored", "xin nuôi chim yến đẻ", 0, 3)],
)
def test_what_was_handled_leaves_and_a_name_that_did_not_help_comes_back(
    what: What, later: str, open_: int, since: int
) -> None:
    """What was put aside stays away, with all that is like it, and is counted from then on."""
    found = group_misses([miss("nuôi chim yến", 0, 2), miss(later, 2, 3)], [handled(what, "nuôi chim yến")], COVERED)
    assert len(found.groups) == open_
    assert found.handled == ((handled(what, "nuôi chim yến"), since),)


@pytest.mark.parametrize(("by", "asked_in", "open_"), [("dong-thap", "sa-dec", 0), ("sa-dec", "dong-thap", 1)])
def test_a_province_speaks_for_its_communes_and_not_the_other_way(by: str, asked_in: str, open_: int) -> None:
    """What a commune puts aside is still open for the province."""
    found = group_misses([miss("nuôi voi rừng", unit=asked_in)], [handled("ignored", "nuôi voi rừng", by)], COVERED)
    assert len(found.groups) == open_


def test_eight_whole_weeks_are_looked_at() -> None:
    """From a Monday on, whatever the day."""
    assert first_day(MONDAY + timedelta(days=6)) == MONDAY - timedelta(weeks=7)
