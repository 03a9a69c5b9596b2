"""Slips and votes in chat, whole turns on a database: typed codes, deep links, going on elsewhere, withdrawing."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

import locales
from storage.store import SqlStore
from surveys.slips import Round, fresh, shown
from tests.bot.office import LIFE, Office
from tests.sample import NOW
from tests.storage import conftest as databases

ROUND = Round("quy-4", "sa-dec", "nhanh", 200, date(2026, 10, 1), date(2026, 12, 31))
VOTED, USED, REVOKED, CLOSED, UNKNOWN = (
    locales.text("vi", f"survey.refused.{reason}") for reason in ("voted", "used", "revoked", "closed", "unknown")
)
RESUMED = locales.text("vi", "survey.resumed")
WITHDRAWN = locales.text("vi", "survey.withdrawn")
NOTHING = locales.text("vi", "survey.nothing_to_withdraw")
OVERALL = "Nhìn chung, Ông/Bà thấy việc phục vụ hôm nay thế nào?"


class Desk(Office):
    """An office with a round whose slips are handed out."""

    codes: list[str]

    async def agree(self, start: str, user: str = "lan") -> str:
        """Open a survey by a typed text or a deep link and agree; returns the first question."""
        notice = await self.says(start, user)
        assert [button.label for button in notice.buttons][:2] == ["Đồng ý, bắt đầu", "Không tham gia"]
        return await self.answer_to("đồng ý", user)

    async def finish(self, start: str, level: str = "4", user: str = "lan") -> str:
        """Open a survey, give one level and send it off; returns the last words."""
        assert OVERALL in await self.agree(start, user)
        assert locales.text("vi", "survey.problem.scale") not in await self.answer_to(level, user)
        return await self.answer_to("gửi luôn" if level > "2" else "bỏ qua", user)

    async def responses(self) -> list[tuple[str, str, bool, dict[str, object]]]:
        """Every stored form: round, source, whether it is finished, its answers."""
        async with self.store.reading() as tx:
            rows = await tx._connection.exec_driver_sql("SELECT id FROM response")
            found = await tx.responses([identifier for (identifier,) in rows])
        return sorted(((one.round, one.source, one.complete, dict(one.answers)) for one in found.values()), key=str)


@pytest.fixture
async def desk(servers: databases.Servers) -> AsyncIterator[Desk]:
    """A desk with three slips."""
    async with servers.sqlite_with_tables() as url:
        store = SqlStore.open(url)
        desk = Desk(store)
        desk.codes = [fresh() for _ in range(3)]
        async with store.transaction() as tx:
            for unit in desk.world.units.values():
                await tx.add_unit(unit, NOW - LIFE)
            await tx.open_round(ROUND, NOW)
            await tx.add_slips(ROUND.name, desk.codes)
        yield desk
        await store.close()


@pytest.mark.parametrize("way", ["typed", "typed small", "link", "link with a dash"])
async def test_a_slip_is_answered_by_its_code(desk: Desk, way: str) -> None:
    """However the code comes in: the notice, the questions, one form of the round, and the slip is used."""
    code = desk.codes[0]
    start = {
        "typed": shown(code), "typed small": code.lower(),
        "link": f"/start s_{code}", "link with a dash": f"/start s_{shown(code)}",
    }[way]  # fmt: skip
    assert "Đã ghi nhận phiếu" in await desk.finish(start)
    assert await desk.responses() == [("quy-4", "chat", True, {"overall": 4})]
    assert (await desk.answer_to(shown(code), "nam")).endswith(USED)
    assert await desk.answer_to(shown(code)) == USED


async def test_a_slip_goes_on_tomorrow_in_another_chat(desk: Desk) -> None:
    """The first answer was given in one chat, the rest in another a day later: one form."""
    code = shown(desk.codes[0])
    await desk.agree(code, "lan")
    await desk.answer_to("5", "lan")
    desk.now += timedelta(days=1)
    assert OVERALL not in await desk.agree(code, "nam")
    assert "Đã ghi nhận phiếu" in await desk.answer_to("gửi luôn", "nam")
    assert await desk.responses() == [("quy-4", "chat", True, {"overall": 5})]
    assert await desk.answer_to("4", "lan") == USED


async def test_the_same_chat_takes_an_open_slip_up_again(desk: Desk) -> None:
    """Typing the code twice does not begin twice."""
    code = shown(desk.codes[0])
    await desk.agree(code)
    await desk.answer_to("3")
    assert RESUMED in await desk.answer_to(code)


async def test_kind_words_for_slips_that_do_not_work(desk: Desk) -> None:
    """Mistyped, unknown, taken back, and of a round that is over."""
    wrong = desk.codes[0][:-1] + ("2" if desk.codes[0][-1] != "2" else "3")
    assert (await desk.answer_to(wrong)).endswith(UNKNOWN)
    assert await desk.answer_to(fresh()) == UNKNOWN
    async with desk.store.transaction() as tx:
        await tx.revoke_slips([desk.codes[1]])
    assert await desk.answer_to(desk.codes[1]) == REVOKED
    desk.now += timedelta(days=60)
    assert await desk.answer_to(desk.codes[2]) == CLOSED


async def test_one_form_a_person_a_counter_and_a_day(desk: Desk) -> None:
    """The second of the day is refused with the way on, tomorrow's is not; other people's neither."""
    assert "Đã ghi nhận phiếu" in await desk.finish("/start k_quay1")
    await desk.agree("/start k_quay1")
    assert await desk.answer_to("1") == VOTED
    assert "Đã ghi nhận phiếu" in await desk.finish("/start k_quay1", user="nam")
    assert "Đã ghi nhận phiếu" in await desk.finish("/start k_quay2")
    desk.now += timedelta(days=1)
    assert "Đã ghi nhận phiếu" in await desk.finish("/start k_quay1", "5")
    assert [answers["overall"] for *_, answers in await desk.responses()] == [4, 4, 4, 5]


async def test_somebody_who_helps_may_help_many(desk: Desk) -> None:
    """Assisted forms are a stratum of their own and take nobody's vote."""
    for _ in range(3):
        assert "Đã ghi nhận phiếu" in await desk.finish("/start h_quay1")
    assert len(await desk.responses()) == 3


async def test_a_survey_of_this_counter_and_day_is_gone_on_with(desk: Desk) -> None:
    """Scanning again in the middle does not begin anew."""
    await desk.agree("/start k_quay1")
    await desk.answer_to("4")
    assert RESUMED in await desk.answer_to("/start k_quay1")
    assert "Đã ghi nhận phiếu" in await desk.answer_to("gửi luôn")
    assert [answers for *_, answers in await desk.responses()] == [{"overall": 4}]


async def test_a_form_is_withdrawn_within_its_week(desk: Desk) -> None:
    """One at once; of two the one that is chosen; then nothing is left, and the person may rate again."""
    await desk.finish("/start k_quay1")
    assert await desk.answer_to("rút phiếu") == WITHDRAWN
    assert await desk.responses() == []
    await desk.finish("/start k_quay1", "3")
    await desk.finish("/start k_quay2", "5")
    which = await desk.says("rút phiếu")
    labels = [button.label for button in which.buttons]
    assert sorted(labels) == ["Quầy 1, Bộ phận Một cửa, ngày 20/11", "Quầy 2, Bộ phận Một cửa, ngày 20/11"]
    chosen = next(button for button in which.buttons if "Quầy 1" in button.label)
    assert await desk.answer_to(chosen.id, "nam", "button") == NOTHING
    assert await desk.answer_to(chosen.label) == WITHDRAWN
    assert [answers for *_, answers in await desk.responses()] == [{"overall": 5}]
    desk.now += timedelta(days=7)
    assert await desk.answer_to("/rutphieu") == NOTHING
    assert len(await desk.responses()) == 1


async def test_who_only_knows_the_code_deletes_nothing(desk: Desk) -> None:
    """Giving up a slip that somebody else began, before or after it was sent off, leaves the answers alone."""
    code = shown(desk.codes[0])
    await desk.agree(code, "lan")
    await desk.answer_to("1", "lan")
    await desk.says(code, "nam")
    await desk.answer_to("dừng", "nam")
    assert [answers for *_, answers in await desk.responses()] == [{"overall": 1}]
    await desk.agree(code, "nam")
    await desk.answer_to("bỏ qua", "lan")
    await desk.answer_to("bỏ qua", "lan")
    await desk.answer_to("dừng", "nam")
    assert [(finished, answers) for *_, finished, answers in await desk.responses()] == [(True, {"overall": 1})]
