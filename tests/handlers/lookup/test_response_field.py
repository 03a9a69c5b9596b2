"""Which field a form is about: decided once for chat, pages and paper, from what was answered."""

from dataclasses import replace

import pytest

from handlers.lookup.response_field import QUESTION, with_field
from surveys.questionnaire import parse, shipped
from surveys.responses import Response
from tests.sample import NOW, world

FORM = shipped()["phuong9"]
RIENG = parse(
    """
code = "rieng"
version = 1
title = "Phiếu riêng"
notice = "Tự nguyện."
thanks = "Cảm ơn."
[scale]
vi = ["1", "2", "3", "4", "5"]
[[page]]
[[page.question]]
id = "field"
kind = "single"
text = "Lĩnh vực"
option = [{ value = "a", label = { vi = "Đất đai", en = "Land" } }, { value = "b", label = { vi = "Hộ tịch" } }]
[[page.question]]
id = "overall"
kind = "scale"
counted = true
text = "Thế nào?"
""",
    "rieng.toml",
)
USING = replace(world(), forms={**world().forms, "rieng": RIENG})


def named(form: str, **answers: str) -> str:
    """The field of a response with these answers."""
    response = Response("a" * 32, "sa-dec", "quay1", form, 1, "0" * 64, "web", NOW.date(), answers=answers)
    return with_field(USING, response).field


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("đăng ký khai sinh", "Hộ tịch"),
        ("dang ky khai sinh", "Hộ tịch"),
        ("Hộ tịch", "Hộ tịch"),
        ("ho  tich", "Hộ tịch"),
        ("không nhớ", ""),
        ("nuôi voi", ""),
    ],
)
def test_a_text_names_a_field_or_one_clear_procedure(text: str, field: str) -> None:
    """With marks or without; what is not clear is left open."""
    assert named("phuong9", field=text) == field


def test_a_choice_is_the_label_of_its_option() -> None:
    """In Vietnamese, whatever language was read; a value that is no option names nothing."""
    assert [named("rieng", field=value) for value in ("a", "b", "c")] == ["Đất đai", "Hộ tịch", ""]


def test_a_form_that_does_not_ask_has_no_field() -> None:
    """The short form, a form that is not known, and an answer that was not given."""
    assert [named("nhanh", field="Hộ tịch"), named("mất", field="Hộ tịch"), named("phuong9")] == ["", "", ""]
    assert QUESTION in FORM.questions


def test_an_answer_that_is_taken_back_takes_the_field_along() -> None:
    """The field is that of the answers as they are now."""
    response = Response("a" * 32, "sa-dec", "", "phuong9", 1, "0" * 64, "web", NOW.date(), field="Hộ tịch")
    assert with_field(USING, response).field == ""
