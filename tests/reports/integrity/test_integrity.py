"""What is said on how forms came in: from counts to plain sentences."""

import typing
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

import locales
from handlers.ports import Tally
from reports.integrity.findings import Finding, Kind, Seen, State, strata_shares
from reports.integrity.integrity import as_json, compile_integrity
from reports.periods import parse
from surveys.screens import Late
from surveys.signs import FormGroup, Repeated, Signs, Slot
from surveys.slips import Counts, Round, Stratum
from surveys.uncounted import Decision, Group
from tests.sample import NOW

DAY = date(2026, 11, 18)
TODAY = date(2026, 11, 30)
PERIOD = parse("2026-11")
ROUND = Round("Quý 4", "sa-dec", "nhanh", 200, date(2026, 11, 1), date(2026, 11, 20))
FEW = "Chưa đủ phiếu để nói (cần ít nhất 30)."
NO_SMALL = "Có nhóm dưới 5 phiếu nên không hiện tỷ lệ."
SPEED_FINE = "Không thấy dấu hiệu bất thường về tốc độ."
NOTHING = "Trong kỳ chưa có phiếu điện tử nào để xem."


def group(count: int, stratum: Stratum = "open", *, hasty: bool = False, source: str = "web") -> FormGroup:
    """Forms of one kind at counter 1."""
    return FormGroup("quay1", source, stratum, hasty, count)


def seen(signs: Signs | None = None, satisfied: Sequence[Tally] = (), **changes: Any) -> Seen:
    """What was counted."""
    names = {"quay1": "Quầy 1", "quay2": "Quầy 2"}
    found = Seen(signs or Signs(), satisfied, [], TODAY, "vi", lambda code: names.get(code, code))
    return replace(found, **changes)


def finding(kind: Kind, given: Seen) -> Finding:
    """The finding of one kind."""
    found = compile_integrity("sa-dec", "Phường Sa Đéc", PERIOD, given).findings
    assert [one.kind for one in found] == list(typing.get_args(Kind))
    return next(one for one in found if one.kind == kind)


def said(kind: Kind, given: Seen) -> tuple[State, list[str]]:
    """State and sentences of one kind."""
    found = finding(kind, given)
    return found.state, list(found.sentences)


def tallies(counter: str, levels: dict[int, int], question: str = "overall") -> list[Tally]:
    """Answers at a counter."""
    return [Tally("sa-dec", counter, "web", "nhanh", question, level, count) for level, count in levels.items()]


@pytest.mark.parametrize(
    ("counts", "ended", "state", "sentence"),
    [
        (Counts(200, 30), True, "flagged", "30 trên 200 phiếu được trả lời (15%)"),
        (Counts(200, 59), True, "flagged", "59 trên 200 phiếu được trả lời (29,50%)"),
        (Counts(200, 60), True, "fine", "60 trên 200 phiếu được trả lời (30%)."),
        (Counts(1200, 1100), True, "fine", "1.100 trên 1.200 phiếu được trả lời (91,67%)."),
        (Counts(200, 0), True, "flagged", "0 trên 200 phiếu được trả lời (0%)"),
        (Counts(200, 4), True, "flagged", "dưới 5 trên 200 phiếu được trả lời"),
        (Counts(8, 3), True, "unknown", "ít phiếu, không hiện."),
        (Counts(4, 4), True, "unknown", "ít phiếu, không hiện."),
        (Counts(0, 0), True, "unknown", "ít phiếu, không hiện."),
        (Counts(200, 30), False, "unknown", "còn nhận phiếu: đã thu 30 trên 200 phiếu phát ra (15%)."),
        (Counts(200, 4), False, "unknown", "ít phiếu, không hiện."),
    ],
)
def test_a_round_is_judged_by_its_response_rate_when_it_is_over(
    counts: Counts, ended: bool, state: State, sentence: str
) -> None:
    """Below 30% most were silent; few slips are not shown, and a round under way is not judged."""
    opened = ROUND if ended else replace(ROUND, last=TODAY)
    found, (only,) = said("response", seen(rounds=[(opened, counts)]))
    assert found == state
    assert only.startswith("Đợt Quý 4")
    assert sentence in only


def test_the_round_that_is_worth_a_look_comes_first() -> None:
    """One low round flags the sign, whatever the others say; the first ten are told and the rest counted."""
    rounds = [(replace(ROUND, name=f"R{n}"), Counts(100, 50)) for n in range(12)]
    rounds.append((replace(ROUND, name="thấp"), Counts(100, 10)))
    state, sentences = said("response", seen(rounds=rounds))
    assert (state, len(sentences)) == ("flagged", 11)
    assert sentences[0].startswith("Đợt thấp: 10 trên 100")
    assert sentences[-1] == "Còn 3 trường hợp khác."


def test_without_a_round_there_is_no_response_rate() -> None:
    """The sentence says why."""
    assert said("response", seen())[0] == "unknown"


@pytest.mark.parametrize(
    ("strata", "state", "words"),
    [
        ({"open": 29}, "unknown", FEW),
        ({"open": 30}, "flagged", "100% phiếu qua mã QR đặt tại quầy, 0% là"),
        ({"open": 80, "slip": 20}, "fine", "80% phiếu qua mã QR đặt tại quầy, 20% là phiếu phát tận tay."),
        ({"open": 81, "slip": 19}, "flagged", "81% phiếu qua mã QR đặt tại quầy, 19% là"),
        ({"open": 40, "slip": 40, "assisted": 4}, "unknown", NO_SMALL),
        ({"open": 20, "slip": 20, "assisted": 5}, "fine", "44,45% phiếu qua mã QR đặt tại quầy, 44,44% là"),
    ],
)
def test_mostly_the_open_code_is_worth_a_look(strata: dict[Stratum, int], state: State, words: str) -> None:
    """Above 80%; too few forms are not judged, and a stratum of a few forms hides the shares."""
    found, (only,) = said("open", seen(Signs([group(count, stratum) for stratum, count in strata.items()])))
    assert found == state
    assert words in only


@pytest.mark.parametrize(
    ("assisted", "state", "words"),
    [
        (0, "fine", "0% phiếu có người giúp trả lời."),
        (4, "unknown", NO_SMALL),
        (30, "fine", "30% phiếu có người giúp trả lời."),
        (31, "flagged", "31% phiếu có người giúp trả lời. Có người đứng cạnh"),
    ],
)
def test_much_help_is_worth_a_look(assisted: int, state: State, words: str) -> None:
    """Above 30% of a hundred forms."""
    found, (only,) = said("assisted", seen(Signs([group(assisted, "assisted"), group(100 - assisted, "slip")])))
    assert found == state
    assert words in only


@pytest.mark.parametrize(
    ("hasty", "forms", "state", "sentences"),
    [
        (29, 29, "unknown", [FEW]),
        (0, 100, "fine", [SPEED_FINE]),
        (4, 100, "fine", [SPEED_FINE]),
        (20, 100, "fine", [SPEED_FINE, "20% trong 100 phiếu có câu trả lời đầu tiên trước 3 giây."]),
        (21, 100, "flagged", None),
        (30, 30, "flagged", None),
    ],
)
def test_many_hasty_answers_are_worth_a_look(hasty: int, forms: int, state: State, sentences: list[str] | None) -> None:
    """Above 20% of the electronic forms; paper has no clock and is left out."""
    found = said("speed", seen(Signs([group(hasty, hasty=True), group(forms - hasty), group(500, source="paper")])))
    assert found[0] == state
    if sentences is None:
        assert found[1][0].startswith(
            f"{100 * hasty // forms}% trong {forms} phiếu có câu trả lời đầu tiên trước 3 giây."
        )
    else:
        assert found[1] == sentences


def test_a_burst_is_told_with_its_place_and_time() -> None:
    """The sentence names counter, day, ten minutes, number, and what is usual."""
    slots = [Slot("quay1", DAY, 55, 24), Slot("quay2", DAY, 143, 10)]
    given = seen(Signs(rhythm={"quay1": {2: 9, 24: 1}, "quay2": {4: 9, 10: 1}}, full=slots))
    assert said("bursts", given) == (
        "flagged",
        [
            "Quầy 1 ngày 18/11/2026, từ 9:10 đến 9:20: 24 phiếu, thường chỉ khoảng 2. "
            "Có thể là lúc đông người; nên xem lại."
        ],
    )


def test_what_is_usual_is_not_made_up() -> None:
    """At a counter with hardly any other slots the sentence says that it is not known."""
    given = seen(Signs(rhythm={"quay1": {1: 5, 12: 1}}, full=[Slot("quay1", DAY, 0, 12)]))
    state, (only,) = said("bursts", given)
    assert state == "flagged"
    assert only.startswith("Quầy 1 ngày 18/11/2026, từ 0:00 đến 0:10: 12 phiếu. Quầy còn ít số liệu")


def test_shares_of_strata_sum_to_a_hundred() -> None:
    """Rounded one by one these would be 100.01."""
    shares = strata_shares({"slip": 60, "open": 131, "assisted": 20})
    assert sum(shares.values()) == 100
    assert {stratum: str(value) for stratum, value in shares.items()} == {
        "slip": "28.44", "open": "62.08", "assisted": "9.48",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["bursts", "devices"])
def test_where_nothing_was_counted_nothing_is_said_to_be_fine(kind: Kind) -> None:
    """A period with paper alone, or before counting began, has too little to tell."""
    assert said(kind, seen(Signs([group(100, source="paper")]))) == ("unknown", [NOTHING])


def test_even_arrivals_are_fine() -> None:
    """The sentence says what was looked for."""
    assert said("bursts", seen(Signs(rhythm={"quay1": {3: 40}})))[0] == "fine"
    assert said("devices", seen(Signs(devices=40))) == (
        "fine",
        ["Không máy nào gửi hơn 3 phiếu một ngày tại một quầy."],
    )


def test_a_device_that_repeats_is_told_and_not_accused() -> None:
    """Number, counter and day; those of four forms are counted, not listed."""
    repeated = [Repeated("quay1", DAY, 14), Repeated("quay2", DAY, 5), Repeated("quay2", DAY, 4)]
    assert said("devices", seen(Signs(devices=90, repeating=6, repeated=repeated))) == (
        "flagged",
        [
            "1 máy đã gửi 14 phiếu tại Quầy 1 ngày 18/11/2026. Có thể là máy dùng chung; nên xem lại.",
            "1 máy đã gửi 5 phiếu tại Quầy 2 ngày 18/11/2026. Có thể là máy dùng chung; nên xem lại.",
            "Còn 4 lần khác một máy gửi hơn 3 phiếu trong ngày tại một quầy.",
        ],
    )


@pytest.mark.parametrize(
    ("signs", "state", "sentences"),
    [
        (Signs(), "unknown", ["Trong kỳ chưa có lượt chấm nào trên màn hình tại quầy."]),
        (Signs(taps=40), "fine", ["Không màn hình nào nhận hơn 20 lượt trong 10 phút."]),
        (
            Signs(taps=90, crowded=[Slot("quay1", DAY, 50, 21), Slot("quay2", DAY, 51, 69)]),
            "flagged",
            [
                "Quầy 2 ngày 18/11/2026, từ 8:30 đến 8:40: một màn hình nhận 69 lượt, nhanh hơn mức người dân lần lượt "
                "chấm được. Nên xem ai đã chấm.",
                "Quầy 1 ngày 18/11/2026, từ 8:20 đến 8:30: một màn hình nhận 21 lượt, nhanh hơn mức người dân lần lượt "
                "chấm được. Nên xem ai đã chấm.",
            ],
        ),
    ],
)
def test_a_screen_that_is_tapped_too_fast_is_named(signs: Signs, state: State, sentences: list[str]) -> None:
    """Its counter, day and ten minutes; the fullest first."""
    assert said("screens", seen(signs)) == (state, sentences)


@pytest.mark.parametrize(
    ("signs", "state", "sentences"),
    [
        (Signs(), "unknown", ["Trong kỳ chưa có lượt chấm nào trên màn hình tại quầy."]),
        (
            Signs(taps=40, late=[Late("quay1", DAY, 4)]),
            "fine",
            ["Không có ngày nào nhiều lượt chấm đến muộn hơn 1 giờ."],
        ),
        (
            Signs(taps=400, late=[Late("quay1", DAY, 5), Late("quay2", DAY, 300)]),
            "flagged",
            [
                "Quầy 2 ngày 18/11/2026: 300 lượt chấm đến muộn hơn 1 giờ sau khi chạm. Có thể màn hình mất mạng; nếu "
                "không mất mạng thì nên xem lại.",
                "Quầy 1 ngày 18/11/2026: 5 lượt chấm đến muộn hơn 1 giờ sau khi chạm. Có thể màn hình mất mạng; nếu "
                "không mất mạng thì nên xem lại.",
            ],
        ),
    ],
)
def test_what_came_in_late_is_a_sign_of_its_own(signs: Signs, state: State, sentences: list[str]) -> None:
    """However quietly it is spread; a handful says nothing."""
    assert said("late", seen(signs)) == (state, sentences)


def test_at_a_counter_with_a_kiosk_the_device_may_be_it() -> None:
    """A tablet that everybody taps is one device by its nature."""
    signs = Signs([group(60, source="kiosk")], devices=1, repeating=1, repeated=[Repeated("quay1", DAY, 60)])
    assert said("devices", seen(signs))[1] == [
        "1 máy đã gửi 60 phiếu tại Quầy 1 ngày 18/11/2026. "
        "Quầy này có màn hình đánh giá dùng chung, có thể chính là máy đó."
    ]


@pytest.mark.parametrize(
    ("levels", "state"),
    [
        ({5: 29}, "unknown"),
        ({4: 10, 5: 20}, "flagged"),
        ({5: 29, 3: 1}, "fine"),
        ({5: 400, 1: 1}, "fine"),
        ({}, "unknown"),
    ],
)
def test_a_round_hundred_percent_is_worth_a_look(levels: dict[int, int], state: State) -> None:
    """Levels 4 and 5 alone, on at least 30 forms."""
    assert said("perfect", seen(satisfied=tallies("quay1", levels)))[0] == state


def test_forms_are_counted_not_their_answers() -> None:
    """Four forms of nine questions are 36 answers, and still four forms."""
    nine = [tally for n in range(9) for tally in tallies("quay1", {5: 4}, f"q_{n}")]
    assert said("perfect", seen(satisfied=nine))[0] == "unknown"
    full = [tally for n in range(9) for tally in tallies("quay1", {5: 31}, f"q_{n}")]
    assert said("perfect", seen(satisfied=[*full, *tallies("quay2", {2: 1, 5: 50})])) == (
        "flagged",
        [
            "Quầy 1: cả 31 phiếu qua mã QR đặt tại quầy đều hài lòng (mức 4 và 5). "
            "Kết quả tròn 100% nên xem lại: phiếu đã đến tay những ai?"
        ],
    )


@pytest.mark.parametrize(
    ("strata", "shown"),
    [
        ({"open": 10, "slip": 5}, {"slip": 5, "open": 10, "assisted": 0}),
        ({"open": 10, "slip": 4}, None),
        ({"assisted": 1, "open": 200, "slip": 200}, None),
        ({}, {"slip": 0, "open": 0, "assisted": 0}),
    ],
)
def test_strata_are_shown_together_or_not_at_all(strata: dict[Stratum, int], shown: dict[Stratum, int] | None) -> None:
    """The total is always shown, so one small stratum could be had from the other two."""
    signs = Signs([group(count, stratum) for stratum, count in strata.items()])
    found = compile_integrity("sa-dec", "Phường Sa Đéc", PERIOD, seen(signs))
    assert (found.forms, found.strata) == (sum(strata.values()), shown)


def test_json_has_every_finding() -> None:
    """Unit, period, forms, and kind, state and sentences of each finding."""
    found = as_json(compile_integrity("sa-dec", "Phường Sa Đéc", PERIOD, seen(Signs([group(31)]))))
    assert {key: found[key] for key in ("unit", "period", "from", "to", "forms", "strata")} == {
        "unit": "sa-dec", "period": "2026-11", "from": "2026-11-01", "to": "2026-11-30", "forms": 31,
        "strata": {"slip": 0, "open": 31, "assisted": 0},
    }  # fmt: skip
    assert [(one["kind"], one["state"]) for one in found["findings"]] == [
        ("apart", "fine"), ("response", "unknown"), ("open", "flagged"), ("assisted", "fine"), ("speed", "fine"),
        ("bursts", "unknown"), ("crowd", "unknown"), ("devices", "unknown"), ("screens", "unknown"),
        ("late", "unknown"), ("perfect", "unknown"),
    ]  # fmt: skip
    assert all(one["sentences"] for one in found["findings"])


@pytest.mark.parametrize("language", locales.LANGUAGES)
def test_no_sentence_accuses(language: str) -> None:
    """What is worth a look may have a good reason: no text speaks of fraud, cheating or forgery."""
    accusing = ("gian lận", "giả", "gian dối", "vi phạm", "fraud", "cheat", "fake", "forg", "stuff", "abuse")
    texts = {key: text.lower() for key, text in locales.texts(language).items() if key.startswith("integrity.")}
    assert [key for key, text in texts.items() if any(word in text for word in accusing)] == []


# Forms kept apart, and days that are too full


def apart(forms: int, state: str = "waiting", counter: str = "quay1") -> Group:
    """Forms of a counter that day."""
    return Group("sa-dec", counter, DAY, state, forms)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("groups", "state", "sentences"),
    [
        ([], "fine", ["Không có phiếu nào phải giữ riêng."]),
        ([apart(7083)], "flagged", ["Quầy 1 ngày 18/11/2026: 7.083 phiếu chưa tính."]),
        ([apart(4)], "flagged", ["Quầy 1 ngày 18/11/2026: dưới 5 phiếu chưa tính."]),
        ([apart(60, "discarded")], "fine", ["Quầy 1 ngày 18/11/2026: 60 phiếu đã bỏ, không vào số liệu."]),
        (
            [apart(60, "discarded"), apart(12, counter="quay2")],
            "flagged",
            [
                "Quầy 2 ngày 18/11/2026: 12 phiếu chưa tính.",
                "Quầy 1 ngày 18/11/2026: 60 phiếu đã bỏ, không vào số liệu.",
            ],
        ),
    ],
)
def test_what_is_kept_apart_is_told_until_it_is_decided(
    groups: list[Group], state: State, sentences: list[str]
) -> None:
    """What waits comes first; of a few people's forms only that they are few."""
    assert said("apart", seen(apart=groups)) == (state, sentences)


def days(before: int, usual: int, today: int) -> dict[date, int]:
    """So many days of a usual number before the period, and one in it."""
    return {**{PERIOD.first - timedelta(days=n): usual for n in range(1, before + 1)}, DAY: today}


@pytest.mark.parametrize(
    ("counted", "state"),
    [
        (days(5, 20, 61), "flagged"),
        (days(5, 20, 60), "fine"),
        (days(5, 2, 29), "fine"),
        (days(5, 2, 30), "flagged"),
        (days(4, 2, 3000), "unknown"),
        ({}, "unknown"),
    ],
)
def test_a_quiet_flood_over_all_counters_is_a_sign(counted: dict[date, int], state: State) -> None:
    """More than three times a usual day's forms and at least thirty, where a usual day is known."""
    assert said("crowd", seen(open_by_day=counted, since=PERIOD.first))[0] == state


def test_a_full_day_is_told_in_words() -> None:
    """With its number, and what is usual."""
    assert said("crowd", seen(open_by_day=days(9, 20, 412), since=PERIOD.first))[1] == [
        "Ngày 18/11/2026 các quầy nhận 412 phiếu không qua phiếu phát, thường chỉ khoảng 20 một ngày. "
        "Có thể là ngày đông người; nên xem lại."
    ]


def test_groups_and_decisions_are_there_as_json() -> None:
    """A few people's forms without their number."""
    decided = Decision("sa-dec", "quay1", DAY, "discard", "motcua (lan)", NOW, forms=60)
    found = compile_integrity("sa-dec", "Phường Sa Đéc", PERIOD, seen(apart=[apart(60, "discarded"), apart(3)]))
    values = as_json(replace(found, decisions=[decided]))
    assert [(one["state"], one["forms"]) for one in values["apart"]] == [("discarded", 60), ("waiting", None)]
    assert values["decisions"] == [
        {
            "unit": "sa-dec",
            "counter": "quay1",
            "day": "2026-11-18",
            "verdict": "discard",
            "forms": 60,
            "who": "motcua (lan)",
            "at": NOW.isoformat(timespec="seconds"),
        }
    ]
