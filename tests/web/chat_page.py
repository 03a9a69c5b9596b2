"""The chat page as somebody without a script uses it."""

from tests.web.conftest import Answer, Node, filled_in

QUESTION = "gặp cán bộ"  # answered without searching the catalog


def bubbles(page: Node) -> list[tuple[str, str]]:
    """Who said what, in the order of the page."""
    return [(item["class"], item.one("div", class_="bubble").text) for item in page.all("li")]


def options(answer: Answer) -> list[str]:
    """The buttons under the last message."""
    return [button.text for form in answer.page.all("form", class_="options") for button in form.all("button")]


def write(answer: Answer, text: str) -> list[tuple[str, str]]:
    """What the writing form of a page sends with a text."""
    return filled_in(answer.page.one("form", id="write"), {"text": text})


def press(answer: Answer, label: str) -> list[tuple[str, str]]:
    """What the button with a label sends."""
    return filled_in(answer.page.one("form", class_="options"), {}, label)
