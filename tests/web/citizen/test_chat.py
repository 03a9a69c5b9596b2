"""The chat page, as plain forms and as its script asks: one answer to each message, and nobody else's."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

import locales
from bot.app import App
from handlers.messages import Button
from tests.web.chat_page import QUESTION, bubbles, options, press, write
from tests.web.conftest import JSON, Answer, Node, Visitor, filled_in, read_html, rows
from web.citizen import chat
from web.citizen.chat import COOKIE

pytestmark = pytest.mark.asyncio(loop_scope="session")

HEADING = "Gặp cán bộ · Phường Sa Đéc"
TABLES = ("inbox", "outbox", "session", "search_miss")


def counts(app: App) -> dict[str, int]:
    """How many rows the tables of conversations have."""
    return {name: rows(app, f"SELECT count(*) FROM {name}")[0][0] for name in TABLES}  # noqa: S608 -- our own names


def said_in(app: App, visitor: Visitor) -> list[tuple[bool, str]]:
    """The outbox of a visitor: whether it is their own words, and the text."""
    user = visitor.cookie(COOKIE).partition(".")[0]
    found = rows(app, "SELECT mine, payload FROM outbox WHERE person = ? ORDER BY id", user)
    return [(bool(mine), "".join(span[0] for span in json.loads(payload)["text"])) for mine, payload in found]


async def invitation(app: App, code: str) -> None:
    """Invite somebody to the staff of Sa Đéc."""
    async with app.store.transaction() as tx:
        await tx.create_token("invitation", "sa-dec", "staff", code, app.clock() + timedelta(hours=1))


async def test_the_greeting_says_what_it_is_and_stores_nothing(app: App, visitor: Visitor) -> None:
    """A look at the page leaves no trace; it names the machine, the unit and the way to a person."""
    before = counts(app)
    answer = await visitor.get("/")
    ((who, greeting),) = bubbles(answer.page)
    assert (answer.status, who) == (200, "theirs")
    assert greeting.startswith("Xin chào Ông/Bà. Đây là trợ lý tự động của Phường Sa Đéc, không phải cán bộ.")
    assert options(answer) == ["Hỏi thủ tục", "Xem theo lĩnh vực", "Đánh giá phục vụ", "Gặp cán bộ", "English"]
    await visitor.get("/")
    await visitor.ask("HEAD", "/")
    await visitor.get("/chat/messages?after=0")
    assert counts(app) == before


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: Visitor) -> None:
    """HttpOnly, SameSite=Lax, for thirty days after the last visit: each one gives the same name anew."""
    cookie = (await visitor.get("/")).cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert cookie["max-age"] == str(30 * 24 * 3600)
    again = (await visitor.get("/")).cookies[COOKIE]
    assert (again.value, again["max-age"], again["httponly"]) == (cookie.value, cookie["max-age"], cookie["httponly"])


async def test_a_visit_of_a_member_of_staff_is_noted(app: App, visitor: Visitor) -> None:
    """Who opens the page has seen what stands there; the members of staff alone are noted, and once an hour."""
    await visitor.get("/")
    user = visitor.cookie(COOKIE).partition(".")[0]
    joined = app.clock() - timedelta(days=9)
    async with app.store.transaction() as tx:
        await tx.create_token("invitation", "sa-dec", "staff", "VAO", app.clock())
        await tx.redeem("VAO", "webchat", user, joined)
    seen = []
    for _ in range(2):
        await visitor.get("/")
        async with app.store.reading() as tx:
            member = await tx.membership("webchat", user)
        assert member is not None
        seen.append(member.seen)
    assert seen[0] is not None
    assert seen[0] > joined
    assert seen[1] == seen[0]


async def test_a_question_by_plain_form_is_answered_after_a_redirect(app: App, visitor: Visitor) -> None:
    """Post, redirect, get: reloading the page asks nothing again."""
    home = await visitor.get("/")
    moved = await visitor.post("/chat", write(home, QUESTION), allow_redirects=False)
    assert (moved.status, moved.headers["Location"]) == (303, "/#newest")
    page = await visitor.get("/")
    assert [who for who, _ in bubbles(page.page)] == ["theirs", "mine", "theirs"]
    assert bubbles(page.page)[1] == ("mine", QUESTION)
    assert bubbles(page.page)[2][1].startswith(HEADING)
    before = counts(app)
    assert bubbles((await visitor.get("/")).page) == bubbles(page.page)
    assert counts(app) == before
    assert page.page.one(id="newest")["class"] == "mine"


async def test_a_question_by_script_is_answered_with_html_in_json(visitor: Visitor) -> None:
    """The script gets what was said since, ready to be shown."""
    await visitor.get("/")
    answer = await visitor.post("/chat", {"text": QUESTION, "id": "a", "last": "0"}, headers=JSON)
    values = json.loads(answer.body)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json; charset=utf-8")
    assert [who for who, _ in bubbles(read_html(values["html"]))] == ["theirs", "mine", "theirs"]
    more = await visitor.turn("lệ phí", last=str(values["last"]))
    assert [who for who, _ in bubbles(read_html(more["html"]))] == ["mine", "theirs"]
    assert more["last"] > values["last"]


async def test_both_ways_lead_to_the_same_conversation(visitor: Visitor, another: Visitor) -> None:
    """What the script is given is what the page shows after a reload."""
    for text in (QUESTION, "lệ phí"):
        await visitor.post("/chat", write(await visitor.get("/"), text))
        await another.get("/")
        await another.turn(text)
    first, second = await visitor.get("/"), await another.get("/")
    assert bubbles(first.page) == bubbles(second.page)
    assert options(first) == options(second)


@pytest.mark.parametrize("headers", [{}, JSON], ids=["form", "script"])
async def test_the_same_message_twice_gets_one_answer(headers: dict[str, str], app: App, visitor: Visitor) -> None:
    """A double click, or a script that did not hear the answer, is not a second question."""
    sent = write(await visitor.get("/"), QUESTION)
    for _ in range(3):
        assert (await visitor.post("/chat", sent, headers=headers)).status == 200
    assert [mine for mine, _ in said_in(app, visitor)] == [False, True, False]


async def test_the_same_message_twenty_times_at_once_gets_one_answer(app: App, visitor: Visitor) -> None:
    """Also while the first one is still being answered."""
    sent = write(await visitor.get("/"), QUESTION)
    answers = await asyncio.gather(*(visitor.post("/chat", sent, headers=JSON) for _ in range(20)))
    assert {answer.status for answer in answers} == {200}
    assert len({json.loads(answer.body)["last"] for answer in answers}) == 1
    assert [mine for mine, _ in said_in(app, visitor)] == [False, True, False]


async def test_a_repeated_message_is_answered_with_what_was_said(visitor: Visitor) -> None:
    """The script that lost the answer gets it the second time."""
    await visitor.get("/")
    first = await visitor.turn(QUESTION, id="x", last="0")
    second = await visitor.turn(QUESTION, id="x", last="0")
    assert bubbles(read_html(second["html"])) == bubbles(read_html(first["html"]))
    assert second["last"] == first["last"]


async def test_two_people_may_use_the_same_message_id(app: App, visitor: Visitor, another: Visitor) -> None:
    """An id is unique within a conversation alone; nobody's answer goes to somebody else."""
    for person, text in ((visitor, QUESTION), (another, "/help")):
        await person.get("/")
        await person.turn(text, id="cùng một mã")
    assert said_in(app, visitor)[-1][1].startswith(HEADING)
    assert said_in(app, another)[-1][1].startswith("Tôi giúp được gì")


async def test_messages_of_one_person_at_once_are_all_answered(app: App, visitor: Visitor) -> None:
    """Ten questions sent together get ten answers, each after its question."""
    await visitor.get("/")
    await asyncio.gather(*(visitor.turn(f"/help {number}", id=str(number)) for number in range(10)))
    messages = said_in(app, visitor)
    assert [mine for mine, _ in messages] == [False, *([True, False] * 10)]
    assert sorted(text for mine, text in messages if mine) == [f"/help {number}" for number in range(10)]


async def test_a_button_is_pressed_by_plain_form(visitor: Visitor) -> None:
    """Its label stands as what the person said, and its answer follows."""
    home = await visitor.get("/")
    page = await visitor.post("/chat", press(home, "Gặp cán bộ"))
    assert bubbles(page.page)[1] == ("mine", "Gặp cán bộ")
    assert bubbles(page.page)[2][1].startswith("Gặp cán bộ · Phường Sa Đéc")


async def test_a_procedure_is_answered_from_the_catalog(visitor: Visitor) -> None:
    """The card of a procedure names its code, has its parts as choices and links to the published record."""
    await visitor.get("/")
    page = await visitor.post("/chat", {"button": "p:1.001193"})
    assert "Đăng ký khai sinh" in bubbles(page.page)[-1][1]
    assert "Mã 1.001193" in bubbles(page.page)[-1][1]
    assert options(page) != []
    assert [link["href"].partition("://")[0] for link in page.page.all("a", class_="link")] == ["https"]


def looks(answer: Answer) -> dict[str, list[str]]:
    """The buttons under the last message by how they look, in the order of the page."""
    groups = answer.page.one("form", class_="options").all("div")
    return {group["class"]: [button.text for button in group.all("button")] for group in groups}


async def test_the_buttons_of_a_card_are_answers_then_parts(visitor: Visitor) -> None:
    """Whether it is the right one is answered first, under the question that ends the card; then come its parts."""
    page = await visitor.post("/chat", write(await visitor.get("/"), "đăng ký khai sinh"))
    found = looks(page)
    assert list(found) == ["answers", "chips"]
    assert found["answers"] == ["Đúng việc này", "Không phải việc này"]
    assert {"Thời hạn", "Các bước"} <= set(found["chips"])
    assert page.page.all("li")[-1].all("p")[-1].text == "Đúng việc Ông/Bà hỏi không?"


async def test_what_to_choose_from_is_a_list(visitor: Visitor) -> None:
    """Fields of work, their procedures, and procedures one of which is meant; what leads elsewhere is no part of it."""
    fields = looks(await visitor.post("/chat", press(await visitor.get("/"), "Xem theo lĩnh vực")))
    assert [label for label in fields["list"] if label.startswith("Hộ tịch")] != []
    procedures = looks(await visitor.post("/chat", write(await visitor.get("/"), "hộ tịch")))
    assert len(procedures["list"]) > 1
    assert procedures["chips"][-1] == "Tất cả lĩnh vực"
    chosen = looks(await visitor.post("/chat", write(await visitor.get("/"), "mất giấy khai sinh")))
    assert len(chosen["list"]) > 1
    assert chosen["answers"] == ["Không phải mấy việc này"]


@pytest.mark.parametrize(
    ("identifiers", "expected"),
    [
        (("p:1.1:fee", "p:2.2:fee", "other"), {"list": ["p:1.1:fee", "p:2.2:fee"], "answers": ["other"]}),
        (("p:1.1:fee", "p:1.1:time", "p:2.2"), {"list": ["p:2.2"], "chips": ["p:1.1:fee", "p:1.1:time"]}),
        (("p:1.1:fee", "p:1.1:rest"), {"chips": ["p:1.1:fee", "p:1.1:rest"]}),
        (("fields:0", "person"), {"chips": ["fields:0", "person"]}),
    ],
    ids=["a part of each", "parts and another", "parts of one", "ways on"],
)
async def test_procedures_are_told_from_parts(identifiers: tuple[str, ...], expected: dict[str, list[str]]) -> None:
    """By their ids, also where a part of each of several procedures is offered."""
    grouped = chat.options([Button(identifier, "x") for identifier in identifiers])
    assert {look: [button.id for button in buttons] for look, buttons in grouped} == expected


async def test_where_a_card_is_from_stands_small_with_its_link(visitor: Visitor) -> None:
    """Official name, code and date are small; the link to the record follows them."""
    page = await visitor.post("/chat", write(await visitor.get("/"), "đăng ký khai sinh"))
    bubble = page.page.all("div", class_="bubble")[-1]
    small = " ".join(node.text for node in bubble.all("small"))
    assert "Đăng ký khai sinh Mã 1.001193 · danh mục tháng 07/2026" in " ".join(small.split())
    order = [node for node in bubble.children if isinstance(node, Node)]
    link = order.index(bubble.one("a"))
    assert order[link - 1].all("small") != []
    assert link == len(order) - 2


async def test_the_page_comes_along_when_its_language_changes(visitor: Visitor) -> None:
    """The script says in which language the page stands, and is given it anew where the conversation has another."""
    await visitor.get("/")
    changed = await visitor.turn("/english", language="vi")
    page = read_html(changed["page"])
    assert page.one("html")["lang"] == "en"
    assert page.one("input", id="text")["placeholder"] == "Write your question"
    assert page.all("li") == []
    assert "page" not in await visitor.turn("/help", language="en")


async def test_buttons_stand_under_the_last_message_alone(visitor: Visitor) -> None:
    """Old choices are no longer offered."""
    page = await visitor.post("/chat", press(await visitor.get("/"), "Xem theo lĩnh vực"))
    page = await visitor.post("/chat", press(page, options(page)[0]))
    assert len(page.page.all("form", class_="options")) == 1
    assert page.page.all("li")[-1].all("form", class_="options") != []


@pytest.mark.parametrize(
    "button", ["p:9.999999", "p:1.001193:khong-co", "s:khong-co:5", "khong co nghia gi", "counter:khongco", "x" * 5000]
)
async def test_an_unknown_button_is_answered_kindly(button: str, app: App, visitor: Visitor) -> None:
    """A made-up or outdated choice gets one answer with ways on, and is not shown as the person's words."""
    await visitor.get("/")
    answer = await visitor.post("/chat", {"button": button})
    assert answer.status == 200
    assert [mine for mine, _ in said_in(app, visitor)] == [False, False]
    assert options(answer) != []


async def test_the_survey_can_be_answered_in_the_chat(app: App, visitor: Visitor) -> None:
    """By buttons alone, from the greeting to the thanks, the level is stored for the counter."""
    page = await visitor.get("/")
    for label in ("Đánh giá phục vụ", "Quầy 2", "Đồng ý, bắt đầu", "4 Hài lòng", "Gửi luôn"):
        page = await visitor.post("/chat", press(page, label))
    assert "Đã ghi nhận phiếu của Ông/Bà" in bubbles(page.page)[-1][1]
    found = rows(
        app,
        "SELECT counter, level, complete FROM response JOIN answer ON response = id WHERE source = 'webchat'",
    )
    assert found == [("quay2", 4, 1)]


async def test_the_conversation_is_there_after_a_reload(visitor: Visitor) -> None:
    """Everything that was said stands in its order, with the last choices."""
    await visitor.get("/")
    asked = ["lệ phí", "/help", QUESTION]
    for text in asked:
        await visitor.turn(text)
    page = await visitor.get("/")
    assert [text for who, text in bubbles(page.page) if who == "mine"] == asked
    assert [who for who, _ in bubbles(page.page)] == ["theirs", *(["mine", "theirs"] * 3)]
    assert options(page) == ["Để lại câu hỏi cho cán bộ", "Hỏi thủ tục", "Xem theo lĩnh vực"]


async def test_a_forged_cookie_gets_a_conversation_of_its_own(visitor: Visitor, another: Visitor) -> None:
    """Who knows somebody's number, but not the signature, reads nothing and writes nothing there."""
    await visitor.get("/")
    await visitor.turn(QUESTION)
    before = bubbles((await visitor.get("/")).page)
    text, _, mark = visitor.cookie(COOKIE).partition(".")
    for forged in (text, f"{text}.", f"{text}.{'0' * 32}", f"{text}.{mark[::-1]}", f"{text}.{mark}0"):
        headers = {"Cookie": f"{COOKIE}={forged}"}
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
            thief = Visitor(client, another.address)
            page = await thief.get("/", headers=headers)
            assert [who for who, _ in bubbles(page.page)] == ["theirs"]
            assert page.cookies[COOKIE].value.partition(".")[0] != text
            assert json.loads((await thief.get("/chat/messages?after=0", headers=headers)).body)["html"] == ""
            sent = await thief.post("/chat", {"text": "tôi là ai"}, headers={**headers, **JSON})
            assert sent.cookies[COOKIE].value.partition(".")[0] != text
    assert bubbles((await visitor.get("/")).page) == before


@pytest.mark.parametrize("value", [b"\xff\xfe.\xff", b"a.\xff", b'"a', b"=;=", b"." * 3000], ids=repr)
async def test_a_mangled_cookie_is_no_cookie(value: bytes, app: App) -> None:
    """Bytes that no browser of ours sent get the greeting and a new cookie."""
    reader, writer = await asyncio.open_connection("127.0.0.1", app.settings.listen_port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: motcua_chat=" + value + b"\r\n\r\n")
    answer = (await asyncio.wait_for(reader.read(), 60)).decode()
    writer.close()
    await writer.wait_closed()
    assert answer.partition("\r\n")[0] == "HTTP/1.1 200 OK"
    assert f"Set-Cookie: {COOKIE}=" in answer


async def test_without_cookies_each_question_is_still_answered(app: App) -> None:
    """A browser that keeps no cookie gets an answer through the script."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        values = await Visitor(client, app.settings.address).turn(QUESTION, last="0")
    assert bubbles(read_html(values["html"]))[-1][1].startswith(HEADING)


async def test_nobody_reads_another_conversation(visitor: Visitor, another: Visitor) -> None:
    """Two browsers, two conversations."""
    for person in (visitor, another):
        await person.get("/")
    await visitor.turn("chuyện riêng của gia đình tôi")
    await another.turn("/help")
    assert "chuyện riêng" not in (await another.get("/")).body
    assert "chuyện riêng" not in (await another.get("/chat/messages?after=0")).body


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://lua-dao.example"}],
    ids=str,
)
async def test_a_message_from_another_site_is_refused(headers: dict[str, str], app: App, visitor: Visitor) -> None:
    """No other page can make a person say something."""
    await visitor.get("/")
    before = counts(app)
    refused = await visitor.ask("POST", "/chat", data={"text": QUESTION}, headers=headers)
    assert (refused.status, counts(app)) == (403, before)
    assert "Trang này không mở được với Ông/Bà." in refused.said


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("Số căn cước {}, làm khai sinh", "087199004321"),
        ("{} cần đổi căn cước", "087 199 004 321"),
        ("gọi tôi {}", "0987.654.321"),
        ("zyx {} wvu không có trong danh mục", "0987654321"),
        ("/help {}", "+84 987 654 321"),
    ],
)
@pytest.mark.parametrize("headers", [{}, JSON], ids=["form", "script"])
async def test_typed_identity_numbers_do_not_reach_the_disk(
    headers: dict[str, str], said: str, number: str, app: App, visitor: Visitor
) -> None:
    """Neither the outbox nor any other file of the installation holds the number."""
    home = await visitor.get("/")
    assert (await visitor.post("/chat", write(home, said.format(number)), headers=headers)).status == 200
    assert [words for mine, words in said_in(app, visitor) if mine] == [said.format("•••")]
    holding = [path.name for path in app.settings.data_dir.iterdir() if number.encode() in path.read_bytes()]
    assert holding == []


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("", "Tôi chưa thấy nội dung."),
        ("   \t ", "Tôi chưa thấy nội dung."),
        ("x" * 1501, "Tin nhắn dài quá"),
        ("giấy khai sinh " * 200, "Tin nhắn dài quá"),
        ("ấ" * 20_000, "Tin nhắn dài quá"),
    ],
    ids=["empty", "blank", "one too long", "long", "very long"],
)
async def test_empty_and_over_long_texts_are_answered(text: str, start: str, app: App, visitor: Visitor) -> None:
    """One sentence says what to do; what is kept of a long text has a limit."""
    home = await visitor.get("/")
    fields = [(name, value) for name, value in write(home, "") if name != "text"]
    answer = await visitor.post("/chat", [*fields, ("text", text)])
    assert answer.status == 200
    assert bubbles(answer.page)[-1][1].startswith(start)
    assert max(len(words) for _, words in said_in(app, visitor)) <= 4000


async def test_a_message_without_any_field_is_an_empty_one(visitor: Visitor) -> None:
    """An empty form body does no harm."""
    answer = await visitor.post("/chat", {})
    assert answer.status == 200
    assert bubbles(answer.page)[-1][1].startswith("Tôi chưa thấy nội dung.")


async def test_a_file_is_no_question(app: App, visitor: Visitor) -> None:
    """A file sent in place of a text is not described as the person's words."""
    await visitor.get("/")
    form = aiohttp.FormData()
    form.add_field("text", b"khai sinh", filename="can-cuoc.jpg", content_type="image/jpeg")
    await visitor.post("/chat", form)
    assert [words for mine, words in said_in(app, visitor) if mine] == []


@pytest.mark.parametrize("text", ["một\0hai", "một\x1b[2Jhai", "\u202eđảo chữ", "😀" * 300, "e\u0302\u0301" * 300])
async def test_odd_characters_are_answered(text: str, visitor: Visitor) -> None:
    """Control characters, emoji and separate accents do not break the conversation."""
    await visitor.get("/")
    await visitor.turn(text)
    values = await visitor.turn("/help")
    assert bubbles(read_html(values["html"]))[-1][1].startswith("Tôi giúp được gì")


async def test_markup_in_a_question_is_shown_as_typed(visitor: Visitor) -> None:
    """What somebody types is text, on the page and in what the script inserts."""
    text = """</div><script>alert(1)</script><img src=x onerror='alert("2")'> **đậm** {{ 7*7 }} &lt;"""
    await visitor.get("/")
    values = await visitor.turn(text)
    page = await visitor.get("/")
    for shown in (read_html(values["html"]), page.page.one("ol")):
        assert ("mine", text) in bubbles(shown)
        assert (shown.all("script"), shown.all("img")) == ([], [])


@pytest.mark.parametrize(
    ("after", "expected"),
    [("first", 2), ("last", 0), ("999999999", 5), ("0", 5), ("", 5), ("abc", 5), ("-1", 5), ("1e3", 5), ("9" * 30, 5)],
)
async def test_messages_after_a_number_are_those_said_since(after: str, expected: int, visitor: Visitor) -> None:
    """The script catches up from the last message it knows; what is no number means from the start."""
    await visitor.get("/")
    first = await visitor.turn(QUESTION)
    last = await visitor.turn("lệ phí")
    query = {"first": str(first["last"]), "last": str(last["last"])}.get(after, after)
    answer = await visitor.get(f"/chat/messages?after={query}")
    values: dict[str, Any] = json.loads(answer.body)
    assert (answer.status, len(bubbles(read_html(values["html"])))) == (200, expected)
    assert (values["last"], values["clear"]) == (last["last"], after == "999999999")


async def test_messages_for_a_stranger_are_none(visitor: Visitor) -> None:
    """Without a conversation there is nothing to catch up on, and no cookie is given."""
    answer = await visitor.get("/chat/messages?after=0")
    assert (answer.status, json.loads(answer.body), dict(answer.cookies)) == (
        200,
        {"html": "", "last": 0, "clear": False},
        {},
    )


async def test_an_invitation_link_fills_the_field_in(app: App, visitor: Visitor) -> None:
    """The code stands in the field and is used only when the person sends it; then the staff page opens."""
    await invitation(app, "ABCDE-FGHJK")
    before = rows(app, "SELECT count(*) FROM token")
    page = await visitor.get("/?moi=ABCDE-FGHJK")
    assert page.page.one("input", id="text")["value"] == "/thamgia ABCDE-FGHJK"
    assert rows(app, "SELECT count(*) FROM token") == before
    joined = await visitor.post("/chat", filled_in(page.page.one("form", id="write"), {}))
    assert "Đã nhận Ông/Bà vào danh sách cán bộ của Phường Sa Đéc." in bubbles(joined.page)[-1][1]
    given = await visitor.post("/chat", write(joined, "/dangnhap"))
    link = given.page.all("a", class_="link")[-1]["href"]
    assert (await visitor.send(await visitor.get(link))).url.path == "/staff"


@pytest.mark.parametrize("code", ['"><script>alert(1)</script>', "x" * 1000, "%00", "%FF"])
async def test_a_made_up_invitation_link_fills_in_text_alone(code: str, visitor: Visitor) -> None:
    """Whatever the link carries stays inside the field."""
    page = await visitor.get("/?moi=" + code.replace('"', "%22").replace("<", "%3C").replace(">", "%3E"))
    field = page.page.one("input", id="text")
    assert page.status == 200
    assert field["value"].startswith("/thamgia ")
    assert len(field["value"]) <= 60
    assert [script["src"].partition("?")[0] for script in page.page.all("script")] == ["/static/chat.js"]


async def test_without_an_invitation_the_field_is_empty(visitor: Visitor) -> None:
    """Nothing is written for the person."""
    assert (await visitor.get("/")).page.one("input", id="text")["value"] == ""


async def test_english_holds_for_the_page_and_what_the_script_gets(visitor: Visitor) -> None:
    """After «English» the whole page is English, and so are the names beside each message."""
    page = await visitor.post("/chat", press(await visitor.get("/"), "English"))
    assert (page.page.one("html")["lang"], page.page.one("input", id="text")["placeholder"]) == (
        "en", "Write your question",
    )  # fmt: skip
    values = await visitor.turn(QUESTION, last=page.page.one("ol")["data-last"])
    names = [who.text for who in read_html(values["html"]).all("span", class_="who")]
    assert names == ["You", "Assistant"]


async def test_a_long_conversation_keeps_its_language(visitor: Visitor) -> None:
    """The page stays English however long ago the language was chosen."""
    await visitor.get("/")
    await visitor.turn("english")
    await asyncio.gather(*(visitor.turn(QUESTION, id=str(number)) for number in range(101)))
    assert (await visitor.get("/")).page.one("html")["lang"] == "en"


async def test_a_browser_without_cookies_and_script_sees_the_answers(app: App) -> None:
    """At once, with what was said before, and why it will be gone; a survey can be answered so."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        bare = Visitor(client, app.settings.address)

        async def say(page: Answer, **sent: str) -> Answer:
            fields = dict(page.page.one("form", id="write").fields()) | sent
            return await bare.post("/chat", fields)

        sentence = locales.text("vi", "web.no_cookie")
        counted = "SELECT count(*) FROM answer JOIN response ON response = id WHERE source = 'webchat' AND level = 4"
        before = rows(app, counted)[0][0]
        first = await bare.get("/")
        answer = await say(first, text="chứng thực bản sao")
        assert answer.status == 200
        assert "Chứng thực bản sao" in answer.said
        assert sentence not in first.said
        assert sentence in answer.said
        second = await say(answer, text="", button="counter:quay1")
        third = await say(second, text="1")
        fourth = await say(third, text="4")
        assert "chứng thực bản sao" in fourth.said
        assert rows(app, counted)[0][0] == before + 1
