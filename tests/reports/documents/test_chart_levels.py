"""The charts: their figures in words, all letters there, shades that are told apart, nothing but the picture."""

import io
import unicodedata
from dataclasses import replace
from itertools import combinations

import pytest
from PIL import Image

from reports import rates
from reports.documents import make
from reports.documents.chart_levels import LOOKS, MOST_BARS, bars
from reports.documents.chart_trend import MOST_POINTS, points
from reports.documents.chart_trend import Point as Placed
from reports.documents.descriptions import alt
from reports.periods import parse
from reports.satisfaction import trend_scale
from reports.satisfaction.trend import Point
from tests.reports.documents.sample import SPLIT, everything, group, report, statement

KINDS = ("levels.png", "trend.png")
LONG = "Trung tâm Phục vụ hành chính công đặc khu Phú Quốc, trực thuộc Ủy ban nhân dân đặc khu Phú Quốc"


def picture(kind: str, **other: object) -> Image.Image:
    """A chart as it is seen."""
    return Image.open(io.BytesIO(make(kind, statement(replace(everything().report, **other)))))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["Xã A", LONG])
def test_a_chart_is_as_wide_as_a_phones_picture(kind: str, name: str) -> None:
    """1080 pixels whatever stands in it; it names no program and holds no time."""
    drawn = picture(kind, unit_name=name)
    assert drawn.width == 1080
    assert drawn.height > 400
    assert set(drawn.info) == {"dpi"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_is_drawn_with_what_a_name_may_hold(kind: str) -> None:
    """Dollar signs are no formula, and a picture with them is another one than without."""
    plain, dollars = picture(kind, unit_name="Xã x_1"), picture(kind, unit_name="Xã $x_1$")
    assert plain.tobytes() != dollars.tobytes()


def test_the_typeface_has_every_vietnamese_letter() -> None:
    """All vowels with all tones, small and large, and the signs that the charts print."""
    from fontTools.ttLib import TTFont
    from matplotlib.font_manager import FontProperties, findfont

    vowels = "aăâeêioôơuưy"
    tones = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
    letters = {unicodedata.normalize("NFC", vowel + tone) for vowel in vowels for tone in tones} | set("đ×–•%")
    wanted = letters | {letter.upper() for letter in letters}
    for weight in ("normal", "bold"):
        known = TTFont(findfont(FontProperties(weight=weight))).getBestCmap()
        assert sorted(letter for letter in wanted if ord(letter) not in known) == []


def luminance(colour: str) -> float:
    """The relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (WCAG 2.2)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_levels_are_told_apart_without_colour_and_their_figures_are_read() -> None:
    """Any two differ in hatch, or in grey by half as much again; figures have a contrast of 4.5 on their ground."""
    assert [level for level, (fill, _, ink) in LOOKS.items() if contrast(fill, ink) < 4.5] == []
    for (_, one), (_, other) in combinations(LOOKS.items(), 2):
        assert one[1] != other[1] or contrast(one[0], other[0]) > 1.5


def test_the_levels_are_said_in_words() -> None:
    """The whole with its split, then what is shown of the counters; the hidden ones are not named."""
    assert alt("levels.png", everything()).splitlines() == [
        "Biểu đồ mức độ hài lòng, phường Sa Đéc, quý III năm 2026.",
        "Toàn bộ: 283 câu trả lời, hài lòng 98,23% (84,80% rất hài lòng, 13,43% hài lòng, 1,77% bình thường, "
        "0,00% không hài lòng, 0,00% rất không hài lòng).",
    ]


def test_the_trend_is_said_in_words() -> None:
    """Each week with its rate and interval; a hidden one as hidden."""
    assert alt("trend.png", everything()).splitlines() == [
        "Biểu đồ tỷ lệ hài lòng (mức 4 và 5), phường Sa Đéc, quý III năm 2026.",
        "15/6: 97,90% (khoảng tin cậy 95%: 94,01 đến 99,28; 143 câu trả lời).",
        "22/6: không hiện, để không lộ nhóm nhỏ.",
        "29/6: 98,52% (khoảng tin cậy 95%: 94,76 đến 99,59; 135 câu trả lời).",
    ]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "docx"])
def test_a_file_says_what_it_is(kind: str) -> None:
    """With unit and period."""
    assert "phường Sa Đéc, quý III năm 2026" in alt(kind, statement())


def test_the_worst_get_a_bar_where_not_all_do() -> None:
    """The whole first, then the lowest rates; a breakdown of one group is the whole once more."""
    counters = [group(f"q{n:02d}", {1: n, 2: 0, 3: 0, 4: 0, 5: 40}) for n in range(20)]
    shown = bars(report(by_counter=counters, by_question=[group("f.1", SPLIT)]))
    assert [one.key for one in shown] == ["", *(f"q{n:02d}" for n in range(19, 19 - MOST_BARS + 1, -1))]


def test_points_are_what_led_up_or_else_weeks_or_periods() -> None:
    """What led up to it where that is known; else its latest weeks; else this period and the one before, if any."""
    weeks = [group(f"2026-W{n:02d}", SPLIT) for n in range(1, 41)]
    assert [point.label for point in points(statement(report(by_week=weeks)))] == [
        trend_scale.label(parse(f"2026-W{n:02d}")) for n in range(41 - MOST_POINTS, 41)
    ]
    led = [Point(parse(name), rates.rate(SPLIT), running=False) for name in ("2026-W37", "2026-08")]
    assert [point.label for point in points(statement(report(by_week=weeks), trend=led))] == ["7/9", "T8/26"]
    before = replace(report(), period=report().period.previous())
    named = [point.label for point in points(statement(report(previous=before)))]
    assert named == ["quý II năm 2026", "quý III năm 2026"]
    assert points(statement(report())) == [Placed("quý III năm 2026", rates.rate(SPLIT))]
