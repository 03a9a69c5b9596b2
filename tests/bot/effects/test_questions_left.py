"""Questions for a person, whole turns: left without identity, answered once where they were asked, told when late."""

from datetime import timedelta

import pytest

from handlers.staff.alerts import Alerts
from reports.casework.waiting import Answered, lines, questions_of, waiting_now
from reports.periods import week_of
from reports.working_hours import working_hours_after, working_time_between
from tests.bot.effects.town import ADDRESS, Town, units
from tests.sample import NOW


def test_a_time_to_answer_runs_in_working_hours() -> None:
    """Over noon, the evening, a weekend and the holiday of 24 November."""
    friday = NOW.replace(hour=10, minute=30)
    found = [working_hours_after(friday, hours) for hours in (2, 5, 13)]
    assert [f"{moment:%d %H:%M}" for moment in found] == ["20 14:30", "23 08:00", "25 08:30"]


async def test_a_question_is_answered_once_where_it_was_asked(town: Town) -> None:
    """Staff read no name; the answer goes out once and the way to send it is gone; others cannot answer."""
    await town.taps("question")
    assert "Đã chuyển câu hỏi đến Phường Sa Đéc" in await town.answer_to("Đất ao làm sổ được không, gọi 0912 345 678?")
    found = await town.inbox()
    assert sorted(found) == ["lan", "trưởng", "tư"]
    (alert,) = found["lan"]
    assert "“Đất ao làm sổ được không, gọi •••?”" in alert.text.plain
    assert "dân" not in repr(alert).replace("người dân", "")
    assert await town.taps(alert.buttons[0].id, "bạn") == "Không có câu hỏi này, hoặc Ông/Bà không có quyền trả lời."
    await town.taps(alert.buttons[0].id, "lan")
    assert await town.answer_to("Được, nếu hợp quy hoạch.", "lan") == "Đã gửi câu trả lời đến nơi đã hỏi."
    ((sent,),) = (await town.inbox()).values()
    assert sent.text.plain.endswith("Được, nếu hợp quy hoạch.")
    assert await town.taps(alert.buttons[0].id, "tư") == "Câu hỏi này đã được trả lời trước đó."
    async with town.store.reading() as tx:
        question = await tx.left_question(1)
    assert question is not None
    assert (question.channel, question.person) == ("", "")


@pytest.mark.parametrize("passed_over", ["other", "không phải mấy cái đó"])
async def test_who_finds_none_of_the_choices_right_leaves_the_question_without_typing_it(
    passed_over: str, town: Town
) -> None:
    """By the button and in words; it goes as it was asked, once, and staff read what is missed as it was asked."""
    asked = "làm thẻ căn cước cho người 0912 345 678"
    choices = (await town.says(asked)).buttons
    assert [one.label for one in choices if one.id == "other"] == ["Không phải mấy việc này"]
    rejected = await (town.says(passed_over, kind="button") if passed_over == "other" else town.says(passed_over))
    while "question" not in [one.id for one in rejected.buttons]:
        rejected = await town.says(passed_over)
    assert [one.id for one in rejected.buttons] == ["ask", "question", "fields:0", "person"]
    offered = await town.says("question", kind="button")
    assert "“làm thẻ căn cước cho người •••”" in offered.text.plain
    assert [one.id for one in offered.buttons] == ["question:send", "question:stop"]
    assert "Đã chuyển câu hỏi đến Phường Sa Đéc" in await town.taps("question:send")
    assert "“làm thẻ căn cước cho người •••”" in (await town.inbox())["lan"][0].text.plain
    async with town.store.reading() as tx:
        assert len(await tx.questions_left(["sa-dec"], 9, answered=False)) == 1
        missed = {one.text for one in await tx.missed_daily(["sa-dec"], NOW.date())}
    assert missed == {"làm thẻ căn cước cho người •••"}
    assert "viết câu hỏi" in await town.taps("question:send")


@pytest.mark.parametrize("said", ["gặp cán bộ", "cảm ơn em nha"])
async def test_what_is_no_question_is_not_offered_to_be_left(said: str, town: Town) -> None:
    """The question before it is, where there was one."""
    await town.says(said)
    assert "“" not in await town.taps("question")
    await town.taps("question:stop")
    await town.says("blockchain lượng tử xyz")
    await town.says(said)
    assert "“blockchain lượng tử xyz”" in await town.taps("question")


async def test_what_the_record_does_not_tell_is_left_with_the_procedure_in_charge(town: Town) -> None:
    """The button stands under the answer, beside the person."""
    await town.says("đăng ký khai sinh")
    answer = await town.says("giấy này có giá trị mấy năm")
    assert "Danh mục không ghi điều này" in answer.text.plain
    assert {"question", "person"} <= {one.id for one in answer.buttons}
    assert "“giấy này có giá trị mấy năm”" in await town.taps("question")


async def test_a_reply_to_the_notice_is_the_answer(town: Town) -> None:
    """Where nothing was found a question can be left; the summary counts it, and how soon it was answered."""
    offered = (await town.says("blockchain lượng tử xyz")).buttons
    assert "question" in [one.id for one in offered]
    await town.taps("question")
    await town.says("Đất ao làm sổ được không?")
    quoted = tuple(one.id for one in (await town.inbox())["lan"][0].buttons)
    town.now += timedelta(hours=1)
    assert (await town.says("Được.", "bạn", quoted=quoted)).text.plain.startswith("Không có câu hỏi này")
    assert (await town.says("Được.", "lan", quoted=quoted)).text.plain == "Đã gửi câu trả lời đến nơi đã hỏi."
    await town.says("Xin thêm ghế", kind="text")
    await town.taps("question")
    await town.says("Bao giờ có loa?")
    async with town.store.reading() as tx:
        answered = await questions_of(tx, ["sa-dec"], week_of(NOW.date()), NOW)
        waiting = await waiting_now(tx, ["sa-dec"], NOW + timedelta(days=9))
    assert answered == Answered(2, 1, 1, 1)
    assert lines(answered, waiting, "vi").plain.splitlines() == [
        "Câu hỏi để lại cho cán bộ trong kỳ: 2, đã trả lời 1, đúng hạn 1, một nửa trong vòng 1 giờ làm việc.",
        "Câu hỏi đang chờ trả lời: 1, quá hạn 1.",
    ]


def test_working_time_leaves_out_what_is_no_working_time() -> None:
    """Noon, the night, a weekend and the holiday of 24 November; a moment before the first counts nothing."""
    friday = NOW.replace(hour=10, minute=30)
    spans = [working_time_between(friday, working_hours_after(friday, hours)) for hours in (2, 5, 13)]
    assert spans == [timedelta(hours=hours) for hours in (2, 5, 13)]
    assert working_time_between(friday, friday - timedelta(days=3)) == timedelta(0)


async def test_heads_are_told_once_of_what_nobody_answered(town: Town) -> None:
    """After its time; an erased chat gets no answer."""
    await town.taps("question")
    await town.says("Đất ao làm sổ được không?")
    await town.inbox()
    alerts = Alerts(units, town.channels, town.clock, ADDRESS)
    counts = []
    for days in (0, 4, 5):
        async with town.store.transaction() as tx:
            late = await tx.take_late_questions(NOW + timedelta(days=days))
            for question in late:
                await alerts.question_late(tx, question)
        counts.append(len(late))
    assert counts == [0, 1, 0]
    assert sorted(await town.inbox()) == ["trưởng", "tỉnh"]
    async with town.store.transaction() as tx:
        await tx.erase("telegram", "dân", NOW.date())
        left = await tx.left_question(1)
    assert left is not None
    assert left.person == ""
