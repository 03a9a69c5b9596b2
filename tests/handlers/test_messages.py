"""Messages are plain values: texts with bold runs, buttons that name what they answer, all of it JSON."""

import json
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.messages import Attachment, Button, Incoming, Reply, Span, Text, bold

WORDS = st.text(max_size=20)
TEXTS = st.lists(st.builds(Span, WORDS.filter(bool), st.booleans(), st.booleans()), max_size=5).map(Text)
IDS = st.text(alphabet=[chr(code) for code in range(33, 127)], min_size=1, max_size=64)
BUTTONS = st.builds(Button, id=IDS, label=WORDS, face=st.sampled_from(["", "😞", "😄"]))
REPLIES = st.builds(
    Reply,
    text=TEXTS,
    buttons=st.lists(BUTTONS, max_size=4).map(tuple),
    links=st.lists(st.tuples(WORDS, WORDS), max_size=2).map(tuple),
    files=st.lists(st.builds(Attachment, st.just("document"), WORDS, WORDS, WORDS, WORDS), max_size=2).map(tuple),
)


def test_a_text_joins_strings_spans_and_texts_in_order() -> None:
    """Whatever the parts are, the result is one run of spans."""
    inner = Text.of("hai ", bold("ba"))
    assert Text.of("một ", inner, bold(" bốn")) == (
        Span("một "),
        Span("hai "),
        Span("ba", bold=True),
        Span(" bốn", bold=True),
    )
    assert Text.of("một ", inner, bold(" bốn")).plain == "một hai ba bốn"


def test_empty_parts_leave_no_spans() -> None:
    """A text of nothing is empty and false."""
    assert Text.of("", Span(""), bold(""), Text()) == ()
    assert not Text.of("")
    assert Text.of("").plain == ""


@pytest.mark.parametrize(
    ("parts", "between", "plain"),
    [
        (["một", "hai"], "\n", "một\nhai"),
        (["một", "", "hai", Text()], "\n", "một\nhai"),
        (["", "hai"], "\n", "hai"),
        ([], "\n", ""),
        (["", Text()], "\n\n", ""),
        ([Text.of("một"), "hai", Text.of("ba")], " · ", "một · hai · ba"),
    ],
)
def test_lines_stand_between_parts_that_say_something(parts: list[str | Text], between: str, plain: str) -> None:
    """No empty line shows where a part is missing."""
    assert Text.lines(parts, between).plain == plain


def test_lines_keep_bold() -> None:
    """The separator is not bold, the parts are as they were."""
    assert Text.lines([Text.of(bold("Tiêu đề")), "nội dung"]) == Text.of(bold("Tiêu đề"), "\n", "nội dung")


def test_lines_take_a_generator() -> None:
    """Parts may be made while they are joined."""
    assert Text.lines((str(number) for number in range(3)), ", ").plain == "0, 1, 2"


def test_a_text_that_was_stored_before_there_were_small_spans_is_read() -> None:
    """The outbox holds pairs of text and bold."""
    assert Text.from_json([["Mã ", False], ["1.001193", True]]) == Text.of("Mã ", bold("1.001193"))


@given(TEXTS)
def test_a_text_survives_json(text: Text) -> None:
    """What the outbox stores is what was said, style by style."""
    assert Text.from_json(json.loads(json.dumps(text.to_json()))) == text
    assert Text.from_json(text.to_json()).plain == text.plain


@given(REPLIES)
def test_a_reply_survives_json(reply: Reply) -> None:
    """A reply that waits for delivery in the database comes out equal: text, buttons with faces, links."""
    again = Reply.from_json(json.loads(json.dumps(reply.to_json())))
    assert again == reply
    assert hash(again) == hash(reply)
    assert [button.caption for button in again.buttons] == [button.caption for button in reply.buttons]


def test_a_reply_has_a_stable_form_in_json() -> None:
    """Replies stored by one version are read by the next."""
    reply = Reply(
        Text.of("Chọn ", bold("mức")), (Button("s:1:q:5", "5 Rất hài lòng", "😄"),), (("Xem", "https://a.vn"),)
    )
    assert reply.to_json() == {
        "text": [["Chọn ", False], ["mức", True]],
        "buttons": [["s:1:q:5", "5 Rất hài lòng", "😄"]],
        "links": [["Xem", "https://a.vn"]],
    }


@pytest.mark.parametrize("identifier", ["a", "s:0123abcd:overall:5", "x" * 64, "p:1.001193:documents:2"])
def test_a_button_takes_ids_of_up_to_64_ascii_bytes(identifier: str) -> None:
    """The limit is Telegram's, which carries the id back."""
    assert Button(identifier, "Xong").id == identifier


@pytest.mark.parametrize("identifier", ["", "x" * 65, "lệ phí", "quầy1", "😄", "s:1:q:５"])
def test_a_button_refuses_other_ids(identifier: str) -> None:
    """A wrong id is found where it is made, not when a channel refuses it."""
    with pytest.raises(ValueError, match="button id must be 1 to 64 ASCII bytes"):
        Button(identifier, "Xong")


@pytest.mark.parametrize(
    ("button", "caption"),
    [(Button("a", "5 Rất hài lòng", "😄"), "😄 5 Rất hài lòng"), (Button("a", "Bỏ qua"), "Bỏ qua")],
)
def test_a_caption_puts_the_face_before_the_words(button: Button, caption: str) -> None:
    """Face, digit and word together; without a face only the words."""
    assert button.caption == caption


@pytest.mark.parametrize("value", [Incoming("web", "u", "1"), Span("a"), Button("a", "b"), Reply(Text())])
def test_messages_cannot_be_changed(value: object) -> None:
    """A message that was answered stays as it was."""
    with pytest.raises((FrozenInstanceError, TypeError)):
        setattr(value, "text" if hasattr(value, "text") else "label", "khác")


def test_an_incoming_message_is_a_text_unless_it_says_otherwise() -> None:
    """The least a channel must say is channel, person and id."""
    incoming = Incoming("telegram", "42", "7")
    assert (incoming.kind, incoming.text, incoming.nonce) == ("text", "", "")
