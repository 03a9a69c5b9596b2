"""Zalo Official Accounts against emulated servers: signatures, events, sending, refusals."""

import asyncio
import hashlib
import itertools
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import App
from bot.channels.zalo.api import PAUSES, REMEDIES, Pair
from handlers.channel import pieces
from handlers.messages import Attachment, Reply, Text
from handlers.ports import Addressee, Chat, NoFile
from tests.channels.conftest import at_rest
from tests.running import running
from tests.zalo_api import (
    OA,
    OA_SECRET,
    SECOND_OA,
    ZaloServer,
    happened,
    keys,
    post_event,
    post_raw,
    said,
    signature,
    stamp,
    visible,
    zalo_settings,
)


@pytest.fixture
async def server() -> AsyncIterator[ZaloServer]:
    """Zalo's servers; at the end nothing was sent that Zalo refuses."""
    server = await ZaloServer().start()
    yield server
    await server.stop()
    assert server.faults == []


@pytest.fixture
async def app(server: ZaloServer, tmp_path: Path) -> AsyncIterator[App]:
    """The application with one account."""
    async with running(zalo_settings(tmp_path, server)) as app:
        yield app


async def settled(app: App, server: ZaloServer, count: int) -> None:
    """Wait for so many messages, and until there is no more to come: not one too many."""
    await server.until(lambda: len(server.sent) >= count)
    await at_rest(app)
    assert len(server.sent) == count


async def enqueue(app: App, words: str, user: str = "333") -> None:
    """Write to a person outside any turn, and let the delivery look at once."""
    async with app.store.transaction() as tx:
        await tx.enqueue(Chat("zalo", user), [Reply(Text.of(words))], app.clock(), pushed=True)
    app.delivery._wake.set()


async def test_a_citizen_asks_and_gets_one_answer_each(app: App, server: ZaloServer) -> None:
    """A follow is greeted, a question answered, a choice typed means what was offered."""
    assert await post_event(app, happened("follow", oa_id=OA, follower={"id": "333"}, source="oa_profile")) == 200
    await settled(app, server, 1)
    assert "trợ lý tự động" in visible(server.sent[0])
    assert await post_event(app, said("m2", "dang ky khai sinh can gi")) == 200
    await settled(app, server, 2)
    assert visible(server.sent[1]).startswith("Khai sinh cho trẻ mới sinh · giấy tờ")
    assert server.sent[1]["recipient"] == {"user_id": "333"}
    assert await post_event(app, said("m3", "Lệ phí")) == 200
    await settled(app, server, 3)
    assert visible(server.sent[2]).startswith("Khai sinh cho trẻ mới sinh · lệ phí")


async def test_a_press_on_an_old_button_does_not_answer_a_newer_question(app: App, server: ZaloServer) -> None:
    """The payload names what it answers: after the survey the level's button only says so."""
    await post_event(app, said("m1", "/start k_quay1"))
    await settled(app, server, 1)
    for number, wanted in ((2, "Đồng ý, bắt đầu"), (3, "😄 5 Rất hài lòng"), (4, "Gửi luôn")):
        press = next((key["payload"] for key in keys(server.sent[-1]) if key["title"] == wanted), wanted)
        await post_event(app, said(f"m{number}", press))
        await settled(app, server, number)
    assert "Đã ghi nhận" in visible(server.sent[-1])
    await post_event(app, said("late", keys(server.sent[1])[0]["payload"]))
    await settled(app, server, 5)
    assert "đã gửi rồi" in visible(server.sent[4])
    async with app.store.reading() as tx:
        today = app.clock().date()
        tallies, _ = await tx.tallies(["sa-dec"], today, today)
    assert [(tally.source, tally.level) for tally in tallies] == [("zalo", 5)]


async def test_every_variant_of_the_signature_is_taken(app: App, server: ZaloServer) -> None:
    """App or account in front, the timestamp of the body or of the header."""
    for first, place in itertools.product(("111", OA), ("body", "header")):
        event = said(f"{first}-{place}", "chào")
        body = json.dumps(event).encode()
        moment = event["timestamp"] if place == "body" else str(int(event["timestamp"]) + 1)
        headers = {"X-ZEvent-Signature": signature(body, moment, first)}
        if place == "header":
            headers["X-ZEvent-Timestamp"] = moment
        assert await post_raw(app, body, headers) == 200
    await settled(app, server, 4)


async def test_a_narrowed_setting_takes_its_variant_alone(server: ZaloServer, tmp_path: Path) -> None:
    """What the log named once is then the only one."""
    async with running(zalo_settings(tmp_path, server, zalo_signature="oa-body")) as app:
        event = said("m1", "chào")
        body = json.dumps(event).encode()
        right = signature(body, event["timestamp"], OA)
        assert await post_event(app, event) == 401
        assert await post_raw(app, body, {"X-ZEvent-Signature": right}) == 200


async def test_what_is_not_signed_is_refused(app: App, server: ZaloServer) -> None:
    """No header, another secret, HMAC's place taken by nothing, a changed body, nonsense."""
    event = said("m1", "chào")
    body, moment = json.dumps(event).encode(), event["timestamp"]
    wrong = [
        {},
        {"X-ZEvent-Signature": ""},
        {"X-ZEvent-Signature": "mac="},
        {"X-ZEvent-Signature": signature(body, moment, secret="another")},
        {"X-ZEvent-Signature": signature(body + b" ", moment)},
        {"X-ZEvent-Signature": signature(body, "")},
        {"X-ZEvent-Signature": "mac=ế"},
    ]
    assert [await post_raw(app, body, headers) for headers in wrong] == [401] * len(wrong)
    assert await post_raw(app, b"{", {"X-ZEvent-Signature": signature(b"{", "")}) == 400
    assert await post_raw(app, b"[]", {}) == 400
    await at_rest(app)
    assert server.sent == []
    assert await app.store.history("zalo", "333") == []


async def test_strange_signed_events_do_no_harm(app: App, server: ZaloServer) -> None:
    """Half characters, endless numbers, deep nests, foreign types and too much of it: refused or ignored, never 500."""
    half = "\ud83d"
    strange: list[tuple[dict[str, Any], int]] = [
        (said("m1", "chào", timestamp=half), 401),
        (said("m2", "chào", timestamp=True), 401),
        (said(half, "chào"), 200),
        (said("m3", "chào", half), 200),
        (said("m4", "chào", event_name=half), 200),
        (said("m5", "chào", sender=None, message={"msg_id": ["m5"], "text": {}}), 200),
        (said("m6", "", event_name="user_send_file", message={"msg_id": "m6", "attachments": [half, 1]}), 200),
        (said("m7", f"lệ phí{half}\0 khai\u202e sinh " + "𝒳" * 900), 200),
    ]
    for event, status in strange:
        body = json.dumps(event).encode()
        moment = str(event["timestamp"]).encode("utf-8", "surrogatepass")
        mac = hashlib.sha256(b"111" + body + moment + OA_SECRET.encode()).hexdigest()
        assert (event, await post_raw(app, body, {"X-ZEvent-Signature": f"mac={mac}"})) == (event, status)
    await server.until(lambda: len(server.sent) == 2)
    plain = {"X-ZEvent-Signature": "mac=" + "0" * 64}
    nest, number = b'{"a":' * 50_000, b'{"timestamp":' + b"9" * 9000 + b"}"
    at_no_time = plain | {"X-ZEvent-Timestamp": "ế"}
    raw = [(nest, plain), (number, plain), (b"x" * 300_000, plain), (b"{}", at_no_time)]
    assert [await post_raw(app, body, headers) for body, headers in raw] == [400, 400, 413, 401]


async def test_a_signed_event_of_another_time_is_refused(app: App) -> None:
    """Who recorded an event cannot send it again the next day; one from tomorrow, or of no time, is none."""
    for hours in (4, -1):
        moment = str(int(stamp()) - hours * 3_600_000)
        assert await post_event(app, said("m1", "chào", timestamp=moment)) == 401
    assert await post_event(app, said("m1", "chào", timestamp="sáng nay")) == 401


async def test_the_probe_and_the_consoles_test_create_nobody(app: App, server: ZaloServer) -> None:
    """The unsigned `{}` and the signed test with foreign parties get 200, and nothing is stored."""
    assert await post_raw(app, b"{}", {}) == 200
    assert await post_event(app, said("This is message id", "This is testing message", "9", "8")) == 200
    await at_rest(app)
    assert server.sent == []
    async with app.store.reading() as tx:
        assert await tx.last_turn("zalo", "9") is None


async def test_zalo_finds_whose_the_domain_is(app: App) -> None:
    """The file that was put into DATA_DIR, and no other one."""
    (app.settings.data_dir / "zalo_verifierAb1.html").write_text("<p>Zalo</p>", "utf-8")
    async with aiohttp.ClientSession(app.settings.address) as client:
        found = [await client.get(f"/{name}.html") for name in ("zalo_verifierAb1", "zalo_verifierAb2", "motcua")]
        assert [one.status for one in found] == [200, 404, 404]
        assert await found[0].text() == "<p>Zalo</p>"


async def test_repeats_are_answered_once(app: App, server: ZaloServer) -> None:
    """At once, together, and with num_retry."""
    event = said("m1", "lệ phí khai sinh")
    assert await asyncio.gather(*(post_event(app, event) for _ in range(5))) == [200] * 5
    assert await post_event(app, event, num_retry="1") == 200
    await settled(app, server, 1)


async def test_what_is_no_text_gets_a_kind_sentence(app: App, server: ZaloServer) -> None:
    """A picture, a file, a place: only text can be read."""
    place = {"coordinates": {"latitude": "20.70", "longitude": "106.50"}}
    attachments: list[dict[str, Any]] = [
        {"type": "image", "payload": {"url": "https://x/a.jpg"}},
        {"type": "gif", "payload": {"url": "https://x/a.gif"}},
        {"type": "link", "payload": {"url": "https://x"}},
        {"type": "audio", "payload": {"url": "https://x/a.amr"}},
        {"type": "video", "payload": {"url": "https://x/a.mp4"}},
        {"type": "sticker", "payload": {"id": "1", "url": "https://x"}},
        {"type": "location", "payload": place},
        {"type": "file", "payload": {"url": "https://x", "name": "a.xlsx", "size": "1"}},
        {"type": "business_card", "payload": {"description": "{}"}},
    ]
    for number, attachment in enumerate(attachments, 1):
        event = said(f"m{number}", "", event_name=f"user_send_{attachment['type']}")
        event["message"]["attachments"] = [attachment]
        assert await post_event(app, event) == 200
        await server.until(lambda number=number: len(server.sent) == number)
        assert "chỉ đọc được" in visible(server.sent[-1])


IGNORED = [
    happened("user_received_message", sender={"id": OA}, recipient={"id": "333"}, message={"msg_id": "o1"}),
    happened("user_seen_message", sender={"id": OA}, recipient={"id": "333"}, message={"msg_ids": ["o1"]}),
    happened("user_reacted_message", sender={"id": "333"}, recipient={"id": OA}, message={"react_icon": "/-heart"}),
    happened("oa_send_text", sender={"id": OA}, recipient={"id": "333"}, message={"msg_id": "o1", "text": "Chào"}),
    happened("unfollow", oa_id=OA, follower={"id": "333"}),
    happened("user_send_group_text", sender={"id": "333"}, recipient={"id": OA}, message={"msg_id": "g", "text": "a"}),
    happened("something_new", sender={"id": "333"}, recipient={"id": OA}),
    happened("user_send_text", sender={"id": "333"}, recipient={"id": OA}, message={"msg_id": "m1"}),
    happened("user_send_text", sender=["333"], recipient={"id": OA}, message={"msg_id": "m1", "text": "chào"}),
    happened("user_send_text", sender={"id": "333"}, recipient={"id": OA}, message="chào"),
]


async def test_what_needs_no_answer_gets_none(app: App, server: ZaloServer) -> None:
    """Receipts, reactions, echoes, leaving, what is unknown or malformed: 200, and quiet."""
    for event in IGNORED:
        assert (event["event_name"], await post_event(app, {**event, "timestamp": stamp()})) == (
            event["event_name"],
            200,
        )
    await at_rest(app)
    assert server.sent == []


async def test_a_person_is_greeted_once(app: App, server: ZaloServer) -> None:
    """By following, by the chat button, and again: one greeting; none for who writes already."""
    for _ in range(2):
        await post_event(app, happened("follow", oa_id=OA, follower={"id": "333"}))
        await post_event(app, happened("user_click_chatnow", oa_id=OA, user_id="333"))
    await settled(app, server, 1)
    await post_event(app, said("m1", "chào", "334"))
    await settled(app, server, 2)
    await post_event(app, happened("follow", oa_id=OA, follower={"id": "334"}))
    await settled(app, server, 2)


async def test_the_assistant_is_silent_while_a_person_of_the_office_writes(app: App, server: ZaloServer) -> None:
    """`sender.admin_id` gives the chat to the person; the assistant that comes back says so first."""
    early = str(int(stamp()) - 3_600_000 - 60_000)
    wrote = {"sender": {"id": OA, "admin_id": "555"}, "message": {"msg_id": "o1", "text": "Chào"}}
    await post_event(app, happened("oa_send_text", recipient={"id": "333"}, **wrote))
    await post_event(app, happened("oa_send_text", recipient={"id": "334"}, **wrote) | {"timestamp": early})
    await post_event(app, said("m1", "lệ phí khai sinh"))
    await at_rest(app)
    assert server.sent == []
    await post_event(app, said("m2", "lệ phí khai sinh", "334"))
    await settled(app, server, 2)
    assert visible(server.sent[0]).startswith("Trợ lý tự động xin tiếp tục")
    assert "lệ phí" in visible(server.sent[1])


@pytest.mark.parametrize("name", ["user_withdraw", "user.remove.info"])
async def test_withdrawn_consent_erases_and_is_registered_once(app: App, server: ZaloServer, name: str) -> None:
    """Nothing of the chat is left; the register has one line, also when the event is repeated."""
    await post_event(app, said("m1", "lệ phí khai sinh"))
    await settled(app, server, 1)
    event = happened(name, oa_id=OA, user_id="333", user_id_by_app="222")
    assert [await post_event(app, event) for _ in range(2)] == [200, 200]
    assert await app.store.history("zalo", "333") == []
    async with app.store.reading() as tx:
        assert await tx.last_turn("zalo", "333") is None
        assert [request.kind for request in await tx.requests()] == ["erase"]


async def test_accounts_of_one_app_speak_for_their_units(server: ZaloServer, tmp_path: Path) -> None:
    """The account's id leads to its unit, and the same id of a person in two accounts is two people."""
    accounts = f"{OA}:sa-dec, {SECOND_OA}:dong-thap"
    async with running(zalo_settings(tmp_path, server, zalo_oa_id=accounts)) as app:
        await post_event(app, said("m1", "chào", account=SECOND_OA))
        await post_event(app, said("m2", "chào"))
        await server.until(lambda: bool(server.sent))
        await until_so_many_wait(app, 1)  # the second account has no token
        assert len(server.sent) == 1
        (written,) = await app.store.history("zalo", f"{SECOND_OA}:333")
        assert app.live().units["dong-thap"].name in written.reply.text.plain
        assert app.live().units["sa-dec"].name in visible(server.sent[0])
        async with app.store.reading() as tx:
            assert await tx.last_turn("zalo", f"{SECOND_OA}:333") is not None
            assert await tx.last_turn("zalo", "333") is not None


async def test_more_than_five_choices_are_numbered_lines(app: App, server: ZaloServer) -> None:
    """A sixth button would fail the whole message; the number typed means the choice."""
    await post_event(app, said("m1", "lĩnh vực"))
    await settled(app, server, 1)
    assert keys(server.sent[0]) == []
    assert "\n6. " in visible(server.sent[0])
    await post_event(app, said("m2", "6"))
    await settled(app, server, 2)
    assert visible(server.sent[1]) != visible(server.sent[0])


async def test_every_code_of_the_table_has_its_remedy(app: App, server: ZaloServer) -> None:
    """Again, with a new token, when the person writes, or never; each in a chat of its own."""
    waiting = 0
    for code, remedy in REMEDIES.items():
        user = f"9{-code}"
        server.refusals.append(code)
        await post_event(app, said(f"a{code}", "chào", user))
        await server.until(lambda: not server.refusals)
        if remedy == "token" or (remedy == "again" and code not in PAUSES):
            await server.until(lambda user=user: len(server.to(user)) == 1)
        elif remedy in ("again", "operator"):
            waiting += 1
            await until_so_many_wait(app, waiting)
            assert (code, server.to(user)) == (code, [])
        else:
            await until_so_many_wait(app, waiting)
            await post_event(app, said(f"b{code}", "lệ phí khai sinh", user))
            await server.until(lambda user=user: "lệ phí" in "".join(map(visible, server.to(user))))
            assert (code, len(server.to(user))) == (code, 2 if remedy == "window" else 1)


async def until_so_many_wait(app: App, count: int) -> None:
    """Wait until so many replies wait to be sent."""
    async with asyncio.timeout(30):
        while await app.store.waiting() != count:  # noqa: ASYNC110 -- the database has no events
            await asyncio.sleep(0.01)


async def test_an_unknown_code_ends_with_this_message(app: App, server: ZaloServer) -> None:
    """The next message of the chat is sent."""
    await post_event(app, said("m1", "chào"))
    await settled(app, server, 1)
    server.refusals.append(-99999)
    await enqueue(app, "Một.")
    await enqueue(app, "Hai.")
    await settled(app, server, 2)
    assert visible(server.sent[1]) == "Hai."


async def test_what_would_cost_is_offered_when_the_person_writes(app: App, server: ZaloServer) -> None:
    """Nobody wrote within 48 hours: not sent, told of once beside the next answer, and sent when it is asked for."""
    await enqueue(app, "Đã lâu.", "900")
    async with app.store.transaction() as tx:
        await tx.date_back(app.clock() - timedelta(hours=49))
    server.last_interaction = int(stamp()) - 49 * 3_600_000
    await at_rest(app)
    assert server.sent == []
    await post_event(app, said("m1", "lệ phí khai sinh", "900"))
    await settled(app, server, 2)
    assert visible(server.sent[0]).startswith("Có 1 tin trả lời chưa gửi được")
    (shown,) = server.sent[0]["message"]["attachment"]["payload"]["buttons"]
    await post_event(app, said("m2", "lệ phí khai tử", "900"))
    await settled(app, server, 3)
    for _ in range(2):
        await post_event(app, said("m3", shown["payload"], "900"))
    await settled(app, server, 4)
    assert visible(server.sent[3]) == "Đã lâu."
    await post_event(app, said("m4", shown["payload"], "900"))
    await settled(app, server, 5)
    assert "đã gửi rồi" in visible(server.sent[4])


async def test_a_setting_allows_what_costs(server: ZaloServer, tmp_path: Path) -> None:
    """With ZALO_PAID_MESSAGES it is sent, and counted."""
    async with running(zalo_settings(tmp_path, server, zalo_paid_messages=True)) as app:
        server.quota = None
        await enqueue(app, "Đã lâu.", "901")
        await settled(app, server, 1)


async def test_files_go_as_zalo_takes_them(app: App, server: ZaloServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures and documents by upload, a workbook and what is too large as a link, what is gone in words."""

    async def content(source: str, reader: Addressee) -> bytes:
        if source == "gone":
            raise NoFile("gone")
        return b"%" * (5_000_001 if source == "large" else 10)

    monkeypatch.setattr(app.attachments, "content", content)
    await post_event(app, said("m1", "chào"))
    await settled(app, server, 1)
    names = {"a.png": "chart", "b.docx": "word", "c.xlsx": "sheet", "d.pdf": "large", "e.docx": "gone"}
    files = tuple(Attachment("document", name, source, f"Tệp {name}") for name, source in names.items())
    async with app.store.transaction() as tx:
        cut = pieces(app.channels["zalo"], Reply(Text.of("Báo cáo."), files=files))
        await tx.enqueue(Chat("zalo", "333"), cut, app.clock(), pushed=True)
    app.delivery._wake.set()
    await settled(app, server, 7)
    assert [(kind, name) for kind, name, _ in server.uploads] == [("image", "a.png"), ("file", "b.docx")]
    picture, word, *links, gone = [call["message"] for call in server.sent[2:]]
    assert picture["attachment"]["payload"]["elements"] == [{"media_type": "image", "attachment_id": "u1"}]
    assert word == {"attachment": {"type": "file", "payload": {"token": "u2"}}}
    assert [link["text"].split(": ")[1] for link in links] == [f"{app.settings.address}/staff"] * 2
    assert "Không làm được tệp e.docx" in gone["text"]


async def test_a_token_that_expires_in_the_middle_loses_nothing(app: App, server: ZaloServer) -> None:
    """The refused send is made again with the next token, once."""
    await post_event(app, said("m1", "chào"))
    await settled(app, server, 1)
    server.expire()
    await post_event(app, said("m2", "lệ phí khai sinh"))
    await settled(app, server, 2)
    assert server.refreshed == 2


async def test_no_secret_is_logged(app: App, server: ZaloServer, capsys: pytest.CaptureFixture[str]) -> None:
    """Refusals and refreshed tokens leave none of the secrets and tokens in the log."""
    server.expire()
    server.refusals.append(-211)
    await post_event(app, said("m1", "chào"))
    await server.until(lambda: not server.refusals)
    await at_rest(app, kept=1)
    assert "access-9" not in repr(Pair("access-9", "refresh-9", 1))
    logged = capsys.readouterr()
    written = logged.out + logged.err
    assert [word for word in (OA_SECRET, "app-secret", "access-", "refresh-", "seed-") if word in written] == []


async def test_staff_use_a_group_by_commands_alone(server: ZaloServer, tmp_path: Path) -> None:
    """With ZALO_GROUPS: joining, choices by number, news pushed there; what people say to each other is not for us."""

    def wrote(identifier: str, text: str, **more: Any) -> dict[str, Any]:
        message = {"msg_id": identifier, "text": text}
        parties = {"sender": {"id": "333"}, "recipient": {"id": "f414"}, "message": message}
        return happened("user_send_group_text", **parties, **more)

    async with running(zalo_settings(tmp_path, server, zalo_groups=True)) as app:
        async with app.store.transaction() as tx:
            await tx.create_token("invitation", "sa-dec", "staff", "nhom", app.clock() + timedelta(hours=1))
        joining = "/thamgia nhom"
        for event in (wrote("g1", "lệ phí khai sinh"), wrote("g2", joining, oa_id=OA), wrote("g2", joining)):
            assert await post_event(app, event) == 200
        await server.until(lambda: len(server.groups) == 1)
        assert server.groups[0]["recipient"] == {"group_id": "f414"}
        async with app.store.transaction() as tx:
            (member,) = await tx.members("sa-dec")
            assert (member.channel, member.user) == ("zalo", "@f414")
            await tx.enqueue(member, [Reply(Text.of("Bản tin."))], app.clock(), pushed=True)
        app.delivery._wake.set()
        await server.until(lambda: len(server.groups) == 2)
        await post_event(app, wrote("g3", "/linhvuc"))
        await server.until(lambda: len(server.groups) == 3)
        assert "\n/1 " in server.groups[2]["message"]["text"]
        await post_event(app, wrote("g4", "/1"))
        await server.until(lambda: len(server.groups) == 4)
        assert server.groups[3]["message"]["text"] != server.groups[2]["message"]["text"]
        by_hand = {"sender": {"id": OA, "admin_id": "5"}, "recipient": {"id": "f414"}}
        await post_event(app, happened("oa_send_group_text", **by_hand))
        await at_rest(app)
        assert (len(server.groups), server.sent, server.reactions) == (4, [], [])


async def test_a_counters_page_leads_to_its_account(server: ZaloServer, tmp_path: Path) -> None:
    """With words to send: sent there, without marks too, they open the counter's form, or go on with it."""
    accounts = f"{OA}:dong-thap, {SECOND_OA}:sa-dec"
    async with running(zalo_settings(tmp_path, server, zalo_oa_id=accounts, zalo_prefill=True)) as app:
        async with aiohttp.ClientSession(app.settings.address) as client, client.get("/k/quay1") as response:
            page = await response.text()
        assert f'href="https://zalo.me/{SECOND_OA}?text=%C4%90%C3%A1nh%20gi%C3%A1%20quay1"' in page
        assert "<strong>Đánh giá quay1</strong>" in page
    async with running(zalo_settings(tmp_path, server)) as app:
        await post_event(app, said("m1", "danh gia QUAY1"))
        await settled(app, server, 1)
        assert any(key["payload"].endswith(":agree") for key in keys(server.sent[0])), server.sent
        await post_event(app, said("m2", keys(server.sent[0])[0]["payload"]))
        await settled(app, server, 2)
        await post_event(app, said("m3", "Đánh giá quay1"))
        await settled(app, server, 3)
        assert "làm tiếp phiếu" in visible(server.sent[2])
        await post_event(app, said("m4", "đánh giá cán bộ", "334"))
        await settled(app, server, 4)
        assert "agree" not in str(keys(server.sent[3]))
