"""Taps as a tablet sends them: the day is that of the tap, and whatever cannot be stored is refused for a reason."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from handlers.world import Counter
from surveys.questionnaire import parse, shipped
from web.citizen.submissions import Submission
from web.kiosk.answers import REASONS, Refused, Shown, moment_of, on_screen, read_tap
from web.signing import Signer

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
SIGNER = Signer(b"key of the installation, long enough")
COUNTER = Counter("quay1", "Quầy 1", "sa-dec")
FORM = shipped()["nhanh"]
SHOWN = Shown("overall", FORM.version, FORM.digest, FORM.code)
ID = "0123456789abcdef" * 2
TAP = {"id": ID, "level": 4, "at": "2026-11-20T00:59:30.000Z"}
RIENG = """
code = "rieng"
version = 1
title.vi = "Phiếu"
notice.vi = "Tự nguyện."
thanks.vi = "Cảm ơn."
scale.vi = ["một", "hai", "ba", "bốn", "năm"]
[[page]]
"""
FREE = '[[page.question]]\nid = "free"\nkind = "text"\nlimit = 9\nrequired = true\ntext.vi = "Lời"\n'


def scale(identifier: str, extra: str) -> str:
    """A scale question as it stands in a file."""
    return f'[[page.question]]\nid = "{identifier}"\nkind = "scale"\ntext.vi = "Hỏi"\n{extra}\n'


COUNTED = "counted = true\n"
ASKED = COUNTED + "required = true\n"
WHERE_BAD = "[[page]]\n" + scale("b", ASKED + 'when = { question = "a", most = 2 }')


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        (scale("a", ASKED) + scale("b", ASKED), "a"),
        (FREE + scale("a", "required = true") + scale("b", COUNTED) + scale("c", ASKED), "c"),
        (
            scale("a", COUNTED)
            + "[[page]]\n"
            + scale("b", ASKED + 'when = { question = "a", most = 2 }')
            + scale("c", ASKED),
            "c",
        ),
        (scale("a", COUNTED), None),
        (scale("a", COUNTED) + WHERE_BAD, None),
    ],
    ids=["first", "counted and required", "always asked", "none required", "none always asked"],
)
def test_the_question_on_the_screen_is_the_forms_own(questions: str, expected: str | None) -> None:
    """The first that is counted, required and asked of everybody, whatever the form calls it."""
    found = on_screen(parse(RIENG + questions, "rieng.toml"))
    assert (found.id if found else None) == expected


@pytest.mark.parametrize(("form", "expected"), [("nhanh", "overall"), ("phuong9", "q_1")])
def test_every_shipped_form_has_a_question_for_the_screen(form: str, expected: str) -> None:
    """The short form asks its general question, the ward form its first item."""
    found = on_screen(shipped()[form])
    assert found is not None
    assert found.id == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-20T01:00:00Z", date(2026, 11, 20)),
        ("2026-11-20T08:00:00+07:00", date(2026, 11, 20)),
        ("2026-11-19T17:00:00Z", date(2026, 11, 20)),
        ("2026-11-19T16:59:59.999Z", date(2026, 11, 19)),
        ("2026-11-20T01:01:00Z", date(2026, 11, 20)),
        ("2026-11-20T01:01:00.001Z", "future"),
        ("2026-11-21T01:00:00Z", "future"),
        ("9999-12-31T23:59:59-23:59", "future"),
        ("2026-11-13T01:00:00Z", date(2026, 11, 13)),
        ("2026-11-13T00:59:59.999Z", "old"),
        ("1970-01-01T00:00:00Z", "old"),
        ("0001-01-01T00:00:00+23:59", "old"),
        ("2026-11-20T01:00:00", "time"),
        ("2026-11-20", "time"),
        ("hôm qua", "time"),
        ("", "time"),
        (None, "time"),
        (1795136400, "time"),
        (["2026-11-20T01:00:00Z"], "time"),
    ],
)
def test_a_tap_has_the_day_it_was_made_on(at: object, expected: date | str) -> None:
    """In the unit's zone, up to seven days back and a minute ahead; otherwise there is a reason."""
    found = moment_of(at, NOW)
    assert (found.date() if isinstance(found, datetime) else found) == expected


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_a_tap_becomes_a_whole_response(level: int) -> None:
    """With its place, the wording that was on the screen, its day, and nothing about who tapped."""
    read = read_tap({**TAP, "level": level}, COUNTER, SHOWN, FORM, NOW)
    assert isinstance(read, Submission)
    assert read.answers == {"overall": level}
    assert read.finish
    response = read.response
    assert (response.id, response.unit, response.counter, response.source) == (ID, "sa-dec", "quay1", "kiosk")
    assert (response.form, response.version, response.digest) == ("nhanh", FORM.version, FORM.digest)
    assert (response.day, response.half, response.stratum) == (date(2026, 11, 20), "am", "open")


def test_a_tap_keeps_the_wording_that_was_on_the_screen() -> None:
    """A form that was changed while the tablet had no network does not claim the answers to its older wording."""
    older = replace(SHOWN, version=0, digest="d" * 64)
    read = read_tap(TAP, COUNTER, older, FORM, NOW)
    assert isinstance(read, Submission)
    assert (read.response.version, read.response.digest) == (0, "d" * 64)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": ""}, "id"),
        ({"id": None}, "id"),
        ({"id": ID.upper()}, "id"),
        ({"id": ID[:-1]}, "id"),
        ({"id": ID + "0"}, "id"),
        ({"id": ID[:-1] + "\n"}, "id"),
        ({"id": {"a": 1}}, "id"),
        ({"level": 0}, "level"),
        ({"level": 6}, "level"),
        ({"level": "4"}, "level"),
        ({"level": 4.0}, "level"),
        ({"level": True}, "level"),
        ({"level": None}, "level"),
        ({"level": 10**5000}, "level"),
        ({"at": "2026-11-21T01:00:00Z"}, "future"),
        ({"at": "2026-11-01T01:00:00Z"}, "old"),
        ({"at": None}, "time"),
    ],
)
def test_a_tap_that_cannot_be_stored_is_refused_for_a_reason(change: dict[str, Any], reason: str) -> None:
    """The device is told which one and why, so that it does not send it for ever."""
    read = read_tap({**TAP, **change}, COUNTER, SHOWN, FORM, NOW)
    assert isinstance(read, Refused)
    assert read.reason == reason
    assert reason in REASONS


@pytest.mark.parametrize(
    ("question", "form"), [("overall", None), ("gone", FORM), ("comment", FORM), ("reasons", FORM)]
)
def test_a_tap_on_a_question_that_is_gone_is_refused(question: str, form: Any) -> None:
    """The form was taken away, or no longer asks this on a scale."""
    read = read_tap(TAP, COUNTER, replace(SHOWN, question=question), form, NOW)
    assert read == Refused(ID, "form")


def test_a_token_tells_the_wording_to_its_own_counter_alone() -> None:
    """It is read back whole at the counter it was made for, and nowhere else."""
    token = SHOWN.token(SIGNER, "quay1")
    assert Shown.read(SIGNER, "quay1", token) == SHOWN
    assert Shown.read(SIGNER, "quay2", token) is None
    assert Shown.read(Signer(b"another key, that is as long as this"), "quay1", token) is None
    assert Shown.read(SIGNER, "quay1", token.replace("overall", "attitude")) is None
    assert Shown.read(SIGNER, "quay1", "") is None
