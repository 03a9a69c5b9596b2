"""A report of a period that is over is kept as it was compiled; what changes later is dated and explained."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from handlers.messages import Text
from handlers.ports import Conflict
from handlers.world import Unit, World
from reports.dossiers.dossier import DossierFigures, Flow
from reports.periods import parse
from reports.satisfaction.report import as_json
from reports.statements import gathering_inputs, summary
from reports.statements.changes import changes
from reports.statements.compiling import statement_from, statement_of, statement_seen
from reports.statements.gathering_inputs import read_inputs
from reports.statements.inputs import Inputs, canonical
from reports.statements.scope import Scope
from reports.statements.statement import Kept, Statement
from storage.nightly_rollup import roll_up
from storage.store import SqlStore
from surveys.responses import Response
from tests.sample import NOW, world
from tests.storage import conftest as databases

store, twin = databases.store, databases.twin

WEEK = parse("2026-W46")
AFTER = NOW.replace(day=16, hour=7, minute=30)
USING = replace(world(), target=90)
SCOPE = Scope("sa-dec", WEEK)


@pytest.fixture
async def office(store: SqlStore) -> SqlStore:
    """A store with the sample's units."""
    async with store.transaction() as tx:
        for unit in USING.units.values():
            await tx.add_unit(unit, NOW)
    return store


def form(number: int, level: int, source: str = "web", day: date = WEEK.first, **more: Any) -> Response:
    """A rating at a counter."""
    answers = {"overall": level}
    return Response(
        f"{number:032x}", "sa-dec", "quay1", "nhanh", 1, "0" * 64, source, day, complete=True, answers=answers, **more
    )


# The Ba Bích report's levels: 240 / 38 / 5 of 283.
BA_BICH = [form(number, 5 if number < 240 else 4 if number < 278 else 3) for number in range(283)]


async def keep(store: SqlStore, *forms: Response) -> None:
    """Store forms."""
    async with store.transaction() as tx:
        await tx.keep_responses(forms)


async def compiled(store: SqlStore, now: datetime = AFTER, using: World = USING, scope: Scope = SCOPE) -> Statement:
    """The statement of the ward's week."""
    async with store.transaction() as tx:
        return await statement_of(tx, using, scope, now)


async def test_a_report_is_kept_and_asked_again_the_same(office: SqlStore, twin: SqlStore) -> None:
    """The same number, id, moment and figures, also in another process and a year later."""
    await keep(office, *BA_BICH)
    first = await compiled(office)
    assert (first.number, first.changes, first.made_at) == (1, (), AFTER)
    assert await compiled(twin, AFTER + timedelta(days=365)) == first
    async with office.reading() as tx:
        assert await tx.statement(first.id) == first
        assert await tx.statement(first.id + 1) is None
    assert as_json(first.report)["of_target"] == 109


async def test_a_period_that_is_not_over_is_not_kept(office: SqlStore) -> None:
    """Its report is of this moment; the last day counts as not over until midnight."""
    await keep(office, *BA_BICH)
    evening = AFTER.replace(day=15, hour=23, minute=59)
    running = await compiled(office, evening)
    assert (running.number, running.id, running.made_at, running.report.answers) == (0, 0, evening, 283)
    async with office.reading() as tx:
        assert await tx.last_statement(SCOPE) is None
    assert (await compiled(office, evening + timedelta(minutes=1))).number == 1


async def test_paper_that_is_typed_in_later_makes_a_restatement(office: SqlStore) -> None:
    """The words of the change: how many, of how many, and what it does to the rate; the first one stays as it was."""
    await keep(office, *BA_BICH)
    first = await compiled(office)
    late = [form(1000 + number, 5, "paper") for number in range(5)]
    await keep(office, *late)
    second = await compiled(office, datetime(2026, 11, 21, 8, 0, tzinfo=NOW.tzinfo))
    assert second.number == 2
    assert second.changes == (
        "Ngày 21/11/2026: thêm 05 phiếu giấy nhập sau kỳ (288 phiếu, trước đó 283); tỷ lệ từ 98,23% thành 98,26%",
    )
    async with office.reading() as tx:
        assert await tx.statement(first.id) == first
    lines = summary.report_text(second).plain.split("\n")
    assert lines[:3] == ["Bản lần 2, bổ sung ngày 21/11/2026", second.changes[0], ""]
    assert summary.restated(first) == Text()


async def test_a_few_late_forms_do_not_tell_what_they_said(office: SqlStore) -> None:
    """Rates before and after one form would."""
    await keep(office, *BA_BICH)
    await compiled(office)
    await keep(office, form(1000, 1, "paper"))
    (said,) = (await compiled(office, datetime(2026, 11, 21, 8, 0, tzinfo=NOW.tzinfo))).changes
    assert said == "Ngày 21/11/2026: thêm 01 phiếu giấy nhập sau kỳ (284 phiếu, trước đó 283)"


async def test_a_form_that_is_withdrawn_makes_a_restatement(office: SqlStore) -> None:
    """Two changes at once are both said; going back to what was makes a third number, not the first one again."""
    await keep(office, *BA_BICH)
    first = await compiled(office)
    async with office.transaction() as tx:
        await tx.drop_responses([BA_BICH[-1].id])
    second = await compiled(office)
    assert "01 phiếu đã được rút (282 phiếu, trước đó 283)" in second.changes[0]
    await keep(office, BA_BICH[-1])
    third = await compiled(office)
    assert (third.number, third.digest) == (3, first.digest)


async def test_a_renamed_counter_leaves_a_statement_as_it_read(office: SqlStore) -> None:
    """A year later it says what was printed then; nothing that was counted has changed."""
    two = [replace(one, counter="quay2" if number % 2 else "quay1") for number, one in enumerate(BA_BICH)]
    await keep(office, *two)
    first = await compiled(office)
    renamed = replace(USING.counters["quay2"], name="Quầy Đất đai mới")
    changed = replace(USING, counters={**USING.counters, "quay2": renamed})
    assert await compiled(office, using=changed) == first
    assert USING.counters["quay2"].name in summary.full(first.report).plain
    next_week = await compiled(office, NOW + timedelta(days=30), changed)
    assert next_week == first


async def test_each_way_of_asking_has_its_own_numbers(office: SqlStore) -> None:
    """By another rule, of one stratum, without the units below."""
    await keep(office, *BA_BICH)
    ways: list[dict[str, Any]] = [{}, {"rule": "three"}, {"stratum": "open"}, {"below": False}]
    made = [await compiled(office, scope=replace(SCOPE, **way)) for way in ways]
    assert {one.number for one in made} == {1}
    assert len({one.id for one in made}) == 4
    async with office.reading() as tx:
        assert [await tx.statement(one.id) for one in made] == made
        last = [await tx.last_statement(replace(SCOPE, **way)) for way in ways]
    assert [one.inputs.scope for one in last if one] == [replace(SCOPE, **way) for way in ways]


async def test_pages_write_only_where_there_is_something_new_to_keep(office: SqlStore) -> None:
    """A reading transaction shows what is kept, and says where a writing one is needed."""
    await keep(office, *BA_BICH)
    async with office.reading() as tx:
        assert await statement_seen(tx, USING, SCOPE, AFTER) is None
    first = await statement_from(office, USING, SCOPE, AFTER)
    async with office.reading() as tx:
        assert await statement_seen(tx, USING, SCOPE, AFTER) == first
    assert (first.number, await statement_from(office, USING, SCOPE, AFTER)) == (1, first)


async def test_processes_that_ask_together_get_one_statement(office: SqlStore, twin: SqlStore) -> None:
    """Ten at once from two processes; whoever is asked to try again does."""
    await keep(office, *BA_BICH)

    async def ask(process: SqlStore) -> Statement:
        for _ in range(20):
            with suppress(Conflict):
                return await statement_from(process, USING, SCOPE, AFTER)
        raise AssertionError("never got one")

    made = await asyncio.gather(*(ask((office, twin)[number % 2]) for number in range(10)))
    assert {(one.number, one.id) for one in made} == {(1, made[0].id)}


async def test_a_roll_up_changes_no_statement(office: SqlStore) -> None:
    """Whether days are counted from rows or from roll-ups is no difference."""
    await keep(office, *BA_BICH)
    first = await compiled(office)
    assert await roll_up(office, AFTER.date()) > 0
    assert await compiled(office) == first


# What is kept, and what is said of a change


async def inputs(store: SqlStore) -> Inputs:
    """The inputs of the ward's week."""
    await keep(store, *BA_BICH, form(5000, 4, day=WEEK.first - timedelta(days=7)))
    async with store.reading() as tx:
        return await read_inputs(tx, USING, SCOPE)


FLOWS = DossierFigures(
    Flow(direct=1730, on_time=1551, late=2, pending_in_time=177), [Flow("Hộ tịch", direct=1730)], NOW, without=[]
)


async def test_inputs_come_back_from_their_json(store: SqlStore) -> None:
    """Also with dossiers; the digest is that of the values, not of their order or of when dossiers were imported."""
    made = replace(await inputs(store), dossiers=FLOWS)
    again = Inputs.from_json(made.to_json(), SCOPE.variant)
    assert (again, again.digest, again.report()) == (made, made.digest, made.report())
    later = replace(made, dossiers=replace(FLOWS, as_of=NOW + timedelta(days=3)))
    assert later.digest == made.digest
    assert replace(made, target=95).digest != made.digest
    worded = {**made.names, "source": {"web": "Trang web"}}
    assert replace(made, names=worded).digest == made.digest


async def test_every_kind_of_change_is_said(store: SqlStore) -> None:
    """Dossiers, target, names, the period before, corrected answers, the stratum that is reported."""
    before = replace(await inputs(store), dossiers=FLOWS)
    day = date(2026, 11, 21)
    flow = replace(FLOWS.total, late=3)
    cases: list[tuple[Inputs, str]] = [
        (
            replace(before, dossiers=replace(FLOWS, total=flow)),
            "hồ sơ (tiếp nhận; tỷ lệ đúng hạn): nay 1.730; 99,81%, trước đó 1.730; 99,87%",
        ),
        (replace(before, target=95), "chỉ tiêu từ 90% thành 95%"),
        (replace(before, unit_name="Phường Mới"), "«Phường Sa Đéc» nay ghi là «Phường Mới»"),
        (replace(before, before=before.counts), "số liệu kỳ trước đã đổi"),
        (replace(before, counted={"nhanh": ("overall", "waiting")}), "cách chia câu hỏi của phiếu đã đổi"),
    ]
    for now, said in cases:
        assert now.digest != before.digest
        assert changes(before, now, day) == (f"Ngày 21/11/2026: {said}",)
    place, asked = before.counts.places[0], before.counts.questions[0]
    corrected = replace(
        before.counts,
        places=[replace(place, levels=(1, *place.levels[1:4], place.levels[4] - 1))],
        questions=[replace(asked, levels=(1, *asked.levels[1:4], asked.levels[4] - 1))],
    )
    said = changes(before, replace(before, counts=corrected), day)
    assert said == ("Ngày 21/11/2026: một số câu trả lời đã được sửa",)
    slips = [*before.counts.places, replace(place, stratum="slip", forms=300)]
    other = replace(before, counts=replace(before.counts, places=slips))
    assert changes(before, other, day)[0].startswith(
        "Ngày 21/11/2026: báo cáo theo phát tận tay thay cho qua mã QR đặt tại quầy"
    )


async def test_the_sample_wanted_is_told_where_dossiers_are_known(store: SqlStore) -> None:
    """318 of 1.553 dossiers, and how many there are; for a week none is wanted."""
    figures_ = replace(FLOWS, total=Flow(direct=1553))
    week = replace(await inputs(store), dossiers=figures_)
    assert week.report().sample is None
    made = replace(week, scope=replace(SCOPE, period=parse("2026-11"))).report()
    assert as_json(made)["sample"] == {"dossiers": 1553, "wanted": 318, "reached": 283}
    assert "Cỡ mẫu cần: 318 phiếu trên 1.553 hồ sơ tiếp nhận trong kỳ" in summary.summary(made).plain
    assert "Đạt chỉ tiêu 90% (cao hơn 8,23 điểm phần trăm)." in summary.summary(made).plain
    assert as_json(made)["dossiers"]["on_time_rate"] is None
    assert as_json(replace(made, dossiers=FLOWS))["dossiers"]["on_time_rate"] == 99.87


# What people are told of few answers


@pytest.mark.parametrize("count", [1, 3, 4])
async def test_of_fewer_than_five_answers_no_rate_is_told(count: int, office: SqlStore) -> None:
    """Whoever sees the chat must not read single answers; the figures themselves stay for scripts."""
    await keep(office, *(form(number, 1) for number in range(count)))
    made = (await compiled(office)).report
    for text in (summary.summary(made).plain, summary.full(made).plain):
        assert f"Mới có 0{count} lượt chấm, chưa đủ để tính tỷ lệ (cần từ 5)." in text
        assert "%" not in text
    assert as_json(made)["answers"] == count
    assert [group.answers for group in (*made.by_counter, *made.by_source, *made.by_question)] == [None] * 3


async def test_a_period_before_with_few_answers_is_not_compared_with_in_words(office: SqlStore) -> None:
    """Its rate would tell what those few said."""
    earlier = WEEK.first - timedelta(days=7)
    await keep(office, *BA_BICH[:40], *(form(2000 + number, 1, day=earlier) for number in range(4)))
    made = (await compiled(office)).report
    assert made.previous is not None
    assert "Kỳ trước" not in summary.full(made).plain


async def test_the_rule_of_three_levels_says_which_they_are(office: SqlStore) -> None:
    """The rate with its rule, and three shares instead of five."""
    await keep(office, *BA_BICH, form(3000, 1), form(3001, 2))
    text = summary.full((await compiled(office, scope=replace(SCOPE, rule="three"))).report).plain
    assert "Hài lòng (ba mức: hài lòng là mức 3 và 4, rất hài lòng là mức 5): 99,30%" in text
    assert "Rất hài lòng (mức 5) 84,21 · Hài lòng (mức 3 và 4) 15,09 · Không hài lòng (mức 1 và 2) 0,70" in text


async def test_tables_of_one_row_are_left_out(office: SqlStore) -> None:
    """No units below, one week, one part, no field: nothing but what the total says already."""
    await keep(office, *BA_BICH)
    made = (await compiled(office)).report
    assert (made.by_unit, made.by_week, made.by_section, made.by_field) == ([], [], [], [])
    nine = {f"q_{number}": 5 for number in range(1, 10)}
    ward = [
        replace(form(4000 + n, 5, day=WEEK.first - timedelta(days=n)), form="phuong9", answers=nine, field="Hộ tịch")
        for n in range(20)
    ]
    await keep(office, *ward)
    async with office.transaction() as tx:
        await tx.add_unit(Unit("khac", "Phường Khác", "dong-thap"), NOW)
        wide = replace(USING, units={**USING.units, "khac": Unit("khac", "Phường Khác", "dong-thap")})
        await tx.keep_responses([replace(form(6000 + n, 4), unit="khac") for n in range(9)])
        whole = await statement_of(tx, wide, Scope("dong-thap", parse("2026-Q4:cchc")), NOW)
    named = [[group.name for group in groups] for groups in (whole.report.by_unit, whole.report.by_field)]
    assert named == [["Phường Khác", "Phường Sa Đéc"], ["Không rõ lĩnh vực", "Hộ tịch"]]
    assert len(whole.report.by_week) == 4
    assert [group.key for group in whole.report.by_section] == ["nhanh.1", "phuong9.2", "phuong9.3", "phuong9.4"]
    assert whole.report.by_section[1].name == "I. Công chức trực tiếp giải quyết công việc"
    assert gathering_inputs.names(wide, "dong-thap", "vi", [], date(2026, 11, 22))["stratum"]["open"]


def ticked(number: int, **more: Any) -> Response:
    """A bad mark with a reason."""
    return replace(form(number, 1, **more), answers={"overall": 1, "reasons": ("wait",)})


async def test_a_statement_of_before_ticks_were_counted_stays_as_it_is(office: SqlStore) -> None:
    """The same number, text and digest; ticks alone are no reason to restate, other changes bring them in."""
    await keep(office, *BA_BICH, *(ticked(number) for number in range(300, 310)))
    async with office.transaction() as tx:
        inputs = (await read_inputs(tx, USING, SCOPE)).without_choices()
        old = Kept(1, inputs, inputs.digest, AFTER)
        assert "choices" not in canonical(inputs.to_json())
        assert "asking" not in inputs.to_json()
        assert await tx.keep_statement(old)
    seen = await compiled(office)
    assert (seen.number, seen.digest, seen.report.by_choice) == (1, inputs.digest, [])
    await keep(office, *(form(number, 5) for number in range(400, 410)))
    now = await compiled(office)
    assert now.number == 2
    assert [(one.key, one.whole.asked) for one in now.report.by_choice] == [("nhanh.reasons", 10)]
    assert "thêm 10 phiếu" in now.changes[0]
    assert "lý do" not in now.changes[0]


async def test_changed_reasons_restate_a_report(office: SqlStore) -> None:
    """A corrected reason, and nothing else, is said in a sentence."""
    await keep(office, *BA_BICH, *(ticked(number) for number in range(300, 310)))
    assert (await compiled(office)).number == 1
    await keep(office, replace(ticked(300), answers={"overall": 1, "reasons": ("other",)}))
    now = await compiled(office)
    assert now.number == 2
    assert now.changes[0].endswith("một số lý do đã chọn trên phiếu được sửa")
