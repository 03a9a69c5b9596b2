"""Telegram's wire: updates to messages, replies to the parameters of sendMessage.

An update as it arrives (values invented, https://core.telegram.org/bots/api#update):
{"update_id":1,"message":{"message_id":7,"date":1790000000,"chat":{"id":501,"type":"private"},
 "from":{"id":501,"is_bot":false,"first_name":"Lan"},"text":"Chào"}}
Only what an answer needs is read, so fields newer than this file do no harm.
"""

import html
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

import locales
from handlers.channel import Traits
from handlers.messages import Attachment, Incoming, Reply, SentFile, Span, Text
from handlers.split import shorten
from handlers.wording import say

CHANNEL = "telegram"
MAX_TEXT = 4096  # https://core.telegram.org/bots/api#sendmessage
ROOM_FOR_OPTIONS = 900
LONG_LABEL = 34
PAIRED_LABEL = 15
# Contents of a message that cannot be read; a venue comes with a location too, so the venue is looked for first.
UNREADABLE = (
    "animation",
    "audio",
    "checklist",
    "contact",
    "dice",
    "document",
    "game",
    "venue",
    "location",
    "paid_media",
    "photo",
    "poll",
    "sticker",
    "story",
    "video",
    "video_note",
    "voice",
)
Raw = Mapping[str, Any]
T = TypeVar("T")


class NotUnderstood(Exception):
    """An update is malformed; the message names the part."""


def measure(text: Text) -> int:
    """Return the length that counts against Telegram's limit: UTF-16 units of the HTML, the strictest reading."""
    return len(to_html(text).encode("utf-16-le")) // 2


def to_html(text: Text) -> str:
    """Write formatted text as the HTML that Telegram understands."""
    return "".join([_span(span) for span in text])


def _span(span: Span) -> str:
    escaped = html.escape(span.text, quote=False)
    return f"<b>{escaped}</b>" if span.bold and span.text.strip() else escaped


def is_group(chat: str) -> bool:
    """Tell a group or channel from a person by its id (https://core.telegram.org/bots/api#chat: they are negative)."""
    return chat.startswith("-")


TRAITS = Traits(size=MAX_TEXT - ROOM_FOR_OPTIONS, measure=measure, pushed=True, is_shared=is_group)


def read_move(update: Raw) -> tuple[str, str] | None:
    """Return the old and the new id of a group that became a supergroup; None for any other update.

    Both chats get one (https://core.telegram.org/bots/api#message), in either order. NotUnderstood if malformed.
    """
    message = _part(update, "message", dict) or {}
    if new := _part(message, "migrate_to_chat_id", int):
        return _id_of(message, "chat"), str(new)
    if old := _part(message, "migrate_from_chat_id", int):
        return str(old), _id_of(message, "chat")
    return None


def read_update(update: Raw, bot_name: str = "", bot_id: int = 0) -> Incoming | None:
    """Turn an update into a message of ours; None if it needs no answer, NotUnderstood if it is malformed."""
    identifier = str(_needed(update, "update_id", int))
    if query := _part(update, "callback_query", dict):
        return _read_press(query, identifier)
    edited = _part(update, "edited_message", dict)
    message = _part(update, "message", dict) or edited
    if message is None or message.get("is_automatic_forward") or _is_from_a_bot(message):
        return None
    origin = {**_place(message), "sender": _sender(message)}
    text = _part(message, "text", str) or _part(message, "caption", str)
    if (sent := _part(message, "document", dict)) and not origin["shared"] and not edited:
        return Incoming(CHANNEL, id=identifier, text=text or "", kind="file", file=_file(sent), **origin)
    # An album arrives as one update for each picture and gets one answer.
    several = _part(message, "media_group_id", str)
    album = f"album:{several}" if several else identifier
    if text is None:
        held = next((kind for kind in UNREADABLE if kind in message), "")
        if not held or origin["shared"] or edited:
            return None
        return Incoming(CHANNEL, id=album, text=held, kind="unreadable", **origin)
    if origin["shared"] and not _addressed(message, text, bot_name, bot_id):
        return None
    if edited:
        return Incoming(CHANNEL, id=identifier, text=text, kind="edited", **origin)
    head, *rest = text.split(None, 1) or [""]
    if head.partition("@")[0].lower() == "/start":
        return Incoming(CHANNEL, id=album, text=rest[0] if rest else "", kind="start", **origin)
    return Incoming(CHANNEL, id=album, text=text, quoted=_buttons_under(message, bot_id), **origin)


def _part(held: Raw, name: str, kind: type[T]) -> T | None:
    """Return the value of a field; None if it has none, NotUnderstood if the value is of another type."""
    value = held.get(name)
    if value is None or isinstance(value, kind):
        return value
    raise NotUnderstood(name)


def _needed(held: Raw, name: str, kind: type[T]) -> T:
    if (value := _part(held, name, kind)) is None:
        raise NotUnderstood(name)
    return value


def _id_of(held: Raw, name: str) -> str:
    """Return the id of the chat or person in a field."""
    return str(_needed(_needed(held, name, dict), "id", int))


def _read_press(query: Raw, identifier: str) -> Incoming:
    """A press on a button; its message may be missing, or come without its content."""
    person, data = _id_of(query, "from"), _part(query, "data", str) or ""
    _needed(query, "id", str)
    message = _part(query, "message", dict)
    origin = _place(message) if message else {"user": person}
    sender = person if origin.get("shared") else ""
    return Incoming(CHANNEL, id=identifier, text=data, kind="button", sender=sender, **origin)


def _file(document: Raw) -> SentFile:
    name, size = _part(document, "file_name", str) or "", _part(document, "file_size", int) or 0
    return SentFile(name, size, _needed(document, "file_id", str))


def _buttons_under(message: Raw, bot_id: int) -> tuple[str, ...]:
    """Return the ids of the buttons under this bot's message, if a message replies to one."""
    answered = message.get("reply_to_message")
    if not isinstance(answered, dict) or not _is_from(answered, bot_id):
        return ()
    markup = answered.get("reply_markup")
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    keys = [key for row in rows if isinstance(row, list) for key in row] if isinstance(rows, list) else []
    named = (key.get("callback_data") for key in keys if isinstance(key, dict))
    return tuple(one for one in named if isinstance(one, str))


def _place(message: Raw) -> dict[str, Any]:
    """The chat of a message as an Incoming names it, with its topic where the chat has topics."""
    topic = message.get("is_topic_message") and _part(message, "message_thread_id", int)
    return {"user": _id_of(message, "chat"), "shared": _is_shared(message), "thread": str(topic) if topic else ""}


def _is_shared(message: Raw) -> bool:
    return _needed(_needed(message, "chat", dict), "type", str) != "private"


def _sender(message: Raw) -> str:
    """The person who wrote in a group; empty for one who writes as the group or as a channel."""
    hidden = message.get("sender_chat") or not message.get("from")
    return "" if hidden or not _is_shared(message) else _id_of(message, "from")


def _is_from_a_bot(message: Raw) -> bool:
    """Tell whether a bot wrote; a person who writes as a group or channel only looks like one (GroupAnonymousBot)."""
    author = _part(message, "from", dict)
    return bool(author and author.get("is_bot") and not message.get("sender_chat"))


def _is_from(message: Raw, person: int) -> bool:
    author = message.get("from")
    return isinstance(author, dict) and author.get("id") == person


def _addressed(message: Raw, text: str, bot_name: str, bot_id: int) -> bool:
    """Tell whether a group's message is for us: a command to this bot, or a reply to what it said."""
    head = (text.split(None, 1) or [""])[0]
    if head.startswith("/"):
        _, _, name = head.partition("@")
        return not name or name.lower() == bot_name.lower()
    answered = message.get("reply_to_message")
    return isinstance(answered, dict) and _is_from(answered, bot_id) and not answered.get("forum_topic_created")


def write_reply(chat: str, reply: Reply) -> dict[str, Any]:
    """Turn a reply into the parameters of sendMessage.

    Labels too long for a phone's button are listed in the text, and the buttons carry their numbers.
    """
    listed = any(len(button.caption) > LONG_LABEL for button in reply.buttons)
    lines: list[str | Text] = [reply.text]
    if listed:
        options = (f"{n}. {button.label}" for n, button in enumerate(reply.buttons, 1))
        lines.append(Text.of("\n", shorten("\n".join(options), ROOM_FOR_OPTIONS - 1)))
    rows: list[list[dict[str, str]]] = []
    for number, button in enumerate(reply.buttons, 1):
        caption = shorten(f"{number}. {button.label}", LONG_LABEL) if listed else button.caption
        key = {"text": caption, "callback_data": button.id}
        if rows and len(rows[-1]) == 1 and max(len(caption), len(rows[-1][0]["text"])) <= PAIRED_LABEL:
            rows[-1].append(key)
        else:
            rows.append([key])
    for label, url in reply.links:
        if _is_public(url):
            rows.append([{"text": label, "url": url}])
        else:
            lines.append(f"{label}: {url}")
    call: dict[str, Any] = {"chat_id": int(chat), "text": to_html(Text.lines(lines)), "parse_mode": "HTML"}
    if reply.thread:
        call["message_thread_id"] = int(reply.thread)
    if rows:
        call["reply_markup"] = {"inline_keyboard": rows}
    return call


def without_file(chat: str, file: Attachment, thread: str = "") -> dict[str, Any]:
    """Return the parameters of sendMessage in place of an attachment that cannot be sent, with its description."""
    missing = say(locales.DEFAULT, "staff.file_missing", name=file.name)
    return write_reply(chat, Reply(Text.lines((file.alt, missing)), thread=thread))


def _is_public(url: str) -> bool:
    """Tell whether an address has a public name; Telegram refuses a whole message with a button to any other."""
    host = urlsplit(url).hostname or ""
    return url.startswith(("http://", "https://")) and "." in host and not host.replace(".", "").isdigit()
