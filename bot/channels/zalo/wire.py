"""The wire of a Zalo Official Account: signed events to messages, replies to the parameters of sending.

An event as it arrives (values invented):
{"app_id":"111","user_id_by_app":"222","event_name":"user_send_text","timestamp":"1790000000000",
 "sender":{"id":"333"},"recipient":{"id":"444"},"message":{"msg_id":"ab12","text":"Chào"}}
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from handlers.channel import Traits
from handlers.messages import Incoming, Reply, SentFile, Text
from handlers.split import shorten, utf16_length

CHANNEL = "zalo"
MAX_TEXT = 2000
MAX_BUTTONS = 5
MAX_TITLE = 100
ROOM_FOR_OPTIONS = 900
# The last of Zalo's own repeats comes 1 h 51 min after the event (30 s, 5, 15, 30 min, 1 h).
OLDEST, NEWEST = timedelta(hours=3), timedelta(minutes=10)
# A button's id comes back as a text; the mark tells it from what people type.
PRESSED = "#"
_PRESS = re.compile(r"#([a-z][!-~]{0,63})")
_MD5 = re.compile(r"[0-9A-Fa-f]{32}")
_STAMP = re.compile(r"[0-9]{12,14}")
_MESSAGE = re.compile(r"[ -~]{1,200}")
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_MAC = re.compile(r"\s*(?:mac\s*=\s*)?([0-9a-f]{64})\s*", re.IGNORECASE)
GREETING = frozenset(("follow", "user_click_chatnow"))
ERASING = frozenset(("user_withdraw", "user.remove.info"))
UNREADABLE = "user_send_"
GROUP_TEXT = "user_send_group_text"
# Precedes the id of a group (GMF) in our addresses; no id of Zalo's contains it.
GROUP = "@"
READABLE = frozenset(
    f"user_send_{kind}"
    for kind in ("text", "image", "gif", "link", "audio", "video", "sticker", "location", "file", "business_card")
)
What = Literal["message", "greeting", "takeover", "erasure"]


def is_group(address: str) -> bool:
    """Tell a group from a person by its address."""
    return address.rpartition(":")[2].startswith(GROUP)


# The strictest reading of the limit counts UTF-16 units.
TRAITS = Traits(size=MAX_TEXT - ROOM_FOR_OPTIONS, measure=utf16_length, pushed=True, is_shared=is_group)


@dataclass(frozen=True, slots=True)
class Event:
    """What an event means to us: who it is about, in which account, and when Zalo says it happened.

    `group` is the group in which it was written; for such an event Zalo may leave out the account.
    """

    what: What
    account: str
    user: str
    at: datetime
    id: str
    text: str = ""
    readable: bool = True
    file: SentFile | None = None
    group: str = ""

    @property
    def chat(self) -> str:
        """The chat that is answered, within its account."""
        return f"{GROUP}{self.group}" if self.group else self.user


def signed_by(
    body: bytes, header: str, app_id: str, accounts: Iterable[str], secret: str, stamps: Mapping[str, str]
) -> tuple[str, ...]:
    """Return which variants of the signature a body carries ("app-body", "oa-header", …); empty for none.

    The value is the plain SHA-256 over id + body + timestamp + OA Secret Key, in a header `mac=<hex>`. Sources disagree
    whether the id is the app's or the account's, and where the timestamp stands: `stamps` has one for "body" and
    "header". Every variant is compared, in constant time.
    """
    given = _MAC.fullmatch(header)
    found = []
    for first, identifiers in (("app", (app_id,)), ("oa", tuple(accounts))):
        for place, stamp in stamps.items():
            for identifier in identifiers:
                digest = hashlib.sha256(identifier.encode() + body + stamp.encode() + secret.encode()).hexdigest()
                if hmac.compare_digest(digest, given[1].lower() if given else ""):
                    found.append(f"{first}-{place}")
    return tuple(found)


def stamp_of(raw: Mapping[str, Any]) -> str:
    """Return the timestamp of an event as it is signed, a text or in some events a number; empty if there is none."""
    return known_stamp(raw.get("timestamp"))


def known_stamp(value: object) -> str:
    """Return the milliseconds since 1970 in a value of an event or header, as text; empty for any other value."""
    return str(value) if isinstance(value, str | int) and _STAMP.fullmatch(str(value)) else ""


def moment(stamp: str) -> datetime | None:
    """Read a timestamp in milliseconds since 1970; None for any other text."""
    if not _STAMP.fullmatch(stamp):
        return None
    return datetime.fromtimestamp(int(stamp) / 1000, UTC)


def read_event(raw: Mapping[str, Any], at: datetime) -> Event | None:
    """Read an event; None for one that needs nothing: a receipt, a reaction, an echo of ours, an unknown kind.

    {"event_name":"follow","app_id":"111","oa_id":"444","follower":{"id":"333"},"source":"oa_profile",…}
    {"event_name":"user_click_chatnow","app_id":"111","oa_id":"444","user_id":"333",…}
    {"event_name":"oa_send_text","sender":{"id":"444","admin_id":"555"},"recipient":{"id":"333"},"message":{…},…}
    {"event_name":"user_withdraw","app_id":"111","oa_id":"444","user_id":"333",…}
    """
    name = str(raw.get("event_name", ""))
    sender, recipient = _part(raw, "sender"), _part(raw, "recipient")
    if name in READABLE:
        return _message(name, raw, at)
    if name == GROUP_TEXT:
        return _in_group(raw, at)
    if name.startswith(("oa_send_group_", "oa_send_anonymous_")):
        return None
    if name.startswith("oa_send_") and sender.get("admin_id"):
        return _event("takeover", sender.get("id"), recipient.get("id"), at)
    account = raw.get("oa_id") or recipient.get("id")
    user = _part(raw, "follower").get("id") or raw.get("user_id") or sender.get("id")
    if name in GREETING:
        return _event("greeting", account, user, at)
    return _event("erasure", account, user, at) if name in ERASING else None


def _message(name: str, raw: Mapping[str, Any], at: datetime) -> Event | None:
    """Read {"event_name":"user_send_file",…,"message":{"msg_id":"f1","attachments":[{"type":"file",…}]}}."""
    message = _part(raw, "message")
    text, identifier = message.get("text"), message.get("msg_id")
    typed = isinstance(text, str) and (name == "user_send_text" or bool(text.strip()))
    known = isinstance(identifier, str | int) and _MESSAGE.fullmatch(str(identifier))
    if not known or (name == "user_send_text" and not typed):
        return None
    account, user = _part(raw, "recipient").get("id"), _part(raw, "sender").get("id")
    said = str(text) if typed else name.removeprefix(UNREADABLE)
    event = _event("message", account, user, at, str(identifier), said, readable=typed)
    return replace(event, file=_sent_file(message)) if event and name == "user_send_file" else event


def _sent_file(message: Mapping[str, Any]) -> SentFile | None:
    """Read {"url":"https://…","name":"danh-muc.xlsx","size":"45120","checksum":"<md5>"}; None without an address."""
    attachments = message.get("attachments")
    first = attachments[0] if isinstance(attachments, list) and attachments else {}
    payload = _part(first, "payload") if isinstance(first, dict) else {}
    address, written = payload.get("url"), str(payload.get("size", ""))
    if not isinstance(address, str):
        return None
    checksum = str(payload.get("checksum") or "")
    source = f"{address.partition('#')[0]}#{checksum if _MD5.fullmatch(checksum) else ''}"
    size = int(written) if written.isdecimal() and len(written) < 16 else 0
    return SentFile(str(payload.get("name") or "")[:200], size, source)


def _in_group(raw: Mapping[str, Any], at: datetime) -> Event | None:
    """Read a command written in a group; None for what people say to each other there.

    {"event_name":"user_send_group_text","oa_id":"444","sender":{"id":"333"},"recipient":{"id":"<group>"},
     "message":{"msg_id":"g1","text":"/baocao"},…}
    """
    message, recipient = _part(raw, "message"), _part(raw, "recipient")
    group = recipient.get("group_id") or recipient.get("id") or message.get("conversation_id")
    text, identifier = message.get("text"), message.get("msg_id")
    if not (isinstance(text, str) and text.strip().startswith("/") and _MESSAGE.fullmatch(str(identifier or ""))):
        return None
    if not isinstance(group, str | int) or not _ID.fullmatch(str(group)):
        return None
    event = _event("message", raw.get("oa_id") or "-", _part(raw, "sender").get("id"), at, str(identifier), text)
    return replace(event, account=event.account.strip("-"), group=str(group)) if event else None


def _event(
    what: What,
    account: object,
    user: object,
    at: datetime,
    identifier: str = "",
    text: str = "",
    *,
    readable: bool = True,
) -> Event | None:
    known = all(isinstance(one, str | int) and _ID.fullmatch(str(one)) for one in (account, user))
    return Event(what, str(account), str(user), at, identifier, text, readable) if known else None


def _part(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = raw.get(name)
    return part if isinstance(part, dict) else {}


def incoming(event: Event, address: str, unit: str) -> Incoming:
    """Turn a message or a greeting into a message of ours. A chat's greetings share an id: one is answered."""
    if event.what == "greeting":
        return Incoming(CHANNEL, address, f"{address}:hello", kind="start", unit=unit)
    if event.file:
        written = event.text if event.readable else ""
        return Incoming(CHANNEL, address, event.id, written, kind="file", unit=unit, file=event.file)
    if not event.readable:
        return Incoming(CHANNEL, address, event.id, event.text, kind="unreadable", unit=unit)
    if event.group:
        text = event.text.strip()
        choice = text[1:] if text[1:].isdecimal() else text
        return Incoming(CHANNEL, address, event.id, choice, unit=unit, shared=True, sender=event.user)
    if pressed := _PRESS.fullmatch(event.text.strip()):
        return Incoming(CHANNEL, address, event.id, pressed[1], kind="button", unit=unit)
    return Incoming(CHANNEL, address, event.id, event.text, unit=unit)


def is_press(event: Event) -> bool:
    """Tell whether a message is a press on a button."""
    return _PRESS.fullmatch(event.text.strip()) is not None


def write_reply(user: str, reply: Reply) -> dict[str, Any]:
    """Turn a reply into the parameters of message/cs.

    {"recipient":{"user_id":"333"},"message":{"text":"…","attachment":{"type":"template","payload":{"buttons":
    [{"title":"Xem","type":"oa.query.hide","payload":"#card:2"},{"title":"Mở","type":"oa.open.url","payload":
    {"url":"https://…"}}]}}}}. Zalo refuses a message with a sixth button: more choices are numbered lines.
    """
    fits = len(reply.buttons) <= MAX_BUTTONS and all(len(button.caption) <= MAX_TITLE for button in reply.buttons)
    keys: list[dict[str, Any]] = []
    lines: list[str | Text] = [reply.text]
    if fits:
        keys += [{"title": b.caption, "type": "oa.query.hide", "payload": PRESSED + b.id} for b in reply.buttons]
    else:
        options = (f"{n}. {button.caption}" for n, button in enumerate(reply.buttons, 1))
        lines.append(Text.of("\n", shorten("\n".join(options), ROOM_FOR_OPTIONS - 1)))
    for label, url in reply.links:
        if url.startswith("https://") and len(keys) < MAX_BUTTONS:
            keys.append({"title": shorten(label, MAX_TITLE), "type": "oa.open.url", "payload": {"url": url}})
        else:
            lines.append(f"{label}: {url}")
    message: dict[str, Any] = {"text": Text.lines(lines).plain}
    if keys:
        message["attachment"] = {"type": "template", "payload": {"buttons": keys}}
    return {"recipient": {"user_id": user}, "message": message}


def write_group_reply(group: str, reply: Reply) -> dict[str, Any]:
    """Turn a reply into the parameters of group/message: each choice is a line that begins with its command.

    {"recipient":{"group_id":"f414"},"message":{"text":"…"}}
    """
    options = "\n".join(f"/{number} {button.caption}" for number, button in enumerate(reply.buttons, 1))
    lines: list[str | Text] = [reply.text]
    if options:
        lines.append(Text.of("\n", shorten(options, ROOM_FOR_OPTIONS - 1)))
    lines += [f"{label}: {url}" for label, url in reply.links]
    return {"recipient": {"group_id": group}, "message": {"text": Text.lines(lines).plain}}


def write_picture(user: str, attachment_id: str, alt: str) -> dict[str, Any]:
    """Return the parameters that send an uploaded picture with its description."""
    picture = {"template_type": "media", "elements": [{"media_type": "image", "attachment_id": attachment_id}]}
    message = {"text": shorten(alt, MAX_TEXT), "attachment": {"type": "template", "payload": picture}}
    return {"recipient": {"user_id": user}, "message": message}


def write_file(user: str, token: str) -> dict[str, Any]:
    """Return the parameters that send an uploaded file."""
    return {"recipient": {"user_id": user}, "message": {"attachment": {"type": "file", "payload": {"token": token}}}}


def write_reaction(user: str, message: str, icon: str) -> dict[str, Any]:
    """Return the parameters that react to a person's message.

    {"recipient":{"user_id":"333"},"sender_action":{"react_icon":"/-strong","react_message_id":"ab12"}}
    """
    return {"recipient": {"user_id": user}, "sender_action": {"react_icon": icon, "react_message_id": message}}
