"""The same conversation in the terminal, on the web page, in Telegram and Zalo: the same words, choices and links."""

import asyncio
import json
import re
import tomllib
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import pytest

import locales
from bot.app import App
from bot.channels import console, zalo_bot
from bot.channels.telegram_wire import TRAITS, write_reply
from bot.channels.zalo import wire as zalo_wire
from bot.settings import Settings
from catalog.catalogs import Catalog
from handlers.channel import Traits, pieces
from handlers.messages import Button, Incoming, Reply
from handlers.ports import Outgoing
from handlers.session import Session
from handlers.step import step
from tests.bot_api import BotApi, check_message, message, visible_text
from tests.handlers.transcript_files import FOLDER
from tests.running import post_update, running, telegram_on, telegram_settings
from tests.sample import NOW, world
from tests.web.conftest import JSON, Visitor, read_html
from tests.zalo_api import ZaloServer, keys, post_event, said, visible, zalo_settings
from web.citizen import chat
from web.pages import page

TRANSCRIPTS = {path.stem: tomllib.loads(path.read_text("utf-8"))["turn"] for path in sorted(FOLDER.glob("*.toml"))}
LISTED = re.compile(r"(\d+)\. (.*)")
LINKED = re.compile(r".*: (https?://\S+)")
NUMBERED = re.compile(r" {2}\[\d+\] (.*)")


@dataclass(frozen=True)
class Seen:
    """What a reader sees of one answer, whatever the channel: words with single spaces, choices, addresses."""

    words: str
    choices: tuple[str, ...]
    links: tuple[str, ...] = ()


def bare(label: str) -> str:
    """A choice without its face and its number, which the channels show in their own ways."""
    return re.sub(r"^[^\w«(]*(\d+\.? )?", "", label)


def joined(lines: Sequence[str]) -> str:
    """Text with single spaces."""
    return " ".join(" ".join(lines).split())


def in_terminal(printed: str) -> Seen:
    """Read what the terminal prints."""
    words, choices, links = [], [], []
    for line in printed.split("\n"):
        if option := NUMBERED.fullmatch(line):
            choices.append(bare(option[1]))
        elif link := re.fullmatch(r".*: (https?://\S+)", line):
            links.append(link[1])
        else:
            words.append(line)
    return Seen(joined(words), tuple(choices), tuple(links))


def on_page(html: str) -> Seen:
    """Read the last message of the assistant on the web page."""
    item = read_html(html).all("li", class_="theirs")[-1]
    bubble = item.one("div", class_="bubble")
    anchors = bubble.all("a")
    bubble.children = [child for child in bubble.children if child not in anchors]
    choices = tuple(bare(button.text) for button in item.all("button"))
    return Seen(bubble.text, choices, tuple(anchor["href"] for anchor in anchors))


def in_telegram(values: dict[str, Any]) -> Seen:
    """Read a sendMessage call; choices too long for a button stand in the text."""
    text = visible_text(values["text"])
    rows = (values.get("reply_markup") or {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    choices = [button["text"] for button in buttons if "callback_data" in button]
    if choices and choices[0].startswith("1. "):
        text, _, listed = text.rpartition("\n\n1. ")
        choices = [found[2] for line in f"1. {listed}".split("\n") if (found := LISTED.fullmatch(line))]
    links = tuple(button["url"] for button in buttons if "url" in button)
    return Seen(joined([text]), tuple(map(bare, choices)), links)


def in_zalo(calls: Sequence[dict[str, Any]]) -> Seen:
    """Read the message/cs calls of one answer; many choices, and addresses without https, stand in the text."""
    buttons = keys(calls[-1])
    choices = [button["title"] for button in buttons if button["type"] == "oa.query.hide"]
    links = [button["payload"]["url"] for button in buttons if button["type"] == "oa.open.url"]
    return with_listed([visible(call) for call in calls], choices, links)


def with_listed(texts: Sequence[str], choices: Sequence[str] = (), links: Sequence[str] = ()) -> Seen:
    """Read the texts of one answer, at whose end choices are numbered and addresses written, unless there are keys."""
    *before, text = texts
    lines = text.split("\n")
    while found := LINKED.fullmatch(lines[-1]):
        links = (found[1], *links)
        lines.pop()
    if not choices and LISTED.fullmatch(lines[-1]):
        text, _, listed = "\n".join(lines).rpartition("\n\n1. ")
        choices = [found[2] for line in f"1. {listed}".split("\n") if (found := LISTED.fullmatch(line))]
        lines = [text]
    return Seen(joined([*before, *lines]), tuple(map(bare, choices)), tuple(links))


class Person(Protocol):
    """Somebody who writes in one channel."""

    async def send(self, turn: dict[str, Any]) -> Seen:
        """Send one message of a transcript; returns the last answer to it."""


@dataclass
class AtTheTerminal:
    """`motcua chat`."""

    app: App
    count: int = 0

    async def send(self, turn: dict[str, Any]) -> Seen:
        """Send one message."""
        self.count += 1
        kind = turn.get("kind", "text")
        incoming = Incoming(console.CHANNEL, "lan", str(self.count), turn["send"], kind)
        handled = await self.app.conversation.handle(incoming)
        return in_terminal(console.write_reply(handled.replies[-1].reply))


@dataclass
class OnThePage:
    """The web chat."""

    visitor: Visitor

    async def send(self, turn: dict[str, Any]) -> Seen:
        """Send one message."""
        text = f"/start {turn['send']}" if turn.get("kind") == "start" else turn["send"]
        sent = await self.visitor.post("/chat", {"text": text}, headers=JSON)
        return on_page(json.loads(sent.body)["html"])


@dataclass
class InTelegram:
    """Telegram, its Bot API emulated."""

    app: App
    api: BotApi
    count: int = 0

    async def send(self, turn: dict[str, Any]) -> Seen:
        """Send one message."""
        self.count += 1
        text = f"/start {turn['send']}".strip() if turn.get("kind") == "start" else turn["send"]
        before = len(self.api.sent)
        assert await post_update(self.app, message(self.count, 77, text)) == 200
        await self.api.until(lambda: len(self.api.sent) > before)
        return in_telegram(self.api.sent[-1].values)


@dataclass
class InZalo:
    """A Zalo Official Account, its servers emulated."""

    app: App
    server: ZaloServer
    count: int = 0

    async def send(self, turn: dict[str, Any]) -> Seen:
        """Send one message."""
        self.count += 1
        text = f"/start {turn['send']}".strip() if turn.get("kind") == "start" else turn["send"]
        before = len(self.server.sent)
        assert await post_event(self.app, said(f"m{self.count}", text)) == 200
        await self.server.until(lambda: len(self.server.sent) > before)
        async with asyncio.timeout(30):
            while await self.app.store.waiting():  # noqa: ASYNC110 -- the database has no events
                await asyncio.sleep(0.01)
        return in_zalo(self.server.sent[before:])


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloServer]:
    """Zalo's servers; at the end nothing was sent that Zalo refuses."""
    server = await ZaloServer().start()
    yield server
    await server.stop()
    assert server.faults == []


@pytest.fixture
async def people(tmp_path: Path, api: BotApi, zalo: ZaloServer) -> AsyncIterator[dict[str, Person]]:
    """One person in each channel of a running installation."""
    with_zalo = zalo_settings(tmp_path, zalo).model_dump(include={n for n in Settings.model_fields if "zalo" in n})
    settings = telegram_settings(tmp_path, api, "webhook", **with_zalo)
    async with running(settings) as app, aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        await telegram_on(api)
        visitor = Visitor(client, settings.address)
        await visitor.get("/")
        yield {
            "terminal": AtTheTerminal(app),
            "page": OnThePage(visitor),
            "telegram": InTelegram(app, api),
            "zalo": InZalo(app, zalo),
        }


def greetings() -> Iterator[str]:
    """The sentence that introduces the assistant to somebody who was not greeted; the web page has greeted already."""
    for language in locales.LANGUAGES:
        for unit in world().units.values():
            yield joined([locales.text(language, "greeting.first", unit=unit.name).replace("**", "")])


def without_introduction(seen: Seen) -> Seen:
    """An answer without the introduction before it."""
    for greeting in greetings():
        if seen.words.startswith(greeting):
            return Seen(seen.words.removeprefix(greeting).strip(), seen.choices, seen.links)
    return seen


@pytest.mark.parametrize("name", TRANSCRIPTS)
async def test_every_channel_says_what_the_transcript_says(name: str, people: dict[str, Person]) -> None:
    """Turn by turn, with buttons pressed by their numbers everywhere."""
    for turn in TRANSCRIPTS[name]:
        if turn.get("kind") == "unreadable" or not turn.get("says"):
            continue
        expected = Seen(joined([turn["says"][-1]]), tuple(map(bare, turn.get("offers", ()))))
        for channel, person in people.items():
            seen = without_introduction(await person.send(turn))
            assert (channel, seen.words, seen.choices) == (
                channel,
                without_introduction(expected).words,
                expected.choices,
            )


def cards(catalog: Catalog) -> Iterator[tuple[str, Reply]]:
    """Every reply about a procedure that a citizen can get: its card, and each part behind the card's buttons."""
    for code in (code for codes in catalog.fields.values() for code in codes):
        session = Session(unit="sa-dec", greeted=True)
        todo, known = [f"p:{code}"], set()
        while todo:
            identifier = todo.pop()
            if identifier in known:
                continue
            known.add(identifier)
            turn = step(world(), session, Incoming("console", "lan", "1", identifier, "button"), NOW)
            for reply in turn.replies:
                yield identifier, reply
                todo += [b.id for b in reply.buttons if b.id.startswith(f"p:{code}")]


def rendered(traits: Traits, reply: Reply) -> list[Reply]:
    """A reply cut for a channel, nothing of it lost."""
    cut = pieces(traits, reply)
    assert joined([one.text.plain for one in cut]).split() == joined([reply.text.plain]).split()
    assert cut[-1].buttons == reply.buttons
    return cut


def test_every_procedure_renders_in_every_channel() -> None:
    """Card and parts of all sample procedures: the same words, choices and links, within what each channel takes."""
    asked = set()
    for identifier, reply in cards(world().catalog("sa-dec")):
        asked.add(identifier.split(":")[1])
        expected = Seen(
            joined([reply.text.plain]),
            tuple(bare(button.label) for button in reply.buttons),
            tuple(url for _, url in reply.links),
        )
        assert in_terminal(console.write_reply(reply)) == expected
        assert on_page(shown_on_page(reply)) == expected
        calls = [write_reply("77", one) for one in rendered(TRAITS, reply)]
        for call in calls:
            check_message(call)
        last = in_telegram(calls[-1])
        assert (last.choices, last.links) == (expected.choices, expected.links)
        assert joined([visible_text(call["text"]) for call in calls]).startswith(expected.words)
        assert in_zalo([zalo_wire.write_reply("77", one) for one in rendered(zalo_wire.TRAITS, reply)]) == expected
        texts = [zalo_bot.write_reply("77", one)["text"] for one in rendered(zalo_bot.traits(""), reply)]
        assert with_listed(texts) == expected
        assert max(len(text) for text in texts) <= zalo_bot.MAX_TEXT
    assert len(asked) == len(world().catalog("sa-dec"))


def shown_on_page(reply: Reply) -> str:
    """A reply as the page's template shows it."""
    (cut,) = rendered(chat.TRAITS, reply)
    assert cut == reply
    shown = chat.views([Outgoing(1, chat.CHANNEL, "lan", reply)])
    return page("messages.html", messages=shown, nonce="n", last=1, who="").text or ""


@pytest.mark.parametrize("face", ["😄", ""])
def test_choices_are_compared_without_faces_and_numbers(face: str) -> None:
    """What `bare` leaves is what the person chooses."""
    assert bare(Button("x", "5 Rất hài lòng", face).caption) == "Rất hài lòng"
