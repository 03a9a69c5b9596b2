"""Dossier figures: the sentences of the source reports, counting on every store, units together, kept imports."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from reports import periods
from reports.dossiers.dossier import Dossier, DossierFigures, Flow, as_json, total
from reports.dossiers.export import Export
from reports.dossiers.figures import by_field, dossier_figures
from reports.dossiers.importing import NotTaken, Outcome, flows_of, settled, take_in
from reports.dossiers.sentences import late_sentence, lines, received_sentence, resolved_sentence, settled_sentence
from reports.satisfaction.report import as_json as report_json
from reports.statements.gathering_inputs import read_inputs
from reports.statements.scope import Scope
from reports.statements.summary import summary
from storage.store import SqlStore
from tests.reports.dossier_samples import at, dossier, listed, prepared, some, take
from tests.reports.plain_dossiers import PlainDossiers
from tests.sample import NOW, world
from tests.storage import conftest as databases

store = databases.store

NOVEMBER = periods.parse("2026-11")
UNITS = ("dong-thap", "sa-dec", "cao-lanh")


async def figures(store: SqlStore, period: str = "2026-11", *units: str) -> DossierFigures | None:
    """The figures of units in a period."""
    async with store.reading() as tx:
        return await dossier_figures(tx, units or UNITS, periods.parse(period))


# Sentences

QUARTER = Flow(direct=1730, early=1500, on_time=51, late=2, pending_in_time=177)
CITY = Flow(direct=15780, early=15000, on_time=775, late=1, pending_in_time=4)
COMMUNE = Flow(online=8, direct=281, early=175, on_time=0, late=114)

SETTLED = [
    (
        QUARTER,
        "Tổng số đã tiếp nhận 1.730 hồ sơ, đã giải quyết 1.553 hồ sơ, giải quyết đúng hạn và trước hạn 1.551 hồ sơ, "
        "đạt 99,87%, 02 hồ sơ trễ hạn, có 177 hồ sơ đang giải quyết (chưa đến hạn).",
    ),
    (
        CITY,
        "Tổng số đã tiếp nhận 15.780 hồ sơ, đã giải quyết 15.776 hồ sơ, giải quyết đúng hạn và trước hạn 15.775 hồ sơ, "
        "đạt 99,99%, 01 hồ sơ trễ hạn, có 04 hồ sơ đang giải quyết (chưa đến hạn).",
    ),
    (
        COMMUNE,
        "Tổng số đã tiếp nhận 289 hồ sơ, đã giải quyết 289 hồ sơ, giải quyết đúng hạn và trước hạn 175 hồ sơ, "
        "đạt 60,55%, 114 hồ sơ trễ hạn, không còn hồ sơ đang giải quyết.",
    ),
    (
        Flow(direct=12, early=3, on_time=5, pending_in_time=3, pending_late=1),
        "Tổng số đã tiếp nhận 12 hồ sơ, đã giải quyết 08 hồ sơ, giải quyết đúng hạn và trước hạn 08 hồ sơ, "
        "đạt 100%, không có hồ sơ trễ hạn, có 04 hồ sơ đang giải quyết (01 hồ sơ quá hạn).",
    ),
    (
        Flow(direct=1, pending_in_time=1),
        "Tổng số đã tiếp nhận 01 hồ sơ, chưa giải quyết xong hồ sơ nào, có 01 hồ sơ đang giải quyết (chưa đến hạn).",
    ),
]


@pytest.mark.parametrize(("flow", "said"), SETTLED)
def test_what_was_settled_is_said_as_the_source_reports_say_it(flow: Flow, said: str) -> None:
    """The raw counts in, the printed sentence out."""
    assert settled_sentence(flow) == said


def test_the_ways_and_the_outcomes_are_said_as_the_source_report_says_them() -> None:
    """289 (8 and 281), and 175, 0, 114: counts in brackets have no leading zero."""
    assert (
        received_sentence(COMMUNE) == "Số lượng hồ sơ tiếp nhận: 289 hồ sơ (trực tuyến 8 hồ sơ, trực tiếp 281 hồ sơ)."
    )
    assert resolved_sentence(COMMUNE) == (
        "Số lượng hồ sơ đã giải quyết: 289 hồ sơ (trước hạn 175 hồ sơ; đúng hạn 0 hồ sơ; quá hạn 114 hồ sơ)."
    )
    more = replace(COMMUNE, post=3, carried_over=5)
    assert "bưu chính công ích 3 hồ sơ, từ kỳ trước 5 hồ sơ" in received_sentence(more)


def test_the_kinds_of_late_are_told_apart() -> None:
    """Without a result; with one not handed over; handed over on paper and not closed in the software."""
    three = DossierFigures(COMMUNE, [], NOW, unsettled_late=2, not_handed=13, not_closed=114)
    assert late_sentence(three) == (
        "Trong số hồ sơ của kỳ, theo lần nhập gần nhất còn quá hạn: 02 hồ sơ chưa có kết quả; "
        "13 hồ sơ có kết quả mà chưa trả; 114 hồ sơ đã trả giấy, chưa kết thúc trên phần mềm."
    )
    assert late_sentence(DossierFigures(COMMUNE, [], NOW)) == ""


def test_the_rate_stands_in_the_json_as_a_number_and_as_printed() -> None:
    """None where nothing was settled."""
    values = as_json(DossierFigures(QUARTER, [replace(QUARTER, field="Hộ tịch")], NOW))
    assert (values["received"], values["resolved"], values["pending"]) == (1730, 1553, 177)
    assert (values["on_time_rate"], values["on_time_rate_text"], values["by_field"][0]["field"]) == (
        99.87,
        "99,87",
        "Hộ tịch",
    )
    assert as_json(DossierFigures(Flow(), [], NOW))["on_time_rate"] is None


def test_fields_are_the_same_however_they_are_capitalized() -> None:
    """By name, the nameless last."""
    flows = [
        Flow("HỘ TỊCH", direct=1),
        Flow("Hộ tịch", direct=2),
        Flow("Hộ tịch", late=1),
        Flow(direct=4),
        Flow("Đất đai"),
    ]
    assert by_field(flows) == [
        Flow("Đất đai"),
        Flow("Hộ tịch", direct=3, late=1),
        Flow("Không ghi lĩnh vực", direct=4),
    ]


# Counting, on every store

COUNTED: dict[str, tuple[Dossier, Flow]] = {
    "early": (dossier("A", "2026-11-02 08:00", "2026-11-06 17:00", "2026-11-05 23:00"), Flow(direct=1, early=1)),
    "on its day": (dossier("A", "2026-11-02 08:00", "2026-11-06 17:00", "2026-11-06 00:00"), Flow(direct=1, on_time=1)),
    "to the second": (
        dossier("A", "2026-11-02 08:00", "2026-11-06 17:00", "2026-11-06 17:00"),
        Flow(direct=1, on_time=1),
    ),
    "a second late": (
        dossier("A", "2026-11-02 08:00", "2026-11-06 17:00", "2026-11-06 17:00:01"),
        Flow(direct=1, late=1),
    ),
    "without a limit": (dossier("A", "2026-11-02 08:00", "", "2026-11-30 23:59"), Flow(direct=1, on_time=1)),
    "online": (
        dossier("A", "2026-11-01 00:00", "2026-11-30 17:00", channel="online"),
        Flow(online=1, pending_in_time=1),
    ),
    "by post": (dossier("A", "2026-11-20 08:00", "2026-12-01 17:00", channel="post"), Flow(post=1, pending_in_time=1)),
    "overdue at the import": (dossier("A", "2026-11-02 08:00", "2026-11-20 08:59:59"), Flow(direct=1, pending_late=1)),
    "due at the import": (dossier("A", "2026-11-02 08:00", "2026-11-20 09:00:00"), Flow(direct=1, pending_in_time=1)),
    "carried over": (
        dossier("A", "2026-10-31 23:59", "2026-11-06 17:00", "2026-11-01 00:00"),
        Flow(carried_over=1, early=1),
    ),
    "settled later": (
        dossier("A", "2026-11-18 08:00", "2026-12-02 17:00", "2026-12-01 00:00"),
        Flow(direct=1, pending_in_time=1),
    ),
    "settled before it came": (
        dossier("A", "2026-11-05 08:00", "2026-11-09 17:00", "2026-10-31 08:00"),
        Flow(direct=1, early=1),
    ),
}


@pytest.mark.parametrize("case", COUNTED)
async def test_a_dossier_is_counted_where_it_belongs(case: str, store: SqlStore) -> None:
    """By the unit's own days and, where times are given, to the second; what came in went somewhere."""
    one, expected = COUNTED[case]
    await prepared(store)
    await take(store, one)
    found = await figures(store)
    assert found is not None
    assert found.total == expected
    assert found.total.received == found.total.resolved + found.total.pending


ELSEWHEN = {
    "settled the month before": dossier("A", "2026-10-01 08:00", "2026-10-09 17:00", "2026-10-31 23:59"),
    "received the month after": dossier("A", "2026-12-01 00:00", "2026-12-09 17:00"),
}


@pytest.mark.parametrize("case", ELSEWHEN)
async def test_a_list_without_dossiers_of_a_period_says_nothing_about_it(case: str, store: SqlStore) -> None:
    """Somebody exported other months; a report does not claim that nothing came in."""
    await prepared(store)
    await take(store, ELSEWHEN[case])
    assert await figures(store) is None


async def test_the_end_of_a_period_decides_what_was_late_in_it(store: SqlStore) -> None:
    """Due in November, settled in December: late and pending in November, settled late in December."""
    await prepared(store)
    await take(
        store, dossier("A", "2026-11-02 08:00", "2026-11-27 17:00", "2026-12-03 08:00"), now=at("2027-01-04 08:00")
    )
    november, december = await figures(store, "2026-11"), await figures(store, "2026-12")
    assert november is not None
    assert december is not None
    assert (november.total, december.total) == (Flow(direct=1, pending_late=1), Flow(carried_over=1, late=1))


async def test_late_ones_are_told_apart_by_what_they_wait_for(store: SqlStore) -> None:
    """As of the import: no result, a result not handed over, handed over and not closed; none before its due moment."""
    await prepared(store)
    due, soon = "2026-11-10 17:00", "2026-11-27 17:00"
    await take(
        store,
        dossier("A", "2026-11-02 08:00", due),
        dossier("B", "2026-11-02 08:00", due, "2026-11-09 08:00", handed_at=None, closed_at=None),
        dossier("C", "2026-11-02 08:00", due, "2026-11-09 08:00", closed_at=None),
        dossier("D", "2026-11-02 08:00", soon, "2026-11-09 08:00", closed_at=None),
        dossier("E", "2026-11-02 08:00", soon),
    )
    found = await figures(store)
    assert found is not None
    assert (found.unsettled_late, found.not_handed, found.not_closed) == (1, 1, 1)


async def test_communes_add_up_and_those_without_a_list_are_named(store: SqlStore) -> None:
    """The list of one, the totals of another, none of a third; as old as the oldest."""
    await prepared(store)
    assert await figures(store) is None
    await take(store, dossier("A", "2026-11-02 08:00", "2026-11-06 17:00", "2026-11-05 08:00"))
    first = await figures(store)
    assert first is not None
    assert (first.counted, first.without, list(first.by_unit)) == ("list", ["cao-lanh"], ["sa-dec"])
    totals = Export(
        "pl.xlsx", "x", "totals", flows=[Flow("hộ tịch", direct=2, late=2), Flow("Đất đai", online=1, early=1)]
    )
    async with store.transaction() as tx:
        await take_in(tx, "cao-lanh", totals, NOW + timedelta(hours=1), "2026-11")
    both = await figures(store)
    assert both is not None
    assert (both.counted, both.without, both.as_of) == ("both", [], NOW)
    assert both.total == Flow(online=1, direct=3, early=2, late=2)
    assert [(flow.field, flow.received) for flow in both.by_field] == [("Đất đai", 1), ("Hộ tịch", 3)]
    assert both.by_unit == {"cao-lanh": Flow(online=1, direct=2, early=1, late=2), "sa-dec": Flow(direct=1, early=1)}
    alone = await figures(store, "2026-11", "cao-lanh")
    assert alone is not None
    assert (alone.counted, alone.without) == ("totals", [])
    assert (await figures(store, "2026-10", "cao-lanh")) is None


async def test_totals_given_for_a_period_go_before_the_list(store: SqlStore) -> None:
    """They are what the unit answers for; other periods are counted from the list; new totals replace the old."""
    await prepared(store)
    await take(store, dossier("A", "2026-11-02 08:00", "2026-11-06 17:00", "2026-11-05 08:00"))
    for number, flows in enumerate(
        ([Flow("X", direct=9, late=9), Flow("Y", direct=1, late=1)], [Flow("X", direct=5, late=5)])
    ):
        async with store.transaction() as tx:
            await take_in(tx, "sa-dec", Export("pl.xlsx", str(number), "totals", flows=flows), NOW, "2026-11")
    given, counted = await figures(store, "2026-11"), await figures(store, "2026-W45")
    assert given is not None
    assert counted is not None
    assert (given.total, counted.total) == (Flow(direct=5, late=5), Flow(direct=1, early=1))


async def test_a_list_from_before_the_period_says_nothing_about_it(store: SqlStore) -> None:
    """Zeros would look like a month in which nobody came."""
    await prepared(store)
    await take(store, dossier("A", "2026-10-02 08:00", "2026-10-06 17:00"), now=at("2026-10-30 16:00"))
    assert await figures(store, "2026-11") is None
    assert await figures(store, "2026-10") is not None


@pytest.mark.parametrize("period", ["2026-10", "2026-W47", "2026-11-20", "2026-Q4:cchc", "2026"])
async def test_a_database_counts_what_the_plain_rules_count_and_all_adds_up(period: str, store: SqlStore) -> None:
    """The database against the same rules written row by row; and each identity of the annex in each field."""
    await prepared(store)
    lists = {}
    for seed, unit in enumerate(("sa-dec", "cao-lanh")):
        made = [replace(one, code=f"{unit}-{one.code}") for one in some(seed)]
        lists[unit] = (NOW + timedelta(days=seed), made)
        await take(store, *made, unit=unit, now=NOW + timedelta(days=seed))
    found = await figures(store, period)
    assert found == await dossier_figures(PlainDossiers(lists), UNITS, periods.parse(period))
    assert found is not None
    assert found.total.received > 0
    for flow in (found.total, *found.by_field, *found.by_unit.values()):
        assert flow.received == flow.resolved + flow.pending
    assert total(found.by_field) == found.total == total(found.by_unit.values())


async def test_what_one_month_leaves_the_next_takes_over(store: SqlStore) -> None:
    """Pending at the end of one period is carried over into the next, with many dossiers in every state."""
    await prepared(store)
    usual = [one for one in some(7) if one.resolved_at is None or one.resolved_at >= one.received_at]
    await take(store, *usual, now=at("2027-01-04 08:00"))
    for month, following in (("2026-09", "2026-10"), ("2026-10", "2026-11"), ("2026-11", "2026-12")):
        left, taken = await figures(store, month), await figures(store, following)
        assert left is not None
        assert taken is not None
        assert left.total.pending == taken.total.carried_over > 0


# Imports


async def test_the_same_list_again_replaces_rows_by_code(store: SqlStore) -> None:
    """What moved on is changed, what is new is added, what is gone from the file stays; the same file does nothing."""
    await prepared(store)
    a, b = dossier("A", "2026-11-02 08:00", "2026-11-06 17:00"), dossier("B", "2026-11-03 08:00", "2026-11-06 17:00")
    assert await take(store, a, b) == Outcome(new=2)
    done = replace(a, resolved_at=at("2026-11-05 08:00"), resolved_on=date(2026, 11, 5))
    assert await take(store, done, dossier("C", "2026-11-04 08:00")) == Outcome(new=1, changed=1)
    again = await take(store, done, dossier("C", "2026-11-04 08:00"), now=NOW + timedelta(days=1))
    assert (again.new, again.changed, again.unchanged) == (0, 0, 2)
    assert again.repeated is not None
    async with store.reading() as tx:
        assert set(await tx.dossiers("sa-dec", ["A", "B", "C", "D"])) == {"A", "B", "C"}
        assert (await tx.dossier_lists(["sa-dec", "cao-lanh"])) == {"sa-dec": NOW}
    back = await take(store, a, b, now=NOW + timedelta(days=2))
    assert (back.changed, back.moved_back, back.repeated) == (1, ("A",), None)


async def test_a_trial_run_tells_and_keeps_nothing(store: SqlStore) -> None:
    """Neither dossiers nor totals nor the import itself."""
    await prepared(store)
    async with store.transaction() as tx:
        outcome = await take_in(tx, "sa-dec", listed(dossier("A", "2026-11-02 08:00")), NOW, dry_run=True)
        await take_in(tx, "sa-dec", Export("pl", "x", "totals", flows=[Flow("X")]), NOW, "2026-11", dry_run=True)
    assert outcome == Outcome(new=1)
    assert await figures(store) is None


async def test_the_list_of_another_unit_is_refused(store: SqlStore) -> None:
    """A dossier's code is one unit's; nothing of the file is stored."""
    await prepared(store)
    await take(store, dossier("A", "2026-11-02 08:00"), unit="cao-lanh")
    with pytest.raises(NotTaken, match=r"1 hồ sơ đã thuộc đơn vị khác: A \(cao-lanh\); xem lại --unit"):
        await take(store, dossier("A", "2026-11-02 08:00"), dossier("B", "2026-11-02 08:00"))
    async with store.reading() as tx:
        assert await tx.dossiers("sa-dec", ["A", "B"]) == {}


def test_a_file_adds_up_by_the_rule_of_the_store() -> None:
    """What is printed to be compared counts every row once."""
    made = some(3)
    flows = flows_of(listed(*made), NOW)
    whole = total(flows)
    assert whole.received == whole.resolved + whole.pending == len(made)
    assert whole.late == sum(settled(one) == "late" for one in made) > 0
    assert [flow.field for flow in flows] == ["", "Hộ tịch", "Đất đai"]


# In the report


async def test_a_report_says_what_became_of_the_dossiers(store: SqlStore) -> None:
    """In words and in numbers, also where nobody filled in a form; without dossiers nothing is said of them."""
    await prepared(store)
    async with store.reading() as tx:
        silent = (await read_inputs(tx, world(), Scope("sa-dec", NOVEMBER))).report()
    assert (silent.dossiers, report_json(silent)["dossiers"]) == (None, None)
    assert "hồ sơ" not in summary(silent).plain
    await take(store, dossier("A", "2026-11-02 08:00", "2026-11-06 17:00", "2026-11-07 08:00"))
    async with store.reading() as tx:
        report = (await read_inputs(tx, world(), Scope("dong-thap", NOVEMBER))).report()
    assert report.dossiers is not None
    assert lines(report.dossiers).plain in summary(report).plain
    assert "đạt 0%, 01 hồ sơ trễ hạn, không còn hồ sơ đang giải quyết." in summary(report).plain
    assert "• Hộ tịch: trễ hạn 1 trên 1 hồ sơ đã giải quyết, đang quá hạn 0" in summary(report).plain
    assert report_json(report)["dossiers"]["late"] == 1
