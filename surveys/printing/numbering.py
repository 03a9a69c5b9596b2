"""Texts on paper: serial numbers, question numbers, and when a question is to be answered."""

from collections.abc import Iterable, Mapping

from surveys.questionnaire import Questionnaire
from surveys.slips import Occasion

OCCASIONS: Mapping[Occasion, str] = {
    "refused": "Hồ sơ bị từ chối",
    "returned": "Hồ sơ được trả lại",
    "late": "Hồ sơ trễ hạn",
}


def numbered(serial: int) -> str:
    """Write a serial number as it is printed: "012"."""
    return f"{serial:03d}"


def numbers_of(form: Questionnaire, questions: Iterable[str]) -> str:
    """Name questions by their numbers on paper: "2, 5"."""
    numbers = {identifier: number for number, identifier in enumerate(form.questions, 1)}
    return ", ".join(str(numbers[identifier]) for identifier in questions)


def asked_when(form: Questionnaire, question: str) -> str:
    """Say in Vietnamese when a question is asked, "câu 1 ở mức 1 đến 2"; empty if it always is."""
    when = form.questions[question].when
    if when is None:
        return ""
    levels = f"{when.least}" if when.least == when.most else f"{when.least} đến {when.most}"
    return f"câu {numbers_of(form, [when.question])} ở mức {levels}"


def plain_address(address: str) -> str:
    """Return an address as people type it: browsers put https:// before it themselves."""
    return address.removeprefix("https://")
