"""Notices of a unit stand in the greeting and in answers on their days, and are gone afterwards."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.messages import Incoming
from handlers.session import Session
from handlers.step import step
from handlers.turn import Turn
from handlers.unit_settings.notices import KINDS, Notice, Wrong, typed_notice
from handlers.unit_settings.settings import CurrentSettings
from handlers.world import World
from tests.clock import ZONE
from tests.sample import NONCE, world

TUESDAY = date(2026, 5, 12)
TRAINING = Notice("1", "closed", "Nghỉ làm việc sáng 12/5 để tập huấn", TUESDAY, TUESDAY)
NO_APPOINTMENT = Notice("2", "no_appointment", "trả kết quả ngay", weekdays=(3,))
CIVIL = Notice("3", "reception", "7:30–11:30", weekdays=(0, 1, 2, 3, 4), field="Hộ tịch")
NOTICES = (TRAINING, NO_APPOINTMENT, CIVIL)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def with_notices(*notices: Notice, unit: str = "sa-dec") -> World:
    """The sample, with notices of a unit."""
    return replace(world(), settings={unit: CurrentSettings(notices)})


def said(using: World, text: str, day: date, session: Session | None = None) -> Turn:
    """What a message is answered with on a day."""
    now = datetime.combine(day, datetime.min.time(), ZONE) + timedelta(hours=9)
    message = Incoming("console", "lan", "1", text, "text" if text else "start", NONCE)
    return step(using, session or Session(), message, now)


@pytest.mark.parametrize("asked", ["", "làm khai sinh cho con cần gì", "mấy giờ làm việc", "gặp cán bộ"])
def test_a_notice_is_told_on_its_day_alone(asked: str) -> None:
    """In the greeting, beside a procedure, and where the unit is asked about; not on the day after."""
    using = with_notices(TRAINING)
    assert TRAINING.text in said(using, asked, TUESDAY).replies[0].text.plain
    assert TRAINING.text not in said(using, asked, TUESDAY + timedelta(days=1)).replies[0].text.plain


def test_a_weekly_day_names_itself() -> None:
    """On Thursday it is told by its name; on Friday it is gone from the greeting and stays in the hours."""
    thursday, using = date(2026, 5, 14), with_notices(NO_APPOINTMENT)
    assert "Ngày không hẹn: trả kết quả ngay" in said(using, "", thursday).replies[0].text.plain
    friday = thursday + timedelta(days=1)
    assert "không hẹn" not in said(using, "", friday).replies[0].text.plain
    assert "Ngày không hẹn · thứ Năm: trả kết quả ngay" in said(using, "giờ làm việc", friday).replies[0].text.plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "Nghỉ làm việc"),
        ("tập huấn", "Nghỉ làm việc: tập huấn"),
        ("dự hội nghị tỉnh", "Nghỉ làm việc: dự hội nghị tỉnh"),
        ("Phường nghỉ sáng nay", "Phường nghỉ sáng nay"),
        ("Nghi\u0309 cả ngày", "Nghi\u0309 cả ngày"),
    ],
)
def test_a_closed_office_is_told_as_closed(text: str, expected: str) -> None:
    """Whatever its admin wrote, and not twice; who reads English reads that it is closed."""
    using = with_notices(typed_notice("1", {"kind": "closed", "text": text, "first": "2026-05-12"}, (), []))
    assert f"• {expected}" in said(using, "", TUESDAY).replies[0].text.plain.splitlines()
    english = said(using, "", TUESDAY, Session(language="en")).replies[0].text.plain
    assert (f"• Closed: {text}" if text else "• Closed") in english.splitlines()


def test_days_of_reception_stand_beside_the_procedures_of_their_field() -> None:
    """Other fields do not mention them; a conversation hears them once a day, also after JSON."""
    using, line = with_notices(CIVIL), "Tiếp nhận hồ sơ Hộ tịch thứ Hai đến thứ Sáu: 7:30–11:30"
    first = said(using, "đăng ký khai sinh", TUESDAY)
    assert line in first.replies[0].text.plain
    kept = Session.from_json(json.loads(json.dumps(first.session.to_json())))
    assert line not in said(using, "đăng ký kết hôn", TUESDAY, kept).replies[0].text.plain
    assert line in said(using, "đăng ký kết hôn", TUESDAY + timedelta(days=1), kept).replies[0].text.plain
    assert line not in said(using, "mất căn cước làm lại", TUESDAY).replies[0].text.plain


def test_hours_by_weekday_are_hours_that_are_known() -> None:
    """A unit that gave its days of reception alone is not said to have given none."""
    plain = with_notices(replace(CIVIL, field=""))
    units = {code: replace(unit, hours="") for code, unit in plain.units.items()}
    text = said(replace(plain, units=units), "gặp cán bộ", TUESDAY).replies[0].text.plain
    assert "Tiếp nhận hồ sơ thứ Hai đến thứ Sáu: 7:30–11:30" in text
    assert "Giờ làm việc: đơn vị chưa ghi" not in text


def test_a_unit_above_speaks_for_those_below_only_where_it_says_so() -> None:
    """A province's own hours are not those of its communes."""
    assert TRAINING.text not in said(with_notices(TRAINING, unit="dong-thap"), "", TUESDAY).replies[0].text.plain
    below = with_notices(replace(TRAINING, below=True), unit="dong-thap")
    assert TRAINING.text in said(below, "", TUESDAY).replies[0].text.plain


@given(st.sampled_from(KINDS), st.none() | days, st.none() | days, st.sets(st.integers(0, 6)), days)
def test_a_notice_is_in_force_between_its_days_and_on_its_weekdays(
    kind: str, first: date | None, last: date | None, weekdays: set[int], day: date
) -> None:
    """And the same after it was stored."""
    notice = Notice("k", kind, "lời", first, last, tuple(sorted(weekdays)))
    assert notice.is_on(day) == (
        (first is None or first <= day)
        and (last is None or day <= last)
        and (not weekdays or day.weekday() in weekdays)
    )
    assert Notice.from_json("k", json.loads(json.dumps(notice.to_json()))) == notice


@pytest.mark.parametrize(
    ("typed", "weekdays", "wrong"),
    [
        ({"kind": "notice", "first": "2026-05-12"}, (), "text"),
        ({"kind": "notice", "text": "Nghỉ"}, (), "days"),
        ({"kind": "notice", "text": "Nghỉ", "first": "31/2/2026"}, (), "day"),
        ({"kind": "notice", "text": "Nghỉ", "first": "12/5/2026", "last": "2026-05-11"}, (), "turned"),
        ({"kind": "notice", "text": "a" * 301, "first": "12/5/2026"}, (), "long"),
        ({"kind": "reception", "first": "12/5/2026"}, ("1",), "hours"),
        ({"kind": "reception", "text": "sáng"}, (), "weekdays"),
        ({"kind": "party", "text": "sáng"}, ("1",), "kind"),
        ({"kind": "notice", "text": "Nghỉ", "field": "Không có"}, ("1",), "kind"),
    ],
)
def test_what_makes_no_notice_is_refused_by_name(typed: dict[str, str], weekdays: tuple[str, ...], wrong: str) -> None:
    """Each with its own sentence."""
    with pytest.raises(Wrong) as refused:
        typed_notice("k", typed, weekdays, ["Hộ tịch"])
    assert refused.value.key == wrong


def test_one_day_typed_is_that_day() -> None:
    """In either way to write it."""
    for written in ("12/5/2026", "2026-05-12"):
        notice = typed_notice("1", {"kind": "closed", "text": TRAINING.text, "first": written}, (), [])
        assert notice == TRAINING
