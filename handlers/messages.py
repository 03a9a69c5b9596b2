"""Messages and replies, the same for every channel."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from surveys.responses import Opened, Refusal

Kind = Literal["text", "button", "start", "edited", "unreadable", "file"]
MAX_BUTTON_ID = 64


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that a person sent. `source` is the channel's name for it if its `content` did not come along."""

    name: str
    size: int
    source: str = ""
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message from a person.

    `id` is unique within its channel and stays the same when the channel delivers it again.
    `kind` says how to read it: `text`; `button` (`text` is a `Button.id`); `start` (`text` is the
    payload of a deep link, or empty); `edited` (a text that was changed afterwards);
    `unreadable` (`text` names what came: photo, voice …); `file` (`file` came, `text` is what was written with it).
    `nonce` is 32 random hexadecimal digits,
    the only randomness a turn may use. `opened` is the slip whose code the message holds; `refusal` says
    why the answer in the message was not taken. `limit` names the limit that the message went beyond: the reply
    then says only that. `unit` is the unit that speaks to people who were not led to another one. `quoted` are the
    ids of the buttons under our message to which this one replies, if the channel tells.

    `user` is the chat that is answered. If others read along (`shared`), `sender` is the person who wrote there,
    empty for one who hides behind the group; `thread` is the topic in which the answer is expected.
    """

    channel: str
    user: str
    id: str
    text: str = ""
    kind: Kind = "text"
    nonce: str = ""
    opened: Opened | None = None
    refusal: Refusal | None = None
    shared: bool = False
    sender: str = ""
    thread: str = ""
    limit: str = ""
    unit: str = ""
    file: SentFile | None = None
    quoted: tuple[str, ...] = ()

    @property
    def person(self) -> str:
        """The sender's key, the same in a group as in a private chat."""
        return f"{self.channel}:{self.sender or self.user}"

    @property
    def talk(self) -> str:
        """The key of its session; in a group each person has their own."""
        return f"{self.user}/{self.sender}" if self.shared else self.user


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style; `small` text names the source of the rest, and channels may play it down."""

    text: str
    bold: bool = False
    small: bool = False


class Text(tuple[Span, ...]):
    """Formatted text: spans in order. Immutable, and JSON-able through `to_json`."""

    __slots__ = ()

    @classmethod
    def of(cls, *parts: "str | Span | Text") -> "Text":
        """Join strings, spans and texts into one text."""
        spans: list[Span] = []
        for part in parts:
            if isinstance(part, Text):
                spans += part
            else:
                spans.append(Span(part) if isinstance(part, str) else part)
        return cls([span for span in spans if span.text])

    @classmethod
    def lines(cls, parts: "Iterable[str | Text]", between: str = "\n") -> "Text":
        """Join parts with a separator, leaving out the empty ones."""
        joined: list[str | Text] = []
        for part in parts:
            if part:
                joined.extend((between, part) if joined else (part,))
        return cls.of(*joined)

    @property
    def plain(self) -> str:
        """The text without its styles."""
        return "".join(span.text for span in self)

    def to_json(self) -> list[list[Any]]:
        """Return the spans as lists: text, bold, and for small ones a third value."""
        return [[span.text, span.bold, True] if span.small else [span.text, span.bold] for span in self]

    @classmethod
    def from_json(cls, spans: Iterable[Sequence[Any]]) -> "Text":
        """Rebuild what `to_json` gave."""
        return cls(Span(str(text), *map(bool, styles)) for text, *styles in spans)


def bold(text: str) -> Span:
    """Return text as a bold span."""
    return Span(text, bold=True)


def small(text: Text) -> Text:
    """Return text in small spans."""
    return Text(replace(span, small=True) for span in text)


@dataclass(frozen=True, slots=True)
class Button:
    """A choice offered under a reply. `id` names what it answers: ASCII, at most 64 bytes.

    `face` is a picture shown before the label if there is room for it.
    """

    id: str
    label: str
    face: str = ""

    def __post_init__(self) -> None:
        if not self.id.isascii() or not 0 < len(self.id) <= MAX_BUTTON_ID:
            raise ValueError(f"button id must be 1 to {MAX_BUTTON_ID} ASCII bytes: {self.id!r}")

    @property
    def caption(self) -> str:
        """Face and label together."""
        return f"{self.face} {self.label}" if self.face else self.label


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a reply. `source` says what it is made from when it is sent; `alt` describes it in words.

    A person whose channel cannot carry the file finds it at its `address`, if the file is public.
    """

    kind: Literal["photo", "document"]
    name: str
    source: str
    alt: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to a person. `links` are (label, address) pairs to open, shown under the text; then come `files`.

    `thread` is the topic of the chat that it belongs to, empty if the chat has none.
    """

    text: Text
    buttons: tuple[Button, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    files: tuple[Attachment, ...] = ()
    thread: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the reply as JSON values."""
        return {
            "text": self.text.to_json(),
            "buttons": [[button.id, button.label, button.face] for button in self.buttons],
            "links": [list(link) for link in self.links],
            **({"files": [_listed(file) for file in self.files]} if self.files else {}),
            **({"thread": self.thread} if self.thread else {}),
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Reply":
        """Rebuild what `to_json` gave."""
        return cls(
            text=Text.from_json(values["text"]),
            buttons=tuple(Button(*button) for button in values["buttons"]),
            links=tuple((label, url) for label, url in values["links"]),
            files=tuple(Attachment(*file) for file in values.get("files", ())),
            thread=values.get("thread", ""),
        )


def _listed(file: Attachment) -> list[str]:
    return [file.kind, file.name, file.source, file.alt, *([file.address] if file.address else ())]
