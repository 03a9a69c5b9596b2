"""Petitions, whole turns: left in chat without a name, entered and answered by staff, and told to the head at once."""

from datetime import date, timedelta

import pytest

from handlers.staff.petitions import is_raised, kind_of, source_and_text
from reports.bulletins.late_petitions import remind_of_petitions
from surveys.petitions import Petition
from tests.bot.effects.town import Town, units
from tests.sample import NOW


@pytest.mark.parametrize(
    ("words", "raised"),
    [
        ("Cán bộ đòi đưa 500 nghìn mới ký", True),
        ("Chờ lâu. Rồi bị bắt nộp thêm giấy tờ ngoài quy định", True),
        ("Đòi thêm giấy không có trong danh mục", True),
        ("Chờ lâu quá, ghế ít", False),
        ("Tôi nộp thêm giấy khai sinh hôm qua", False),
        ("", False),
    ],
)
def test_words_about_money_or_papers_outside_the_rules_are_raised(words: str, raised: bool) -> None:
    """Other complaints are not."""
    assert is_raised(words) is raised


def test_kind_and_source_are_read_from_the_words() -> None:
    """What is not said is a complaint at the counter."""
    assert [kind_of(words) for words in ("Tôi đề nghị thêm ghế", "Chờ lâu")] == ["proposal", "complaint"]
    assert source_and_text("Giấy: xin thêm ghế") == ("paper", "xin thêm ghế")
    assert source_and_text("điện thoại: chờ lâu") == ("phone", "chờ lâu")
    assert source_and_text("Quầy 2: chờ lâu") == ("counter", "Quầy 2: chờ lâu")


async def test_a_citizen_leaves_a_petition_and_staff_answer_it(town: Town) -> None:
    """Numbers masked, no chat kept; staff are told, see it and answer it once; the counts tell of both."""
    await town.taps("petition")
    answer = await town.answer_to("Đề nghị kê thêm ghế, gọi 0912 345 678")
    assert answer.startswith("Đã ghi vào sổ phản ánh, kiến nghị, số 1, hạn trả lời 07/12/2026.")
    assert sorted(await town.inbox()) == ["lan", "trưởng", "tư"]
    async with town.store.reading() as tx:
        (kept,) = await tx.petitions(["sa-dec"], "open", 9)
    assert (kept.kind, kept.source, kept.text, kept.who) == (
        "proposal", "chat", "Đề nghị kê thêm ghế, gọi •••", "citizen"
    )  # fmt: skip
    assert "Số 1, kiến nghị, qua trò chuyện" in await town.answer_to("/pakn", "lan")
    assert await town.answer_to("/pakn 1 Đã kê thêm ghế", "bạn") == "Không có số này, hoặc Ông/Bà không có quyền xem."
    assert await town.answer_to("/pakn 1 Đã kê thêm ghế", "lan") == "Đã ghi: số 1 đã được trả lời."
    assert await town.answer_to("/pakn 1 Lần nữa", "tư") == "Số 1 đã được trả lời trước đó."
    async with town.store.reading() as tx:
        november = (["sa-dec"], date(2026, 11, 1), date(2026, 11, 30))
        assert await tx.petitions_between(*november) == (1, 1)


async def test_money_is_told_to_the_head_at_once(town: Town) -> None:
    """From paper as from a form's comment; to the admins of the unit alone."""
    await town.answer_to("/pakn giấy: Cán bộ đòi đưa 500 nghìn mới ký", "lan")
    ((alert,),) = (await town.inbox()).values()
    assert "Gấp, gửi lãnh đạo" in alert.text.plain
    async with town.store.reading() as tx:
        (kept,) = await tx.petitions(["sa-dec"], "open", 9)
    assert kept.source == "paper"
    assert kept.raised


async def test_staff_are_reminded_once_of_a_due_day_that_is_over(town: Town) -> None:
    """In the morning of a working day; a later due day is reminded of anew, and what was answered not at all."""
    morning = NOW.replace(hour=8)
    due = [morning.date() - timedelta(days=days) for days in (3, 1, 1)]
    async with town.store.transaction() as tx:
        for day in due:
            number = await tx.enter_petition(
                Petition(0, "sa-dec", "complaint", "paper", "Chờ lâu", day, day, "staff sa-dec")
            )
        await tx.answer_petition(number, "Xong", morning.date(), "staff sa-dec")
    counts = [
        await remind_of_petitions(town.store, units(), town.channels, moment)
        for moment in (morning - timedelta(days=1), morning.replace(hour=20), morning, morning)
    ]
    assert counts == [1, 0, 1, 0]
    reminders = (await town.inbox())["lan"]
    assert [one.text.plain.splitlines()[0] for one in reminders] == ["1 phản ánh, kiến nghị quá hạn trả lời:"] * 2
