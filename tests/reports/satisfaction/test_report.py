"""A report's figures are those counted by hand, small groups stay hidden, and its JSON has the agreed shape."""

import json
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.ports import FormCount, Tally
from reports.periods import parse
from reports.satisfaction.breakdowns import Names, compile_report
from reports.satisfaction.counts import gathered
from reports.satisfaction.report import LEAST_SHOWN, Report, as_json
from surveys.slips import STRATA, Stratum

WEEK = parse("2026-W47")
COUNTED = {"nhanh": frozenset({"overall"}), "phuong9": frozenset(f"q_{number}" for number in range(1, 10))}
NAMES = Names(
    counted=COUNTED,
    question=lambda form, code: f"Câu {form}/{code}",
    counter=lambda code: f"Quầy {code}",
    source=lambda code: f"Nguồn {code}",
    stratum=lambda code: f"Tầng {code}",
)
OVERALL = Tally("sadec", "q1", "web", "nhanh", "overall", 5, 1)


def tally(level: int, count: int, **other: str) -> Tally:
    """Answers to the short form's counted question unless something else is said."""
    return replace(OVERALL, level=level, count=count, **other)


def report(tallies: Iterable[Tally], forms: int = 0, rule: str = "top2", previous: Report | None = None) -> Report:
    """Compile the week of one ward."""
    counts = [FormCount("sadec", "q1", "web", forms)] if forms else []
    return compile_report(
        "sadec", "Phường Sa Đéc", WEEK, gathered(list(tallies), counts, COUNTED), NAMES, rule, previous
    )


# Three counters, two sources: 14 + 8 + 6 counted answers, 20 of level 5, 4 of level 4, 3 of level 3, 1 of level 1.
WEEK_47 = [
    tally(5, 9),
    tally(4, 2),
    tally(3, 3, source="telegram"),
    tally(5, 6, counter="q2"),
    tally(4, 1, counter="q2"),
    tally(1, 1, counter="q2", source="telegram"),
    tally(5, 5, counter="q3", source="telegram"),
    tally(4, 1, counter="q3"),
    tally(2, 7, question="waiting"),
    tally(4, 3, question="waiting", counter="q2"),
]


def test_a_week_counted_by_hand() -> None:
    """Counted answers by level, the rate with its interval, the shares; other questions are left out of all of it."""
    made = report(WEEK_47, forms=30)
    assert (made.unit, made.unit_name, made.period, made.rule) == ("sadec", "Phường Sa Đéc", WEEK, "top2")
    assert (made.forms, made.answers) == (30, 28)
    assert made.levels == {1: 1, 2: 0, 3: 3, 4: 4, 5: 20}
    assert made.rate is not None
    assert (made.rate.answers, made.rate.percent) == (28, Decimal("85.71"))
    assert (made.rate.low, made.rate.high) == (Decimal("68.51"), Decimal("94.30"))
    assert {level: str(share) for level, share in made.shares.items()} == {
        1: "3.57",
        2: "0.00",
        3: "10.71",
        4: "14.29",
        5: "71.43",
    }


def test_the_breakdowns_of_a_week_counted_by_hand() -> None:
    """Counters and sources break the counted answers down, questions each scale question on its own."""
    made = report(WEEK_47)

    def rows(groups: Iterable[object]) -> list[tuple[object, ...]]:
        return [(g.key, g.name, g.answers, str(g.rate.percent)) for g in groups]

    assert rows(made.by_counter) == [
        ("q1", "Quầy q1", 14, "78.57"),
        ("q2", "Quầy q2", 8, "87.50"),
        ("q3", "Quầy q3", 6, "100.00"),
    ]
    assert rows(made.by_source) == [
        ("telegram", "Nguồn telegram", 9, "55.56"),
        ("web", "Nguồn web", 19, "100.00"),
    ]
    assert rows(made.by_question) == [
        ("nhanh.overall", "Câu nhanh/overall", 28, "85.71"),
        ("nhanh.waiting", "Câu nhanh/waiting", 10, "30.00"),
    ]
    assert [group.levels for group in made.by_counter][2] == {1: 0, 2: 0, 3: 0, 4: 1, 5: 5}


def test_the_same_week_by_the_looser_rule() -> None:
    """Neutral answers count as satisfied everywhere or nowhere."""
    made = report(WEEK_47, rule="top3")
    assert made.rate is not None
    assert made.rate.percent == Decimal("96.43")
    assert [str(group.rate.percent) for group in made.by_counter if group.rate] == ["100.00", "87.50", "100.00"]


def test_answers_of_several_forms_are_pooled() -> None:
    """The ward's nine items and the short form's one make up one rate; an unknown form counts nothing."""
    made = report(
        [tally(5, 10), *(tally(4, 5, form="phuong9", question=f"q_{n}") for n in range(1, 10)), tally(1, 50, form="cũ")]
    )
    assert made.levels == {1: 0, 2: 0, 3: 0, 4: 45, 5: 10}
    assert [group.key for group in made.by_question if group.key.endswith("overall")] == ["cũ.overall", "nhanh.overall"]


def test_nothing_counted_has_no_rate() -> None:
    """An empty week is said to be empty; it is not 0%."""
    made = report([], forms=0)
    assert (made.forms, made.answers, made.rate, made.verdict) == (0, 0, None, 0)
    assert (made.by_question, made.by_counter, made.by_source) == ([], [], [])


def test_the_change_against_the_period_before_is_judged() -> None:
    """90 of 100 after 80 of 100 is higher beyond chance; the other way round lower; without a past nothing."""
    good, poor = [tally(5, 90), tally(1, 10)], [tally(5, 80), tally(1, 20)]
    assert report(good, previous=report(poor)).verdict == 1
    assert report(poor, previous=report(good)).verdict == -1
    assert report(good).verdict == 0


def by_counter(*sizes: int) -> dict[str, int | None]:
    """Compile counters a, b, c … with these numbers of answers; returns what is shown of each."""
    made = report([tally(4, size, counter=code) for code, size in zip("abcdefgh", sizes, strict=False) if size])
    return {group.key: group.answers for group in made.by_counter}


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ((5, 6), {"a": 5, "b": 6}),
        ((4, 60), {"a": None, "b": None}),
        ((4, 60, 70), {"a": None, "b": None, "c": 70}),
        ((60, 4, 50), {"a": 60, "b": None, "c": None}),
        ((4, 3, 60), {"a": None, "b": None, "c": 60}),
        ((1, 1, 60, 50), {"a": None, "b": None, "c": 60, "d": None}),
        ((2, 2, 1, 60), {"a": None, "b": None, "c": None, "d": 60}),
        ((1, 5, 5, 60), {"a": None, "b": None, "c": 5, "d": 60}),
        ((4,), {"a": None}),
        ((5,), {"a": 5}),
    ],
)
def test_small_counters_are_hidden_with_one_that_stops_subtraction(
    sizes: tuple[int, ...], shown: dict[str, int | None]
) -> None:
    """Groups under 5 are hidden, and so many of the smallest others that the total gives none of them away."""
    assert by_counter(*sizes) == shown


@given(st.lists(st.integers(1, 40), min_size=1, max_size=8))
def test_no_small_counter_can_be_had_by_subtraction(sizes: list[int]) -> None:
    """The total less what is shown leaves at least two counters and 5 answers together, or nothing."""
    shown = by_counter(*sizes)
    hidden = dict(zip(shown, sizes, strict=True)).items() - shown.items()
    assert all(answers is None or answers >= LEAST_SHOWN for answers in shown.values())
    if hidden and len(sizes) > 1:
        assert len(hidden) >= 2
        assert sum(size for _, size in hidden) >= LEAST_SHOWN or len(hidden) == len(sizes)


def test_a_hidden_group_shows_its_name_and_nothing_else() -> None:
    """The row says that there is such a counter, not how it did."""
    group = report([tally(1, 4), tally(5, 60, counter="q2")]).by_counter[0]
    assert (group.key, group.name, group.answers, group.rate, group.levels) == ("q1", "Quầy q1", None, None, None)


def test_small_sources_are_hidden_like_small_counters() -> None:
    """Three answers from Telegram in a week would name the people who use it."""
    made = report([tally(5, 50), tally(1, 3, source="telegram"), tally(4, 9, source="paper")])
    assert {group.key: group.answers for group in made.by_source} == {"paper": None, "telegram": None, "web": 50}


def test_a_small_question_on_its_own_is_hidden_alone() -> None:
    """A follow-up question adds up to nothing that is shown, so no other question is hidden with it."""
    made = report([tally(5, 50), tally(1, 3, question="waiting")])
    assert {group.key: group.answers for group in made.by_question} == {"nhanh.overall": 50, "nhanh.waiting": None}


def test_a_small_counted_question_cannot_be_had_by_subtraction() -> None:
    """The rate's n is the sum of the counted questions: eight of nine shown would give the ninth away."""
    items = [tally(5, 20, form="phuong9", question=f"q_{number}") for number in range(1, 9)]
    made = report([*items, tally(1, 3, form="phuong9", question="q_9")])
    shown = {group.key: group.answers for group in made.by_question}
    assert shown["phuong9.q_9"] is None
    assert made.answers - sum(answers for answers in shown.values() if answers) >= LEAST_SHOWN


JSON_KEYS = [
    "unit",
    "period",
    "from",
    "to",
    "rule",
    "forms",
    "answers",
    "levels",
    "shares",
    "rate",
    "rate_low",
    "rate_high",
    "by_question",
    "by_counter",
    "by_field",
    "by_source",
    "previous",
    "dossiers",
    "stratum",
    "by_stratum",
    "by_section",
    "by_unit",
    "by_week",
    "target",
    "of_target",
    "sample",
    "by_choice",
    "change",
    "by_occasion",
    "by_weekday",
    "by_half",
]


def test_the_json_of_a_report_has_the_agreed_shape() -> None:
    """Other people's scripts read these keys: numbers as numbers, shares as the printed strings."""
    values = json.loads(json.dumps(as_json(report(WEEK_47, forms=30))))
    assert list(values) == JSON_KEYS
    assert {key: values[key] for key in JSON_KEYS if not key.startswith("by_")} == {
        "unit": "sadec",
        "period": "2026-W47",
        "from": "2026-11-16",
        "to": "2026-11-22",
        "rule": "top2",
        "forms": 30,
        "answers": 28,
        "levels": {"1": 1, "2": 0, "3": 3, "4": 4, "5": 20},
        "shares": {"1": "3,57", "2": "0,00", "3": "10,71", "4": "14,29", "5": "71,43"},
        "rate": 85.71,
        "rate_low": 68.51,
        "rate_high": 94.3,
        "previous": None,
        "dossiers": None,
        "stratum": "open",
        "target": None,
        "of_target": None,
        "sample": None,
        "change": None,
    }


def test_the_json_of_a_breakdown_names_code_name_and_figures() -> None:
    """Questions and counters are lists, sources an object by code; hidden figures are null."""
    values = as_json(report([*WEEK_47, tally(5, 2, counter="q4")]))
    assert values["by_counter"][1] == {
        "code": "q2",
        "name": "Quầy q2",
        "answers": 8,
        "rate": 87.5,
        "rate_low": 52.91,
        "rate_high": 97.76,
    }
    hidden = {"answers": None, "rate": None, "rate_low": None, "rate_high": None}
    assert values["by_counter"][2] == {"code": "q3", "name": "Quầy q3", **hidden}
    assert values["by_counter"][3] == {"code": "q4", "name": "Quầy q4", **hidden}
    assert [question["code"] for question in values["by_question"]] == ["nhanh.overall", "nhanh.waiting"]
    assert list(values["by_source"]) == ["telegram", "web"]
    assert values["by_source"]["telegram"]["name"] == "Nguồn telegram"


def test_the_period_before_stands_in_the_json_with_the_same_keys() -> None:
    """A script reads both with the same code."""
    earlier = compile_report("sadec", "Phường Sa Đéc", WEEK.previous(), gathered([tally(4, 9)], [], COUNTED), NAMES)
    values = as_json(report(WEEK_47, previous=earlier))
    assert list(values["previous"]) == JSON_KEYS
    assert (values["previous"]["period"], values["previous"]["answers"]) == ("2026-W46", 9)


def test_an_empty_report_has_the_same_keys_with_nothing_in_them() -> None:
    """No answers: no rate, five zeros, no groups."""
    values = as_json(report([]))
    assert list(values) == JSON_KEYS
    assert (values["rate"], values["rate_low"], values["answers"]) == (None, None, 0)
    assert values["levels"] == {"1": 0, "2": 0, "3": 0, "4": 0, "5": 0}
    assert set(values["shares"].values()) == {"0,00"}


def test_strata_are_counted_apart_and_the_largest_is_reported() -> None:
    """By hand: 40 answers on slips, half of level 5, half of level 3; 10 of level 5 on the open code; 3 with help."""
    tallies = [
        tally(5, 20, stratum="slip"),
        tally(3, 20, stratum="slip"),
        tally(5, 10, stratum="open"),
        tally(1, 3, stratum="assisted"),
    ]
    forms = [FormCount("sadec", "q1", "web", n, s) for s, n in (("slip", 40), ("open", 10), ("assisted", 3))]  # type: ignore[arg-type]
    whole = compile_report("sadec", "Phường Sa Đéc", WEEK, gathered(tallies, forms, COUNTED), NAMES)
    assert (whole.stratum, whole.forms, whole.answers, whole.rate and whole.rate.percent) == (
        "slip",
        40,
        40,
        Decimal(50),
    )
    assert [(one.group.key, one.forms, one.group.rate and one.group.rate.percent) for one in whole.by_stratum] == [
        ("slip", 40, Decimal(50)),
        ("open", 10, Decimal(100)),
        ("assisted", 3, None),
    ]
    opened = compile_report("sadec", "Phường Sa Đéc", WEEK, gathered(tallies, forms, COUNTED), NAMES, stratum="open")
    assert (opened.stratum, opened.forms, opened.levels[5]) == ("open", 10, 10)


@pytest.mark.parametrize("stratum", ["slip", "open", "assisted"])
def test_no_breakdown_of_a_report_holds_answers_of_another_stratum(stratum: Stratum) -> None:
    """Counters, sources and questions add up to the stratum that is reported."""
    tallies = [tally(level, 10 * level, stratum=one) for level, one in enumerate(("slip", "open", "assisted"), 1)]
    found = compile_report("sadec", "Phường Sa Đéc", WEEK, gathered(tallies, [], COUNTED), NAMES, stratum=stratum)
    for groups in (found.by_counter, found.by_source, found.by_question):
        assert sum(group.answers or 0 for group in groups) == found.answers == 10 * (STRATA.index(stratum) + 1)


def test_forms_answered_with_help_are_not_what_is_reported() -> None:
    """Anybody may answer many with help; they are shown beside the others, and alone where there are no others."""
    tallies = [tally(5, 90, stratum="assisted"), tally(3, 7, stratum="open")]
    forms = [FormCount("sadec", "q1", "web", 90, "assisted"), FormCount("sadec", "q1", "web", 7, "open")]
    assert compile_report("sadec", "Phường Sa Đéc", WEEK, gathered(tallies, forms, COUNTED), NAMES).stratum == "open"
    assert (
        compile_report("sadec", "Phường Sa Đéc", WEEK, gathered(tallies[:1], forms[:1], COUNTED), NAMES).stratum
        == "assisted"
    )
