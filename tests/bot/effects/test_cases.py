"""Bad service, whole turns: who is alerted, who may be written to, what officers can do, and what nobody learns."""

import asyncio
import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

import locales
from handlers.messages import Incoming, Reply
from handlers.unit_settings.casework import Casework, Office, default_notes
from handlers.world import World
from reports.bulletins.overdue_cases import remind
from surveys.cases import CONTACT_KEPT, STATES
from surveys.responses import Response
from tests.bot.effects.town import ADDRESS, COMMENT, KEY, NONCE, Town, units
from tests.sample import NOW

YES, NO = f"contact:{KEY}:yes", f"contact:{KEY}:no"
TODAY = "Có phiếu mức 1 tại Quầy 2, Bộ phận Một cửa hôm nay. “Chờ từ 8 giờ đến 11 giờ mới được gọi.”"
MAY_WRITE = locales.text("vi", "case.may_write")
GONE = locales.text("vi", "case.gone")


def plain(reply: Reply) -> str:
    """The words of a reply."""
    return reply.text.plain


def labels(reply: Reply) -> list[str]:
    """The labels of its buttons."""
    return [button.label for button in reply.buttons]


# The alert


@pytest.mark.parametrize(("hour", "half"), [(9, "am"), (15, "pm")])
async def test_a_form_in_chat_keeps_its_half_of_the_day(hour: int, half: str, town: Town) -> None:
    """That of its first answer; no more of the hour."""
    town.now = NOW.replace(hour=hour)
    await town.complains()
    async with town.store.reading() as tx:
        (kept,) = (await tx.responses([(await town.case()).response])).values()
    assert kept.half == half


async def test_staff_of_the_unit_read_of_it_at_once(town: Town) -> None:
    """All of them and their head, nobody else; without who said it and without the time of day."""
    await town.complains()
    found = await town.inbox()
    assert {user: list(map(plain, replies)) for user, replies in found.items()} == {
        user: [TODAY] for user in ("lan", "tư", "trưởng")
    }
    case = await town.case()
    assert labels(found["lan"][0]) == ["Đã xử lý", "Chuyển lãnh đạo", "Chuyển cơ quan"]
    assert (case.state, case.changed_on, case.channel, case.person) == ("open", NOW.date(), "", "")


@pytest.mark.parametrize("level", [3, 4, 5])
async def test_better_ratings_with_a_comment_alert_nobody(town: Town, level: int) -> None:
    """Nor is their giver asked for anything."""
    await town.says("k_quay2", kind="start")
    for button in ("agree", f"overall:{level}", "skip:attitude", "skip:guidance", "skip:waiting"):
        await town.taps(f"s:{KEY}:{button}")
    reply = await town.says(COMMENT)
    assert labels(reply) == ["Hỏi thủ tục"]
    assert await town.inbox() == {}


async def test_a_complaint_is_alerted_once_however_often_it_is_stored(town: Town) -> None:
    """Page after page and corrected: one alert, and the case says what is said now; taken back, it is gone."""
    form = units().forms["nhanh"]
    given = Response("ab" * 16, "sa-dec", "quay2", "nhanh", 1, form.digest, "web", NOW.date())
    stages: list[tuple[bool, dict[str, Any]]] = [
        (False, {"overall": 1}), (False, {"overall": 1, "comment": "Chờ"}), (True, {"overall": 2, "comment": COMMENT})
    ]  # fmt: skip
    alerts = []
    for complete, answers in stages:
        async with town.store.transaction() as tx:
            response = replace(given, complete=complete, answers=answers)
            await tx.keep_responses([response])
            await town.shell.alerts.stored(tx, [response])
        alerts.append(sum(map(len, (await town.inbox()).values())))
    assert alerts == [0, 3, 0]
    case = await town.case()
    assert (case.level, case.comment) == (2, COMMENT)
    async with town.store.transaction() as tx:
        await town.shell.alerts.stored(tx, [replace(given, answers={"overall": 5, "comment": COMMENT})])
        assert await tx.count_cases(["sa-dec"], STATES) == 0
    assert GONE in await town.taps(f"case:{case.id}:handled", "lan")


async def test_an_older_response_is_told_by_its_day(town: Town) -> None:
    """What waited on a device or on paper is not said to be of today."""
    form = units().forms["nhanh"]
    day = NOW.date() - timedelta(days=3)
    answers = {"overall": 2, "comment": "Chờ **lâu** {x}"}
    given = Response("ab" * 16, "sa-dec", "quay2", "nhanh", 1, form.digest, "paper", day, answers=answers)
    async with town.store.transaction() as tx:
        await tx.keep_responses([given])
        await town.shell.alerts.stored(tx, [given])
    (alert,) = (await town.inbox())["lan"]
    assert plain(alert) == "Có phiếu mức 2 tại Quầy 2, Bộ phận Một cửa ngày 17/11/2026. “Chờ **lâu** {x}”"


# Consent


async def test_the_citizen_is_asked_apart_whether_staff_may_write(town: Town) -> None:
    """After the thanks, with nothing agreed to beforehand; until then nothing of the person is kept with the case."""
    reply = await town.complains()
    assert plain(reply).endswith(locales.text("vi", "contact.ask"))
    assert labels(reply) == ["Đồng ý", "Không cần"]
    assert (await town.case()).person == ""


@pytest.mark.parametrize("typed", ["Đồng ý", "đồng ý", "vâng", "1"])
async def test_who_agrees_may_be_written_to(town: Town, typed: str) -> None:
    """By button or in words; staff read that they may, now with the button for it."""
    await town.complains()
    await town.inbox()
    assert await town.answer_to(typed) == locales.text("vi", "contact.agreed", days=7)
    case = await town.case()
    assert (case.channel, case.person) == ("telegram", "dân")
    assert (await town.inbox(), await town.a_minute_later()) == ({}, 3)
    found = await town.inbox()
    assert sorted(found) == ["lan", "trưởng", "tư"]
    (news,) = found["lan"]
    assert plain(news) == f"Phiếu mức 1 tại Quầy 2, Bộ phận Một cửa, ngày 20/11/2026\n{MAY_WRITE}"
    assert labels(news) == ["Nhắn lại", "Đã xử lý", "Chuyển lãnh đạo", "Chuyển cơ quan"]


@pytest.mark.parametrize("answer", [NO, "không cần", "không"])
async def test_who_does_not_agree_leaves_nothing(town: Town, answer: str) -> None:
    """Nothing is stored, nobody is told, and a later press on the other button changes nothing."""
    await town.complains()
    await town.inbox()
    said = await (town.taps(answer) if answer == NO else town.answer_to(answer))
    assert said == locales.text("vi", "contact.declined")
    assert await town.taps(YES) == locales.text("vi", "contact.closed")
    assert (await town.case()).person == ""
    assert await town.inbox() == {}


@pytest.mark.parametrize(
    ("before", "user"),
    [([], "người khác"), ([YES], "dân"), ([NO], "dân"), (["k_quay1"], "dân"), (["contact:ffffffff:yes"], "người khác")],
)
async def test_an_old_or_forged_consent_is_harmless(town: Town, before: list[str], user: str) -> None:
    """Another person's press, a second press, one after a new survey began: kindly answered, nothing changed."""
    await town.complains()
    for step in before:
        await town.says(step, user, "start" if step.startswith("k_") else "button")
    kept = (await town.case()).person
    assert locales.text("vi", "contact.closed") in await town.taps(YES, user)
    assert (await town.case()).person == kept


async def test_a_late_press_does_not_break_a_running_survey(town: Town) -> None:
    """The survey goes on where it was."""
    await town.complains()
    await town.says("k_quay1", kind="start")
    await town.taps(f"s:{KEY}:agree")
    answer = await town.taps(YES)
    assert answer.startswith(locales.text("vi", "contact.closed"))
    assert "Nhìn chung" in answer
    assert "Cảm ơn" in await town.taps(f"s:{KEY}:overall:2")


async def test_a_question_of_yesterday_is_over(town: Town) -> None:
    """The link between person and response is kept for the day alone."""
    await town.complains()
    town.now += timedelta(days=1)
    assert await town.taps(YES) == locales.text("vi", "contact.closed")


async def test_where_nobody_can_be_written_to_nothing_is_promised(town: Town) -> None:
    """The terminal shows nothing that comes later."""
    await town.complains(channel="console")
    assert await town.taps(YES, channel="console") == locales.text("vi", "contact.unreachable")
    assert (await town.case()).person == ""


# Writing back


async def agreed(town: Town) -> int:
    """A complaint whose citizen agreed, read by everybody; returns the case."""
    await town.complains()
    await town.taps(YES)
    await town.inbox()
    return (await town.case()).id


async def test_an_officer_writes_once_without_learning_to_whom(town: Town) -> None:
    """The next text goes out once, with numbers masked; nothing that staff read or the case keeps names the citizen."""
    case = await agreed(town)
    asked = await town.says(f"case:{case}:note", "lan", "button")
    assert labels(asked) == ["Thôi, không nhắn"]
    sent = await town.says("Xin lỗi Ông/Bà. Gọi tôi 0912 345 678.", "lan")
    found = await town.inbox()
    assert {user: list(map(plain, replies)) for user, replies in found.items()} == {
        "dân": ["Bộ phận Một cửa Phường Sa Đéc nhắn:\n“Xin lỗi Ông/Bà. Gọi tôi •••.”\n\nÔng/Bà không cần trả lời."]
    }
    assert plain(sent) == locales.text("vi", "case.sent")
    assert labels(sent) == ["Đã xử lý", "Chuyển lãnh đạo", "Chuyển cơ quan"]
    left = await town.case()
    assert (left.channel, left.person, left.state) == ("", "", "open")
    await town.says("Còn một điều nữa", "lan")
    assert locales.text("vi", "case.unreachable", days=7) == await town.taps(f"case:{case}:note", "lan")
    assert await town.inbox() == {}
    staff = [plain(asked), plain(sent), repr(asked), repr(sent)]
    assert [words for words in staff if "dân" in words or NONCE in words or KEY in words] == []


async def test_two_officers_write_and_one_message_arrives(town: Town) -> None:
    """Both were asked for a text; the second reads that it was not sent."""
    case = await agreed(town)
    for officer in ("lan", "tư"):
        await town.taps(f"case:{case}:note", officer)
    answers = await asyncio.gather(*(town.answer_to(f"Xin lỗi, {officer}.", officer) for officer in ("lan", "tư")))
    assert sorted(answers) == sorted([locales.text("vi", "case.sent"), locales.text("vi", "case.unreachable", days=7)])
    assert {user: len(replies) for user, replies in (await town.inbox()).items()} == {"dân": 1}


@pytest.mark.parametrize("words", ["Thôi, không nhắn", "thôi", "dừng", "/huy", "/vuviec", "/baocao"])
async def test_an_officer_who_changes_their_mind_sends_nothing(town: Town, words: str) -> None:
    """After any of these the next text is a question like every other."""
    case = await agreed(town)
    await town.taps(f"case:{case}:note", "lan")
    await town.says(words, "lan")
    await town.says("làm khai sinh cho con cần gì", "lan")
    assert await town.inbox() == {}
    assert (await town.case()).person == "dân"


@pytest.mark.parametrize("words", ["x" * 1001, "   "])
async def test_a_text_that_cannot_be_sent_is_asked_for_again(town: Town, words: str) -> None:
    """Too long or empty: nothing is cut off or sent, and the next text goes out."""
    case = await agreed(town)
    await town.taps(f"case:{case}:note", "lan")
    assert labels(await town.says(words, "lan")) == ["Thôi, không nhắn"]
    await town.says("ảnh", "lan", "unreadable")
    await town.says("Sửa chữ của tin cũ", "lan", "edited")
    assert await town.inbox() == {}
    assert await town.answer_to("Xin lỗi.", "lan") == locales.text("vi", "case.sent")
    assert list(await town.inbox()) == ["dân"]


async def test_a_channel_that_is_off_loses_nothing(town: Town) -> None:
    """The officer reads it, and the contact stays for later."""
    case = await agreed(town)
    await town.employ("mai", channel="webchat")
    await town.taps(f"case:{case}:note", "mai", "webchat")
    telegram = town.channels.pop("telegram")
    assert await town.answer_to("Xin lỗi.", "mai", channel="webchat") == locales.text("vi", "case.channel_off")
    town.channels["telegram"] = telegram
    assert (await town.case()).person == "dân"


async def test_after_seven_days_nobody_is_written_to(town: Town) -> None:
    """Also where the nightly job has not come by yet."""
    case = await agreed(town)
    await town.taps(f"case:{case}:note", "lan")
    town.now += CONTACT_KEPT
    assert await town.answer_to("Xin lỗi.", "lan") == locales.text("vi", "case.unreachable", days=7)
    assert await town.inbox() == {}


# States and rights


async def test_a_handled_case_has_its_date_and_forgets_its_citizen(town: Town) -> None:
    """Nothing is handled without a note; the second officer reads that it was done, and when."""
    case = await agreed(town)
    town.now += timedelta(days=1)
    asked = await town.says(f"case:{case}:handled", "lan", "button")
    assert [plain(asked), labels(asked)[0], labels(asked)[-1]] == [
        locales.text("vi", "case.ask.handled"), "Đã bố trí thêm người vào giờ đông.", "Thôi, chưa xong"
    ]  # fmt: skip
    assert (await town.case()).state == "open"
    answer = await town.answer_to("Đã thêm ghế, gọi 0912 345 678.", "lan")
    assert (
        answer == f"Đã ghi: đã xử lý, ngày 21/11/2026. Đã thêm ghế, gọi •••.\n{locales.text('vi', 'case.citizen_told')}"
    )
    assert await town.taps(f"case:{case}:handled", "tư") == "Việc này đã ở tình trạng “đã xử lý” từ ngày 21/11/2026."
    assert "đã xử lý" in await town.taps(f"case:{case}:passed_on", "tư")
    left = await town.case()
    assert (left.state, left.changed_on, left.person) == ("handled", town.now.date(), "")
    assert left.note == "Đã thêm ghế, gọi •••."


@pytest.mark.parametrize(("answer", "state"), [("yes", "handled"), ("no", "open")])
async def test_a_citizen_is_told_once_and_says_whether_it_is_mended(town: Town, answer: str, state: str) -> None:
    """The first answer counts; No opens the case again, and staff and heads read of it."""
    case = await agreed(town)
    await town.taps(f"case:{case}:done:2", "lan")
    ((question,),) = (await town.inbox()).values()
    assert "“Đã nhắc nhở và hướng dẫn lại cán bộ.”" in plain(question)
    assert labels(question) == ["Đã được", "Chưa được"]
    button = question.buttons[0].id.removesuffix("yes") + answer
    said = locales.text("vi", "case.thanks_mended" if answer == "yes" else "case.thanks_not_mended")
    assert await town.taps(button) == said
    assert await town.taps(button) == locales.text("vi", "case.question_over")
    left = await town.case()
    assert (left.state, left.channel, left.person) == (state, "", "")
    assert sorted(await town.inbox()) == ([] if answer == "yes" else ["lan", "trưởng", "tư", "tỉnh"])
    if answer == "no":
        await town.taps(f"case:{case}:done:1", "lan")
        assert await town.inbox() == {}


async def test_the_question_is_over_after_seven_days(town: Town) -> None:
    """Late answers open nothing."""
    case = await agreed(town)
    await town.taps(f"case:{case}:done:1", "lan")
    ((question,),) = (await town.inbox()).values()
    town.now += CONTACT_KEPT
    assert await town.taps(question.buttons[1].id) == locales.text("vi", "case.question_over")
    assert (await town.case()).state == "handled"


async def test_a_case_is_handed_over_reopened_and_published_in_chat(town: Town) -> None:
    """By words and buttons; the card tells who did what, and until when it has time."""
    await town.complains()
    case = (await town.case()).id
    await town.taps(f"case:{case}:office", "lan")
    assert await town.answer_to("Phòng Kinh tế 1/12", "lan") == "Đã chuyển Phòng Kinh tế, hạn 01/12/2026."
    assert (await town.answer_to(f"/vuviec {case} Đã sửa máy lấy số", "lan")).endswith("Đã sửa máy lấy số")
    assert "Ghi chú này được công khai" in await town.taps(f"case:{case}:publish", "lan")
    async with town.store.reading() as tx:
        assert [one.note for one in await tx.published_notes("sa-dec", NOW.date(), NOW.date())] == ["Đã sửa máy lấy số"]
    assert await town.taps(f"case:{case}:reopen", "lan") == "Đã mở lại, ngày 20/11/2026. Hạn xử lý: 01/12/2026."
    async with town.store.reading() as tx:
        assert await tx.published_notes("sa-dec", NOW.date(), NOW.date()) == []
    assert (await town.answer_to(f"/vuviec {case}", "lan")).split("\n")[2:] == [
        "Tình trạng: chưa xử lý (từ ngày 20/11/2026).",
        "Hạn xử lý: 01/12/2026.",
        "• 20/11/2026, cán bộ Phường Sa Đéc: chuyển Phòng Kinh tế",
        "• 20/11/2026, cán bộ Phường Sa Đéc: đã xử lý: Đã sửa máy lấy số",
        "• 20/11/2026, cán bộ Phường Sa Đéc: mở lại",
    ]
    await town.taps(f"case:{case}:office", "lan")
    assert await town.answer_to("Phòng Kinh tế 1/13", "lan") == locales.text("vi", "own.wrong.day", text="1/13")


@pytest.fixture
def offices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sa Đéc hands work to its part number 1, and to an office that is no unit of ours."""
    offices = (Office("Tổ tiếp nhận số 1", unit="to-1"), Office("Phòng Kinh tế"))
    monkeypatch.setattr(World, "casework", lambda _self, unit: Casework(default_notes(), offices if unit else ()))


@pytest.mark.usefixtures("offices")
async def test_the_office_of_a_unit_below_sees_notes_and_closes_what_was_handed_to_it(town: Town) -> None:
    """It is told with the due day, and cannot do what is the owner's; the head above reads of every step."""
    await town.employ("hai", unit="to-1")
    await crowd(town, 2)
    async with town.store.reading() as tx:
        kept, case = await tx.cases(["sa-dec"], STATES, 9)
    assert await town.taps("cases", "hai") == "Không có ý kiến nào cần xử lý."
    await town.inbox()
    await town.taps(f"case:{case.id}:office", "lan")
    assert "Đã chuyển Tổ tiếp nhận số 1" in await town.taps(f"case:{case.id}:to:1", "lan")
    (message,) = (await town.inbox())["hai"]
    assert plain(message).startswith("Phường Sa Đéc chuyển Ông/Bà xử lý:")
    assert "Hạn xử lý: 25/11/2026." in plain(message)
    assert labels(message) == ["Đã xử lý", "Ghi việc đang làm"]
    assert "1 ý kiến chưa xử lý xong" in await town.taps("cases", "hai")
    for what in ("office", "passed_on", "note", "reopen", "publish"):
        assert await town.taps(f"case:{case.id}:{what}", "hai") == locales.text("vi", "case.gone")
    assert await town.taps(f"case:{kept.id}:show", "hai") == locales.text("vi", "case.gone")
    await town.taps(f"case:{case.id}:progress", "hai")
    assert await town.answer_to("Đang xác minh với ca trực", "hai") == "Đã ghi: Đang xác minh với ca trực"
    card = await town.taps(f"case:{case.id}:show", "trưởng")
    assert "Tình trạng: đã chuyển cơ quan" in card
    assert "cán bộ Tổ tiếp nhận số 1: ghi: Đang xác minh với ca trực" in card
    await town.taps(f"case:{case.id}:handled", "hai")
    assert "đã xử lý" in await town.taps(f"case:{case.id}:done:1", "hai")
    assert "cán bộ Tổ tiếp nhận số 1: đã xử lý" in await town.taps(f"case:{case.id}:show", "trưởng")
    assert "đã xử lý" in await town.taps(f"case:{case.id}:show", "hai")
    await town.taps(f"case:{case.id}:reopen", "lan")
    assert await town.taps(f"case:{case.id}:show", "hai") == locales.text("vi", "case.gone")


@pytest.mark.usefixtures("offices")
async def test_the_office_that_has_it_in_hand_is_reminded_too(town: Town) -> None:
    """Of its own alone; an office that is no unit of ours reads nothing."""
    await town.employ("hai", unit="to-1")
    await crowd(town, 2)
    async with town.store.reading() as tx:
        found = await tx.cases(["sa-dec"], STATES, 9)
    for case, office in zip(found, (1, 2), strict=True):
        await town.taps(f"case:{case.id}:office", "lan")
        await town.taps(f"case:{case.id}:to:{office}", "lan")
    await town.inbox()
    assert await remind(town.store, units(), town.channels, NOW.replace(day=26, hour=8)) == 2
    inbox = await town.inbox()
    assert plain(inbox["hai"][0]).startswith("1 ý kiến quá hạn xử lý:")
    assert plain(inbox["lan"][0]).startswith("2 ý kiến quá hạn xử lý:")


async def test_staff_are_reminded_of_a_due_day_once(town: Town) -> None:
    """After two working days (the 24th is a holiday), in the morning; a new due day is reminded of anew."""
    await town.complains()
    await town.inbox()
    case = (await town.case()).id

    async def reminded(day: int, hour: int = 8) -> int:
        now = NOW.replace(day=day, hour=hour)
        return await remind(town.store, units(), town.channels, now)

    assert [await reminded(25), await reminded(26, hour=6), await reminded(26), await reminded(27)] == [0, 0, 1, 0]
    found = await town.inbox()
    assert plain(found["lan"][0]) == (
        f"1 ý kiến quá hạn xử lý:\n• Việc {case}, Quầy 2, Bộ phận Một cửa: chưa xử lý. Quá hạn xử lý từ 25/11/2026."
    )
    town.now = NOW.replace(day=27)
    await town.taps(f"case:{case}:office", "lan")
    await town.answer_to("Phòng Kinh tế 27/11", "lan")
    assert [await reminded(27), await reminded(30)] == [0, 1]


async def test_of_two_officers_who_press_at_once_one_did_it(town: Town) -> None:
    """One batch or two: once."""
    case = await agreed(town)
    answers = await asyncio.gather(*(town.taps(f"case:{case}:passed_on", officer) for officer in ("lan", "tư")))
    assert sorted(words.split(" ngày")[0] for words in answers) == [
        "Việc này đã ở tình trạng “đã chuyển lãnh đạo” từ", "Đã chuyển lãnh đạo"
    ]  # fmt: skip
    assert {user: len(replies) for user, replies in (await town.inbox()).items()} == {"trưởng": 1, "tỉnh": 1}


async def test_a_case_is_passed_on_to_the_heads(town: Town) -> None:
    """Admins of the unit and of those above read the same text, with what they can still do; others do not."""
    case = await agreed(town)
    assert await town.taps(f"case:{case}:passed_on", "lan") == "Đã chuyển lãnh đạo ngày 20/11/2026: 2 người được báo."
    found = await town.inbox()
    assert sorted(found) == ["trưởng", "tỉnh"]
    (message,) = found["tỉnh"]
    assert plain(message) == f"Cán bộ chuyển lãnh đạo xem:\n{TODAY}\n{MAY_WRITE}"
    assert labels(message) == ["Nhắn lại", "Đã xử lý", "Chuyển cơ quan"]
    await town.taps(f"case:{case}:note", "tỉnh")
    await town.says("Lãnh đạo xin lỗi.", "tỉnh")
    assert list(await town.inbox()) == ["dân"]


@pytest.mark.parametrize("what", ["show", "note", "handled", "passed_on"])
@pytest.mark.parametrize(
    ("user", "refusal"),
    [("bạn", GONE), ("chuyên viên", GONE), ("dân", locales.text("vi", "staff.only_staff"))],
)
async def test_another_units_case_is_refused(town: Town, what: str, user: str, refusal: str) -> None:
    """A neighbour's admin, an upper unit's officer, a citizen: nothing is shown, changed or sent."""
    case = await agreed(town)
    before = await town.case()
    answer = await town.taps(f"case:{case}:{what}", user)
    assert answer.endswith(refusal)
    assert COMMENT not in answer
    await town.says("Đây là tin nhắn giả mạo", user)
    assert await town.case() == before
    assert await town.inbox() == {}


@pytest.mark.parametrize("button", ["case:999:note", "case:999:handled", "case:0:show", "case:999999999:passed_on"])
async def test_a_case_that_is_not_there_is_refused_alike(town: Town, button: str) -> None:
    """Nobody learns from the refusal which cases exist."""
    await agreed(town)
    assert await town.taps(button, "lan") == GONE


@pytest.mark.parametrize(
    "button", ["case:1:delete", "case:x:note", "case::note", "case:9999999999:note", "case:-1:note"]
)
async def test_a_button_that_nobody_made_means_nothing(town: Town, button: str) -> None:
    """It is answered as stale."""
    assert (await town.taps(button, "lan")).endswith(locales.text("vi", "none.stale"))


# The list


async def test_unfinished_cases_are_listed_for_staff(town: Town) -> None:
    """By command and by button, with state and date; each opens, and a handled one is gone from the list."""
    case = await agreed(town)
    listed = await town.says("/vuviec", "lan")
    assert plain(listed).split("\n") == [
        "1 ý kiến chưa xử lý xong. Lâu nhất:",
        "• 20/11/2026, Quầy 2, Bộ phận Một cửa, mức 1, chưa xử lý: “Chờ từ 8 giờ đến 11 giờ mới được gọi.”",
    ]
    assert await town.taps("cases", "lan") == plain(listed)
    shown = await town.says(listed.buttons[0].id, "lan", "button")
    assert plain(shown).split("\n")[1:] == [
        f"“{COMMENT}”", "Tình trạng: chưa xử lý (từ ngày 20/11/2026).", "Hạn xử lý: 25/11/2026.", MAY_WRITE
    ]  # fmt: skip
    assert labels(shown) == ["Nhắn lại", "Đã xử lý", "Chuyển lãnh đạo", "Chuyển cơ quan"]
    await town.taps(f"case:{case}:done:1", "tư")
    assert await town.answer_to("/vuviec", "lan") == locales.text("vi", "case.none")


@pytest.mark.parametrize(("user", "seen"), [("trưởng", True), ("tỉnh", True), ("chuyên viên", False), ("bạn", False)])
async def test_the_list_keeps_to_the_members_units(town: Town, user: str, seen: bool) -> None:
    """An admin's goes down, nobody's goes sideways."""
    await agreed(town)
    assert ("Chờ từ 8 giờ" in await town.answer_to("/vuviec", user)) is seen


async def test_a_citizen_sees_no_list(town: Town) -> None:
    """Whoever knows the command reads who it is for."""
    await agreed(town)
    assert await town.answer_to("/vuviec", "người khác") != ""
    assert (await town.answer_to("/vuviec", "người khác")).endswith(locales.text("vi", "staff.only_staff"))


async def test_a_withdrawn_form_takes_its_case_along(town: Town) -> None:
    """Also while the consent is being asked for: neither the old question nor staff's old buttons find anything."""
    await town.complains()
    case = await town.case()
    await town.says("rút phiếu")
    async with town.store.reading() as tx:
        assert (await tx.responses([case.response]), await tx.count_cases(["sa-dec"], STATES)) == ({}, 0)
    assert await town.taps(YES) == locales.text("vi", "contact.closed")
    assert (await town.taps(f"case:{case.id}:note", "lan")).endswith(GONE)


# Many at once


async def crowd(town: Town, number: int, first: int = 0) -> None:
    """So many citizens complain, each with a form of their own."""
    for n in range(first, first + number):
        key = f"{n:08x}"
        for text, kind in (
            *(("k_quay2", "start"), (f"s:{key}:agree", "button"), (f"s:{key}:overall:1", "button")),
            *((f"s:{key}:skip:reasons", "button"), (COMMENT, "text")),
        ):
            message = Incoming("telegram", f"dân {n}", f"{n} {text}", text, kind, key * 4)
            handled = await town.shell.handle(message)
            async with town.store.transaction() as tx:
                await tx.sent([outgoing.id for outgoing in handled.replies])


async def test_many_complaints_are_told_together(town: Town) -> None:
    """The first at once; what comes within the minute in one message: true count, first words, and a link."""
    await crowd(town, 1)
    assert [len(replies) for replies in (await town.inbox()).values()] == [1, 1, 1]
    await crowd(town, 12, first=1)
    assert await town.inbox() == {}
    assert await town.a_minute_later() == 3
    (said,) = (await town.inbox())["lan"]
    heading, *quoted, more = plain(said).splitlines()
    assert heading == "12 phiếu không hài lòng trong 1 phút qua."
    assert quoted == [f"• Quầy 2, Bộ phận Một cửa, mức 1: “{COMMENT}”"] * 3
    assert more == "Còn 9 ý kiến khác."
    assert said.links == (("Ý kiến cần xử lý", f"{ADDRESS}/staff/cases"),)
    assert labels(said) == ["Ý kiến cần xử lý"]
    async with town.store.reading() as tx:
        assert await tx.count_cases(["sa-dec"], STATES) == 13
    assert (await town.a_minute_later(), await town.inbox()) == (0, {})


async def test_a_group_is_told_of_many_without_their_words(town: Town) -> None:
    """How many, where and at which level; what citizens wrote is not for all who read along, nor are its buttons."""
    town.channels["telegram"] = replace(town.channels["telegram"], is_shared=lambda chat: chat == "tư")
    await crowd(town, 1)
    first = await town.inbox()
    assert [COMMENT in plain(reply) for user in ("lan", "tư") for reply in first[user]] == [True, False]
    await crowd(town, 12, first=1)
    assert await town.a_minute_later() == 3
    (said,) = (await town.inbox())["tư"]
    assert plain(said).splitlines() == [
        "12 phiếu không hài lòng trong 1 phút qua.",
        *["• Quầy 2, Bộ phận Một cửa, mức 1"] * 3,
        "Còn 9 ý kiến khác.",
        locales.text("vi", "case.words_alone"),
    ]
    assert (said.buttons, said.links) == ((), (("Ý kiến cần xử lý", f"{ADDRESS}/staff/cases"),))


async def test_no_chat_is_alerted_twice_in_a_minute(town: Town) -> None:
    """However complaints fall, and whoever agrees to be written to; none is left out of the count."""
    alerts: list[tuple[float, str]] = []
    counted = 0
    for second in range(0, 200, 7):
        town.now = NOW + timedelta(seconds=second)
        await crowd(town, 1 + second % 3, first=second * 10)
        await town.says("đồng ý", f"dân {second * 10}")
        async with town.store.transaction() as tx:
            await town.shell.alerts.tell_waiting(tx)
        alerts += [(second, plain(reply)) for reply in (await town.inbox()).get("lan", [])]
    moments = [second for second, _ in alerts]
    assert all(later - earlier >= 60 for earlier, later in itertools.pairwise(moments))
    await town.a_minute_later()
    alerts += [(200, plain(reply)) for reply in (await town.inbox())["lan"]]
    counted = sum(int(said.split(" ")[0]) if said[0].isdigit() else 1 for _, said in alerts)
    async with town.store.reading() as tx:
        assert counted == await tx.count_cases(["sa-dec"], STATES)


async def test_what_waits_survives_a_restart(town: Town) -> None:
    """It stands in the database: another process tells it, once."""
    await crowd(town, 5)
    await town.inbox()
    second = Town(town.store)
    second.now = town.now
    assert await second.a_minute_later() == 3
    (said,) = (await second.inbox())["lan"]
    assert plain(said).startswith("4 phiếu không hài lòng")
    assert (await town.a_minute_later(), await town.inbox()) == (0, {})


async def test_one_that_waited_alone_reads_as_any_other(town: Town) -> None:
    """With its buttons; the citizen's consent is in it."""
    await crowd(town, 2)
    await town.says("đồng ý", "dân 1")
    await town.inbox()
    await town.a_minute_later()
    (said,) = (await town.inbox())["lan"]
    assert plain(said) == f"{TODAY}\n{MAY_WRITE}"
    assert labels(said) == ["Nhắn lại", "Đã xử lý", "Chuyển lãnh đạo", "Chuyển cơ quan"]


async def test_what_was_taken_back_meanwhile_is_not_told(town: Town) -> None:
    """A complaint that is withdrawn within the minute leaves nothing to say."""
    await crowd(town, 2)
    await town.inbox()
    await town.says("rút phiếu", "dân 1")
    assert await town.a_minute_later() == 0
    assert await town.inbox() == {}


async def test_who_left_or_muted_alerts_meanwhile_gets_none(town: Town) -> None:
    """What waits for such a chat is forgotten, the others are told."""
    await crowd(town, 3)
    await town.inbox()
    async with town.store.transaction() as tx:
        await tx.leave("telegram", "lan")
        await tx.mute("telegram", "tư", ["alerts"])
    assert await town.a_minute_later() == 1
    assert sorted(await town.inbox()) == ["trưởng"]
